//! [`Step`]: a plan, or where something has to stand in for a while, one of its two halves.

use super::{
    PlanInput,
    conflict::{self, Claim},
    draft::Draft,
    needs::{Dependents, Needs},
    replace,
    report::Note,
};

/// Drafts that are ordered among each other. Another step begins where the ids and names that an
/// earlier one made are made anew.
pub(super) struct Step {
    pub(super) drafts: Vec<Draft>,
    pub(super) dependents: Dependents,
    pub(super) claims: Vec<Claim>,
    /// What the report says of replacements whose old one goes first.
    pub(super) notes: Vec<Note>,
}

impl Step {
    /// Of these drafts.
    pub(super) fn new(input: PlanInput<'_>, needs: &Needs, mut drafts: Vec<Draft>) -> Self {
        let dependents = Dependents::new(input, needs, &drafts);
        let claims = conflict::claims(&drafts, &drafts);
        let notes = replace::old_ones_first(&mut drafts, &dependents, &claims);
        Self {
            drafts,
            dependents,
            claims,
            notes,
        }
    }
}
