//! The plan that lets go of resources: they leave the state and stay in AWS.

use std::collections::BTreeSet;

use jeancloud_model::Address;

use super::{
    Plan, PlanError, PlanInput, PlanReport, decide::record_of, draft::Draft, needs::Needs, order,
    step::Step, targets,
};

/// Compiles letting go of what is at `addresses`, patterns among them: jeancloud's tags are taken off
/// it, it leaves the state, and nothing else is touched in AWS. What is still declared is made anew
/// by the next plan.
///
/// # Errors
/// All addresses at which nothing is, at once.
pub fn forget(input: PlanInput<'_>, addresses: &[String]) -> Result<(Plan, PlanReport), PlanError> {
    let named: BTreeSet<Address> = targets::there(input, addresses)?;
    let mut drafts = Vec::new();
    for address in named {
        for generation in input.observed.resources.get(&address).into_iter().flatten() {
            let record = record_of(input, address, generation);
            let mut draft = Draft::deletion(address, generation, record, "let go of", false);
            draft.work.forget = true;
            drafts.push(draft);
        }
    }
    let needs = Needs::new(input.view);
    let (step, _) = Step::new(input, &needs, drafts);
    let actions = order::by_dependency(input, &needs, &[step])?;
    let plan = Plan::new(input.view.stack(), actions, 0, Vec::new(), Vec::new());
    Ok((plan, PlanReport::default()))
}
