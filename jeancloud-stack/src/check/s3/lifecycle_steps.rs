//! Rules for the steps of lifecycle rules: from class to class, of older versions, by size.

use jeancloud_model::s3::{Bucket, LifecycleRule, TransitionStorageClass, VersioningStatus};

use super::{
    super::{Report, Rule},
    lifecycle::{DOCUMENT, known, path, rules},
};
use crate::{Declared, View};

const TRANSITIONS: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html";

pub(super) const ORDER: Rule = Rule {
    name: "lifecycle-order",
    check: objects_move_to_colder_classes,
};
pub(super) const VERSIONS: Rule = Rule {
    name: "lifecycle-versions",
    check: steps_of_older_versions_follow_each_other,
};
pub(super) const UNVERSIONED: Rule = Rule {
    name: "lifecycle-unversioned",
    check: older_versions_are_kept,
};
pub(super) const SIZES: Rule = Rule {
    name: "lifecycle-sizes",
    check: filters_let_something_through,
};

/// S3's waterfall: an object moves downwards only.
fn depth(class: TransitionStorageClass) -> u8 {
    use TransitionStorageClass as C;
    match class {
        C::StandardIa => 1,
        C::IntelligentTiering => 2,
        C::OneZoneIa => 3,
        C::GlacierInstantRetrieval => 4,
        C::Glacier => 5,
        C::DeepArchive => 6,
    }
}

/// What is wrong with steps, each a class and its days.
fn bad_order(mut steps: Vec<(TransitionStorageClass, u32)>) -> Option<String> {
    steps.sort_by_key(|(class, days)| (*days, depth(*class)));
    steps.windows(2).find_map(|pair| match *pair {
        [(one, _), (other, _)] if one == other => Some(format!("move to {one} twice")),
        [(one, from), (other, to)] if depth(one) > depth(other) || from == to => Some(format!(
            "move to {one} after {from} days and to {other} after {to}"
        )),
        [
            (TransitionStorageClass::StandardIa | TransitionStorageClass::OneZoneIa, from),
            (other, to),
        ] if to < from + 30 && depth(other) >= 4 => Some(format!(
            "stay {} days before they move to {other}",
            to - from
        )),
        _ => None,
    })
}

fn objects_move_to_colder_classes(view: &View, report: &mut Report) {
    for (bucket, index, rule) in rules(view) {
        let current = rule.transitions.iter();
        let current: Option<Vec<_>> = current
            .map(|it| Some((it.storage_class, *it.transition_in_days.known()?)))
            .collect();
        let older = rule.noncurrent_version_transitions.iter();
        let older: Option<Vec<_>> = older
            .map(|it| Some((it.storage_class, *it.transition_in_days.known()?)))
            .collect();
        for (property, steps) in [
            ("Transitions", current),
            ("NoncurrentVersionTransitions", older),
        ] {
            let Some(wrong) = steps.and_then(bad_order) else {
                continue;
            };
            report
                .error(bucket.declaration, path(index, property), wrong)
                .rule("an object moves once to each class, to a colder one each time, and stays 30 days in STANDARD_IA or ONEZONE_IA before it is archived by the same rule (InvalidArgument, InvalidRequest)")
                .hint("order them: STANDARD_IA, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE, with more days for each")
                .document(TRANSITIONS);
        }
    }
}

