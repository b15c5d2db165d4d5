//! [`Skipped`]: what was not begun, and what is to blame for it.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::Address;

use crate::plan::{Op, Plan};

/// An action that was not begun.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// Its number.
    pub action: usize,
    /// What was to be done.
    pub op: Op,
    /// To what.
    pub address: Address,
    /// Why, as a sentence: what it waits for, and what that waits for.
    pub reason: String,
    /// The action that failed and that it waits for, if only through others; `None` where the run
    /// was interrupted.
    pub because: Option<usize>,
}

/// Those of the `left` actions, in the order of the plan, with what each is waiting for.
pub(super) fn skipped(
    plan: &Plan,
    failed: &BTreeSet<usize>,
    left: &BTreeSet<usize>,
) -> Vec<Skipped> {
    // Of each action that can't be done, the failed one that is to blame.
    let mut blamed: BTreeMap<usize, usize> = failed.iter().map(|id| (*id, *id)).collect();
    let mut skipped = Vec::new();
    for action in plan
        .actions
        .iter()
        .filter(|action| left.contains(&action.id))
    {
        let lost = |other: &&usize| blamed.contains_key(other);
        // What failed itself says more than what was skipped for it.
        let nearest = action.after.iter().find(|other| failed.contains(other));
        let nearest = nearest.or_else(|| action.after.iter().find(lost)).copied();
        let because = nearest.map(|other| blamed[&other]);
        let reason = match (nearest, because) {
            (Some(nearest), Some(root)) => {
                let address = |id: usize| plan.actions[id].address;
                let nearest_is = match nearest == root {
                    true => "which failed".to_owned(),
                    false => format!("and that for {}, which failed", address(root)),
                };
                format!("it waits for {}, {nearest_is}", address(nearest))
            }
            _ => "the run was interrupted".to_owned(),
        };
        if let Some(root) = because {
            blamed.insert(action.id, root);
        }
        skipped.push(Skipped {
            action: action.id,
            op: action.op,
            address: action.address,
            reason,
            because,
        });
    }
    skipped
}
