//! [`plan()`]: from a stack to its plan, in one step or, where something has to stand in, in two.

use super::{
    Op, Plan, PlanError, PlanInput, PlanReport, after, conflict,
    decide::{self, Decided},
    diff,
    draft::Draft,
    needs::Needs,
    order,
    stand_in::{self, StandIns},
    step::Step,
};
use crate::{Problem, Severity, check};

/// Compiles a stack to the actions that make AWS so.
///
/// # Errors
/// All mistakes that the checks find, at once; warnings stop nothing and are in the report.
pub fn plan(input: PlanInput<'_>) -> Result<(Plan, PlanReport), PlanError> {
    let problems = check::all(input.view);
    let (mistakes, doubts): (Vec<_>, Vec<_>) = problems
        .into_iter()
        .partition(|problem| problem.severity == Severity::Error);
    if !mistakes.is_empty() {
        return Err(PlanError::Problems(mistakes));
    }
    let needs = Needs::new(input.view);
    let decided = decide::all(input, &needs, &StandIns::new())?;
    let (step, notes) = Step::new(input, &needs, decided.drafts.clone());
    let stand_ins = stand_in::needed(input, &needs, &step).map_err(PlanError::Problems)?;
    if !stand_ins.is_empty() {
        let (plan, report) = in_two_steps(input, &needs, &stand_ins)?;
        return Ok((plan, with_doubts(report, doubts)));
    }
    refuse_protected(&step.drafts)?;
    let Decided {
        unchanged,
        mut report,
        found,
        ..
    } = decided;
    report.notes.extend(notes);
    let actions = order::by_dependency(input, &needs, &[step])?;
    let plan = Plan::new(input.view.stack(), actions, unchanged.len(), found);
    Ok((plan, with_doubts(report, doubts)))
}

/// The plan where something has to stand in for a while: the second step is planned as if the first
/// were done.
fn in_two_steps(
    input: PlanInput<'_>,
    needs: &Needs,
    stand_ins: &StandIns,
) -> Result<(Plan, PlanReport), PlanError> {
    let mut first = decide::all(input, needs, stand_ins)?;
    let (state, observed) = after::done(input, &first.drafts);
    let then = PlanInput {
        state: &state,
        observed: &observed,
        ..input
    };
    let mut second = decide::all(then, needs, &StandIns::new())?;
    first
        .unchanged
        .retain(|address| second.unchanged.contains(address));
    stand_in::explain(stand_ins, needs, &mut first.drafts, &mut second.drafts);
    after::forget(&mut second.drafts);
    let (one, notes) = Step::new(input, needs, first.drafts);
    let (two, _) = Step::new(then, needs, second.drafts);
    refuse_protected(&one.drafts)?;
    first.report.notes.extend(stand_in::notes(stand_ins));
    first.report.notes.extend(notes);
    let actions = order::by_dependency(input, needs, &[one, two])?;
    let plan = Plan::new(
        input.view.stack(),
        actions,
        first.unchanged.len(),
        first.found,
    );
    Ok((plan, first.report))
}

/// AWS deletes nothing that it protects from deletion, be it only to make it anew.
fn refuse_protected(drafts: &[Draft]) -> Result<(), PlanError> {
    let mut protected = Vec::new();
    for (_, draft) in conflict::of_op(drafts, Op::Delete) {
        let facts = conflict::facts(&draft.type_name);
        let by = facts.and_then(|facts| Some((facts, facts.deletion_protection?)));
        if let Some((facts, by)) = by
            && diff::is_on(facts, &draft.work.properties, by)
        {
            protected.push((draft.address, by));
        }
    }
    match protected.is_empty() {
        true => Ok(()),
        false => Err(PlanError::Protected(protected)),
    }
}

fn with_doubts(mut report: PlanReport, doubts: Vec<Problem>) -> PlanReport {
    report.warnings = doubts;
    report
}
