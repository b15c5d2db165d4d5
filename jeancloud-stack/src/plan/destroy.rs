//! The plan to nothing: everything that the stack has is deleted, dependents first.

use std::collections::BTreeSet;

use jeancloud_model::{Address, reference};

use super::{Plan, PlanError, PlanInput, PlanReport, decide, diff, implicit, order};

/// Compiles the deletion of everything that a stack has in AWS.
///
/// # Errors
/// Where AWS protects something from deletion: all such resources at once.
pub fn destroy(input: PlanInput<'_>) -> Result<(Plan, PlanReport), PlanError> {
    let edges = implicit::edges(input.view);
    let mut drafts = Vec::new();
    let mut protected = Vec::new();
    for (address, generations) in &input.observed.resources {
        for generation in generations {
            let mut draft = decide::end_of(input, *address, generation);
            if let Some(declaration) = input.view.get(*address) {
                let mut needed: BTreeSet<Address> = draft.work.depends_on.iter().copied().collect();
                needed.extend(edges.of(*address));
                reference::each(&declaration.properties, &mut |target, _| {
                    needed.insert(Address::new(target));
                });
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
    let actions = order::by_dependency(input, &edges, drafts)?;
    Ok((
        Plan::new(input.view.stack(), actions, 0, Vec::new()),
        PlanReport::default(),
    ))
}
