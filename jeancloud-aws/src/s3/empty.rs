//! Emptying a bucket: every version and every delete marker, page by page.

use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use jeancloud_stack::provider::{ErrorKind, ProviderError};

use super::common::built;
use crate::{Clients, error, handler::Result};

/// Deletes everything in a bucket; of one that is gone, nothing.
///
/// A page has up to 1000 entries, which is also the most that `DeleteObjects` takes. What was
/// listed is deleted, so the next page is the first one again.
pub(super) async fn empty(aws: &Clients, bucket: &str) -> Result<()> {
    loop {
        let objects = page(aws, bucket).await?;
        if objects.is_empty() {
            return Ok(());
        }
        delete(aws, bucket, objects).await?;
    }
}

async fn page(aws: &Clients, bucket: &str) -> Result<Vec<ObjectIdentifier>> {
    let call = aws.s3().list_object_versions().bucket(bucket).send().await;
    let Some(page) = error::if_there(call.map_err(error::of("ListObjectVersions")))? else {
        return Ok(Vec::new());
    };
    let versions = page.versions().iter().map(|v| (v.key(), v.version_id()));
    let markers = page
        .delete_markers()
        .iter()
        .map(|m| (m.key(), m.version_id()));
    let identifier = |(key, version): (Option<&str>, Option<&str>)| {
        let version = version.map(str::to_owned);
        built(
            ObjectIdentifier::builder()
                .key(key.unwrap_or_default())
                .set_version_id(version)
                .build(),
        )
    };
    Ok(versions.chain(markers).map(identifier).collect())
}

async fn delete(aws: &Clients, bucket: &str, objects: Vec<ObjectIdentifier>) -> Result<()> {
    let objects = built(
        Delete::builder()
            .set_objects(Some(objects))
            .quiet(true)
            .build(),
    );
    let call = aws.s3().delete_objects().bucket(bucket).delete(objects);
    let answer = call.send().await.map_err(error::of("DeleteObjects"))?;
    let Some(first) = answer.errors().first() else {
        return Ok(());
    };
    // The call succeeds although objects stay: a policy, a lock or MFA delete keeps them.
    let (key, message) = (
        first.key().unwrap_or_default(),
        first.message().unwrap_or_default(),
    );
    let wrong = format!(
        "{} objects of the bucket {bucket} can't be deleted, first {key}: {message}",
        answer.errors().len()
    );
    let mut refused = ProviderError::new(ErrorKind::Denied, "DeleteObjects", wrong);
    refused.code = first.code().map(str::to_owned);
    Err(refused.with_hint(
        "the credentials need s3:DeleteObject and s3:DeleteObjectVersion, and no object lock may hold the objects",
    ))
}
