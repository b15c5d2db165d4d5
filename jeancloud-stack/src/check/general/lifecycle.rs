//! Rules for what an author says about changes and ends: names of properties, lookups, renamings.

use jeancloud_model::ResourceKind;

use super::super::{Report, Rule, Severity};
use crate::{Lifecycle, View, stack::Moved, words::nearest};

pub(super) const PROPERTIES: Rule = Rule {
    name: "lifecycle-properties",
    check: ignored_properties_exist,
};
pub(super) const LOOKUPS: Rule = Rule {
    name: "lifecycle-of-a-lookup",
    check: lookups_have_no_lifecycle,
};
pub(super) const MOVES: Rule = Rule {
    name: "moved",
    check: moves_lead_somewhere,
};

fn ignored_properties_exist(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        let known = declaration.property_names;
        for path in &declaration.lifecycle.ignore_changes {
            let property = path.split('/').next().unwrap_or_default();
            if known.contains(&property) {
                continue;
            }
            let type_name = declaration.type_name;
            let wrong = format!("ignores changes of `{property}`, which {type_name} does not have");
            let hint = match nearest(property, known.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("it has {}", known.join(", ")),
            };
            report
                .error(declaration, "", wrong)
                .rule("a property is named as CloudFormation names it")
                .hint(hint);
        }
    }
}

fn lookups_have_no_lifecycle(view: &View, report: &mut Report) {
    let lookups = view.declarations().iter();
    for declaration in lookups.filter(|it| it.kind == ResourceKind::Lookup) {
        let only_ordered = Lifecycle {
            depends_on: declaration.lifecycle.depends_on.clone(),
            ..Lifecycle::default()
        };
        if declaration.lifecycle != only_ordered {
            report
                .error(declaration, "", "has a lifecycle and is a lookup")
                .rule("what is only looked up is neither changed nor deleted: all that it can have is `.depends_on(…)`")
                .hint("leave it out");
        }
    }
}

fn moves_lead_somewhere(view: &View, report: &mut Report) {
    for moved in view.moves() {
        let Moved { from, to, at } = *moved;
        if view.get(from).is_some() {
            report
                .at_line(
                    Severity::Error,
                    from,
                    at,
                    format!("is declared, and said to be moved to {to}"),
                )
                .rule("what was moved is declared at its new address only")
                .hint("declare it there, or take the renaming away");
        } else if view
            .moves()
            .iter()
            .any(|other| other.from == from && other.to != to)
        {
            report
                .at_line(
                    Severity::Error,
                    from,
                    at,
                    format!("is moved to {to} and elsewhere"),
                )
                .rule("what was moved is in one place")
                .hint("keep the renaming that is meant");
        } else if !leads_somewhere(view, moved) {
            let declared = view.declarations().iter().map(|it| it.address.as_str());
            let hint = match nearest(to.as_str(), declared) {
                Some(near) => format!("did you mean {near}?"),
                None => "take the renaming away, or declare something there".to_owned(),
            };
            report
                .at_line(Severity::Warning, from, at, format!("is moved to {to}, where nothing is declared"))
                .rule("a renaming without a declaration at its end means nothing: what was there is deleted")
                .hint(hint);
        }
    }
}

/// Whether something is declared at the end of a renaming or below it, or it is moved on from there.
fn leads_somewhere(view: &View, moved: &Moved) -> bool {
    let ends_there = |address: jeancloud_model::Address| moved.back(address).is_some();
    let declared = view.declarations().iter().any(|it| ends_there(it.address));
    let others = view.moves().iter();
    declared
        || others
            .filter(|other| other.from != moved.from)
            .any(|other| ends_there(other.from))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{cidr, ec2::Vpc, lookup::CallerIdentity};

    use crate::{
        Declare,
        check::testing::{broken, healthy},
    };

    fn vpc() -> Vpc {
        Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build()
    }

    #[test]
    fn an_ignored_property_is_one_of_the_type() {
        assert_snapshot!(broken("lifecycle-properties", |h| {
            h.scope.add("other", vpc().ignore_changes(["EnableDnsHostnames", "Tags/Name", "EnableDnsSuport"]));
        }), @"
        error: main/other: ignores changes of `EnableDnsSuport`, which AWS::EC2::VPC does not have
          rule: a property is named as CloudFormation names it
          hint: did you mean EnableDnsSupport?
        ");
    }

    #[test]
    fn a_lookup_is_never_changed() {
        healthy(|h| {
            h.scope
                .lookup("me", CallerIdentity::builder().build().depends_on(&h.vpc));
        });
        assert_snapshot!(broken("lifecycle-of-a-lookup", |h| {
            h.scope.lookup("me", CallerIdentity::builder().build().protect());
        }), @"
        error: main/me: has a lifecycle and is a lookup
          rule: what is only looked up is neither changed nor deleted: all that it can have is `.depends_on(…)`
          hint: leave it out
        ");
    }

    #[test]
    fn what_was_moved_is_declared_at_its_new_address_only() {
        healthy(|h| {
            h.stack.moved("main/network", "main/net");
            h.stack.moved("main/net", "main/vpc");
        });
        assert_snapshot!(broken("moved", |h| h.stack.moved("main/vpc", "main/subnet-a")), @"
        error: main/vpc: is declared, and said to be moved to main/subnet-a
          rule: what was moved is declared at its new address only
          hint: declare it there, or take the renaming away
        ");
        assert_snapshot!(broken("moved", |h| h.stack.moved("main/network", "main/vcp")), @"
        warning: main/network: is moved to main/vcp, where nothing is declared
          rule: a renaming without a declaration at its end means nothing: what was there is deleted
          hint: did you mean main/vpc?
        ");
    }

    #[test]
    fn waiting_for_each_other_is_a_circle() {
        let text = broken("reference-cycle", |h| {
            let other = jeancloud_model::Handle::<Vpc>::declared_in(
                h.stack.number(),
                jeancloud_model::Address::new("main/b"),
            );
            let first = h.scope.add("a", vpc().depends_on(&other));
            let block = cidr!("10.2.0.0/16");
            let second = Vpc::builder().cidr_block(block).build();
            h.scope.add("b", second.depends_on(&first));
        });
        assert!(text.contains("main/a") && text.contains("main/b"), "{text}");
    }
}
