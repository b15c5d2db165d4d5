//! The order of a plan: what waits for what, and the numbers that follow from it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use jeancloud_model::{Address, reference::Marker};
use serde_json::{Value as Json, json};

use super::{
    Action, Op, PlanError, PlanInput,
    draft::Draft,
    needs::{Dependents, Needs},
    replace::Claim,
};
use crate::{Declaration, View};

/// The declarations, each after those that it refers to, otherwise in the order of declaring.
pub(super) fn declarations<'v>(
    view: &'v View,
    needs: &Needs,
) -> Result<Vec<&'v Declaration>, PlanError> {
    let declarations = view.declarations();
    let position: BTreeMap<Address, usize> = declarations
        .iter()
        .enumerate()
        .map(|(index, declaration)| (declaration.address, index))
        .collect();
    let after = declarations.iter().map(|declaration| {
        let targets = needs.references(declaration.address);
        targets
            .filter_map(|target| position.get(&target).copied())
            .collect()
    });
    let address = |index: usize| declarations[index].address;
    let order = sort(after.collect(), |index| index, address)?;
    Ok(order
        .into_iter()
        .map(|index| &declarations[index])
        .collect())
}

/// Numbers the drafts so that each stands after all that it waits for.
pub(super) fn by_dependency(
    input: PlanInput<'_>,
    needs: &Needs,
    dependents: &Dependents,
    claims: &[Claim],
    drafts: Vec<Draft>,
) -> Result<Vec<Action>, PlanError> {
    let waits = waits(needs, dependents, claims, &drafts);
    let rank: BTreeMap<Address, usize> = input
        .view
        .declarations()
        .iter()
        .enumerate()
        .map(|(index, d)| (d.address, index))
        .collect();
    // Deletions late, and among them the last declared first; what is not declared, by address.
    let key = |index: usize| {
        let draft = &drafts[index];
        let declared = rank.get(&draft.address).copied();
        match draft.op {
            Op::Delete => (
                1,
                declared.map_or(usize::MAX, |rank| usize::MAX - 1 - rank),
                index,
            ),
            _ => (0, declared.unwrap_or(usize::MAX), index),
        }
    };
    let order = sort(waits.clone(), key, |index| drafts[index].address)?;
    let mut number = vec![0; drafts.len()];
    for (id, index) in order.iter().enumerate() {
        number[*index] = id;
    }
    let makers: BTreeMap<Address, usize> = drafts
        .iter()
        .enumerate()
        .filter(|(_, draft)| draft.op != Op::Delete)
        .map(|(index, draft)| (draft.address, number[index]))
        .collect();
    let action = |index: &usize| {
        let draft = drafts[*index].clone();
        let mut after: Vec<usize> = waits[*index].iter().map(|other| number[*other]).collect();
        after.sort_unstable();
        let mut changes = draft.changes;
        for change in &mut changes {
            change.after = with_numbers(&change.after, &makers);
        }
        Action {
            id: number[*index],
            op: draft.op,
            address: draft.address,
            type_name: draft.type_name,
            region: draft.region,
            after,
            reason: draft.reason,
            replacement: draft.replacement,
            changes,
            work: draft.work,
        }
    };
    Ok(order.iter().map(action).collect())
}

