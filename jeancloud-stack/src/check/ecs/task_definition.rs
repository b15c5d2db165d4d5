//! Rules for task definitions as wholes.

use jeancloud_model::{
    Input,
    ecs::{
        EfsIam, EfsTransitEncryption, LogDriver, NetworkMode, OperatingSystemFamily, PidMode,
        TaskDefinition,
    },
};

use super::{
    super::{Report, Rule},
    FARGATE as FARGATE_DOCUMENT, TASK_DEFINITION, is_fargate,
};
use crate::View;

pub(super) const CONTAINERS: Rule = Rule {
    name: "task-containers",
    check: a_task_has_one_to_ten_containers_of_different_names,
};
pub(super) const FARGATE: Rule = Rule {
    name: "task-fargate",
    check: fargate_takes_what_it_knows,
};
pub(super) const EXECUTION_ROLE: Rule = Rule {
    name: "task-execution-role",
    check: what_ecs_does_for_a_task_needs_a_role,
};
pub(super) const VOLUMES: Rule = Rule {
    name: "task-volumes",
    check: a_file_system_that_asks_who_one_is_is_reached_encrypted,
};
pub(super) const WINDOWS: Rule = Rule {
    name: "task-windows-size",
    check: windows_wants_a_whole_cpu,
};

fn a_task_has_one_to_ten_containers_of_different_names(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        let containers = &task.container_definitions;
        let mut wrong = |wrong: String, rule: &str, hint: &str| {
            report
                .error(task.declaration, "ContainerDefinitions", wrong)
                .rule(rule)
                .hint(hint)
                .document(TASK_DEFINITION);
        };
        if containers.is_empty() || containers.len() > 10 {
            wrong(
                format!("has {} containers", containers.len()),
                "a task has 1 to 10 containers (ClientException)",
                "containers that scale apart belong to services of their own",
            );
        }
        for (index, container) in containers.iter().enumerate() {
            let Some(name) = container.name.known() else {
                continue;
            };
            if containers[..index]
                .iter()
                .any(|earlier| earlier.name.known() == Some(name))
            {
                wrong(
                    format!("two containers are named {name}"),
                    "containers of a task have different names (ClientException)",
                    "give one of them another name",
                );
            }
        }
        let essential = |essential: &Option<Input<bool>>| {
            let known = essential.as_ref().map(Input::known);
            known != Some(Some(&false))
        };
        if !containers.is_empty() && !containers.iter().any(|one| essential(&one.essential)) {
            wrong(
                "no container is essential".to_owned(),
                "a task has at least one essential container (ClientException)",
                "leave Essential out of the container that the task is for",
            );
        }
    }
}

fn fargate_takes_what_it_knows(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>().filter(|task| is_fargate(task)) {
        let mut wrong = |property: &str, wrong: String, rule: &str, hint: &str| {
            report
                .error(task.declaration, property, wrong)
                .rule(rule)
                .hint(hint)
                .document(FARGATE_DOCUMENT);
        };
        let mode = task.network_mode.as_ref().and_then(Input::known);
        if let Some(mode) = mode.filter(|mode| **mode != NetworkMode::AwsVpc) {
            wrong(
                "NetworkMode",
                format!("{mode} is no network mode of Fargate's"),
                "tasks on Fargate have the network mode awsvpc (ClientException)",
                "leave NetworkMode out",
            );
        }
        if task.pid_mode.as_ref().and_then(Input::known) == Some(&PidMode::Host) {
            wrong(
                "PidMode",
                "tasks on Fargate have no host to see".to_owned(),
                "the only PidMode of Fargate is task (ClientException)",
                "take PidMode::Task, or leave it out",
            );
        }
        for container in &task.container_definitions {
            let capabilities = container
                .linux_parameters
                .iter()
                .flat_map(|linux| &linux.capabilities);
            for added in capabilities
                .flat_map(|all| &all.add)
                .filter_map(Input::known)
            {
                if added.as_str() != "SYS_PTRACE" {
                    wrong(
                        "ContainerDefinitions",
                        format!("the capability {added} can't be added"),
                        "Fargate adds SYS_PTRACE and no other capability (ClientException)",
                        "what needs it runs on EC2 instances",
                    );
                }
            }
        }
    }
}

fn what_ecs_does_for_a_task_needs_a_role(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>().filter(|task| is_fargate(task)) {
        if task.execution_role_arn.is_some() {
            continue;
        }
        let containers = &task.container_definitions;
        let logs = |driver: LogDriver| driver == LogDriver::Awslogs;
        let why = if containers.iter().any(|one| !one.secrets.is_empty()) {
            "reads secrets"
        } else if (containers
            .iter()
            .filter_map(|one| one.log_configuration.as_ref()))
        .any(|log| log.log_driver.known().copied().is_some_and(logs))
        {
            "writes to CloudWatch Logs"
        } else if containers.iter().any(|one| {
            one.image.pattern().contains(".dkr.ecr.")
                || one.image.pattern().contains(".RepositoryUri}")
        }) {
            "pulls its image from ECR"
        } else if containers
            .iter()
            .any(|one| one.repository_credentials.is_some())
        {
            "reads a registry's credentials"
        } else {
            continue;
        };
        report
            .error(
                task.declaration,
                "ExecutionRoleArn",
                format!("is left out, and the task {why}"),
            )
            .rule("ECS pulls images of ECR, reads secrets and writes logs with the execution role (ClientException)")
            .hint("a Role that ecs-tasks.amazonaws.com may assume, with aws_managed_policy(\"service-role/AmazonECSTaskExecutionRolePolicy\")")
            .document("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html");
    }
}

