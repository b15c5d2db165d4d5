//! Rules for every declaration: its address, its values, and where it lives.

use jeancloud_model::{Placement, Region};

use crate::{
    View,
    check::{Report, Rule},
};

pub(super) const ONCE: Rule = Rule {
    name: "address-once",
    check: are_declared_once,
};

pub(super) const TEXT: Rule = Rule {
    name: "address-text",
    check: fit_into_a_tag,
};

pub(super) const VALUES: Rule = Rule {
    name: "values",
    check: follow_their_rules,
};

pub(super) const PLACEMENT: Rule = Rule {
    name: "placement",
    check: are_where_they_live,
};

pub(super) const TAGS: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html";

fn are_declared_once(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        let first = view.get(declaration.address);
        if let Some(first) = first.filter(|first| !std::ptr::eq(*first, declaration)) {
            let wrong = format!(
                "is declared twice, first at {}:{}",
                first.at.file(),
                first.at.line()
            );
            report
                .error(declaration, "", wrong)
                .rule("an address names one resource")
                .hint("rename one of the two, or declare each component in a scope of its own");
        }
    }
}

fn fit_into_a_tag(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        let text = declaration.address.as_str();
        let allowed = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
        if text.chars().count() > 256
            || text.contains("//")
            || text.ends_with('/')
            || !text.chars().all(allowed)
        {
            report
                .error(declaration, "", "has an address that a tag can't hold")
                .rule("addresses are written to the tag jeancloud:address: up to 256 letters, digits, spaces and _ . : / = + - @, without empty parts")
                .hint("choose a plain name, as \"private-a\"")
                .document(TAGS);
        }
    }
}

fn follow_their_rules(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        declaration.check_values(&mut |path, invalid| {
            let property = path.trim_start_matches('/').to_owned();
            report
                .error(declaration, property, invalid.wrong)
                .rule(invalid.rule)
                .hint(invalid.hint.unwrap_or_default())
                .document(invalid.document.unwrap_or_default());
        });
    }
}

fn are_where_they_live(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        let global = declaration.region == Region::Global;
        match declaration.facts.placement {
            Placement::Regional if global => {
                report
                    .error(declaration, "", "is declared in the global scope")
                    .rule(format!("{} lives in a region", declaration.type_name))
                    .hint("declare it in `stack.region(…)`");
            }
            Placement::Global if !global => {
                report
                    .error(
                        declaration,
                        "",
                        format!("is declared in {}", declaration.region),
                    )
                    .rule(format!("{} lives in no region", declaration.type_name))
                    .hint("declare it in `stack.global()`");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{cidr, ec2::Vpc};

    use crate::check::testing::{broken, healthy};

    #[test]
    fn a_healthy_stack_has_no_problem() {
        healthy(|_| {});
    }

    #[test]
    fn addresses_are_declared_once() {
        let text = broken("address-once", |h| {
            h.scope.add(
                "vpc",
                Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build(),
            );
        });
        assert!(
            text.starts_with("error: main/vpc: is declared twice, first at "),
            "{text}"
        );
    }

    #[test]
    fn an_address_fits_into_a_tag() {
        assert_snapshot!(broken("address-text", |h| {
            h.scope.add("a*b", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
        }), @r#"
        error: main/a*b: has an address that a tag can't hold
          rule: addresses are written to the tag jeancloud:address: up to 256 letters, digits, spaces and _ . : / = + - @, without empty parts
          hint: choose a plain name, as "private-a"
          see: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
        "#);
    }

    #[test]
    fn tags_follow_awss_rules() {
        assert_snapshot!(broken("values", |h| {
            h.scope.add("other", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).tag("aws:x", "y").build());
        }), @"
        error: main/other: Tags/aws:x the tag key `aws:x` begins with aws:
          rule: the prefix aws: is reserved for AWS
          see: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
        ");
    }

    #[test]
    fn types_are_where_they_live() {
        assert_snapshot!(broken("placement", |h| {
            h.stack.global().add("vpc", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
        }), @"
        error: global/vpc: is declared in the global scope
          rule: AWS::EC2::VPC lives in a region
          hint: declare it in `stack.region(…)`
        ");
    }
}
