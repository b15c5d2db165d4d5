//! Each order that no reference shows: kept when things are made, and turned round when they go.
//!
//! DESIGN: a service after its listener, its role's policies and its endpoints; a public route and a
//! load balancer after the gateway's attachment; a listener or distribution after its certificate is
//! issued.

use jeancloud_model::{
    AccountId, Az, Cidr, Handle, Region,
    certificate_manager::{Certificate, CertificateIssued},
    cidr,
    cloud_front::{
        CachePolicyId, DefaultCacheBehavior, Distribution, DistributionConfig, Origin,
        OriginAccessControl, ViewerCertificate,
    },
    ec2::{
        Anywhere, Connectivity, Eip, EndpointServiceName, GatewayEndpoint, InterfaceEndpoint,
        InternetGateway, NatGateway, Route, RouteTable, SecurityGroup, Subnet,
        SubnetRouteTableAssociation, Vpc, VpcEndpoint, VpcGatewayAttachment, tcp,
    },
    ecr::{ReplicationConfiguration, ReplicationRule, Repository},
    ecs::{
        Cluster, ContainerDefinition, FargateSize, NetworkConfiguration, Service,
        ServiceLoadBalancer, TaskDefinition,
    },
    elastic_load_balancing_v2::{
        Action, Attributes, Listener, LoadBalancer, LoadBalancerAttributes, Protocol, Scheme,
        TargetGroup, TargetType,
    },
    iam::{Principal, Role, Statement},
    rds::{DbInstance, DbSubnetGroup, Engine},
    route53::{HostedZone, RecordSet},
    s3::{Bucket, BucketPolicy},
};
use jeancloud_stack::{Scope, Stack, plan::Op};

use crate::{order::Order, world::World};

/// Makes two tests: `earlier` is made before `later`, and goes after it.
macro_rules! orders {
    ($($made:ident, $gone:ident: $earlier:literal before $later:literal in $stack:expr;)*) => {$(
        #[test]
        fn $made() {
            made_in_order($earlier, $later, $stack);
        }

        #[test]
        fn $gone() {
            gone_in_order($earlier, $later, $stack);
        }
    )*};
}

orders! {
    a_service_is_made_after_its_listener, a_listener_goes_after_its_service:
        "main/listener" before "main/service" in |net| {
            let (balancer, targets) = balancer(net, Scheme::Internal);
            listener(net, balancer, targets);
            net.scope.allow(tcp(8000).from(&net.group).to(&net.group));
            service(net, Some(targets), None);
        };
    a_service_is_made_after_the_role_of_its_tasks, a_role_goes_after_its_service:
        "global/role" before "main/service" in |net| {
            service(net, None, Some(role(net, "before")));
        };
    a_service_is_made_after_its_endpoints, endpoints_go_after_their_service:
        "main/endpoint" before "main/service" in |net| {
            endpoint(net);
            service(net, None, None);
        };
    a_service_is_made_after_the_rules_of_its_endpoints, rules_go_after_the_service_that_needs_them:
        "main/group/ingress/tcp-443-from-10.0.0.0/16" before "main/service" in |net| {
            endpoint(net);
            service(net, None, None);
        };
    a_service_is_made_after_the_way_out_of_its_subnets, a_way_out_goes_after_its_service:
        "main/default" before "main/service" in |net| {
            way_out(net);
            service(net, None, None);
        };
    a_service_is_made_after_its_subnets_have_their_table, a_table_goes_after_the_service_that_needs_it:
        "main/association-a" before "main/service" in |net| {
            way_out(net);
            service(net, None, None);
        };
    a_public_route_is_made_after_the_attachment, an_attachment_goes_after_the_public_route:
        "main/attachment" before "main/default" in way_out;
    a_public_balancer_is_made_after_the_attachment, an_attachment_goes_after_the_public_balancer:
        "main/attachment" before "main/balancer" in |net| {
            way_out(net);
            let _ = balancer(net, Scheme::InternetFacing);
        };
    a_public_nat_gateway_is_made_after_the_attachment, an_attachment_goes_after_the_nat_gateway:
        "main/attachment" before "main/nat" in |net| {
            way_out(net);
            let address = net.scope.add("address", Eip::builder().build());
            nat(net, Connectivity::public(&address));
        };
    a_public_database_is_made_after_the_attachment, an_attachment_goes_after_the_public_database:
        "main/attachment" before "main/database" in |net| database(net, true);
    a_listener_is_made_after_its_certificate_is_issued, a_certificate_goes_after_its_listener:
        "main/issued" before "main/listener" in |net| {
            let (load_balancer, targets) = balancer(net, Scheme::Internal);
            net.scope.allow(tcp(443).from(Anywhere).to(&net.group));
            let listener = Listener::builder()
                .load_balancer_arn(&load_balancer)
                .port(443)
                .protocol(Protocol::Https)
                .certificates([&issued(net, net.scope)])
                .default_actions(Action::forward(&targets));
            net.scope.add("listener", listener.build());
        };
    a_certificate_is_issued_after_its_record, a_record_goes_after_the_wait_for_it:
        "global/validation" before "main/issued" in |net| {
            let _ = issued(net, net.scope);
        };
    a_distribution_is_made_after_its_certificate_is_issued, a_certificate_goes_after_its_distribution:
        "virginia/issued" before "global/distribution" in distribution;
    a_balancer_is_made_after_the_policy_of_its_log_bucket, a_log_buckets_policy_goes_after_its_balancer:
        "main/log-policy" before "main/balancer" in logging_balancer;
    replication_is_made_after_what_receives, what_receives_goes_after_replication:
        "germany/repository" before "main/replication" in replication;
}

