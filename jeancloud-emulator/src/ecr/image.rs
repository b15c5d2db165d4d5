//! Images: a manifest by its digest, with tags.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    errors,
    manifest::Manifest,
    replication,
    repository::{self, Repository},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Table, resource},
};

resource! {
    /// An image, as `REPOSITORY@DIGEST`. Its view is what DescribeImages tells.
    pub(crate) struct Image: "ecr/image" in Region {
        manifest: String,
        tags: BTreeSet<String>,
    }
    found by |image: &Image| {
        let name = image.view.text("repositoryName");
        image.tags.iter().map(|tag| tag_key(name, tag)).collect()
    }
}

fn tag_key(repository: &str, tag: &str) -> String {
    format!("{repository}:{tag}")
}

/// PutImage.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("repositoryName");
    let text = input.text("imageManifest");
    let repository = repository::named(call, input)?.clone();
    let manifest = Manifest::parse(text, input.some_text("imageManifestMediaType"))
        .ok_or_else(|| errors::invalid("ImageManifest", "Invalid JSON syntax"))?;
    let digest = &manifest.digest;
    if input
        .some_text("imageDigest")
        .is_some_and(|it| it != digest)
    {
        let message = "The provided digest does not match the digest calculated by Amazon ECR";
        return Err(AwsError::new("ImageDigestDoesNotMatchException", message));
    }
    parts_are_there(call, name, &repository, &manifest)?;
    let id = format!("{name}@{digest}");
    let tag = input.some_text("imageTag");
    let there = call.get::<Image>(&id);
    let again = there.is_some_and(|it| tag.is_none_or(|tag| it.tags.contains(tag)));
    if again {
        let message = format!(
            "Image with digest '{digest}' and tag '{}' already exists in the repository with name \
             '{name}' in registry with id '{}'",
            tag.unwrap_or("null"),
            call.account
        );
        return Err(AwsError::new("ImageAlreadyExistsException", message));
    }
    if let Some(tag) = tag {
        let taken = call.table::<Image>().any_with(&tag_key(name, tag));
        if taken && is_immutable(&repository.view, tag) {
            let message = format!(
                "The image tag '{tag}' already exists in the '{name}' repository and cannot be \
                 overwritten because the tag is immutable."
            );
            return Err(AwsError::new("ImageTagAlreadyExistsException", message));
        }
        untag(call.table_mut(), name, tag);
    }
    place(call, &repository, &manifest, text, tag);
    replication::pushed(call, &id);
    let image = call.get::<Image>(&id).map(|it| shown(it, tag));
    Ok(json!({"image": image}))
}

/// Puts an image into its repository, or a tag on one that is there.
fn place(
    call: &mut Call<'_>,
    repository: &Repository,
    manifest: &Manifest,
    text: &str,
    tag: Option<&str>,
) {
    let name = repository.view.text("repositoryName");
    let id = format!("{name}@{}", manifest.digest);
    let tags: BTreeSet<String> = tag.into_iter().map(str::to_owned).collect();
    if let Some(mut image) = call.table_mut::<Image>().get_mut(&id) {
        image.tags.extend(tags);
        return;
    }
    let scanned = repository.view["imageScanningConfiguration"].flag("scanOnPush");
    let mut view = json!({
        "imageDigest": manifest.digest,
        "imageManifestMediaType": manifest.media_type,
        "imagePushedAt": call.now,
        "imageSizeInBytes": manifest.size,
        "registryId": repository.view["registryId"],
        "repositoryName": name,
    });
    if scanned {
        view["imageScanStatus"] = json!({
            "description": "The scan was completed successfully.",
            "status": "COMPLETE",
        });
    }
    let manifest = text.to_owned();
    let image = Image {
        view,
        manifest,
        tags,
    };
    call.insert(id, image);
}

