//! Listing images.

use serde_json::{Value, json};

use super::{
    image::{self, Image},
    repository,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// "If this parameter is not used, then … returns up to 100 results", both operations.
const PAGE: usize = 100;

/// DescribeImages.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("repositoryName");
    repository::named(call, input)?;
    let ids = input.items("imageIds");
    let mut rows: Vec<(String, &Image)> = Vec::new();
    for id in ids {
        let (key, image) = image::find(call.table(), name, id).ok_or_else(|| {
            let text = |member: &str| id.some_text(member).unwrap_or("null").to_owned();
            let message = format!(
                "The image with imageId {{imageDigest:'{}', imageTag:'{}'}} does not exist within \
                 the repository with name '{name}' in the registry with id '{}'",
                text("imageDigest"),
                text("imageTag"),
                call.account
            );
            AwsError::new("ImageNotFoundException", message)
        })?;
        rows.push((key.to_owned(), image));
    }
    if ids.is_empty() {
        let wanted = input["filter"].some_text("tagStatus");
        let all = image::of(call.table(), name);
        rows.extend(
            all.into_iter()
                .filter(|(_, it)| has_status(it, wanted))
                .map(|(id, it)| (id.to_owned(), it)),
        );
    }
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    rows.dedup_by(|one, other| one.0 == other.0);
    call.page(input, PAGE, rows, |image| {
        let mut view = image.view.clone();
        if !image.tags.is_empty() {
            view["imageTags"] = json!(image.tags);
        }
        view
    })
}

/// ListImages: a line for each tag.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("repositoryName");
    repository::named(call, input)?;
    let wanted = input["filter"].some_text("tagStatus");
    let images = image::of(call.table(), name)
        .into_iter()
        .filter(|(_, it)| has_status(it, wanted));
    let rows = images.flat_map(|(id, image)| {
        let digest = &image.view["imageDigest"];
        let mut rows: Vec<(String, Value)> = image
            .tags
            .iter()
            .map(|tag| {
                let row = json!({"imageDigest": digest, "imageTag": tag});
                (format!("{id}:{tag}"), row)
            })
            .collect();
        if rows.is_empty() {
            rows.push((id.to_owned(), json!({"imageDigest": digest})));
        }
        rows
    });
    call.page(input, PAGE, rows, |row| row)
}

fn has_status(image: &Image, wanted: Option<&str>) -> bool {
    match wanted {
        Some("TAGGED") => !image.tags.is_empty(),
        Some("UNTAGGED") => image.tags.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn images_are_listed_by_tag_and_status() {
        let aws = Aws::new();
        let made = aws.ok("ecr", "CreateRepository", json!({"repositoryName": "app"}));
        let uri = made["repository"]["repositoryUri"].as_str().unwrap();
        let old = aws.emulator().push_image(uri, "1").unwrap();
        let new = aws.emulator().push_image(uri, "1").unwrap();
        assert_ne!(old, new);
        let list = |status: &str| {
            let filter = json!({"repositoryName": "app", "filter": {"tagStatus": status}});
            aws.ok("ecr", "ListImages", filter)["imageIds"].clone()
        };
        assert_eq!(
            list("TAGGED"),
            json!([{"imageDigest": new, "imageTag": "1"}])
        );
        assert_eq!(list("UNTAGGED"), json!([{"imageDigest": old}]));
        let absent = json!({"repositoryName": "app", "imageIds": [{"imageTag": "2"}]});
        let refusal = aws.refused("ecr", "DescribeImages", absent);
        assert_eq!(refusal.code, "ImageNotFoundException");
        assert!(
            refusal
                .message
                .contains("{imageDigest:'null', imageTag:'2'}")
        );
    }
}
