//! [`Emulator::push_image`]: an image without Docker; and whether a reference names an image.

use serde_json::json;

use super::{
    image::{self, Image},
    manifest,
    repository::{self, Repository},
};
use crate::{
    Emulator,
    call::{Call, Caller},
    error::AwsError,
    services,
};

/// Why an image wasn't pushed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PushError {
    /// The text isn't the URI of a repository.
    #[error("`{0}` is no URI of a repository, as 123456789012.dkr.ecr.eu-west-3.amazonaws.com/app")]
    Uri(String),
    /// ECR refused it, as it does with an immutable tag.
    #[error("ECR refused the image ({code}): {message}")]
    Refused {
        /// ECR's code.
        code: String,
        /// What it says.
        message: String,
    },
    /// The image couldn't be written down in the emulator's folder.
    #[error("the image could not be saved")]
    Save(#[from] std::io::Error),
}

impl From<AwsError> for PushError {
    fn from(error: AwsError) -> Self {
        let AwsError { code, message, .. } = error;
        Self::Refused { code, message }
    }
}

impl Emulator {
    /// Pushes a new small image into an emulated ECR repository, as `docker push URI:TAG` would,
    /// and
    /// answers its digest. `repository` is the repository's URI, which names its account and
    /// region.
    ///
    /// # Errors
    /// If there is no such repository, or the tag is there and immutable.
    pub fn push_image(&self, repository: &str, tag: &str) -> Result<String, PushError> {
        let place = Reference::parse(repository).filter(|it| it.tag.is_none());
        let place = place.ok_or_else(|| PushError::Uri(repository.to_owned()))?;
        let mut shared = self.lock();
        shared.world.catch_up();
        let now = shared.world.clock.now();
        let caller = Caller {
            service: services::named("ecr"),
            operation: None,
            account: place.account.to_owned(),
            access_key: String::new(),
            region: place.region.to_owned(),
        };
        let mut call = Call::new(&mut shared.world, caller, now, bytes::Bytes::new());
        let digest = push(&mut call, place.name, tag)?;
        shared.save()?;
        Ok(digest)
    }
}

fn push(call: &mut Call<'_>, name: &str, tag: &str) -> Result<String, AwsError> {
    let named = json!({"repositoryName": name});
    let content = call.draw("ecr-image").hex(64);
    let layer = manifest::digest(content.as_bytes());
    let size = content.len();
    repository::named(call, &named)?
        .layers
        .insert(layer.clone(), size as u64);
    let layer = json!({
        "digest": layer,
        "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
        "size": size,
    });
    let text = json!({
        "layers": [layer],
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "schemaVersion": 2,
    })
    .to_string();
    image::put(
        call,
        &json!({"repositoryName": name, "imageManifest": text, "imageTag": tag}),
    )?;
    Ok(manifest::digest(text.as_bytes()))
}

/// An image's reference that points into ECR.
struct Reference<'a> {
    account: &'a str,
    region: &'a str,
    name: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

impl<'a> Reference<'a> {
    /// `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME[:TAG][@DIGEST]`, or `None` for another registry.
    fn parse(text: &'a str) -> Option<Self> {
        let (host, rest) = text.split_once('/')?;
        let (account, rest_of_host) = host.split_once(".dkr.ecr.")?;
        let (region, _) = rest_of_host.split_once(".amazonaws.com")?;
        let (rest, digest) = match rest.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (rest, None),
        };
        let (name, tag) = match rest.split_once(':') {
            Some((name, tag)) => (name, Some(tag)),
            None => (rest, None),
        };
        Some(Self {
            account,
            region,
            name,
            tag,
            digest,
        })
    }
}

/// The digest of the image that a reference names: `Ok(None)` for another registry than ECR, whose
/// images are taken to exist, `Err` with the reason that ECS tells if ECR has no such image.
pub(crate) fn has_image(call: &mut Call<'_>, image: &str) -> Result<Option<String>, String> {
    let Some(place) = Reference::parse(image) else {
        return Ok(None);
    };
    let Reference {
        account,
        region,
        name,
        tag,
        digest,
    } = place;
    let repositories = call.table_of::<Repository>(account, region);
    if !repositories.contains(name) {
        return Err(format!(
            "failed to resolve ref {image}: pull access denied, repository does not exist or may \
             require authorization"
        ));
    }
    let mut id = json!({});
    match digest {
        Some(digest) => id["imageDigest"] = digest.into(),
        None => id["imageTag"] = tag.unwrap_or("latest").into(),
    }
    let images = call.table_of::<Image>(account, region);
    match image::find(images, name, &id) {
        Some((id, _)) => Ok(id.split_once('@').map(|(_, digest)| digest.to_owned())),
        None => Err(format!("failed to resolve ref {image}: {image}: not found")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::PushError;
    use crate::testing::Aws;

    #[test]
    fn an_image_is_pushed_by_the_repositorys_uri() {
        let aws = Aws::new();
        let app = json!({"repositoryName": "app", "imageTagMutability": "IMMUTABLE"});
        let made = aws.ok("ecr", "CreateRepository", app);
        let uri = made["repository"]["repositoryUri"].as_str().unwrap();
        let digest = aws.emulator().push_image(uri, "1").unwrap();
        let told = aws.ok("ecr", "DescribeImages", json!({"repositoryName": "app"}));
        assert_eq!(told["imageDetails"][0]["imageDigest"], json!(digest));
        let again = aws.emulator().push_image(uri, "1").unwrap_err();
        assert!(matches!(again, PushError::Refused { code, .. }
            if code == "ImageTagAlreadyExistsException"));
        let elsewhere = aws.emulator().push_image("nginx", "1").unwrap_err();
        assert!(matches!(elsewhere, PushError::Uri(_)));
    }
}
