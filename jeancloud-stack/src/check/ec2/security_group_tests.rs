//! Tests of the rules for security groups.

use insta::assert_snapshot;
use jeancloud_model::{
    Handle, IntoInput, cidr,
    ec2::{
        Anywhere, AnywhereIpv6, EgressDestination, Icmp, IngressSource, Route, RouteTable,
        SecurityGroup, SecurityGroupEgress, SecurityGroupIngress, Vpc, VpcPeeringConnectionId,
        all_traffic, icmp, tcp,
    },
    lookup::ManagedPrefixList,
};

use crate::check::testing::{Healthy, broken, healthy, problems};

fn group(h: &Healthy<'_>, name: &str) -> Handle<SecurityGroup> {
    let group = SecurityGroup::builder()
        .vpc_id(&h.vpc)
        .group_description(name);
    h.scope.add(name, group.build())
}

#[test]
fn groups_with_rules_both_ways_are_healthy() {
    healthy(|h| {
        let (web, app) = (group(h, "web"), group(h, "app"));
        h.scope.allow(tcp(80).from(Anywhere).to(&web));
        h.scope.allow(tcp(8000).from(&web).to(&app));
        h.scope.allow(tcp(443).from(&app).to(Anywhere));
    });
}

#[test]
fn a_rule_is_written_once() {
    assert_snapshot!(broken("rule-once", |h| {
        let web = group(h, "web");
        h.scope.allow(tcp(80).from(Anywhere).to(&web));
        h.scope.component("again").add("rule", SecurityGroupIngress::builder()
            .group_id(web).traffic(tcp(80)).source(IngressSource::Ipv4(cidr!("0.0.0.0/0").into_input()))
            .description("the same").build());
    }), @r#"
    error: main/again/rule: says what main/web/ingress/tcp-80-from-0.0.0.0/0 says already
      rule: a group has one rule of the same direction, protocol, ports and other side, whatever its description (InvalidPermission.Duplicate)
      hint: declare it once
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    "#);
}

#[test]
fn groups_of_a_rule_are_in_one_vpc() {
    assert_snapshot!(broken("rule-same-vpc", |h| {
        let other = h.scope.add("other-vpc", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
        let far = h.scope.add("far", SecurityGroup::builder().vpc_id(other).group_description("far").build());
        let near = group(h, "near");
        h.scope.allow(tcp(80).from(cidr!("10.0.0.0/16")).to(&far));
        h.scope.add("rule", SecurityGroupIngress::builder()
            .group_id(near).traffic(tcp(80)).source(IngressSource::Group(far.into_input())).build());
        h.scope.allow(tcp(80).from(&far).to(cidr!("10.0.0.0/16")));
    }), @r#"
    error: main/rule: SourceSecurityGroupId names main/far, which is in another VPC
      rule: a rule names groups of its own VPC, or of one that is peered with it (InvalidGroup.NotFound)
      hint: name the other side by its addresses: `cidr!("…")`
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    "#);
}

#[test]
fn icmp_fits_the_addresses() {
    assert_snapshot!(broken("rule-icmp-family", |h| {
        h.scope.allow(icmp(Icmp::Any).from(AnywhereIpv6).to(group(h, "web")));
    }), @r#"
    error: main/web/ingress/icmp-from-::/0: IpProtocol is ICMP for IPv4, and the other side is IPv6
      rule: icmp is IPv4's and icmpv6 is IPv6's: nothing ever matches such a rule
      hint: write `icmpv6(…)`
      see: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    "#);
}

#[test]
fn between_two_groups_both_sides_are_written() {
    assert_snapshot!(broken("rule-both-sides", |h| {
        let (web, app) = (group(h, "web"), group(h, "app"));
        h.scope.add("rule", SecurityGroupIngress::builder()
            .group_id(app).traffic(tcp(8000)).source(IngressSource::Group(web.into_input())).build());
    }), @r#"
    warning: main/rule: SourceSecurityGroupId lets in what main/web does not let out
      rule: between two groups a connection needs a rule out of the one and a rule into the other
      hint: `scope.allow(….from(&group).to(&group))` writes both: from main/web to main/app
      see: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    "#);
}

#[test]
fn a_group_has_at_most_60_rules_each_way() {
    assert_snapshot!(broken("rule-limit", |h| {
        let web = group(h, "web");
        for port in 10_000..10_061 {
            h.scope.allow(tcp(port).from(Anywhere).to(&web));
        }
    }), @r#"
    warning: main/web: SecurityGroupIngress has 61 rules
      rule: AWS lets a group have 60 rules each way, for IPv4 and for IPv6, unless the account's quota was raised (RulesPerSecurityGroupLimitExceeded)
      hint: name groups or larger blocks, put blocks into a prefix list, or ask for a higher quota
      see: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
    "#);
}

#[test]
fn risky_ports_are_not_open_to_everyone() {
    assert_snapshot!(broken("rule-open-to-everyone", |h| {
        h.scope.allow(tcp(22).from(Anywhere).to(group(h, "bastion")));
    }), @r#"
    warning: main/bastion/ingress/tcp-22-from-0.0.0.0/0: CidrIp opens port 22 (SSH) to everyone
      rule: AWS's security standards ask that high-risk ports are not open to the whole internet (EC2.19)
      hint: name who needs it: a group (`.from(&group)`) or a block (`.from(cidr!("…"))`)
      see: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19
    "#);
    assert_snapshot!(broken("rule-open-to-everyone", |h| {
        h.scope.allow(all_traffic().from(AnywhereIpv6).to(group(h, "bastion")));
    }), @r#"
    warning: main/bastion/ingress/all-from-::/0: CidrIpv6 opens everything to everyone
      rule: AWS's security standards ask that high-risk ports are not open to the whole internet (EC2.19)
      hint: name who needs it: a group (`.from(&group)`) or a block (`.from(cidr!("…"))`)
      see: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19
    "#);
}

#[test]
fn port_zero_is_refused() {
    assert_snapshot!(broken("values", |h| {
        h.scope.allow(tcp(0).from(Anywhere).to(group(h, "web")));
    }), @r#"
    error: main/web/ingress/tcp-0-from-0.0.0.0/0: FromPort 0 is no port
      rule: nothing listens on port 0; a port is between 1 and 65535
      hint: name the port; every port is `..`
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    "#);
}

#[test]
fn a_peered_vpcs_group_may_be_named() {
    healthy(|h| {
        let other = Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build();
        let other = h.scope.add("other-vpc", other);
        let far = SecurityGroup::builder()
            .vpc_id(other)
            .group_description("far");
        let far = h.scope.add("far", far.build());
        let near = group(h, "near");
        h.scope.allow(tcp(80).from(&far).to(&near));
        let table = RouteTable::builder().vpc_id(h.vpc).build();
        let route = Route::builder()
            .route_table_id(h.scope.add("table", table))
            .destination(cidr!("10.1.0.0/16"))
            .target(VpcPeeringConnectionId::new("pcx-0a1b2c3d"));
        h.scope.add("route", route.build());
    });
}

#[test]
fn the_other_side_may_be_narrower() {
    let found = problems(|h| {
        let (web, app) = (group(h, "web"), group(h, "app"));
        h.scope.add(
            "in",
            SecurityGroupIngress::builder()
                .group_id(app)
                .traffic(tcp(8000))
                .source(IngressSource::Group(web.into_input()))
                .build(),
        );
        h.scope.allow(all_traffic().from(&web).to(Anywhere));
        h.scope.add(
            "out",
            SecurityGroupEgress::builder()
                .group_id(web)
                .traffic(tcp(..))
                .destination(EgressDestination::Group(app.into_input()))
                .build(),
        );
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_list_of_cloudfront_counts_as_55_rules() {
    assert_snapshot!(broken("rule-limit", |h| {
        let web = group(h, "web");
        let list = ManagedPrefixList::builder().prefix_list_name("com.amazonaws.global.cloudfront.origin-facing");
        let list = h.scope.lookup("cloudfront", list.build());
        for port in [80, 443] {
            h.scope.allow(tcp(port).from(&list).to(&web));
        }
    }), @"
    warning: main/web: SecurityGroupIngress counts as 110 rules: a prefix list counts as many as its weight
      rule: AWS lets a group have 60 rules each way, for IPv4 and for IPv6, unless the account's quota was raised (RulesPerSecurityGroupLimitExceeded)
      hint: name groups or larger blocks, put blocks into a prefix list, or ask for a higher quota
      see: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
    ");
}
