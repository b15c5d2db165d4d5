//! Where a service's tasks are in the network, and what sends them requests.

use crate::{
    Arn, IntoInput, IntoInputs, Port, choice,
    ec2::{SecurityGroupId, SubnetId},
    elastic_load_balancing_v2::TargetGroupArn,
    properties,
};

use super::ContainerName;

choice! {
    /// Whether a task has a public address.
    AssignPublicIp {
        /// It has; its subnet has to be a public one.
        Enabled = "ENABLED",
        /// It has none. AWS's default.
        Disabled = "DISABLED",
    }
}

properties! {
    /// Where a service's tasks are in the network.
    NetworkConfiguration;
    /// For tasks with a network interface of their own: all on Fargate.
    opt_plain awsvpc_configuration "AwsvpcConfiguration": AwsVpcConfiguration,
}

impl NetworkConfiguration {
    /// In these subnets, behind these security groups, without public addresses.
    pub fn private(
        subnets: impl IntoInputs<SubnetId>,
        security_groups: impl IntoInputs<SecurityGroupId>,
    ) -> Self {
        Self::of(subnets, security_groups, AssignPublicIp::Disabled)
    }

    /// In these public subnets, behind these security groups, with public addresses.
    pub fn public(
        subnets: impl IntoInputs<SubnetId>,
        security_groups: impl IntoInputs<SecurityGroupId>,
    ) -> Self {
        Self::of(subnets, security_groups, AssignPublicIp::Enabled)
    }

    fn of(
        subnets: impl IntoInputs<SubnetId>,
        security_groups: impl IntoInputs<SecurityGroupId>,
        assign_public_ip: AssignPublicIp,
    ) -> Self {
        let awsvpc = AwsVpcConfiguration::builder()
            .subnets(subnets)
            .security_groups(security_groups)
            .assign_public_ip(assign_public_ip)
            .build();
        Self::builder().awsvpc_configuration(awsvpc).build()
    }
}

properties! {
    /// The subnets and security groups of tasks with a network interface of their own.
    AwsVpcConfiguration;
    /// The subnets, all of one VPC; 16 at most.
    list subnets "Subnets": SubnetId,
    /// The security groups, of that VPC; 5 at most. Left out: the VPC's default group.
    opt_list security_groups "SecurityGroups": SecurityGroupId,
    /// Whether tasks have public addresses. AWS's default: no.
    opt assign_public_ip "AssignPublicIp": AssignPublicIp,
}

properties! {
    /// A target group that sends requests to a service's tasks.
    ServiceLoadBalancer;
    /// The target group; a listener has to send to it before the service is made.
    one target_group_arn "TargetGroupArn": TargetGroupArn,
    /// The container that answers.
    one container_name "ContainerName": ContainerName,
    /// Its port, one of its port mappings.
    one container_port "ContainerPort": Port,
}

impl ServiceLoadBalancer {
    /// Requests of a target group to a port of a container.
    pub fn new(
        target_group: impl IntoInput<TargetGroupArn>,
        container: impl IntoInput<ContainerName>,
        port: impl IntoInput<Port>,
    ) -> Self {
        Self {
            target_group_arn: target_group.into_input(),
            container_name: container.into_input(),
            container_port: port.into_input(),
        }
    }
}

properties! {
    /// A Cloud Map service in which a service's tasks are listed.
    ServiceRegistry;
    /// The Cloud Map service.
    one registry_arn "RegistryArn": Arn,
    /// The container that is listed, for SRV records.
    opt container_name "ContainerName": ContainerName,
    /// Its port, for SRV records.
    opt container_port "ContainerPort": Port,
    /// The port, where container and container port are left out.
    opt port "Port": Port,
}
