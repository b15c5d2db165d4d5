//! Repositories. Found again by name and tags, which `CreateRepository` sets: ECR has no call that
//! asks for tags, so the names that the stack gives are asked for.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ecr::types::{
    EncryptionConfiguration as SdkEncryption, ImageScanningConfiguration as SdkScanning,
    ImageTagMutabilityExclusionFilter as SdkFilter, Repository as SdkRepository, Tag,
};
use futures_util::future::try_join_all;
use jeancloud_model::{
    Arn, Input, Tags, Text,
    ecr::{
        EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, ImageTagMutability,
        ImageTagMutabilityExclusionFilter, ImageTagMutabilityExclusionFilterType, Repository,
        RepositoryName,
    },
};
use jeancloud_stack::provider::{ErrorKind, Found};

use super::{
    built,
    repository_policies::{allow, allowance_of, expire, expiry_of},
};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken,
};

pub(super) struct RepositoryHandler;

/// The most names of one `DescribeRepositories` call, and the most repositories of one page without
/// names, by its API reference.
const NAMES_PER_CALL: usize = 100;
const REPOSITORIES_PER_PAGE: i32 = 1000;

/// How many repositories' tags and policies are asked for at once: ECR has no call about several.
const AT_ONCE: usize = 8;

#[async_trait]
impl Handler for RepositoryHandler {
    type Resource = Repository;

