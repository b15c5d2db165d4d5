//! What is made while something before it is still on its way out, as after a `destroy` that was killed.

use super::{Aws, blocking::wait};
use crate::{embedded::Embedded, prelude::*};

/// An endpoint with its service's own name, and a service that runs nothing.
fn web() -> Stack {
    let stack = Stack::new("web");
    let france = stack.region("france", Region::EuWest3);
    let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16"));
    let vpc = vpc.enable_dns_support(true).enable_dns_hostnames(true);
    let vpc = france.add("vpc", vpc.build());
    let subnet = Subnet::builder().vpc_id(&vpc);
    let subnet = france.add("subnet", subnet.cidr_block(cidr!("10.0.0.0/24")).build());
    let group = SecurityGroup::builder().vpc_id(&vpc);
    let group = france.add("group", group.group_description("web").build());
    let name = EndpointServiceName::of(Region::EuWest3, "kms");
    let endpoint = VpcEndpoint::builder().vpc_id(&vpc).service_name(name);
    let endpoint = endpoint.kind(EndpointKind::interface([&subnet], [&group]));
    france.add("endpoint", endpoint.build());

    let cluster = france.add("cluster", Cluster::builder().cluster_name("web").build());
    let container = ContainerDefinition::builder().name("web").image("nginx:1");
    let task = TaskDefinition::builder()
        .family("web")
        .size(FargateSize::Cpu256Mb512)
        .container_definitions([container.build()]);
    let task = france.add("task", task.build());
    let service = Service::builder()
        .service_name("web")
        .cluster(&cluster)
        .task_definition(&task)
        .network_configuration(NetworkConfiguration::private([&subnet], [&group]))
        .desired_count(0);
    france.add("service", service.build());
    stack
}

/// Deletes those of a kind, and nobody waits for their end.
async fn leave(embedded: &Embedded, kind: &str) {
    let clients = embedded.clients().clients(Region::EuWest3).await;
    let clients = clients.expect("there is every region");
    let all = embedded.emulator().inventory().into_iter();
    for item in all.filter(|item| item.kind == kind) {
        match item.kind.as_str() {
            "ec2/vpc-endpoint" => {
                let call = clients.ec2().delete_vpc_endpoints();
                let call = call.vpc_endpoint_ids(&item.id).send().await;
                let _ = call.expect("it is there");
            }
            "ecs/service" => {
                let call = clients.ecs().delete_service().cluster("web");
                let call = call.service("web").force(true).send().await;
                let _ = call.expect("it is there");
            }
            _ => {}
        }
    }
}

/// How often `call` arrives until what was deleted a moment ago is there again.
fn called_until_there(kind: &str, call: &str) -> usize {
    let embedded = Embedded::new();
    let aws = Aws::on(embedded.clone());
    aws.apply(&web()).assert_complete();
    let before = aws.called(call);
    wait(embedded.clock().run(leave(&embedded, kind)));
    aws.apply(&web()).assert_complete();
    super::assert_empty(&aws.plan(&web()));
    aws.called(call) - before
}

/// It is refused once, and made.
#[test]
fn an_endpoint_comes_once_the_one_before_it_is_gone() {
    let calls = called_until_there("ec2/vpc-endpoint", "ec2:CreateVpcEndpoint");
    assert_eq!(calls, 2);
}

/// It is refused once, and made.
#[test]
fn a_service_comes_once_the_one_before_it_has_drained() {
    let calls = called_until_there("ecs/service", "ecs:CreateService");
    assert_eq!(calls, 2);
}
