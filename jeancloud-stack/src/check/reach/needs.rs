//! [`Need`]: what a task asks of AWS before and while it runs.

use std::collections::BTreeSet;

use jeancloud_model::{
    Region, Resource, Text,
    ecr::Repository,
    ecs::{ContainerDefinition, LogConfiguration, LogDriver, TaskDefinition},
    rds::DbInstance,
    secrets_manager::Secret,
};

use crate::View;

/// What a task asks before and while it runs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// A service of AWS in the task's own region, by the name that its endpoints have.
    Service(&'static str),
    /// What no endpoint leads to: a registry that is not ECR, a service in another region.
    Elsewhere(String),
}

impl Need {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Service(name) => (*name).to_owned(),
            Self::Elsewhere(what) => what.clone(),
        }
    }

    /// A service in `there`, for a task in `here`. An endpoint serves its own region.
    fn of(service: &'static str, there: Option<Region>, here: Region) -> Self {
        match there {
            Some(there) if there != here => Self::Elsewhere(format!("{service} in {there}")),
            _ => Self::Service(service),
        }
    }
}

/// What a task in `region` needs.
pub(super) fn needs(view: &View, task: &TaskDefinition, region: Region) -> BTreeSet<Need> {
    let mut needs = BTreeSet::new();
    for container in &task.container_definitions {
        needs.extend(of_image(view, container, region));
        if let Some(log) = &container.log_configuration {
            needs.extend(of_log(log, region));
            let secrets = log.secret_options.iter();
            needs.extend(secrets.map(|secret| of_secret(view, &secret.value_from, region)));
        }
        let secrets = container.secrets.iter();
        needs.extend(secrets.map(|secret| of_secret(view, &secret.value_from, region)));
        if container.repository_credentials.is_some() {
            needs.insert(Need::Service("secretsmanager"));
        }
    }
    needs
}

fn of_image(view: &View, container: &ContainerDefinition, here: Region) -> Vec<Need> {
    let image = container.image.pattern();
    let there = match region_of::<Repository>(view, &container.image) {
        Some(region) => Some(region),
        None => match image.split_once(".dkr.ecr.") {
            Some((_, rest)) => rest
                .split('.')
                .next()
                .and_then(|region| region.parse().ok()),
            None => return vec![Need::Elsewhere("the registry of its image".to_owned())],
        },
    };
    // ECR keeps the layers in S3.
    ["ecr.api", "ecr.dkr", "s3"]
        .map(|service| Need::of(service, there, here))
        .into()
}

fn of_log(log: &LogConfiguration, here: Region) -> Option<Need> {
    let awslogs = log.log_driver.known() == Some(&LogDriver::Awslogs);
    let there = log.options.get("awslogs-region").and_then(Text::as_known);
    let there = there.and_then(|region| region.parse().ok());
    awslogs.then(|| Need::of("logs", there, here))
}

fn of_secret(view: &View, from: &Text, here: Region) -> Need {
    let declared = region_of::<Secret>(view, from).or_else(|| region_of::<DbInstance>(view, from));
    let pattern = from.pattern();
    let named = |service: &str| {
        let (_, rest) = pattern.split_once(&format!(":{service}:"))?;
        Some(
            rest.split(':')
                .next()
                .and_then(|region| region.parse().ok()),
        )
    };
    match (declared, named("secretsmanager")) {
        (Some(there), _) => Need::of("secretsmanager", Some(there), here),
        (None, Some(there)) => Need::of("secretsmanager", there, here),
        (None, None) => Need::of("ssm", named("ssm").flatten(), here),
    }
}

/// The region of the declared resource of this type that a text names.
fn region_of<R: Resource>(view: &View, text: &Text) -> Option<Region> {
    let mut named = text
        .references()
        .filter_map(|reference| view.referred::<R>(reference));
    named.next().map(|named| named.declaration.region)
}
