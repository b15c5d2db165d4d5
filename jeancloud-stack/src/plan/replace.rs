//! Replacements: what forces one, and which of the two goes first.
//!
//! The new one comes before the old one goes, so that nothing is ever without it. Where both would
//! have the same name, which AWS refuses, the old one goes first; and so do, of what depends on it,
//! those that are replaced too.

use std::collections::BTreeSet;

use jeancloud_model::{Address, Resource, ec2, ecr, elastic_load_balancing_v2 as elb};

use super::{
    Op,
    conflict::{self, Claim, of_op},
    diff::Difference,
    draft::Draft,
    needs::Dependents,
    reason,
    report::Note,
};
use crate::Declaration;

/// Whether AWS can't change this in place.
pub(super) fn is_forced(declaration: &Declaration, difference: &Difference) -> bool {
    let (before, after) = (&difference.before, &difference.after);
    let facts = declaration.facts;
    facts.replaces(&difference.path, before, after)
}

/// Those of the differences that AWS can't change in place.
pub(super) fn forcing<'f>(
    declaration: &Declaration,
    found: &'f [Difference],
) -> Vec<&'f Difference> {
    let forced = |difference: &&Difference| is_forced(declaration, difference);
    found.iter().filter(forced).collect()
}

/// Why there is a replacement: what AWS can't change, and what would have to leave its VPC; `drifted`:
/// since somebody changed it in AWS.
pub(super) fn reason(forcing: &[&Difference], leaving: &[Difference], drifted: bool) -> String {
    let properties = forcing.iter().map(|difference| difference.property());
    let properties: BTreeSet<&str> = properties.collect();
    let places: BTreeSet<&str> = leaving.iter().map(Difference::property).collect();
    let listed = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
    let mut reasons = Vec::new();
    let fixed = &properties - &places;
    if !fixed.is_empty() {
        let drifted = if drifted { "drifted in AWS and " } else { "" };
        let followed = match &reason::followed(forcing.iter().copied())[..] {
            [] => String::new(),
            followed => format!(" and follows {}", followed.join(", ")),
        };
        let fixed = listed(&fixed);
        reasons.push(format!(
            "{fixed} {drifted}can't be changed in place{followed}"
        ));
    }
    if !places.is_empty() {
        reasons.push(format!(
            "{} can't be changed to another VPC",
            listed(&places)
        ));
    }
    reasons.join("; ")
}

/// Marks the replacements whose old one has to go first: those that take something from their own old
/// one, what depends on an old one that goes first, and what has what another replacement takes.
/// Returns what the report says of them.
pub(super) fn old_ones_first(
    drafts: &mut [Draft],
    dependents: &Dependents,
    claims: &[Claim],
) -> Vec<Note> {
    let mut notes = Vec::new();
    for claim in claims {
        let new = &drafts[claim.creation];
        let own = new.address == drafts[claim.deletion].address;
        if own {
            if new.replacement && !new.delete_first {
                notes.push(gone_before_it_comes(new));
            }
            drafts[claim.creation].delete_first = true;
            drafts[claim.deletion].delete_first = true;
        }
    }
    let replaced: BTreeSet<Address> = of_op(drafts, Op::Create)
        .filter(|(_, draft)| draft.replacement)
        .map(|(_, draft)| draft.address)
        .collect();
    for claim in claims {
        let (taker, holder) = (&drafts[claim.creation], &drafts[claim.deletion]);
        let (taker, holder) = (taker.address, holder.address);
        let both = taker != holder && replaced.contains(&taker) && replaced.contains(&holder);
        if both && mark(drafts, holder) {
            let text =
                format!("the old one goes before the new one comes, since {taker} takes its place");
            notes.push(Note::new(holder, text));
        }
    }
    let first = drafts.iter().filter(|draft| draft.delete_first);
    let mut left: BTreeSet<Address> = first.map(|draft| draft.address).collect();
    while let Some(parent) = left.pop_first() {
        let replaced = dependents
            .of(parent)
            .filter(|(address, tie)| tie.stays && tie.firm && replaced.contains(address))
            .map(|(address, _)| address)
            .filter(|address| mark(drafts, *address));
        let news: Vec<Address> = replaced.collect();
        left.extend(&news);
        if !news.is_empty() {
            let names: Vec<String> = news.iter().map(Address::to_string).collect();
            let text = format!(
                "{}: the old one goes before the new one comes, since that of {parent} does",
                names.join(", ")
            );
            notes.push(Note { about: news, text });
        }
    }
    notes
}

