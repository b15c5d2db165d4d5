//! Rules for the lifecycle rules of buckets.

use std::collections::BTreeSet;

use jeancloud_model::{
    Input,
    s3::{Bucket, LifecycleRule, TransitionStorageClass},
};

use super::super::{Report, Rule};
use crate::{Declared, View};

pub(super) const DOCUMENT: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html";

pub(super) const ACTIONS: Rule = Rule {
    name: "lifecycle-actions",
    check: a_rule_does_something,
};
pub(super) const DAYS: Rule = Rule {
    name: "lifecycle-days",
    check: days_follow_each_other,
};
pub(super) const FILTERS: Rule = Rule {
    name: "lifecycle-filters",
    check: actions_fit_their_filters,
};
pub(super) const IDS: Rule = Rule {
    name: "lifecycle-ids",
    check: ids_are_used_once,
};

fn a_rule_does_something(view: &View, report: &mut Report) {
    for (bucket, index, rule) in rules(view) {
        let nothing = rule.expiration_in_days.is_none()
            && rule.expired_object_delete_marker.is_none()
            && rule.noncurrent_version_expiration.is_none()
            && rule.noncurrent_version_transitions.is_empty()
            && rule.transitions.is_empty()
            && rule.abort_incomplete_multipart_upload.is_none();
        if nothing {
            report
                .error(bucket.declaration, path(index, ""), "does nothing")
                .rule("a lifecycle rule does at least one thing (InvalidRequest)")
                .hint("say when objects go, `.expiration_in_days(…)`, or move, `.transitions([…])`")
                .document(DOCUMENT);
        }
    }
}

/// The days of one rule: at least one, thirty before the infrequent-access classes, and deletion
/// after the last move.
fn days_follow_each_other(view: &View, report: &mut Report) {
    for (bucket, index, rule) in rules(view) {
        let mut fault = |property: &str, wrong: String, rule: &str| {
            report
                .error(bucket.declaration, path(index, property), wrong)
                .rule(rule)
                .hint("take more days, or leave the earlier step out")
                .document(DOCUMENT);
        };
        let expiration = known(&rule.expiration_in_days);
        if expiration == Some(0) {
            let rule = "objects go after at least one day (InvalidArgument)";
            fault("ExpirationInDays", "is 0".to_owned(), rule);
        }
        for transition in &rule.transitions {
            let Some(days) = transition.transition_in_days.known().copied() else {
                continue;
            };
            let class = transition.storage_class;
            let infrequent = matches!(
                class,
                TransitionStorageClass::StandardIa | TransitionStorageClass::OneZoneIa
            );
            if infrequent && days < 30 {
                let rule = "objects move to STANDARD_IA and ONEZONE_IA after at least 30 days (InvalidArgument)";
                fault(
                    "Transitions",
                    format!("moves to {class} after {days} days"),
                    rule,
                );
            }
            if let Some(expiration) = expiration.filter(|expiration| *expiration <= days) {
                let wrong =
                    format!("is {expiration}, and the move to {class} comes after {days} days");
                let rule = "objects go later than they move (InvalidArgument)";
                fault("ExpirationInDays", wrong, rule);
            }
        }
    }
}

fn actions_fit_their_filters(view: &View, report: &mut Report) {
    for (bucket, index, rule) in rules(view) {
        let sized = rule.object_size_greater_than.is_some() || rule.object_size_less_than.is_some();
        let tagged = !rule.tag_filters.is_empty();
        let marker = rule
            .expired_object_delete_marker
            .as_ref()
            .and_then(|on| on.known())
            .is_some_and(|on| *on);
        let mut fault = |property: &str, wrong: &str, rule: &str| {
            report
                .error(bucket.declaration, path(index, property), wrong)
                .rule(rule)
                .hint("write two rules, one with the filter and one without")
                .document(DOCUMENT);
        };
        if rule.abort_incomplete_multipart_upload.is_some() && (tagged || sized) {
            fault(
                "AbortIncompleteMultipartUpload",
                "stands in a rule with a filter by tag or size",
                "an upload that never finished has neither tags nor a size (InvalidRequest)",
            );
        }
        if marker && tagged {
            fault(
                "ExpiredObjectDeleteMarker",
                "stands in a rule with a filter by tag",
                "a delete marker has no tags (InvalidRequest)",
            );
        }
        if marker && rule.expiration_in_days.is_some() {
            fault(
                "ExpiredObjectDeleteMarker",
                "stands beside ExpirationInDays",
                "a rule deletes objects by age or delete markers, not both (MalformedXML)",
            );
        }
    }
}

fn ids_are_used_once(view: &View, report: &mut Report) {
    for bucket in view.all::<Bucket>() {
        let Some(lifecycle) = &bucket.lifecycle_configuration else {
            continue;
        };
        if !(1..=1000).contains(&lifecycle.rules.len()) {
            let wrong = format!("has {} rules", lifecycle.rules.len());
            report
                .error(bucket.declaration, "LifecycleConfiguration/Rules", wrong)
                .rule(
                    "a lifecycle configuration has 1 to 1000 rules (MalformedXML, InvalidRequest)",
                )
                .hint("leave the configuration out, or join rules by prefix")
                .document(DOCUMENT);
        }
        let mut seen = BTreeSet::new();
        for (index, rule) in lifecycle.rules.iter().enumerate() {
            let id = rule.id.as_ref().and_then(|id| id.as_known());
            if id.is_some_and(|id| id.chars().count() > 255) {
                report
                    .error(bucket.declaration, path(index, "Id"), "is too long")
                    .rule("a rule's id has at most 255 characters (InvalidArgument)")
                    .hint("shorten it, or leave it out")
                    .document(DOCUMENT);
            }
            if let Some(id) = id.filter(|id| !seen.insert(*id)) {
                report
                    .error(
                        bucket.declaration,
                        path(index, "Id"),
                        format!("`{id}` is the id of an earlier rule too"),
                    )
                    .rule("a rule's id is unique in its bucket (InvalidArgument)")
                    .hint("give it another id, or none")
                    .document(DOCUMENT);
            }
        }
    }
}

