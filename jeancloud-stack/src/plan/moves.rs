//! Renamings: what was at one address is at another, in the state and among the observations.

use std::borrow::Cow;

use jeancloud_model::Address;

use super::{Observations, PlanInput};
use crate::{
    View,
    state::{Entry, State},
};

/// The renamings that the state has to follow: what it has where nobody declares anything, and the
/// stack says where that went. Where something is there already, both stay.
pub(crate) fn of(view: &View, state: &State) -> Vec<(Address, Address)> {
    let there = state.addresses();
    let mut taken = there.clone();
    let goes = |from: &Address| {
        let to = view.moved(*from);
        (to != *from && view.get(to).is_some() && taken.insert(to)).then_some((*from, to))
    };
    there.iter().filter_map(goes).collect()
}

/// What a plan is made of, with the stack's renamings followed.
pub(super) struct Followed<'i> {
    view: &'i View,
    state: Cow<'i, State>,
    observed: Cow<'i, Observations>,
    /// From where to where.
    pub(super) moves: Vec<(Address, Address)>,
}

impl<'i> Followed<'i> {
    pub(super) fn of(input: PlanInput<'i>) -> Self {
        let moves = of(input.view, input.state);
        Self {
            view: input.view,
            state: applied(input.state, &moves),
            observed: observed(input.view, input.observed),
            moves,
        }
    }

    pub(super) fn input(&self) -> PlanInput<'_> {
        PlanInput {
            view: self.view,
            state: &self.state,
            observed: &self.observed,
        }
    }
}

/// The state after these renamings.
pub(crate) fn applied<'s>(state: &'s State, moves: &[(Address, Address)]) -> Cow<'s, State> {
    let mut state = Cow::Borrowed(state);
    for &(from, to) in moves {
        state.to_mut().apply(Entry::Moved { from, to });
    }
    state
}

/// The observations, where the stack says that things are.
pub(super) fn observed<'o>(view: &View, observed: &'o Observations) -> Cow<'o, Observations> {
    let mut moved = Cow::Borrowed(observed);
    for from in observed.resources.keys() {
        let to = view.moved(*from);
        let free = view.get(to).is_some() && !moved.resources.contains_key(&to);
        if to != *from && free {
            let moved = &mut moved.to_mut().resources;
            if let Some(generations) = moved.remove(from) {
                moved.insert(to, generations);
            }
        }
    }
    moved
}
