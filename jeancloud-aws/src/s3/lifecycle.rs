//! Lifecycle rules between jeancloud's spelling and S3's.

use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload as SdkAbort, BucketLifecycleConfiguration, ExpirationStatus,
    LifecycleExpiration, LifecycleRule as SdkRule, LifecycleRuleAndOperator, LifecycleRuleFilter,
    NoncurrentVersionExpiration as SdkNoncurrentExpiration,
    NoncurrentVersionTransition as SdkNoncurrentTransition, Tag, Transition as SdkTransition,
    TransitionStorageClass as SdkStorageClass,
};
use jeancloud_model::{
    Input, Text,
    s3::{
        AbortIncompleteMultipartUpload, ByteCount, LifecycleConfiguration, LifecycleRule,
        NoncurrentVersionExpiration, NoncurrentVersionTransition, RuleStatus, TagFilter,
        Transition, TransitionStorageClass,
    },
};

use super::common::{built, number, sdk_int, sdk_number, sdk_text, text};

/// The rules as S3 takes them.
pub(super) fn to_sdk(configuration: &LifecycleConfiguration) -> BucketLifecycleConfiguration {
    let rules = configuration.rules.iter().map(rule).collect();
    built(
        BucketLifecycleConfiguration::builder()
            .set_rules(Some(rules))
            .build(),
    )
}

/// A rule as S3 gives it.
pub(super) fn read(rule: &SdkRule) -> LifecycleRule {
    let filter = rule.filter().map(read_filter).unwrap_or_default();
    let expiration = rule.expiration();
    #[expect(deprecated, reason = "S3 gives rules that were made with it so")]
    let prefix = filter.prefix.or_else(|| text(rule.prefix()));
    LifecycleRule {
        id: text(rule.id()),
        status: match rule.status() {
            ExpirationStatus::Disabled => RuleStatus::Disabled,
            _ => RuleStatus::Enabled,
        },
        prefix,
        tag_filters: filter.tags,
        object_size_greater_than: filter.greater,
        object_size_less_than: filter.less,
        expiration_in_days: expiration.and_then(|expiration| number(expiration.days())),
        expired_object_delete_marker: expiration
            .and_then(|expiration| expiration.expired_object_delete_marker())
            .map(Input::Known),
        noncurrent_version_expiration: rule.noncurrent_version_expiration().and_then(|it| {
            Some(NoncurrentVersionExpiration {
                noncurrent_days: number(it.noncurrent_days())?,
                newer_noncurrent_versions: number(it.newer_noncurrent_versions()),
            })
        }),
        noncurrent_version_transitions: rule
            .noncurrent_version_transitions()
            .iter()
            .filter_map(|it| {
                Some(NoncurrentVersionTransition {
                    storage_class: read_class(it.storage_class())?,
                    transition_in_days: number(it.noncurrent_days())?,
                    newer_noncurrent_versions: number(it.newer_noncurrent_versions()),
                })
            })
            .collect(),
        transitions: rule
            .transitions()
            .iter()
            .filter_map(|it| {
                Some(Transition {
                    storage_class: read_class(it.storage_class())?,
                    transition_in_days: number(it.days())?,
                })
            })
            .collect(),
        abort_incomplete_multipart_upload: rule.abort_incomplete_multipart_upload().and_then(
            |it| {
                Some(AbortIncompleteMultipartUpload {
                    days_after_initiation: number(it.days_after_initiation())?,
                })
            },
        ),
    }
}

fn rule(rule: &LifecycleRule) -> SdkRule {
    let expiration = (rule.expiration_in_days.is_some()
        || rule.expired_object_delete_marker.is_some())
    .then(|| {
        LifecycleExpiration::builder()
            .set_days(sdk_number(&rule.expiration_in_days))
            .set_expired_object_delete_marker(
                rule.expired_object_delete_marker
                    .as_ref()
                    .map(|on| *on.value()),
            )
            .build()
    });
    let noncurrent = rule.noncurrent_version_expiration.as_ref().map(|it| {
        SdkNoncurrentExpiration::builder()
            .noncurrent_days(sdk_int(*it.noncurrent_days.value()))
            .set_newer_noncurrent_versions(sdk_number(&it.newer_noncurrent_versions))
            .build()
    });
    let noncurrent_transition = |it: &NoncurrentVersionTransition| {
        SdkNoncurrentTransition::builder()
            .storage_class(class(it.storage_class))
            .noncurrent_days(sdk_int(*it.transition_in_days.value()))
            .set_newer_noncurrent_versions(sdk_number(&it.newer_noncurrent_versions))
            .build()
    };
    let transition = |it: &Transition| {
        SdkTransition::builder()
            .storage_class(class(it.storage_class))
            .days(sdk_int(*it.transition_in_days.value()))
            .build()
    };
    let abort = rule.abort_incomplete_multipart_upload.as_ref().map(|it| {
        SdkAbort::builder()
            .days_after_initiation(sdk_int(*it.days_after_initiation.value()))
            .build()
    });
    let status = match rule.status {
        RuleStatus::Enabled => ExpirationStatus::Enabled,
        RuleStatus::Disabled => ExpirationStatus::Disabled,
    };
    let sdk = SdkRule::builder()
        .set_id(sdk_text(&rule.id))
        .status(status)
        .filter(filter(rule))
        .set_expiration(expiration)
        .set_noncurrent_version_expiration(noncurrent)
        .set_noncurrent_version_transitions(some(
            rule.noncurrent_version_transitions
                .iter()
                .map(noncurrent_transition),
        ))
        .set_transitions(some(rule.transitions.iter().map(transition)))
        .set_abort_incomplete_multipart_upload(abort);
    built(sdk.build())
}

