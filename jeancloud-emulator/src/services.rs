//! [`Service`]: what the emulator knows of each service of AWS.

use std::sync::OnceLock;

use serde_json::Value;

use crate::{
    call::Call,
    error::Outcome,
    model::Model,
    world::{Kind, Task},
};

/// An operation's behaviour.
pub(crate) type Handler = fn(&mut Call<'_>, &Value) -> Outcome;

/// One service.
pub(crate) struct Service {
    /// botocore's name, as `elbv2`.
    pub name: &'static str,
    /// The name in signatures and hosts, as `elasticloadbalancing`.
    pub signing: &'static str,
    /// The model, deflated.
    pub deflated: &'static [u8],
    /// Operations with behaviour, by name.
    pub operations: &'static [(&'static str, Handler)],
    /// What it keeps.
    pub kinds: &'static [Kind],
    /// What happens in it by itself.
    pub tasks: &'static [Task],
    /// What to do before each call: give a region that is new what AWS gives it.
    pub begin: Option<fn(&mut Call<'_>)>,
    pub loaded: OnceLock<Model>,
}

impl Service {
    pub fn model(&'static self) -> &'static Model {
        self.loaded
            .get_or_init(|| Model::load(self.name, self.deflated))
    }

    pub fn handler(&self, operation: &str) -> Option<Handler> {
        let found = self.operations.iter().find(|(name, _)| *name == operation);
        found.map(|(_, handler)| *handler)
    }
}

/// Writes a service's `SERVICE`: its lists are all there is to say.
macro_rules! service {
    (
        $name:literal signs $signing:literal $(, begins with $begin:expr)?;
        operations { $($operation:ident => $handler:expr,)* }
        kinds [$($resource:ty),* $(,)?]
        tasks [$($task:expr),* $(,)?]
    ) => {
        /// This service.
        pub(crate) static SERVICE: $crate::services::Service = $crate::services::Service {
            name: $name,
            signing: $signing,
            deflated: include_bytes!(concat!("../../models/", $name, ".json.deflate")),
            operations: &[$((stringify!($operation), $handler)),*],
            kinds: &[$($crate::world::kind::<$resource>()),*],
            tasks: &[$($task),*],
            begin: [$(Some($begin as fn(&mut $crate::call::Call<'_>)),)? None][0],
            loaded: std::sync::OnceLock::new(),
        };
    };
}
pub(crate) use service;

/// Every service, by name.
pub(crate) static ALL: [&Service; 15] = [
    &crate::acm::SERVICE,
    &crate::application_autoscaling::SERVICE,
    &crate::cloudfront::SERVICE,
    &crate::ec2::SERVICE,
    &crate::ecr::SERVICE,
    &crate::ecs::SERVICE,
    &crate::elbv2::SERVICE,
    &crate::iam::SERVICE,
    &crate::kms::SERVICE,
    &crate::logs::SERVICE,
    &crate::rds::SERVICE,
    &crate::route53::SERVICE,
    &crate::s3::SERVICE,
    &crate::secretsmanager::SERVICE,
    &crate::sts::SERVICE,
];

/// A service by botocore's name.
pub(crate) fn named(name: &str) -> &'static Service {
    let found = ALL.iter().find(|service| service.name == name);
    found.unwrap_or_else(|| panic!("a task names the service {name}, which there isn't"))
}

/// The service that signs, or has hosts, by `name`.
pub(crate) fn signing(name: &str) -> Option<&'static Service> {
    let found = ALL.iter().find(|service| service.signing == name);
    found.copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_loads_and_knows_the_operations_that_have_behaviour() {
        for service in ALL {
            let model = service.model();
            for (operation, _) in service.operations {
                let known = model.operation(operation).is_some();
                assert!(known, "{} {operation} is not in the model", service.name);
            }
        }
    }

    /// What the whole crate may embed: 300 kB.
    #[test]
    fn the_models_are_small() {
        let bytes: usize = ALL.iter().map(|service| service.deflated.len()).sum();
        assert!(bytes < 300_000, "{bytes}");
    }

    #[test]
    fn the_readme_counts_the_operations() {
        let readme = include_str!("../README.md");
        for service in ALL {
            let count = service.operations.len();
            let row = format!("| `{}` | {count} |", service.name);
            assert!(readme.contains(&row), "the README lacks {row}");
        }
        let all: usize = ALL.iter().map(|service| service.operations.len()).sum();
        let sum = format!("{all} operations of {} services", ALL.len());
        assert!(readme.contains(&sum), "the README lacks {sum}");
    }

    /// What stands in a model without behaviour would take its place and answer 501.
    #[test]
    fn every_operation_that_a_model_knows_has_behaviour() {
        for service in ALL {
            for operation in &service.model().operations {
                let name = operation.name.as_str();
                let answered = service.handler(name).is_some();
                assert!(answered, "{} {name} has no behaviour", service.name);
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let mut kinds: Vec<_> = ALL
            .iter()
            .flat_map(|it| it.kinds)
            .map(|kind| kind.name)
            .collect();
        let count = kinds.len();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), count);
        for service in ALL {
            let mut tasks: Vec<_> = service.tasks.iter().map(|task| task.name).collect();
            tasks.sort_unstable();
            tasks.dedup();
            assert_eq!(tasks.len(), service.tasks.len(), "{}", service.name);
            assert!(
                service
                    .tasks
                    .iter()
                    .all(|task| task.service == service.name)
            );
        }
    }
}