/// Every rule with its bucket and its place. S3 looks at those that don't apply as well.
pub(super) fn rules(
    view: &View,
) -> impl Iterator<Item = (Declared<'_, Bucket>, usize, &LifecycleRule)> {
    view.all::<Bucket>().flat_map(|bucket| {
        let rules = bucket.resource.lifecycle_configuration.iter();
        let rules = rules.flat_map(|lifecycle| lifecycle.rules.iter().enumerate());
        rules.map(move |(index, rule)| (bucket, index, rule))
    })
}

pub(super) fn path(index: usize, property: &str) -> String {
    let path = format!("LifecycleConfiguration/Rules/{index}/{property}");
    path.trim_end_matches('/').to_owned()
}

pub(super) fn known(number: &Option<Input<u32>>) -> Option<u32> {
    number.as_ref()?.known().copied()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::s3::{
        AbortIncompleteMultipartUpload, Bucket, LifecycleConfiguration, LifecycleRule, TagFilter,
        Transition, TransitionStorageClass,
    };

    use crate::check::testing::{Healthy, broken, healthy};

    fn add(h: &Healthy<'_>, rules: impl IntoIterator<Item = LifecycleRule>) {
        let lifecycle = LifecycleConfiguration::new(rules);
        h.scope.add(
            "bucket",
            Bucket::builder().lifecycle_configuration(lifecycle).build(),
        );
    }

    fn moves(class: TransitionStorageClass, days: u32) -> Transition {
        Transition::builder()
            .storage_class(class)
            .transition_in_days(days)
            .build()
    }

    #[test]
    fn usual_rules_are_healthy() {
        healthy(|h| {
            let archive = LifecycleRule::builder()
                .transitions([
                    moves(TransitionStorageClass::StandardIa, 30),
                    moves(TransitionStorageClass::Glacier, 90),
                ])
                .expiration_in_days(365u32);
            add(h, [archive.build()]);
        });
    }

    #[test]
    fn a_rule_has_an_action() {
        assert_snapshot!(broken("lifecycle-actions", |h| {
            add(h, [LifecycleRule::builder().prefix("logs/").build()]);
        }), @"
        error: main/bucket: LifecycleConfiguration/Rules/0 does nothing
          rule: a lifecycle rule does at least one thing (InvalidRequest)
          hint: say when objects go, `.expiration_in_days(…)`, or move, `.transitions([…])`
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        ");
    }

    #[test]
    fn infrequent_access_begins_after_30_days() {
        assert_snapshot!(broken("lifecycle-days", |h| {
            let rule = LifecycleRule::builder().transitions([moves(TransitionStorageClass::StandardIa, 7)]);
            add(h, [rule.build()]);
        }), @"
        error: main/bucket: LifecycleConfiguration/Rules/0/Transitions moves to STANDARD_IA after 7 days
          rule: objects move to STANDARD_IA and ONEZONE_IA after at least 30 days (InvalidArgument)
          hint: take more days, or leave the earlier step out
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        ");
    }

    #[test]
    fn objects_go_after_they_moved() {
        assert_snapshot!(broken("lifecycle-days", |h| {
            let rule = LifecycleRule::builder()
                .transitions([moves(TransitionStorageClass::Glacier, 90)])
                .expiration_in_days(30u32);
            add(h, [rule.build()]);
        }), @"
        error: main/bucket: LifecycleConfiguration/Rules/0/ExpirationInDays is 30, and the move to GLACIER comes after 90 days
          rule: objects go later than they move (InvalidArgument)
          hint: take more days, or leave the earlier step out
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        ");
    }

    #[test]
    fn an_unfinished_upload_has_no_tags() {
        assert_snapshot!(broken("lifecycle-filters", |h| {
            let abort = AbortIncompleteMultipartUpload::builder().days_after_initiation(1u32).build();
            let rule = LifecycleRule::builder()
                .tag_filters([TagFilter::builder().key("a").value("b").build()])
                .abort_incomplete_multipart_upload(abort);
            add(h, [rule.build()]);
        }), @"
        error: main/bucket: LifecycleConfiguration/Rules/0/AbortIncompleteMultipartUpload stands in a rule with a filter by tag or size
          rule: an upload that never finished has neither tags nor a size (InvalidRequest)
          hint: write two rules, one with the filter and one without
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        ");
    }

    #[test]
    fn delete_markers_and_ages_are_two_rules() {
        assert_snapshot!(broken("lifecycle-filters", |h| {
            let rule = LifecycleRule::builder().expired_object_delete_marker(true).expiration_in_days(3u32);
            add(h, [rule.build()]);
        }), @"
        error: main/bucket: LifecycleConfiguration/Rules/0/ExpiredObjectDeleteMarker stands beside ExpirationInDays
          rule: a rule deletes objects by age or delete markers, not both (MalformedXML)
          hint: write two rules, one with the filter and one without
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        ");
    }

    #[test]
    fn an_id_names_one_rule() {
        assert_snapshot!(broken("lifecycle-ids", |h| {
            let rule = || LifecycleRule::builder().id("old").expiration_in_days(3u32).build();
            add(h, [rule(), rule()]);
        }), @"
        error: main/bucket: LifecycleConfiguration/Rules/1/Id `old` is the id of an earlier rule too
          rule: a rule's id is unique in its bucket (InvalidArgument)
          hint: give it another id, or none
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        ");
    }
}
