//! Stand-ins: how something that is in use is replaced although its name is fixed.
//!
//! AWS deletes no security group that a load balancer carries and no target group that a listener
//! forwards to, and takes no second one of the same name. So the new one can't come before the old one
//! has gone, the old one can't go before its users have moved, and they have nowhere to move to. The way
//! out has two steps: one under a generated name stands in, everybody moves there, and the old one goes;
//! then the new one comes under the fixed name, everybody moves on, and the stand-in goes.

use std::collections::BTreeMap;

use jeancloud_model::{
    Address, Resource, cloud_front, ec2, elastic_load_balancing_v2 as elb, reference,
};
use serde_json::Value as Json;

use super::{
    Op, PlanInput,
    conflict::{self, Claim},
    draft::Draft,
    needs::Needs,
    replace,
    report::Note,
    step::Step,
};
use crate::{Problem, check::Report};

/// The addresses that get a generated name in the first step, with what the fixed one waits for.
pub(super) type StandIns = BTreeMap<Address, StandIn>;

/// Why something stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StandIn {
    /// The property that is fixed.
    pub(super) property: &'static str,
    /// Those who use what has the name.
    users: Vec<Address>,
}

/// What has to stand in for a while, of a step that was drafted without.
///
/// # Errors
/// What is in use, and can neither be had twice nor stand in for itself.
pub(super) fn needed(
    input: PlanInput<'_>,
    needs: &Needs,
    step: &Step,
) -> Result<StandIns, Vec<Problem>> {
    let mut stand_ins = StandIns::new();
    let mut report = Report::new("replaced-while-in-use");
    let waiting = waiting(step);
    for claim in &step.claims {
        let new = &step.drafts[claim.creation];
        let users = users(input, needs, step, *claim, &waiting);
        let Some(unique) = conflict::unique(&new.type_name).filter(|_| !users.is_empty()) else {
            continue;
        };
        match unique.generated {
            Some(_) => {
                let property = unique.property;
                stand_ins.insert(new.address, StandIn { property, users });
            }
            None => stuck(
                input,
                &mut report,
                new,
                &step.drafts[claim.deletion],
                &users,
            ),
        }
    }
    match report.into_problems() {
        problems if problems.is_empty() => Ok(stand_ins),
        problems => Err(problems),
    }
}

/// What AWS does not delete while something uses it. A target group that only a service uses is
/// deleted, but then the service's tasks have nobody to answer to.
fn is_held(type_name: &str) -> bool {
    [
        ec2::SecurityGroup::TYPE,
        ec2::Subnet::TYPE,
        elb::TargetGroup::TYPE,
        cloud_front::OriginAccessControl::TYPE,
    ]
    .contains(&type_name)
}

/// The drafts of what does not go by itself before its successor comes: what is changed in place, and
/// what is replaced, unless something else makes it go first.
fn waiting(step: &Step) -> Vec<&Draft> {
    let stays = |claim: &&Claim| {
        let new = &step.drafts[claim.creation];
        !(is_held(&new.type_name) && has_generated_name(&new.type_name))
    };
    let claims: Vec<Claim> = step.claims.iter().filter(stays).copied().collect();
    let mut drafts = step.drafts.clone();
    for draft in &mut drafts {
        draft.delete_first = false;
    }
    replace::old_ones_first(&mut drafts, &step.dependents, &claims);
    let waiting = step.drafts.iter().zip(&drafts);
    let waiting = waiting.filter(|(_, draft)| match draft.op {
        Op::Update => true,
        Op::Create => draft.replacement && !draft.delete_first,
        Op::Read | Op::Delete | Op::Forget => false,
    });
    waiting.map(|(draft, _)| draft).collect()
}

fn has_generated_name(type_name: &str) -> bool {
    conflict::unique(type_name).is_some_and(|unique| unique.generated.is_some())
}

