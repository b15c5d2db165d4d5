//! Tests of the rules for services.

use insta::assert_snapshot;
use jeancloud_model::{
    Handle, Input, cidr,
    ec2::{SecurityGroup, Subnet, Vpc},
    ecs::{
        Compatibility, Compute, LaunchType, NetworkConfiguration, NetworkMode, ServiceLoadBalancer,
        TaskDefinition,
    },
    elastic_load_balancing_v2::{Protocol, TargetGroup, TargetType},
    lookup::ExistingVpc,
};

use super::super::testing::{add_service, add_service_of};
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
    main/service: main/group takes targets of the type instance, and the tasks have the network mode awsvpc
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
fn subnets_are_for_tasks_with_an_interface_of_their_own() {
    assert_snapshot!(broken("service-network", |h| {
        add_service_of(h, bridge, |service| service.compute = Compute::Launch(LaunchType::Ec2));
    }), @"
    error: main/service: NetworkConfiguration is set for tasks with the network mode bridge
      rule: subnets and groups are for tasks with the network mode awsvpc (InvalidParameterException)
      hint: leave it out, or take NetworkMode::AwsVpc
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    ");
}

#[test]
fn a_target_group_of_instances_is_for_tasks_on_their_ports() {
    assert_snapshot!(texts("service-target-type", |h| {
        let group = add_group(h, TargetType::Ip);
        add_service_of(h, bridge, |service| {
            service.compute = Compute::Launch(LaunchType::Ec2);
            service.network_configuration = None;
            service.load_balancers = vec![ServiceLoadBalancer::new(&group, "app", 8000)];
        });
    }), @"
    main/service: main/group takes targets of the type ip, and the tasks have the network mode bridge
    `.target_type(TargetType::Instance)` on main/group
    ");
}

#[test]
fn looked_up_vpcs_may_be_one() {
    let found = problems(|h| {
        let one = h
            .scope
            .lookup("one", ExistingVpc::by_tags([("Name", "shared")]));
        let other = h.scope.lookup("other", ExistingVpc::default_one());
        let group = SecurityGroup::builder()
            .vpc_id(other)
            .group_description("tasks");
        let group = h.scope.add("tasks", group.build());
        let subnet = Subnet::builder()
            .vpc_id(one)
            .cidr_block(cidr!("172.31.0.0/24"));
        let subnet = h.scope.add("shared", subnet.build());
        add_service(h, |service| {
            service.network_configuration = Some(NetworkConfiguration::private([subnet], [group]));
        });
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn commands_need_a_task_role() {
    assert_snapshot!(broken("service-execute-command", |h| {
        add_service(h, |service| service.enable_execute_command = Some(Input::Known(true)));
    }), @"
    error: main/service: EnableExecuteCommand is on, and main/task has no TaskRoleArn
      rule: commands reach a container with its task's role (InvalidParameterException: a valid taskRoleArn is not being used)
      hint: a Role that ecs-tasks.amazonaws.com may assume and that allows ssmmessages:CreateControlChannel, CreateDataChannel, OpenControlChannel and OpenDataChannel on *
      see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    ");
}

fn bridge(task: &mut TaskDefinition) {
    task.requires_compatibilities = vec![Compatibility::Ec2];
    task.network_mode = Some(Input::Known(NetworkMode::Bridge));
}
