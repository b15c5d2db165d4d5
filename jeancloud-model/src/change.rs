//! [`Verdict`]: whether AWS changes a property in place, and [`Conditional`], where that depends on
//! the values.

use std::fmt;

use serde_json::Value as Json;

use crate::Facts;

/// What becomes of a resource when one of its properties changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// AWS changes it in place.
    InPlace,
    /// AWS can't change it: another value means another resource.
    Replaces,
    /// The old and the new value decide.
    Conditional,
}

impl Verdict {
    /// As a document says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InPlace => "in place",
            Self::Replaces => "replaces",
            Self::Conditional => "conditional",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A property that AWS changes in place, but not from every value to every other.
#[derive(Clone, Copy, Debug)]
pub struct Conditional {
    /// The property, as `InstanceTenancy`.
    pub property: &'static str,
    /// What AWS can't change, as a lower-case fragment.
    pub rule: &'static str,
    /// Where AWS says so.
    pub document: &'static str,
    /// Whether going from what AWS has (null: nothing) to what the author wants means another
    /// resource.
    pub replaces: fn(before: &Json, after: &Json) -> bool,
}

impl Facts {
    /// What becomes of a resource when the property at this path or pattern changes.
    pub fn verdict(&self, path: &str) -> Verdict {
        let parts: Vec<&str> = path.split('/').collect();
        if self
            .create_only
            .iter()
            .any(|pattern| covers(pattern, &parts))
        {
            return Verdict::Replaces;
        }
        match self.condition(&parts) {
            Some(_) => Verdict::Conditional,
            None => Verdict::InPlace,
        }
    }

    /// Whether this change means another resource.
    pub fn replaces<P: AsRef<str>>(&self, path: &[P], before: &Json, after: &Json) -> bool {
        let parts: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
        self.create_only
            .iter()
            .any(|pattern| covers(pattern, &parts))
            || (self.condition(&parts)).is_some_and(|condition| (condition.replaces)(before, after))
    }

    fn condition(&self, parts: &[&str]) -> Option<&Conditional> {
        let mut conditions = self.conditional.iter();
        conditions.find(|condition| covers(condition.property, parts))
    }
}

/// Whether the path is the pattern's, or stands below it.
fn covers(pattern: &str, parts: &[&str]) -> bool {
    let mut parts = parts.iter();
    pattern.split('/').all(|wanted| {
        parts
            .next()
            .is_some_and(|part| wanted == "*" || wanted == *part)
    })
}

/// Whether a list, or what else can be empty, holds something.
pub(crate) fn is_something(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Array(items) => !items.is_empty(),
        Json::Object(members) => !members.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FACTS: Facts = Facts {
        create_only: &["Name", "Options/*/Kind"],
        conditional: &[Conditional {
            property: "Size",
            rule: "it never shrinks",
            document: "https://docs.aws.amazon.com/",
            replaces: |before, after| before.as_u64() > after.as_u64(),
        }],
        ..Facts::DEFAULT
    };

    #[test]
    fn what_lies_below_a_create_only_property_is_so_too() {
        assert_eq!(FACTS.verdict("Name"), Verdict::Replaces);
        assert_eq!(FACTS.verdict("Options/*/Kind/Of"), Verdict::Replaces);
        assert_eq!(FACTS.verdict("Options"), Verdict::InPlace);
        assert_eq!(FACTS.verdict("Options/0"), Verdict::InPlace);
        assert!(FACTS.replaces(&["Options", "0", "Kind"], &json!(1), &json!(2)));
    }

    #[test]
    fn the_values_decide_where_there_is_a_condition() {
        assert_eq!(FACTS.verdict("Size"), Verdict::Conditional);
        assert!(FACTS.replaces(&["Size"], &json!(2), &json!(1)));
        assert!(!FACTS.replaces(&["Size"], &json!(1), &json!(2)));
        assert!(!FACTS.replaces(&["Other"], &json!(2), &json!(1)));
    }
}
