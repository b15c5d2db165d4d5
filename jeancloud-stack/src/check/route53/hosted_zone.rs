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
        route53::{DelegationSetId, HostedZone, HostedZoneVpc},
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
}
