//! The JeanCloud system: Django on ECS Fargate behind a load balancer with PostgreSQL, a static
//! frontend on S3 and CloudFront, names in Route 53, and a standby region.
//!
//! `cargo run --example jeancloud -- plan --offline` shows it without any AWS;
//! `cargo run --example jeancloud -- --help` says what else it does.

use jeancloud::prelude::*;

fn main() -> std::process::ExitCode {
    jeancloud::cli::main(stack)
}

/// The whole system, component by component.
pub fn stack(p: &Params) -> Stack {
    let stack = Stack::new("jeancloud");
    let system = System::new(&stack, p);
    let network = system.network();
    let database = system.database(&network);
    let app = system.app(&database);
    system.standby(&app);
    let zone = HostedZone::builder().name(&system.domain).build();
    let zone = system.global.add("zone", zone);
    let api = system.backend(&network, &database, &app, zone);
    let www = system.frontend(zone);
    system.names(zone, &api, &www);

    let scheme = if system.tls { "https" } else { "http" };
    stack.output("api", format!("{scheme}://{}", system.host("api")));
    stack.output("load_balancer", api.dns_name());
    stack.output("cdn", www.domain_name());
    stack.output("repository", app.repository.repository_uri());
    stack.output("name_servers", zone.name_servers());
    stack
}

/// Where things live, and what may be set from outside: `--set domain=example.org --set tls`.
struct System<'s> {
    france: Scope<'s>,
    germany: Scope<'s>,
    virginia: Scope<'s>, // the only region from which CloudFront takes certificates
    global: Scope<'s>,
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

struct Network {
    vpc: Handle<Vpc>,
    public: [Handle<Subnet>; 2],
    private: [Handle<Subnet>; 2],
    alb: Handle<SecurityGroup>,
    tasks: Handle<SecurityGroup>,
    database: Handle<SecurityGroup>,
}

#[derive(Clone, Copy)]
struct App {
    execution: Handle<Role>,
    task: Handle<Role>,
    repository: Handle<Repository>,
}

#[rustfmt::skip] // A resource is a paragraph: what belongs together stands on a line.
impl<'s> System<'s> {
    fn new(stack: &'s Stack, p: &Params) -> Self {
        let disposable = p.get("disposable", false);
        Self {
            france: stack.region("france", Region::EuWest3),
            germany: stack.region("germany", Region::EuCentral1),
            virginia: stack.region("virginia", Region::UsEast1),
            global: stack.global(),
            domain: p.get("domain", "jeancloud.rocks"),
            bucket: p.get("bucket", "jeancloud-frontend"),
            image: p.optional("image"),
            database_class: p.get("database_class", "db.t4g.micro"),
            tls: p.get("tls", false),
            disposable,
            backup_replication: p.get("backup_replication", !disposable),
        }
    }

    /// France: public subnets for the load balancer, private ones for all else. From these no way
    /// leads out: images, logs and secrets pass through endpoints of AWS's services. Each group has
    /// the least rules that work.
    fn network(&self) -> Network {
        const NET: Cidr = cidr!("10.0.0.0/16");
        let (france, site) = (self.france, Site::new(self.france, NET));
        let [a, b, c, d] = [cidr!("10.0.1.0/24" in NET), cidr!("10.0.2.0/24" in NET),
            cidr!("10.0.3.0/24" in NET), cidr!("10.0.4.0/24" in NET)];
        let public = site.subnets("public", [a, b]);
        let private = site.subnets("private", [c, d]);

        let gateway = InternetGateway::builder().tag("Name", "jeancloud-igw-france").build();
        let gateway = france.add("igw", gateway);
        france.add("igw-attachment", VpcGatewayAttachment::new(&site.vpc, &gateway));
        let public_routes = site.route_table("public", &public);
        let private_routes = site.route_table("private", &private);
        france.add("route-default", Route::to_internet(&public_routes, &gateway));

        let alb = site.group("alb", "The load balancer");
        let tasks = site.group("ecs", "The tasks of the backend");
        let database = site.group("rds", "The database");
        let endpoints = site.group("endpoints", "The way to services of AWS");
        let s3 = lookup::ManagedPrefixList::of(france.region(), "s3");
        let s3 = france.lookup("s3-prefix-list", s3);
        france.allow(tcp(80).from(Anywhere).to(&alb));
        france.allow(tcp(8000).from(&alb).to(&tasks));
        france.allow(tcp(5432).from(&tasks).to(&database));
        france.allow(tcp(443).from(&tasks).to(&endpoints));
        france.allow(tcp(443).from(&tasks).to(&s3)); // where ECR keeps the layers of images

        site.endpoint("s3", EndpointKind::gateway([&private_routes]));
        for service in ["ecr.api", "ecr.dkr", "logs", "secretsmanager"] {
            site.endpoint(service, EndpointKind::interface(&private, [&endpoints]));
        }
        Network { vpc: site.vpc, public, private, alb, tasks, database }
    }

