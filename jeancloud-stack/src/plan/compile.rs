//! [`plan()`]: from a stack to its plan, in one step or, where something has to stand in or to be handed
//! over, in two.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::Address;

use super::{
    Action, Drift, LeftOut, Op, Plan, PlanError, PlanInput, PlanOptions, PlanReport, Protected,
    after, conflict,
    decide::{self, Decided, told},
    draft::Draft,
    endings,
    handover::{self, Handovers},
    inhabited, losses,
    moves::Followed,
    needs::Needs,
    order, renames,
    report::Note,
    stand_in::{self, StandIns},
    step::Step,
    targets,
};
use crate::{Problem, Severity, View, check};

/// Compiles a stack to the actions that make AWS so.
///
/// # Errors
/// All mistakes that the checks find, at once; warnings stop nothing and are in the report. All
/// resources that would be deleted and are protected, at once. What is in use and can't be replaced.
pub fn plan(input: PlanInput<'_>) -> Result<(Plan, PlanReport), PlanError> {
    plan_with(input, &PlanOptions::default())
}

/// The same, with what a person asks of this one plan.
///
/// # Errors
/// As [`plan()`]; and at once all targets that name nothing, all lookups that are to be made anew, and
/// everything that is to be made anew and that the targets leave out.
pub fn plan_with(
    input: PlanInput<'_>,
    options: &PlanOptions,
) -> Result<(Plan, PlanReport), PlanError> {
    let doubts = mistakes_stop(input.view)?;
    let followed = Followed::of(input);
    let input = followed.input();
    let targets = targets::named(input, &options.targets)?;
    let asked = targets::to_replace(input, &options.replace)?;
    let needs = Needs::new(input.view);
    let (decided, mut steps) = decided(input, &needs, &asked)?;
    let Decided {
        drafts: _,
        unchanged,
        mut report,
        found,
        mut notes,
        mut went_back,
    } = decided;
    report.warnings = doubts;
    report.unasked = !input.observed.asked;
    notes.extend(unknown_ends(input));
    let mut actions = order::by_dependency(input, &needs, &steps)?;
    if !targets.is_empty() {
        report.left_out = keep(input, &needs, &targets, &actions, &mut steps);
        actions = order::by_dependency(input, &needs, &steps)?;
        targets::bring_along(&asked, &targets, &actions, &report.left_out)?;
        let mut told: BTreeSet<Address> = actions.iter().map(|action| action.address).collect();
        told.extend(&targets);
        notes.retain(|note| note.about.iter().all(|address| told.contains(address)));
        went_back.retain(|address| told.contains(address));
    }
    let protected = refused(input, &steps);
    if !protected.is_empty() {
        return Err(PlanError::Protected(protected));
    }
    notes.extend(
        steps
            .first()
            .into_iter()
            .flat_map(|step| step.notes.clone()),
    );
    notes.extend(told::of_what_goes_on(went_back));
    report.notes = notes.into_iter().map(|note| note.text).collect();
    report.losses = losses::of(input, steps.iter().flat_map(|step| &step.drafts));
    let mut plan = Plan::new(
        input.view.stack(),
        actions,
        unchanged.len(),
        found,
        followed.moves.clone(),
    );
    plan.left_out = not_made(&report.left_out);
    Ok((plan, report))
}

/// What only AWS could tell, where it was not asked.
fn unknown_ends(input: PlanInput<'_>) -> Option<Note> {
    let about: Vec<Address> = input.state.intents.keys().copied().collect();
    let text = match &about[..] {
        _ if input.observed.asked => return None,
        [] => return None,
        [one] => format!("{one} was begun by an earlier run, and only AWS knows what became of it"),
        [one, rest @ ..] => format!(
            "{one} and {} more were begun by an earlier run, and only AWS knows what became of them",
            rest.len()
        ),
    };
    Some(Note { about, text })
}

/// What of this would be made or changed.
fn not_made(left_out: &[LeftOut]) -> BTreeSet<Address> {
    let made = left_out
        .iter()
        .filter(|left| !matches!(left.op, Op::Delete | Op::Forget));
    made.map(|left| left.address).collect()
}

