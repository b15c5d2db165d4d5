//! Targets: a plan for some addresses, with what has to be done before.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, ResourceKind};

use super::{Action, LeftOut, NoSuchTarget, NotTargeted, Op, PlanError, PlanInput, draft::Draft};
use crate::words::{distance, matches};

/// How many near addresses are told for one that is nowhere.
const NEAR: usize = 3;

/// The addresses that patterns name, of all that are declared or there.
///
/// # Errors
/// Every pattern that names none, with what comes near.
pub(super) fn named(
    input: PlanInput<'_>,
    patterns: &[String],
) -> Result<BTreeSet<Address>, PlanError> {
    let declared = input.view.declarations().iter();
    let declared = declared.map(|declaration| declaration.address);
    let there = input.observed.resources.keys().copied();
    among(&declared.chain(there).collect(), patterns)
}

/// The addresses that patterns name, to make them anew.
///
/// # Errors
/// As [`named()`]; and all lookups of patterns that name nothing else.
pub(super) fn to_replace(
    input: PlanInput<'_>,
    patterns: &[String],
) -> Result<BTreeSet<Address>, PlanError> {
    let named = named(input, patterns)?;
    let is_lookup = |address: &&Address| {
        let declaration = input.view.get(**address);
        declaration.is_some_and(|it| it.kind == ResourceKind::Lookup)
    };
    let mut only_lookups = BTreeSet::new();
    for pattern in patterns {
        let fitting = named.iter().filter(|at| matches(pattern, at.as_str()));
        let (lookups, others): (Vec<&Address>, Vec<_>) = fitting.partition(is_lookup);
        if others.is_empty() {
            only_lookups.extend(lookups);
        }
    }
    match only_lookups.is_empty() {
        true => Ok(named),
        false => Err(PlanError::Lookups(only_lookups.into_iter().collect())),
    }
}

/// The same as [`named()`], of all that are there.
pub(super) fn there(
    input: PlanInput<'_>,
    patterns: &[String],
) -> Result<BTreeSet<Address>, PlanError> {
    let there = input.observed.resources.keys().copied();
    among(&there.collect(), patterns)
}

fn among(all: &BTreeSet<Address>, patterns: &[String]) -> Result<BTreeSet<Address>, PlanError> {
    let mut named = BTreeSet::new();
    let mut nowhere = Vec::new();
    for pattern in patterns {
        let fitting = all.iter().filter(|at| matches(pattern, at.as_str()));
        let found: Vec<Address> = fitting.copied().collect();
        if found.is_empty() {
            nowhere.push(NoSuchTarget {
                pattern: pattern.clone(),
                near: near(pattern, all),
            });
        }
        named.extend(found);
    }
    match nowhere.is_empty() {
        true => Ok(named),
        false => Err(PlanError::NoSuchTargets(nowhere)),
    }
}

/// Those that look like it, or that have it in their name.
fn near(pattern: &str, all: &BTreeSet<Address>) -> Vec<Address> {
    let last = pattern.rsplit('/').next().unwrap_or(pattern);
    let last = last.trim_matches(['*', '?']);
    let mut near: Vec<(usize, Address)> = all
        .iter()
        .map(|address| (distance(pattern, address.as_str()), *address))
        .filter(|(far, address)| {
            let inside = !last.is_empty() && address.as_str().contains(last);
            inside || *far <= pattern.len() / 3
        })
        .collect();
    near.sort();
    let near = near.into_iter().take(NEAR);
    near.map(|(_, address)| address).collect()
}

/// What is done, and to which generation of what; in two steps it may be done twice.
type Deed = (Address, Op, u32);

/// What is kept of a plan.
pub(super) struct Kept {
    /// Each with how often the same was done before it.
    deeds: BTreeSet<(Deed, usize)>,
    pub(super) left_out: Vec<LeftOut>,
}

/// Keeps what is at one of `targets`, what has to be done before it, by the plan of all, and the other
/// half of what is kept: of a replacement its end, and of what stands in what comes after it.
pub(super) fn kept(targets: &BTreeSet<Address>, actions: &[Action]) -> Kept {
    let wanted = actions
        .iter()
        .filter(|action| targets.contains(&action.address));
    let mut kept = BTreeSet::new();
    with_what_it_waits_for(actions, &mut kept, wanted.map(|action| action.id).collect());
    while let Some(end) = end_of_a_stand_in(actions, &kept) {
        with_what_it_waits_for(actions, &mut kept, vec![end]);
    }
    with_their_old_ones(actions, &mut kept);
    let op = |action: &Action| match action.work.forget {
        true => Op::Forget,
        false => action.op,
    };
    let mut times = BTreeMap::new();
    let mut all = Kept {
        deeds: BTreeSet::new(),
        left_out: Vec::new(),
    };
    for action in actions {
        let deed = (action.address, action.op, action.work.generation);
        let time = next_time(&mut times, deed);
        match kept.contains(&action.id) {
            true => drop(all.deeds.insert((deed, time))),
            false => all.left_out.push(LeftOut {
                op: op(action),
                address: action.address,
            }),
        }
    }
    all
}