#[test]
fn a_changed_service_waits_for_the_changed_role_of_an_unchanged_task() {
    let version = |policy: &'static str, tasks: u32| {
        declared(move |net| {
            let role = role(net, policy);
            service_of(net, None, Some(role), tasks);
        })
    };
    let (before, after) = (version("before", 1), version("after", 2));
    let mut world = World::new(&before);
    let _ = world.apply(&before);
    let plan = world.plan(&after).expect("it can be planned");
    let order = Order::of(&plan);
    let role = order.action(Op::Update, "global/role");
    let service = order.action(Op::Update, "main/service");
    assert!(order.holds(role, service), "{plan:#?}");
}

#[test]
fn what_faces_no_internet_does_not_wait_for_the_attachment() {
    let stack = declared(|net| {
        let _ = balancer(net, Scheme::Internal);
        nat(net, Connectivity::Private);
        database(net, false);
        net.scope.add("address", Eip::builder().build());
    });
    let plan = World::new(&stack).plan(&stack).expect("it can be planned");
    let order = Order::of(&plan);
    let attachment = order.action(Op::Create, "main/attachment");
    for inside in ["main/balancer", "main/nat", "main/database", "main/address"] {
        let inside = order.action(Op::Create, inside);
        assert!(!order.holds(attachment, inside), "{inside:#?}");
    }
}

#[test]
fn replication_waits_for_no_repository_that_does_not_receive() {
    let stack = declared(replication);
    let plan = World::new(&stack).plan(&stack).expect("it can be planned");
    let order = Order::of(&plan);
    let bystander = order.action(Op::Create, "main/bystander");
    let replication = order.action(Op::Create, "main/replication");
    assert!(!order.holds(bystander, replication), "{plan:#?}");
}

/// A network that the parts of a test stand in.
struct Net<'s> {
    stack: &'s Stack,
    scope: Scope<'s>,
    vpc: Handle<Vpc>,
    subnets: [Handle<Subnet>; 2],
    gateway: Handle<InternetGateway>,
    group: Handle<SecurityGroup>,
}

const NET: Cidr = cidr!("10.0.0.0/16");

