//! Tests of the rules for tasks' roles.

use insta::assert_snapshot;
use jeancloud_model::{
    Handle, IntoInput, Region, Text,
    ecr::Repository,
    ecs::{LogConfiguration, secret, secret_key},
    iam::{Policy, Principal, Role, Statement, aws_managed_policy},
    logs::LogGroup,
    secrets_manager::Secret,
    text,
};

use super::super::testing::{container, task};
use crate::check::testing::{Healthy, broken, healthy};

const MANAGED: &str = "service-role/AmazonECSTaskExecutionRolePolicy";

fn trust(service: &'static str) -> Statement {
    Statement::allow("sts:AssumeRole").principal(Principal::service(service))
}

/// A task that pulls from ECR, logs, and reads a secret with its execution role.
fn add(h: &Healthy<'_>, role: impl FnOnce(&Handle<Secret>) -> Role) {
    let kept = h.scope.add("secret", Secret::builder().build());
    let role = h.stack.global().add("execution", role(&kept));
    let repository = h.scope.add("repository", Repository::builder().build());
    let logs = h.scope.add("logs", LogGroup::builder().build());
    let mut app = container();
    app.image = text!("{}:v1", repository.repository_uri());
    app.secrets = vec![secret_key("TOKEN", kept.secret_arn(), "token")];
    app.log_configuration = Some(LogConfiguration::awslogs(&logs, Region::EuWest3, "app"));
    let mut whole = task([app]);
    whole.execution_role_arn = Some(role.arn().into_input());
    h.scope.add("task", whole);
}

fn reading(secret: &Handle<Secret>) -> Policy {
    Policy::new(
        "secret",
        Statement::allow("secretsmanager:GetSecretValue").on(secret.secret_arn()),
    )
}

#[test]
fn roles_that_allow_enough_are_healthy() {
    healthy(|h| {
        add(h, |secret| {
            Role::builder()
                .assume_role_policy_document(trust("ecs-tasks.amazonaws.com"))
                .managed_policy_arns([aws_managed_policy(MANAGED)])
                .policies([reading(secret)])
                .build()
        })
    });
    healthy(|h| {
        add(h, |_| {
            Role::builder()
                .assume_role_policy_document(trust("ecs-tasks.amazonaws.com"))
                .policies([Policy::new(
                    "all",
                    Statement::allow(["ecr:*", "logs:*", "secretsmanager:Get*"]).on("*"),
                )])
                .build()
        })
    });
    // Nobody here knows what such a policy allows.
    healthy(|h| {
        add(h, |_| {
            Role::builder()
                .assume_role_policy_document(trust("ecs-tasks.amazonaws.com"))
                .managed_policy_arns([jeancloud_model::Arn::new(
                    "arn:aws:iam::123456789012:policy/own",
                )])
                .build()
        })
    });
}

#[test]
fn tasks_may_assume_their_roles() {
    assert_snapshot!(broken("task-role-trust", |h| add(h, |secret| Role::builder()
        .assume_role_policy_document(trust("ecs.amazonaws.com"))
        .managed_policy_arns([aws_managed_policy(MANAGED)])
        .policies([reading(secret)])
        .build())), @r#"
    error: main/task: ExecutionRoleArn is global/execution, which tasks may not assume
      rule: a role of tasks lets ecs-tasks.amazonaws.com assume it (ClientException: ECS was unable to assume the role)
      hint: `Statement::allow("sts:AssumeRole").principal(Principal::service("ecs-tasks.amazonaws.com"))`
      see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    "#);
}

#[test]
fn the_execution_role_pulls_and_logs() {
    assert_snapshot!(broken("task-execution-permissions", |h| add(h, |secret| Role::builder()
        .assume_role_policy_document(trust("ecs-tasks.amazonaws.com"))
        .policies([reading(secret)])
        .build())), @r#"
    error: main/task: ExecutionRoleArn is global/execution, which does not allow ecr:BatchGetImage, ecr:GetAuthorizationToken, ecr:GetDownloadUrlForLayer, logs:CreateLogStream, logs:PutLogEvents
      rule: before a task runs, ECS pulls its image, reads its secrets and opens its log streams with the execution role; what it may not, stops the task (ResourceInitializationError, CannotPullContainerError)
      hint: `.managed_policy_arns([aws_managed_policy("service-role/AmazonECSTaskExecutionRolePolicy")])`; logs:CreateLogGroup and kms:Decrypt are not in it
      see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    "#);
}

#[test]
fn the_execution_role_reads_the_tasks_secrets() {
    assert_snapshot!(broken("task-execution-permissions", |h| add(h, |_| {
        let other = h.scope.add("other", Secret::builder().build());
        Role::builder()
            .assume_role_policy_document(trust("ecs-tasks.amazonaws.com"))
            .managed_policy_arns([aws_managed_policy(MANAGED)])
            .policies([reading(&other)])
            .build()
    })), @r#"
    error: main/task: ExecutionRoleArn is global/execution, which does not allow secretsmanager:GetSecretValue on ${main/secret.Id}:token::
      rule: before a task runs, ECS pulls its image, reads its secrets and opens its log streams with the execution role; what it may not, stops the task (ResourceInitializationError, CannotPullContainerError)
      hint: `.policies([Policy::new("secrets", Statement::allow("secretsmanager:GetSecretValue").on(secret.secret_arn()))])`
      see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    "#);
}

#[test]
fn a_secret_is_named_with_or_without_its_ending() {
    let with = |from: &'static str, on: &'static str| {
        move |h: &Healthy<'_>| {
            let role = Role::builder()
                .assume_role_policy_document(trust("ecs-tasks.amazonaws.com"))
                .policies([Policy::new(
                    "read",
                    Statement::allow("secretsmanager:GetSecretValue").on(on),
                )]);
            let role = h.stack.global().add("execution", role.build());
            let mut app = container();
            app.secrets = vec![secret("TOKEN", Text::known(from))];
            let mut whole = task([app]);
            whole.execution_role_arn = Some(role.arn().into_input());
            h.scope.add("task", whole);
        }
    };
    const ARN: &str = "arn:aws:secretsmanager:eu-west-3:123456789012:secret:app";
    healthy(with(
        ARN,
        "arn:aws:secretsmanager:eu-west-3:123456789012:secret:app-??????",
    ));
    healthy(with(
        "arn:aws:secretsmanager:eu-west-3:123456789012:secret:app-a1b2c3:key::",
        "arn:aws:secretsmanager:*:*:secret:app-*",
    ));
    assert_snapshot!(broken("task-execution-permissions", with(ARN, "arn:aws:secretsmanager:eu-west-3:123456789012:secret:other-*")), @r#"
    error: main/task: ExecutionRoleArn is global/execution, which does not allow secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-west-3:123456789012:secret:app
      rule: before a task runs, ECS pulls its image, reads its secrets and opens its log streams with the execution role; what it may not, stops the task (ResourceInitializationError, CannotPullContainerError)
      hint: `.policies([Policy::new("secrets", Statement::allow("secretsmanager:GetSecretValue").on(secret.secret_arn()))])`
      see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    "#);
}
