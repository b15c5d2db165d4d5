//! [`Case`]: a resource type in a few small stacks.

use jeancloud_stack::Stack;

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
    /// What moto can't do of it.
    pub gaps: &'static [Gap],
}

/// Something that moto can't do.
pub struct Gap {
    /// What.
    pub lack: Lack,
    /// What moto does instead, and how it is known.
    pub reason: &'static str,
}

/// What is lacking.
pub enum Lack {
    /// The named test fails. It is run and has to fail, so that nobody keeps a gap that is closed.
    Test(&'static str),
    /// A property is not given back as it was set: a plan that follows shows this path, as
    /// `/DistributionConfig/Origins`, and nothing else.
    Property(&'static str),
}

impl Case {
    /// Why the named test is expected to fail.
    pub fn gap_of_test(&self, test: &str) -> Option<&'static str> {
        let gap = self
            .gaps
            .iter()
            .find(|gap| matches!(gap.lack, Lack::Test(name) if name == test));
        gap.map(|gap| gap.reason)
    }

    /// Whether moto is known not to give this property back.
    pub fn is_lost_by_moto(&self, path: &str) -> bool {
        self.gaps
            .iter()
            .any(|gap| matches!(gap.lack, Lack::Property(lost) if path.starts_with(lost)))
    }
}