/// S3 takes one filter, or several inside `And`.
fn filter(rule: &LifecycleRule) -> LifecycleRuleFilter {
    let tags: Vec<Tag> = rule
        .tag_filters
        .iter()
        .map(|tag| {
            built(
                Tag::builder()
                    .key(tag.key.value())
                    .value(tag.value.value())
                    .build(),
            )
        })
        .collect();
    let bytes = |bytes: &Option<Input<ByteCount>>| {
        let bytes = bytes.as_ref()?.value().0;
        Some(i64::try_from(bytes).unwrap_or(i64::MAX))
    };
    let (greater, less) = (
        bytes(&rule.object_size_greater_than),
        bytes(&rule.object_size_less_than),
    );
    let prefix = sdk_text(&rule.prefix);
    let filters = usize::from(prefix.is_some())
        + tags.len()
        + usize::from(greater.is_some())
        + usize::from(less.is_some());
    if filters > 1 {
        let and = LifecycleRuleAndOperator::builder()
            .set_prefix(prefix)
            .set_tags(some(tags))
            .set_object_size_greater_than(greater)
            .set_object_size_less_than(less)
            .build();
        return LifecycleRuleFilter::builder().and(and).build();
    }
    let everything = (filters == 0).then(String::new);
    LifecycleRuleFilter::builder()
        .set_prefix(prefix.or(everything))
        .set_tag(tags.into_iter().next())
        .set_object_size_greater_than(greater)
        .set_object_size_less_than(less)
        .build()
}

#[derive(Default)]
struct Filter {
    prefix: Option<Text>,
    tags: Vec<TagFilter>,
    greater: Option<Input<ByteCount>>,
    less: Option<Input<ByteCount>>,
}

fn read_filter(filter: &LifecycleRuleFilter) -> Filter {
    let bytes = |bytes: Option<i64>| {
        let bytes = u64::try_from(bytes?).ok()?;
        Some(Input::Known(ByteCount(bytes)))
    };
    let tag = |tag: &Tag| TagFilter {
        key: Text::known(tag.key()),
        value: Text::known(tag.value()),
    };
    match filter.and() {
        Some(and) => Filter {
            prefix: text(and.prefix()),
            tags: and.tags().iter().map(tag).collect(),
            greater: bytes(and.object_size_greater_than()),
            less: bytes(and.object_size_less_than()),
        },
        None => Filter {
            prefix: text(filter.prefix()),
            tags: filter.tag().map(tag).into_iter().collect(),
            greater: bytes(filter.object_size_greater_than()),
            less: bytes(filter.object_size_less_than()),
        },
    }
}

fn class(class: TransitionStorageClass) -> SdkStorageClass {
    SdkStorageClass::from(class.as_str())
}

fn read_class(class: Option<&SdkStorageClass>) -> Option<TransitionStorageClass> {
    TransitionStorageClass::from_aws(class?.as_str())
}

/// A list, where it is not empty.
fn some<T>(list: impl IntoIterator<Item = T>) -> Option<Vec<T>> {
    let list: Vec<T> = list.into_iter().collect();
    (!list.is_empty()).then_some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_come_back_as_they_went() {
        let rules = [
            LifecycleRule::builder().expiration_in_days(30u32).build(),
            LifecycleRule::builder()
                .id("old")
                .prefix("logs/")
                .tag_filters([TagFilter::builder().key("a").value("b").build()])
                .object_size_greater_than(500u64)
                .noncurrent_version_expiration(
                    NoncurrentVersionExpiration::builder()
                        .noncurrent_days(7u32)
                        .build(),
                )
                .transitions([Transition::builder()
                    .storage_class(TransitionStorageClass::GlacierInstantRetrieval)
                    .transition_in_days(90u32)
                    .build()])
                .build(),
            LifecycleRule::builder()
                .prefix("uploads/")
                .abort_incomplete_multipart_upload(
                    AbortIncompleteMultipartUpload::builder()
                        .days_after_initiation(1u32)
                        .build(),
                )
                .build(),
        ];
        for rule in rules {
            let sdk = to_sdk(&LifecycleConfiguration::new([rule.clone()]));
            assert_eq!(read(&sdk.rules()[0]), rule);
        }
    }
}
