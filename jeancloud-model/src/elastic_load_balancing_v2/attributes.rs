//! [`Attributes`]: settings that CloudFormation writes as a list of keys and values.

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error},
    ser::Error as _,
};
use serde_json::{Map, Value as Json};

use crate::{
    Checked, Invalid,
    shape::{Shape, Shaped},
};

/// A struct of typed settings, written as CloudFormation's list of `Key` and `Value`.
///
/// The settings' names are the keys. Numbers and truth values are written in quotes, as AWS has
/// them. Settings that the author leaves out are not in the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes<A>(pub A);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pair {
    key: String,
    value: Json,
}

impl<A: Serialize> Attributes<A> {
    /// Keys and values, once every value is known.
    pub fn resolved(&self) -> Vec<(String, String)> {
        let pairs = self.pairs().unwrap_or_default().into_iter();
        let known = pairs.filter_map(|pair| Some((pair.key, pair.value.as_str()?.to_owned())));
        known.collect()
    }

    /// The settings among these keys and values that are known here.
    pub fn read<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self
    where
        A: DeserializeOwned + Default,
    {
        let pairs = pairs.into_iter().map(|(key, value)| Pair {
            key: key.to_owned(),
            value: Json::String(value.to_owned()),
        });
        Self(settings(pairs).unwrap_or_default())
    }

    fn pairs(&self) -> Result<Vec<Pair>, serde_json::Error> {
        let settings: Map<String, Json> = serde_json::from_value(serde_json::to_value(&self.0)?)?;
        let text = |value| match value {
            Json::Number(number) => Json::String(number.to_string()),
            Json::Bool(truth) => Json::String(truth.to_string()),
            text_or_marker => text_or_marker,
        };
        let pair = |(key, value)| Pair {
            key,
            value: text(value),
        };
        Ok(settings.into_iter().map(pair).collect())
    }
}

impl<A: Serialize> Serialize for Attributes<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.pairs()
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de, A: DeserializeOwned> Deserialize<'de> for Attributes<A> {
    /// Keys and values that are not known here are left out: AWS adds some from time to time.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs = Vec::<Pair>::deserialize(deserializer)?;
        settings(pairs).map(Self).map_err(D::Error::custom)
    }
}

fn settings<A: DeserializeOwned>(
    pairs: impl IntoIterator<Item = Pair>,
) -> Result<A, serde_json::Error> {
    let known = pairs.into_iter().filter_map(|Pair { key, value }| {
        let value = typed::<A>(&key, value)?;
        Some((key, value))
    });
    serde_json::from_value(Json::Object(known.collect()))
}

/// `value` as the setting `key` takes it: a text, or what stands in the text's quotes.
fn typed<A: DeserializeOwned>(key: &str, value: Json) -> Option<Json> {
    let fits = |value: &Json| {
        let alone = [(key.to_owned(), value.clone())].into_iter().collect();
        serde_json::from_value::<A>(Json::Object(alone)).is_ok()
    };
    let inside = value
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok());
    [Some(value), inside].into_iter().flatten().find(fits)
}

impl<A: Shaped> Shaped for Attributes<A> {
    /// Each setting stands under its key.
    fn shape() -> Shape {
        A::shape()
    }
}

impl<A: Checked> Checked for Attributes<A> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        self.0.check_values(path, found);
    }
}

/// Lets a builder take the struct of settings itself.
macro_rules! taken_as_attributes {
    ($settings:ident) => {
        impl From<$settings> for Option<super::Attributes<$settings>> {
            fn from(settings: $settings) -> Self {
                Some(super::Attributes(settings))
            }
        }
    };
}
pub(super) use taken_as_attributes;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::elastic_load_balancing_v2::LoadBalancerAttributes;

    #[test]
    fn settings_are_pairs_of_texts_and_come_back() {
        let attributes = Attributes(
            LoadBalancerAttributes::builder()
                .deletion_protection_enabled(true)
                .idle_timeout_seconds(30)
                .access_logs_s3_prefix("2024")
                .build(),
        );
        let written = serde_json::to_value(&attributes).unwrap();
        assert_eq!(
            written,
            json!([
                {"Key": "access_logs.s3.prefix", "Value": "2024"},
                {"Key": "deletion_protection.enabled", "Value": "true"},
                {"Key": "idle_timeout.timeout_seconds", "Value": "30"},
            ])
        );
        assert_eq!(
            serde_json::from_value::<Attributes<LoadBalancerAttributes>>(written).unwrap(),
            attributes
        );
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let pairs = [("new.setting", "1"), ("routing.http2.enabled", "perhaps")];
        let read = Attributes::<LoadBalancerAttributes>::read(pairs);
        assert_eq!(read, Attributes::default());
    }
}
