//! [`Address`]: the name of a resource inside its stack, as `france/vpc`.

use std::{
    collections::HashSet,
    fmt,
    sync::{LazyLock, Mutex, PoisonError},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of a resource inside its stack: `scope/name` or `scope/component/name`.
///
/// Addresses are how a person, a plan, the state and the ownership tag `jeancloud:address` name a
/// resource. They are interned, so an address is 16 bytes, `Copy`, and compares by its text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(&'static str);

impl Address {
    /// The address with this text. Any text is taken; the stack's check refuses what AWS could
    /// not hold in a tag.
    pub fn new(text: &str) -> Self {
        static ALL: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Default::default);
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.get(text) {
            return Self(known);
        }
        let leaked: &'static str = Box::leak(text.into());
        all.insert(leaked);
        Self(leaked)
    }

    /// The text, as `france/vpc`.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// What stands before the first `/`: the scope's name.
    pub fn scope(self) -> &'static str {
        self.0.split_once('/').map_or(self.0, |(scope, _)| scope)
    }

    /// What stands after the first `/`: the name inside the scope.
    pub fn name(self) -> &'static str {
        self.0.split_once('/').map_or(self.0, |(_, name)| name)
    }

    /// The address `name` under this one.
    pub fn join(self, name: &str) -> Self {
        Self::new(&format!("{}/{name}", self.0))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<str>::deserialize(deserializer).map(|text| Self::new(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one_address() {
        assert_eq!(Address::new("a/b"), Address::new("a").join("b"));
        assert_eq!(Address::new("a/b/c").scope(), "a");
        assert_eq!(Address::new("a/b/c").name(), "b/c");
    }
}
