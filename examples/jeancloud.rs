//! The JeanCloud system: Django on ECS Fargate behind a load balancer with PostgreSQL, a static
//! frontend on S3 and CloudFront, names in Route 53, and a standby region.
//!
//! `cargo run --example jeancloud -- plan --offline` shows it without any AWS;
//! `cargo run --example jeancloud -- --help` says what else it does.

use jeancloud::prelude::*;

/// What may be set from outside: `--set domain=example.org --set image=v1`.
struct System {
    domain: String,
    bucket: String,
    /// The tag of the backend's image; without one, no task runs yet.
    image: Option<ImageTag>,
    database_class: String,
    tls: bool,
    /// For tests: no protection, no final snapshot, buckets and repositories may be emptied.
    disposable: bool,
    backup_replication: bool,
}

impl System {
    fn from(p: &Params) -> Self {
        let disposable = p.get("disposable", false);
        Self {
            domain: p.get("domain", "jeancloud.rocks"),
            bucket: p.get("bucket", "jeancloud-frontend"),
            image: p.optional("image"),
            database_class: p.get("database_class", "db.t4g.micro"),
            tls: p.get("tls", false),
            disposable,
            backup_replication: p.get("backup_replication", !disposable),
        }
    }
}

/// The whole system, as its parameters say.
pub fn stack(p: &Params) -> Stack {
    let system = System::from(p);
    let stack = Stack::new("jeancloud");
    let [france, germany] = [
        stack.region("france", Region::EuWest3),
        stack.region("germany", Region::EuCentral1),
    ];
    let global = stack.global();

    let net = network(france);
    let database = database(france, germany, &net, &system);
    let roles = roles(global, &database);
    let repository = repository(france, &system);
    standby(germany, &roles, &system);
    let account = global.lookup("account", lookup::CallerIdentity::builder().build());
    france.add(
        "replication",
        ReplicationConfiguration::of(
            ReplicationRule::to(germany.region(), account.account()).only([&repository]),
        ),
    );

    let zone = global.add("zone", HostedZone::builder().name(&system.domain).build());
    let api = backend(
        france,
        global,
        &net,
        &database,
        &roles,
        &repository,
        zone,
        &system,
    );
    let www = frontend(
        france,
        stack.region("virginia", Region::UsEast1),
        global,
        zone,
        &system,
    );
    let record = |name: &str| {
        RecordSet::builder()
            .hosted_zone_id(&zone)
            .record_type(RecordType::A)
            .name(format!("{name}.{}", system.domain))
    };
    global.add(
        "api",
        record("api")
            .alias_target(AliasTarget::from(&api).evaluate_target_health(true))
            .build(),
    );
    global.add("www", record("www").alias_target(&www).build());

    stack.output(
        "api",
        text!(
            "http{}://api.{}",
            if system.tls { "s" } else { "" },
            system.domain
        ),
    );
    stack.output("load_balancer", api.dns_name());
    stack.output("cdn", www.domain_name());
    stack.output("repository", repository.repository_uri());
    stack.output("name_servers", zone.name_servers());
    stack
}

struct Network {
    vpc: Handle<Vpc>,
    public: Vec<Handle<Subnet>>,
    private: Vec<Handle<Subnet>>,
    alb: Handle<SecurityGroup>,
    tasks: Handle<SecurityGroup>,
    database: Handle<SecurityGroup>,
}

fn vpc(scope: Scope, block: Cidr) -> Handle<Vpc> {
    scope.add(
        "vpc",
        Vpc::builder()
            .cidr_block(block)
            .enable_dns_support(true)
            .enable_dns_hostnames(true)
            .tag("Name", format!("jeancloud-vpc-{}", scope.address()))
            .build(),
    )
}

/// Two subnets in two zones: the `first` /24 of the block and the next.
fn subnets(
    scope: Scope,
    name: &str,
    vpc: &Handle<Vpc>,
    block: Cidr,
    first: u32,
) -> Vec<Handle<Subnet>> {
    let zones = [(Az::A, first), (Az::B, first + 1)];
    zones
        .map(|(zone, index)| {
            scope.add(
                &format!("{name}-{}", zone.letter()),
                Subnet::builder()
                    .vpc_id(vpc)
                    .cidr_block(block.part(24, index))
                    .availability_zone(zone)
                    .map_public_ip_on_launch(name == "public")
                    .tag("Name", format!("jeancloud-{name}-{}", zone.letter()))
                    .build(),
            )
        })
        .into()
}

