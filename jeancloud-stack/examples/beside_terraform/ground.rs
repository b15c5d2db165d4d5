//! [`Ground`]: what the rows' resources stand on in a stack, as `ground.tf` is in Terraform.

use jeancloud_model::{
    Az, Cidr, Handle, Region,
    certificate_manager::{Certificate, CertificateIssued},
    cidr,
    ec2::{
        Anywhere, Connectivity, Eip, InternetGateway, NatGateway, Route, RouteTable, SecurityGroup,
        Subnet, SubnetRouteTableAssociation, Vpc, VpcGatewayAttachment, all_traffic, tcp,
    },
    ecs::{
        CapacityProvider, Cluster, ContainerDefinition, FargateSize, NetworkConfiguration, Service,
        TaskDefinition,
    },
    elastic_load_balancing_v2::{
        Action, Listener, LoadBalancer, Protocol, Scheme, TargetGroup, TargetType,
    },
    iam::{Policy, PolicyDocument, Principal, Role, Statement},
    kms::Key,
    rds::DbSubnetGroup,
    route53::{HostedZone, RecordSet},
    s3::Bucket,
};
use jeancloud_stack::{Scope, Stack};

/// The block of every VPC: none is connected with another.
const NET: Cidr = cidr!("10.0.0.0/16");

/// What there is beside a row's resource. Of most things two, for going from one to the other.
pub struct Ground<'s> {
    /// Where regional resources are declared.
    pub main: Scope<'s>,
    /// Where the others are.
    pub global: Scope<'s>,
    /// The VPC that most things are in, and another one.
    pub vpcs: [Handle<Vpc>; 2],
    /// VPCs without a gateway, and gateways without a VPC.
    pub bare_vpcs: [Handle<Vpc>; 2],
    /// Gateways without a VPC.
    pub loose_gateways: [Handle<InternetGateway>; 2],
    /// The first VPC's gateway.
    pub gateway: Handle<InternetGateway>,
    /// Its subnets.
    pub subnets: [Handle<Subnet>; 3],
    /// Further subnets of it, which no route table is given to.
    pub loose_subnets: [Handle<Subnet>; 2],
    /// Its route tables.
    pub tables: [Handle<RouteTable>; 2],
    /// Its security groups.
    pub groups: [Handle<SecurityGroup>; 2],
    /// A NAT gateway in it.
    pub nat: Handle<NatGateway>,
    /// Public addresses.
    pub addresses: [Handle<Eip>; 2],
    /// Load balancers in it.
    pub balancers: [Handle<LoadBalancer>; 2],
    /// Their listeners.
    pub listeners: [Handle<Listener>; 2],
    /// Target groups in it.
    pub targets: [Handle<TargetGroup>; 2],
    /// Clusters.
    pub clusters: [Handle<Cluster>; 2],
    /// Task definitions.
    pub tasks: [Handle<TaskDefinition>; 2],
    /// Services, for what scales them.
    pub services: [Handle<Service>; 2],
    /// Roles.
    pub roles: [Handle<Role>; 2],
    /// Keys.
    pub keys: [Handle<Key>; 2],
    /// Buckets.
    pub buckets: [Handle<Bucket>; 2],
    /// Zones.
    pub zones: [Handle<HostedZone>; 2],
    /// The zone above them.
    pub parent: Handle<HostedZone>,
    /// Certificates, with the records that validate them.
    pub certificates: [(Handle<Certificate>, Handle<RecordSet>); 2],
    /// Groups of the first VPC's subnets.
    pub subnet_groups: [Handle<DbSubnetGroup>; 2],
}