fn declared(parts: impl FnOnce(&Net<'_>)) -> Stack {
    let stack = Stack::new("orders");
    let scope = stack.region("main", Region::EuWest3);
    // The parts come before what they wait for, so that no order of declaring helps.
    let gateway = scope.add("gateway", InternetGateway::builder().build());
    let vpc = Vpc::builder().cidr_block(NET).enable_dns_hostnames(true);
    let vpc = scope.add("vpc", vpc.build());
    let subnets = [Az::A, Az::B].map(|zone| {
        let subnet = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(NET.part(24, zone as u32))
            .availability_zone(zone);
        scope.add(&format!("subnet-{}", zone.letter()), subnet.build())
    });
    let group = SecurityGroup::builder()
        .vpc_id(&vpc)
        .group_description("everything");
    let group = scope.add("group", group.build());
    parts(&Net {
        stack: &stack,
        scope,
        vpc,
        subnets,
        gateway,
        group,
    });
    let attachment = VpcGatewayAttachment::builder()
        .vpc_id(&vpc)
        .internet_gateway_id(&gateway);
    scope.add("attachment", attachment.build());
    stack
}

#[track_caller]
fn made_in_order(earlier: &str, later: &str, parts: impl FnOnce(&Net<'_>)) {
    let stack = declared(parts);
    let plan = World::new(&stack).plan(&stack).expect("it can be planned");
    let order = Order::of(&plan);
    let [earlier, later] = [earlier, later].map(|address| order.action(Op::Create, address));
    assert!(order.holds(earlier, later), "{plan:#?}");
}

#[track_caller]
fn gone_in_order(earlier: &str, later: &str, parts: impl FnOnce(&Net<'_>)) {
    let stack = declared(parts);
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    // By the program, and by what the state remembers of it.
    let nothing = Stack::new("orders");
    for plan in [world.plan_to_nothing(&stack), world.plan(&nothing)] {
        let plan = plan.expect("it can be planned");
        let order = Order::of(&plan);
        let [earlier, later] = [earlier, later].map(|address| order.action(Op::Delete, address));
        assert!(order.holds(later, earlier), "{plan:#?}");
    }
}

fn way_out(net: &Net<'_>) {
    let table = net
        .scope
        .add("table", RouteTable::builder().vpc_id(&net.vpc).build());
    for (subnet, letter) in net.subnets.iter().zip(["a", "b"]) {
        let association = SubnetRouteTableAssociation::builder()
            .subnet_id(subnet)
            .route_table_id(&table);
        net.scope
            .add(&format!("association-{letter}"), association.build());
    }
    let default = Route::builder()
        .route_table_id(&table)
        .destination(Cidr::ANYWHERE)
        .target(&net.gateway);
    net.scope.add("default", default.build());
}

fn balancer(net: &Net<'_>, scheme: Scheme) -> (Handle<LoadBalancer>, Handle<TargetGroup>) {
    let balancer = LoadBalancer::builder()
        .scheme(scheme)
        .subnets(net.subnets)
        .security_groups([net.group]);
    let targets = TargetGroup::builder()
        .vpc_id(&net.vpc)
        .target_type(TargetType::Ip)
        .protocol(Protocol::Http)
        .port(8000);
    net.scope.allow(tcp(80).from(Anywhere).to(&net.group));
    (
        net.scope.add("balancer", balancer.build()),
        net.scope.add("targets", targets.build()),
    )
}

fn listener(net: &Net<'_>, balancer: Handle<LoadBalancer>, targets: Handle<TargetGroup>) {
    let listener = Listener::builder()
        .load_balancer_arn(&balancer)
        .port(80)
        .protocol(Protocol::Http)
        .default_actions(Action::forward(&targets));
    net.scope.add("listener", listener.build());
}

fn logging_balancer(net: &Net<'_>) {
    let logs = net
        .scope
        .add("logs", Bucket::builder().bucket_name("orders-logs").build());
    let attributes = LoadBalancerAttributes::builder()
        .access_logs_s3_enabled(true)
        .access_logs_s3_bucket(logs.bucket_name());
    let balancer = LoadBalancer::builder()
        .scheme(Scheme::Internal)
        .subnets(net.subnets)
        .security_groups([net.group])
        .load_balancer_attributes(Attributes(attributes.build()));
    net.scope.add("balancer", balancer.build());
    let write = Statement::allow("s3:PutObject")
        .principal(Principal::service(
            "logdelivery.elasticloadbalancing.amazonaws.com",
        ))
        .on("arn:aws:s3:::orders-logs/AWSLogs/*");
    let policy = BucketPolicy::builder().bucket(&logs).policy_document(write);
    net.scope.add("log-policy", policy.build());
}

fn nat(net: &Net<'_>, connectivity: Connectivity) {
    let nat = NatGateway::builder()
        .subnet_id(net.subnets[0])
        .connectivity(connectivity);
    net.scope.add("nat", nat.build());
}

fn database(net: &Net<'_>, public: bool) {
    let group = DbSubnetGroup::builder()
        .db_subnet_group_description("both")
        .subnet_ids(net.subnets);
    let group = net.scope.add("database-subnets", group.build());
    let database = DbInstance::builder()
        .db_instance_class("db.t4g.micro")
        .engine(Engine::Postgres)
        .master_username("app")
        .allocated_storage(20)
        .db_subnet_group_name(&group)
        .vpc_security_groups([net.group])
        .publicly_accessible(public)
        .deletion_protection(false);
    net.scope.add("database", database.build());
}

fn endpoint(net: &Net<'_>) {
    let interface = InterfaceEndpoint::builder()
        .subnet_ids(net.subnets)
        .security_group_ids([net.group]);
    let name = EndpointServiceName::of(Region::EuWest3, "ecr.api");
    let endpoint = VpcEndpoint::builder()
        .vpc_id(&net.vpc)
        .service_name(name)
        .kind(interface.build());
    net.scope.add("endpoint", endpoint.build());
    let name = EndpointServiceName::of(Region::EuWest3, "s3");
    let gateway = VpcEndpoint::builder()
        .vpc_id(&net.vpc)
        .service_name(name)
        .kind(GatewayEndpoint::builder().build());
    net.scope.add("endpoint-s3", gateway.build());
    net.scope.allow(tcp(443).from(NET).to(&net.group));
}

fn role(net: &Net<'_>, secret: &str) -> Handle<Role> {
    let trust =
        Statement::allow("sts:AssumeRole").principal(Principal::service("ecs-tasks.amazonaws.com"));
    let read = Statement::allow("secretsmanager:GetSecretValue").on(format!(
        "arn:aws:secretsmanager:eu-west-3:123456789012:secret:{secret}"
    ));
    let role = Role::builder()
        .assume_role_policy_document(trust)
        .policies([jeancloud_model::iam::Policy::new("secret", read)]);
    net.stack.global().add("role", role.build())
}

fn service(net: &Net<'_>, targets: Option<Handle<TargetGroup>>, role: Option<Handle<Role>>) {
    // Without tasks, nothing has to be within reach.
    service_of(net, targets, role, 0);
}

fn service_of(
    net: &Net<'_>,
    targets: Option<Handle<TargetGroup>>,
    role: Option<Handle<Role>>,
    tasks: u32,
) {
    let container = ContainerDefinition::builder()
        .name("app")
        .image("public.ecr.aws/nginx/nginx:1.29")
        .port_mappings([8000]);
    let task = TaskDefinition::builder()
        .family("app")
        .size(FargateSize::Cpu256Mb512)
        .container_definitions([container.build()])
        .task_role_arn(role.map(|role| role.arn()));
    let task = net.scope.add("task", task.build());
    let cluster = net.scope.add("cluster", Cluster::builder().build());
    let targets = targets.map(|targets| ServiceLoadBalancer::new(&targets, "app", 8000));
    let service = Service::builder()
        .cluster(&cluster)
        .task_definition(&task)
        .desired_count(tasks)
        .network_configuration(NetworkConfiguration::private(net.subnets, [net.group]))
        .load_balancers(targets);
    net.scope.add("service", service.build());
}

/// A certificate for www.example.com in `scope`, validated.
fn issued(net: &Net<'_>, scope: Scope<'_>) -> Handle<CertificateIssued> {
    let global = net.stack.global();
    let domain = "www.example.com";
    let zone = global.add("zone", HostedZone::builder().name("example.com").build());
    let requested = Certificate::builder().domain_name(domain).build();
    let requested = scope.add("certificate", requested);
    let record = RecordSet::validating(&requested, domain, &zone);
    let record = global.add("validation", record);
    let issued = CertificateIssued::builder()
        .certificate_arn(&requested)
        .validation_records([&record]);
    scope.add("issued", issued.build())
}

fn distribution(net: &Net<'_>) {
    let global = net.stack.global();
    let issued = issued(net, net.stack.region("virginia", Region::UsEast1));
    let bucket = net
        .scope
        .add("site", Bucket::builder().bucket_name("orders-site").build());
    let access = global.add("access", OriginAccessControl::s3("orders"));
    let behavior = DefaultCacheBehavior::builder()
        .target_origin_id("site")
        .cache_policy_id(CachePolicyId::CACHING_OPTIMIZED);
    let config = DistributionConfig::builder()
        .origins([Origin::s3("site", &bucket, &access)])
        .default_cache_behavior(behavior.build())
        .aliases(["www.example.com"])
        .viewer_certificate(ViewerCertificate::acm(&issued));
    let distribution = Distribution::builder().distribution_config(config.build());
    global.add("distribution", distribution.build());
}

fn replication(net: &Net<'_>) {
    let rule = ReplicationRule::to(Region::EuCentral1, AccountId::new("123456789012"));
    net.scope
        .add("replication", ReplicationConfiguration::of(rule));
    let repository = || Repository::builder().repository_name("app").build();
    net.stack
        .region("germany", Region::EuCentral1)
        .add("repository", repository());
    net.scope.add("bystander", repository());
}
