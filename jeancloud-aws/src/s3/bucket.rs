//! Buckets. Found again by tags, which `CreateBucket` sets, among the buckets of the region; one
//! whose creating call's answer was lost also by its name, which nobody else can have.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration, Tag, Tagging};
use futures_util::future::try_join_all;
use jeancloud_model::{
    Input, Region, Tags,
    s3::{Bucket, BucketName},
};
use jeancloud_stack::provider::{ErrorKind, Found, Ownership, ProviderError};

use super::{
    common::{self, AT_ONCE, built},
    empty,
    settings::{Settings, sdk_ownership},
};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken,
    wait::{self, Wait},
};

pub(super) struct BucketHandler;

/// How long a new bucket may stay unknown, and how long a name may stay taken after its bucket was
/// deleted ("A conflicting conditional operation is currently in progress").
///
/// S3's "Amazon S3 data consistency model": bucket configurations are eventually consistent, with
/// no bound. Terraform waits 2 min.
const SETTLED: Wait = Wait {
    operation: "CreateBucket",
    what: "the bucket",
    at_most: Duration::from_secs(120),
    pause: Duration::from_secs(5),
};

#[async_trait]
impl Handler for BucketHandler {
    type Resource = Bucket;

    const PERMISSIONS: &'static [&'static str] = &[
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:DeleteBucketWebsite",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetAccelerateConfiguration",
        "s3:GetBucketCORS",
        "s3:GetBucketLogging",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetBucketWebsite",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:ListAllMyBuckets",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:PutAccelerateConfiguration",
        "s3:PutBucketCORS",
        "s3:PutBucketLogging",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutBucketWebsite",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:TagResource",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Bucket>>> {
        let mut seen = Vec::new();
        for names in ids.chunks(AT_ONCE) {
            let read = try_join_all(names.iter().map(|name| read(aws, name))).await?;
            seen.extend(read.into_iter().flatten());
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        for names in all_in_the_region(aws).await?.chunks(AT_ONCE) {
            let tags = try_join_all(names.iter().map(|name| tags_if_readable(aws, name))).await?;
            let owned = names.iter().zip(&tags);
            found.extend(owned.filter_map(|(name, tags)| search.owned(name, common::pairs(tags))));
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Bucket>) -> Result<String> {
        let bucket = &new.resource;
        let name = bucket
            .bucket_name
            .as_ref()
            .ok_or_else(unnamed)?
            .value()
            .as_str();
        // In us-east-1, creating a bucket that one has succeeds: so look first, in every region.
        if !may_exist(aws, name).await? {
            let made = wait::until(SETTLED, || create(aws, name, new)).await?;
            if made == Made::Taken {
                taken_over(aws, name, new).await?;
            }
        } else {
            taken_over(aws, name, new).await?;
        }
        Ok(name.to_owned())
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, Bucket>, name: &str) -> Result<()> {
        wait::until(SETTLED, || async {
            Ok(exists(aws, name).await?.then_some(()))
        })
        .await?;
        // An endpoint that doesn't know tags in `CreateBucket` gets them now.
        if common::tags(aws, name).await?.is_none() {
            put_tags(aws, name, new.tags()).await?;
        }
        write(aws, name, &new.resource, |_| true, true).await
    }

    async fn update(&self, aws: &Clients, change: &Change<Bucket>) -> Result<()> {
        let touches = |property: &str| change.touches(property);
        write(aws, &change.id, &change.after, touches, false).await?;
        let (set, removed) = (change.tags_to_set(), change.tags_to_remove());
        if set.is_empty() && removed.is_empty() {
            return Ok(());
        }
        // S3 takes tags all together: what others wrote stays.
        let mut tags = common::tags(aws, &change.id).await?.unwrap_or_default();
        let changed =
            |key: &str| set.iter().any(|(k, _)| k == key) || removed.iter().any(|k| k == key);
        tags.retain(|(key, _)| !changed(key));
        tags.extend(set);
        put_tags(aws, &change.id, common::pairs(&tags)).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Bucket>) -> Result<()> {
        if old
            .resource
            .empty_on_delete
            .as_ref()
            .is_some_and(|on| *on.value())
        {
            empty::empty(aws, &old.id).await?;
        }
        let call = aws.s3().delete_bucket().bucket(&old.id).send().await;
        match error::or_gone(call.map_err(error::of("DeleteBucket"))) {
            // Trying again later doesn't help: somebody has to decide.
            Err(mut error) if error.code.as_deref() == Some("BucketNotEmpty") => {
                error.kind = ErrorKind::Invalid;
                Err(error.with_hint(format!(
                    "empty it (`aws s3 rm s3://{} --recursive`, and its older versions), or say `.empty_on_delete(true)` and run this again",
                    old.id
                )))
            }
            other => other,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    Now,
    Taken,
}

async fn create(aws: &Clients, name: &str, new: &New<'_, Bucket>) -> Result<Option<Made>> {
    let tags = new.tags().map(|(key, value)| sdk_tag(key, value)).collect();
    // us-east-1 is where a bucket is when no constraint is written, and can't be written.
    let constraint = (aws.region() != Region::UsEast1)
        .then(|| BucketLocationConstraint::from(aws.region().as_str()));
    let configuration = CreateBucketConfiguration::builder()
        .set_location_constraint(constraint)
        .set_tags(Some(tags))
        .build();
    let call = aws
        .s3()
        .create_bucket()
        .bucket(name)
        .create_bucket_configuration(configuration)
        .set_object_ownership(sdk_ownership(&new.resource.ownership_controls));
    match call.send().await.map_err(error::of("CreateBucket")) {
        Ok(_) => Ok(Some(Made::Now)),
        Err(error) => match error.code.as_deref() {
            Some("BucketAlreadyOwnedByYou") => Ok(Some(Made::Taken)),
            Some("OperationAborted") => Ok(None),
            Some("BucketAlreadyExists") => Err(error.with_hint(
                "another account has a bucket of this name: names are unique among all accounts; choose another one",
            )),
            _ => Err(error),
        },
    }
}

/// That a bucket of this name, which exists, is the one that is to be created: its creating call's
/// answer was lost.
async fn taken_over(aws: &Clients, name: &str, new: &New<'_, Bucket>) -> Result<()> {
    let owner = common::owner(aws, name).await?;
    if owner.as_ref() == Some(new.ownership) {
        return Ok(());
    }
    let whose = match &owner {
        Some(Ownership { stack, address, .. }) => {
            format!("belongs to {address} of the stack {stack}")
        }
        None => "belongs to no stack of jeancloud's".to_owned(),
    };
    let wrong = format!("the bucket {name} exists already and {whose}");
    let hint = taken::way_out(owner.as_ref(), new.ownership);
    Err(ProviderError::new(ErrorKind::Conflict, "CreateBucket", wrong).with_hint(hint))
}

/// Whether the name is taken in this account. One of another account can't be looked at: the creating
/// call says so, but for us-east-1, where it may take over what this account has.
async fn may_exist(aws: &Clients, name: &str) -> Result<bool> {
    match exists(aws, name).await {
        Err(error) if error.kind == ErrorKind::Denied && aws.region() != Region::UsEast1 => {
            Ok(false)
        }
        Err(error) if error.kind == ErrorKind::Denied => {
            let wrong = format!("the bucket {name} exists already, and may not be looked at");
            let error = ProviderError::new(ErrorKind::Conflict, "HeadBucket", wrong);
            Err(error.with_hint(
                "names are unique among all accounts: choose another one; if it is yours, the credentials need s3:ListBucket",
            ))
        }
        there => there,
    }
}

async fn exists(aws: &Clients, name: &str) -> Result<bool> {
    let call = aws.s3().head_bucket().bucket(name).send().await;
    let there = error::if_there(call.map_err(error::of("HeadBucket")))?;
    Ok(there.is_some())
}

/// Writes the settings that change; of a new bucket, those that the author set.
async fn write(
    aws: &Clients,
    name: &str,
    bucket: &Bucket,
    touches: impl Fn(&str) -> bool,
    new: bool,
) -> Result<()> {
    let settings = Settings::of(aws, name);
    if touches("PublicAccessBlockConfiguration") {
        settings
            .set_public_access(&bucket.public_access_block_configuration)
            .await?;
    }
    // `CreateBucket` takes the ownership.
    if touches("OwnershipControls") && !new {
        settings.set_ownership(&bucket.ownership_controls).await?;
    }
    if let Some(versioning) = bucket
        .versioning_configuration
        .as_ref()
        .filter(|_| touches("VersioningConfiguration"))
    {
        settings.set_versioning(versioning).await?;
    }
    if let Some(encryption) = bucket
        .bucket_encryption
        .as_ref()
        .filter(|_| touches("BucketEncryption"))
    {
        settings.set_encryption(encryption).await?;
    }
    if let Some(acceleration) = bucket
        .accelerate_configuration
        .as_ref()
        .filter(|_| touches("AccelerateConfiguration"))
    {
        settings.set_acceleration(acceleration).await?;
    }
    let (lifecycle, cors) = (&bucket.lifecycle_configuration, &bucket.cors_configuration);
    if touches("LifecycleConfiguration") && (lifecycle.is_some() || !new) {
        settings.set_lifecycle(lifecycle.as_ref()).await?;
    }
    if touches("CorsConfiguration") && (cors.is_some() || !new) {
        settings.set_cors(cors.as_ref()).await?;
    }
    let (website, logging) = (&bucket.website_configuration, &bucket.logging_configuration);
    if touches("WebsiteConfiguration") && (website.is_some() || !new) {
        settings.set_website(website.as_ref()).await?;
    }
    if touches("LoggingConfiguration") && (logging.is_some() || !new) {
        settings.set_logging(logging.as_ref()).await?;
    }
    Ok(())
}

/// Reads a bucket; one that disappears meanwhile is gone.
async fn read(aws: &Clients, name: &str) -> Result<Option<Seen<Bucket>>> {
    if !exists(aws, name).await? {
        return Ok(None);
    }
    match read_all(aws, name).await {
        Err(error) if common::is_gone(&error) => Ok(None),
        read => read.map(Some),
    }
}

async fn read_all(aws: &Clients, name: &str) -> Result<Seen<Bucket>> {
    let tags = common::tags(aws, name).await?.unwrap_or_default();
    let settings = Settings::of(aws, name);
    let resource = Bucket {
        bucket_name: Some(Input::Known(BucketName::new(name.to_owned()))),
        public_access_block_configuration: settings.public_access().await?,
        ownership_controls: settings.ownership().await?,
        versioning_configuration: settings.versioning().await?,
        bucket_encryption: settings.encryption().await?,
        lifecycle_configuration: settings.lifecycle().await?,
        cors_configuration: settings.cors().await?,
        website_configuration: settings.website().await?,
        logging_configuration: settings.logging().await?,
        accelerate_configuration: settings.acceleration().await?,
        empty_on_delete: None,
        tags: Tags::new(),
    };
    let region = aws.region();
    let suffix = match aws.partition() {
        "aws-cn" => "amazonaws.com.cn",
        _ => "amazonaws.com",
    };
    let seen = Seen::new(name, resource)
        .output_text("Arn", Some(&format!("arn:{}:s3:::{name}", aws.partition())))
        .output_text("DomainName", Some(&format!("{name}.s3.{suffix}")))
        .output_text(
            "RegionalDomainName",
            Some(&format!("{name}.s3.{region}.{suffix}")),
        )
        .output_text(
            "DualStackDomainName",
            Some(&format!("{name}.s3.dualstack.{region}.{suffix}")),
        )
        .output_text(
            "WebsiteURL",
            Some(&format!("http://{name}.{}.{suffix}", website_host(region))),
        )
        .tagged(tags);
    Ok(seen)
}

/// S3's "Website endpoints": the regions that had web sites first write a hyphen, the others a dot.
fn website_host(region: Region) -> String {
    let mark = match region {
        Region::UsEast1
        | Region::UsWest1
        | Region::UsWest2
        | Region::ApNortheast1
        | Region::ApSoutheast1
        | Region::ApSoutheast2
        | Region::EuWest1
        | Region::SaEast1
        | Region::UsGovWest1 => '-',
        _ => '.',
    };
    format!("s3-website{mark}{region}")
}

async fn all_in_the_region(aws: &Clients) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let call = aws.s3().list_buckets().bucket_region(aws.region().as_str());
    let mut pages = call.into_paginator().page_size(1000).send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("ListBuckets"))?;
        let here = page.buckets().iter().filter(|bucket| {
            bucket
                .bucket_region()
                .is_none_or(|region| region == aws.region().as_str())
        });
        names.extend(here.filter_map(|bucket| Some(bucket.name()?.to_owned())));
    }
    Ok(names)
}

/// The tags of a bucket that may be anybody's: one whose tags can't be read isn't ours.
async fn tags_if_readable(aws: &Clients, name: &str) -> Result<Vec<(String, String)>> {
    match common::tags(aws, name).await {
        Ok(tags) => Ok(tags.unwrap_or_default()),
        Err(error) if common::is_foreign(&error) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

async fn put_tags<'t>(
    aws: &Clients,
    name: &str,
    tags: impl Iterator<Item = (&'t str, &'t str)> + Send,
) -> Result<()> {
    let own = tags.filter(|(key, _)| !key.starts_with("aws:"));
    let tags: Vec<Tag> = own.map(|(key, value)| sdk_tag(key, value)).collect();
    if tags.is_empty() {
        let call = aws.s3().delete_bucket_tagging().bucket(name).send();
        return call
            .await
            .map(drop)
            .map_err(error::of("DeleteBucketTagging"));
    }
    let tags = built(Tagging::builder().set_tag_set(Some(tags)).build());
    let call = aws.s3().put_bucket_tagging().bucket(name).tagging(tags);
    call.send()
        .await
        .map(drop)
        .map_err(error::of("PutBucketTagging"))
}

fn sdk_tag(key: &str, value: &str) -> Tag {
    built(Tag::builder().key(key).value(value).build())
}

fn unnamed() -> ProviderError {
    ProviderError::new(ErrorKind::Invalid, "CreateBucket", "the bucket has no name")
}
