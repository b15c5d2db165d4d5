//! [`Repository`]: `AWS::ECR::Repository`, where versions of one image are kept.

use crate::{
    Arn, Facts, GeneratedName, Unique, choice, iam::PolicyDocument, outputs, policy_sets,
    properties, resource, text_value,
};

use super::LifecyclePolicy;

text_value! {
    /// The name of a repository, as `team/backend`.
    RepositoryName {
        rule: "a repository's name has 2 to 256 lower-case letters, digits and . _ - / (names between slashes, each beginning and ending with a letter or digit)",
        document: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html",
        check: |text| {
            if !(2..=256).contains(&text.len()) {
                return Some("has too few or too many characters");
            }
            let alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
            let part = |part: &str| {
                let bytes = part.as_bytes();
                let edges = bytes.first().copied().is_some_and(alphanumeric)
                    && bytes.last().copied().is_some_and(alphanumeric);
                let inside = bytes.iter().all(|&b| alphanumeric(b) || b"._-".contains(&b));
                // AWS's pattern takes one separator at a time.
                let single = !bytes.windows(2).any(|pair| pair.iter().all(|b| b"._-".contains(b)));
                edges && inside && single
            };
            (!text.split('/').all(part)).then_some("is not such a name")
        },
    },
    /// The tag of an image, as `v1.4.2`.
    ImageTag {
        rule: "a tag has 1 to 128 letters, digits and _ . -, and does not begin with . or -",
        document: "https://docs.docker.com/reference/cli/docker/image/tag/",
        check: |text| {
            if text.is_empty() {
                return Some("is empty");
            }
            if text.len() > 128 {
                return Some("is longer than 128 characters");
            }
            if text.starts_with(['.', '-']) {
                return Some("begins with . or -");
            }
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
            (!text.bytes().all(allowed)).then_some("holds something else than letters, digits, _ . and -")
        },
    },
}

choice! {
    /// Whether a tag may be moved to another image.
    ImageTagMutability {
        /// It may. AWS's default.
        Mutable = "MUTABLE",
        /// It may not: what was pushed under a tag stays.
        Immutable = "IMMUTABLE",
        /// It may, but for those that a filter names.
        MutableWithExclusion = "MUTABLE_WITH_EXCLUSION",
        /// It may not, but for those that a filter names.
        ImmutableWithExclusion = "IMMUTABLE_WITH_EXCLUSION",
    }
    /// How a filter names tags.
    ImageTagMutabilityExclusionFilterType {
        /// By a text in which `*` stands for anything.
        Wildcard = "WILDCARD",
    }
    /// With what images are encrypted.
    EncryptionType {
        /// A key of S3's. AWS's default.
        Aes256 = "AES256",
        /// A key in KMS.
        Kms = "KMS",
        /// A key in KMS, twice.
        KmsDsse = "KMS_DSSE",
    }
}

properties! {
    /// When images are searched for known faults.
    ImageScanningConfiguration;
    /// Whether when they are pushed. AWS's default: false.
    opt scan_on_push "ScanOnPush": bool,
}

impl ImageScanningConfiguration {
    /// When they are pushed.
    pub fn on_push() -> Self {
        Self::builder().scan_on_push(true).build()
    }
}

properties! {
    /// Tags to which the repository's mutability does not apply.
    ImageTagMutabilityExclusionFilter;
    /// How it names them.
    one filter_type "ImageTagMutabilityExclusionFilterType": ImageTagMutabilityExclusionFilterType,
    /// The name, as `latest*`.
    text filter_value "ImageTagMutabilityExclusionFilterValue",
}

properties! {
    /// With what images are encrypted.
    EncryptionConfiguration;
    /// With what kind of key; another one replaces the repository.
    one encryption_type "EncryptionType": EncryptionType,
    /// The KMS key. Left out: AWS's own for ECR.
    opt kms_key "KmsKey": Arn,
}

