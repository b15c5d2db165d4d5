//! Manifests: what an image consists of.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::fields::Fields;

/// What a manifest without a type is: the OCI specification lets it out.
const OCI: &str = "application/vnd.oci.image.manifest.v1+json";

/// A manifest that was read.
pub(super) struct Manifest {
    pub digest: String,
    pub media_type: String,
    /// Its configuration and layers.
    pub layers: Vec<String>,
    /// The images of an index.
    pub images: Vec<String>,
    /// What its parts say their sizes are.
    pub size: u64,
}

impl Manifest {
    /// `None` if it isn't a JSON object.
    pub fn parse(text: &str, media_type: Option<&str>) -> Option<Self> {
        let manifest: Value = serde_json::from_str(text).ok()?;
        manifest.as_object()?;
        let digests = |list: &[Value]| -> Vec<String> {
            list.iter().map(|it| it.text("digest").to_owned()).collect()
        };
        let mut layers = digests(manifest.items("layers"));
        if let Some(config) = manifest["config"].some_text("digest") {
            layers.push(config.to_owned());
        }
        let parts = manifest.items("layers").iter().chain([&manifest["config"]]);
        let sizes = parts.filter_map(|it| it.int("size")?.try_into().ok());
        let named = media_type.or_else(|| manifest.some_text("mediaType"));
        Some(Self {
            digest: digest(text.as_bytes()),
            media_type: named.unwrap_or(OCI).to_owned(),
            images: digests(manifest.items("manifests")),
            size: sizes.fold(0, u64::saturating_add),
            layers,
        })
    }
}

/// `sha256:…` of bytes.
pub(super) fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let hex = hash.iter().map(|byte| format!("{byte:02x}"));
    format!("sha256:{}", hex.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_sha_256() {
        assert_eq!(
            digest(b"abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
