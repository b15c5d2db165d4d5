//! Rules for hosted zones.

use jeancloud_model::{ec2::Vpc, route53::HostedZone};

use super::super::{Report, Rule};
use crate::View;

const CREATE: &str =
    "https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html";

pub(super) const KIND: Rule = Rule {
    name: "zone-kind",
    check: private_zones_are_private,
};

pub(super) const COMMENT: Rule = Rule {
    name: "zone-comment",
    check: comments_are_short,
};
pub(super) const ONCE: Rule = Rule {
    name: "zone-once",
    check: a_name_has_one_zone,
};

fn comments_are_short(view: &View, report: &mut Report) {
    for zone in view.all::<HostedZone>() {
        let comment = zone.resource.hosted_zone_config.as_ref();
        let length = comment
            .and_then(|config| config.comment.as_known())
            .map_or(0, |text| text.chars().count());
        if length > 256 {
            report
                .error(
                    zone.declaration,
                    "HostedZoneConfig/Comment",
                    format!("has {length} characters"),
                )
                .rule("a zone's comment has at most 256 characters (InvalidInput)")
                .hint("shorten it")
                .document(CREATE);
        }
    }
}

fn a_name_has_one_zone(view: &View, report: &mut Report) {
    let zones: Vec<_> = view.all::<HostedZone>().collect();
    for (index, zone) in zones.iter().enumerate() {
        let earlier = zones[..index]
            .iter()
            .filter(|it| it.name.known().is_some() && it.name.known() == zone.name.known());
        for first in earlier {
            let shared = zone.resource.vpcs.iter().any(|one| {
                let mut theirs = first.resource.vpcs.iter();
                theirs.any(|other| view.same(&one.vpc_id, &other.vpc_id))
            });
            let public = zone.resource.vpcs.is_empty() && first.resource.vpcs.is_empty();
            if shared {
                report
                    .error(
                        zone.declaration,
                        "VPCs",
                        format!("have one with {}, which has the same name", first.address()),
                    )
                    .rule("a VPC has one private zone of a name (ConflictingDomainExists)")
                    .hint("make one zone of the two, or leave the VPC out of one of them")
                    .document(CREATE);
            } else if public {
                report
                    .warning(
                        zone.declaration,
                        "Name",
                        format!("is that of {} too", first.address()),
                    )
                    .rule("several public zones may have a name, and only the one whose name servers the registrar names is asked")
                    .hint("make one zone of the two")
                    .document(CREATE);
            }
        }
    }
}

