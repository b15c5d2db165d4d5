//! [`Content`]: bytes that are saved as base64.

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// An object's bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Content(pub Bytes);

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64_simd::STANDARD.encode_to_string(&self.0))
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = base64_simd::STANDARD
            .decode_to_vec(text)
            .map_err(D::Error::custom)?;
        Ok(Self(bytes.into()))
    }
}