    /// PostgreSQL in two zones. RDS makes the password and keeps it in Secrets Manager, so it is
    /// never in our hands; the backups are replicated to Germany.
    fn database(&self, network: &Network) -> Handle<DbInstance> {
        let group = self.france.add("db-subnets", DbSubnetGroup::builder()
            .db_subnet_group_name("jeancloud-db").db_subnet_group_description("The private subnets")
            .subnet_ids(&network.private).build());
        let backups = self.backup_replication.then(|| self.germany.add("backup-key",
            Key::builder().description("The database's replicated backups").build()));
        self.france.add("db", DbInstance::builder()
            .db_instance_identifier("jeancloud-db-france").db_instance_class(&self.database_class)
            .engine(Engine::Postgres).db_name("jeancloud").master_username("jeancloud")
            .allocated_storage(20).storage_type(StorageType::Gp3).multi_az(true)
            .db_subnet_group_name(&group).vpc_security_groups([&network.database])
            .backup_retention_period(7)
            .automatic_backup_replication_region(backups.map(|_| self.germany.region()))
            .automatic_backup_replication_kms_key_id(backups)
            .deletion_protection(!self.disposable).skip_final_snapshot(self.disposable)
            .delete_automated_backups(self.disposable).build())
    }

    /// What a task is made of in either region: an image, the role that ECS starts it with, which
    /// may read this database's secret, and the role that Django acts in, which may do nothing yet.
    fn app(&self, database: &Handle<DbInstance>) -> App {
        let ecs = Principal::service("ecs-tasks.amazonaws.com");
        let trust = Statement::allow("sts:AssumeRole").principal(ecs);
        let secret = database.master_user_secret_arn();
        let secret = Statement::allow("secretsmanager:GetSecretValue").on(secret);
        let managed = aws_managed_policy("service-role/AmazonECSTaskExecutionRolePolicy");
        let execution = self.global.add("execution-role", Role::builder()
            .role_name("jeancloud-ecs-execution-role").assume_role_policy_document(trust.clone())
            .managed_policy_arns([managed]).policies([Policy::new("database-secret", secret)])
            .build());
        let task = self.global.add("task-role", Role::builder()
            .role_name("jeancloud-ecs-task-role").assume_role_policy_document(trust).build());
        App { execution, task, repository: self.repository(self.france) }
    }

    /// Its tags are immutable: the image that runs is the one that was tested.
    fn repository(&self, scope: Scope) -> Handle<Repository> {
        scope.add("repository", Repository::builder()
            .repository_name("jeancloud-backend").empty_on_delete(self.disposable)
            .image_tag_mutability(ImageTagMutability::Immutable)
            .image_scanning_configuration(ImageScanningConfiguration::on_push())
            .lifecycle_policy(LifecycleRule::untagged_after_days(14)).build())
    }