fn a_file_system_that_asks_who_one_is_is_reached_encrypted(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        for efs in task
            .volumes
            .iter()
            .filter_map(|volume| volume.efs_volume_configuration.as_ref())
        {
            let Some(authorization) = &efs.authorization_config else {
                continue;
            };
            let iam = authorization.iam.as_ref().and_then(Input::known) == Some(&EfsIam::Enabled);
            let encrypted = efs.transit_encryption.as_ref().and_then(Input::known)
                == Some(&EfsTransitEncryption::Enabled);
            if !encrypted && (iam || authorization.access_point_id.is_some()) {
                report
                    .error(
                        task.declaration,
                        "Volumes",
                        format!("{} is reached with authorization and in clear", efs.filesystem_id.pattern()),
                    )
                    .rule("an access point or IAM authorization needs transit encryption (ClientException)")
                    .hint("`.transit_encryption(EfsTransitEncryption::Enabled)`")
                    .document("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html");
            }
        }
    }
}

fn windows_wants_a_whole_cpu(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>().filter(|task| is_fargate(task)) {
        let platform = task.runtime_platform.as_ref();
        let family = platform.and_then(|platform| platform.operating_system_family.as_ref());
        let Some(family) = family.and_then(Input::known) else {
            continue;
        };
        if *family != OperatingSystemFamily::Linux && task.size.cpu() < 1024 {
            report
                .error(
                    task.declaration,
                    "Cpu",
                    format!("{} CPU units are too few for {family}", task.size.cpu()),
                )
                .rule("Windows tasks on Fargate have 1024 CPU units at least (ClientException)")
                .hint("FargateSize::Cpu1024Gb2")
                .document(FARGATE_DOCUMENT);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::ecs::{
        EfsAuthorizationConfig, EfsVolumeConfiguration, NetworkMode, OperatingSystemFamily,
        RuntimePlatform, TaskVolume, secret,
    };

    use super::super::testing::{container, task};
    use crate::check::testing::broken;

    #[test]
    fn containers_have_different_names() {
        assert_snapshot!(broken("task-containers", |h| {
            let mut other = container();
            other.port_mappings.clear();
            h.scope.add("task", task([container(), other]));
        }), @"
        error: main/task: ContainerDefinitions two containers are named app
          rule: containers of a task have different names (ClientException)
          hint: give one of them another name
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
        ");
    }

    #[test]
    fn a_task_has_an_essential_container() {
        assert_snapshot!(broken("task-containers", |h| {
            let mut only = container();
            only.essential = Some(jeancloud_model::Input::Known(false));
            h.scope.add("task", task([only]));
        }), @"
        error: main/task: ContainerDefinitions no container is essential
          rule: a task has at least one essential container (ClientException)
          hint: leave Essential out of the container that the task is for
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
        ");
    }

    #[test]
    fn fargate_has_one_network_mode() {
        assert_snapshot!(broken("task-fargate", |h| {
            let mut bridged = task([container()]);
            bridged.network_mode = Some(jeancloud_model::Input::Known(NetworkMode::Bridge));
            h.scope.add("task", bridged);
        }), @"
        error: main/task: NetworkMode bridge is no network mode of Fargate's
          rule: tasks on Fargate have the network mode awsvpc (ClientException)
          hint: leave NetworkMode out
          see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
        ");
    }

    #[test]
    fn a_task_with_secrets_has_an_execution_role() {
        assert_snapshot!(broken("task-execution-role", |h| {
            let mut app = container();
            app.secrets = vec![secret("TOKEN", "arn:aws:secretsmanager:eu-west-3:123456789012:secret:token")];
            h.scope.add("task", task([app]));
        }), @r#"
        error: main/task: ExecutionRoleArn is left out, and the task reads secrets
          rule: ECS pulls images of ECR, reads secrets and writes logs with the execution role (ClientException)
          hint: a Role that ecs-tasks.amazonaws.com may assume, with aws_managed_policy("service-role/AmazonECSTaskExecutionRolePolicy")
          see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
        "#);
    }

    #[test]
    fn an_access_point_is_reached_encrypted() {
        assert_snapshot!(broken("task-volumes", |h| {
            let mut app = task([container()]);
            let efs = EfsVolumeConfiguration::builder()
                .filesystem_id("fs-0a1b2c3d")
                .authorization_config(EfsAuthorizationConfig::builder().access_point_id("fsap-0a1b2c3d").build())
                .build();
            app.volumes = vec![TaskVolume::builder().name("data").efs_volume_configuration(efs).build()];
            h.scope.add("task", app);
        }), @"
        error: main/task: Volumes fs-0a1b2c3d is reached with authorization and in clear
          rule: an access point or IAM authorization needs transit encryption (ClientException)
          hint: `.transit_encryption(EfsTransitEncryption::Enabled)`
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
        ");
    }

    #[test]
    fn windows_has_a_whole_cpu() {
        assert_snapshot!(broken("task-windows-size", |h| {
            let mut app = task([container()]);
            app.runtime_platform = Some(RuntimePlatform::builder()
                .operating_system_family(OperatingSystemFamily::WindowsServer2022Core)
                .build());
            h.scope.add("task", app);
        }), @"
        error: main/task: Cpu 256 CPU units are too few for WINDOWS_SERVER_2022_CORE
          rule: Windows tasks on Fargate have 1024 CPU units at least (ClientException)
          hint: FargateSize::Cpu1024Gb2
          see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
        ");
    }
}