/// "The specified layers could not be found" and "The manifest list is referencing an image that
/// does not exist", API_PutImage.
fn parts_are_there(
    call: &Call<'_>,
    name: &str,
    repository: &Repository,
    manifest: &Manifest,
) -> Result<(), AwsError> {
    let layers = manifest.layers.iter();
    let missing: Vec<&str> = layers
        .filter(|it| !repository.layers.contains_key(*it))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "Layers with digests '[{}]' required for pushing image into repository with name \
             '{name}' in the registry with id '{}' do not exist",
            missing.join(", "),
            call.account
        );
        return Err(AwsError::new("LayersNotFoundException", message));
    }
    let images = manifest.images.iter();
    let missing: Vec<&str> = images
        .filter(|it| !call.table::<Image>().contains(&format!("{name}@{it}")))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "Images with digests '[{}]' required for pushing image into repository with name \
             '{name}' in the registry with id '{}' do not exist",
            missing.join(", "),
            call.account
        );
        return Err(AwsError::new("ReferencedImagesNotFoundException", message));
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html>
fn is_immutable(repository: &Value, tag: &str) -> bool {
    let filters = repository.items("imageTagMutabilityExclusionFilters");
    let excluded = filters.iter().any(|it| fits(it.text("filter"), tag));
    match repository.text("imageTagMutability") {
        "IMMUTABLE" => true,
        "IMMUTABLE_WITH_EXCLUSION" => !excluded,
        "MUTABLE_WITH_EXCLUSION" => excluded,
        _ => false,
    }
}

/// Whether a pattern, in which `*` stands for anything, fits a whole tag.
fn fits(pattern: &str, tag: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == tag,
        Some((head, rest)) => tag.strip_prefix(head).is_some_and(|tag| {
            let mut ends = (0..=tag.len()).filter(|at| tag.is_char_boundary(*at));
            ends.any(|at| fits(rest, &tag[at..]))
        }),
    }
}

/// Takes a tag from the image that has it.
pub(super) fn untag(images: &mut Table<Image>, repository: &str, tag: &str) {
    let key = tag_key(repository, tag);
    let id = images.with(&key).next().map(|(id, _)| id.to_owned());
    if let Some(mut image) = id.and_then(|id| images.get_mut(&id)) {
        image.tags.remove(tag);
    }
}

/// The images of a repository, by digest.
pub(super) fn of<'t>(images: &'t Table<Image>, repository: &str) -> Vec<(&'t str, &'t Image)> {
    let prefix = format!("{repository}@");
    let from = images.from(&prefix);
    from.take_while(|(id, _)| id.starts_with(&prefix)).collect()
}

/// The image that an `ImageIdentifier` names.
pub(super) fn find<'t>(
    images: &'t Table<Image>,
    repository: &str,
    id: &Value,
) -> Option<(&'t str, &'t Image)> {
    let tag = id.some_text("imageTag");
    match id.some_text("imageDigest") {
        Some(digest) => {
            let found = images.key_value(&format!("{repository}@{digest}"))?;
            tag.is_none_or(|tag| found.1.tags.contains(tag))
                .then_some(found)
        }
        None => images.with(&tag_key(repository, tag?)).next(),
    }
}

/// BatchGetImage.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("repositoryName");
    repository::named(call, input)?;
    let (mut images, mut failures) = (Vec::new(), Vec::new());
    for id in input.items("imageIds") {
        match find(call.table(), name, id) {
            Some((_, image)) => images.push(shown(image, id.some_text("imageTag"))),
            None => failures.push(failure(id)),
        }
    }
    Ok(json!({"images": images, "failures": failures}))
}

fn shown(image: &Image, tag: Option<&str>) -> Value {
    let mut id = json!({"imageDigest": image.view["imageDigest"]});
    if let Some(tag) = tag {
        id["imageTag"] = tag.into();
    }
    let mut shown = json!({"imageId": id, "imageManifest": image.manifest});
    let members = ["imageManifestMediaType", "registryId", "repositoryName"];
    shown.take_over(&image.view, &members);
    shown
}

fn failure(id: &Value) -> Value {
    json!({
        "failureCode": "ImageNotFound",
        "failureReason": "Requested image not found",
        "imageId": id,
    })
}

