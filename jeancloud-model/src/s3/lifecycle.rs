//! [`LifecycleConfiguration`]: when a bucket's objects move to a cheaper storage and when they go.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Input, IntoInput, Value, choice, properties};

choice! {
    /// Whether a rule applies.
    RuleStatus {
        /// It does.
        Enabled = "Enabled",
        /// It does not.
        Disabled = "Disabled",
    }

    /// Where an object can move to.
    TransitionStorageClass {
        /// For what is read seldom. At least 30 days after creation.
        StandardIa = "STANDARD_IA",
        /// The same in one availability zone. At least 30 days after creation.
        OneZoneIa = "ONEZONE_IA",
        /// AWS watches how often it is read.
        IntelligentTiering = "INTELLIGENT_TIERING",
        /// An archive with access at once.
        GlacierInstantRetrieval = "GLACIER_IR",
        /// An archive with access after minutes or hours.
        Glacier = "GLACIER",
        /// An archive with access after hours.
        DeepArchive = "DEEP_ARCHIVE",
    }

    /// How large an object has to be for moving, where its rule does not say.
    MinimumSize {
        /// 128 KB, to any class.
        AllStorageClasses128K = "all_storage_classes_128K",
        /// 128 KB, and any size to the archives.
        VariesByStorageClass = "varies_by_storage_class",
    }
}

/// A number of bytes; CloudFormation writes it as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteCount(pub u64);

impl Value for ByteCount {
    const NAME: &'static str = "ByteCount";
}

#[diagnostic::do_not_recommend]
impl IntoInput<ByteCount> for u64 {
    fn into_input(self) -> Input<ByteCount> {
        Input::Known(ByteCount(self))
    }
}

impl Serialize for ByteCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ByteCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

properties! {
    /// When a bucket's objects move to a cheaper storage and when they go.
    ///
    /// Follows S3's "Managing the lifecycle of objects".
    LifecycleConfiguration;
    /// 1 to 1000 rules.
    plain_list rules "Rules": LifecycleRule,
    /// How large an object has to be for moving, where its rule does not say. AWS's default:
    /// 128 KB, to any class.
    opt transition_default_minimum_object_size "TransitionDefaultMinimumObjectSize": MinimumSize,
}

impl LifecycleConfiguration {
    /// These rules.
    pub fn new(rules: impl IntoIterator<Item = LifecycleRule>) -> Self {
        Self::builder().rules(rules).build()
    }
}

properties! {
    /// What happens to some objects, and when. It does at least one thing.
    ///
    /// Its filters hold all together; without any, it is about every object.
    LifecycleRule;
    /// Its name, up to 255 characters, unique in the bucket. AWS's default: one of its own.
    opt_text id "Id",
    /// Whether it applies. It does unless this says otherwise.
    plain status "Status": RuleStatus = RuleStatus::Enabled,
    /// Filter: the key begins with this.
    opt_text prefix "Prefix",
    /// Filter: the object has these tags.
    plain_list tag_filters "TagFilters": TagFilter,
    /// Filter: the object has more bytes than this.
    opt object_size_greater_than "ObjectSizeGreaterThan": ByteCount,
    /// Filter: the object has fewer bytes than this.
    opt object_size_less_than "ObjectSizeLessThan": ByteCount,
    /// After how many days from its creation an object goes.
    opt expiration_in_days "ExpirationInDays": u32,
    /// Whether a delete marker without versions behind it goes. Not together with days nor with
    /// tags.
    opt expired_object_delete_marker "ExpiredObjectDeleteMarker": bool,
    /// When an older version is deleted for good. Left out: never.
    opt_plain noncurrent_version_expiration "NoncurrentVersionExpiration": NoncurrentVersionExpiration,
    /// When an older version moves to a cheaper class. Left out: never.
    plain_list noncurrent_version_transitions "NoncurrentVersionTransitions": NoncurrentVersionTransition,
    /// When an object moves to a cheaper class. Left out: never.
    plain_list transitions "Transitions": Transition,
    /// When the parts of an upload that never finished go. Not together with filters by tag or
    /// size.
    opt_plain abort_incomplete_multipart_upload "AbortIncompleteMultipartUpload": AbortIncompleteMultipartUpload,
}

properties! {
    /// A tag that an object has.
    TagFilter;
    /// Its key.
    text key "Key",
    /// Its value.
    text value "Value",
}

properties! {
    /// When an older version of an object goes.
    NoncurrentVersionExpiration;
    /// How many days after another version took its place.
    one noncurrent_days "NoncurrentDays": u32,
    /// How many older versions stay in any case, 1 to 100.
    opt newer_noncurrent_versions "NewerNoncurrentVersions": u32,
}

properties! {
    /// When an older version of an object moves to another storage class.
    NoncurrentVersionTransition;
    /// Where it moves to.
    plain storage_class "StorageClass": TransitionStorageClass,
    /// How many days after another version took its place.
    one transition_in_days "TransitionInDays": u32,
    /// How many older versions stay where they are, 1 to 100.
    opt newer_noncurrent_versions "NewerNoncurrentVersions": u32,
}

properties! {
    /// When an object moves to another storage class.
    Transition;
    /// Where it moves to.
    plain storage_class "StorageClass": TransitionStorageClass,
    /// How many days after its creation: 0 or more, 30 or more to the infrequent-access classes.
    one transition_in_days "TransitionInDays": u32,
}

properties! {
    /// When the parts of an upload that never finished go.
    AbortIncompleteMultipartUpload;
    /// How many days after the upload began: 1 or more.
    one days_after_initiation "DaysAfterInitiation": u32,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_writes_sizes_as_cloudformation_does() {
        let rule = LifecycleRule::builder()
            .object_size_greater_than(500u64)
            .expiration_in_days(30u32)
            .build();
        let json = serde_json::to_value(&rule).unwrap();
        assert_eq!(
            json,
            json!({"Status": "Enabled", "ObjectSizeGreaterThan": "500", "ExpirationInDays": 30})
        );
        assert_eq!(serde_json::from_value::<LifecycleRule>(json).unwrap(), rule);
    }
}