fn group(scope: Scope, name: &str, vpc: &Handle<Vpc>, what: &str) -> Handle<SecurityGroup> {
    scope.add(
        &format!("sg-{name}"),
        SecurityGroup::builder()
            .vpc_id(vpc)
            .group_name(format!("jeancloud-sg-{name}"))
            .group_description(what)
            .build(),
    )
}

fn network(france: Scope) -> Network {
    const BLOCK: Cidr = cidr!("10.0.0.0/16");
    let vpc = vpc(france, BLOCK);
    let public = subnets(france, "public", &vpc, BLOCK, 1);
    let private = subnets(france, "private", &vpc, BLOCK, 3);

    let gateway = france.add(
        "igw",
        InternetGateway::builder()
            .tag("Name", "jeancloud-igw-france")
            .build(),
    );
    france.add(
        "igw-attachment",
        VpcGatewayAttachment::builder()
            .vpc_id(&vpc)
            .internet_gateway_id(&gateway)
            .build(),
    );
    let table = |name: &str, subnets: &[Handle<Subnet>]| {
        let table = france.add(
            &format!("route-{name}"),
            RouteTable::builder()
                .vpc_id(&vpc)
                .tag("Name", format!("jeancloud-route-{name}"))
                .build(),
        );
        for subnet in subnets {
            let name = format!("{}-route", subnet.address().name());
            france.add(
                &name,
                SubnetRouteTableAssociation::builder()
                    .subnet_id(subnet)
                    .route_table_id(&table)
                    .build(),
            );
        }
        table
    };
    let public_table = table("public", &public);
    let private_table = table("private", &private);
    france.add(
        "route-default",
        Route::builder()
            .route_table_id(&public_table)
            .destination(Cidr::ANYWHERE)
            .target(&gateway)
            .build(),
    );

    let alb = group(france, "alb", &vpc, "The load balancer");
    let tasks = group(france, "ecs", &vpc, "The tasks of the backend");
    let database = group(france, "rds", &vpc, "The database");
    let endpoints = group(france, "endpoints", &vpc, "The way to services of AWS");
    let s3 = france.lookup(
        "s3-prefix-list",
        lookup::ManagedPrefixList::of(france.region(), "s3"),
    );
    france.allow(tcp(80).from(Anywhere).to(&alb));
    france.allow(tcp(8000).from(&alb).to(&tasks));
    france.allow(tcp(5432).from(&tasks).to(&database));
    france.allow(tcp(443).from(&tasks).to(&endpoints));
    france.allow(tcp(443).from(&tasks).to(&s3));

    let endpoint = |service: &str| {
        VpcEndpoint::builder()
            .vpc_id(&vpc)
            .service_name(EndpointServiceName::of(france.region(), service))
            .tag("Name", format!("jeancloud-{service}"))
    };
    france.add(
        "endpoint-s3",
        endpoint("s3")
            .kind(
                GatewayEndpoint::builder()
                    .route_table_ids([&private_table])
                    .build(),
            )
            .build(),
    );
    for service in ["ecr.api", "ecr.dkr", "logs", "secretsmanager"] {
        let interfaces = InterfaceEndpoint::builder()
            .subnet_ids(&private)
            .security_group_ids([&endpoints])
            .build();
        france.add(
            &format!("endpoint-{service}"),
            endpoint(service).kind(interfaces).build(),
        );
    }
    Network {
        vpc,
        public,
        private,
        alb,
        tasks,
        database,
    }
}

fn database(france: Scope, germany: Scope, net: &Network, system: &System) -> Handle<DbInstance> {
    let group = france.add(
        "db-subnets",
        DbSubnetGroup::builder()
            .db_subnet_group_name("jeancloud-db")
            .db_subnet_group_description("The private subnets")
            .subnet_ids(&net.private)
            .build(),
    );
    let key = system.backup_replication.then(|| {
        germany.add(
            "backup-key",
            Key::builder()
                .description("The database's replicated backups")
                .build(),
        )
    });
    france.add(
        "db",
        DbInstance::builder()
            .db_instance_identifier("jeancloud-db-france")
            .db_instance_class(&system.database_class)
            .engine(Engine::Postgres)
            .db_name("jeancloud")
            .master_username("jeancloud")
            .allocated_storage(20)
            .storage_type(StorageType::Gp3)
            .multi_az(true)
            .db_subnet_group_name(&group)
            .vpc_security_groups([&net.database])
            .backup_retention_period(7)
            .automatic_backup_replication_region(key.map(|_| germany.region()))
            .automatic_backup_replication_kms_key_id(key)
            .deletion_protection(!system.disposable)
            .skip_final_snapshot(system.disposable)
            .delete_automated_backups(system.disposable)
            .build(),
    )
}