resource! {
    /// Where versions of one image are kept.
    ///
    /// Follows [`AWS::ECR::Repository`] and ECR's [`CreateRepository`]. Deleting one with images in
    /// it fails, unless `empty_on_delete` allows it.
    ///
    /// [`AWS::ECR::Repository`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html
    /// [`CreateRepository`]: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
    Repository = "AWS::ECR::Repository", id "RepositoryName": RepositoryName,
    facts Facts {
        create_only: &["RepositoryName", "EncryptionConfiguration"],
        outputs: &["Arn", "RepositoryUri"],
        unordered: policy_sets!("RepositoryPolicyText"; "ImageTagMutabilityExclusionFilters"),
        write_only: &["EmptyOnDelete"],
        on_delete: &["EmptyOnDelete"],
        defaults: &[
            ("ImageTagMutability", "\"MUTABLE\""),
            ("ImageTagMutabilityExclusionFilters", "[]"),
            ("ImageScanningConfiguration", "{\"ScanOnPush\":false}"),
            ("ImageScanningConfiguration/ScanOnPush", "false"),
            ("LifecyclePolicy", "null"),
            ("RepositoryPolicyText", "null"),
            ("EmptyOnDelete", "false"),
        ],
        name: Some(Unique {
            property: "RepositoryName",
            within: &[],
            generated: Some(GeneratedName { max: 256, lower_case: true }),
        }),
        ..Facts::DEFAULT
    };

    /// Its name, unique in its account and region; another one replaces it. Left out: a generated
    /// one.
    opt repository_name "RepositoryName": RepositoryName,
    /// Whether a tag may be moved to another image. AWS's default: yes.
    opt image_tag_mutability "ImageTagMutability": ImageTagMutability,
    /// Tags to which that does not apply, five at most.
    plain_list image_tag_mutability_exclusion_filters "ImageTagMutabilityExclusionFilters": ImageTagMutabilityExclusionFilter,
    /// When its images are searched for known faults. A registry's own scanning configuration goes
    /// before it.
    opt_plain image_scanning_configuration "ImageScanningConfiguration": ImageScanningConfiguration,
    /// Which images it expires. Left out: none.
    opt_plain lifecycle_policy "LifecyclePolicy": LifecyclePolicy,
    /// Who else may pull from it or push to it: other accounts. Roles of its own account need none.
    opt_plain repository_policy_text "RepositoryPolicyText": PolicyDocument,
    /// With what its images are encrypted; another replaces it.
    opt_plain encryption_configuration "EncryptionConfiguration": EncryptionConfiguration,
    /// Whether its images may be deleted with it. Left out: a repository with images stays.
    opt empty_on_delete "EmptyOnDelete": bool,
    tags,
}

outputs! { Repository {
    /// The repository's name.
    repository_name "RepositoryName": RepositoryName,
    /// Its ARN.
    arn "Arn": Arn,
    /// What images are pushed to and pulled from, without a tag:
    /// `123456789012.dkr.ecr.eu-west-3.amazonaws.com/name`.
    repository_uri "RepositoryUri": RepositoryUri,
} }

text_value! {
    /// What images are pushed to and pulled from, without a tag.
    RepositoryUri,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn repository_names_follow_awss_rule() {
        for good in ["jeancloud-backend", "team/app.web_1", "a1"] {
            assert!(RepositoryName::new(good).check().is_ok(), "{good}");
        }
        for bad in [
            "a",
            "Team/app",
            "team//app",
            "-app",
            "app-",
            "a..b",
            "team/",
        ] {
            assert!(RepositoryName::new(bad).check().is_err(), "{bad}");
        }
    }

    #[test]
    fn image_tags_follow_dockers_rule() {
        for good in ["v1", "1.4.2-rc_1", "_x"] {
            assert!(ImageTag::new(good).check().is_ok(), "{good}");
        }
        for bad in ["", ".v1", "-v1", "v 1", "v:1"] {
            assert!(ImageTag::new(bad).check().is_err(), "{bad}");
        }
    }
}
