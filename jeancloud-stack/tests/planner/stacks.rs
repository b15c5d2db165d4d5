//! Random stacks: whatever the choices are, the stack has no mistake.

use jeancloud_model::{
    Az, Cidr, Handle, Region,
    application_auto_scaling::{ScalableTarget, ScalingPolicy, TargetTracking},
    cidr,
    ec2::{
        Anywhere, Eip, EndpointServiceName, GatewayEndpoint, InterfaceEndpoint, InternetGateway,
        NatGateway, Route, RouteTable, SecurityGroup, Subnet, SubnetRouteTableAssociation, Vpc,
        VpcEndpoint, VpcGatewayAttachment, tcp,
    },
    ecr::Repository,
    ecs::{
        Cluster, ContainerDefinition, FargateSize, LogConfiguration, NetworkConfiguration, Service,
        ServiceLoadBalancer, TaskDefinition,
    },
    elastic_load_balancing_v2::{
        Action, Listener, LoadBalancer, Protocol, Scheme, TargetGroup, TargetType,
    },
    iam::{Principal, Role, Statement, aws_managed_policy},
    logs::{LogGroup, Retention},
    rds::{DbInstance, DbSubnetGroup, Engine},
    route53::{AliasTarget, HostedZone, RecordSet, RecordType},
    s3::{Bucket, BucketPolicy},
    text,
};
use jeancloud_stack::{Scope, Stack};

use crate::choices::{Choices, SITES};

/// A version of the stack that the choices make.
pub fn stack(choices: &Choices, version: usize) -> Stack {
    let stack = Stack::new("random");
    let global = Part {
        scope: stack.global(),
        name: "global",
        choices,
        version,
    };
    let role = global.role();
    let mut balancers = Vec::new();
    for (name, region) in SITES.into_iter().zip([Region::EuWest3, Region::EuCentral1]) {
        let scope = stack.region(name, region);
        let site = Part {
            scope,
            name,
            ..global
        };
        balancers.extend(site.site(role));
    }
    global.names(balancers.first());
    stack
}

/// A site or what is in no region, in a version.
#[derive(Clone, Copy)]
struct Part<'c> {
    scope: Scope<'c>,
    name: &'static str,
    choices: &'c Choices,
    version: usize,
}

type Subnets = Vec<Handle<Subnet>>;
type Groups = Vec<Handle<SecurityGroup>>;