    const PERMISSIONS: &'static [&'static str] = &[
        "ecr:BatchDeleteImage",
        "ecr:CreateRepository",
        "ecr:DeleteLifecyclePolicy",
        "ecr:DeleteRepository",
        "ecr:DeleteRepositoryPolicy",
        "ecr:DescribeRepositories",
        "ecr:GetLifecyclePolicy",
        "ecr:GetRepositoryPolicy",
        "ecr:ListTagsForResource",
        "ecr:PutImageScanningConfiguration",
        "ecr:PutImageTagMutability",
        "ecr:PutLifecyclePolicy",
        "ecr:SetRepositoryPolicy",
        "ecr:TagResource",
        "ecr:UntagResource",
        "kms:CreateGrant",
        "kms:DescribeKey",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Repository>>> {
        let mut seen = Vec::new();
        for repositories in describe(aws, ids).await?.chunks(AT_ONCE) {
            let read = try_join_all(repositories.iter().map(|one| read(aws, one))).await?;
            seen.extend(read.into_iter().flatten());
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let names: Vec<String> = (search.keyed(&["RepositoryName"]))
            .filter_map(|(_, keys)| Some(keys.get("RepositoryName")?.as_str()?.to_owned()))
            .collect();
        let mut found = Vec::new();
        for repositories in describe(aws, &names).await?.chunks(AT_ONCE) {
            let tags = try_join_all(repositories.iter().map(|one| tags_of(aws, one))).await?;
            found.extend(
                repositories
                    .iter()
                    .zip(&tags)
                    .filter_map(|(one, tags)| search.owned(one.repository_name()?, pairs(tags))),
            );
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Repository>) -> Result<String> {
        let repository = &new.resource;
        let name = taken::name(repository.repository_name.as_ref(), "RepositoryName")?.to_string();
        let mutability = repository.image_tag_mutability.as_ref();
        let filters = &repository.image_tag_mutability_exclusion_filters;
        let call = aws
            .ecr_once()
            .create_repository()
            .repository_name(&name)
            .set_image_tag_mutability(mutability.map(|one| one.value().as_str().into()))
            .set_image_tag_mutability_exclusion_filters(
                (!filters.is_empty()).then(|| filters.iter().map(filter).collect()),
            )
            .set_image_scanning_configuration(
                repository
                    .image_scanning_configuration
                    .as_ref()
                    .map(scanning),
            )
            .set_encryption_configuration(
                repository.encryption_configuration.as_ref().map(encryption),
            )
            .set_tags(Some(
                new.tags().map(|(key, value)| tag(key, value)).collect(),
            ));
        match call.send().await.map_err(error::of("CreateRepository")) {
            Ok(_) => {}
            Err(refused) if refused.kind == ErrorKind::Conflict => {
                let there = describe(aws, std::slice::from_ref(&name)).await?.pop();
                let tags = match &there {
                    Some(there) => tags_of(aws, there).await?,
                    None => Vec::new(),
                };
                taken::ours(
                    refused,
                    &format!("the repository {name}"),
                    new.ownership,
                    pairs(&tags),
                )?;
            }
            Err(error) => return Err(error),
        }
        Ok(name)
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, Repository>, id: &str) -> Result<()> {
        if let Some(policy) = &new.resource.lifecycle_policy {
            expire(aws, id, Some(policy)).await?;
        }
        if let Some(policy) = &new.resource.repository_policy_text {
            allow(aws, id, Some(policy)).await?;
        }
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<Repository>) -> Result<()> {
        let (name, repository) = (&change.id, &change.after);
        if change.touches_any(&["ImageTagMutability", "ImageTagMutabilityExclusionFilters"]) {
            let mutability = repository.image_tag_mutability.as_ref();
            let mutability = mutability.map_or(ImageTagMutability::Mutable, |one| *one.value());
            let filters = &repository.image_tag_mutability_exclusion_filters;
            let call = aws
                .ecr()
                .put_image_tag_mutability()
                .repository_name(name)
                .image_tag_mutability(mutability.as_str().into())
                .set_image_tag_mutability_exclusion_filters(
                    (!filters.is_empty()).then(|| filters.iter().map(filter).collect()),
                );
            call.send()
                .await
                .map_err(error::of("PutImageTagMutability"))?;
        }
        if change.touches("ImageScanningConfiguration") {
            let wanted = repository
                .image_scanning_configuration
                .as_ref()
                .map(scanning);
            let call = aws
                .ecr()
                .put_image_scanning_configuration()
                .repository_name(name)
                .image_scanning_configuration(
                    wanted.unwrap_or_else(|| SdkScanning::builder().build()),
                );
            call.send()
                .await
                .map_err(error::of("PutImageScanningConfiguration"))?;
        }
        if change.touches("LifecyclePolicy") {
            expire(aws, name, repository.lifecycle_policy.as_ref()).await?;
        }
        if change.touches("RepositoryPolicyText") {
            allow(aws, name, repository.repository_policy_text.as_ref()).await?;
        }
        update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Repository>) -> Result<()> {
        let allowed = old.resource.empty_on_delete.as_ref();
        let call = aws
            .ecr()
            .delete_repository()
            .repository_name(&old.id)
            .force(allowed.is_some_and(|allowed| *allowed.value()));
        let answer = call.send().await.map_err(error::of("DeleteRepository"));
        error::or_gone(answer).map_err(|error| match error.code.as_deref() {
            // Nobody takes the images away meanwhile: waiting would not help.
            Some("RepositoryNotEmptyException") => {
                let mut error = error.with_hint(
                    "`.empty_on_delete(true)` lets the images go with it: say so and run this again",
                );
                error.kind = ErrorKind::Failed;
                error
            }
            _ => error,
        })
    }
}

/// Those of these repositories that exist.
async fn describe(aws: &Clients, names: &[String]) -> Result<Vec<SdkRepository>> {
    let mut there = Vec::new();
    for names in names.chunks(NAMES_PER_CALL) {
        let call = aws
            .ecr()
            .describe_repositories()
            .set_repository_names(Some(names.to_vec()));
        let answer = call.send().await.map_err(error::of("DescribeRepositories"));
        match error::if_there(answer)? {
            Some(answer) => there.extend(answer.repositories.unwrap_or_default()),
            None if names.len() == 1 => {}
            // One that is gone spoils the answer for all, so all of the registry are asked for.
            None => there.extend(among_all(aws, names).await?),
        }
    }
    Ok(there)
}

async fn among_all(aws: &Clients, names: &[String]) -> Result<Vec<SdkRepository>> {
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let call = aws
        .ecr()
        .describe_repositories()
        .max_results(REPOSITORIES_PER_PAGE);
    let mut there = Vec::new();
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("DescribeRepositories"))?;
        let repositories = page.repositories.unwrap_or_default().into_iter();
        there.extend(repositories.filter(|one| {
            let name = one.repository_name();
            name.is_some_and(|name| names.contains(name))
        }));
    }
    Ok(there)
}

/// A repository's tags; none where it has just gone.
async fn tags_of(aws: &Clients, repository: &SdkRepository) -> Result<Vec<Tag>> {
    let call = aws
        .ecr()
        .list_tags_for_resource()
        .set_resource_arn(repository.repository_arn().map(str::to_owned));
    let answer = call.send().await.map_err(error::of("ListTagsForResource"));
    let tags = error::if_there(answer)?.and_then(|answer| answer.tags);
    Ok(tags.unwrap_or_default())
}

