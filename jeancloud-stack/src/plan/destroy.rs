//! The plan to nothing: everything that the stack has is deleted, dependents first.

use std::collections::BTreeSet;

use jeancloud_model::Address;

use super::{
    Plan, PlanError, PlanInput, PlanReport, decide::record_of, draft::Draft, endings, moves,
    needs::Needs, order, step::Step,
};

/// Compiles the deletion of everything that a stack has in AWS; what is retained is let go of.
///
/// # Errors
/// Where something is protected from deletion, by its author or by AWS: all such resources at once.
pub fn destroy(input: PlanInput<'_>) -> Result<(Plan, PlanReport), PlanError> {
    let moves = moves::of(input.view, input.state);
    let state = moves::applied(input.state, &moves);
    let observed = moves::observed(input.view, input.observed);
    let input = PlanInput {
        state: &state,
        observed: &observed,
        ..input
    };
    let needs = Needs::new(input.view);
    let mut drafts = Vec::new();
    for (address, generations) in &input.observed.resources {
        for generation in generations {
            let record = record_of(input, *address, generation);
            let mut draft = Draft::deletion(*address, generation, record, "destroyed", false);
            if input.view.get(*address).is_some() {
                let mut needed: BTreeSet<Address> = draft.work.depends_on.iter().copied().collect();
                needed.extend(needs.of(*address));
                draft.work.depends_on = needed.into_iter().collect();
            }
            drafts.push(draft);
        }
    }
    endings::settle(input, &mut drafts);
    let protected = endings::refused(input, &drafts, &[]);
    if !protected.is_empty() {
        return Err(PlanError::Protected(protected));
    }
    let (step, _) = Step::new(input, &needs, drafts);
    let actions = order::by_dependency(input, &needs, &[step])?;
    let plan = Plan::new(input.view.stack(), actions, 0, Vec::new(), moves);
    Ok((plan, PlanReport::default()))
}
