//! Rules for task definitions as wholes.

use jeancloud_model::{
    Input,
    ecs::{
        CpuArchitecture, LogDriver, NetworkMode, OperatingSystemFamily, PidMode, TaskDefinition,
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
pub(super) const WINDOWS: Rule = Rule {
    name: "task-windows",
    check: windows_takes_what_it_knows,
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
    for task in view.all::<TaskDefinition>() {
        if task.execution_role_arn.is_some() {
            continue;
        }
        // Elsewhere the instance's own role pulls images and writes logs.
        let fargate = is_fargate(&task);
        let containers = &task.container_definitions;
        let logs = |driver: LogDriver| driver == LogDriver::Awslogs;
        let why = if containers.iter().any(|one| !one.secrets.is_empty()) {
            "reads secrets"
        } else if fargate
            && (containers
                .iter()
                .filter_map(|one| one.log_configuration.as_ref()))
            .any(|log| log.log_driver.known().copied().is_some_and(logs))
        {
            "writes to CloudWatch Logs"
        } else if fargate
            && containers.iter().any(|one| {
                one.image.pattern().contains(".dkr.ecr.")
                    || one.image.pattern().contains(".RepositoryUri}")
            })
        {
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

fn windows_takes_what_it_knows(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>().filter(|task| is_fargate(task)) {
        let platform = task.runtime_platform.as_ref();
        let family = platform.and_then(|platform| platform.operating_system_family.as_ref());
        let Some(family) = family.and_then(Input::known) else {
            continue;
        };
        if *family == OperatingSystemFamily::Linux {
            continue;
        }
        let mut wrong = |property: &str, wrong: String, rule: &str, hint: &str| {
            report
                .error(task.declaration, property, wrong)
                .rule(rule)
                .hint(hint)
                .document(FARGATE_DOCUMENT);
        };
        let cpu = task.size.cpu();
        if !(1024..=4096).contains(&cpu) {
            let few = if cpu < 1024 { "few" } else { "many" };
            wrong(
                "Cpu",
                format!("{cpu} CPU units are too {few} for {family}"),
                "Windows tasks on Fargate have 1024 to 4096 CPU units (ClientException)",
                "FargateSize::Cpu1024Gb2",
            );
        }
        let processor = platform.and_then(|platform| platform.cpu_architecture.as_ref());
        if processor.and_then(Input::known) == Some(&CpuArchitecture::Arm64) {
            wrong(
                "RuntimePlatform",
                format!("{family} does not run on ARM64"),
                "Windows tasks run on X86_64 (ClientException)",
                "leave CpuArchitecture out",
            );
        }
        if task.ephemeral_storage.is_some() {
            wrong(
                "EphemeralStorage",
                format!("is set for {family}"),
                "a larger disk is for Linux tasks on Fargate (ClientException)",
                "leave it out: the disk of a Windows task has 20 GiB",
            );
        }
        if task.pid_mode.is_some() {
            wrong(
                "PidMode",
                format!("is set for {family}"),
                "containers of Windows tasks don't see each other's processes (ClientException)",
                "leave it out",
            );
        }
    }
}

#[cfg(test)]
#[path = "task_definition_tests.rs"]
mod tests;
