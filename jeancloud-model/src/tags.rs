//! [`Tags`]: the key-value pairs that AWS keeps with a resource.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Checked, IntoText, Invalid, Text, shaped_as_value};

/// One tag, as CloudFormation writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// Up to 128 characters; `aws:` is reserved.
    pub key: String,
    /// Up to 256 characters.
    pub value: Text,
}

/// The tags of a resource, by key; written as CloudFormation's list of `Key` and `Value`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tags(BTreeMap<String, Text>);

impl Tags {
    /// No tags.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `key` to `value`.
    pub fn insert(&mut self, key: impl Into<String>, value: impl IntoText) {
        self.0.insert(key.into(), value.into_text());
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Keys and values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Text)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Keys and values of resolved tags, in the order of the keys.
    ///
    /// # Panics
    /// Where a value is still unknown; see [`Text::value`].
    pub fn resolved(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().map(|(key, value)| (key, value.value()))
    }
}

impl<K: Into<String>, V: IntoText> FromIterator<(K, V)> for Tags {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut tags = Self::new();
        for (key, value) in pairs {
            tags.insert(key, value);
        }
        tags
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(key, value)| Tag {
            key: key.clone(),
            value: value.clone(),
        }))
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tags = Vec::<Tag>::deserialize(deserializer)?;
        Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
    }
}

/// AWS's "Tag naming limits and requirements".
const RULES: &str =
    "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html";

/// How many tags an author may set: five of AWS's fifty are jeancloud's (stack, address, generation,
/// and whether it is protected or retained).
const MOST: usize = 45;

shaped_as_value!(Tags);

impl Checked for Tags {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        let mut report = |path: &str, wrong: String, rule| {
            found(path, Invalid::new(wrong, rule).document(RULES));
        };
        if self.len() > MOST {
            let wrong = format!("has {} tags", self.len());
            let rule = "a resource has at most 50 tags, of which jeancloud writes up to 5";
            report(path, wrong, rule);
        }
        for (key, value) in self.iter() {
            let at = format!("{path}/{key}");
            check_key(key, &mut |wrong, rule| report(&at, wrong, rule));
            check_characters(key, value, &mut |wrong, rule| report(&at, wrong, rule));
            if let Some(long) = value.as_known().filter(|text| text.chars().count() > 256) {
                let count = long.chars().count();
                let wrong = format!("the value of `{key}` has {count} characters");
                report(&at, wrong, "a tag value has at most 256 characters");
            }
        }
    }
}

fn check_key(key: &str, report: &mut dyn FnMut(String, &'static str)) {
    if key.is_empty() || key.chars().count() > 128 {
        let wrong = format!("the tag key `{key}` has {} characters", key.chars().count());
        report(wrong, "a tag key has 1 to 128 characters");
    }
    if key.to_ascii_lowercase().starts_with("aws:") {
        let wrong = format!("the tag key `{key}` begins with aws:");
        report(wrong, "the prefix aws: is reserved for AWS");
    }
    if key.starts_with("jeancloud:") {
        let wrong = format!("the tag key `{key}` begins with jeancloud:");
        report(wrong, "the prefix jeancloud: marks what jeancloud owns");
    }
}

fn check_characters(key: &str, value: &Text, report: &mut dyn FnMut(String, &'static str)) {
    let allowed = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
    for (what, text) in [("key", Some(key)), ("value", value.as_known())] {
        if let Some(bad) = text.and_then(|text| text.chars().find(|c| !allowed(*c))) {
            let wrong = format!("the tag {what} of `{key}` holds {bad:?}");
            let rule = "tags hold letters, digits, spaces and _ . : / = + - @";
            report(wrong, rule);
        }
    }
}