/// What each draft waits for, by index.
fn waits(
    needs: &Needs,
    dependents: &Dependents,
    claims: &[Claim],
    drafts: &[Draft],
) -> Vec<BTreeSet<usize>> {
    let mut makers: BTreeMap<Address, usize> = BTreeMap::new();
    let mut deletions: BTreeMap<Address, Vec<usize>> = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        match draft.op {
            Op::Delete => deletions.entry(draft.address).or_default().push(index),
            _ => {
                makers.insert(draft.address, index);
            }
        }
    }
    let mut waits = vec![BTreeSet::new(); drafts.len()];
    // What is made or changed comes after everything that it needs.
    for (&address, &index) in &makers {
        let needed = needs.of(address);
        waits[index].extend(needed.filter_map(|target| makers.get(&target)));
    }
    // A replacement: the new one first, if only to be finished, unless the old one has to go first.
    for (address, olds) in &deletions {
        let new = makers.get(address).copied();
        let Some(new) = new else {
            continue;
        };
        for &old in olds {
            match drafts[old].delete_first {
                true => waits[new].insert(old),
                false => waits[old].insert(new),
            };
        }
    }
    // A deletion waits until everybody has moved away: those that depended on it when they were
    // last applied, and those that will depend on what replaces it, unless that can only come later.
    for (address, olds) in &deletions {
        for (dependent, tie) in dependents.of(*address) {
            let gone = deletions.get(&dependent).into_iter().flatten();
            let moved = makers.get(&dependent).into_iter().filter(|_| tie.moves);
            for &old in olds {
                let later = drafts[old].delete_first && tie.stays;
                let others = gone.clone().chain(moved.clone().filter(|_| !later));
                waits[old].extend(others.filter(|other| **other != old));
            }
        }
    }
    // A name is free when whatever had it is gone.
    for claim in claims {
        waits[claim.creation].insert(claim.deletion);
    }
    waits
}

/// Kahn's algorithm with a heap: of what can stand next, the smallest key does.
fn sort<K: Ord>(
    after: Vec<BTreeSet<usize>>,
    key: impl Fn(usize) -> K,
    name: impl Fn(usize) -> Address,
) -> Result<Vec<usize>, PlanError> {
    let mut left: Vec<usize> = after.iter().map(BTreeSet::len).collect();
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); after.len()];
    for (index, others) in after.iter().enumerate() {
        for other in others {
            before[*other].push(index);
        }
    }
    let ready = left.iter().enumerate().filter(|(_, left)| **left == 0);
    let mut heap: BinaryHeap<Reverse<(K, usize)>> = ready
        .map(|(index, _)| Reverse((key(index), index)))
        .collect();
    let mut order = Vec::with_capacity(after.len());
    while let Some(Reverse((_, index))) = heap.pop() {
        order.push(index);
        for &next in &before[index] {
            left[next] -= 1;
            if left[next] == 0 {
                heap.push(Reverse((key(next), next)));
            }
        }
    }
    if order.len() == after.len() {
        return Ok(order);
    }
    Err(PlanError::Cycle(
        cycle(&after, &left)
            .into_iter()
            .map(|index| name(index).to_string())
            .collect(),
    ))
}

/// One cycle among what is left: from any of it, always on to one that it waits for and that is
/// left too, until one comes again.
fn cycle(after: &[BTreeSet<usize>], left: &[usize]) -> Vec<usize> {
    let Some(start) = left.iter().position(|left| *left > 0) else {
        return Vec::new();
    };
    let mut path = vec![start];
    loop {
        let here = path[path.len() - 1];
        let Some(&next) = after[here].iter().find(|next| left[**next] > 0) else {
            return path;
        };
        if let Some(at) = path.iter().position(|seen| *seen == next) {
            path.push(next);
            return path.split_off(at);
        }
        path.push(next);
    }
}

/// Markers as the plan's document writes them: by the number of the action that will know.
fn with_numbers(value: &Json, makers: &BTreeMap<Address, usize>) -> Json {
    match (Marker::of(value), value) {
        (Some(Marker::Output { address, output }), _) => match makers.get(&Address::new(address)) {
            Some(action) => json!({"unknown": {"action": action, "output": output}}),
            None => json!({"unknown": {"address": address, "output": output}}),
        },
        (Some(Marker::Text(parts)), _) => {
            json!({"text": parts.iter().map(|part| with_numbers(part, makers)).collect::<Vec<_>>()})
        }
        (_, Json::Object(map)) => map
            .iter()
            .map(|(k, v)| (k.clone(), with_numbers(v, makers)))
            .collect(),
        (_, Json::Array(items)) => items
            .iter()
            .map(|item| with_numbers(item, makers))
            .collect(),
        (_, plain) => plain.clone(),
    }
}
