//! Rules for services and what they stand between: network, load balancers, containers.

use jeancloud_model::{
    Address, Input, Resource,
    ec2::{SecurityGroup, Subnet, VpcId},
    ecs::{AwsVpcConfiguration, Compute, LaunchType, NetworkMode, Service, TaskDefinition},
    elastic_load_balancing_v2::{Listener, ListenerRule, TargetGroup, TargetType},
    reference,
};

use super::{
    super::{Report, Rule},
    CREATE_SERVICE,
    cluster::share_fault,
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
    check: target_groups_of_tasks_with_addresses_take_addresses,
};
pub(super) const LISTENER: Rule = Rule {
    name: "service-listener",
    check: a_target_group_has_a_listener,
};
pub(super) const COMPUTE: Rule = Rule {
    name: "service-capacity-providers",
    check: shares_of_capacity_providers_add_up,
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
            // An output and an id may be one VPC: what isn't known is not judged.
            let comparable = vpc.known().is_some() == other.known().is_some();
            if comparable && !view.same(*vpc, *other) {
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

fn target_groups_of_tasks_with_addresses_take_addresses(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let Some(task) = view.target::<TaskDefinition>(&service.task_definition) else {
            continue;
        };
        if !has_own_interface(&task) {
            continue;
        }
        for (group, _) in target_groups(view, &service) {
            let kind = group.resource.target_type.as_ref();
            let kind = kind.map_or(Some(TargetType::Instance), |kind| kind.known().copied());
            let Some(kind) = kind.filter(|kind| *kind != TargetType::Ip) else {
                continue;
            };
            report
                .error(
                    service.declaration,
                    "LoadBalancers",
                    format!("{} takes targets of the type {kind}", group.address()),
                )
                .rule("tasks with the network mode awsvpc are targets by their address (InvalidParameterException)")
                .hint(format!("`.target_type(TargetType::Ip)` on {}", group.address()))
                .document(CREATE_SERVICE);
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

fn shares_of_capacity_providers_add_up(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        if let Some(fault) = share_fault(service.compute.strategy()) {
            report
                .error(service.declaration, "CapacityProviderStrategy", fault)
                .rule("one share at most has a base, and one at least a weight above 0 (InvalidParameterException)")
                .hint("`.weight(1)` on each share")
                .document("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html");
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle, Input, cidr,
        ec2::{Subnet, Vpc},
        ecs::{CapacityProvider, CapacityProviderStrategyItem, Compute, ServiceLoadBalancer},
        elastic_load_balancing_v2::{Protocol, TargetGroup, TargetType},
    };

    use super::super::testing::add_service;
    use crate::check::testing::{Healthy, broken, problems};

    fn add_group(h: &Healthy<'_>, kind: TargetType) -> Handle<TargetGroup> {
        h.scope.add(
            "group",
            TargetGroup::builder()
                .vpc_id(&h.vpc)
                .protocol(Protocol::Http)
                .port(8000)
                .target_type(kind)
                .build(),
        )
    }

    /// The problems of these rules alone: a target group without a listener has its own.
    fn texts(rule: &str, change: impl FnOnce(&Healthy<'_>)) -> String {
        let found = problems(change).into_iter().filter(|one| one.code == rule);
        let texts: Vec<String> = found
            .map(|one| format!("{}: {}\n{}", one.address, one.wrong, one.hint))
            .collect();
        texts.join("\n")
    }

    #[test]
    fn a_service_on_fargate_has_subnets() {
        assert_snapshot!(broken("service-network", |h| {
            add_service(h, |service| service.network_configuration = None);
        }), @"
        error: main/service: NetworkConfiguration is left out
          rule: tasks with the network mode awsvpc, all on Fargate, need subnets (InvalidParameterException)
          hint: NetworkConfiguration::private([&subnet_a, &subnet_b], [&group])
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
        ");
    }

    #[test]
    fn subnets_are_of_one_vpc() {
        assert_snapshot!(broken("service-one-vpc", |h| {
            let other = h.scope.add("other-vpc", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
            let subnet = h.scope.add("other-subnet", Subnet::builder()
                .vpc_id(&other)
                .cidr_block(cidr!("10.1.0.0/24"))
                .build());
            add_service(h, |service| {
                let network = service.network_configuration.as_mut();
                let vpc = network.and_then(|network| network.awsvpc_configuration.as_mut());
                vpc.unwrap().subnets.push(jeancloud_model::IntoInput::into_input(&subnet));
            });
        }), @"
        error: main/service: NetworkConfiguration main/other-subnet is in another VPC than main/subnet-a
          rule: subnets, security groups and target groups of a service are of one VPC (InvalidParameterException)
          hint: name those of the VPC that its tasks run in
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
        ");
    }

    #[test]
    fn a_load_balancer_sends_to_a_port_that_is_mapped() {
        assert_snapshot!(texts("service-container", |h| {
            let group = add_group(h, TargetType::Ip);
            add_service(h, |service| {
                service.load_balancers = vec![ServiceLoadBalancer::new(&group, "app", 80)];
            });
        }), @"
        main/service: nobody listens on port 80 of app
        `.port_mappings([80])` in the container app
        ");
    }

    #[test]
    fn a_load_balancer_sends_to_a_container_of_the_task() {
        assert_snapshot!(texts("service-container", |h| {
            let group = add_group(h, TargetType::Ip);
            add_service(h, |service| {
                service.load_balancers = vec![ServiceLoadBalancer::new(&group, "web", 8000)];
            });
        }), @"
        main/service: the container web is none of main/task
        its containers: app
        ");
    }

    #[test]
    fn a_target_group_of_tasks_takes_addresses() {
        assert_snapshot!(texts("service-target-type", |h| {
            let group = add_group(h, TargetType::Instance);
            add_service(h, |service| {
                service.load_balancers = vec![ServiceLoadBalancer::new(&group, "app", 8000)];
            });
        }), @"
        main/service: main/group takes targets of the type instance
        `.target_type(TargetType::Ip)` on main/group
        ");
    }

    #[test]
    fn a_services_target_group_has_a_listener() {
        assert_snapshot!(texts("service-listener", |h| {
            let group = add_group(h, TargetType::Ip);
            add_service(h, |service| {
                service.load_balancers = vec![ServiceLoadBalancer::new(&group, "app", 8000)];
            });
        }), @"
        main/service: no listener forwards to main/group
        a Listener whose default action forwards to main/group
        ");
    }

    #[test]
    fn some_share_has_a_weight() {
        assert_snapshot!(broken("service-capacity-providers", |h| {
            add_service(h, |service| {
                let spot = CapacityProviderStrategyItem::builder().capacity_provider(CapacityProvider::FARGATE_SPOT).build();
                service.compute = Compute::Providers(vec![spot]);
                service.desired_count = Some(Input::Known(jeancloud_model::Bounded::new(2)));
            });
        }), @"
        error: main/service: CapacityProviderStrategy no share has a weight above 0
          rule: one share at most has a base, and one at least a weight above 0 (InvalidParameterException)
          hint: `.weight(1)` on each share
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
        ");
    }
}
