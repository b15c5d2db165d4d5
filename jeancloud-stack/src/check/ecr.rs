//! Rules for repositories and replication.

use std::collections::BTreeSet;

use jeancloud_model::{
    Text,
    ecr::{
        EncryptionType, ImageTagMutability, ReplicationConfiguration, ReplicationDestination,
        ReplicationRule, Repository,
    },
    iam::PolicyKind,
    lookup::CallerIdentity,
};

use super::{Report, Rule, iam, kms};
use crate::View;

const CREATE: &str =
    "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html";
const REPLICATION: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html";

pub(super) const RULES: &[&Rule] = &[
    &Rule {
        name: "repository-tag-exclusions",
        check: exclusions_belong_to_a_mutability_with_them,
    },
    &Rule {
        name: "repository-encryption",
        check: a_key_belongs_to_kms,
    },
    &Rule {
        name: "repository-policy",
        check: a_policy_is_about_its_repository,
    },
    &Rule {
        name: "replication-rules",
        check: a_configuration_has_rules_with_destinations,
    },
    &Rule {
        name: "replication-elsewhere",
        check: images_are_copied_to_another_registry,
    },
    &Rule {
        name: "replication-filters",
        check: a_filter_is_the_beginning_of_a_name,
    },
];

fn exclusions_belong_to_a_mutability_with_them(view: &View, report: &mut Report) {
    for repository in view.all::<Repository>() {
        let filters = &repository.resource.image_tag_mutability_exclusion_filters;
        for (index, filter) in filters.iter().enumerate() {
            let text = filter.filter_value.as_known();
            if let Some((text, wrong)) = text.and_then(|text| Some((text, bad_filter(text)?))) {
                report
                    .error(
                        repository.declaration,
                        format!("ImageTagMutabilityExclusionFilters/{index}"),
                        format!("`{text}` {wrong}"),
                    )
                    .rule("a filter has 1 to 128 letters, digits and . _ * -, with two * at most (InvalidParameterException)")
                    .hint("as \"latest*\"")
                    .document(CREATE);
            }
        }
        let filters = filters.len();
        let mutability = repository.image_tag_mutability.as_ref();
        let Some(mutability) = mutability.map_or(Some(ImageTagMutability::Mutable), |one| {
            one.known().copied()
        }) else {
            continue;
        };
        let with = matches!(
            mutability,
            ImageTagMutability::MutableWithExclusion | ImageTagMutability::ImmutableWithExclusion
        );
        let wrong = match (with, filters) {
            (true, 0) => format!("{mutability} names no exclusion"),
            (true, 6..) => format!("has {filters} filters"),
            (false, 1..) => format!("{filters} filters stand beside {mutability}"),
            _ => continue,
        };
        report
            .error(repository.declaration, "ImageTagMutabilityExclusionFilters", wrong)
            .rule("1 to 5 exclusion filters belong to MUTABLE_WITH_EXCLUSION and IMMUTABLE_WITH_EXCLUSION (InvalidParameterException)")
            .hint("ImageTagMutability::ImmutableWithExclusion, or no filter")
            .document(CREATE);
    }
}

/// `filter` of `ImageTagMutabilityExclusionFilter`; two wildcards, says the user guide.
fn bad_filter(text: &str) -> Option<&'static str> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._*-".contains(&b);
    match text.len() {
        1..=128 if !text.bytes().all(allowed) => {
            Some("holds something else than letters, digits and . _ * -")
        }
        1..=128 if text.matches('*').count() > 2 => Some("has more than two wildcards"),
        1..=128 => None,
        _ => Some("has no or too many characters"),
    }
}

fn a_key_belongs_to_kms(view: &View, report: &mut Report) {
    for repository in view.all::<Repository>() {
        let Some(encryption) = &repository.encryption_configuration else {
            continue;
        };
        let aes = encryption.encryption_type.known() == Some(&EncryptionType::Aes256);
        let (at, region) = (repository.declaration, repository.declaration.region);
        let key = encryption.kms_key.as_ref();
        kms::arn_in_region(
            view,
            report,
            at,
            "EncryptionConfiguration/KmsKey",
            key,
            region,
        );
        if aes && encryption.kms_key.is_some() {
            report
                .error(repository.declaration, "EncryptionConfiguration", "names a KMS key beside AES256")
                .rule("a KmsKey belongs to the encryption types KMS and KMS_DSSE (InvalidParameterException)")
                .hint("EncryptionType::Kms")
                .document(CREATE);
        }
    }
}

fn a_policy_is_about_its_repository(view: &View, report: &mut Report) {
    for repository in view.all::<Repository>() {
        let Some(policy) = &repository.repository_policy_text else {
            continue;
        };
        let (at, kind) = (repository.declaration, PolicyKind::Repository);
        iam::document(report, at, "RepositoryPolicyText", policy, kind);
        for (index, statement) in policy.statements().iter().enumerate() {
            let known = statement.actions().iter().filter_map(Text::as_known);
            let foreign =
                |action: &&str| *action != "*" && !action.to_ascii_lowercase().starts_with("ecr:");
            for action in known.filter(foreign) {
                report
                    .error(
                        at,
                        format!("RepositoryPolicyText/Statement/{index}/Action"),
                        format!("names {action}"),
                    )
                    .rule("a repository's policy is about ECR's actions (InvalidParameterException: Invalid repository policy provided)")
                    .hint("what a role may do elsewhere goes into the role's own policy")
                    .document("https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html");
            }
        }
    }
}

