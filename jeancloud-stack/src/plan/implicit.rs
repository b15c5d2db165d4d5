//! Orders that no reference shows: what AWS needs first without being told its id.
//!
//! One function an order; each is reversed when things are deleted.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{
    Address, Resource, ec2, ecr, ecs, elastic_load_balancing_v2 as elb, reference,
};

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

    fn add(&mut self, later: Address, earlier: Address) {
        if later != earlier {
            self.0.entry(later).or_default().insert(earlier);
        }
    }
}

type Rule = fn(&View, &mut Edges);

const RULES: &[Rule] = &[
    a_service_comes_after_the_listeners_of_its_target_groups,
    a_service_comes_after_the_way_to_its_images,
    what_faces_the_internet_comes_after_the_gateway_is_attached,
    replication_comes_after_the_repositories_that_receive,
];

/// Every order of this stack that no reference shows.
pub(super) fn edges(view: &View) -> Edges {
    let mut edges = Edges::default();
    for rule in RULES {
        rule(view, &mut edges);
    }
    edges
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

/// A route to an internet gateway, an internet-facing load balancer, a NAT gateway and an Elastic
/// IP address need a gateway that is attached to the VPC (`InvalidSubnet`, `Gateway.NotAttached`,
/// "DependsOn" in CloudFormation's documents of these types).
fn what_faces_the_internet_comes_after_the_gateway_is_attached(view: &View, edges: &mut Edges) {
    for attachment in of_type::<ec2::VpcGatewayAttachment>(view) {
        let vpcs = targets::<ec2::Vpc>(view, attachment);
        let gateways = targets::<ec2::InternetGateway>(view, attachment);
        for route in of_type::<ec2::Route>(view) {
            if !targets::<ec2::InternetGateway>(view, route).is_disjoint(&gateways) {
                edges.add(route.address, attachment.address);
            }
        }
        let facing = of_type::<elb::LoadBalancer>(view).chain(of_type::<ec2::NatGateway>(view));
        for user in facing {
            if !vpcs_of(view, &targets::<ec2::Subnet>(view, user)).is_disjoint(&vpcs) {
                edges.add(user.address, attachment.address);
            }
        }
        for address in of_type::<ec2::Eip>(view) {
            let same_region =
                view.get(attachment.address).map(|a| a.region) == Some(address.region);
            if same_region {
                edges.add(address.address, attachment.address);
            }
        }
    }
}

/// ECR replicates into repositories that exist, with their own settings; one that does not exist
/// it makes itself, and then it is nobody's.
fn replication_comes_after_the_repositories_that_receive(view: &View, edges: &mut Edges) {
    for replication in of_type::<ecr::ReplicationConfiguration>(view) {
        for repository in of_type::<ecr::Repository>(view) {
            edges.add(replication.address, repository.address);
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