impl Kept {
    /// Takes out of the drafts of a step what is not kept; `times`: what earlier steps did.
    pub(super) fn of(&self, drafts: &mut Vec<Draft>, times: &mut BTreeMap<Deed, usize>) {
        drafts.retain(|draft| {
            let deed = (draft.address, draft.op, draft.work.generation);
            self.deeds.contains(&(deed, next_time(times, deed)))
        });
    }
}

fn next_time(times: &mut BTreeMap<Deed, usize>, deed: Deed) -> usize {
    let next = times.entry(deed).or_default();
    *next += 1;
    *next - 1
}

fn with_what_it_waits_for(actions: &[Action], kept: &mut BTreeSet<usize>, mut left: Vec<usize>) {
    while let Some(id) = left.pop() {
        if kept.insert(id) {
            left.extend(&actions[id].after);
        }
    }
}

/// The deletion of something that is made by what is kept: it stands in, and whoever moved to it moves on
/// before it goes.
fn end_of_a_stand_in(actions: &[Action], kept: &BTreeSet<usize>) -> Option<usize> {
    let made = kept.iter().map(|id| &actions[*id]);
    let made = made.filter(|action| action.op == Op::Create);
    let made: BTreeSet<(Address, u32)> = made
        .map(|action| (action.address, action.work.generation))
        .collect();
    let ends = actions.iter().filter(|action| {
        action.op == Op::Delete && made.contains(&(action.address, action.work.generation))
    });
    let mut ends = ends.map(|action| action.id);
    ends.find(|id| !kept.contains(id))
}

/// Keeps of each replacement whose new one is kept the end of the old one, where nothing that is left
/// out has to be done before.
fn with_their_old_ones(actions: &[Action], kept: &mut BTreeSet<usize>) {
    let made = kept.iter().map(|id| &actions[*id]);
    let made = made.filter(|action| action.op == Op::Create);
    let made: BTreeSet<Address> = made.map(|action| action.address).collect();
    // Each stands after all that it waits for.
    for action in actions {
        let ends = action.replacement && matches!(action.op, Op::Delete | Op::Forget);
        if ends && made.contains(&action.address) && action.after.iter().all(|id| kept.contains(id))
        {
            kept.insert(action.id);
        }
    }
}