fn private_zones_are_private(view: &View, report: &mut Report) {
    for zone in view.all::<HostedZone>() {
        if !zone.vpcs.is_empty() && zone.delegation_set_id.is_some() {
            report
                .error(
                    zone.declaration,
                    "DelegationSetId",
                    "is set for a private zone",
                )
                .rule("a reusable delegation set is for public zones (InvalidInput)")
                .hint("leave DelegationSetId or VPCs out")
                .document(CREATE);
        }
        for (index, in_zone) in zone.vpcs.iter().enumerate() {
            let Some(vpc) = view.target::<Vpc>(&in_zone.vpc_id) else {
                continue;
            };
            let there = vpc.declaration.region.as_str();
            if in_zone
                .vpc_region
                .as_known()
                .is_some_and(|region| region != there)
            {
                let wrong = format!(
                    "is not the region of {}, which is in {there}",
                    vpc.address()
                );
                report
                    .error(zone.declaration, format!("VPCs/{index}/VPCRegion"), wrong)
                    .rule("a VPC is named with its region (InvalidVPCId)")
                    .hint(format!("write {there}"))
                    .document(CREATE);
            }
            let support = vpc.enable_dns_support.as_ref().and_then(|on| on.known());
            if support == Some(&false) {
                report
                    .warning(
                        zone.declaration,
                        "VPCs",
                        format!("name {}, whose EnableDnsSupport is false", vpc.address()),
                    )
                    .rule("a private zone answers in VPCs with EnableDnsSupport and EnableDnsHostnames")
                    .hint("leave `.enable_dns_support(false)` out")
                    .document("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html");
                continue;
            }
            let hosts = vpc.enable_dns_hostnames.as_ref().and_then(|on| on.known()) == Some(&true);
            if !hosts {
                let wrong = format!(
                    "name {}, whose EnableDnsHostnames is not true",
                    vpc.address()
                );
                report
                    .warning(zone.declaration, "VPCs", wrong)
                    .rule("a private zone answers in VPCs with EnableDnsSupport and EnableDnsHostnames")
                    .hint("say `.enable_dns_hostnames(true)` on the VPC")
                    .document("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Region, cidr,
        ec2::Vpc,
        route53::{DelegationSetId, HostedZone, HostedZoneConfig, HostedZoneVpc},
    };

    use crate::check::testing::{Healthy, broken};

    fn vpc(h: &Healthy<'_>) -> jeancloud_model::Handle<Vpc> {
        h.scope.add(
            "named",
            Vpc::builder()
                .cidr_block(cidr!("10.1.0.0/16"))
                .enable_dns_hostnames(true)
                .build(),
        )
    }

    #[test]
    fn a_private_zone_has_no_delegation_set() {
        assert_snapshot!(broken("zone-kind", |h| {
            h.stack.global().add("zone", HostedZone::builder().name("example.com")
                .vpcs([HostedZoneVpc::new(&vpc(h), Region::EuWest3)])
                .delegation_set_id(DelegationSetId::new("N1")).build());
        }), @"
        error: global/zone: DelegationSetId is set for a private zone
          rule: a reusable delegation set is for public zones (InvalidInput)
          hint: leave DelegationSetId or VPCs out
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
        ");
    }

    #[test]
    fn a_vpc_is_named_with_its_region() {
        assert_snapshot!(broken("zone-kind", |h| {
            h.stack.global().add("zone", HostedZone::builder().name("example.com")
                .vpcs([HostedZoneVpc::new(&vpc(h), Region::EuWest1)]).build());
        }), @"
        error: global/zone: VPCs/0/VPCRegion is not the region of main/named, which is in eu-west-3
          rule: a VPC is named with its region (InvalidVPCId)
          hint: write eu-west-3
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
        ");
    }

    #[test]
    fn a_vpc_without_host_names_is_a_doubt() {
        assert_snapshot!(broken("zone-kind", |h| {
            h.stack.global().add("zone", HostedZone::builder().name("example.com")
                .vpcs([HostedZoneVpc::new(&h.vpc, Region::EuWest3)]).build());
        }), @"
        warning: global/zone: VPCs name main/vpc, whose EnableDnsHostnames is not true
          rule: a private zone answers in VPCs with EnableDnsSupport and EnableDnsHostnames
          hint: say `.enable_dns_hostnames(true)` on the VPC
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
        ");
    }

    #[test]
    fn a_comment_is_short() {
        assert_snapshot!(broken("zone-comment", |h| {
            h.stack.global().add("zone", HostedZone::builder().name("example.com")
                .hosted_zone_config(HostedZoneConfig::comment("x".repeat(257))).build());
        }), @"
        error: global/zone: HostedZoneConfig/Comment has 257 characters
          rule: a zone's comment has at most 256 characters (InvalidInput)
          hint: shorten it
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
        ");
    }

    #[test]
    fn a_name_has_one_zone_in_a_vpc() {
        assert_snapshot!(broken("zone-once", |h| {
            let vpc = vpc(h);
            for name in ["one", "two"] {
                h.stack.global().add(name, HostedZone::builder().name("example.com")
                    .vpcs([HostedZoneVpc::new(&vpc, Region::EuWest3)]).build());
            }
        }), @"
        error: global/two: VPCs have one with global/one, which has the same name
          rule: a VPC has one private zone of a name (ConflictingDomainExists)
          hint: make one zone of the two, or leave the VPC out of one of them
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
        ");
        assert_snapshot!(broken("zone-once", |h| {
            for name in ["one", "two"] {
                h.stack.global().add(name, HostedZone::builder().name("example.com").build());
            }
        }), @"
        warning: global/two: Name is that of global/one too
          rule: several public zones may have a name, and only the one whose name servers the registrar names is asked
          hint: make one zone of the two
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
        ");
    }
}
