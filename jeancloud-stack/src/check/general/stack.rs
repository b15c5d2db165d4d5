//! Rules for the stack itself: its name and its outputs.

use std::collections::BTreeSet;

use jeancloud_model::{Address, reference};

use super::super::{Report, Rule};
use crate::View;

pub(super) const NAME: Rule = Rule {
    name: "stack-name",
    check: the_name_fits_into_names_and_tags,
};
pub(super) const OUTPUTS: Rule = Rule {
    name: "stack-outputs",
    check: outputs_name_what_is_declared,
};

/// The longest name and environment, so that both fit into a tag, and a generated name keeps room
/// for the address.
const LONGEST: usize = 100;

fn the_name_fits_into_names_and_tags(view: &View, report: &mut Report) {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    let fits = |part: &str| (1..=LONGEST).contains(&part.len()) && part.bytes().all(allowed);
    if !view.stack().splitn(2, '/').all(fits) {
        report
            .of_stack(Address::new("stack"), "", format!("is called `{}`", view.stack()))
            .rule("a stack's name and its environment have 1 to 100 letters, digits, - and _: they are part of tags and of names")
            .hint("Stack::new(\"shop\").environment(\"prod\")")
            .document(super::declarations::TAGS);
    }
}

fn outputs_name_what_is_declared(view: &View, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for output in view.outputs() {
        let address = Address::new("stack").join("outputs").join(&output.name);
        if !seen.insert(&output.name) {
            report
                .of_stack(address, "", "is declared twice")
                .rule(
                    "an output's name is its own in its stack: the later one hides the earlier one",
                )
                .hint("give one of them another name");
        }
        for foreign in &output.foreign {
            report
                .of_stack(
                    address,
                    "",
                    format!("shows {foreign} by a handle of another stack"),
                )
                .rule("a stack's outputs are of its own resources")
                .hint("declare it in this stack, or look it up with `scope.lookup`");
        }
        reference::each(&output.value, &mut |target, _| {
            let foreign = output.foreign.iter().any(|foreign| foreign == target);
            if !foreign && view.get(Address::new(target)).is_none() {
                report
                    .of_stack(
                        address,
                        "",
                        format!("shows {target}, which is not declared"),
                    )
                    .rule("an output names something that the stack declares")
                    .hint("declare it, or leave the output out");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{cidr, ec2::Vpc};

    use crate::{Stack, check::testing::broken};

    #[test]
    fn a_stacks_name_fits_into_tags() {
        let problems = Stack::new("my shop").check();
        assert_snapshot!(problems[0], @r#"
        error: stack: is called `my shop`
          rule: a stack's name and its environment have 1 to 100 letters, digits, - and _: they are part of tags and of names
          hint: Stack::new("shop").environment("prod")
          see: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
        "#);
        assert!(Stack::new("shop").environment("prod").check().is_empty());
    }

    #[test]
    fn an_output_is_declared_once() {
        assert_snapshot!(broken("stack-outputs", |h| {
            h.stack.output("vpc", h.vpc.vpc_id());
            h.stack.output("vpc", h.subnets[0].subnet_id());
        }), @"
        error: stack/outputs/vpc: is declared twice
          rule: an output's name is its own in its stack: the later one hides the earlier one
          hint: give one of them another name
        ");
    }

    #[test]
    fn an_output_is_of_its_own_stack() {
        let other = Stack::new("other");
        let vpc = other.region("main", jeancloud_model::Region::EuWest3).add(
            "vpc",
            Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build(),
        );
        assert_snapshot!(broken("stack-outputs", |h| h.stack.output("vpc", vpc.vpc_id())), @"
        error: stack/outputs/vpc: shows main/vpc by a handle of another stack
          rule: a stack's outputs are of its own resources
          hint: declare it in this stack, or look it up with `scope.lookup`
        ");
    }
}