/// What AWS has that the last apply didn't leave there, whatever a plan may do about it: where the plan
/// is refused, as it would replace something protected, drift is told all the same.
///
/// # Errors
/// The stack's mistakes, all at once.
pub fn drift(input: PlanInput<'_>) -> Result<Vec<Drift>, PlanError> {
    mistakes_stop(input.view)?;
    let followed = Followed::of(input);
    let input = followed.input();
    let needs = Needs::new(input.view);
    let decided = decide::all(input, &needs, &BTreeSet::new(), &StandIns::new())?;
    Ok(decided.report.drift)
}

/// The doubts of the checks; their mistakes stop everything.
fn mistakes_stop(view: &View) -> Result<Vec<Problem>, PlanError> {
    let problems = check::all(view);
    let (mistakes, doubts): (Vec<_>, Vec<_>) = problems
        .into_iter()
        .partition(|problem| problem.severity == Severity::Error);
    match mistakes.is_empty() {
        true => Ok(doubts),
        false => Err(PlanError::Problems(mistakes)),
    }
}

/// What is decided, and its steps.
fn decided(
    input: PlanInput<'_>,
    needs: &Needs,
    asked: &BTreeSet<Address>,
) -> Result<(Decided, Vec<Step>), PlanError> {
    let mut decided = decide::all(input, needs, asked, &StandIns::new())?;
    let (step, notes) = step(input, needs, &mut decided.drafts);
    decided.notes.extend(notes);
    let mut stuck = inhabited::refused(input, &step);
    let stand_ins = stand_in::needed(input, needs, &step).unwrap_or_else(|more| {
        stuck.extend(more);
        StandIns::new()
    });
    if !stuck.is_empty() {
        return Err(PlanError::Problems(stuck));
    }
    let handovers = handover::needed(input, &step.drafts);
    if !stand_ins.is_empty() || !handovers.is_empty() {
        return in_two_steps(input, needs, asked, &stand_ins, &handovers);
    }
    decided.notes.extend(renames::hints(&step.drafts));
    Ok((decided, vec![step]))
}

/// What is decided where something has to stand in for a while, or hands its names over: the second step
/// is planned as if the first were done.
fn in_two_steps(
    input: PlanInput<'_>,
    needs: &Needs,
    asked: &BTreeSet<Address>,
    stand_ins: &StandIns,
    handovers: &Handovers,
) -> Result<(Decided, Vec<Step>), PlanError> {
    let mut first = decide::all(input, needs, asked, stand_ins)?;
    let (whole, notes) = step(input, needs, &mut first.drafts);
    first.drafts.clone_from(&whole.drafts);
    handover::hold_back(input, needs, handovers, &mut first.drafts);
    for draft in &mut first.drafts {
        draft.delete_first = false;
    }
    let (state, observed) = after::done(input, &first.drafts);
    let then = PlanInput {
        state: &state,
        observed: &observed,
        ..input
    };
    let mut second = decide::all(then, needs, &BTreeSet::new(), &StandIns::new())?;
    first
        .unchanged
        .retain(|address| second.unchanged.contains(address));
    stand_in::explain(stand_ins, needs, &mut first.drafts, &mut second.drafts);
    handover::explain(handovers, needs, &whole.drafts, &mut second.drafts);
    // What they say of an end, the whole has said.
    let _ = endings::settle(then, &mut second.drafts);
    after::forget(&mut second.drafts);
    let (one, _) = step(input, needs, &mut first.drafts);
    let two = Step::new(then, needs, second.drafts);
    first.notes.extend(notes);
    first.notes.extend(renames::hints(&one.drafts));
    first.notes.extend(stand_in::notes(stand_ins));
    first.notes.extend(handover::notes(handovers));
    Ok((first, vec![one, two]))
}

/// A step of these drafts, and what the report says of how they end.
fn step(input: PlanInput<'_>, needs: &Needs, drafts: &mut Vec<Draft>) -> (Step, Vec<Note>) {
    let notes = endings::settle(input, drafts);
    (Step::new(input, needs, std::mem::take(drafts)), notes)
}

/// Takes out of each step what is not asked for; returns what is left out.
fn keep(
    input: PlanInput<'_>,
    needs: &Needs,
    targets: &BTreeSet<Address>,
    actions: &[Action],
    steps: &mut [Step],
) -> Vec<LeftOut> {
    let kept = targets::kept(targets, actions);
    let mut times = BTreeMap::new();
    for step in steps {
        let mut drafts = std::mem::take(&mut step.drafts);
        kept.of(&mut drafts, &mut times);
        for draft in &mut drafts {
            draft.delete_first = false;
        }
        *step = Step::new(input, needs, drafts);
    }
    kept.left_out
}

