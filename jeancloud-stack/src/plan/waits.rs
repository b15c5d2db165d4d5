//! [`Waits`]: what each draft waits for.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{
    Address, Resource,
    ec2::{SecurityGroup, SecurityGroupEgress, SecurityGroupIngress},
};

use super::{Op, conflict, draft::Draft, needs::Needs, step::Step};

/// What each draft waits for, by the indexes of the drafts of all steps.
pub(super) struct Waits {
    /// Without these AWS refuses, or nobody knows an id.
    pub(super) firm: Vec<BTreeSet<usize>>,
    /// These give way where there is no other order.
    pub(super) soft: Vec<BTreeSet<usize>>,
}

impl Waits {
    fn add(&mut self, firm: bool, later: usize, earlier: usize) {
        if later != earlier {
            let waits = if firm { &mut self.firm } else { &mut self.soft };
            waits[later].insert(earlier);
        }
    }
}

/// What the drafts of these steps wait for.
pub(super) fn of(needs: &Needs, steps: &[Step]) -> Waits {
    let number: usize = steps.iter().map(|step| step.drafts.len()).sum();
    let mut waits = Waits {
        firm: vec![BTreeSet::new(); number],
        soft: vec![BTreeSet::new(); number],
    };
    let mut offset = 0;
    for (index, step) in steps.iter().enumerate() {
        within(needs, step, offset, &mut waits);
        let mut earlier = 0;
        for before in &steps[..index] {
            between(needs, (before, earlier), (step, offset), &mut waits);
            earlier += before.drafts.len();
        }
        offset += step.drafts.len();
    }
    waits
}

/// Those who make, change or look up, and those who delete, by address.
struct Roles {
    makers: BTreeMap<Address, usize>,
    deletions: BTreeMap<Address, Vec<usize>>,
}

impl Roles {
    fn of(drafts: &[Draft]) -> Self {
        let mut roles = Self {
            makers: BTreeMap::new(),
            deletions: BTreeMap::new(),
        };
        for (index, draft) in drafts.iter().enumerate() {
            match draft.op {
                Op::Delete => roles
                    .deletions
                    .entry(draft.address)
                    .or_default()
                    .push(index),
                _ => {
                    roles.makers.insert(draft.address, index);
                }
            }
        }
        roles
    }
}

fn within(needs: &Needs, step: &Step, offset: usize, waits: &mut Waits) {
    let drafts = &step.drafts;
    let Roles { makers, deletions } = Roles::of(drafts);
    let mut add = |firm, later, earlier| waits.add(firm, offset + later, offset + earlier);
    // What is made or changed comes after everything that it needs.
    for (&address, &index) in &makers {
        for target in needs.of(address) {
            let Some(&maker) = makers.get(&target) else {
                continue;
            };
            match loses_rules(&drafts[maker]) && is_rule(&drafts[index]) {
                true => add(false, maker, index),
                false => add(needs.insists(address, target), index, maker),
            }
        }
    }
    for (address, olds) in &deletions {
        let new = makers.get(address).copied();
        let newest = olds.iter().map(|old| drafts[*old].work.generation).max();
        for &old in olds {
            // A replacement: the new one first, if only to be finished, unless the old one has to
            // go first, or has been replaced before.
            let replaced = Some(drafts[old].work.generation) < newest;
            match new {
                Some(new) if drafts[old].delete_first => add(true, new, old),
                Some(new) if replaced && drafts[new].op == Op::Create => {}
                Some(new) => add(true, old, new),
                None => {}
            }
            // A deletion waits until everybody has moved away: those that depended on it when they
            // were last applied, and those that will depend on what replaces it, unless that can
            // only come later.
            for (dependent, tie) in step.dependents.of(*address) {
                for gone in deletions.get(&dependent).into_iter().flatten() {
                    add(tie.firm, old, *gone);
                }
                let later = drafts[old].delete_first && tie.stays;
                let moved = makers.get(&dependent).filter(|_| tie.moves && !later);
                if let Some(moved) = moved {
                    add(tie.firm, old, *moved);
                }
            }
        }
    }
    // What only one can have is free when whatever had it is gone.
    for claim in &step.claims {
        add(true, claim.creation, claim.deletion);
    }
}

/// Whether a group is there already and loses rules that nobody declared: first come those that are
/// declared, so that what was let through before and is let through after is never stopped between.
fn loses_rules(draft: &Draft) -> bool {
    let reported = ["SecurityGroupIngress", "SecurityGroupEgress"];
    let mut changed = draft.work.changed.iter();
    draft.op == Op::Update
        && draft.type_name == SecurityGroup::TYPE
        && changed.any(|property| reported.contains(&property.as_str()))
}

fn is_rule(draft: &Draft) -> bool {
    [SecurityGroupIngress::TYPE, SecurityGroupEgress::TYPE].contains(&draft.type_name.as_str())
}

/// What the drafts of a step wait for in an earlier one.
fn between(
    needs: &Needs,
    (before, earlier): (&Step, usize),
    (step, offset): (&Step, usize),
    waits: &mut Waits,
) {
    let (old, new) = (Roles::of(&before.drafts), Roles::of(&step.drafts));
    for (&address, &index) in &new.makers {
        if let Some(maker) = old.makers.get(&address) {
            waits.add(true, offset + index, earlier + maker);
        }
        for target in needs.of(address) {
            if let Some(maker) = old.makers.get(&target) {
                let firm = needs.insists(address, target);
                waits.add(firm, offset + index, earlier + maker);
            }
        }
        // Whoever takes the outputs of before has to have them before they are others.
        for (&user, maker) in &old.makers {
            if needs.refers(user, address) {
                waits.add(true, offset + index, earlier + maker);
            }
        }
    }
    for claim in conflict::claims(&step.drafts, &before.drafts) {
        waits.add(true, offset + claim.creation, earlier + claim.deletion);
    }
}
