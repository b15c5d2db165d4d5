//! Tests of the rules for load balancers.

use insta::assert_snapshot;
use jeancloud_model::{
    Az, cidr,
    ec2::{SecurityGroup, Subnet, Vpc},
    elastic_load_balancing_v2::{LoadBalancer, LoadBalancerAttributes, LoadBalancerType, Scheme},
};

use super::super::testing::group;
use crate::check::testing::{broken, healthy};

#[test]
fn a_balancer_in_two_zones_is_healthy() {
    healthy(|h| {
        h.scope.add(
            "alb",
            LoadBalancer::builder()
                .scheme(Scheme::Internal)
                .subnets([&h.subnets[0], &h.subnets[1]])
                .security_groups([group(h)])
                .build(),
        );
    });
}

#[test]
fn subnets_are_named_in_one_way() {
    assert_snapshot!(broken("load-balancer-subnets", |h| {
        h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
            .security_groups([group(h)]).build());
    }), @"
    error: main/alb: Subnets is empty, and so is SubnetMappings
      rule: a load balancer has either Subnets or SubnetMappings (ValidationError)
      hint: name its subnets: `.subnets([&public_a, &public_b])`
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    ");
}

#[test]
fn an_application_balancer_has_two_zones() {
    assert_snapshot!(broken("load-balancer-zones", |h| {
        h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
            .subnets([&h.subnets[0]]).security_groups([group(h)]).build());
    }), @"
    error: main/alb: Subnets names one subnet
      rule: an application load balancer has subnets in two zones at least (InvalidSubnet)
      hint: add a subnet of another zone
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    ");
}

#[test]
fn a_zone_has_one_subnet() {
    assert_snapshot!(broken("load-balancer-zones", |h| {
        let again = h.scope.add("again", Subnet::builder().vpc_id(&h.vpc)
            .cidr_block(cidr!("10.0.9.0/24")).availability_zone(Az::A).build());
        h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
            .subnets([&h.subnets[0], &again]).security_groups([group(h)]).build());
    }), @"
    error: main/alb: Subnets main/subnet-a and main/again are both in eu-west-3a
      rule: a load balancer has one subnet a zone (InvalidConfigurationRequest)
      hint: name one subnet of each zone
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    ");
}

#[test]
fn groups_are_of_the_subnets_vpc() {
    assert_snapshot!(broken("load-balancer-one-vpc", |h| {
        let other = h.scope.add("other", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
        let stranger = h.scope.add("stranger", SecurityGroup::builder().vpc_id(&other)
            .group_description("of another VPC").build());
        h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
            .subnets([&h.subnets[0], &h.subnets[1]]).security_groups([&stranger]).build());
    }), @"
    error: main/alb: SecurityGroups main/stranger is in another VPC than main/subnet-a
      rule: a load balancer's subnets and groups are of one VPC (InvalidConfigurationRequest, InvalidSecurityGroup)
      hint: take them from one VPC
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    ");
}

#[test]
fn the_default_group_is_a_doubt() {
    assert_snapshot!(broken("load-balancer-groups", |h| {
        h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
            .subnets([&h.subnets[0], &h.subnets[1]]).build());
    }), @"
    warning: main/alb: SecurityGroups is empty, so that the VPC's default group holds
      rule: an application load balancer without groups gets the default group, which lets in only its own members
      hint: give it a group of its own: `.security_groups([&group])`, and say who may come: `scope.allow(tcp(80).from(Anywhere).to(&group))`
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    ");
}

#[test]
fn a_network_balancer_has_no_settings_of_http() {
    assert_snapshot!(broken("load-balancer-settings", |h| {
        h.scope.add("nlb", LoadBalancer::builder().scheme(Scheme::Internal)
            .load_balancer_type(LoadBalancerType::Network)
            .subnets([&h.subnets[0]])
            .load_balancer_attributes(LoadBalancerAttributes::builder().idle_timeout_seconds(30).build())
            .build());
    }), @"
    error: main/nlb: LoadBalancerAttributes/idle_timeout.timeout_seconds is a setting of application load balancers
      rule: each type of load balancer has settings of its own (InvalidConfigurationRequest)
      hint: leave the setting out
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
    ");
}

#[test]
fn a_subnet_is_named_once() {
    assert_snapshot!(broken("load-balancer-zones", |h| {
        h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
            .subnets([&h.subnets[0], &h.subnets[0]]).security_groups([group(h)]).build());
    }), @"
    error: main/alb: Subnets name main/subnet-a twice
      rule: a load balancer has one subnet a zone (InvalidConfigurationRequest)
      hint: name one subnet of each zone
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    ");
}

#[test]
fn subnets_have_room_for_an_application_balancer() {
    assert_snapshot!(broken("load-balancer-subnet-size", |h| {
        let small = h.scope.add("small", Subnet::builder().vpc_id(&h.vpc)
            .cidr_block(cidr!("10.0.9.0/28")).availability_zone(Az::C).build());
        h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
            .subnets([&h.subnets[0], &small]).security_groups([group(h)]).build());
    }), @"
    warning: main/alb: Subnets main/small is a /28
      rule: an application load balancer wants subnets of /27 at least with 8 free addresses: it has more nodes when there is more to do
      hint: take a /27 or larger
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
    ");
}
