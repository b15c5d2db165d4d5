//! Rules for on what services run their tasks.

use jeancloud_model::{
    Input,
    ecs::{
        AssignPublicIp, CapacityProvider, CapacityProviderStrategyItem, Cluster, Compatibility,
        Compute, LaunchType, OperatingSystemFamily, SchedulingStrategy, Service, TaskDefinition,
    },
};

use super::{
    super::{Report, Rule},
    CREATE_SERVICE,
    cluster::{SHARES as SHARES_DOCUMENT, share_fault},
};
use crate::{Declared, View};

pub(super) const SHARES: Rule = Rule {
    name: "service-capacity-providers",
    check: shares_of_capacity_providers_add_up,
};
pub(super) const CLUSTER: Rule = Rule {
    name: "service-cluster-providers",
    check: providers_are_the_clusters,
};
pub(super) const COMPATIBLE: Rule = Rule {
    name: "service-compatibility",
    check: the_tasks_run_where_the_service_runs_them,
};
pub(super) const ONLY: Rule = Rule {
    name: "service-launch-type",
    check: a_service_asks_for_what_its_launch_type_has,
};

fn shares_of_capacity_providers_add_up(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        if let Some(fault) = share_fault(service.compute.strategy()) {
            report
                .error(service.declaration, "CapacityProviderStrategy", fault)
                .rule("one share at most has a base, one at least a weight above 0, and Fargate's providers stand alone (InvalidParameterException)")
                .hint("`.weight(1)` on each share, and either Fargate's providers or one's own")
                .document(SHARES_DOCUMENT);
        }
    }
}

fn providers_are_the_clusters(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let Some(cluster) = view.target::<Cluster>(&service.cluster) else {
            continue;
        };
        let own = &cluster.resource.capacity_providers;
        let strangers = service.compute.strategy().iter().filter(|item| {
            let mut own = own.iter();
            !own.any(|provider| view.same(provider, &item.capacity_provider))
        });
        for name in strangers.filter_map(|item| item.capacity_provider.known()) {
            let wrong = format!(
                "{name} is none of the capacity providers of {}",
                cluster.address()
            );
            report
                .error(service.declaration, "CapacityProviderStrategy", wrong)
                .rule("a service names capacity providers that its cluster has, FARGATE and FARGATE_SPOT too (InvalidParameterException)")
                .hint(format!("add {name} to CapacityProviders of {}", cluster.address()))
                .document(SHARES_DOCUMENT);
        }
        // Without a default strategy AWS takes the launch type EC2.
        let task = view.target::<TaskDefinition>(&service.task_definition);
        let only_fargate = task.is_some_and(|task| {
            task.resource.requires_compatibilities[..] == [Compatibility::Fargate]
        });
        let none = cluster
            .resource
            .default_capacity_provider_strategy
            .is_empty();
        if service.compute == Compute::ClusterDefault && none && only_fargate {
            let wrong = format!(
                "is left to {}, which has no default strategy",
                cluster.address()
            );
            report
                .error(service.declaration, "CapacityProviderStrategy", wrong)
                .rule("without a launch type, a strategy and a default strategy, tasks run on EC2 instances: these are for Fargate")
                .hint(format!("leave Compute out (Fargate), or give {} a DefaultCapacityProviderStrategy", cluster.address()))
                .document(CREATE_SERVICE);
        }
    }
}

/// On what a service runs its tasks, where that is certain.
fn launch_type(view: &View, service: &Service) -> Option<LaunchType> {
    let all_fargate = |items: &[CapacityProviderStrategyItem]| {
        let fargate = |item: &CapacityProviderStrategyItem| {
            let name = item.capacity_provider.known();
            name.is_some_and(|name| {
                *name == CapacityProvider::FARGATE || *name == CapacityProvider::FARGATE_SPOT
            })
        };
        (!items.is_empty() && items.iter().all(fargate)).then_some(LaunchType::Fargate)
    };
    match &service.compute {
        Compute::Launch(launch_type) => Some(*launch_type),
        Compute::Providers(items) => all_fargate(items),
        Compute::ClusterDefault => {
            let cluster = view.target::<Cluster>(&service.cluster)?;
            all_fargate(&cluster.resource.default_capacity_provider_strategy)
        }
    }
}

