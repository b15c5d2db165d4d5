//! Rules for services and what they stand between: network, load balancers, containers.

use jeancloud_model::{
    Address, Input, Resource,
    ec2::{SecurityGroup, Subnet, VpcId},
    ecs::{AwsVpcConfiguration, Compute, LaunchType, NetworkMode, Service, TaskDefinition},
    elastic_load_balancing_v2::{Listener, ListenerRule, TargetGroup, TargetType},
    reference,
};

use super::{
    super::{Report, Rule, ec2::traffic},
    CREATE_SERVICE,
};
use crate::{Declared, View};

pub(super) const NETWORK: Rule = Rule {
    name: "service-network",
    check: tasks_with_an_interface_of_their_own_have_subnets,
};
pub(super) const VPC: Rule = Rule {
    name: "service-one-vpc",
    check: subnets_groups_and_target_groups_are_of_one_vpc,
};
pub(super) const CONTAINER: Rule = Rule {
    name: "service-container",
    check: a_load_balancer_sends_to_a_container_that_listens,
};
pub(super) const TARGET_TYPE: Rule = Rule {
    name: "service-target-type",
    check: target_groups_take_what_the_tasks_are,
};
pub(super) const LISTENER: Rule = Rule {
    name: "service-listener",
    check: a_target_group_has_a_listener,
};
pub(super) const EXECUTE: Rule = Rule {
    name: "service-execute-command",
    check: commands_need_a_task_role,
};

fn vpc_configuration(service: &Service) -> Option<&AwsVpcConfiguration> {
    service
        .network_configuration
        .as_ref()?
        .awsvpc_configuration
        .as_ref()
}

fn has_own_interface(task: &TaskDefinition) -> bool {
    task.network_mode.as_ref().and_then(Input::known) == Some(&NetworkMode::AwsVpc)
}

fn tasks_with_an_interface_of_their_own_have_subnets(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let task = view.target::<TaskDefinition>(&service.task_definition);
        let fargate = service.compute == Compute::Launch(LaunchType::Fargate);
        let needs = fargate || task.is_some_and(|task| has_own_interface(&task));
        let mut wrong = |wrong: String, rule: &str| {
            report
                .error(service.declaration, "NetworkConfiguration", wrong)
                .rule(rule)
                .hint("NetworkConfiguration::private([&subnet_a, &subnet_b], [&group])")
                .document(CREATE_SERVICE);
        };
        let Some(vpc) = vpc_configuration(&service) else {
            if needs {
                wrong(
                    "is left out".to_owned(),
                    "tasks with the network mode awsvpc, all on Fargate, need subnets (InvalidParameterException)",
                );
            }
            continue;
        };
        let mode = task.and_then(|task| task.resource.network_mode.as_ref()?.known().copied());
        if let Some(mode) = mode.filter(|mode| *mode != NetworkMode::AwsVpc) {
            report
                .error(service.declaration, "NetworkConfiguration", format!("is set for tasks with the network mode {mode}"))
                .rule("subnets and groups are for tasks with the network mode awsvpc (InvalidParameterException)")
                .hint("leave it out, or take NetworkMode::AwsVpc")
                .document(CREATE_SERVICE);
            continue;
        }
        let mut wrong = |wrong: String, rule: &str| {
            report
                .error(service.declaration, "NetworkConfiguration", wrong)
                .rule(rule)
                .hint("NetworkConfiguration::private([&subnet_a, &subnet_b], [&group])")
                .document(CREATE_SERVICE);
        };
        let (subnets, groups) = (vpc.subnets.len(), vpc.security_groups.len());
        if !(1..=16).contains(&subnets) {
            wrong(
                format!("has {subnets} subnets"),
                "a service has 1 to 16 subnets (InvalidParameterException)",
            );
        }
        if groups > 5 {
            wrong(
                format!("has {groups} security groups"),
                "a service has at most 5 security groups (InvalidParameterException)",
            );
        }
    }
}

/// What a service names that lies in a VPC, with the property and that VPC.
fn in_vpcs<'v>(
    view: &'v View,
    service: &Service,
) -> Vec<(&'static str, Address, &'v Input<VpcId>)> {
    let mut all = Vec::new();
    if let Some(vpc) = vpc_configuration(service) {
        let subnets = vpc
            .subnets
            .iter()
            .filter_map(|subnet| view.target::<Subnet>(subnet));
        all.extend(
            subnets.map(|one| ("NetworkConfiguration", one.address(), &one.resource.vpc_id)),
        );
        let groups = vpc.security_groups.iter();
        let groups = groups.filter_map(|group| view.target::<SecurityGroup>(group));
        all.extend(groups.map(|one| ("NetworkConfiguration", one.address(), &one.resource.vpc_id)));
    }
    for (group, _) in target_groups(view, service) {
        all.push(("LoadBalancers", group.address(), &group.resource.vpc_id));
    }
    all
}

fn target_groups<'v>(
    view: &'v View,
    service: &Service,
) -> Vec<(
    Declared<'v, TargetGroup>,
    jeancloud_model::ecs::ServiceLoadBalancer,
)> {
    let groups = service.load_balancers.iter();
    groups
        .filter_map(|one| {
            Some((
                view.target::<TargetGroup>(&one.target_group_arn)?,
                one.clone(),
            ))
        })
        .collect()
}