/// Those who hold what is to be deleted until what is to be created is there.
fn users(
    input: PlanInput<'_>,
    needs: &Needs,
    step: &Step,
    claim: Claim,
    waiting: &[&Draft],
) -> Vec<Address> {
    let (new, old) = (&step.drafts[claim.creation], &step.drafts[claim.deletion]);
    // Where nothing can stand in, what is replaced itself has to go first.
    let can_stand_in = has_generated_name(&new.type_name);
    let waiting = waiting
        .iter()
        .filter(|draft| can_stand_in || draft.op == Op::Update);
    let users = waiting.filter(|draft| {
        is_held(&old.type_name)
            && needs.refers(draft.address, new.address)
            && !is_part(input, draft.address, new.address)
            && uses(input, draft.address, old)
    });
    users.map(|draft| draft.address).collect()
}

/// Whether something can't be without what it is keyed by: a rule of a group goes with the group.
fn is_part(input: PlanInput<'_>, address: Address, of: Address) -> bool {
    let declaration = input.view.get(address);
    let unique = declaration.and_then(|it| Some((it, it.facts.name?)));
    let Some((declaration, unique)) = unique else {
        return false;
    };
    let keys = std::iter::once(&unique.property).chain(unique.within);
    let mut keys = keys.filter_map(|key| declaration.properties.get(*key));
    keys.any(|key| {
        let mut refers = false;
        reference::each(key, &mut |address, _| refers |= Address::new(address) == of);
        refers
    })
}

/// Whether AWS has it with the id of `old` in its properties.
fn uses(input: PlanInput<'_>, address: Address, old: &Draft) -> bool {
    let generations = input.observed.resources.get(&address);
    let mut generations = generations.into_iter().flatten();
    let id = old.work.id.as_deref();
    id.is_some_and(|id| generations.any(|it| names(&it.observed.properties, id)))
}

fn names(value: &Json, id: &str) -> bool {
    match value {
        Json::String(text) => text == id,
        Json::Array(items) => items.iter().any(|item| names(item, id)),
        Json::Object(members) => members.values().any(|member| names(member, id)),
        _ => false,
    }
}

fn stuck(input: PlanInput<'_>, report: &mut Report, new: &Draft, old: &Draft, users: &[Address]) {
    let (Some(declaration), Some(unique)) = (
        input.view.get(new.address),
        conflict::unique(&new.type_name),
    ) else {
        return;
    };
    let (property, users) = (unique.property, listed(users));
    let value = |of: &Draft| {
        let mut path = property.split('/');
        let value = path.try_fold(&of.work.properties, |inside, part| inside.get(part));
        value.and_then(Json::as_str).unwrap_or("it").to_owned()
    };
    let (value, former) = (value(new), value(old));
    let why = match new.reason.strip_suffix(" can't be changed in place") {
        Some(property) => format!("{property} makes it another one"),
        None => format!("it is replaced ({})", new.reason),
    };
    let (wrong, hint) = match new.address == old.address {
        true => (
            match (
                value == former,
                old.work.generation + 1 < new.work.generation,
            ) {
                (true, false) => format!(
                    "stays {value} while {why}, and {users} can't leave the old one before the new one is there"
                ),
                (true, true) => format!(
                    "becomes {value} again, which one that an earlier run left still has, and {users} can't leave that before the new one is there"
                ),
                // Two blocks of addresses.
                (false, _) => format!(
                    "becomes {value}, which overlaps {former} of the old one, and {users} can't leave that before the new one is there"
                ),
            },
            format!(
                "give the new one another {property}, or declare another one beside it, move to that and take this one away after it"
            ),
        ),
        false => (
            format!(
                "is {value}, which {} has, and {users} can't leave that one before this one is there",
                old.address
            ),
            format!(
                "give it another {property}, or leave it at the address {}",
                old.address
            ),
        ),
    };
    report
        .error(declaration, property, wrong)
        .rule(match new.type_name.as_str() {
            ec2::Subnet::TYPE => {
                "AWS refuses two with overlapping addresses in a VPC, and deletes none that is in use"
            }
            _ => "AWS refuses two of the same name, and deletes none that is in use",
        })
        .hint(hint)
        .document(match new.type_name.as_str() {
            ec2::Subnet::TYPE => {
                "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"
            }
            _ => {
                "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteOriginAccessControl.html"
            }
        });
}

/// What the report says of the stand-ins.
pub(super) fn notes(stand_ins: &StandIns) -> Vec<Note> {
    let note = |(address, StandIn { property, users }): (&Address, &StandIn)| {
        let text = format!(
            "another one stands in for a while, since its {property} is fixed and {} the old one; leave {property} out and jeancloud names it, and everything moves once instead of twice",
            using(users)
        );
        Note::new(*address, text)
    };
    stand_ins.iter().map(note).collect()
}