impl<'s> Ground<'s> {
    /// Declares it.
    pub fn on(stack: &'s Stack) -> Self {
        let (main, global) = (stack.region("main", Region::EuWest3), stack.global());
        let vpcs = ["vpc", "other-vpc"].map(|name| vpc(main, name));
        let bare_vpcs = ["bare-vpc", "other-bare-vpc"].map(|name| vpc(main, name));
        let subnets = [Az::A, Az::B, Az::C].map(|az| subnet(main, &vpcs[0], az));
        let gateway = main.add("gateway", InternetGateway::builder().build());
        main.add("attachment", VpcGatewayAttachment::new(&vpcs[0], &gateway));
        public(main, &vpcs[0], &gateway, &subnets);
        let loose_subnets = [210, 211].map(|part| {
            let subnet = Subnet::builder()
                .vpc_id(&vpcs[0])
                .cidr_block(NET.part(24, part));
            main.add(format!("subnet-{part}"), subnet.build())
        });
        let groups = ["one", "two"].map(|name| {
            let group = SecurityGroup::in_vpc(&vpcs[0], format!("group-{name}"), "a group");
            main.add(format!("group-{name}"), group)
        });
        main.allow(tcp(80..=9000).from(Anywhere).to(&groups[0]));
        main.allow(all_traffic().from(&groups[0]).to(Anywhere));
        let two = ["one", "two"];
        let roles = two.map(|name| role(global, name));
        let nat = NatGateway::builder()
            .subnet_id(&subnets[0])
            .connectivity(Connectivity::Private);
        let balancers = two.map(|name| balancer(main, name, &subnets, &groups[0]));
        let clusters = two.map(|name| cluster(main, name));
        let tasks = two.map(|name| task(main, name, &roles[0]));
        let targets = two.map(|name| targets(main, name, &vpcs[0]));
        let zones = two.map(|name| zone(global, name));
        Self {
            main,
            global,
            loose_gateways: two.map(|name| {
                let gateway = InternetGateway::builder().build();
                main.add(format!("loose-gateway-{name}"), gateway)
            }),
            tables: two.map(|name| {
                let table = RouteTable::builder().vpc_id(&vpcs[0]).build();
                main.add(format!("table-{name}"), table)
            }),
            nat: main.add("nat", nat.build()),
            addresses: two.map(|name| main.add(format!("address-{name}"), Eip::builder().build())),
            listeners: [0, 1].map(|at| listener(main, two[at], &balancers[at], &targets[at])),
            services: two.map(|name| {
                let service = service(name, &clusters[0], &tasks[0], &subnets[0], &groups[0]);
                main.add(format!("service-{name}"), service)
            }),
            keys: two.map(|name| main.add(format!("key-{name}"), key())),
            buckets: two.map(|name| {
                let bucket = Bucket::builder().bucket_name(format!("ground-{name}"));
                main.add(format!("bucket-{name}"), bucket.build())
            }),
            parent: global.add(
                "zone-parent",
                HostedZone::builder().name("example.com").build(),
            ),
            certificates: [0, 1].map(|at| certificate(main, global, two[at], &zones[at])),
            subnet_groups: two.map(|name| {
                let group = DbSubnetGroup::builder()
                    .db_subnet_group_name(format!("ground-{name}"))
                    .db_subnet_group_description("a group")
                    .subnet_ids(&subnets);
                main.add(format!("subnets-{name}"), group.build())
            }),
            vpcs,
            bare_vpcs,
            gateway,
            subnets,
            loose_subnets,
            groups,
            balancers,
            targets,
            clusters,
            tasks,
            roles,
            zones,
        }
    }
}

fn vpc(main: Scope<'_>, name: &str) -> Handle<Vpc> {
    let vpc = Vpc::builder().cidr_block(NET).enable_dns_hostnames(true);
    main.add(name, vpc.build())
}

fn subnet(main: Scope<'_>, vpc: &Handle<Vpc>, az: Az) -> Handle<Subnet> {
    let subnet = Subnet::builder()
        .vpc_id(vpc)
        .cidr_block(NET.part(24, 200 + az as u32))
        .availability_zone(az);
    main.add(format!("subnet-{}", az.letter()), subnet.build())
}

/// Subnets whose table leads to the internet.
fn public(
    main: Scope<'_>,
    vpc: &Handle<Vpc>,
    gateway: &Handle<InternetGateway>,
    subnets: &[Handle<Subnet>],
) {
    let table = RouteTable::builder().vpc_id(vpc).build();
    let table = main.add("table-public", table);
    main.add("route-public", Route::to_internet(&table, gateway));
    for subnet in subnets {
        let name = format!("public-{}", subnet.address().name());
        main.add(name, SubnetRouteTableAssociation::new(subnet, &table));
    }
}

