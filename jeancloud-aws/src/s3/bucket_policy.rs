//! Bucket policies. Found again by their bucket: the policy of a bucket that is this stack's is this
//! stack's too, and that of any other bucket is not touched.

use async_trait::async_trait;
use futures_util::future::try_join_all;
use jeancloud_model::{
    Input,
    iam::PolicyDocument,
    s3::{BucketName, BucketPolicy},
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use super::common::{self, AT_ONCE};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
};

pub(super) struct BucketPolicyHandler;

#[async_trait]
impl Handler for BucketPolicyHandler {
    type Resource = BucketPolicy;

    const PERMISSIONS: &'static [&'static str] = &[
        "s3:DeleteBucketPolicy",
        "s3:GetBucketPolicy",
        "s3:GetBucketTagging",
        "s3:PutBucketPolicy",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<BucketPolicy>>> {
        let mut seen = Vec::new();
        for buckets in ids.chunks(AT_ONCE) {
            let read = try_join_all(buckets.iter().map(|bucket| read(aws, bucket))).await?;
            let there = buckets.iter().zip(read);
            seen.extend(there.filter_map(|(bucket, document)| {
                let resource = BucketPolicy {
                    bucket: Input::Known(BucketName::new(bucket.clone())),
                    policy_document: document?,
                };
                Some(Seen::new(bucket, resource))
            }));
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        for (wanted, keys) in search.keyed(&["Bucket"]) {
            let Some(bucket) = keys.get("Bucket").and_then(|bucket| bucket.as_str()) else {
                continue;
            };
            if is_ours(aws, bucket, search.stack).await? && read(aws, bucket).await?.is_some() {
                found.push(Found {
                    ownership: wanted.ownership.clone(),
                    id: bucket.to_owned(),
                });
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, BucketPolicy>) -> Result<String> {
        let bucket = new.resource.bucket.value().as_str();
        // `PutBucketPolicy` overwrites: so look first.
        if let Some(there) = read(aws, bucket).await? {
            let same = there == new.resource.policy_document;
            if !same && !is_ours(aws, bucket, &new.ownership.stack).await? {
                let hint = "delete it, or leave the policy to whoever has the bucket";
                return Err(conflict("PutBucketPolicy", bucket).with_hint(hint));
            }
        }
        put(aws, bucket, &new.resource.policy_document).await?;
        Ok(bucket.to_owned())
    }

    async fn update(&self, aws: &Clients, change: &Change<BucketPolicy>) -> Result<()> {
        put(aws, &change.id, &change.after.policy_document).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<BucketPolicy>) -> Result<()> {
        let Some(there) = read(aws, &old.id).await? else {
            return Ok(());
        };
        let same = there == old.resource.policy_document;
        if !same && !is_ours(aws, &old.id, &old.ownership.stack).await? {
            return Err(conflict("DeleteBucketPolicy", &old.id));
        }
        let call = aws.s3().delete_bucket_policy().bucket(&old.id).send().await;
        error::or_gone(call.map_err(error::of("DeleteBucketPolicy")))
    }
}

async fn read(aws: &Clients, bucket: &str) -> Result<Option<PolicyDocument>> {
    let call = aws.s3().get_bucket_policy().bucket(bucket).send().await;
    let answer = error::if_there(call.map_err(error::of("GetBucketPolicy")))?;
    let Some(text) = answer.as_ref().and_then(|answer| answer.policy()) else {
        return Ok(None);
    };
    PolicyDocument::from_aws(text).map(Some).map_err(|error| {
        let wrong = format!("the policy of {bucket} can't be read: {error}");
        ProviderError::new(ErrorKind::Other, "GetBucketPolicy", wrong)
    })
}

async fn put(aws: &Clients, bucket: &str, document: &PolicyDocument) -> Result<()> {
    let call = aws
        .s3()
        .put_bucket_policy()
        .bucket(bucket)
        .policy(document.to_aws());
    match call.send().await.map_err(error::of("PutBucketPolicy")) {
        // A role that was just made is not yet known to S3.
        Err(mut error) if error.message.contains("Invalid principal in policy") => {
            error.kind = ErrorKind::NotYetConsistent;
            Err(error.with_hint("the principals that the policy names have to exist"))
        }
        other => other.map(drop),
    }
}

async fn is_ours(aws: &Clients, bucket: &str, stack: &str) -> Result<bool> {
    match common::owner(aws, bucket).await {
        Ok(owner) => Ok(owner.is_some_and(|owner| owner.stack == stack)),
        Err(error) if common::is_foreign(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

fn conflict(operation: &'static str, bucket: &str) -> ProviderError {
    let wrong = format!(
        "the bucket {bucket} is not this stack's and has a policy that this stack did not write"
    );
    ProviderError::new(ErrorKind::Conflict, operation, wrong)
}
