//! A whole small system in which everything reaches what it has to, with lines to cut.

use jeancloud_model::{
    Az, Cidr, Handle, Region, cidr,
    ec2::{
        Anywhere, Eip, EndpointServiceName, GatewayEndpoint, InterfaceEndpoint, InternetGateway,
        NatGateway, Route, RouteTable, SecurityGroup, Subnet, SubnetRouteTableAssociation, Vpc,
        VpcEndpoint, VpcGatewayAttachment, tcp,
    },
    ecr::Repository,
    ecs::{
        Cluster, ContainerDefinition, FargateSize, LogConfiguration, NetworkConfiguration, Service,
        ServiceLoadBalancer, TaskDefinition, env, secret,
    },
    elastic_load_balancing_v2::{
        Action, Listener, LoadBalancer, LoadBalancerType, Protocol, Scheme, TargetGroup, TargetType,
    },
    iam::{Principal, Role, Statement, aws_managed_policy},
    logs::{LogGroup, Retention},
    lookup::ManagedPrefixList,
    rds::{DbInstance, DbSubnetGroup, Engine},
    text,
};

use crate::check::testing::Healthy;

/// Which lines of the system there are.
pub(super) struct System {
    pub(super) endpoints: &'static [&'static str],
    pub(super) to_endpoints: bool,
    pub(super) to_s3: bool,
    pub(super) to_database: bool,
    pub(super) from_balancer: bool,
    pub(super) from_clients: bool,
    /// A NAT gateway and a default route.
    pub(super) nat: bool,
    /// The tasks may go anywhere on port 443.
    pub(super) everywhere: bool,
    /// Another image than the repository's.
    pub(super) image: Option<&'static str>,
    pub(super) tasks: u32,
    /// The names of services lead to their endpoints.
    pub(super) private_dns: bool,
    /// The VPC's DNS server answers.
    pub(super) dns: bool,
    /// The port of health checks, where it is another one.
    pub(super) health_port: Option<u16>,
    /// The load balancer is a network load balancer without groups.
    pub(super) network: bool,
    /// The database is in the healthy stack's VPC, which is another one.
    pub(super) database_elsewhere: bool,
    /// The private subnets use their route table.
    pub(super) private_table_used: bool,
    /// Commands may be executed in the tasks.
    pub(super) execute: bool,
    /// The region that the tasks' logs go to.
    pub(super) logs_to: Region,
}

impl Default for System {
    fn default() -> Self {
        Self {
            endpoints: &["ecr.api", "ecr.dkr", "logs", "secretsmanager"],
            to_endpoints: true,
            to_s3: true,
            to_database: true,
            from_balancer: true,
            from_clients: true,
            nat: false,
            everywhere: false,
            image: None,
            tasks: 2,
            private_dns: true,
            dns: true,
            health_port: None,
            network: false,
            database_elsewhere: false,
            private_table_used: true,
            execute: false,
            logs_to: Region::EuWest3,
        }
    }
}

