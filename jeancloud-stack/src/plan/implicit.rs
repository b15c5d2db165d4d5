//! Orders that no reference shows: what AWS needs first without being told its id.
//!
//! One function an order; each is reversed when things are deleted.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{
    Address, Resource, cloud_front, ec2, ecr, ecs, elastic_load_balancing_v2 as elb, iam, rds,
    reference, route53, s3,
};

use super::handover;
use crate::{Declaration, View};

/// What waits for what without a reference.
#[derive(Debug, Default)]
pub(super) struct Edges(BTreeMap<Address, BTreeSet<Address>>);

impl Edges {
    /// Every order: the later address and the earlier one.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Address, Address)> + '_ {
        let all = self.0.iter();
        all.flat_map(|(later, earlier)| earlier.iter().map(|earlier| (*later, *earlier)))
    }

    fn of(view: &View, rules: &[Rule]) -> Self {
        let mut edges = Self::default();
        for rule in rules {
            rule(view, &mut edges);
        }
        edges
    }

    fn add(&mut self, later: Address, earlier: Address) {
        if later != earlier {
            self.0.entry(later).or_default().insert(earlier);
        }
    }
}

type Rule = fn(&View, &mut Edges);

/// Without these AWS refuses.
const FIRM: &[Rule] = &[
    a_service_comes_after_the_listeners_of_its_target_groups,
    a_public_route_comes_after_the_gateway_is_attached,
    what_faces_the_internet_comes_after_the_gateway_is_attached,
    a_load_balancer_comes_after_the_policies_of_its_log_buckets,
    replication_comes_after_the_repositories_that_receive,
];

/// Without these something does not work for a while: they give way where there is no other order.
const SOFT: &[Rule] = &[
    a_service_comes_after_the_roles_of_its_tasks,
    a_service_comes_after_the_way_to_its_images,
    what_carries_a_group_comes_after_its_rules,
    a_distribution_comes_after_the_zones_of_its_domain_names,
];

/// Every order of this stack that no reference shows and that AWS insists on.
pub(super) fn firm(view: &View) -> Edges {
    Edges::of(view, FIRM)
}

/// Every order of this stack that no reference shows and that may give way.
pub(super) fn soft(view: &View) -> Edges {
    Edges::of(view, SOFT)
}

/// ECS refuses a service whose target group has no load balancer yet ("The target group … does not
/// have an associated load balancer"): the listener or rule that forwards to it makes the
/// association.
fn a_service_comes_after_the_listeners_of_its_target_groups(view: &View, edges: &mut Edges) {
    let forwarders: Vec<(Address, BTreeSet<Address>)> = of_type::<elb::Listener>(view)
        .chain(of_type::<elb::ListenerRule>(view))
        .map(|forwarder| {
            (
                forwarder.address,
                targets::<elb::TargetGroup>(view, forwarder),
            )
        })
        .collect();
    for service in of_type::<ecs::Service>(view) {
        let groups = targets::<elb::TargetGroup>(view, service);
        for (forwarder, forwards_to) in &forwarders {
            if !groups.is_disjoint(forwards_to) {
                edges.add(service.address, *forwarder);
            }
        }
    }
}

/// A service refers to its task definition and not to the roles that its tasks act as. Where only the
/// role and the service change, tasks start with the policies of before, and fail for lack of the new.
fn a_service_comes_after_the_roles_of_its_tasks(view: &View, edges: &mut Edges) {
    for service in of_type::<ecs::Service>(view) {
        let tasks = targets::<ecs::TaskDefinition>(view, service);
        for task in tasks.iter().filter_map(|task| view.get(*task)) {
            for role in targets::<iam::Role>(view, task) {
                edges.add(service.address, role);
            }
        }
    }
}

