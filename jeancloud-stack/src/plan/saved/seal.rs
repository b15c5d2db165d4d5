//! [`Seal`]: values that must not be shown, as fingerprints that can be compared.

use jeancloud_model::Facts;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::{super::show::replace_at, data::facts_of};
use crate::provider::Observed;

/// What a fingerprint begins with.
const SEALED: &str = "sealed:";

/// Makes fingerprints with one salt.
pub(super) struct Seal<'s> {
    salt: &'s str,
}

impl<'s> Seal<'s> {
    pub(super) fn new(salt: &'s str) -> Self {
        Self { salt }
    }

    /// Properties of a type without what must not be shown.
    pub(super) fn of(&self, facts: &Facts, properties: &Json) -> Json {
        let mut sealed = properties.clone();
        for path in facts.sensitive {
            let path: Vec<&str> = path.split('/').collect();
            replace_at(&mut sealed, &path, &|value| {
                Json::String(self.fingerprint(value))
            });
        }
        sealed
    }

    pub(super) fn observed(&self, type_name: &str, observed: &Observed) -> Observed {
        Observed {
            properties: self.of(facts_of(type_name), &observed.properties),
            ..observed.clone()
        }
    }

    fn fingerprint(&self, value: &Json) -> String {
        let digest = Sha256::new()
            .chain_update(self.salt)
            .chain_update(value.to_string())
            .finalize();
        let digits = digest[..16].iter().map(|byte| format!("{byte:02x}"));
        SEALED.chars().map(String::from).chain(digits).collect()
    }
}

/// A value as it may be shown: of a fingerprint only that there is one.
pub(super) fn shown(value: &Json) -> Json {
    match value {
        Json::String(text) if text.starts_with(SEALED) => serde_json::json!({"sensitive": true}),
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), shown(value)))
            .collect(),
        Json::Array(items) => items.iter().map(shown).collect(),
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_fingerprint_tells_another_value_and_not_which() {
        const FACTS: Facts = Facts {
            sensitive: &["Users/*/Password"],
            ..Facts::DEFAULT
        };
        let users = |password: &str| json!({"Users": [{"Name": "a", "Password": password}]});
        let sealed = |salt: &str, password: &str| Seal::new(salt).of(&FACTS, &users(password));
        assert_eq!(sealed("s", "hunter2"), sealed("s", "hunter2"));
        assert_ne!(sealed("s", "hunter2"), sealed("s", "hunter3"));
        assert_ne!(sealed("s", "hunter2"), sealed("t", "hunter2"));
        assert!(!sealed("s", "hunter2").to_string().contains("hunter"));
        let hidden = json!({"Users": [{"Name": "a", "Password": {"sensitive": true}}]});
        assert_eq!(shown(&sealed("s", "hunter2")), hidden);
    }
}