/// Everything that the steps delete and that must not be.
fn refused(input: PlanInput<'_>, steps: &[Step]) -> Vec<Protected> {
    let all = steps.iter().flat_map(|step| &step.drafts);
    let all: Vec<Draft> = all.cloned().collect();
    endings::refused(input, &all, &conflict::claims(&all, &all))
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        AccountId, Region, cidr,
        cloud_front::{
            CachePolicyId, DefaultCacheBehavior, Distribution, DistributionConfig, Origin,
            OriginAccessControl,
        },
        ec2::Vpc,
        ecr::{ReplicationConfiguration, ReplicationRule},
        route53::HostedZone,
        s3::Bucket,
    };
    use serde_json::json;

    use super::*;
    use crate::{Declare, Stack, plan::testing};

    #[test]
    fn drift_is_told_where_the_plan_is_refused() {
        let stack = Stack::new("test");
        let main = stack.region("main", Region::EuWest3);
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
        let _ = main.add("vpc", vpc.protect());
        let (state, mut observed) = testing::applied(&stack);
        for generation in observed.resources.values_mut().flatten() {
            generation.observed.properties["CidrBlock"] = json!("10.1.0.0/16");
        }
        let input = PlanInput {
            view: &View::new(&stack),
            state: &state,
            observed: &observed,
        };
        let refused = plan(input).expect_err("it is protected");
        assert!(matches!(refused, PlanError::Protected(_)), "{refused}");
        let drift = drift(input).expect("it is no mistake");
        assert_eq!(drift[0].address, Address::new("main/vpc"));
        assert_eq!(drift[0].changes[0].path, "/CidrBlock");
    }

    /// One of these is replaced because a person asks for it.
    fn replacing(
        address: &str,
        declare: impl FnOnce(&Stack),
    ) -> Result<(Plan, PlanReport), PlanError> {
        let stack = Stack::new("test");
        declare(&stack);
        let (state, observed) = testing::applied(&stack);
        let input = PlanInput {
            view: &View::new(&stack),
            state: &state,
            observed: &observed,
        };
        plan_with(input, &PlanOptions::default().replace(address))
    }

    /// The other way round, the rules of the new one would go with the old one.
    #[test]
    fn the_replication_of_a_registry_goes_before_the_new_one_comes() {
        let planned = replacing("main/replication", |stack| {
            let account = AccountId::new("123456789012");
            let rule = ReplicationRule::to(Region::EuCentral1, account);
            let main = stack.region("main", Region::EuWest3);
            main.add("replication", ReplicationConfiguration::of(rule));
        });
        let (plan, report) = planned.unwrap();
        let (gone, made) = ("delete main/replication", "create main/replication");
        assert_eq!(testing::lines(&plan), [gone, made]);
        assert!(testing::waits(&plan, made, gone));
        assert!(
            report.notes[0].contains("a registry has one"),
            "{report:#?}"
        );
    }

    #[test]
    fn an_access_control_that_a_distribution_uses_is_not_replaced_under_its_name() {
        let planned = replacing("global/access", |stack| {
            let bucket = Bucket::builder().bucket_name("web-site").build();
            let bucket = stack.region("main", Region::EuWest3).add("site", bucket);
            let global = stack.global();
            let access = global.add("access", OriginAccessControl::s3("web"));
            let cached = DefaultCacheBehavior::to("site", CachePolicyId::CACHING_OPTIMIZED);
            let config = DistributionConfig::builder()
                .origins([Origin::s3("site", &bucket, &access)])
                .default_cache_behavior(cached);
            let cdn = Distribution::builder().distribution_config(config.build());
            global.add("cdn", cdn.build());
        });
        let Err(PlanError::Problems(problems)) = planned else {
            panic!("it was planned");
        };
        assert_eq!(problems[0].address, Address::new("global/access"));
        assert!(
            problems[0].wrong.contains("global/cdn can't leave"),
            "{problems:#?}"
        );
    }

    #[test]
    fn a_new_zone_says_what_its_domain_loses() {
        let planned = replacing("global/zone", |stack| {
            let zone = HostedZone::builder().name("example.com").build();
            stack.global().add("zone", zone);
        });
        let (_, report) = planned.unwrap();
        let said = report.losses[0].to_string();
        assert!(said.contains("registrar"), "{report:#?}");
        assert!(said.ends_with("of the old one: AWS refuses to delete it while it has records that the stack does not declare"));
    }
}