/// A task pulls its image and its secrets when it starts: through the endpoints of its VPC, the
/// routes of its subnets and the rules of its groups. Without them it fails, and the deployment with
/// it.
fn a_service_comes_after_the_way_to_its_images(view: &View, edges: &mut Edges) {
    for service in of_type::<ecs::Service>(view) {
        let subnets = targets::<ec2::Subnet>(view, service);
        let groups = targets::<ec2::SecurityGroup>(view, service);
        let vpcs = vpcs_of(view, &subnets);
        let way = of_type::<ec2::VpcEndpoint>(view)
            .filter(|endpoint| !targets::<ec2::Vpc>(view, endpoint).is_disjoint(&vpcs));
        let mut ways: BTreeSet<Address> = way.map(|endpoint| endpoint.address).collect();
        let mut tables = BTreeSet::new();
        for association in of_type::<ec2::SubnetRouteTableAssociation>(view) {
            if !targets::<ec2::Subnet>(view, association).is_disjoint(&subnets) {
                ways.insert(association.address);
                tables.extend(targets::<ec2::RouteTable>(view, association));
            }
        }
        let routes = of_type::<ec2::Route>(view)
            .filter(|route| !targets::<ec2::RouteTable>(view, route).is_disjoint(&tables));
        ways.extend(routes.map(|route| route.address));
        let endpoint_groups: BTreeSet<Address> = ways
            .iter()
            .filter_map(|way| view.get(*way))
            .flat_map(|way| targets::<ec2::SecurityGroup>(view, way))
            .collect();
        let rules = of_type::<ec2::SecurityGroupIngress>(view)
            .chain(of_type::<ec2::SecurityGroupEgress>(view))
            .filter(|rule| {
                let named = targets::<ec2::SecurityGroup>(view, rule);
                !named.is_disjoint(&groups) || !named.is_disjoint(&endpoint_groups)
            });
        ways.extend(rules.map(|rule| rule.address));
        for way in ways {
            edges.add(service.address, way);
        }
    }
}

/// A distribution that takes domain names over proves them in their zone. What a killed run left of that
/// goes with the distribution, and a zone that has records is not deleted.
fn a_distribution_comes_after_the_zones_of_its_domain_names(view: &View, edges: &mut Edges) {
    for distribution in of_type::<cloud_front::Distribution>(view) {
        let aliases = handover::aliases(&distribution.properties);
        for zone in of_type::<route53::HostedZone>(view) {
            let name = zone.properties["Name"].as_str();
            let holds = |alias: &String| {
                let before = name.and_then(|name| alias.strip_suffix(name));
                before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
            };
            if aliases.iter().any(holds) {
                edges.add(distribution.address, zone.address);
            }
        }
    }
}

/// What is moved to another group is cut off until that group lets through what the old one did; and
/// while it is still in the old one, that one's rules stay.
fn what_carries_a_group_comes_after_its_rules(view: &View, edges: &mut Edges) {
    let is_rule = |declaration: &&Declaration| {
        [
            ec2::SecurityGroupIngress::TYPE,
            ec2::SecurityGroupEgress::TYPE,
        ]
        .contains(&declaration.type_name)
    };
    let mut rules: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    for rule in view.declarations().iter().filter(is_rule) {
        for group in targets::<ec2::SecurityGroup>(view, rule) {
            rules.entry(group).or_default().insert(rule.address);
        }
    }
    let carriers = view.declarations().iter();
    for carrier in carriers.filter(|declaration| !is_rule(declaration)) {
        for group in targets::<ec2::SecurityGroup>(view, carrier) {
            for rule in rules.get(&group).into_iter().flatten() {
                edges.add(carrier.address, *rule);
            }
        }
    }
}

/// EC2 takes a route to an internet gateway only while the gateway is attached to the VPC
/// (`Gateway.NotAttached`).
fn a_public_route_comes_after_the_gateway_is_attached(view: &View, edges: &mut Edges) {
    for attachment in of_type::<ec2::VpcGatewayAttachment>(view) {
        let gateways = targets::<ec2::InternetGateway>(view, attachment);
        for route in of_type::<ec2::Route>(view) {
            if !targets::<ec2::InternetGateway>(view, route).is_disjoint(&gateways) {
                edges.add(route.address, attachment.address);
            }
        }
    }
}

