//! The plan to nothing: everything that the stack has is deleted, dependents first.

use std::collections::BTreeSet;

use jeancloud_model::Address;

use super::{
    Plan, PlanError, PlanInput, PlanReport, decide::record_of, diff, draft::Draft, needs::Needs,
    order, step::Step,
};

/// Compiles the deletion of everything that a stack has in AWS.
///
/// # Errors
/// Where AWS protects something from deletion: all such resources at once.
pub fn destroy(input: PlanInput<'_>) -> Result<(Plan, PlanReport), PlanError> {
    let needs = Needs::new(input.view);
    let mut drafts = Vec::new();
    let mut protected = Vec::new();
    for (address, generations) in &input.observed.resources {
        for generation in generations {
            let record = record_of(input, *address, generation);
            let mut draft = Draft::deletion(*address, generation, record, "destroyed", false);
            if let Some(declaration) = input.view.get(*address) {
                let mut needed: BTreeSet<Address> = draft.work.depends_on.iter().copied().collect();
                needed.extend(needs.of(*address));
                draft.work.depends_on = needed.into_iter().collect();
                let facts = declaration.facts;
                let on =
                    |property: &&str| diff::is_on(facts, &generation.observed.properties, property);
                protected.extend(
                    facts
                        .deletion_protection
                        .filter(on)
                        .map(|property| (*address, property)),
                );
            }
            drafts.push(draft);
        }
    }
    if !protected.is_empty() {
        return Err(PlanError::Protected(protected));
    }
    let (step, _) = Step::new(input, &needs, drafts);
    let actions = order::by_dependency(input, &needs, &[step])?;
    Ok((
        Plan::new(input.view.stack(), actions, 0, Vec::new()),
        PlanReport::default(),
    ))
}
