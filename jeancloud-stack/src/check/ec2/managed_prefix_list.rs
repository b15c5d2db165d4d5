//! Rules for the lookup of managed prefix lists.

use jeancloud_model::{Region, lookup::ManagedPrefixList};

use super::super::{Report, Rule};
use crate::View;

const LISTS: &str =
    "https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html";

pub(super) const REGION: Rule = Rule {
    name: "prefix-list-region",
    check: a_list_is_of_the_region,
};

fn a_list_is_of_the_region(view: &View, report: &mut Report) {
    for list in view.all::<ManagedPrefixList>() {
        let here = list.declaration.region;
        let Some(name) = list.prefix_list_name.known() else {
            continue;
        };
        let named = name
            .as_str()
            .strip_prefix("com.amazonaws.")
            .and_then(|rest| {
                let (region, service) = rest.split_once('.')?;
                Some((region.parse::<Region>().ok()?, service))
            });
        // `com.amazonaws.global.…` lists are in every region.
        let Some((region, service)) = named.filter(|(region, _)| *region != Region::Global) else {
            continue;
        };
        if region != here {
            report
                .error(
                    list.declaration,
                    "PrefixListName",
                    format!("`{name}` is a list of {region}, looked up in {here}"),
                )
                .rule("a region knows the prefix lists of its own services only")
                .hint(format!(
                    "write `ManagedPrefixList::of(scope.region(), \"{service}\")`"
                ))
                .document(LISTS);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{Region, lookup::ManagedPrefixList};

    use crate::check::testing::{broken, healthy};

    #[test]
    fn a_list_is_of_the_region() {
        healthy(|h| {
            h.scope
                .lookup("s3", ManagedPrefixList::of(Region::EuWest3, "s3"));
            h.scope.lookup(
                "cdn",
                ManagedPrefixList::builder()
                    .prefix_list_name("com.amazonaws.global.cloudfront.origin-facing")
                    .build(),
            );
        });
        assert_snapshot!(broken("prefix-list-region", |h| {
            h.scope.lookup("s3", ManagedPrefixList::of(Region::EuCentral1, "s3"));
        }), @r#"
        error: main/s3: PrefixListName `com.amazonaws.eu-central-1.s3` is a list of eu-central-1, looked up in eu-west-3
          rule: a region knows the prefix lists of its own services only
          hint: write `ManagedPrefixList::of(scope.region(), "s3")`
          see: https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
        "#);
    }
}
