//! The plans that `docs/how-planning-works.md` shows: each stands there as it is planned here.

use jeancloud_model::{
    Az, Cidr, Handle, Region, cidr,
    cloud_front::{
        CachePolicyId, DefaultCacheBehavior, Distribution, DistributionConfig, Origin,
        OriginAccessControl, ViewerCertificate,
    },
    ec2::{Anywhere, SecurityGroup, Subnet, Vpc, tcp},
    ecs::{
        Cluster, ContainerDefinition, FargateSize, NetworkConfiguration, Service, TaskDefinition,
    },
    elastic_load_balancing_v2::{
        Action, Listener, LoadBalancer, Protocol, Scheme, TargetGroup, TargetType,
    },
    rds::{DbInstance, DbSubnetGroup, Engine},
    s3::Bucket,
};

use super::{
    PlanError, PlanReport,
    testing::{changing, page, try_changing},
};
use crate::{Scope, Stack};

/// What a version of the example's program may say differently.
#[derive(Clone, Copy)]
struct Web {
    network: Cidr,
    zones: [Az; 2],
    description: &'static str,
    group_name: Option<&'static str>,
    group: &'static str,
    port: u16,
    protected: bool,
}

const WEB: Web = Web {
    network: cidr!("10.0.0.0/16"),
    zones: [Az::A, Az::B],
    description: "The load balancer",
    group_name: None,
    group: "sg-alb",
    port: 8000,
    protected: false,
};

/// A load balancer with its group and target group, and a database.
fn web(web: Web) -> impl FnOnce(&Stack) {
    move |stack| {
        let main = stack.region("main", Region::EuWest3);
        let vpc = main.add("vpc", Vpc::builder().cidr_block(web.network).build());
        let [a, b] = web.zones;
        let subnets = [(a, 1), (b, 2)].map(|(zone, place)| {
            let subnet = Subnet::builder()
                .vpc_id(&vpc)
                .cidr_block(web.network.part(24, place))
                .availability_zone(zone);
            main.add(format!("private-{place}"), subnet.build())
        });
        let group = SecurityGroup::builder()
            .vpc_id(&vpc)
            .group_description(web.description)
            .group_name(
                web.group_name
                    .map(jeancloud_model::ec2::SecurityGroupName::new),
            );
        let group = main.add(web.group, group.build());
        main.allow(tcp(80).from(Anywhere).to(&group));
        balancer(main, &vpc, &subnets, &group, web.port);
        database(main, &subnets, web.protected);
    }
}

fn balancer(
    main: Scope<'_>,
    vpc: &Handle<Vpc>,
    subnets: &[Handle<Subnet>; 2],
    group: &Handle<SecurityGroup>,
    port: u16,
) {
    let balancer = LoadBalancer::builder()
        .scheme(Scheme::Internal)
        .subnets(subnets)
        .security_groups([group]);
    let balancer = main.add("alb", balancer.build());
    let targets = TargetGroup::builder()
        .name("web")
        .vpc_id(vpc)
        .target_type(TargetType::Ip)
        .protocol(Protocol::Http)
        .port(port);
    let targets = main.add("targets", targets.build());
    let listener = Listener::http(&balancer, Action::forward(&targets));
    main.add("listener", listener);
}

fn database(main: Scope<'_>, subnets: &[Handle<Subnet>; 2], protected: bool) {
    let group = DbSubnetGroup::builder()
        .db_subnet_group_name("web")
        .db_subnet_group_description("private")
        .subnet_ids(subnets);
    let group = main.add("db-subnets", group.build());
    let database = DbInstance::builder()
        .db_instance_class("db.t4g.micro")
        .engine(Engine::Postgres)
        .master_username("app")
        .allocated_storage(20)
        .db_subnet_group_name(&group)
        .deletion_protection(protected);
    main.add("db", database.build());
}

fn service(stack: &Stack, tag: &str) {
    let main = stack.region("main", Region::EuWest3);
    let vpc = main.add("vpc", Vpc::builder().cidr_block(WEB.network).build());
    let subnet = Subnet::builder()
        .vpc_id(&vpc)
        .cidr_block(WEB.network.part(24, 1));
    let subnet = main.add("private", subnet.build());
    let group = SecurityGroup::in_vpc(&vpc, "tasks", "The tasks");
    let group = main.add("sg-tasks", group);
    let container = ContainerDefinition::builder()
        .name("app")
        .image(format!("public.ecr.aws/nginx/nginx:{tag}"));
    let task = TaskDefinition::builder()
        .family("app")
        .size(FargateSize::Cpu256Mb512)
        .container_definitions([container.build()]);
    let task = main.add("task", task.build());
    let cluster = main.add("cluster", Cluster::builder().build());
    let service = Service::builder()
        .cluster(&cluster)
        .task_definition(&task)
        .desired_count(0)
        .network_configuration(NetworkConfiguration::private([&subnet], [&group]));
    main.add("service", service.build());
}