fn subnets_groups_and_target_groups_are_of_one_vpc(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let all = in_vpcs(view, &service);
        let Some((_, first, vpc)) = all.first() else {
            continue;
        };
        for (property, address, other) in &all[1..] {
            if traffic::are_other_vpcs(view, vpc, other) {
                report
                    .error(
                        service.declaration,
                        *property,
                        format!("{address} is in another VPC than {first}"),
                    )
                    .rule("subnets, security groups and target groups of a service are of one VPC (InvalidParameterException)")
                    .hint("name those of the VPC that its tasks run in")
                    .document(CREATE_SERVICE);
            }
        }
    }
}

fn a_load_balancer_sends_to_a_container_that_listens(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let count = service.load_balancers.len();
        if count > 5 {
            report
                .error(service.declaration, "LoadBalancers", format!("name {count} target groups"))
                .rule("a service has at most 5 target groups (InvalidParameterException)")
                .hint("let rules of one listener forward to one target group")
                .document("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html");
        }
        let Some(task) = view.target::<TaskDefinition>(&service.task_definition) else {
            continue;
        };
        for load_balancer in &service.load_balancers {
            let (Some(name), Some(port)) = (
                load_balancer.container_name.known(),
                load_balancer.container_port.known(),
            ) else {
                continue;
            };
            let mut containers = task.resource.container_definitions.iter();
            let container =
                containers.find(|one| one.name.known().is_none_or(|known| known == name));
            let (wrong, hint) = match container {
                None => {
                    let names = task.resource.container_definitions.iter();
                    let names: Vec<&str> = names
                        .filter_map(|one| Some(one.name.known()?.as_str()))
                        .collect();
                    let wrong = format!("the container {name} is none of {}", task.address());
                    (wrong, format!("its containers: {}", names.join(", ")))
                }
                Some(container) => {
                    let mut ports = container
                        .port_mappings
                        .iter()
                        .map(|mapping| &mapping.container_port);
                    if ports.any(|mapped| mapped.known().is_none_or(|mapped| mapped == port)) {
                        continue;
                    }
                    let wrong = format!("nobody listens on port {port} of {name}");
                    (
                        wrong,
                        format!("`.port_mappings([{port}])` in the container {name}"),
                    )
                }
            };
            report
                .error(service.declaration, "LoadBalancers", wrong)
                .rule("a load balancer sends to a container of the task, on one of its port mappings (InvalidParameterException)")
                .hint(hint)
                .document("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html");
        }
    }
}

fn target_groups_take_what_the_tasks_are(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let task = view.target::<TaskDefinition>(&service.task_definition);
        let mode = task.and_then(|task| task.resource.network_mode.as_ref()?.known().copied());
        let Some(mode) = mode.filter(|mode| *mode != NetworkMode::None) else {
            continue;
        };
        for (group, _) in target_groups(view, &service) {
            let kind = group.resource.target_type.as_ref();
            let kind = kind.map_or(Some(TargetType::Instance), |kind| kind.known().copied());
            let (wanted, name) = match mode {
                NetworkMode::AwsVpc => (TargetType::Ip, "Ip"),
                _ => (TargetType::Instance, "Instance"),
            };
            let Some(kind) = kind.filter(|kind| *kind != wanted) else {
                continue;
            };
            report
                .error(
                    service.declaration,
                    "LoadBalancers",
                    format!("{} takes targets of the type {kind}, and the tasks have the network mode {mode}", group.address()),
                )
                .rule("tasks with the network mode awsvpc are targets by their address, others by their instance (InvalidParameterException)")
                .hint(format!("`.target_type(TargetType::{name})` on {}", group.address()))
                .document(CREATE_SERVICE);
        }
    }
}

fn commands_need_a_task_role(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let on = service
            .enable_execute_command
            .as_ref()
            .and_then(Input::known);
        let task = view.target::<TaskDefinition>(&service.task_definition);
        if let Some(task) = task.filter(|task| on == Some(&true) && task.task_role_arn.is_none()) {
            let wrong = format!("is on, and {} has no TaskRoleArn", task.address());
            report
                .error(service.declaration, "EnableExecuteCommand", wrong)
                .rule("commands reach a container with its task's role (InvalidParameterException: a valid taskRoleArn is not being used)")
                .hint("a Role that ecs-tasks.amazonaws.com may assume and that allows ssmmessages:CreateControlChannel, CreateDataChannel, OpenControlChannel and OpenDataChannel on *")
                .document("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html");
        }
    }
}

fn a_target_group_has_a_listener(view: &View, report: &mut Report) {
    let forwards = |group: Address| {
        view.declarations().iter().any(|one| {
            let forwarder = one.type_name == Listener::TYPE || one.type_name == ListenerRule::TYPE;
            let mut found = false;
            if forwarder {
                reference::each(&one.properties, &mut |address, _| {
                    found |= address == group.as_str()
                });
            }
            found
        })
    };
    for service in view.all::<Service>() {
        for (group, _) in target_groups(view, &service) {
            if forwards(group.address()) {
                continue;
            }
            report
                .error(
                    service.declaration,
                    "LoadBalancers",
                    format!("no listener forwards to {}", group.address()),
                )
                .rule("a service's target group has a load balancer: a listener or rule that forwards to it (InvalidParameterException)")
                .hint(format!("a Listener whose default action forwards to {}", group.address()))
                .document(CREATE_SERVICE);
        }
    }
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
