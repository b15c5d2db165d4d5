//! [`Ownership`]: whose a resource is, and [`Marks`]: what its author wants of its end. Both stand in
//! its tags, so that they outlive the state.

use jeancloud_model::Address;
use serde::{Deserialize, Serialize};

/// Whose a resource is: what the ownership tags say.
///
/// Two are equal when they name the same stack, address and generation, whatever the marks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ownership {
    /// The stack's identity, the tag `jeancloud:stack`.
    pub stack: String,
    /// Where in the stack, the tag `jeancloud:address`.
    pub address: Address,
    /// Which generation of the address, the tag `jeancloud:generation`: 1, and one more with each
    /// replacement.
    pub generation: u32,
    /// What its author wants of its end.
    #[serde(default)]
    pub marks: Marks,
}

/// What an author wants of a resource's end, and how it came to the stack: tags that only marked
/// resources have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// Plans that delete it are refused: the tag `jeancloud:protect`.
    pub protect: bool,
    /// It is let go of instead of being deleted: the tag `jeancloud:retain`.
    pub retain: bool,
    /// Something else made it: the tag `jeancloud:adopted`. What is inert of it may be other than
    /// declared.
    pub adopted: bool,
}

impl Marks {
    /// The tag of what must not be deleted.
    pub const PROTECT_TAG: &'static str = "jeancloud:protect";
    /// The tag of what is let go of instead of being deleted.
    pub const RETAIN_TAG: &'static str = "jeancloud:retain";

    /// The tag of what something else made.
    pub const ADOPTED_TAG: &'static str = "jeancloud:adopted";

    /// Whether there is one.
    pub fn any(self) -> bool {
        self.protect || self.retain || self.adopted
    }

    fn tags(self) -> impl Iterator<Item = (&'static str, String)> {
        let all = [
            (Self::PROTECT_TAG, self.protect),
            (Self::RETAIN_TAG, self.retain),
            (Self::ADOPTED_TAG, self.adopted),
        ];
        all.into_iter()
            .filter(|(_, on)| *on)
            .map(|(key, _)| (key, "true".to_owned()))
    }
}

impl PartialEq for Ownership {
    fn eq(&self, other: &Self) -> bool {
        let Self {
            stack,
            address,
            generation,
            marks: _,
        } = self;
        (stack, address, generation) == (&other.stack, &other.address, &other.generation)
    }
}

impl Eq for Ownership {}

impl Ownership {
    /// The tag that holds the stack's identity.
    pub const STACK_TAG: &'static str = "jeancloud:stack";
    /// The tag that holds the address.
    pub const ADDRESS_TAG: &'static str = "jeancloud:address";
    /// The tag that holds the generation.
    pub const GENERATION_TAG: &'static str = "jeancloud:generation";

    /// The three tags that every resource has.
    pub fn tags(&self) -> [(&'static str, String); 3] {
        [
            (Self::STACK_TAG, self.stack.clone()),
            (Self::ADDRESS_TAG, self.address.to_string()),
            (Self::GENERATION_TAG, self.generation.to_string()),
        ]
    }

    /// The same and those of the marks.
    pub fn all_tags(&self) -> impl Iterator<Item = (&'static str, String)> + use<> {
        self.tags().into_iter().chain(self.marks.tags())
    }

    /// What these tags say, if the three are there.
    pub fn from_tags<'t>(tags: impl IntoIterator<Item = (&'t str, &'t str)>) -> Option<Self> {
        let (mut stack, mut address, mut generation) = (None, None, None);
        let mut marks = Marks::default();
        for (key, value) in tags {
            match key {
                Self::STACK_TAG => stack = Some(value.to_owned()),
                Self::ADDRESS_TAG => address = Some(Address::new(value)),
                Self::GENERATION_TAG => generation = value.parse().ok(),
                Marks::PROTECT_TAG => marks.protect = true,
                Marks::RETAIN_TAG => marks.retain = true,
                Marks::ADOPTED_TAG => marks.adopted = true,
                _ => {}
            }
        }
        Some(Self {
            stack: stack?,
            address: address?,
            generation: generation?,
            marks,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_say_whose_it_is_and_what_is_wanted_of_its_end() {
        for (protect, retain) in [(false, false), (true, false), (false, true), (true, true)] {
            let marks = Marks {
                protect,
                retain,
                adopted: protect,
            };
            let ownership = Ownership {
                stack: "s".to_owned(),
                address: Address::new("a/b"),
                generation: 3,
                marks,
            };
            let tags: Vec<_> = ownership.all_tags().collect();
            let tags = tags.iter().map(|(key, value)| (*key, value.as_str()));
            let read = Ownership::from_tags(tags).expect("all are there");
            assert_eq!((&read, read.marks), (&ownership, marks));
        }
        assert_eq!(Ownership::from_tags([("jeancloud:protect", "true")]), None);
    }
}
