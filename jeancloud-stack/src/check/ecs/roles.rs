//! Rules for the roles of tasks: who may assume them, and what starting a task needs of them.
//!
//! A role's policies are part of it, so what it allows is known where its policies are. A managed
//! policy that is not in the list here may allow anything.

use std::collections::BTreeSet;

use jeancloud_model::{
    Arn, Input, Text,
    ecr::Repository,
    ecs::{ContainerDefinition, LogDriver, TaskDefinition},
    iam::{Effect, PolicyDocument, PrincipalKind, Role, Statement},
    rds::DbInstance,
    secrets_manager::Secret,
};

use super::{
    super::{Report, Rule, iam::actions::matches},
    is_fargate,
};
use crate::{Declared, View};

const EXECUTION_ROLE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html";

pub(super) const TRUST: Rule = Rule {
    name: "task-role-trust",
    check: tasks_may_assume_their_roles,
};
pub(super) const PERMISSIONS: Rule = Rule {
    name: "task-execution-permissions",
    check: the_execution_role_allows_what_starts_a_task,
};

fn tasks_may_assume_their_roles(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        for (property, role) in [
            ("ExecutionRoleArn", &task.execution_role_arn),
            ("TaskRoleArn", &task.task_role_arn),
        ] {
            let Some(role) = role.as_ref().and_then(|role| view.target::<Role>(role)) else {
                continue;
            };
            if is_trusting(&role.resource.assume_role_policy_document) {
                continue;
            }
            let wrong = format!("is {}, which tasks may not assume", role.address());
            report
                .error(task.declaration, property, wrong)
                .rule("a role of tasks lets ecs-tasks.amazonaws.com assume it (ClientException: ECS was unable to assume the role)")
                .hint("`Statement::allow(\"sts:AssumeRole\").principal(Principal::service(\"ecs-tasks.amazonaws.com\"))`")
                .document(EXECUTION_ROLE);
        }
    }
}

fn is_trusting(trust: &PolicyDocument) -> bool {
    let tasks = |(kind, name): (PrincipalKind, &Text)| {
        let known = name.as_known();
        kind == PrincipalKind::Service
            && known.is_none_or(|name| name.starts_with("ecs-tasks.amazonaws.com"))
    };
    trust.statements().iter().any(|statement| {
        let mut principals = statement.principals();
        statement.effect() == Effect::Allow
            && (statement.principals().next().is_none() || principals.any(tasks))
    })
}

/// An action that starting a task needs, and on what.
struct Wanted<'v> {
    action: &'static str,
    on: Option<&'v Text>,
}

fn the_execution_role_allows_what_starts_a_task(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        let role = task.execution_role_arn.as_ref();
        let Some(role) = role.and_then(|role| view.target::<Role>(role)) else {
            continue;
        };
        let mut missing: BTreeSet<String> = BTreeSet::new();
        for wanted in wanted(view, &task) {
            if !allows(role.resource, &wanted) {
                let on = wanted.on.map(|on| format!(" on {}", on.pattern()));
                missing.insert(format!("{}{}", wanted.action, on.unwrap_or_default()));
            }
        }
        if missing.is_empty() {
            continue;
        }
        let missing: Vec<String> = missing.into_iter().collect();
        let hint = match missing
            .iter()
            .any(|one| one.contains("Secret") || one.starts_with("ssm:"))
        {
            true => {
                "`.policies([Policy::new(\"secrets\", Statement::allow(\"secretsmanager:GetSecretValue\").on(secret.secret_arn()))])`"
            }
            false => {
                "`.managed_policy_arns([aws_managed_policy(\"service-role/AmazonECSTaskExecutionRolePolicy\")])`; logs:CreateLogGroup and kms:Decrypt are not in it"
            }
        };
        let wrong = format!(
            "is {}, which does not allow {}",
            role.address(),
            missing.join(", ")
        );
        report
            .error(task.declaration, "ExecutionRoleArn", wrong)
            .rule("before a task runs, ECS pulls its image, reads its secrets and opens its log streams with the execution role; what it may not, stops the task (ResourceInitializationError, CannotPullContainerError)")
            .hint(hint)
            .document(EXECUTION_ROLE);
    }
}

fn wanted<'v>(view: &'v View, task: &Declared<'v, TaskDefinition>) -> Vec<Wanted<'v>> {
    let mut all = Vec::new();
    let fargate = is_fargate(task);
    let plain = |action| Wanted { action, on: None };
    for container in &task.resource.container_definitions {
        // Elsewhere the instance's own role may pull and log.
        if fargate && is_of_ecr(view, container) {
            all.extend(
                [
                    "ecr:GetAuthorizationToken",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ]
                .map(plain),
            );
        }
        let mut secrets: Vec<&Text> = container
            .secrets
            .iter()
            .map(|secret| &secret.value_from)
            .collect();
        if let Some(log) = &container.log_configuration {
            secrets.extend(log.secret_options.iter().map(|secret| &secret.value_from));
            if fargate && log.log_driver.known() == Some(&LogDriver::Awslogs) {
                all.extend(["logs:CreateLogStream", "logs:PutLogEvents"].map(plain));
                let makes = log
                    .options
                    .get("awslogs-create-group")
                    .and_then(Text::as_known);
                all.extend((makes == Some("true")).then(|| plain("logs:CreateLogGroup")));
            }
        }
        for secret in secrets {
            all.extend(of_secret(view, secret));
        }
        if container.repository_credentials.is_some() {
            all.push(plain("secretsmanager:GetSecretValue"));
        }
    }
    all
}