/// BatchDeleteImage: You can remove a tag from an image by specifying the image's tag. If you
/// remove the last tag from an image, the image is deleted from your repository.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("repositoryName");
    repository::named(call, input)?;
    let (mut gone, mut failures) = (Vec::new(), Vec::new());
    for id in input.items("imageIds") {
        let images = call.table_mut::<Image>();
        let Some((key, image)) = find(images, name, id) else {
            failures.push(failure(id));
            continue;
        };
        let (key, image) = (key.to_owned(), image.clone());
        let digest = &image.view["imageDigest"];
        match (id.some_text("imageDigest"), id.some_text("imageTag")) {
            (None, Some(tag)) if image.tags.len() > 1 => {
                untag(images, name, tag);
                gone.push(json!({"imageDigest": digest, "imageTag": tag}));
            }
            _ => {
                images.remove(&key);
                if image.tags.is_empty() {
                    gone.push(json!({"imageDigest": digest}));
                }
                let tags = image.tags.iter();
                gone.extend(tags.map(|tag| json!({"imageDigest": digest, "imageTag": tag})));
            }
        }
    }
    Ok(json!({"imageIds": gone, "failures": failures}))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn aws(mutability: &str) -> Aws {
        let aws = Aws::new();
        let app = json!({"repositoryName": "app", "imageTagMutability": mutability});
        aws.ok("ecr", "CreateRepository", app);
        aws
    }

    fn image(manifest: &str, tag: &str) -> Value {
        json!({"repositoryName": "app", "imageManifest": manifest, "imageTag": tag})
    }

    fn ids(ids: Value) -> Value {
        json!({"repositoryName": "app", "imageIds": ids})
    }

    #[test]
    fn a_tag_moves_to_the_image_that_was_pushed_last() {
        let aws = aws("MUTABLE");
        aws.ok("ecr", "PutImage", image(r#"{"a":1}"#, "latest"));
        aws.ok("ecr", "PutImage", image(r#"{"a":2}"#, "latest"));
        let got = aws.ok("ecr", "BatchGetImage", ids(json!([{"imageTag": "latest"}])));
        assert_eq!(got["images"][0]["imageManifest"], r#"{"a":2}"#);
        let code = aws.code("ecr", "PutImage", image(r#"{"a":2}"#, "latest"));
        assert_eq!(code, "ImageAlreadyExistsException");
        let absent = aws.ok("ecr", "BatchGetImage", ids(json!([{"imageTag": "x"}])));
        assert_eq!(absent["failures"][0]["failureCode"], "ImageNotFound");
    }

    /// ImageTagAlreadyExistsException, if one pushes an image with a tag that is already in
    /// the repository; see "Preventing image tags from being overwritten in Amazon ECR".
    #[test]
    fn an_immutable_tag_stays() {
        let aws = aws("IMMUTABLE");
        aws.ok("ecr", "PutImage", image(r#"{"a":1}"#, "1"));
        let code = aws.code("ecr", "PutImage", image(r#"{"a":2}"#, "1"));
        assert_eq!(code, "ImageTagAlreadyExistsException");
        assert!(super::fits("dev-*", "dev-1") && !super::fits("dev-*", "prod"));
    }

    /// "The specified layers could not be found", API_PutImage.
    #[test]
    fn layers_come_first() {
        let aws = aws("MUTABLE");
        let manifest = r#"{"layers":[{"digest":"sha256:00"}]}"#;
        let code = aws.code("ecr", "PutImage", image(manifest, "1"));
        assert_eq!(code, "LayersNotFoundException");
        let code = aws.code("ecr", "PutImage", image("no", "1"));
        assert_eq!(code, "InvalidParameterException");
    }

    /// If you remove the last tag from an image, the image is deleted; see API_BatchDeleteImage.
    #[test]
    fn an_image_goes_with_its_last_tag() {
        let aws = aws("MUTABLE");
        for tag in ["1", "2"] {
            aws.ok("ecr", "PutImage", image(r#"{"a":1}"#, tag));
        }
        let count = || {
            let told = aws.ok("ecr", "DescribeImages", json!({"repositoryName": "app"}));
            told["imageDetails"].as_array().unwrap().len()
        };
        aws.ok("ecr", "BatchDeleteImage", ids(json!([{"imageTag": "1"}])));
        assert_eq!(count(), 1);
        aws.ok("ecr", "BatchDeleteImage", ids(json!([{"imageTag": "2"}])));
        assert_eq!(count(), 0);
        let gone = aws.ok("ecr", "BatchDeleteImage", ids(json!([{"imageTag": "2"}])));
        assert_eq!(gone["failures"][0]["failureCode"], "ImageNotFound");
    }
}