/// A key that CloudWatch Logs may use.
fn key() -> Key {
    let account = Statement::allow("kms:*")
        .principal(Principal::account("123456789012"))
        .on("*");
    let uses = [
        "kms:Encrypt*",
        "kms:Decrypt*",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:Describe*",
    ];
    let logs = Statement::allow(uses)
        .principal(Principal::service("logs.eu-west-3.amazonaws.com"))
        .on("*");
    Key::builder()
        .key_policy(PolicyDocument::new([account, logs]))
        .build()
}

fn role(global: Scope<'_>, name: &str) -> Handle<Role> {
    let trust =
        Statement::allow("sts:AssumeRole").principal(Principal::service("ecs-tasks.amazonaws.com"));
    let role = Role::builder()
        .role_name(format!("ground-{name}"))
        .assume_role_policy_document(trust)
        .policies([Policy::new("commands", commands())]);
    global.add(format!("role-{name}"), role.build())
}

/// What `EnableExecuteCommand` needs.
fn commands() -> Statement {
    let channels = [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ];
    Statement::allow(channels).on("*")
}

fn balancer(
    main: Scope<'_>,
    name: &str,
    subnets: &[Handle<Subnet>; 3],
    group: &Handle<SecurityGroup>,
) -> Handle<LoadBalancer> {
    let balancer = LoadBalancer::builder()
        .name(format!("ground-{name}"))
        .scheme(Scheme::Internal)
        .subnets(&subnets[..2])
        .security_groups([group]);
    main.add(format!("balancer-{name}"), balancer.build())
}

fn listener(
    main: Scope<'_>,
    name: &str,
    balancer: &Handle<LoadBalancer>,
    targets: &Handle<TargetGroup>,
) -> Handle<Listener> {
    let listener = Listener::http(balancer, Action::forward(targets));
    main.add(format!("listener-{name}"), listener)
}

fn targets(main: Scope<'_>, name: &str, vpc: &Handle<Vpc>) -> Handle<TargetGroup> {
    let targets = TargetGroup::builder()
        .name(format!("ground-{name}"))
        .vpc_id(vpc)
        .port(8000)
        .protocol(Protocol::Http)
        .target_type(TargetType::Ip);
    main.add(format!("targets-{name}"), targets.build())
}

fn cluster(main: Scope<'_>, name: &str) -> Handle<Cluster> {
    let cluster = Cluster::builder()
        .cluster_name(format!("ground-{name}"))
        .capacity_providers([CapacityProvider::FARGATE, CapacityProvider::FARGATE_SPOT]);
    main.add(format!("cluster-{name}"), cluster.build())
}

fn task(main: Scope<'_>, name: &str, role: &Handle<Role>) -> Handle<TaskDefinition> {
    let container = ContainerDefinition::builder()
        .name("app")
        .image("app:1")
        .port_mappings([8000]);
    let task = TaskDefinition::builder()
        .family(format!("ground-{name}"))
        .size(FargateSize::Cpu256Mb512)
        .task_role_arn(role.arn())
        .container_definitions([container.build()]);
    main.add(format!("task-{name}"), task.build())
}

/// A service without tasks.
pub fn service(
    name: &str,
    cluster: &Handle<Cluster>,
    task: &Handle<TaskDefinition>,
    subnet: &Handle<Subnet>,
    group: &Handle<SecurityGroup>,
) -> Service {
    Service::builder()
        .service_name(format!("service-{name}"))
        .cluster(cluster)
        .task_definition(task)
        .desired_count(0)
        .network_configuration(NetworkConfiguration::public([subnet], [group]))
        .build()
}

fn zone(global: Scope<'_>, name: &str) -> Handle<HostedZone> {
    let zone = HostedZone::builder().name(format!("{name}.example.com"));
    global.add(format!("zone-{name}"), zone.build())
}

fn certificate(
    main: Scope<'_>,
    global: Scope<'_>,
    name: &str,
    zone: &Handle<HostedZone>,
) -> (Handle<Certificate>, Handle<RecordSet>) {
    let domain = format!("{name}.example.com");
    let certificate = Certificate::builder().domain_name(&*domain).build();
    let certificate = main.add(format!("certificate-{name}"), certificate);
    let record = RecordSet::validating(&certificate, &domain, zone);
    let record = global.add(format!("validation-{name}"), record);
    let issued = CertificateIssued::builder()
        .certificate_arn(&certificate)
        .validation_records([&record]);
    main.add(format!("issued-{name}"), issued.build());
    (certificate, record)
}
