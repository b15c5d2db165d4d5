//! [`Value`], what a property may hold, and [`Checked`], asking AWS's rules of what is held.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

use crate::{Input, Text};

/// A type that a property may have.
///
/// Implemented per type, so that a handle can never be taken for one.
pub trait Value:
    Serialize + DeserializeOwned + Clone + fmt::Debug + PartialEq + Send + Sync + 'static
{
    /// Its name, for messages.
    const NAME: &'static str;

    /// AWS's rule for such a value, asked of a value that is known.
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

/// A value that AWS would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong, as a lower-case fragment.
    pub wrong: String,
    /// AWS's rule.
    pub rule: &'static str,
    /// A way out, where one can be named.
    pub hint: Option<String>,
    /// Where AWS documents the rule.
    pub document: Option<&'static str>,
}

impl Invalid {
    /// A value that breaks `rule`.
    pub fn new(wrong: impl Into<String>, rule: &'static str) -> Self {
        Self {
            wrong: wrong.into(),
            rule,
            hint: None,
            document: None,
        }
    }

    /// With a way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With the AWS document that states the rule.
    #[must_use]
    pub fn document(mut self, document: &'static str) -> Self {
        self.document = Some(document);
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.wrong, self.rule)
    }
}

impl std::error::Error for Invalid {}

/// Anything that holds values: reports each known value that AWS would refuse, with its path.
///
/// The macros implement it; a check walks a resource with it.
pub trait Checked {
    /// Calls `found` with the path (`/Tags/0/Value`) and the fault of every bad value under `path`.
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid));
}

impl<T: Value> Checked for Input<T> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        if let Some(Err(invalid)) = self.known().map(Value::check) {
            found(path, invalid);
        }
    }
}

impl<C: Checked> Checked for Option<C> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        if let Some(inner) = self {
            inner.check_values(path, found);
        }
    }
}

impl<C: Checked> Checked for Box<C> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        (**self).check_values(path, found);
    }
}

impl<C: Checked> Checked for Vec<C> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        for (index, inner) in self.iter().enumerate() {
            inner.check_values(&format!("{path}/{index}"), found);
        }
    }
}

impl<C: Checked> Checked for std::collections::BTreeMap<String, C> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        for (key, inner) in self {
            inner.check_values(&format!("{path}/{key}"), found);
        }
    }
}

macro_rules! unchecked {
    ($($type:ty),*) => {$(
        impl Checked for $type {
            fn check_values(&self, _: &str, _: &mut dyn FnMut(&str, Invalid)) {}
        }
    )*};
}
unchecked!(
    bool,
    u16,
    u32,
    u64,
    i32,
    i64,
    f64,
    String,
    Text,
    serde_json::Value
);

macro_rules! plain_values {
    ($($type:ty = $name:literal),*) => {$(
        impl Value for $type {
            const NAME: &'static str = $name;
        }
    )*};
}
plain_values!(
    bool = "bool",
    u16 = "u16",
    u32 = "u32",
    u64 = "u64",
    i32 = "i32",
    i64 = "i64",
    f64 = "f64"
);
