//! [`Needs`]: what stands before what, and who depends on whom.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::Address;

use super::{PlanInput, draft::Draft, implicit};
use crate::View;

type Links = BTreeMap<Address, BTreeSet<Address>>;

/// What each declaration needs to be there before it: what it refers to, and what AWS wants first
/// without a reference.
pub(super) struct Needs {
    references: Links,
    all: Links,
}

impl Needs {
    /// Of everything that a stack declares.
    pub(super) fn new(view: &View) -> Self {
        let mut references = Links::new();
        for declaration in view.declarations() {
            let targets = references.entry(declaration.address).or_default();
            declaration.each_reference(&mut |address, _| {
                targets.insert(Address::new(address));
            });
        }
        let mut all = references.clone();
        for (later, earlier) in implicit::edges(view).iter() {
            all.entry(later).or_default().insert(earlier);
        }
        Self { references, all }
    }

    /// What the declaration at `address` refers to.
    pub(super) fn references(&self, address: Address) -> impl Iterator<Item = Address> + '_ {
        self.references.get(&address).into_iter().flatten().copied()
    }

    /// Everything that the declaration at `address` needs.
    pub(super) fn of(&self, address: Address) -> impl Iterator<Item = Address> + '_ {
        self.all.get(&address).into_iter().flatten().copied()
    }

    /// Whether the declaration at `address` needs what is declared at `other`.
    pub(super) fn has(&self, address: Address, other: Address) -> bool {
        self.all
            .get(&address)
            .is_some_and(|needs| needs.contains(&other))
    }
}

/// How one address depends on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tie {
    /// What is made or changed there moves away from what is deleted. Not so where only an old
    /// generation depends on it.
    pub(super) moves: bool,
    /// It will depend on what comes after it, too.
    pub(super) stays: bool,
}

/// Who depends on each address: by what was last applied, and by what is declared now.
pub(super) struct Dependents(BTreeMap<Address, BTreeMap<Address, Tie>>);

impl Dependents {
    /// Of everything that the state, the declarations and the drafts know.
    pub(super) fn new(input: PlanInput<'_>, needs: &Needs, drafts: &[Draft]) -> Self {
        let mut all = Self(BTreeMap::new());
        for (address, record) in &input.state.retired {
            all.add(*address, &record.depends_on, needs, false);
        }
        for (address, record) in &input.state.resources {
            all.add(*address, &record.depends_on, needs, true);
        }
        for draft in drafts {
            all.add(draft.address, &draft.work.depends_on, needs, true);
            let declared: Vec<Address> = needs.of(draft.address).collect();
            all.add(draft.address, &declared, needs, true);
        }
        all
    }

    fn add(&mut self, dependent: Address, on: &[Address], needs: &Needs, moves: bool) {
        for &target in on.iter().filter(|target| **target != dependent) {
            let stays = needs.has(dependent, target);
            let ties = self.0.entry(target).or_default();
            let tie = ties.entry(dependent).or_insert(Tie { moves, stays });
            tie.moves |= moves;
        }
    }

    /// Those that depend on `address`.
    pub(super) fn of(&self, address: Address) -> impl Iterator<Item = (Address, Tie)> + '_ {
        let ties = self.0.get(&address).into_iter().flatten();
        ties.map(|(dependent, tie)| (*dependent, *tie))
    }
}