fn a_configuration_has_rules_with_destinations(view: &View, report: &mut Report) {
    for configuration in view.all::<ReplicationConfiguration>() {
        let rules = &configuration.replication_configuration.rules;
        let mut wrong = |wrong: String, rule: &str| {
            report
                .error(configuration.declaration, "ReplicationConfiguration", wrong)
                .rule(rule)
                .hint("ReplicationRule::to(Region::EuCentral1, account).only([&repository])")
                .document(REPLICATION);
        };
        if !(1..=10).contains(&rules.len()) {
            wrong(
                format!("has {} rules", rules.len()),
                "a registry has at most 10 rules; ours, one at least (InvalidParameterException)",
            );
        }
        if rules.iter().any(|rule| rule.destinations.is_empty()) {
            wrong(
                "a rule has no destination".to_owned(),
                "a rule has a destination (InvalidParameterException)",
            );
        }
        let destinations: BTreeSet<String> = (rules.iter().flat_map(|rule| &rule.destinations))
            .map(|one| format!("{:?} {:?}", one.region, one.registry_id))
            .collect();
        if destinations.len() > 25 {
            wrong(
                format!("has {} destinations", destinations.len()),
                "a registry has at most 25 different destinations (InvalidParameterException)",
            );
        }
        let filters = |rule: &ReplicationRule| rule.repository_filters.len();
        if let Some(many) = rules.iter().map(filters).find(|filters| *filters > 100) {
            wrong(
                format!("a rule has {many} filters"),
                "a rule has at most 100 filters (InvalidParameterException)",
            );
        }
    }
}

fn images_are_copied_to_another_registry(view: &View, report: &mut Report) {
    for configuration in view.all::<ReplicationConfiguration>() {
        let here = configuration.declaration.region;
        let own = |one: &ReplicationDestination| {
            let own_account = view.target::<CallerIdentity>(&one.registry_id).is_some();
            own_account && one.region.known() == Some(&here)
        };
        let rules = &configuration.replication_configuration.rules;
        if rules.iter().flat_map(|rule| &rule.destinations).any(own) {
            report
                .error(
                    configuration.declaration,
                    "ReplicationConfiguration",
                    format!("copies from {here} to {here} of the same account"),
                )
                .rule("a destination is another region or another account (InvalidParameterException)")
                .hint("name the region that is to have the copies")
                .document(REPLICATION);
        }
    }
}