    /// Django on Fargate: logs, cluster, task and service. Where it is live, it has a database and
    /// two tasks behind a target group. Of the database's secret the stack knows only the ARN: ECS
    /// hands the task its content.
    fn django(
        &self, scope: Scope, app: &App, place: NetworkConfiguration,
        live: Option<(&Handle<DbInstance>, &Handle<TargetGroup>)>,
    ) -> Handle<Service> {
        let logs = scope.add("logs", LogGroup::builder()
            .log_group_name("/ecs/jeancloud-backend").retention_in_days(Retention::Days30).build());
        let cluster = scope.add("cluster", Cluster::builder()
            .cluster_name(format!("jeancloud-cluster-{}", scope.address())).build());
        let (database, targets) = live.unzip();
        let host = database.map(|database| env("DATABASE_HOST", database.endpoint_address()));
        let login = database.map(|database| database.master_user_secret_arn()).map(|secret| [
            secret_key("DATABASE_USER", secret, "username"),
            secret_key("DATABASE_PASSWORD", secret, "password"),
        ]);
        let tag = self.image.as_ref().map_or("none", ImageTag::as_str);
        let django = ContainerDefinition::builder()
            .name("django").image(text!("{}:{tag}", app.repository.repository_uri()))
            .port_mappings([8000]).environment(host).secrets(login.into_iter().flatten())
            .log_configuration(LogConfiguration::awslogs(&logs, scope.region(), "django")).build();
        let task = scope.add("task", TaskDefinition::builder()
            .family("jeancloud-backend").size(FargateSize::Cpu256Mb512)
            .execution_role_arn(app.execution.arn()).task_role_arn(app.task.arn())
            .container_definitions([django]).build());
        let targets = targets.map(|targets| ServiceLoadBalancer::new(targets, "django", 8000));
        scope.add("service", Service::builder()
            .service_name("jeancloud-backend").cluster(&cluster).task_definition(&task)
            .desired_count(if live.is_some() && self.image.is_some() { 2 } else { 0 })
            .network_configuration(place).load_balancers(targets).build())
    }

    /// Germany: all that a failover starts from, and no task yet. ECR replicates the images.
    fn standby(&self, app: &App) {
        const NET: Cidr = cidr!("10.1.0.0/16");
        let (germany, site) = (self.germany, Site::new(self.germany, NET));
        let blocks = [cidr!("10.1.3.0/24" in NET), cidr!("10.1.4.0/24" in NET)];
        let private = site.subnets("private", blocks);
        let tasks = site.group("ecs", "The tasks of the backend");
        let local = App { repository: self.repository(germany), ..*app };
        self.django(germany, &local, NetworkConfiguration::private(&private, [&tasks]), None);

        let account = self.global.lookup("account", lookup::CallerIdentity::builder().build());
        let to_germany = ReplicationRule::to(germany.region(), account.account());
        let replication = ReplicationConfiguration::of(to_germany.only([&app.repository]));
        self.france.add("replication", replication);
    }

    /// The active service, in France: two to ten tasks behind a load balancer, which speaks HTTP to
    /// them and, with TLS, HTTPS to everybody else.
    fn backend(
        &self, net: &Network, database: &Handle<DbInstance>, app: &App, zone: Handle<HostedZone>,
    ) -> Handle<LoadBalancer> {
        let france = self.france;
        let alb = france.add("alb", LoadBalancer::builder()
            .name("jeancloud-alb").scheme(Scheme::InternetFacing)
            .subnets(&net.public).security_groups([&net.alb]).build());
        let targets = france.add("targets", TargetGroup::builder()
            .name("jeancloud-backend").vpc_id(&net.vpc).target_type(TargetType::Ip)
            .protocol(Protocol::Http).port(8000).health_check_path("/health").build());
        let mut http = Action::forward(&targets);
        if self.tls {
            let issued = self.certificate(france, zone, "api");
            france.allow(tcp(443).from(Anywhere).to(&net.alb));
            france.add("listener-https", Listener::https(&alb, &issued, http));
            http = Action::redirect_to_https();
        }
        france.add("listener-http", Listener::http(&alb, http));

        let place = NetworkConfiguration::private(&net.private, [&net.tasks]);
        let service = self.django(france, app, place, Some((database, &targets)));
        let tasks = france.add("scaling", ScalableTarget::tasks_of(&service, 2, 10));
        let cpu = TargetTracking::ecs_cpu(60.0);
        france.add("scaling-cpu", ScalingPolicy::tracking("jeancloud-backend-cpu", &tasks, cpu));
        alb
    }

