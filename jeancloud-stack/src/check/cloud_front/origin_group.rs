//! Rules for groups of origins.

use jeancloud_model::{
    Input,
    cloud_front::{Distribution, OriginId},
};

use super::super::{Report, Rule};
use crate::View;

const GROUP: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html";

pub(super) const GROUPS: Rule = Rule {
    name: "origin-group",
    check: groups_have_two_origins,
};

fn groups_have_two_origins(view: &View, report: &mut Report) {
    const STATUSES: [u16; 8] = [403, 404, 416, 429, 500, 502, 503, 504];
    for distribution in view.all::<Distribution>() {
        let config = &distribution.resource.distribution_config;
        let groups = config.origin_groups.iter().flat_map(|groups| &groups.items);
        for (index, group) in groups.enumerate() {
            let mut fault = |wrong: String, rule: &str| {
                let at = format!("DistributionConfig/OriginGroups/Items/{index}");
                report
                    .error(distribution.declaration, at, wrong)
                    .rule(rule)
                    .hint("write OriginGroup::new(id, first, second, [500, 502, 503, 504])")
                    .document(GROUP);
            };
            let members: Vec<&Input<OriginId>> = group
                .members
                .items
                .iter()
                .map(|member| &member.origin_id)
                .collect();
            match members[..] {
                [first, second] if first == second => {
                    let rule = "the second origin stands in for the first one (InvalidArgument)";
                    fault("names one origin twice".to_owned(), rule);
                }
                [_, _] => {}
                _ => {
                    let rule = "a group has a first and a second origin (InvalidArgument)";
                    fault(format!("has {} members", members.len()), rule);
                }
            }
            for id in members.iter().filter_map(|id| id.known()) {
                let there = config
                    .origins
                    .iter()
                    .any(|origin| origin.id().known().is_none_or(|known| known == id));
                if !there {
                    let rule = "a group's members are origins of the distribution (NoSuchOrigin)";
                    fault(
                        format!("names `{id}`, which is no origin of the distribution"),
                        rule,
                    );
                }
            }
            let statuses = &group.failover_criteria.status_codes.items;
            if statuses.is_empty() || statuses.iter().any(|status| !STATUSES.contains(status)) {
                let rule = "CloudFront turns to the second origin on 403, 404, 416, 429, 500, 502, 503 or 504 (InvalidArgument)";
                fault(format!("turns to the second origin on {statuses:?}"), rule);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::cloud_front::{Origin, OriginGroup, OriginGroups};

    use super::super::testing::add;
    use crate::check::testing::broken;

    #[test]
    fn a_group_has_origins_of_the_distribution() {
        assert_snapshot!(broken("origin-group", |h| {
            let group = OriginGroup::new("both", "site", "spare", [503]);
            add(h, |config| config.origin_groups = Some(OriginGroups::new([group])));
        }), @"
        error: global/cdn: DistributionConfig/OriginGroups/Items/0 names `spare`, which is no origin of the distribution
          rule: a group's members are origins of the distribution (NoSuchOrigin)
          hint: write OriginGroup::new(id, first, second, [500, 502, 503, 504])
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
        ");
    }

    #[test]
    fn a_group_knows_a_few_statuses() {
        assert_snapshot!(broken("origin-group", |h| {
            let group = OriginGroup::new("both", "site", "spare", [418]);
            add(h, |config| {
                config.origins.push(Origin::custom("spare", "spare.example.com"));
                config.origin_groups = Some(OriginGroups::new([group]));
            });
        }), @"
        error: global/cdn: DistributionConfig/OriginGroups/Items/0 turns to the second origin on [418]
          rule: CloudFront turns to the second origin on 403, 404, 416, 429, 500, 502, 503 or 504 (InvalidArgument)
          hint: write OriginGroup::new(id, first, second, [500, 502, 503, 504])
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
        ");
    }
}