struct Roles {
    execution: Handle<Role>,
    task: Handle<Role>,
}

fn roles(global: Scope, database: &Handle<DbInstance>) -> Roles {
    let trust =
        Statement::allow("sts:AssumeRole").principal(Principal::service("ecs-tasks.amazonaws.com"));
    let secret =
        Statement::allow("secretsmanager:GetSecretValue").on(database.master_user_secret_arn());
    Roles {
        execution: global.add(
            "execution-role",
            Role::builder()
                .role_name("jeancloud-ecs-execution-role")
                .assume_role_policy_document(trust.clone())
                .managed_policy_arns([aws_managed_policy(
                    "service-role/AmazonECSTaskExecutionRolePolicy",
                )])
                .policies([Policy::new("database-secret", secret)])
                .build(),
        ),
        task: global.add(
            "task-role",
            Role::builder()
                .role_name("jeancloud-ecs-task-role")
                .assume_role_policy_document(trust)
                .build(),
        ),
    }
}

fn repository(scope: Scope, system: &System) -> Handle<Repository> {
    scope.add(
        "repository",
        Repository::builder()
            .repository_name("jeancloud-backend")
            .image_tag_mutability(ImageTagMutability::Immutable)
            .image_scanning_configuration(ImageScanningConfiguration::on_push())
            .lifecycle_policy(LifecycleRule::untagged_after_days(14))
            .empty_on_delete(system.disposable)
            .build(),
    )
}

struct Backend {
    cluster: Handle<Cluster>,
    task: Handle<TaskDefinition>,
}

/// The cluster and what its tasks are: the same in both regions.
fn tasks(
    scope: Scope,
    repository: &Handle<Repository>,
    roles: &Roles,
    system: &System,
    environment: Vec<EnvironmentVariable>,
    secrets: Vec<ContainerSecret>,
) -> Backend {
    let logs = scope.add(
        "logs",
        LogGroup::builder()
            .log_group_name("/ecs/jeancloud-backend")
            .retention_in_days(Retention::Days30)
            .build(),
    );
    let cluster = scope.add(
        "cluster",
        Cluster::builder()
            .cluster_name(format!("jeancloud-cluster-{}", scope.address()))
            .build(),
    );
    let tag = system.image.as_ref().map_or("none", ImageTag::as_str);
    let django = ContainerDefinition::builder()
        .name("django")
        .image(text!("{}:{tag}", repository.repository_uri()))
        .port_mappings([8000])
        .environment(environment)
        .secrets(secrets)
        .log_configuration(LogConfiguration::awslogs(&logs, scope.region(), "django"))
        .build();
    let task = scope.add(
        "task",
        TaskDefinition::builder()
            .family("jeancloud-backend")
            .size(FargateSize::Cpu256Mb512)
            .container_definitions([django])
            .execution_role_arn(roles.execution.arn())
            .task_role_arn(roles.task.arn())
            .build(),
    );
    Backend { cluster, task }
}

#[expect(
    clippy::too_many_arguments,
    reason = "the backend is where everything meets"
)]
fn backend(
    france: Scope,
    global: Scope,
    net: &Network,
    database: &Handle<DbInstance>,
    roles: &Roles,
    repository: &Handle<Repository>,
    zone: Handle<HostedZone>,
    system: &System,
) -> Handle<LoadBalancer> {
    let alb = france.add(
        "alb",
        LoadBalancer::builder()
            .name("jeancloud-alb")
            .scheme(Scheme::InternetFacing)
            .subnets(&net.public)
            .security_groups([&net.alb])
            .build(),
    );
    let targets = france.add(
        "targets",
        TargetGroup::builder()
            .name("jeancloud-backend")
            .vpc_id(&net.vpc)
            .target_type(TargetType::Ip)
            .protocol(Protocol::Http)
            .port(8000)
            .health_check_path("/health")
            .build(),
    );
    let listener = Listener::builder().load_balancer_arn(&alb);
    if system.tls {
        let issued = certificate(france, global, zone, "api", system);
        france.allow(tcp(443).from(Anywhere).to(&net.alb));
        france.add(
            "listener-https",
            listener
                .clone()
                .port(443)
                .protocol(Protocol::Https)
                .certificates([&issued])
                .default_actions(Action::forward(&targets))
                .build(),
        );
        france.add(
            "listener-http",
            listener
                .port(80)
                .protocol(Protocol::Http)
                .default_actions(Action::redirect_to_https())
                .build(),
        );
    } else {
        france.add(
            "listener-http",
            listener
                .port(80)
                .protocol(Protocol::Http)
                .default_actions(Action::forward(&targets))
                .build(),
        );
    }
    let secret = database.master_user_secret_arn();
    let backend = tasks(
        france,
        repository,
        roles,
        system,
        vec![env("DATABASE_HOST", database.endpoint_address())],
        vec![
            secret_key("DATABASE_USER", secret, "username"),
            secret_key("DATABASE_PASSWORD", secret, "password"),
        ],
    );
    let service = france.add(
        "service",
        Service::builder()
            .service_name("jeancloud-backend")
            .cluster(&backend.cluster)
            .task_definition(&backend.task)
            .desired_count(if system.image.is_some() { 2 } else { 0 })
            .network_configuration(NetworkConfiguration::private(&net.private, [&net.tasks]))
            .load_balancers([ServiceLoadBalancer::new(&targets, "django", 8000)])
            .deployment_configuration(DeploymentConfiguration::default())
            .build(),
    );
    let target = france.add("scaling", ScalableTarget::tasks_of(&service, 2, 10));
    france.add(
        "scaling-cpu",
        ScalingPolicy::tracking(
            "jeancloud-backend-cpu",
            &target,
            TargetTracking::ecs_cpu(60.0),
        ),
    );
    alb
}

