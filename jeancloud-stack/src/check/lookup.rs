//! Rules for lookups: what is looked up is somebody else's.

use jeancloud_model::{lookup, route53};

use super::{Report, Rule};
use crate::View;

pub(super) const RULES: &[&Rule] = &[&Rule {
    name: "lookup-own-zone",
    check: a_zone_of_ones_own_is_not_looked_up,
}];

fn a_zone_of_ones_own_is_not_looked_up(view: &View, report: &mut Report) {
    for found in view.all::<lookup::HostedZone>() {
        let private = match &found.resource.private_zone {
            None => Some(false),
            Some(private) => private.known().copied(),
        };
        let (Some(name), Some(private)) = (found.resource.name.known(), private) else {
            continue;
        };
        let own = view.all::<route53::HostedZone>().find(|zone| {
            zone.resource.name.known() == Some(name) && zone.resource.vpcs.is_empty() != private
        });
        if let Some(own) = own {
            report
                .error(
                    found.declaration,
                    "Name",
                    format!("is {name}, the zone that the stack makes at {}", own.address()),
                )
                .rule("what is looked up is there before the stack is, and exactly one zone has the name")
                .hint(format!("take the handle of {} instead of the lookup", own.address()))
                .document("https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html");
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{lookup, route53::HostedZone};

    use crate::check::testing::broken;

    #[test]
    fn a_zone_is_made_or_looked_up() {
        assert_snapshot!(broken("lookup-own-zone", |h| {
            let global = h.stack.global();
            global.add("zone", HostedZone::builder().name("example.com").build());
            global.lookup("found", lookup::HostedZone::builder().name("example.com").build());
        }), @"
        error: global/found: Name is example.com, the zone that the stack makes at global/zone
          rule: what is looked up is there before the stack is, and exactly one zone has the name
          hint: take the handle of global/zone instead of the lookup
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html
        ");
    }
}
