//! Layers and how they are uploaded. Their bytes are forgotten once their digest is known.

use serde_json::{Value, json};

use super::{
    errors, manifest,
    repository::{self, Repository},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// What `docker push` is asked to send at once.
const PART: u64 = 20 * 1024 * 1024;

resource! {
    /// An upload that isn't complete, by its id.
    pub(crate) struct Upload: "ecr/upload" in Region {
        /// Base64 of each part.
        parts: Vec<String>,
        received: u64,
    }
}

/// InitiateLayerUpload.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_InitiateLayerUpload.html>
pub(super) fn initiate(call: &mut Call<'_>, input: &Value) -> Outcome {
    repository::named(call, input)?;
    let id = call.draw("ecr-upload").uuid();
    let upload = Upload {
        view: json!({"repositoryName": input["repositoryName"], "uploadId": id}),
        parts: Vec::new(),
        received: 0,
    };
    call.insert(id.as_str(), upload);
    Ok(json!({"partSize": PART, "uploadId": id}))
}

/// UploadLayerPart.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UploadLayerPart.html>
pub(super) fn upload(call: &mut Call<'_>, input: &Value) -> Outcome {
    repository::named(call, input)?;
    let id = input.text("uploadId");
    check_upload(call, input)?;
    let account = call.account.clone();
    let Some(mut upload) = call.table_mut::<Upload>().get_mut(id) else {
        return Err(AwsError::internal("an upload went during a call"));
    };
    let part = input.text("layerPartBlob");
    let bytes = base64_simd::STANDARD.decode_to_vec(part);
    let size = bytes.map_or(0, |bytes| bytes.len() as u64);
    let (first, last) = (input.int("partFirstByte"), input.int("partLastByte"));
    let expected = i64::try_from(upload.received).unwrap_or(i64::MAX);
    let next = expected.saturating_add(i64::try_from(size).unwrap_or(i64::MAX));
    if size == 0 || first != Some(expected) || last != Some(next - 1) {
        let message = "The layer part size is not valid, or the first byte specified is not \
                       consecutive to the last byte of a previous layer part upload.";
        return Err(AwsError::new("InvalidLayerPartException", message)
            .with("lastValidByteReceived", (expected - 1).max(0))
            .with("registryId", account)
            .with("repositoryName", input.text("repositoryName"))
            .with("uploadId", id));
    }
    upload.parts.push(part.to_owned());
    upload.received += size;
    Ok(json!({
        "lastByteReceived": upload.received - 1,
        "registryId": account,
        "repositoryName": input["repositoryName"],
        "uploadId": id,
    }))
}

/// CompleteLayerUpload.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CompleteLayerUpload.html>
pub(super) fn complete(call: &mut Call<'_>, input: &Value) -> Outcome {
    repository::named(call, input)?;
    check_upload(call, input)?;
    let id = input.text("uploadId");
    let upload = call.get::<Upload>(id).cloned();
    let upload = upload.ok_or_else(|| AwsError::internal("an upload went during a call"))?;
    if upload.received == 0 {
        let message = "The specified layer upload does not contain any layer parts.";
        return Err(AwsError::new("EmptyUploadException", message));
    }
    let parts = upload.parts.iter();
    let bytes: Vec<u8> = parts
        .filter_map(|part| base64_simd::STANDARD.decode_to_vec(part).ok())
        .flatten()
        .collect();
    let digest = manifest::digest(&bytes);
    if !input.texts("layerDigests").any(|it| it == digest) {
        let message = "The layer digest calculation performed by Amazon ECR upon receipt of the \
                       image layer does not match the digest specified.";
        return Err(AwsError::new("InvalidLayerException", message));
    }
    let name = input.text("repositoryName");
    call.table_mut::<Upload>().remove(id);
    let mut repository = repository::named(call, input)?;
    let old = repository.layers.insert(digest.clone(), upload.received);
    if old.is_some() {
        let message = format!(
            "Layer with digest '{digest}' already exists in the repository with name '{name}'"
        );
        return Err(AwsError::new("LayerAlreadyExistsException", message));
    }
    Ok(json!({
        "layerDigest": digest,
        "registryId": repository.view["registryId"],
        "repositoryName": name,
        "uploadId": id,
    }))
}

/// "The upload could not be found, or the specified upload ID is not valid for this repository."
fn check_upload(call: &Call<'_>, input: &Value) -> Result<(), AwsError> {
    let (id, name) = (input.text("uploadId"), input.text("repositoryName"));
    let found = call.get::<Upload>(id);
    if found.is_some_and(|it| it.view.text("repositoryName") == name) {
        return Ok(());
    }
    let message = format!(
        "Upload with id '{id}' does not exist in the repository with name '{name}' in the registry \
         with id '{}'",
        call.account
    );
    Err(AwsError::new("UploadNotFoundException", message))
}

/// BatchCheckLayerAvailability.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchCheckLayerAvailability.html>
pub(super) fn check(call: &mut Call<'_>, input: &Value) -> Outcome {
    let repository = repository::named(call, input)?;
    let (mut layers, mut failures) = (Vec::new(), Vec::new());
    for digest in input.texts("layerDigests") {
        if !digest.starts_with("sha256:") {
            failures.push(json!({
                "failureCode": "InvalidLayerDigest",
                "failureReason": "Invalid layer digest",
                "layerDigest": digest,
            }));
            continue;
        }
        layers.push(match repository.layers.get(digest) {
            Some(size) => json!({
                "layerAvailability": "AVAILABLE",
                "layerDigest": digest,
                "layerSize": size,
                "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
            }),
            None => json!({"layerAvailability": "UNAVAILABLE", "layerDigest": digest}),
        });
    }
    Ok(json!({"layers": layers, "failures": failures}))
}

/// GetDownloadUrlForLayer: a URL behind which nothing is.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html>
pub(super) fn url(call: &mut Call<'_>, input: &Value) -> Outcome {
    repository::named(call, input)?;
    let digest = input.text("layerDigest");
    let name = input.text("repositoryName");
    let repository = call.get::<Repository>(name);
    let repository = repository.ok_or_else(|| errors::no_repository(call, name))?;
    if !repository.layers.contains_key(digest) {
        let message = format!(
            "The layer with digest '{digest}' does not exist in the repository with name '{name}' \
             in the registry with id '{}'",
            call.account
        );
        return Err(AwsError::new("LayersNotFoundException", message));
    }
    let (region, account) = (&call.region, &call.account);
    let bucket = format!("prod-{region}-starport-layer-bucket.s3.{region}.amazonaws.com");
    Ok(json!({
        "downloadUrl": format!("https://{bucket}/{account}/{name}/{digest}"),
        "layerDigest": digest,
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::manifest;
    use crate::testing::Aws;

    #[test]
    fn an_image_is_pushed_as_docker_does() {
        let aws = Aws::new();
        let name = json!({"repositoryName": "app"});
        aws.ok("ecr", "CreateRepository", name.clone());
        let digest = manifest::digest(b"abcdef");
        let begun = aws.ok("ecr", "InitiateLayerUpload", name);
        let upload = &begun["uploadId"];
        let complete = json!({
            "repositoryName": "app", "uploadId": upload, "layerDigests": [digest],
        });
        let code = aws.code("ecr", "CompleteLayerUpload", complete.clone());
        assert_eq!(code, "EmptyUploadException");
        let part = |bytes: &str, first: u64, last: u64| {
            let blob = base64_simd::STANDARD.encode_to_string(bytes);
            json!({
                "repositoryName": "app", "uploadId": upload, "layerPartBlob": blob,
                "partFirstByte": first, "partLastByte": last,
            })
        };
        aws.ok("ecr", "UploadLayerPart", part("abc", 0, 2));
        let code = aws.code("ecr", "UploadLayerPart", part("def", 9, 11));
        assert_eq!(code, "InvalidLayerPartException");
        let sent = aws.ok("ecr", "UploadLayerPart", part("def", 3, 5));
        assert_eq!(sent["lastByteReceived"], 5);
        aws.ok("ecr", "CompleteLayerUpload", complete.clone());
        let code = aws.code("ecr", "CompleteLayerUpload", complete);
        assert_eq!(code, "UploadNotFoundException");
        let layers = json!({"repositoryName": "app", "layerDigests": [digest, "sha256:0"]});
        let layers = aws.ok("ecr", "BatchCheckLayerAvailability", layers);
        assert_eq!(layers["layers"][0]["layerSize"], 6);
        assert_eq!(layers["layers"][1]["layerAvailability"], "UNAVAILABLE");
        let manifest = json!({"layers": [{"digest": digest, "size": 6}]}).to_string();
        let image = json!({"repositoryName": "app", "imageManifest": manifest, "imageTag": "1"});
        aws.ok("ecr", "PutImage", image);
        let told = aws.ok("ecr", "DescribeImages", json!({"repositoryName": "app"}));
        assert_eq!(told["imageDetails"][0]["imageSizeInBytes"], 6);
        let url = json!({"repositoryName": "app", "layerDigest": digest});
        aws.ok("ecr", "GetDownloadUrlForLayer", url);
    }
}
