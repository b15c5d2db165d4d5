//! Which generation of an address goes on.
//!
//! It is the newest, but for one case: a run began to replace something and did not come to its end, and
//! what it made is not wanted any more, but the one before it is. That one is there still, with all that
//! it holds, so it goes on and the new one goes. A third one would lack its data, and would have to take
//! the name or the block that it has.

use super::{Decider, compared::Compared};
use crate::{Declaration, plan::Generation};

impl<'a> Decider<'a> {
    /// The place of the generation that goes on, with how it compares; `None`: nothing of the address can.
    pub(super) fn standing(
        &self,
        declaration: &Declaration,
        generations: &'a [Generation],
    ) -> Option<(usize, Compared<'a>)> {
        let newest = generations.len().checked_sub(1)?;
        let compared = |place: usize| {
            let generation = &generations[place];
            let same = generation.type_name == declaration.type_name
                && generation.region == declaration.region;
            same.then(|| self.compared(declaration, generation))
        };
        let last = compared(newest);
        let fits = last.as_ref().is_some_and(|last| last.forced.is_none());
        // A name that the author took out of the program: it stays, unless the one before it has its own.
        let at_will = last.as_ref().is_some_and(|last| last.wanted.keeps_a_name);
        if (fits && !at_will) || self.asked.contains(&declaration.address) {
            return Some((newest, last?));
        }
        let before = (0..newest).rev();
        let mut before = before.filter_map(|place| Some((place, compared(place)?)));
        let back =
            before.find(|(_, one)| one.forced.is_none() && !(fits && one.wanted.keeps_a_name));
        back.or_else(|| Some((newest, last?)))
    }
}
