//! The programs that several examples change.

use jeancloud_model::{
    Az, Cidr, Handle, Region,
    application_auto_scaling::ScalableTarget,
    cidr,
    ec2::{Anywhere, SecurityGroup, SecurityGroupName, Subnet, Vpc, tcp},
    ecs::{
        Cluster, ContainerDefinition, FargateSize, NetworkConfiguration, Service, TaskDefinition,
    },
    elastic_load_balancing_v2::{
        Action, Listener, LoadBalancer, Protocol, Scheme, TargetGroup, TargetType,
    },
    rds::{DbInstance, DbSubnetGroup, Engine},
};
use jeancloud_stack::{Declare, Scope, Stack};

/// The stack that has this in its scope `main`.
pub fn stack(declare: impl FnOnce(Scope<'_>)) -> Stack {
    let stack = Stack::new("shop");
    declare(stack.region("main", Region::EuWest3));
    stack
}

/// The stack that has nothing but this.
pub fn one(name: &str, resource: impl Declare) -> Stack {
    stack(|main| {
        main.add(name, resource);
    })
}

/// A network without anything in it.
pub fn vpc() -> Vpc {
    Vpc::builder().cidr_block(WEB.network).build()
}

/// What a version of the example's program may say differently.
#[derive(Clone, Copy)]
pub struct Web {
    pub network: Cidr,
    pub zones: [Az; 2],
    pub description: &'static str,
    pub group_name: Option<&'static str>,
    pub group: &'static str,
    pub port: u16,
    pub protected: bool,
    /// Of the database, in GiB.
    pub storage: u32,
    /// The name of the target group.
    pub targets: &'static str,
}

pub const WEB: Web = Web {
    network: cidr!("10.0.0.0/16"),
    zones: [Az::A, Az::B],
    description: "The load balancer",
    group_name: None,
    group: "sg-alb",
    port: 8000,
    protected: false,
    storage: 20,
    targets: "web",
};

/// A load balancer with its group and target group, and a database.
pub fn web(web: Web) -> Stack {
    stack(|main| {
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
            .group_name(web.group_name.map(SecurityGroupName::new));
        let group = main.add(web.group, group.build());
        main.allow(tcp(80).from(Anywhere).to(&group));
        balancer(main, &vpc, &subnets, &group, web);
        database(main, &subnets, web);
    })
}

fn balancer(
    main: Scope<'_>,
    vpc: &Handle<Vpc>,
    subnets: &[Handle<Subnet>; 2],
    group: &Handle<SecurityGroup>,
    web: Web,
) {
    let balancer = LoadBalancer::builder()
        .scheme(Scheme::Internal)
        .subnets(subnets)
        .security_groups([group]);
    let balancer = main.add("alb", balancer.build());
    let targets = TargetGroup::builder()
        .name(web.targets)
        .vpc_id(vpc)
        .target_type(TargetType::Ip)
        .protocol(Protocol::Http)
        .port(web.port);
    let targets = main.add("targets", targets.build());
    let listener = Listener::http(&balancer, Action::forward(&targets));
    main.add("listener", listener);
}

fn database(main: Scope<'_>, subnets: &[Handle<Subnet>; 2], web: Web) {
    let group = DbSubnetGroup::builder()
        .db_subnet_group_name("web")
        .db_subnet_group_description("private")
        .subnet_ids(subnets);
    let group = main.add("db-subnets", group.build());
    let database = DbInstance::builder()
        .db_instance_class("db.t4g.micro")
        .engine(Engine::Postgres)
        .master_username("app")
        .allocated_storage(web.storage)
        .db_subnet_group_name(&group)
        .deletion_protection(web.protected);
    main.add("db", database.build());
}

/// A service whose task runs this version of an image.
pub fn service(tag: &str) -> Stack {
    stack(|main| {
        backend(main, tag, 0);
    })
}

/// A service of one container, of which so many tasks are to run.
pub fn running(count: u32) -> Stack {
    stack(|main| {
        backend(main, "1", count);
    })
}

/// The same, under a scalable target.
pub fn scaled(count: u32) -> Stack {
    stack(|main| {
        let service = backend(main, "1", count);
        main.add("scaling", ScalableTarget::tasks_of(&service, 0, 10));
    })
}

fn backend(main: Scope<'_>, tag: &str, count: u32) -> Handle<Service> {
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
        .desired_count(count)
        .network_configuration(NetworkConfiguration::private([&subnet], [&group]));
    main.add("service", service.build())
}
