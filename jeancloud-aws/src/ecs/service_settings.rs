//! The settings of services, as the SDK takes them and as AWS tells them.

use aws_sdk_ecs::types as sdk;
use jeancloud_model::{
    Arn, Input, Port,
    ec2::{SecurityGroupId, SubnetId},
    ecs::{
        AssignPublicIp, AwsVpcConfiguration, Compute, ContainerName, DeploymentAlarms,
        DeploymentCircuitBreaker, DeploymentConfiguration, DeploymentController,
        DeploymentControllerType, LaunchType, NetworkConfiguration, ServiceLoadBalancer,
        ServiceRegistry,
    },
    elastic_load_balancing_v2::TargetGroupArn,
};

use super::{
    cluster::read_item,
    common::{bounded, built, copied, number, some, strings, texts},
};

/// Where its tasks are.
pub(super) fn network(network: &NetworkConfiguration) -> sdk::NetworkConfiguration {
    let NetworkConfiguration {
        awsvpc_configuration,
    } = network;
    let vpc = awsvpc_configuration.as_ref().map(|vpc| {
        let AwsVpcConfiguration {
            subnets,
            security_groups,
            assign_public_ip,
        } = vpc;
        let vpc = sdk::AwsVpcConfiguration::builder()
            .set_subnets(Some(
                subnets.iter().map(|one| one.value().to_string()).collect(),
            ))
            .set_security_groups(some(
                security_groups.iter().map(|one| one.value().to_string()),
            ))
            .set_assign_public_ip(copied(assign_public_ip).map(|one| one.as_str().into()));
        built(vpc.build())
    });
    sdk::NetworkConfiguration::builder()
        .set_awsvpc_configuration(vpc)
        .build()
}

pub(super) fn read_network(network: &sdk::NetworkConfiguration) -> Option<NetworkConfiguration> {
    let vpc = network.awsvpc_configuration()?;
    let vpc = AwsVpcConfiguration {
        subnets: (vpc.subnets().iter())
            .map(|id| Input::Known(SubnetId::new(id.clone())))
            .collect(),
        security_groups: (vpc.security_groups().iter())
            .map(|id| Input::Known(SecurityGroupId::new(id.clone())))
            .collect(),
        assign_public_ip: (vpc.assign_public_ip())
            .and_then(|one| AssignPublicIp::from_aws(one.as_str()))
            .map(Input::Known),
    };
    Some(NetworkConfiguration {
        awsvpc_configuration: Some(vpc),
    })
}

/// A target group that sends it requests.
pub(super) fn load_balancer(load_balancer: &ServiceLoadBalancer) -> sdk::LoadBalancer {
    let ServiceLoadBalancer {
        target_group_arn,
        container_name,
        container_port,
    } = load_balancer;
    sdk::LoadBalancer::builder()
        .target_group_arn(target_group_arn.value().as_str())
        .container_name(container_name.value().as_str())
        .container_port(container_port.value().number().into())
        .build()
}

pub(super) fn read_load_balancer(load_balancer: &sdk::LoadBalancer) -> Option<ServiceLoadBalancer> {
    let group = load_balancer.target_group_arn()?.to_owned();
    Some(ServiceLoadBalancer {
        target_group_arn: Input::Known(TargetGroupArn::new(group)),
        container_name: Input::Known(load_balancer.container_name()?.into()),
        container_port: Input::Known(port(load_balancer.container_port())?),
    })
}

/// A Cloud Map service that lists its tasks.
pub(super) fn registry(registry: &ServiceRegistry) -> sdk::ServiceRegistry {
    let ServiceRegistry {
        registry_arn,
        container_name,
        container_port,
        port,
    } = registry;
    let number =
        |port: &Option<Input<Port>>| port.as_ref().map(|port| port.value().number().into());
    sdk::ServiceRegistry::builder()
        .registry_arn(registry_arn.value().as_str())
        .set_container_name(container_name.as_ref().map(|name| name.value().to_string()))
        .set_container_port(number(container_port))
        .set_port(number(port))
        .build()
}