fn is_of_ecr(view: &View, container: &ContainerDefinition) -> bool {
    container.image.pattern().contains(".dkr.ecr.")
        || names::<Repository>(view, &container.image).is_some()
}

fn names<'v, R: jeancloud_model::Resource>(view: &'v View, text: &Text) -> Option<Declared<'v, R>> {
    let mut named = text.references();
    named.find_map(|reference| view.referred::<R>(reference))
}

fn of_secret<'v>(view: &'v View, from: &'v Text) -> Vec<Wanted<'v>> {
    let secret = names::<Secret>(view, from);
    let in_secrets_manager = from.pattern().contains(":secretsmanager:")
        || secret.is_some()
        || names::<DbInstance>(view, from).is_some();
    if !in_secrets_manager {
        return vec![Wanted {
            action: "ssm:GetParameters",
            on: Some(from),
        }];
    }
    let mut all = vec![Wanted {
        action: "secretsmanager:GetSecretValue",
        on: Some(from),
    }];
    // Secrets Manager's own key needs no permission; a key whose policy the stack writes may give it.
    let key = secret.and_then(|secret| secret.resource.kms_key_id.as_ref());
    let key = key.and_then(|key| view.target::<jeancloud_model::kms::Key>(key));
    if key.is_some_and(|key| key.resource.key_policy.is_none()) {
        all.push(Wanted {
            action: "kms:Decrypt",
            on: None,
        });
    }
    all
}

fn allows(role: &Role, wanted: &Wanted<'_>) -> bool {
    let managed = role.managed_policy_arns.iter();
    if managed.map(of_managed).any(|allowed| {
        allowed.is_none_or(|allowed| allowed.iter().any(|one| glob(one, wanted.action)))
    }) {
        return true;
    }
    let statements = role
        .policies
        .iter()
        .flat_map(|policy| policy.policy_document.statements());
    statements.into_iter().any(|statement| {
        statement.effect() == Effect::Allow
            && names_action(statement, wanted.action)
            && wanted.on.is_none_or(|on| names_resource(statement, on))
    })
}

/// What a policy of AWS allows of the actions here; `None` where it is not known.
fn of_managed(arn: &Input<Arn>) -> Option<&'static [&'static str]> {
    let (_, name) = arn.known()?.as_str().split_once(":aws:policy/")?;
    Some(match name {
        "service-role/AmazonECSTaskExecutionRolePolicy" => {
            &["ecr:*", "logs:CreateLogStream", "logs:PutLogEvents"]
        }
        "AmazonEC2ContainerRegistryReadOnly" | "AmazonEC2ContainerRegistryPullOnly" => &["ecr:*"],
        "CloudWatchLogsFullAccess" => &["logs:*"],
        "SecretsManagerReadWrite" => &["secretsmanager:*"],
        "AmazonSSMReadOnlyAccess" => &["ssm:*"],
        "AmazonS3ReadOnlyAccess" | "AmazonS3FullAccess" => &[],
        _ => return None,
    })
}

fn names_action(statement: &Statement, action: &str) -> bool {
    let mut actions = statement.actions().iter();
    // Without actions it is about all but some.
    statement.actions().is_empty()
        || actions.any(|one| one.as_known().is_none_or(|one| glob(one, action)))
}

fn names_resource(statement: &Statement, on: &Text) -> bool {
    let mut resources = statement.resources().iter();
    statement.resources().is_empty()
        || resources.any(|resource| match (resource.as_known(), on.as_known()) {
            // What comes after the ARN's seven parts is a key and a version.
            (Some(resource), Some(on)) => {
                let arn: Vec<&str> = on.splitn(8, ':').take(7).collect();
                let arn = arn.join(":");
                !on.starts_with("arn:")
                    || glob(resource, &arn)
                    || glob(resource, &format!("{arn}-abcdef"))
            }
            (Some(resource), None) => ["*", ":secretsmanager:", ":ssm:"]
                .iter()
                .any(|part| resource == *part || part.len() > 1 && resource.contains(part)),
            (None, Some(_)) => true,
            (None, None) => resource.references().any(|one| {
                let mut others = on.references();
                others.any(|other| one.address == other.address)
            }),
        })
}

/// Whether a pattern with `*` and `?` fits, whatever the case.
fn glob(pattern: &str, text: &str) -> bool {
    matches(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
}

#[cfg(test)]
#[path = "roles_tests.rs"]
mod tests;