fn steps_of_older_versions_follow_each_other(view: &View, report: &mut Report) {
    for (bucket, index, rule) in rules(view) {
        let mut fault = |property: &str, wrong: String, rule: &str, hint: &str| {
            report
                .error(bucket.declaration, path(index, property), wrong)
                .rule(rule)
                .hint(hint)
                .document(DOCUMENT);
        };
        let gone = rule.noncurrent_version_expiration.as_ref();
        let after = gone.and_then(|it| it.noncurrent_days.known().copied());
        if after == Some(0) {
            fault(
                "NoncurrentVersionExpiration/NoncurrentDays",
                "is 0".to_owned(),
                "older versions go after at least one day (InvalidArgument)",
                "take 1",
            );
        }
        let kept = gone.and_then(|it| known(&it.newer_noncurrent_versions));
        let steps = rule.noncurrent_version_transitions.iter();
        let kept = kept
            .into_iter()
            .chain(steps.filter_map(|it| known(&it.newer_noncurrent_versions)));
        if let Some(number) = kept.into_iter().find(|number| !(1..=100).contains(number)) {
            fault(
                "NoncurrentVersionExpiration/NewerNoncurrentVersions",
                format!("is {number}"),
                "1 to 100 older versions stay in any case (InvalidArgument)",
                "leave it out for none",
            );
        }
        for step in &rule.noncurrent_version_transitions {
            let (class, Some(days)) = (step.storage_class, step.transition_in_days.known()) else {
                continue;
            };
            let infrequent = depth(class) == 1 || depth(class) == 3;
            if infrequent && *days < 30 {
                fault(
                    "NoncurrentVersionTransitions",
                    format!("moves to {class} after {days} days"),
                    "versions move to STANDARD_IA and ONEZONE_IA after at least 30 days (InvalidArgument)",
                    "take 30",
                );
            }
            if let Some(after) = after.filter(|after| *after > 0 && after <= days) {
                fault(
                    "NoncurrentVersionExpiration/NoncurrentDays",
                    format!("is {after}, and the move to {class} comes after {days} days"),
                    "versions go later than they move (InvalidArgument)",
                    "take more days, or leave the move out",
                );
            }
        }
        let abort = rule.abort_incomplete_multipart_upload.as_ref();
        if abort.is_some_and(|it| it.days_after_initiation.known() == Some(&0)) {
            fault(
                "AbortIncompleteMultipartUpload/DaysAfterInitiation",
                "is 0".to_owned(),
                "an upload may take at least one day (InvalidArgument)",
                "take 1",
            );
        }
    }
}

fn older_versions_are_kept(view: &View, report: &mut Report) {
    let about_versions = |rule: &LifecycleRule| {
        rule.noncurrent_version_expiration.is_some()
            || !rule.noncurrent_version_transitions.is_empty()
    };
    let versioned = |bucket: &Declared<'_, Bucket>| {
        let versioning = bucket.resource.versioning_configuration.as_ref();
        versioning.is_some_and(|it| it.status == VersioningStatus::Enabled)
    };
    for (bucket, index, rule) in rules(view) {
        // A suspended bucket may have versions of before.
        let never = bucket.resource.versioning_configuration.is_none();
        if about_versions(rule) && never && !versioned(&bucket) {
            report
                .warning(
                    bucket.declaration,
                    path(index, ""),
                    "is about older versions, and the bucket keeps none",
                )
                .rule("a bucket keeps older versions while versioning is on")
                .hint("add `.versioning_configuration(VersioningStatus::Enabled)`, or `.expiration_in_days(…)` for the objects themselves")
                .document(DOCUMENT);
        }
    }
}