/// Says in the first step what stands in, and in the second what comes after that.
pub(super) fn explain(
    stand_ins: &StandIns,
    needs: &Needs,
    first: &mut [Draft],
    second: &mut [Draft],
) {
    for draft in first.iter_mut().filter(|draft| draft.op == Op::Create) {
        if let Some(StandIn { property, users }) = stand_ins.get(&draft.address) {
            let why = format!(
                "stands in until the {property} is free: {} the old one",
                using(users)
            );
            draft.reason = match draft.replacement {
                true => format!("{}; {why}", draft.reason),
                false => why,
            };
        }
    }
    for draft in second {
        let of = stand_ins.get(&draft.address);
        let moving = stand_ins
            .keys()
            .find(|at| needs.refers(draft.address, **at));
        draft.reason = match (draft.op, of, moving) {
            (Op::Delete, Some(_), _) => "it stood in".to_owned(),
            (_, Some(StandIn { property, .. }), _) => format!("the {property} is free now"),
            (_, None, Some(at)) => format!("moves on from what stood in for {at}"),
            (_, None, None) => continue,
        };
    }
}

fn using(users: &[Address]) -> String {
    let verb = if users.len() == 1 { "uses" } else { "use" };
    format!("{} {verb}", listed(users))
}

fn listed(addresses: &[Address]) -> String {
    let all: Vec<String> = addresses.iter().map(Address::to_string).collect();
    match all.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, [first, ..])) if all.len() > 4 => {
            format!("{first} and {} others up to {last}", all.len() - 2)
        }
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        Az, Cidr, Region, cidr,
        ec2::{Subnet, Vpc},
        rds::DbSubnetGroup,
    };

    use crate::{
        Stack, View,
        plan::{PlanError, PlanInput, plan, testing},
    };

    fn network(stack: &Stack, one: Cidr, zone: Az) {
        let main = stack.region("main", Region::EuWest3);
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
        let vpc = main.add("vpc", vpc);
        let subnets = [("one", zone, one), ("two", Az::B, cidr!("10.0.9.0/24"))];
        let subnets = subnets.map(|(name, zone, block)| {
            let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block);
            main.add(name, subnet.availability_zone(zone).build())
        });
        let group = DbSubnetGroup::builder().db_subnet_group_description("private");
        main.add("group", group.subnet_ids(&subnets).build());
    }

    fn wrong(error: PlanError) -> String {
        match error {
            PlanError::Problems(problems) => problems[0].wrong.clone(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_block_that_overlaps_its_own_old_one_is_said_so() {
        let refused = testing::try_changing(
            |stack| network(stack, cidr!("10.0.1.0/24"), Az::A),
            |stack| network(stack, cidr!("10.0.0.0/23"), Az::A),
        );
        assert_eq!(
            wrong(refused.unwrap_err()),
            "becomes 10.0.0.0/23, which overlaps 10.0.1.0/24 of the old one, and main/group can't leave that before the new one is there"
        );
    }

    /// A run made a second one and was killed before anybody moved there.
    #[test]
    fn a_block_that_an_earlier_run_left_is_said_so() {
        let [before, after] = [Stack::new("test"), Stack::new("test")];
        network(&before, cidr!("10.0.1.0/24"), Az::A);
        network(&after, cidr!("10.0.1.0/24"), Az::C);
        let (state, mut observed) = testing::applied(&before);
        let one = jeancloud_model::Address::new("main/one");
        let generations = observed.resources.get_mut(&one).expect("it was applied");
        let mut second = generations[0].clone();
        second.number = 2;
        second.observed.id = "subnet-2".into();
        second.observed.properties["CidrBlock"] = "10.0.2.0/24".into();
        generations.push(second);
        let input = PlanInput {
            view: &View::new(&after),
            state: &state,
            observed: &observed,
        };
        assert_eq!(
            wrong(plan(input).unwrap_err()),
            "becomes 10.0.1.0/24 again, which one that an earlier run left still has, and main/group can't leave that before the new one is there"
        );
    }
}