/// That nothing is left out of what a person wants to have made anew.
///
/// # Errors
/// All that is, at once.
pub(super) fn bring_along(
    asked: &BTreeSet<Address>,
    targets: &BTreeSet<Address>,
    actions: &[Action],
    left_out: &[LeftOut],
) -> Result<(), PlanError> {
    let brought: BTreeSet<Address> = actions.iter().map(|action| action.address).collect();
    let left = left_out.iter().filter(|left| left.op != Op::Read);
    let left: BTreeSet<Address> = left.map(|left| left.address).collect();
    let replace: Vec<Address> = (asked & &left).difference(&brought).copied().collect();
    let targets = targets.iter().copied().collect();
    match replace.is_empty() {
        true => Ok(()),
        false => Err(PlanError::NotTargeted(NotTargeted { replace, targets })),
    }
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        Region, cidr,
        ec2::{SecurityGroup, Vpc},
        logs::{LogGroup, Retention},
        lookup::ManagedPrefixList,
    };

    use super::super::{PlanOptions, PlanReport, plan_with, testing};
    use super::*;
    use crate::{Declare, Stack, View, plan::Plan};

    /// A VPC with a group, and two log groups.
    fn web(stack: &Stack) {
        let main = stack.region("main", Region::EuWest3);
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
        let vpc = main.add("vpc", vpc);
        let group = SecurityGroup::builder().vpc_id(&vpc).group_name("web");
        main.add("group", group.group_description("web").build());
        main.add("logs", group_of_logs());
        main.add("more-logs", LogGroup::builder().build().retain());
    }

    fn group_of_logs() -> LogGroup {
        LogGroup::builder()
            .retention_in_days(Retention::Days30)
            .build()
    }

    fn planned(
        now: impl FnOnce(&Stack),
        options: &PlanOptions,
    ) -> Result<(Plan, PlanReport), PlanError> {
        let [before, after] = [Stack::new("test"), Stack::new("test")];
        web(&before);
        now(&after);
        let (state, observed) = testing::applied(&before);
        let input = PlanInput {
            view: &View::new(&after),
            state: &state,
            observed: &observed,
        };
        plan_with(input, options)
    }

    #[test]
    fn a_replacement_at_no_target_is_an_error_that_names_both() {
        let options = PlanOptions::default().target("main/vpc");
        let one = options.clone().replace("main/logs");
        let refused = planned(web, &one).expect_err("it would be dropped");
        insta::assert_snapshot!(refused, @"main/logs is to be replaced, and is neither at the target main/vpc nor needed there");
        assert_eq!(refused.hints(), ["add `--target main/logs`"]);
        let all = options.replace("main/*logs").target("main/group");
        let refused = planned(web, &all).expect_err("they would be dropped");
        insta::assert_snapshot!(refused, @"main/logs and main/more-logs are to be replaced, and are neither at any of the targets main/group and main/vpc nor needed there");
        let hint = "add `--target main/logs --target main/more-logs`";
        assert_eq!(refused.hints(), [hint]);
    }

    #[test]
    fn a_lookup_can_not_be_made_anew_and_is_left_alone_beside_others() {
        let stack = Stack::new("test");
        web(&stack);
        let main = stack.region("main", Region::EuWest3);
        let list = ManagedPrefixList::of(Region::EuWest3, "s3");
        let _ = main.lookup("s3-prefix-list", list);
        let (state, observed) = testing::applied(&stack);
        let input = PlanInput {
            view: &View::new(&stack),
            state: &state,
            observed: &observed,
        };
        let asked = |pattern: &str| plan_with(input, &PlanOptions::default().replace(pattern));
        let refused = asked("main/s3*").expect_err("it is no resource");
        insta::assert_snapshot!(refused, @"main/s3-prefix-list is a lookup: each plan reads it anew, and there is nothing to replace");
        let (plan, _) = asked("main/*lo*").expect("there are logs too");
        assert_eq!(plan.summary.replace, 2, "{:#?}", testing::lines(&plan));
    }

    #[test]
    fn a_replacement_that_a_target_needs_is_planned() {
        let options = PlanOptions::default().replace("main/vpc");
        let (plan, _) = planned(web, &options.target("main/group")).expect("it is needed");
        let [gone, made] = ["delete main/vpc", "create main/vpc"];
        assert!(testing::waits(&plan, gone, made));
        assert!(testing::waits(&plan, gone, "delete main/group"));
        assert_eq!(plan.left_out, BTreeSet::new());
    }

    #[test]
    fn the_old_one_of_a_replacement_stays_where_somebody_who_is_left_out_uses_it() {
        let stack = Stack::new("test");
        web(&stack);
        let main = stack.region("main", Region::EuWest3);
        let vpc = Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build();
        let vpc = main.add("shared", vpc);
        for name in ["one", "two"] {
            let group = SecurityGroup::builder().vpc_id(&vpc);
            main.add(name, group.group_description("shared").build());
        }
        let (state, observed) = testing::applied(&stack);
        let input = PlanInput {
            view: &View::new(&stack),
            state: &state,
            observed: &observed,
        };
        let options = PlanOptions::default().replace("main/shared");
        let (plan, _) = plan_with(input, &options.target("main/one")).expect("it can be planned");
        let (made, gone) = ("create main/shared", "delete main/one");
        assert_eq!(testing::lines(&plan), [made, "create main/one", gone]);
    }

    #[test]
    fn notes_about_what_is_left_out_are_left_out_too() {
        let options = PlanOptions::default()
            .replace("main/group")
            .replace("main/logs");
        let (_, report) = planned(web, &options).expect("it can be planned");
        assert_eq!((report.notes.len(), report.losses.len()), (1, 1));
        let logs = PlanOptions::default().replace("main/logs");
        let (_, report) = planned(web, &logs.target("main/logs")).expect("it can be planned");
        assert_eq!((report.notes.len(), report.losses.len()), (0, 1));
        let group = PlanOptions::default().replace("main/group");
        let (_, report) = planned(web, &group.target("main/group")).expect("it can be planned");
        assert_eq!((report.notes.len(), report.losses.len()), (1, 0));
        // The renaming that it hints at is none, where only one of the two is planned.
        let renamed = |stack: &Stack| {
            let main = stack.region("main", Region::EuWest3);
            main.add("events", group_of_logs());
        };
        let whole = planned(renamed, &PlanOptions::default());
        let part = planned(renamed, &PlanOptions::default().target("main/events"));
        assert_eq!(whole.expect("it can be planned").1.notes.len(), 1);
        assert_eq!(part.expect("it can be planned").1.notes, [""; 0]);
    }

    #[test]
    fn what_is_left_out_says_whether_it_would_be_deleted_or_let_go_of() {
        let nothing = |stack: &Stack| {
            let _ = stack.region("main", Region::EuWest3);
        };
        let options = PlanOptions::default().target("main/group");
        let (plan, report) = planned(nothing, &options).expect("it can be planned");
        let left = report.left_out.iter();
        let left: Vec<_> = left.map(|left| (left.op, left.address.name())).collect();
        let expected = [
            (Op::Forget, "more-logs"),
            (Op::Delete, "logs"),
            (Op::Delete, "vpc"),
        ];
        for one in expected {
            assert!(left.contains(&one), "{left:?}");
        }
        assert_eq!(plan.left_out, BTreeSet::new(), "no output refers to it");
    }

    #[test]
    fn a_pattern_of_nothing_is_refused_in_words() {
        for blank in ["", "  "] {
            let options = PlanOptions::default().target(blank).replace("main/logs");
            let refused = planned(web, &options).expect_err("it is no address");
            assert_eq!(refused.to_string(), format!("nothing is at {blank:?}"));
            let hints = refused.hints();
            assert!(hints[0].starts_with("it is empty: "), "{hints:?}");
        }
    }
}