impl Part<'_> {
    fn pick(&self, what: &str, ways: u8) -> u8 {
        self.choices.pick(self.version, self.name, what, ways)
    }

    fn has(&self, what: &str) -> bool {
        self.pick(what, 3) > 0
    }

    /// An address that another choice renames.
    fn at(&self, name: &str, renamed: &str) -> String {
        match self.pick(renamed, 4) {
            3 => format!("{name}-too"),
            _ => name.to_owned(),
        }
    }

    /// A physical name, where the author gives one.
    fn named(&self, what: &str, name: &str) -> Option<String> {
        (self.pick(what, 2) > 0).then(|| name.to_owned())
    }

    fn site(&self, role: Option<Handle<Role>>) -> Option<Handle<LoadBalancer>> {
        self.storage();
        if !self.has("there") {
            return None;
        }
        let block = [cidr!("10.0.0.0/16"), cidr!("10.1.0.0/16")]
            [usize::from(self.pick("vpc block", 4) == 3)];
        let vpc = Vpc::builder()
            .cidr_block(block)
            .enable_dns_hostnames(true)
            .tag("Which", self.pick("vpc tag", 3).to_string());
        let vpc = self.scope.add(&self.at("vpc", "vpc renamed"), vpc.build());
        let subnets = self.subnets(vpc, block);
        let tables = self.tables(vpc, &subnets);
        self.gateway(vpc, &subnets, tables);
        let groups = self.groups(vpc);
        self.endpoints(vpc, &subnets, &groups, tables);
        let balancer = self.balancer(vpc, &subnets, &groups);
        let targets = balancer.map(|(_, targets)| targets);
        self.service(&subnets, &groups, targets, role);
        self.database(&subnets, &groups);
        balancer.map(|(balancer, _)| balancer)
    }

    /// Whether the table of a subnet leads to the internet.
    fn is_public(&self, letter: &str) -> bool {
        let to_the_table = self.pick(&format!("subnet {letter} table"), 3) == 1;
        self.has("gateway") && self.pick("route", 3) == 1 && to_the_table
    }

    fn subnets(&self, vpc: Handle<Vpc>, block: Cidr) -> Subnets {
        let mut subnets = Vec::new();
        for (index, (zone, letter)) in [(Az::A, "a"), (Az::B, "b"), (Az::C, "c")]
            .into_iter()
            .enumerate()
        {
            let mut place = 4 * index as u32;
            let mut name = format!("subnet-{letter}");
            match letter {
                "c" if !self.has("subnet c") => continue,
                // Under another name it stands elsewhere: whoever uses it can't leave it and come
                // back in one step.
                "c" => {
                    name = self.at(&name, "subnet c renamed");
                    place += u32::from(name != "subnet-c");
                }
                _ => place += u32::from(self.pick(&format!("subnet {letter} block"), 2)),
            }
            let subnet = Subnet::builder()
                .vpc_id(&vpc)
                .cidr_block(block.part(24, place))
                .availability_zone(zone)
                .map_public_ip_on_launch(self.pick("subnet public", 2) > 0);
            subnets.push(self.scope.add(&name, subnet.build()));
        }
        subnets
    }

    fn tables(&self, vpc: Handle<Vpc>, subnets: &Subnets) -> [Handle<RouteTable>; 2] {
        let tables = ["table-0", "table-1"].map(|name| {
            let name = self.at(name, "tables renamed");
            self.scope
                .add(&name, RouteTable::builder().vpc_id(&vpc).build())
        });
        for (subnet, letter) in subnets.iter().zip(["a", "b"]) {
            let table = match self.pick(&format!("subnet {letter} table"), 3) {
                0 => continue,
                1 => tables[0],
                _ => tables[1],
            };
            let association = SubnetRouteTableAssociation::builder()
                .subnet_id(subnet)
                .route_table_id(table);
            self.scope
                .add(&format!("association-{letter}"), association.build());
        }
        tables
    }

    fn gateway(&self, vpc: Handle<Vpc>, subnets: &Subnets, tables: [Handle<RouteTable>; 2]) {
        if !self.has("gateway") {
            return;
        }
        let gateway = InternetGateway::builder().build();
        let gateway = self
            .scope
            .add(&self.at("gateway", "gateway renamed"), gateway);
        let attachment = VpcGatewayAttachment::builder()
            .vpc_id(&vpc)
            .internet_gateway_id(&gateway);
        self.scope.add("attachment", attachment.build());
        if self.has("route") {
            let destination = match self.pick("route", 3) {
                1 => Cidr::ANYWHERE,
                _ => cidr!("192.0.2.0/24"),
            };
            let route = Route::builder()
                .route_table_id(tables[0])
                .destination(destination)
                .target(&gateway);
            self.scope.add("route", route.build());
        }
        if self.has("nat") && self.is_public("a") {
            let address = self.scope.add("address", Eip::builder().build());
            let nat = NatGateway::builder()
                .subnet_id(subnets[0])
                .connectivity(&address);
            let nat = self.scope.add("nat", nat.build());
            let route = Route::builder()
                .route_table_id(tables[1])
                .destination(Cidr::ANYWHERE)
                .target(&nat);
            self.scope.add("nat-route", route.build());
        }
    }

    /// Group 0 is always there, and what is in the network carries it.
    fn groups(&self, vpc: Handle<Vpc>) -> Groups {
        let mut groups = Vec::new();
        for index in 0..3 {
            let what = format!("group {index}");
            if index > 0 && !self.has(&what) {
                continue;
            }
            let name = self.named(&format!("{what} named"), &format!("random-{index}"));
            let description = self.pick(&what, 6) / 3;
            let group = SecurityGroup::builder()
                .vpc_id(&vpc)
                .group_name(name.map(jeancloud_model::ec2::SecurityGroupName::new))
                .group_description(format!("the {index}. group, {description}"));
            groups.push(self.scope.add(&format!("group-{index}"), group.build()));
        }
        self.rules(&groups);
        groups
    }

    fn rules(&self, groups: &Groups) {
        let port = |what: &str| 8000 + u16::from(self.pick(what, 6) / 3);
        for (from, to) in [(0, 1), (1, 0), (1, 2), (2, 2)] {
            let what = format!("rule {from}-{to}");
            if let (true, Some(from), Some(to)) =
                (self.has(&what), groups.get(from), groups.get(to))
            {
                self.scope.allow(tcp(port(&what)).from(from).to(to));
            }
        }
        // The way to a load balancer and on to its targets, which the checks want.
        self.scope.allow(tcp(80..=81).from(Anywhere).to(&groups[0]));
        self.scope
            .allow(tcp(8000..=8001).from(&groups[0]).to(&groups[0]));
        if self.has("rule from anywhere") {
            let open = tcp(port("rule from anywhere"))
                .from(Anywhere)
                .to(&groups[0]);
            self.scope.allow(open);
        }
    }

    fn endpoints(
        &self,
        vpc: Handle<Vpc>,
        subnets: &Subnets,
        groups: &Groups,
        tables: [Handle<RouteTable>; 2],
    ) {
        let endpoint = |service: &str| {
            let name = EndpointServiceName::of(self.scope.region(), service);
            VpcEndpoint::builder().vpc_id(&vpc).service_name(name)
        };
        if self.has("s3 endpoint") {
            let tables = &tables[..usize::from(self.pick("s3 endpoint", 3))];
            let kind = GatewayEndpoint::builder().route_table_ids(tables).build();
            self.scope.add("s3", endpoint("s3").kind(kind).build());
        }
        if self.has("interface endpoint") {
            let subnets = &subnets[..usize::from(self.pick("interface endpoint", 3))];
            let kind = InterfaceEndpoint::builder()
                .subnet_ids(subnets)
                .security_group_ids([groups[0]]);
            self.scope
                .add("logs-endpoint", endpoint("logs").kind(kind.build()).build());
        }
    }

    fn balancer(
        &self,
        vpc: Handle<Vpc>,
        subnets: &Subnets,
        groups: &Groups,
    ) -> Option<(Handle<LoadBalancer>, Handle<TargetGroup>)> {
        if !self.has("balancer") {
            return None;
        }
        let public = self.is_public("a") && self.is_public("b");
        let scheme = match self.pick("balancer", 6) < 5 || !public {
            true => Scheme::Internal,
            false => Scheme::InternetFacing,
        };
        let used = match self.pick("balancer subnets", 2) {
            1 if scheme == Scheme::Internal => &subnets[..],
            _ => &subnets[..2],
        };
        let name = self.named("balancer named", "random");
        let balancer = LoadBalancer::builder()
            .name(name.map(jeancloud_model::elastic_load_balancing_v2::LoadBalancerName::new))
            .scheme(scheme)
            .subnets(used)
            .security_groups([groups[0]]);
        let balancer = self.scope.add("balancer", balancer.build());
        let name = self.named("targets named", "random");
        let targets = TargetGroup::builder()
            .name(name.map(jeancloud_model::elastic_load_balancing_v2::TargetGroupName::new))
            .vpc_id(&vpc)
            .target_type(TargetType::Ip)
            .protocol(Protocol::Http)
            .port(8000 + u16::from(self.pick("targets port", 6) / 5))
            .health_check_path(["/", "/health"][usize::from(self.pick("targets health", 2))]);
        let targets = self.scope.add("targets", targets.build());
        let listener = Listener::builder()
            .load_balancer_arn(&balancer)
            .port(80 + u16::from(self.pick("listener port", 2)))
            .protocol(Protocol::Http)
            .default_actions(Action::forward(&targets));
        self.scope.add("listener", listener.build());
        Some((balancer, targets))
    }

    fn service(
        &self,
        subnets: &Subnets,
        groups: &Groups,
        targets: Option<Handle<TargetGroup>>,
        role: Option<Handle<Role>>,
    ) {
        let logs = self.has("logs").then(|| {
            let name = self.named("logs named", "/random");
            let retention =
                [Retention::Days7, Retention::Days30][usize::from(self.pick("logs", 2))];
            let logs = LogGroup::builder()
                .log_group_name(name.map(jeancloud_model::logs::LogGroupName::new))
                .retention_in_days(retention);
            self.scope.add("logs", logs.build())
        });
        if !self.has("cluster") {
            return;
        }
        let name = self.named("cluster named", "random");
        let cluster =
            Cluster::builder().cluster_name(name.map(jeancloud_model::ecs::ClusterName::new));
        let cluster = self.scope.add("cluster", cluster.build());
        if !self.has("service") {
            return;
        }
        let repository = (role.is_some() && self.has("repository")).then(|| {
            self.scope.add(
                "repository",
                Repository::builder().empty_on_delete(true).build(),
            )
        });
        let tag = self.pick("image", 3);
        let image = match repository {
            Some(repository) => text!("{}:{tag}", repository.repository_uri()),
            None => text!("public.ecr.aws/nginx/nginx:{tag}"),
        };
        let region = self.scope.region();
        let container = ContainerDefinition::builder()
            .name("app")
            .image(image)
            .port_mappings([8000])
            .log_configuration(
                logs.filter(|_| role.is_some())
                    .map(|logs| LogConfiguration::awslogs(&logs, region, "app")),
            );
        let task = TaskDefinition::builder()
            .family("random")
            .size(FargateSize::Cpu256Mb512)
            .container_definitions([container.build()])
            .execution_role_arn(role.map(|role| role.arn()))
            .task_role_arn(role.map(|role| role.arn()));
        let task = self.scope.add("task", task.build());
        let name = self.named("service named", "random");
        let targets = targets.map(|targets| ServiceLoadBalancer::new(&targets, "app", 8000));
        let service = Service::builder()
            .service_name(name.map(jeancloud_model::ecs::ServiceName::new))
            .cluster(&cluster)
            .task_definition(&task)
            .desired_count(0)
            .network_configuration(NetworkConfiguration::private(&subnets[..2], [groups[0]]))
            .load_balancers(targets);
        let service = self.scope.add("service", service.build());
        if self.has("scaling") {
            let most = 2 + u32::from(self.pick("scaling", 3));
            let target = self
                .scope
                .add("scaling", ScalableTarget::tasks_of(&service, 0, most));
            let policy = ScalingPolicy::tracking("cpu", &target, TargetTracking::ecs_cpu(60.0));
            self.scope.add("scaling-cpu", policy);
        }
    }

    fn database(&self, subnets: &Subnets, groups: &Groups) {
        if !self.has("database") {
            return;
        }
        let used = match self.pick("database subnets", 2) {
            0 => &subnets[..2],
            _ => &subnets[..],
        };
        let group = DbSubnetGroup::builder()
            .db_subnet_group_description("random")
            .subnet_ids(used);
        let group = self.scope.add("database-subnets", group.build());
        let class = ["db.t4g.micro", "db.t4g.small"][usize::from(self.pick("database", 6) / 5)];
        let database = DbInstance::builder()
            .db_instance_class(class)
            .engine(Engine::Postgres)
            .master_username("app")
            .allocated_storage(20)
            .db_subnet_group_name(&group)
            .vpc_security_groups([groups[0]])
            .deletion_protection(false)
            .skip_final_snapshot(true);
        self.scope.add("database", database.build());
    }

    fn storage(&self) {
        if !self.has("bucket") {
            return;
        }
        let bucket = Bucket::builder()
            .bucket_name(format!(
                "random-{}-{}",
                self.name,
                self.pick("bucket", 6) / 3
            ))
            .empty_on_delete(true);
        let bucket = self.scope.add("bucket", bucket.build());
        let read = Statement::allow("s3:GetObject")
            .principal(Principal::service("cloudfront.amazonaws.com"))
            .on(text!("{}/*", bucket.arn()));
        let policy = BucketPolicy::builder()
            .bucket(&bucket)
            .policy_document(read);
        self.scope.add("bucket-policy", policy.build());
    }

    fn role(&self) -> Option<Handle<Role>> {
        if !self.has("role") {
            return None;
        }
        let trust = Statement::allow("sts:AssumeRole")
            .principal(Principal::service("ecs-tasks.amazonaws.com"));
        let path = ["/", "/random/"][usize::from(self.pick("role path", 6) / 5)];
        let name = self.named("role named", "random");
        let role = Role::builder()
            .role_name(name.map(jeancloud_model::iam::RoleName::new))
            .path(path)
            .assume_role_policy_document(trust)
            .managed_policy_arns([aws_managed_policy(
                "service-role/AmazonECSTaskExecutionRolePolicy",
            )])
            .description(self.pick("role description", 3).to_string());
        Some(self.scope.add("role", role.build()))
    }

    fn names(&self, balancer: Option<&Handle<LoadBalancer>>) {
        if !self.has("zone") {
            return;
        }
        let zone = HostedZone::builder().name("example.com").build();
        let zone = self.scope.add("zone", zone);
        let record = |name: &str, kind| {
            RecordSet::builder()
                .hosted_zone_id(&zone)
                .record_type(kind)
                .name(format!("{name}.example.com"))
        };
        if self.has("record") {
            let address = format!("192.0.2.{}", self.pick("record", 3));
            let record = record("www", RecordType::A)
                .resource_records([address])
                .ttl(300);
            self.scope
                .add(&self.at("www", "record renamed"), record.build());
        }
        if let (Some(balancer), true) = (balancer, self.has("alias")) {
            let alias = record("api", RecordType::A).alias_target(AliasTarget::from(balancer));
            self.scope.add("api", alias.build());
        }
    }
}
