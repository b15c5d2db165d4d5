//! Rules for the containers of a task.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{
    Bounded, Input,
    ecs::{
        ContainerCondition, ContainerDefinition, ContainerName, NetworkMode, PortMapping,
        TaskDefinition,
    },
};

use super::{
    super::{Report, Rule},
    TASK_DEFINITION,
};
use crate::{Declared, View};

pub(super) const SIZE: Rule = Rule {
    name: "container-size",
    check: containers_fit_into_their_task,
};
pub(super) const PORTS: Rule = Rule {
    name: "container-ports",
    check: a_port_of_a_task_is_taken_once,
};
pub(super) const VARIABLES: Rule = Rule {
    name: "container-variables",
    check: a_variable_is_set_once,
};
pub(super) const DEPENDENCIES: Rule = Rule {
    name: "container-dependencies",
    check: a_container_waits_for_containers_of_its_task,
};
pub(super) const MOUNTS: Rule = Rule {
    name: "container-mounts",
    check: a_mount_point_names_a_volume_of_the_task,
};
pub(super) const LIMITS: Rule = Rule {
    name: "container-ulimits",
    check: a_soft_limit_is_not_above_its_hard_limit,
};
pub(super) const HEALTH: Rule = Rule {
    name: "container-health-check",
    check: a_health_check_says_how_its_command_is_run,
};

fn each(view: &View) -> impl Iterator<Item = (Declared<'_, TaskDefinition>, &ContainerDefinition)> {
    let tasks = view.all::<TaskDefinition>();
    tasks.flat_map(|task| {
        task.resource
            .container_definitions
            .iter()
            .map(move |one| (task, one))
    })
}

fn name(container: &ContainerDefinition) -> &str {
    container
        .name
        .known()
        .map_or("a container", ContainerName::as_str)
}

fn bounded<const MIN: u32, const MAX: u32>(
    value: &Option<Input<Bounded<MIN, MAX>>>,
) -> Option<u32> {
    Some(value.as_ref()?.known()?.number())
}

fn containers_fit_into_their_task(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        let containers = &task.container_definitions;
        let cpu: u32 = (containers.iter())
            .filter_map(|one| one.cpu.as_ref()?.known().copied())
            .sum();
        let memory = |one: &ContainerDefinition| {
            bounded(&one.memory_reservation).or_else(|| bounded(&one.memory))
        };
        let reserved: u32 = containers.iter().filter_map(memory).sum();
        for (what, unit, wanted, there) in [
            ("Cpu", "CPU units", cpu, task.size.cpu()),
            ("Memory", "MiB", reserved, task.size.memory()),
        ] {
            if wanted > there {
                report
                    .error(
                        task.declaration,
                        what,
                        format!("its containers want {wanted} {unit} of {there}"),
                    )
                    .rule("what containers reserve fits into their task (ClientException)")
                    .hint("take a larger FargateSize, or let containers share what there is")
                    .document(TASK_DEFINITION);
            }
        }
    }
    for (task, container) in each(view) {
        let (hard, soft) = (
            bounded(&container.memory),
            bounded(&container.memory_reservation),
        );
        let most = task.size.memory();
        // Without a reservation the sum above says so.
        if let Some(hard) = hard.filter(|hard| *hard > most && soft.is_some()) {
            report
                .error(
                    task.declaration,
                    "ContainerDefinitions",
                    format!("{} may use {hard} MiB of {most}", name(container)),
                )
                .rule("a container's Memory is at most its task's (ClientException)")
                .hint("leave Memory out, or take a larger FargateSize")
                .document(TASK_DEFINITION);
        }
        if let (Some(hard), Some(soft)) = (hard, soft)
            && soft >= hard
        {
            report
                .error(
                    task.declaration,
                    "ContainerDefinitions",
                    format!(
                        "{} is killed at {hard} MiB and kept {soft}",
                        name(container)
                    ),
                )
                .rule("Memory is more than MemoryReservation (ClientException)")
                .hint("leave one of them out, or raise Memory")
                .document(TASK_DEFINITION);
        }
    }
}

fn a_port_of_a_task_is_taken_once(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        if task.network_mode.as_ref().and_then(Input::known) != Some(&NetworkMode::AwsVpc) {
            continue;
        }
        let mut taken: BTreeMap<(u16, &str), &str> = BTreeMap::new();
        for container in &task.container_definitions {
            for mapping in &container.port_mappings {
                let Some(port) = mapping.container_port.known().map(|port| port.number()) else {
                    continue;
                };
                let host = mapping.host_port.as_ref().and_then(Input::known);
                if let Some(host) = host.filter(|host| host.number() != port) {
                    report
                        .error(
                            task.declaration,
                            "ContainerDefinitions",
                            format!("{} maps port {port} to {host}", name(container)),
                        )
                        .rule("under awsvpc the host port is the container's own (ClientException)")
                        .hint("leave HostPort out")
                        .document("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html");
                }
                if let Some(other) = taken.insert((port, protocol(mapping)), name(container)) {
                    report
                        .error(
                            task.declaration,
                            "ContainerDefinitions",
                            format!("{other} and {} both listen on port {port}", name(container)),
                        )
                        .rule("containers of a task share one network interface (ClientException)")
                        .hint("let one of them listen on another port")
                        .document(TASK_DEFINITION);
                }
            }
        }
    }
}

fn protocol(mapping: &PortMapping) -> &'static str {
    let protocol = mapping.protocol.as_ref().and_then(Input::known);
    protocol.map_or("tcp", |protocol| protocol.as_str())
}