fn frontend(
    france: Scope,
    virginia: Scope,
    global: Scope,
    zone: Handle<HostedZone>,
    system: &System,
) -> Handle<Distribution> {
    let bucket = france.add(
        "frontend",
        Bucket::builder()
            .bucket_name(&system.bucket)
            .versioning_configuration(VersioningStatus::Enabled)
            .bucket_encryption(BucketEncryption::sse_s3())
            .empty_on_delete(system.disposable)
            .build(),
    );
    let access = global.add(
        "frontend-access",
        OriginAccessControl::s3("jeancloud-frontend"),
    );
    let config = DistributionConfig::builder()
        .comment("jeancloud-cdn")
        .origins([Origin::s3("frontend", &bucket, &access)])
        .default_cache_behavior(
            DefaultCacheBehavior::builder()
                .target_origin_id("frontend")
                .cache_policy_id(CachePolicyId::CACHING_OPTIMIZED)
                .build(),
        )
        .default_root_object("index.html")
        .custom_error_responses(CustomErrorResponse::single_page_application("/index.html"));
    let config = if system.tls {
        let issued = certificate(virginia, global, zone, "www", system);
        config
            .aliases([format!("www.{}", system.domain)])
            .viewer_certificate(ViewerCertificate::acm(&issued))
            .build()
    } else {
        config.build()
    };
    let cdn = global.add(
        "cdn",
        Distribution::builder()
            .distribution_config(config)
            .tag("Name", "jeancloud-cdn")
            .build(),
    );
    france.add("frontend-policy", BucketPolicy::readable_by(&bucket, &cdn));
    cdn
}

/// A certificate for `name.domain`, validated in the zone.
fn certificate(
    scope: Scope,
    global: Scope,
    zone: Handle<HostedZone>,
    name: &str,
    system: &System,
) -> Handle<CertificateIssued> {
    let domain = format!("{name}.{}", system.domain);
    let requested = scope.add(
        &format!("certificate-{name}"),
        Certificate::builder().domain_name(&domain).build(),
    );
    let record = global.add(
        &format!("certificate-{name}-validation"),
        RecordSet::validating(&requested, &domain, &zone),
    );
    scope.add(
        &format!("certificate-{name}-issued"),
        CertificateIssued::builder()
            .certificate_arn(&requested)
            .validation_records([&record])
            .build(),
    )
}

/// Germany: everything that a failover starts from, and no task.
fn standby(germany: Scope, roles: &Roles, system: &System) {
    const BLOCK: Cidr = cidr!("10.1.0.0/16");
    let vpc = vpc(germany, BLOCK);
    let private = subnets(germany, "private", &vpc, BLOCK, 3);
    let group = group(germany, "ecs", &vpc, "The tasks of the backend");
    let repository = repository(germany, system);
    let backend = tasks(germany, &repository, roles, system, vec![], vec![]);
    germany.add(
        "service",
        Service::builder()
            .service_name("jeancloud-backend")
            .cluster(&backend.cluster)
            .task_definition(&backend.task)
            .desired_count(0)
            .network_configuration(NetworkConfiguration::private(&private, [&group]))
            .build(),
    );
}

fn main() -> std::process::ExitCode {
    jeancloud::cli::main(stack)
}