/// What the report says of a replacement whose old one has what the new one takes.
fn gone_before_it_comes(new: &Draft) -> Note {
    let unique = conflict::unique(&new.type_name);
    let property = unique.map_or("name", |unique| unique.property);
    let why = match unique.and_then(|unique| unique.generated) {
        Some(_) => format!(
            "its {property} is fixed; leave {property} out and jeancloud names it, and the new one comes first"
        ),
        None if [elb::Listener::TYPE, elb::ListenerRule::TYPE]
            .contains(&new.type_name.as_str()) =>
        {
            "a target group serves one load balancer at a time".to_owned()
        }
        None if new.type_name == ec2::VpcGatewayAttachment::TYPE => {
            "a VPC has one internet gateway; nothing reaches the internet in between".to_owned()
        }
        None if new.type_name == ec2::VpcEndpoint::TYPE => {
            "one endpoint of a VPC, or of a route table, leads to a service".to_owned()
        }
        None if new.type_name == ecr::ReplicationConfiguration::TYPE => {
            "a registry has one; nothing is replicated in between".to_owned()
        }
        None => format!("AWS refuses two with the same {property}"),
    };
    let first = "the old one goes before the new one comes, since";
    Note::new(new.address, format!("{first} {why}"))
}

/// Says of a replacement that the old one goes first; false: it was said before. What an earlier run
/// left to delete goes last all the same.
fn mark(drafts: &mut [Draft], address: Address) -> bool {
    let of_address = |draft: &&mut Draft| draft.address == address && draft.op != Op::Update;
    let generations = drafts.iter().filter(|draft| draft.address == address);
    let deleted = generations.filter(|draft| draft.op == Op::Delete);
    let newest = deleted.map(|draft| draft.work.generation).max();
    let mut news = false;
    for draft in drafts.iter_mut().filter(of_address) {
        if draft.op == Op::Create || Some(draft.work.generation) == newest {
            news |= !draft.delete_first;
            draft.delete_first = true;
        }
    }
    news
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        Cidr, Handle, Input, Region, cidr,
        ec2::{
            Anywhere, IngressSource, InternetGateway, IntoPorts, Route, RouteTable, SecurityGroup,
            SecurityGroupIngress, Traffic, Vpc, VpcGatewayAttachment, tcp,
        },
    };

    use super::super::{
        PlanInput, PlanOptions, plan_with,
        testing::{applied, changing, lines, waits},
    };
    use crate::{Scope, Stack, View};

    fn main(stack: &Stack) -> Scope<'_> {
        stack.region("main", Region::EuWest3)
    }

    fn vpc(stack: &Stack) -> Handle<Vpc> {
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
        main(stack).add("vpc", vpc)
    }

    fn group(stack: &Stack, address: &str, description: &str) -> Handle<SecurityGroup> {
        let vpc = vpc(stack);
        named(stack, &vpc, address, description)
    }

    fn named(
        stack: &Stack,
        vpc: &Handle<Vpc>,
        address: &str,
        description: &str,
    ) -> Handle<SecurityGroup> {
        main(stack).add(
            address,
            SecurityGroup::builder()
                .vpc_id(vpc)
                .group_name("web")
                .group_description(description)
                .build(),
        )
    }

    #[test]
    fn a_group_of_a_fixed_name_goes_with_its_rules_before_the_new_one_comes() {
        let version = |description: &'static str| {
            move |stack: &Stack| {
                let group = group(stack, "group", description);
                main(stack).allow(tcp(80).from(Anywhere).to(&group));
            }
        };
        let (plan, report) = changing(version("one"), version("two"));
        let rule = "main/group/ingress/tcp-80-from-0.0.0.0/0";
        assert_eq!(
            lines(&plan),
            [
                format!("delete {rule}"),
                "delete main/group".to_owned(),
                "create main/group".to_owned(),
                format!("create {rule}"),
            ]
        );
        assert!(waits(&plan, "delete main/group", &format!("delete {rule}")));
        assert!(waits(&plan, "create main/group", "delete main/group"));
        insta::assert_snapshot!(report.notes.join("\n"), @"
        main/group: the old one goes before the new one comes, since its GroupName is fixed; leave GroupName out and jeancloud names it, and the new one comes first
        main/group/ingress/tcp-80-from-0.0.0.0/0: the old one goes before the new one comes, since that of main/group does
        ");
    }

    #[test]
    fn two_groups_that_name_each_other_are_replaced_in_one_plan() {
        let version = |description: &'static str| {
            move |stack: &Stack| {
                let vpc = vpc(stack);
                let one = named(stack, &vpc, "one", description);
                let two = main(stack).add(
                    "two",
                    SecurityGroup::builder()
                        .vpc_id(vpc)
                        .group_name("two")
                        .group_description(description)
                        .build(),
                );
                main(stack).allow(tcp(80).from(&one).to(&two));
                main(stack).allow(tcp(81).from(&two).to(&one));
            }
        };
        let (plan, _) = changing(version("a"), version("b"));
        assert_eq!(plan.summary.replace, 6, "{:#?}", lines(&plan));
        assert!(waits(&plan, "create main/one", "delete main/one"));
    }

    #[test]
    fn a_group_without_a_fixed_name_is_replaced_before_it_goes() {
        let version = |description: &'static str| {
            move |stack: &Stack| {
                let vpc = vpc(stack);
                let group = SecurityGroup::builder().vpc_id(vpc);
                let group = main(stack).add("group", group.group_description(description).build());
                main(stack).allow(tcp(80).from(Anywhere).to(&group));
            }
        };
        let (plan, report) = changing(version("one"), version("two"));
        assert!(waits(&plan, "delete main/group", "create main/group"));
        assert!(report.notes.is_empty(), "{:?}", report.notes);
    }

    #[test]
    fn a_rule_under_another_address_waits_until_its_old_address_is_gone() {
        let (plan, _) = changing(
            |stack| {
                let group = group(stack, "group", "web");
                let rule = SecurityGroupIngress::builder()
                    .group_id(group)
                    .traffic(Traffic::Tcp(80.into_ports()))
                    .source(IngressSource::Ipv4(Input::Known(Cidr::ANYWHERE)))
                    .build();
                main(stack).add("rule", rule);
            },
            |stack| {
                let group = group(stack, "group", "web");
                main(stack).allow(tcp(80).from(Anywhere).to(&group));
            },
        );
        let rule = "create main/group/ingress/tcp-80-from-0.0.0.0/0";
        assert_eq!(lines(&plan), ["delete main/rule", rule]);
        assert!(waits(&plan, rule, "delete main/rule"));
    }

    #[test]
    fn a_vpc_lets_go_of_its_internet_gateway_before_it_takes_another() {
        let stack = Stack::new("test");
        let vpc = vpc(&stack);
        let gateway = main(&stack).add("igw", InternetGateway::builder().build());
        let attachment = VpcGatewayAttachment::new(&vpc, &gateway);
        main(&stack).add("igw-attachment", attachment);
        let table = RouteTable::builder().vpc_id(vpc).build();
        let table = main(&stack).add("table", table);
        main(&stack).add("route", Route::to_internet(&table, &gateway));
        let (state, observed) = applied(&stack);
        let input = PlanInput {
            view: &View::new(&stack),
            state: &state,
            observed: &observed,
        };
        let both = PlanOptions::default().replace("main/igw*");
        let (plan, report) = plan_with(input, &both).expect("it can be planned");
        let (gone, made) = ("delete main/igw-attachment", "create main/igw-attachment");
        assert!(waits(&plan, made, gone), "{:#?}", lines(&plan));
        assert!(waits(&plan, "update main/route", made));
        assert!(waits(&plan, "delete main/igw", gone));
        insta::assert_snapshot!(report.notes.join("\n"), @"main/igw-attachment: the old one goes before the new one comes, since a VPC has one internet gateway; nothing reaches the internet in between");
    }

    #[test]
    fn addresses_that_exchange_their_routes_let_go_before_they_take() {
        let version = |one: Cidr, two: Cidr| {
            move |stack: &Stack| {
                let vpc = vpc(stack);
                let gateway = main(stack).add("gateway", InternetGateway::builder().build());
                let attachment = VpcGatewayAttachment::builder().vpc_id(&vpc);
                let attachment = attachment.internet_gateway_id(&gateway).build();
                main(stack).add("attachment", attachment);
                let table = main(stack).add("table", RouteTable::builder().vpc_id(vpc).build());
                for (name, destination) in [("one", one), ("two", two)] {
                    let route = Route::builder().route_table_id(&table);
                    let route = route.destination(destination).target(&gateway).build();
                    main(stack).add(name, route);
                }
            }
        };
        let [a, b] = [cidr!("192.0.2.0/24"), cidr!("198.51.100.0/24")];
        let (plan, _) = changing(version(a, b), version(b, a));
        for (create, delete) in [("one", "two"), ("two", "one")] {
            let (create, delete) = (
                format!("create main/{create}"),
                format!("delete main/{delete}"),
            );
            assert!(waits(&plan, &create, &delete), "{:#?}", lines(&plan));
        }
    }
}