/// That the document shows this, as it is.
#[track_caller]
fn is_shown(text: &str) {
    let document = include_str!("../../../docs/how-planning-works.md");
    let folded: String = document.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        folded.contains(&wanted),
        "the document does not show\n{text}"
    );
}

#[track_caller]
fn is_shown_with_notes((plan, report): (super::Plan, PlanReport)) {
    is_shown(&page(&plan));
    for note in &report.notes {
        is_shown(&format!("note: {note}"));
    }
}

#[track_caller]
fn is_shown_as_a_problem(planned: Result<(super::Plan, PlanReport), PlanError>) {
    let Err(PlanError::Problems(problems)) = planned else {
        panic!("expected a problem, found {planned:#?}");
    };
    let problem = problems[0].to_string();
    let (text, _) = problem.rsplit_once("\n  at ").expect("it names a line");
    is_shown(text);
}

#[test]
fn a_group_without_a_fixed_name() {
    let changed = Web {
        description: "In front of the tasks",
        ..WEB
    };
    is_shown_with_notes(changing(web(WEB), web(changed)));
}

#[test]
fn a_group_of_a_fixed_name_in_use() {
    let named = Web {
        group_name: Some("web-alb"),
        ..WEB
    };
    let changed = Web {
        description: "In front of the tasks",
        ..named
    };
    is_shown_with_notes(changing(web(named), web(changed)));
}

#[test]
fn a_group_of_a_fixed_name_under_another_address() {
    let named = Web {
        group_name: Some("web-alb"),
        ..WEB
    };
    let renamed = Web {
        group: "sg-front",
        ..named
    };
    let (plan, _) = changing(web(named), web(renamed));
    let steps: Vec<String> = plan
        .actions
        .iter()
        .filter(|action| {
            ["main/sg-front", "main/sg-alb", "main/alb"].contains(&action.address.as_str())
        })
        .map(|action| format!("{:?} {}", action.op, action.address))
        .collect();
    assert_eq!(
        steps,
        [
            "Create main/sg-front",
            "Update main/alb",
            "Delete main/sg-alb",
            "Create main/sg-front",
            "Update main/alb",
            "Delete main/sg-front",
        ]
    );
}

#[test]
fn a_target_group_of_a_fixed_name_behind_a_listener() {
    let changed = Web { port: 8080, ..WEB };
    is_shown_with_notes(changing(web(WEB), web(changed)));
}

#[test]
fn a_task_definition() {
    let version = |tag: &'static str| move |stack: &Stack| service(stack, tag);
    is_shown_with_notes(changing(version("1"), version("2")));
}

#[test]
fn a_whole_vpc() {
    let moved = Web {
        network: cidr!("10.1.0.0/16"),
        ..WEB
    };
    is_shown_with_notes(changing(web(WEB), web(moved)));
}

#[test]
fn a_whole_vpc_with_a_protected_database() {
    let [protected, moved] = ["10.0.0.0/16", "10.1.0.0/16"].map(|network| Web {
        network: network.parse().expect("a block"),
        protected: true,
        ..WEB
    });
    let error = try_changing(web(protected), web(moved)).expect_err("it is protected");
    is_shown(&error.to_string());
}

#[test]
fn a_subnet_that_keeps_its_block_while_it_is_in_use() {
    let changed = Web {
        zones: [Az::C, Az::B],
        ..WEB
    };
    is_shown_as_a_problem(try_changing(web(WEB), web(changed)));
}

#[test]
fn a_distribution_at_another_address_waits_for_its_domain_names() {
    let version = |address: &'static str| {
        move |stack: &Stack| {
            let main = stack.region("main", Region::EuWest3);
            let global = stack.global();
            let bucket = main.add("site", Bucket::builder().bucket_name("web-site").build());
            let access = global.add("access", OriginAccessControl::s3("web"));
            let config = DistributionConfig::builder()
                .origins([Origin::s3("site", &bucket, &access)])
                .default_cache_behavior(DefaultCacheBehavior::to(
                    "site",
                    CachePolicyId::CACHING_OPTIMIZED,
                ))
                .aliases(["www.example.com"])
                .viewer_certificate(ViewerCertificate::acm(
                    jeancloud_model::certificate_manager::CertificateArn::new(
                        "arn:aws:acm:us-east-1:123456789012:certificate/1",
                    ),
                ));
            let distribution = Distribution::builder().distribution_config(config.build());
            global.add(address, distribution.build());
        }
    };
    let (plan, _) = changing(version("cdn"), version("cdn-too"));
    assert_eq!(
        super::testing::lines(&plan),
        ["delete global/cdn", "create global/cdn-too"]
    );
}
