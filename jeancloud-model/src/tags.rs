//! [`Tags`]: the key-value pairs that AWS keeps with a resource.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{IntoText, Text};

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