    /// A single-page application in a private bucket, which nobody but this distribution reads.
    fn frontend(&self, zone: Handle<HostedZone>) -> Handle<Distribution> {
        let bucket = self.france.add("frontend", Bucket::builder()
            .bucket_name(&self.bucket).empty_on_delete(self.disposable)
            .versioning_configuration(VersioningStatus::Enabled)
            .bucket_encryption(BucketEncryption::sse_s3()).build());
        let access = OriginAccessControl::s3("jeancloud-frontend");
        let access = self.global.add("frontend-access", access);
        let issued = self.tls.then(|| self.certificate(self.virginia, zone, "www"));
        let cached = DefaultCacheBehavior::to("frontend", CachePolicyId::CACHING_OPTIMIZED);
        let config = DistributionConfig::builder()
            .comment("jeancloud-cdn").origins([Origin::s3("frontend", &bucket, &access)])
            .default_cache_behavior(cached)
            .default_root_object("index.html")
            .custom_error_responses(CustomErrorResponse::single_page_application("/index.html"))
            .aliases(issued.map(|_| self.host("www")))
            .viewer_certificate(issued.map(ViewerCertificate::acm)).build();
        let cdn = self.global.add("cdn", Distribution::builder()
            .distribution_config(config).tag("Name", "jeancloud-cdn").build());
        self.france.add("frontend-policy", BucketPolicy::readable_by(&bucket, &cdn));
        cdn
    }

    /// `api` leads to the load balancer, `www` to CloudFront.
    fn names(
        &self, zone: Handle<HostedZone>, api: &Handle<LoadBalancer>, www: &Handle<Distribution>,
    ) {
        self.global.add("api", RecordSet::alias(&zone, self.host("api"), api));
        self.global.add("www", RecordSet::alias(&zone, self.host("www"), www));
    }

    /// A certificate for a host: asked for, proved by a record in the zone, and waited for, since a
    /// listener or a distribution takes it only once it is issued.
    fn certificate(
        &self, scope: Scope, zone: Handle<HostedZone>, host: &str,
    ) -> Handle<CertificateIssued> {
        let domain = self.host(host);
        let asked = scope.add(format!("certificate-{host}"),
            Certificate::builder().domain_name(&domain).build());
        let proof = self.global.add(format!("certificate-{host}-validation"),
            RecordSet::validating(&asked, &domain, &zone));
        scope.add(format!("certificate-{host}-issued"), CertificateIssued::of(&asked, [&proof]))
    }

    fn host(&self, name: &str) -> String {
        format!("{name}.{}", self.domain)
    }
}

/// A VPC and what goes into one in either region.
struct Site<'s> {
    scope: Scope<'s>,
    vpc: Handle<Vpc>,
}

#[rustfmt::skip] // As above.
impl<'s> Site<'s> {
    /// With DNS inside, by which the endpoints of AWS's services are found.
    fn new(scope: Scope<'s>, block: Cidr) -> Self {
        let vpc = scope.add("vpc", Vpc::builder()
            .cidr_block(block).enable_dns_support(true).enable_dns_hostnames(true)
            .tag("Name", format!("jeancloud-vpc-{}", scope.address())).build());
        Self { scope, vpc }
    }

    /// In two zones: neither a load balancer nor a Multi-AZ database takes less.
    fn subnets(&self, name: &str, [a, b]: [Cidr; 2]) -> [Handle<Subnet>; 2] {
        [(Az::A, a), (Az::B, b)].map(|(zone, block)| {
            self.scope.add(format!("{name}-{}", zone.letter()), Subnet::builder()
                .vpc_id(&self.vpc).cidr_block(block).availability_zone(zone)
                .map_public_ip_on_launch(name == "public")
                .tag("Name", format!("jeancloud-{name}-{}", zone.letter())).build())
        })
    }

    fn route_table(&self, name: &str, subnets: &[Handle<Subnet>]) -> Handle<RouteTable> {
        let table = self.scope.add(format!("route-{name}"), RouteTable::builder()
            .vpc_id(&self.vpc).tag("Name", format!("jeancloud-route-{name}")).build());
        for subnet in subnets {
            self.scope.add(format!("{}-route", subnet.address().name()),
                SubnetRouteTableAssociation::new(subnet, &table));
        }
        table
    }

    fn group(&self, name: &str, what: &str) -> Handle<SecurityGroup> {
        let group = SecurityGroup::in_vpc(&self.vpc, format!("jeancloud-sg-{name}"), what);
        self.scope.add(format!("sg-{name}"), group)
    }

    fn endpoint(&self, service: &str, kind: EndpointKind) {
        self.scope.add(format!("endpoint-{service}"), VpcEndpoint::builder()
            .vpc_id(&self.vpc).kind(kind).tag("Name", format!("jeancloud-{service}"))
            .service_name(EndpointServiceName::of(self.scope.region(), service)).build());
    }
}
