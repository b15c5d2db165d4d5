//! The order of a plan: the numbers that follow from what waits for what.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use jeancloud_model::{Address, reference::Marker};
use serde_json::{Value as Json, json};

use super::{
    Action, Op, PlanError, PlanInput,
    draft::Draft,
    needs::Needs,
    step::Step,
    waits::{self, Waits},
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
    let after: Vec<BTreeSet<usize>> = after.collect();
    let order = sort(&after, |index| index).map_err(|cycle| {
        let names = cycle
            .iter()
            .map(|index| declarations[*index].address.to_string());
        PlanError::Cycle(names.collect())
    })?;
    Ok(order
        .into_iter()
        .map(|index| &declarations[index])
        .collect())
}

/// Numbers the drafts of all steps so that each stands after all that it waits for.
pub(super) fn by_dependency(
    input: PlanInput<'_>,
    needs: &Needs,
    steps: &[Step],
) -> Result<Vec<Action>, PlanError> {
    let drafts: Vec<(usize, &Draft)> = steps
        .iter()
        .enumerate()
        .flat_map(|(step, it)| it.drafts.iter().map(move |draft| (step, draft)))
        .collect();
    let rank: BTreeMap<Address, usize> = input
        .view
        .declarations()
        .iter()
        .enumerate()
        .map(|(index, d)| (d.address, index))
        .collect();
    // Deletions late, and among them the last declared first; what is not declared, by address.
    let key = |index: usize| {
        let (step, draft) = drafts[index];
        let declared = rank.get(&draft.address).copied();
        match draft.op {
            Op::Delete => (
                step,
                1,
                declared.map_or(usize::MAX, |rank| usize::MAX - 1 - rank),
                index,
            ),
            _ => (step, 0, declared.unwrap_or(usize::MAX), index),
        }
    };
    let settled = settle(waits::of(needs, steps), key);
    let Settled { order, waits } = settled.map_err(|cycle| {
        let names = cycle.iter().map(|index| {
            let (_, draft) = drafts[*index];
            format!("{} {}", draft.op.verb(), draft.address)
        });
        PlanError::Cycle(names.collect())
    })?;
    let mut number = vec![0; drafts.len()];
    for (id, index) in order.iter().enumerate() {
        number[*index] = id;
    }
    // Who gives an address its outputs, after each step.
    let mut makers: Vec<BTreeMap<Address, usize>> = Vec::new();
    for step in 0..steps.len() {
        let mut known = makers.last().cloned().unwrap_or_default();
        let of_step = drafts.iter().zip(&number);
        let made = of_step.filter(|((of, draft), _)| *of == step && draft.op != Op::Delete);
        for ((_, draft), number) in made {
            // What is changed keeps the outputs that an earlier step gave it.
            if draft.op != Op::Update || !known.contains_key(&draft.address) {
                known.insert(draft.address, *number);
            }
        }
        makers.push(known);
    }
    let none = BTreeMap::new();
    let action = |index: &usize| {
        let (step, draft) = drafts[*index];
        let draft = draft.clone();
        let mut after: Vec<usize> = waits[*index].iter().map(|other| number[*other]).collect();
        after.sort_unstable();
        let earlier = step
            .checked_sub(1)
            .map_or(&none, |earlier| &makers[earlier]);
        let mut changes = draft.changes;
        for change in &mut changes {
            change.before = with_numbers(&change.before, earlier);
            change.after = with_numbers(&change.after, &makers[step]);
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

/// An order, and what waits for what in it.
struct Settled {
    order: Vec<usize>,
    waits: Vec<BTreeSet<usize>>,
}

/// Those who wait for each other: each for the next, and the last is the first.
type Cycle = Vec<usize>;

/// The order of everything and what waits for what in it. Where things wait for each other, what is
/// soft among their waits gives way; a cycle of firm ones is an error, which lists them.
fn settle<K: Ord>(waits: Waits, key: impl Fn(usize) -> K) -> Result<Settled, Cycle> {
    let Waits { firm, mut soft } = waits;
    loop {
        let both = firm.iter().zip(&soft);
        let all: Vec<BTreeSet<usize>> = both.map(|(firm, soft)| firm | soft).collect();
        let cycle = match sort(&all, &key) {
            Ok(order) => return Ok(Settled { order, waits: all }),
            Err(cycle) => cycle,
        };
        let mut given_way = false;
        for pair in cycle.windows(2) {
            if let [later, earlier] = *pair {
                let only_soft = !firm[later].contains(&earlier);
                given_way |= only_soft && soft[later].remove(&earlier);
            }
        }
        if !given_way {
            return Err(cycle);
        }
    }
}

/// Kahn's algorithm with a heap: of what can stand next, the smallest key does.
///
/// # Errors
/// A cycle.
fn sort<K: Ord>(after: &[BTreeSet<usize>], key: impl Fn(usize) -> K) -> Result<Vec<usize>, Cycle> {
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
    match order.len() == after.len() {
        true => Ok(order),
        false => Err(cycle(after, &left)),
    }
}

/// One cycle among what is left: from any of it, always on to one that it waits for and that is
/// left too, until one comes again.
fn cycle(after: &[BTreeSet<usize>], left: &[usize]) -> Cycle {
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