fn the_tasks_run_where_the_service_runs_them(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let task = view.target::<TaskDefinition>(&service.task_definition);
        let (Some(task), Some(launch_type)) = (task, launch_type(view, &service)) else {
            continue;
        };
        let Some((wrong, hint)) = misfit(&service, task.resource, launch_type) else {
            continue;
        };
        report
            .error(service.declaration, "TaskDefinition", format!("{} {wrong}", task.address()))
            .rule(format!("tasks run on what their definition is for (InvalidParameterException: Task definition does not support launch_type {launch_type})"))
            .hint(hint)
            .document(CREATE_SERVICE);
    }
}

fn misfit(
    service: &Declared<'_, Service>,
    task: &TaskDefinition,
    launch_type: LaunchType,
) -> Option<(String, &'static str)> {
    let fits = |wanted| task.requires_compatibilities.contains(&wanted);
    let names: Vec<&str> = task
        .requires_compatibilities
        .iter()
        .map(|one| one.as_str())
        .collect();
    let is_for = match names.is_empty() {
        true => "EC2 alone".to_owned(),
        false => names.join(", "),
    };
    let windows = task.runtime_platform.as_ref();
    let windows = windows.and_then(|platform| platform.operating_system_family.as_ref()?.known());
    let spot = service
        .resource
        .compute
        .strategy()
        .iter()
        .any(|item| item.capacity_provider.known() == Some(&CapacityProvider::FARGATE_SPOT));
    match launch_type {
        LaunchType::Fargate if !fits(Compatibility::Fargate) => Some((
            format!("is for {is_for}, and the service runs on Fargate"),
            "add Compatibility::Fargate to its RequiresCompatibilities",
        )),
        LaunchType::Fargate
            if spot && windows.is_some_and(|family| *family != OperatingSystemFamily::Linux) =>
        {
            Some((
                "is for Windows, and FARGATE_SPOT runs Linux".to_owned(),
                "take the capacity provider FARGATE",
            ))
        }
        LaunchType::External if !fits(Compatibility::External) => Some((
            format!("is for {is_for}, and the service runs outside of AWS"),
            "add Compatibility::External to its RequiresCompatibilities",
        )),
        _ => None,
    }
}