pub(super) fn read_registry(registry: &sdk::ServiceRegistry) -> Option<ServiceRegistry> {
    let container = registry.container_name();
    Some(ServiceRegistry {
        registry_arn: Input::Known(Arn::new(registry.registry_arn()?.to_owned())),
        container_name: container.map(|name| Input::Known(ContainerName::new(name.to_owned()))),
        container_port: port(registry.container_port()).map(Input::Known),
        port: port(registry.port()).map(Input::Known),
    })
}

fn port(number: Option<i32>) -> Option<Port> {
    Some(Port::new(u16::try_from(number?).ok()?))
}

/// How it moves to new tasks.
pub(super) fn deployment(deployment: &DeploymentConfiguration) -> sdk::DeploymentConfiguration {
    let DeploymentConfiguration {
        maximum_percent,
        minimum_healthy_percent,
        deployment_circuit_breaker,
        alarms,
    } = deployment;
    let breaker = deployment_circuit_breaker.as_ref().map(|breaker| {
        let DeploymentCircuitBreaker { enable, rollback } = breaker;
        sdk::DeploymentCircuitBreaker::builder()
            .enable(*enable.value())
            .rollback(*rollback.value())
            .build()
    });
    let alarms = alarms.as_ref().map(|alarms| {
        let DeploymentAlarms {
            alarm_names,
            enable,
            rollback,
        } = alarms;
        let alarms = sdk::DeploymentAlarms::builder()
            .set_alarm_names(Some(strings(alarm_names).unwrap_or_default()))
            .enable(*enable.value())
            .rollback(*rollback.value());
        built(alarms.build())
    });
    sdk::DeploymentConfiguration::builder()
        .set_maximum_percent(number(maximum_percent))
        .set_minimum_healthy_percent(number(minimum_healthy_percent))
        .set_deployment_circuit_breaker(breaker)
        .set_alarms(alarms)
        .build()
}

pub(super) fn read_deployment(
    deployment: &sdk::DeploymentConfiguration,
) -> DeploymentConfiguration {
    // Where none were set, AWS tells of alarms that are off.
    let alarms = deployment.alarms();
    let alarms = alarms.filter(|alarms| alarms.enable() || !alarms.alarm_names().is_empty());
    let breaker = deployment.deployment_circuit_breaker();
    DeploymentConfiguration {
        maximum_percent: bounded(deployment.maximum_percent()),
        minimum_healthy_percent: bounded(deployment.minimum_healthy_percent()),
        deployment_circuit_breaker: breaker.map(|breaker| DeploymentCircuitBreaker {
            enable: Input::Known(breaker.enable()),
            rollback: Input::Known(breaker.rollback()),
        }),
        alarms: alarms.map(|alarms| DeploymentAlarms {
            alarm_names: texts(alarms.alarm_names()),
            enable: Input::Known(alarms.enable()),
            rollback: Input::Known(alarms.rollback()),
        }),
    }
}

/// What moves it.
pub(super) fn controller(controller: &DeploymentController) -> sdk::DeploymentController {
    let DeploymentController { controller_type } = controller;
    let controller =
        sdk::DeploymentController::builder().r#type(controller_type.value().as_str().into());
    built(controller.build())
}

pub(super) fn read_controller(
    controller: &sdk::DeploymentController,
) -> Option<DeploymentController> {
    let kind = DeploymentControllerType::from_aws(controller.r#type().as_str())?;
    Some(DeploymentController {
        controller_type: Input::Known(kind),
    })
}

/// On what its tasks run. A service that took the cluster's default has a strategy since then.
pub(super) fn read_compute(service: &sdk::Service) -> Compute {
    let items = service.capacity_provider_strategy();
    if !items.is_empty() {
        return Compute::Providers(items.iter().map(read_item).collect());
    }
    let launch_type = service.launch_type();
    launch_type
        .and_then(|launch_type| LaunchType::from_aws(launch_type.as_str()))
        .map_or(Compute::ClusterDefault, Compute::Launch)
}

/// An optional text.
pub(super) fn known<T: From<String>>(text: Option<&str>) -> Option<Input<T>> {
    text.map(|text| Input::Known(T::from(text.to_owned())))
}

/// An enum's value, where it is one of those that are modelled.
pub(super) fn choice<T>(text: Option<&str>, from_aws: fn(&str) -> Option<T>) -> Option<Input<T>> {
    text.and_then(from_aws).map(Input::Known)
}