fn a_filter_is_the_beginning_of_a_name(view: &View, report: &mut Report) {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-/".contains(c);
    for configuration in view.all::<ReplicationConfiguration>() {
        let rules = &configuration.replication_configuration.rules;
        for filter in rules.iter().flat_map(|rule| &rule.repository_filters) {
            let Some(text) = filter.filter.as_known() else {
                continue;
            };
            if (2..=256).contains(&text.len()) && text.chars().all(allowed) {
                continue;
            }
            report
                .error(
                    configuration.declaration,
                    "ReplicationConfiguration",
                    format!("`{text}` is no beginning of a repository's name"),
                )
                .rule("a filter has 2 to 256 lower-case letters, digits and . _ - / (InvalidParameterException)")
                .hint("PREFIX_MATCH takes no wildcard: write the beginning alone")
                .document(REPLICATION);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Region,
        ecr::{
            EncryptionConfiguration, EncryptionType, ImageTagMutability,
            ImageTagMutabilityExclusionFilter, ImageTagMutabilityExclusionFilterType,
            ReplicationConfiguration, ReplicationRule, ReplicationRules, Repository,
        },
        iam::{Principal, Statement},
        kms::Key,
        lookup::CallerIdentity,
    };

    use crate::check::testing::{broken, healthy};

    #[test]
    fn exclusions_are_named() {
        assert_snapshot!(broken("repository-tag-exclusions", |h| {
            h.scope.add("repository", Repository::builder()
                .image_tag_mutability(ImageTagMutability::ImmutableWithExclusion)
                .build());
        }), @"
        error: main/repository: ImageTagMutabilityExclusionFilters IMMUTABLE_WITH_EXCLUSION names no exclusion
          rule: 1 to 5 exclusion filters belong to MUTABLE_WITH_EXCLUSION and IMMUTABLE_WITH_EXCLUSION (InvalidParameterException)
          hint: ImageTagMutability::ImmutableWithExclusion, or no filter
          see: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
        ");
    }

    #[test]
    fn an_exclusion_is_a_pattern_of_tags() {
        assert_snapshot!(broken("repository-tag-exclusions", |h| {
            let filter = ImageTagMutabilityExclusionFilter::builder()
                .filter_type(ImageTagMutabilityExclusionFilterType::Wildcard)
                .filter_value("*-*-*");
            h.scope.add("repository", Repository::builder()
                .image_tag_mutability(ImageTagMutability::ImmutableWithExclusion)
                .image_tag_mutability_exclusion_filters([filter.build()])
                .build());
        }), @r#"
        error: main/repository: ImageTagMutabilityExclusionFilters/0 `*-*-*` has more than two wildcards
          rule: a filter has 1 to 128 letters, digits and . _ * -, with two * at most (InvalidParameterException)
          hint: as "latest*"
          see: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
        "#);
    }

    #[test]
    fn a_repositorys_policy_names_no_resource() {
        assert_snapshot!(broken("repository-policy", |h| {
            let pull = Statement::allow("ecr:BatchGetImage")
                .principal(Principal::account("210987654321"))
                .on("*");
            h.scope.add("repository", Repository::builder().repository_policy_text(pull).build());
        }), @"
        error: main/repository: RepositoryPolicyText/Statement/0/Resource is there
          rule: a repository's policy is about the repository that carries it and names no resource (MalformedPolicyDocument)
          hint: leave `.on(…)` out
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
        ");
        assert_snapshot!(broken("repository-policy", |h| {
            let read = Statement::allow("s3:GetObject").principal(Principal::account("210987654321"));
            h.scope.add("repository", Repository::builder().repository_policy_text(read).build());
        }), @"
        error: main/repository: RepositoryPolicyText/Statement/0/Action names s3:GetObject
          rule: a repository's policy is about ECR's actions (InvalidParameterException: Invalid repository policy provided)
          hint: what a role may do elsewhere goes into the role's own policy
          see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
        ");
    }

    #[test]
    fn a_key_is_where_the_repository_is() {
        assert_snapshot!(broken("repository-encryption", |h| {
            let key = h.stack.region("germany", Region::EuCentral1).add("key", Key::builder().build());
            let encryption = EncryptionConfiguration::builder()
                .encryption_type(EncryptionType::Kms)
                .kms_key(key.arn())
                .build();
            h.scope.add("repository", Repository::builder().encryption_configuration(encryption).build());
        }), @"
        error: main/repository: EncryptionConfiguration/KmsKey is a key of eu-central-1, and is used in eu-west-3
          rule: a key encrypts only in its own region (KMSKeyNotAccessibleFault, NotFoundException)
          hint: declare a key in eu-west-3, or leave the property out for AWS's own key
          see: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
        ");
    }

    #[test]
    fn aes_has_no_key() {
        assert_snapshot!(broken("repository-encryption", |h| {
            let encryption = EncryptionConfiguration::builder()
                .encryption_type(EncryptionType::Aes256)
                .kms_key("arn:aws:kms:eu-west-3:123456789012:key/x")
                .build();
            h.scope.add("repository", Repository::builder().encryption_configuration(encryption).build());
        }), @"
        error: main/repository: EncryptionConfiguration names a KMS key beside AES256
          rule: a KmsKey belongs to the encryption types KMS and KMS_DSSE (InvalidParameterException)
          hint: EncryptionType::Kms
          see: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
        ");
    }

    #[test]
    fn a_configuration_has_a_rule() {
        assert_snapshot!(broken("replication-rules", |h| {
            let none: ReplicationRules = [].into();
            h.scope.add("replication", ReplicationConfiguration::of(none));
        }), @"
        error: main/replication: ReplicationConfiguration has 0 rules
          rule: a registry has at most 10 rules; ours, one at least (InvalidParameterException)
          hint: ReplicationRule::to(Region::EuCentral1, account).only([&repository])
          see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
        ");
    }

    #[test]
    fn copies_go_elsewhere() {
        let to = |region: Region| {
            move |h: &crate::check::testing::Healthy<'_>| {
                let me = h.scope.lookup("me", CallerIdentity::builder().build());
                h.scope.add(
                    "replication",
                    ReplicationConfiguration::of(ReplicationRule::to(region, &me)),
                );
            }
        };
        healthy(to(Region::EuCentral1));
        assert_snapshot!(broken("replication-elsewhere", to(Region::EuWest3)), @"
        error: main/replication: ReplicationConfiguration copies from eu-west-3 to eu-west-3 of the same account
          rule: a destination is another region or another account (InvalidParameterException)
          hint: name the region that is to have the copies
          see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
        ");
    }

    #[test]
    fn a_filter_has_no_wildcard() {
        assert_snapshot!(broken("replication-filters", |h| {
            let rule = ReplicationRule::to(Region::EuCentral1, "123456789012").only(["app*"]);
            h.scope.add("replication", ReplicationConfiguration::of(rule));
        }), @"
        error: main/replication: ReplicationConfiguration `app*` is no beginning of a repository's name
          rule: a filter has 2 to 256 lower-case letters, digits and . _ - / (InvalidParameterException)
          hint: PREFIX_MATCH takes no wildcard: write the beginning alone
          see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
        ");
    }
}
