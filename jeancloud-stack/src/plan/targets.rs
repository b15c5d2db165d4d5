//! Targets: a plan for some addresses, with what has to be done before.

use std::collections::BTreeSet;

use jeancloud_model::Address;

use super::{Action, LeftOut, NoSuchTarget, PlanError, PlanInput, draft::Draft};
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

/// The same, of all that are there.
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

/// Takes out the drafts that are neither at one of `targets` nor have to be done before one that is,
/// by the plan of all of them; returns what was left out.
pub(super) fn keep(
    targets: &BTreeSet<Address>,
    actions: &[Action],
    drafts: &mut Vec<Draft>,
) -> Vec<LeftOut> {
    let wanted = actions.iter().filter(|action| {
        let mut targets = targets.iter();
        targets.any(|target| *target == action.address)
    });
    let mut left: Vec<usize> = wanted.map(|action| action.id).collect();
    let mut kept = BTreeSet::new();
    while let Some(id) = left.pop() {
        if kept.insert(id) {
            left.extend(&actions[id].after);
        }
    }
    let key = |action: &Action| (action.address, action.op, action.work.generation);
    let kept: BTreeSet<_> = kept.into_iter().map(|id| key(&actions[id])).collect();
    drafts.retain(|draft| kept.contains(&(draft.address, draft.op, draft.work.generation)));
    let out = actions.iter().filter(|action| !kept.contains(&key(action)));
    out.map(|action| LeftOut {
        op: action.op,
        address: action.address,
    })
    .collect()
}
