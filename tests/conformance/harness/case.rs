//! [`Case`]: a resource type in a few small stacks.

use jeancloud_stack::Stack;

use super::On;

/// A function that declares a whole, small stack.
pub type Version = fn(&Stack);

/// A resource type to try: the same address in every version of a stack.
pub struct Case {
    /// CloudFormation's name of the type.
    pub type_name: &'static str,
    /// Where it is declared, in every version.
    pub address: &'static str,
    /// The stack to begin with.
    pub base: Version,
    /// Versions that change it in place, one after the other, by what they do: `set`, `change`,
    /// `clear`. None: nothing of it can be changed in place.
    pub updates: &'static [(&'static str, Version)],
    /// A version in which a create-only property differs. `None`: it has none.
    pub replaced: Option<Version>,
    /// What moto or the emulator can't do of it.
    pub gaps: &'static [Gap],
}

/// Something that moto and the emulator do differently, of which one is wrong.
#[derive(Clone, Copy)]
pub struct Difference {
    /// Its line in `docs/emulator-and-moto.md`.
    pub name: &'static str,
    /// Which is wrong.
    pub lacks: On,
}

/// What a difference does to a case.
pub struct Gap {
    /// Why.
    pub difference: Difference,
    /// The promise that fails. It is tried and has to fail, so that nobody keeps a gap that is closed.
    pub test: &'static str,
}

impl Case {
    /// Why the named test is expected to fail there.
    pub fn gap_of_test(&self, on: On, test: &str) -> Option<Difference> {
        let mut gaps = self.gaps.iter();
        let gap = gaps.find(|gap| gap.difference.lacks == on && gap.test == test);
        gap.map(|gap| gap.difference)
    }
}