/// An internet-facing load balancer, a public NAT gateway and a public database get public addresses,
/// for which their VPC needs its gateway (`InvalidSubnet`, `Gateway.NotAttached`,
/// `InvalidVPCNetworkStateFault`). The gateway can't leave while the VPC has such addresses
/// (`DependencyViolation`). An Elastic IP address by itself needs none: it is in no VPC until one of
/// these takes it.
fn what_faces_the_internet_comes_after_the_gateway_is_attached(view: &View, edges: &mut Edges) {
    let balancers = view.all::<elb::LoadBalancer>().filter(|balancer| {
        let scheme = balancer.scheme.as_ref().and_then(|scheme| scheme.known());
        scheme != Some(&elb::Scheme::Internal)
    });
    let gateways = view
        .all::<ec2::NatGateway>()
        .filter(|nat| nat.connectivity != ec2::Connectivity::Private);
    let databases = view.all::<rds::DbInstance>().filter(|database| {
        let public = database.publicly_accessible.as_ref();
        public.and_then(|public| public.known()) != Some(&false)
    });
    let facing: Vec<&Declaration> = balancers
        .map(|balancer| balancer.declaration)
        .chain(gateways.map(|gateway| gateway.declaration))
        .chain(databases.map(|database| database.declaration))
        .collect();
    for attachment in of_type::<ec2::VpcGatewayAttachment>(view) {
        let vpcs = targets::<ec2::Vpc>(view, attachment);
        for user in &facing {
            if !vpcs_of(view, &subnets_of(view, user)).is_disjoint(&vpcs) {
                edges.add(user.address, attachment.address);
            }
        }
    }
}

/// Elastic Load Balancing tries to write into a bucket when it is told to log there, and refuses where
/// the bucket's policy does not let it ("Access Denied for bucket").
fn a_load_balancer_comes_after_the_policies_of_its_log_buckets(view: &View, edges: &mut Edges) {
    for balancer in of_type::<elb::LoadBalancer>(view) {
        let buckets = targets::<s3::Bucket>(view, balancer);
        for policy in of_type::<s3::BucketPolicy>(view) {
            if !targets::<s3::Bucket>(view, policy).is_disjoint(&buckets) {
                edges.add(balancer.address, policy.address);
            }
        }
    }
}

/// ECR replicates into repositories that exist, with their own settings; one that does not exist it
/// makes itself, and then it is nobody's. Those of the regions that it replicates to receive.
fn replication_comes_after_the_repositories_that_receive(view: &View, edges: &mut Edges) {
    for replication in view.all::<ecr::ReplicationConfiguration>() {
        let rules = &replication.replication_configuration.rules;
        let receives = |repository: &Declaration| {
            let mut destinations = rules.iter().flat_map(|rule| &rule.destinations);
            destinations.any(|destination| match destination.region.known() {
                Some(region) => *region == repository.region,
                None => true,
            })
        };
        for repository in of_type::<ecr::Repository>(view).filter(|it| receives(it)) {
            edges.add(replication.address(), repository.address);
        }
    }
}

fn of_type<'v, R: Resource>(view: &'v View) -> Box<dyn Iterator<Item = &'v Declaration> + 'v> {
    Box::new(
        view.declarations()
            .iter()
            .filter(|declaration| declaration.type_name == R::TYPE),
    )
}

/// The declared resources of a type that a declaration refers to.
fn targets<R: Resource>(view: &View, declaration: &Declaration) -> BTreeSet<Address> {
    let mut found = BTreeSet::new();
    reference::each(&declaration.properties, &mut |address, _| {
        let target = view.get(Address::new(address));
        found.extend(
            target
                .filter(|target| target.type_name == R::TYPE)
                .map(|target| target.address),
        );
    });
    found
}

fn vpcs_of(view: &View, subnets: &BTreeSet<Address>) -> BTreeSet<Address> {
    let subnets = subnets.iter().filter_map(|subnet| view.get(*subnet));
    subnets
        .flat_map(|subnet| targets::<ec2::Vpc>(view, subnet))
        .collect()
}

/// The subnets that something stands in, a database by its subnet group.
fn subnets_of(view: &View, declaration: &Declaration) -> BTreeSet<Address> {
    let mut subnets = targets::<ec2::Subnet>(view, declaration);
    for group in targets::<rds::DbSubnetGroup>(view, declaration) {
        let group = view.get(group);
        subnets.extend(
            group
                .map(|group| targets::<ec2::Subnet>(view, group))
                .into_iter()
                .flatten(),
        );
    }
    subnets
}
