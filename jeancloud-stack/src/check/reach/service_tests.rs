//! Tests of the rules for what tasks have to reach.

use insta::assert_snapshot;
use jeancloud_model::{
    cidr,
    ec2::{Route, RouteTable, SecurityGroup, TransitGatewayId, tcp},
};

use super::super::testing::{System, system};
use crate::check::testing::{broken, healthy, problems};

#[test]
fn a_service_behind_endpoints_is_healthy() {
    healthy(|h| system(h, System::default()));
}

#[test]
fn tasks_reach_what_starts_them() {
    assert_snapshot!(broken("reach-services", |h| {
        system(h, System { endpoints: &["ecr.api", "logs", "secretsmanager"], ..System::default() });
    }), @r#"
    error: main/app/service: NetworkConfiguration leaves its tasks without ecr.dkr: no route leads out of main/app/private-a, and main/app/vpc has no endpoint there
      rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
      hint: add a VpcEndpoint for each (S3 by a gateway in the subnets' route table), or a NAT gateway and a default route
      see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    "#);
    assert_snapshot!(broken("reach-services", |h| {
        system(h, System { to_s3: false, ..System::default() });
    }), @r#"
    error: main/app/service: NetworkConfiguration leaves its tasks without s3: main/app/sg-tasks lets nothing out on port 443
      rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
      hint: `scope.allow(tcp(443).from(&tasks).to(&prefix_list))` for S3's gateway, `.to(Anywhere)` for the internet
      see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    "#);
    assert_snapshot!(broken("reach-services", |h| {
        system(h, System { to_endpoints: false, endpoints: &[], nat: true, ..System::default() });
    }), @r#"
    error: main/app/service: NetworkConfiguration leaves its tasks without ecr.api, ecr.dkr, logs, secretsmanager: main/app/sg-tasks lets nothing out on port 443
      rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
      hint: `scope.allow(tcp(443).from(&tasks).to(&prefix_list))` for S3's gateway, `.to(Anywhere)` for the internet
      see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    "#);
    assert_snapshot!(broken("reach-services", |h| {
        system(h, System { image: Some("docker.io/library/nginx:1"), ..System::default() });
    }), @r#"
    error: main/app/service: NetworkConfiguration leaves its tasks without the registry of its image: no route leads out of main/app/private-a, and main/app/vpc has no endpoint there
      rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
      hint: add a VpcEndpoint for each (S3 by a gateway in the subnets' route table), or a NAT gateway and a default route
      see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    "#);
}

#[test]
fn endpoints_have_to_let_the_tasks_in() {
    assert_snapshot!(broken("reach-services", |h| {
        system(h, System { to_endpoints: false, endpoints: &["ecr.api"], nat: true, everywhere: true, ..System::default() });
    }), @r#"
    error: main/app/service: NetworkConfiguration leaves its tasks without ecr.api: between main/app/sg-tasks and main/app/sg-endpoints no rules let port 443 pass
      rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
      hint: `scope.allow(tcp(443).from(&tasks).to(&endpoints))`
      see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    "#);
}

#[test]
fn a_service_without_tasks_is_warned() {
    let lacking = System {
        endpoints: &[],
        to_endpoints: false,
        to_s3: false,
        tasks: 0,
        ..System::default()
    };
    let found = problems(|h| system(h, lacking));
    let texts: Vec<String> = found
        .iter()
        .filter(|problem| problem.code == "reach-services")
        .map(|problem| format!("{:?}: {}", problem.severity, problem.wrong))
        .collect();
    assert_snapshot!(texts.join("\n"), @r#"
    Warning: leaves its tasks without ecr.api, ecr.dkr, logs, secretsmanager: no route leads out of main/app/private-a, and main/app/vpc has no endpoint there; and leaves its tasks without s3: main/app/sg-tasks lets nothing out on port 443 (it has none now; to run any, it needs that)
    "#);
}

#[test]
fn tasks_reach_their_database() {
    assert_snapshot!(broken("reach-database", |h| {
        system(h, System { to_database: false, ..System::default() });
    }), @r#"
    error: main/app/service: NetworkConfiguration leaves its tasks without main/app/db: between main/app/sg-tasks and main/app/sg-database no rules let port 5432 pass
      rule: a database is reached on its port by whom its groups let in and whose own groups let them out
      hint: `scope.allow(tcp(5432).from(&tasks).to(&database))`
      see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
    "#);
}

#[test]
fn an_endpoint_needs_the_services_name() {
    assert_snapshot!(broken("reach-services", |h| {
        system(h, System { private_dns: false, ..System::default() });
    }), @"
    error: main/app/service: NetworkConfiguration leaves its tasks without ecr.api, ecr.dkr, logs, secretsmanager: no route leads out of main/app/private-a, and the names don't lead to the endpoints, whose PrivateDnsEnabled is false
      rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
      hint: take `.private_dns_enabled(false)` away from the endpoints
      see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    ");
}

#[test]
fn endpoints_serve_their_own_region() {
    assert_snapshot!(broken("reach-services", |h| {
        let image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/app:1";
        system(h, System { image: Some(image), ..System::default() });
    }), @"
    error: main/app/service: NetworkConfiguration leaves its tasks without ecr.api in eu-central-1, ecr.dkr in eu-central-1, s3 in eu-central-1: no route leads out of main/app/private-a, and main/app/vpc has no endpoint there
      rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
      hint: add a VpcEndpoint for each (S3 by a gateway in the subnets' route table), or a NAT gateway and a default route
      see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    ");
}

#[test]
fn a_block_inside_the_vpc_is_no_way_to_s3() {
    assert_snapshot!(broken("reach-services", |h| {
        system(h, System { to_s3: false, everywhere: false, ..System::default() });
        let scope = h.scope.component("app");
        let group = jeancloud_model::Handle::<SecurityGroup>::declared(scope.address().join("sg-tasks"));
        h.scope.allow(tcp(443).from(&group).to(cidr!("10.9.0.0/16")));
    }).lines().next().unwrap_or_default(), @"error: main/app/service: NetworkConfiguration leaves its tasks without s3: main/app/sg-tasks lets nothing out on port 443");
}

#[test]
fn a_transit_gateway_may_lead_to_endpoints_of_another_vpc() {
    let found = problems(|h| {
        system(
            h,
            System {
                endpoints: &[],
                everywhere: true,
                ..System::default()
            },
        );
        let table = h.scope.address().join("app").join("private-table");
        let route = Route::builder()
            .route_table_id(jeancloud_model::Handle::<RouteTable>::declared(table))
            .destination(cidr!("10.0.0.0/8"))
            .target(TransitGatewayId::new("tgw-0a1b2c3d"));
        h.scope.add("to-shared", route.build());
    });
    assert!(
        found.iter().all(|one| one.code != "reach-services"),
        "{found:#?}"
    );
}

#[test]
fn tasks_resolve_names() {
    assert_snapshot!(broken("reach-names", |h| {
        system(h, System { dns: false, endpoints: &[], nat: true, everywhere: true, ..System::default() });
    }), @"
    error: main/app/service: NetworkConfiguration puts its tasks into main/app/vpc, whose EnableDnsSupport is false
      rule: AWS's DNS server tells tasks where their image, logs, secrets and database are; without it they don't start
      hint: take `.enable_dns_support(false)` away from main/app/vpc
      see: https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
    ");
}

#[test]
fn commands_go_through_systems_manager() {
    assert_snapshot!(broken("reach-execute-command", |h| {
        system(h, System { execute: true, ..System::default() });
    }), @"
    warning: main/app/service: EnableExecuteCommand leaves its tasks without ssmmessages: no route leads out of main/app/private-a, and main/app/vpc has no endpoint there
      rule: commands go through Systems Manager: tasks reach its service ssmmessages
      hint: add a VpcEndpoint for each (S3 by a gateway in the subnets' route table), or a NAT gateway and a default route
      see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    ");
}

#[test]
fn a_database_is_in_the_tasks_vpc() {
    assert_snapshot!(broken("reach-database", |h| {
        system(h, System { database_elsewhere: true, to_database: false, ..System::default() });
    }), @r#"
    error: main/app/service: NetworkConfiguration leaves its tasks without main/app/db: it is in another VPC than main/app/private-a, in main/subnet-a
      rule: VPCs don't reach each other, unless a peering or a transit gateway joins them
      hint: run the tasks in the database's VPC, or route to it: `.target(VpcPeeringConnectionId::new("pcx-…"))`
      see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
    "#);
}

#[test]
fn a_subnet_without_a_table_of_its_own_has_the_local_route() {
    assert_snapshot!(broken("reach-services", |h| {
        system(h, System { private_table_used: false, ..System::default() });
    }), @"
    error: main/app/service: NetworkConfiguration leaves its tasks without s3: no route leads out of main/app/private-a, and main/app/vpc has no endpoint there
      rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
      hint: add a VpcEndpoint for each (S3 by a gateway in the subnets' route table), or a NAT gateway and a default route
      see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    ");
}

#[test]
fn endpoints_of_one_group_share_one_fault() {
    assert_snapshot!(broken("reach-services", |h| {
        system(h, System { to_endpoints: false, ..System::default() });
    }).lines().next().unwrap_or_default(), @"error: main/app/service: NetworkConfiguration leaves its tasks without ecr.api, ecr.dkr, logs, secretsmanager: between main/app/sg-tasks and main/app/sg-endpoints no rules let port 443 pass");
}