fn a_variable_is_set_once(view: &View, report: &mut Report) {
    for (task, container) in each(view) {
        let variables = container.environment.iter().map(|variable| &variable.name);
        let secrets = container.secrets.iter().map(|secret| &secret.name);
        let mut seen = BTreeSet::new();
        for variable in variables.chain(secrets).filter_map(|name| name.as_known()) {
            let wrong = if variable.is_empty() {
                format!("{} has a variable without a name", name(container))
            } else if !seen.insert(variable) {
                format!("{} has {variable} twice", name(container))
            } else {
                continue;
            };
            report
                .error(task.declaration, "ContainerDefinitions", wrong)
                .rule("a variable or secret has a name of its own in its container (ClientException)")
                .hint("set each variable once, in Environment or in Secrets")
                .document("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html");
        }
    }
}

fn a_container_waits_for_containers_of_its_task(view: &View, report: &mut Report) {
    for (task, container) in each(view) {
        for dependency in &container.depends_on {
            let Some(wanted) = dependency.container_name.known() else {
                continue;
            };
            let mut others = task.container_definitions.iter();
            let target = others.rfind(|one| one.name.known() == Some(wanted));
            let healthy = dependency.condition.known() == Some(&ContainerCondition::Healthy);
            let ends = matches!(
                dependency.condition.known(),
                Some(ContainerCondition::Complete | ContainerCondition::Success)
            );
            let wrong = match target {
                None => format!(
                    "{} waits for {wanted}, which the task has not",
                    name(container)
                ),
                Some(target) if target.name == container.name => {
                    format!("{wanted} waits for itself")
                }
                Some(target) if healthy && target.health_check.is_none() => {
                    format!(
                        "{} waits until {wanted} is healthy, and it has no HealthCheck",
                        name(container)
                    )
                }
                Some(target) if ends && is_essential(target) => format!(
                    "{} waits until {wanted} has ended, and with it, being essential, the task ends",
                    name(container)
                ),
                Some(target) if waits_for(&task, target, container) => {
                    format!("{} and {wanted} wait for each other", name(container))
                }
                Some(_) => continue,
            };
            report
                .error(task.declaration, "ContainerDefinitions", wrong)
                .rule("a container waits for another one of its task that does not wait for it; for HEALTHY that one has a health check, for COMPLETE and SUCCESS it is not essential (ClientException)")
                .hint("name a container of this task, and the condition that it can reach")
                .document("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html");
        }
    }
}

fn is_essential(container: &ContainerDefinition) -> bool {
    let essential = container.essential.as_ref().map(Input::known);
    // AWS's default is true.
    matches!(essential, None | Some(Some(true)))
}

/// Whether `one` waits for `other`, directly or through others.
fn waits_for(
    task: &TaskDefinition,
    one: &ContainerDefinition,
    other: &ContainerDefinition,
) -> bool {
    let mut left = vec![one];
    let mut seen: Vec<&Input<ContainerName>> = Vec::new();
    while let Some(container) = left.pop() {
        if seen.contains(&&container.name) {
            continue;
        }
        seen.push(&container.name);
        for dependency in &container.depends_on {
            if dependency.container_name == other.name {
                return true;
            }
            let next = task.container_definitions.iter();
            left.extend(next.filter(|next| next.name == dependency.container_name));
        }
    }
    false
}

fn a_mount_point_names_a_volume_of_the_task(view: &View, report: &mut Report) {
    for (task, container) in each(view) {
        for mount in &container.mount_points {
            let Some(wanted) = mount.source_volume.as_known() else {
                continue;
            };
            let mut volumes = task.volumes.iter();
            if volumes.any(|volume| volume.name.as_known().is_none_or(|name| name == wanted)) {
                continue;
            }
            report
                .error(
                    task.declaration,
                    "ContainerDefinitions",
                    format!("{} mounts {wanted}, which is no volume of the task", name(container)),
                )
                .rule("a mount point names one of the task's Volumes (ClientException: Unknown volume)")
                .hint(format!("`.volumes([TaskVolume::scratch(\"{wanted}\")])`"))
                .document(TASK_DEFINITION);
        }
    }
}

fn a_soft_limit_is_not_above_its_hard_limit(view: &View, report: &mut Report) {
    for (task, container) in each(view) {
        for limit in &container.ulimits {
            let (Some(soft), Some(hard)) = (limit.soft_limit.known(), limit.hard_limit.known())
            else {
                continue;
            };
            if soft > hard {
                let what = limit.name.known().map_or("a limit", |name| name.as_str());
                let wrong = format!(
                    "{} starts with {soft} and may have {hard} of {what}",
                    name(container)
                );
                report
                    .error(task.declaration, "ContainerDefinitions", wrong)
                    .rule("a SoftLimit is at most its HardLimit (ClientException)")
                    .hint(format!("a HardLimit of {soft}"))
                    .document(
                        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html",
                    );
            }
        }
    }
}

fn a_health_check_says_how_its_command_is_run(view: &View, report: &mut Report) {
    for (task, container) in each(view) {
        let Some(health) = &container.health_check else {
            continue;
        };
        let first = health.command.first().map(|first| first.pattern());
        let first = first.as_deref();
        let shell = first == Some("CMD-SHELL") && health.command.len() == 2;
        if shell || (first == Some("CMD") && health.command.len() > 1) {
            continue;
        }
        let wrong = match first {
            None => format!("the health check of {} has no command", name(container)),
            Some(first) => format!(
                "the health check of {} begins with {first}",
                name(container)
            ),
        };
        report
            .error(task.declaration, "ContainerDefinitions", wrong)
            .rule(
                "a health check is CMD-SHELL and one command, or CMD, a program and its arguments",
            )
            .hint("ContainerHealthCheck::shell(\"curl -f http://localhost:8000/health || exit 1\")")
            .document(
                "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html",
            );
    }
}

#[cfg(test)]
#[path = "container_tests.rs"]
mod tests;