fn filters_let_something_through(view: &View, report: &mut Report) {
    for (bucket, index, rule) in rules(view) {
        let size = |size: &Option<jeancloud_model::Input<jeancloud_model::s3::ByteCount>>| {
            size.as_ref().and_then(|it| it.known().map(|it| it.0))
        };
        let (more, less) = (
            size(&rule.object_size_greater_than),
            size(&rule.object_size_less_than),
        );
        if let (Some(more), Some(less)) = (more, less)
            && more >= less
        {
            report
                .error(
                    bucket.declaration,
                    path(index, "ObjectSizeLessThan"),
                    format!("is {less}, and ObjectSizeGreaterThan is {more}"),
                )
                .rule("a filter by size lets some size through (InvalidRequest)")
                .hint("exchange the two")
                .document(DOCUMENT);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::s3::{
        Bucket, LifecycleConfiguration, LifecycleRule, NoncurrentVersionExpiration, Transition,
        TransitionStorageClass, VersioningStatus,
    };

    use super::bad_order;
    use crate::check::testing::{Healthy, broken};

    fn add(h: &Healthy<'_>, rule: LifecycleRule) {
        let lifecycle = LifecycleConfiguration::new([rule]);
        h.scope.add(
            "bucket",
            Bucket::builder()
                .lifecycle_configuration(lifecycle)
                .versioning_configuration(VersioningStatus::Enabled)
                .build(),
        );
    }

    fn older(days: u32) -> NoncurrentVersionExpiration {
        NoncurrentVersionExpiration::builder()
            .noncurrent_days(days)
            .build()
    }

    #[test]
    fn objects_move_downwards() {
        assert_snapshot!(broken("lifecycle-order", |h| {
            let step = |class, days: u32| {
                Transition::builder().storage_class(class).transition_in_days(days).build()
            };
            let steps = [step(TransitionStorageClass::Glacier, 30), step(TransitionStorageClass::StandardIa, 60)];
            add(h, LifecycleRule::builder().transitions(steps).build());
        }), @"
        error: main/bucket: LifecycleConfiguration/Rules/0/Transitions move to GLACIER after 30 days and to STANDARD_IA after 60
          rule: an object moves once to each class, to a colder one each time, and stays 30 days in STANDARD_IA or ONEZONE_IA before it is archived by the same rule (InvalidArgument, InvalidRequest)
          hint: order them: STANDARD_IA, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE, with more days for each
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
        ");
        use TransitionStorageClass as C;
        assert!(bad_order(vec![(C::StandardIa, 30), (C::Glacier, 60)]).is_none());
        assert!(
            bad_order(vec![
                (C::Glacier, 60),
                (C::StandardIa, 30),
                (C::DeepArchive, 180)
            ])
            .is_none()
        );
        assert!(bad_order(vec![(C::StandardIa, 30), (C::Glacier, 50)]).is_some());
        assert!(bad_order(vec![(C::Glacier, 0), (C::Glacier, 90)]).is_some());
    }

    #[test]
    fn older_versions_go_after_a_day() {
        assert_snapshot!(broken("lifecycle-versions", |h| {
            add(h, LifecycleRule::builder().noncurrent_version_expiration(older(0)).build());
        }), @"
        error: main/bucket: LifecycleConfiguration/Rules/0/NoncurrentVersionExpiration/NoncurrentDays is 0
          rule: older versions go after at least one day (InvalidArgument)
          hint: take 1
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        ");
    }

    #[test]
    fn older_versions_are_kept_where_versioning_is_on() {
        assert_snapshot!(broken("lifecycle-unversioned", |h| {
            let rule = LifecycleRule::builder().noncurrent_version_expiration(older(30)).build();
            let lifecycle = LifecycleConfiguration::new([rule]);
            h.scope.add("bucket", Bucket::builder().lifecycle_configuration(lifecycle).build());
        }), @"
        warning: main/bucket: LifecycleConfiguration/Rules/0 is about older versions, and the bucket keeps none
          rule: a bucket keeps older versions while versioning is on
          hint: add `.versioning_configuration(VersioningStatus::Enabled)`, or `.expiration_in_days(…)` for the objects themselves
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        ");
    }

    #[test]
    fn a_filter_lets_some_size_through() {
        assert_snapshot!(broken("lifecycle-sizes", |h| {
            add(h, LifecycleRule::builder()
                .object_size_greater_than(2048u64)
                .object_size_less_than(1024u64)
                .expiration_in_days(3u32)
                .build());
        }), @"
        error: main/bucket: LifecycleConfiguration/Rules/0/ObjectSizeLessThan is 1024, and ObjectSizeGreaterThan is 2048
          rule: a filter by size lets some size through (InvalidRequest)
          hint: exchange the two
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        ");
    }
}
