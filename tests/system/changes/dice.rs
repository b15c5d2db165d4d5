//! [`Dice`]: chance that is the same in every run.

/// A source of numbers that follow from its seed, by SplitMix64.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // What is left of a 64-bit number is even enough for a few sides.
        (mixed % sides as u64) as usize
    }

    /// One of them, if there is any.
    pub(super) fn pick<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        match all.len() {
            0 => None,
            count => all.get(self.roll(count)),
        }
    }
}