fn pairs(tags: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter().map(|tag| (tag.key(), tag.value()))
}

fn tag(key: &str, value: &str) -> Tag {
    built(Tag::builder().key(key).value(value).build())
}

async fn update_tags(aws: &Clients, change: &Change<Repository>) -> Result<()> {
    let arn = aws.arn("ecr", &format!("repository/{}", change.id));
    let set = change.tags_to_set();
    if !set.is_empty() {
        let tags = set.iter().map(|(key, value)| tag(key, value)).collect();
        let call = aws
            .ecr()
            .tag_resource()
            .resource_arn(&arn)
            .set_tags(Some(tags));
        call.send().await.map_err(error::of("TagResource"))?;
    }
    let removed = change.tags_to_remove();
    if !removed.is_empty() {
        let call = aws
            .ecr()
            .untag_resource()
            .resource_arn(&arn)
            .set_tag_keys(Some(removed));
        call.send().await.map_err(error::of("UntagResource"))?;
    }
    Ok(())
}

fn scanning(scanning: &ImageScanningConfiguration) -> SdkScanning {
    let ImageScanningConfiguration { scan_on_push } = scanning;
    SdkScanning::builder()
        .scan_on_push(scan_on_push.as_ref().is_some_and(|on| *on.value()))
        .build()
}

fn encryption(encryption: &EncryptionConfiguration) -> SdkEncryption {
    let EncryptionConfiguration {
        encryption_type,
        kms_key,
    } = encryption;
    let encryption = SdkEncryption::builder()
        .encryption_type(encryption_type.value().as_str().into())
        .set_kms_key(kms_key.as_ref().map(|key| key.value().to_string()));
    built(encryption.build())
}

fn filter(filter: &ImageTagMutabilityExclusionFilter) -> SdkFilter {
    let ImageTagMutabilityExclusionFilter {
        filter_type,
        filter_value,
    } = filter;
    let filter = SdkFilter::builder()
        .filter_type(filter_type.value().as_str().into())
        .filter(filter_value.value());
    built(filter.build())
}

async fn read(aws: &Clients, repository: &SdkRepository) -> Result<Option<Seen<Repository>>> {
    let Some(name) = repository.repository_name() else {
        return Ok(None);
    };
    let tags = tags_of(aws, repository).await?;
    let lifecycle_policy = expiry_of(aws, name).await?;
    let repository_policy_text = allowance_of(aws, name).await?;
    let filters = repository.image_tag_mutability_exclusion_filters().iter();
    let mutability = repository.image_tag_mutability();
    let scanning = repository.image_scanning_configuration();
    let encryption = repository.encryption_configuration();
    let resource = Repository {
        repository_name: Some(Input::Known(RepositoryName::new(name.to_owned()))),
        image_tag_mutability: mutability
            .and_then(|one| ImageTagMutability::from_aws(one.as_str()))
            .map(Input::Known),
        image_tag_mutability_exclusion_filters: filters.filter_map(read_filter).collect(),
        image_scanning_configuration: scanning.map(|scanning| ImageScanningConfiguration {
            scan_on_push: Some(Input::Known(scanning.scan_on_push())),
        }),
        lifecycle_policy,
        repository_policy_text,
        encryption_configuration: encryption.and_then(|encryption| {
            let kind = EncryptionType::from_aws(encryption.encryption_type().as_str())?;
            let key = encryption.kms_key();
            Some(EncryptionConfiguration {
                encryption_type: Input::Known(kind),
                kms_key: key.map(|key| Input::Known(Arn::new(key.to_owned()))),
            })
        }),
        empty_on_delete: None,
        tags: Tags::new(),
    };
    let seen = Seen::new(name, resource)
        .output_text("Arn", repository.repository_arn())
        .output_text("RepositoryUri", repository.repository_uri())
        .tagged(pairs(&tags));
    Ok(Some(seen))
}

fn read_filter(filter: &SdkFilter) -> Option<ImageTagMutabilityExclusionFilter> {
    let kind = ImageTagMutabilityExclusionFilterType::from_aws(filter.filter_type().as_str())?;
    Some(ImageTagMutabilityExclusionFilter {
        filter_type: Input::Known(kind),
        filter_value: Text::known(filter.filter()),
    })
}