/// Declares the system.
pub(super) fn system(h: &Healthy<'_>, system: System) {
    const NET: Cidr = cidr!("10.9.0.0/16");
    let scope = h.scope.component("app");
    let vpc = scope.add(
        "vpc",
        Vpc::builder()
            .cidr_block(NET)
            .enable_dns_support(system.dns)
            .enable_dns_hostnames(system.dns)
            .build(),
    );
    let subnet = |name: &str, az: Az, index: u32| {
        let subnet = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(NET.part(24, index));
        scope.add(name, subnet.availability_zone(az).build())
    };
    let public = [subnet("public-a", Az::A, 1), subnet("public-b", Az::B, 2)];
    let private = [subnet("private-a", Az::A, 3), subnet("private-b", Az::B, 4)];
    let gateway = scope.add("gateway", InternetGateway::builder().build());
    let attachment = VpcGatewayAttachment::builder()
        .vpc_id(&vpc)
        .internet_gateway_id(&gateway);
    scope.add("attachment", attachment.build());
    let table = |name: &str, subnets: [Handle<Subnet>; 2]| {
        let table = scope.add(name, RouteTable::builder().vpc_id(&vpc).build());
        let used = name != "private-table" || system.private_table_used;
        for (subnet, letter) in subnets.into_iter().zip(["a", "b"]).filter(|_| used) {
            let association = SubnetRouteTableAssociation::builder();
            let association = association.subnet_id(subnet).route_table_id(&table).build();
            scope.add(&format!("{name}-{letter}"), association);
        }
        table
    };
    let public_table = table("public-table", public);
    let private_table = table("private-table", private);
    let default = |table| {
        Route::builder()
            .route_table_id(table)
            .destination(Cidr::ANYWHERE)
    };
    scope.add(
        "public-default",
        default(public_table).target(&gateway).build(),
    );
    if system.nat {
        let address = scope.add("nat-address", Eip::builder().build());
        let nat = NatGateway::builder()
            .subnet_id(public[0])
            .connectivity(&address);
        let nat = scope.add("nat", nat.build());
        scope.add(
            "private-default",
            default(private_table).target(&nat).build(),
        );
    }

    let group = |name: &str| {
        let group = SecurityGroup::builder()
            .vpc_id(&vpc)
            .group_description(name);
        scope.add(&format!("sg-{name}"), group.build())
    };
    let [balancer, tasks, data, endpoints] =
        ["balancer", "tasks", "database", "endpoints"].map(group);
    let s3 = scope.lookup("s3-list", ManagedPrefixList::of(Region::EuWest3, "s3"));
    h.scope.allow(tcp(443).from(NET).to(&endpoints));
    if system.from_clients {
        h.scope.allow(tcp(80).from(Anywhere).to(&balancer));
    }
    if system.from_balancer {
        h.scope.allow(tcp(8000).from(&balancer).to(&tasks));
    }
    if system.to_database {
        h.scope.allow(tcp(5432).from(&tasks).to(&data));
    }
    if system.to_endpoints {
        h.scope.allow(tcp(443).from(&tasks).to(&endpoints));
    }
    if system.to_s3 {
        h.scope.allow(tcp(443).from(&tasks).to(&s3));
    }
    if system.everywhere {
        h.scope
            .allow(tcp(443).from(&tasks).to(cidr!("192.0.2.0/24")));
    }

    let endpoint = |service: &str| {
        let name = EndpointServiceName::of(Region::EuWest3, service);
        VpcEndpoint::builder().vpc_id(&vpc).service_name(name)
    };
    let way = GatewayEndpoint::builder()
        .route_table_ids([private_table])
        .build();
    scope.add("endpoint-s3", endpoint("s3").kind(way).build());
    for service in system.endpoints {
        let interface = InterfaceEndpoint::builder().subnet_ids(private);
        let interface = interface
            .security_group_ids([endpoints])
            .private_dns_enabled(system.private_dns)
            .build();
        scope.add(
            &format!("endpoint-{service}"),
            endpoint(service).kind(interface).build(),
        );
    }

    let subnets = DbSubnetGroup::builder().db_subnet_group_description("private");
    let (homes, data) = match system.database_elsewhere {
        false => (private, data),
        true => {
            let group = SecurityGroup::builder()
                .vpc_id(&h.vpc)
                .group_description("elsewhere");
            let group = h.scope.add("sg-elsewhere", group.build());
            h.scope.allow(tcp(5432).from(NET).to(&group));
            (h.subnets, group)
        }
    };
    let subnets = scope.add("db-subnets", subnets.subnet_ids(homes).build());
    let database = DbInstance::builder()
        .db_instance_class("db.t4g.micro")
        .engine(Engine::Postgres)
        .master_username("app")
        .allocated_storage(20)
        .db_subnet_group_name(&subnets)
        .vpc_security_groups([data])
        .backup_retention_period(7);
    let database = scope.add("db", database.build());

    let trust =
        Statement::allow("sts:AssumeRole").principal(Principal::service("ecs-tasks.amazonaws.com"));
    let read =
        Statement::allow("secretsmanager:GetSecretValue").on(database.master_user_secret_arn());
    let role = Role::builder()
        .assume_role_policy_document(trust)
        .managed_policy_arns([aws_managed_policy(
            "service-role/AmazonECSTaskExecutionRolePolicy",
        )])
        .policies([jeancloud_model::iam::Policy::new("secret", read)]);
    let role = h.stack.global().add("execution", role.build());

    let repository = scope.add("repository", Repository::builder().build());
    let logs = LogGroup::builder()
        .retention_in_days(Retention::Days30)
        .build();
    let logs = scope.add("logs", logs);
    let image = match system.image {
        Some(image) => text!("{image}"),
        None => text!("{}:v1", repository.repository_uri()),
    };
    let container = ContainerDefinition::builder()
        .name("app")
        .image(image)
        .port_mappings([8000])
        .environment([env("HOST", database.endpoint_address())])
        .secrets([secret("PASSWORD", database.master_user_secret_arn())])
        .log_configuration(LogConfiguration::awslogs(&logs, system.logs_to, "app"))
        .build();
    let task = TaskDefinition::builder()
        .family("app")
        .size(FargateSize::Cpu256Mb512)
        .container_definitions([container])
        .execution_role_arn(role.arn())
        .task_role_arn(system.execute.then(|| role.arn()));
    let task = scope.add("task", task.build());

    let (kind, protocol, groups) = match system.network {
        true => (LoadBalancerType::Network, Protocol::Tcp, vec![]),
        false => (
            LoadBalancerType::Application,
            Protocol::Http,
            vec![balancer],
        ),
    };
    let alb = LoadBalancer::builder()
        .load_balancer_type(kind)
        .scheme(Scheme::InternetFacing)
        .subnets(public)
        .security_groups(groups);
    let alb = scope.add("alb", alb.build());
    let targets = TargetGroup::builder()
        .vpc_id(&vpc)
        .target_type(TargetType::Ip)
        .protocol(protocol)
        .health_check_port(system.health_port)
        .port(8000);
    let targets = scope.add("targets", targets.build());
    let listener = Listener::builder()
        .load_balancer_arn(&alb)
        .port(80)
        .protocol(protocol)
        .default_actions(Action::forward(&targets));
    scope.add("listener", listener.build());
    let cluster = scope.add("cluster", Cluster::builder().build());
    let service = Service::builder()
        .cluster(&cluster)
        .task_definition(&task)
        .desired_count(system.tasks)
        .enable_execute_command(system.execute)
        .network_configuration(NetworkConfiguration::private(private, [tasks]))
        .load_balancers([ServiceLoadBalancer::new(&targets, "app", 8000)]);
    scope.add("service", service.build());
}