fn a_service_asks_for_what_its_launch_type_has(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let Some(launch_type) = launch_type(view, &service) else {
            continue;
        };
        let fargate = launch_type == LaunchType::Fargate;
        let daemon = service.scheduling_strategy.as_ref().and_then(Input::known)
            == Some(&SchedulingStrategy::Daemon);
        let network = service.network_configuration.as_ref();
        let network = network.and_then(|network| network.awsvpc_configuration.as_ref());
        let public = network.and_then(|network| network.assign_public_ip.as_ref()?.known());
        let public = public == Some(&AssignPublicIp::Enabled);
        let faults = [
            (
                daemon && fargate,
                "SchedulingStrategy",
                "is DAEMON on Fargate",
                "a daemon runs on each instance of one's own (InvalidParameterException)",
                "leave it out, and say how many tasks: `.desired_count(2)`",
            ),
            (
                public && !fargate,
                "NetworkConfiguration",
                "gives public addresses to tasks that don't run on Fargate",
                "only tasks on Fargate have public addresses (InvalidParameterException: Assign public IP is not supported for this launch type)",
                "`NetworkConfiguration::private(…)`, with a NAT gateway or endpoints",
            ),
            (
                service.platform_version.is_some() && !fargate,
                "PlatformVersion",
                "is set for tasks that don't run on Fargate",
                "a platform version is Fargate's (InvalidParameterException)",
                "leave it out",
            ),
        ];
        for (_, property, wrong, rule, hint) in faults.into_iter().filter(|fault| fault.0) {
            report
                .error(service.declaration, property, wrong)
                .rule(rule)
                .hint(hint)
                .document(CREATE_SERVICE);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle, Input,
        ec2::SecurityGroupId,
        ecs::{
            CapacityProvider, CapacityProviderStrategyItem, Cluster, Compatibility, Compute,
            LaunchType, NetworkConfiguration, SchedulingStrategy,
        },
    };

    use super::super::testing::{add_service, add_service_of};
    use crate::check::testing::{Healthy, broken, healthy};

    fn share(provider: CapacityProvider) -> CapacityProviderStrategyItem {
        let share = CapacityProviderStrategyItem::builder().capacity_provider(provider);
        share.weight(1).build()
    }

    fn spot_cluster(h: &Healthy<'_>) -> Handle<Cluster> {
        let cluster = Cluster::builder()
            .capacity_providers([CapacityProvider::FARGATE, CapacityProvider::FARGATE_SPOT])
            .default_capacity_provider_strategy([share(CapacityProvider::FARGATE_SPOT)]);
        h.scope.add("spot", cluster.build())
    }

    #[test]
    fn a_service_on_spare_servers_is_healthy() {
        healthy(|h| {
            add_service(h, |service| {
                service.cluster = jeancloud_model::IntoInput::into_input(&spot_cluster(h));
                service.compute = Compute::ClusterDefault;
            });
        });
    }

    #[test]
    fn a_task_for_fargate_runs_on_instances_too() {
        healthy(|h| {
            add_service(h, |service| {
                service.compute = Compute::Launch(LaunchType::Ec2)
            });
        });
    }

    #[test]
    fn some_share_has_a_weight() {
        assert_snapshot!(broken("service-capacity-providers", |h| {
            add_service(h, |service| {
                let spot = CapacityProviderStrategyItem::builder().capacity_provider(CapacityProvider::FARGATE_SPOT).build();
                service.cluster = jeancloud_model::IntoInput::into_input(&spot_cluster(h));
                service.compute = Compute::Providers(vec![spot]);
            });
        }), @"
        error: main/service: CapacityProviderStrategy no share has a weight above 0
          rule: one share at most has a base, one at least a weight above 0, and Fargate's providers stand alone (InvalidParameterException)
          hint: `.weight(1)` on each share, and either Fargate's providers or one's own
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
        ");
    }

    #[test]
    fn a_provider_is_the_clusters() {
        assert_snapshot!(broken("service-cluster-providers", |h| {
            add_service(h, |service| service.compute = Compute::Providers(vec![share(CapacityProvider::FARGATE_SPOT)]));
        }), @"
        error: main/service: CapacityProviderStrategy FARGATE_SPOT is none of the capacity providers of main/cluster
          rule: a service names capacity providers that its cluster has, FARGATE and FARGATE_SPOT too (InvalidParameterException)
          hint: add FARGATE_SPOT to CapacityProviders of main/cluster
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
        ");
    }

    #[test]
    fn a_default_is_there_to_be_taken() {
        assert_snapshot!(broken("service-cluster-providers", |h| {
            add_service(h, |service| service.compute = Compute::ClusterDefault);
        }), @"
        error: main/service: CapacityProviderStrategy is left to main/cluster, which has no default strategy
          rule: without a launch type, a strategy and a default strategy, tasks run on EC2 instances: these are for Fargate
          hint: leave Compute out (Fargate), or give main/cluster a DefaultCapacityProviderStrategy
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
        ");
    }

    #[test]
    fn a_task_for_instances_does_not_run_on_fargate() {
        assert_snapshot!(broken("service-compatibility", |h| {
            add_service_of(h, |task| task.requires_compatibilities = vec![Compatibility::Ec2], |_| ());
        }), @"
        error: main/service: TaskDefinition main/task is for EC2, and the service runs on Fargate
          rule: tasks run on what their definition is for (InvalidParameterException: Task definition does not support launch_type FARGATE)
          hint: add Compatibility::Fargate to its RequiresCompatibilities
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
        ");
    }

    #[test]
    fn fargate_has_no_daemons() {
        assert_snapshot!(broken("service-launch-type", |h| {
            add_service(h, |service| service.scheduling_strategy = Some(Input::Known(SchedulingStrategy::Daemon)));
        }), @"
        error: main/service: SchedulingStrategy is DAEMON on Fargate
          rule: a daemon runs on each instance of one's own (InvalidParameterException)
          hint: leave it out, and say how many tasks: `.desired_count(2)`
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
        ");
    }

    #[test]
    fn tasks_on_instances_have_no_public_address() {
        assert_snapshot!(broken("service-launch-type", |h| {
            add_service(h, |service| {
                service.compute = Compute::Launch(LaunchType::Ec2);
                service.network_configuration = Some(NetworkConfiguration::public(h.subnets, Vec::<SecurityGroupId>::new()));
            });
        }), @"
        error: main/service: NetworkConfiguration gives public addresses to tasks that don't run on Fargate
          rule: only tasks on Fargate have public addresses (InvalidParameterException: Assign public IP is not supported for this launch type)
          hint: `NetworkConfiguration::private(…)`, with a NAT gateway or endpoints
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
        ");
    }
}
