//! Orders that no reference shows: what AWS needs first without being told its id.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::Address;

use crate::View;

/// What waits for what without a reference.
#[derive(Debug, Default)]
pub(super) struct Edges(BTreeMap<Address, BTreeSet<Address>>);

impl Edges {
    /// What `address` waits for.
    pub(super) fn of(&self, address: Address) -> impl Iterator<Item = Address> + '_ {
        self.0.get(&address).into_iter().flatten().copied()
    }

    fn add(&mut self, later: Address, earlier: Address) {
        if later != earlier {
            self.0.entry(later).or_default().insert(earlier);
        }
    }
}

type Rule = fn(&View, &mut Edges);

const RULES: &[Rule] = &[];

/// Every order of this stack that no reference shows.
pub(super) fn edges(view: &View) -> Edges {
    let mut edges = Edges::default();
    for rule in RULES {
        rule(view, &mut edges);
    }
    edges
}
