//! Rules for repositories and replication.

use std::collections::BTreeSet;

use jeancloud_model::{
    ecr::{
        EncryptionType, ImageTagMutability, ReplicationConfiguration, ReplicationDestination,
        ReplicationRule, Repository,
    },
    lookup::CallerIdentity,
};

use super::{Report, Rule};
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
        let filters = repository.image_tag_mutability_exclusion_filters.len();
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

fn a_key_belongs_to_kms(view: &View, report: &mut Report) {
    for repository in view.all::<Repository>() {
        let Some(encryption) = &repository.encryption_configuration else {
            continue;
        };
        let aes = encryption.encryption_type.known() == Some(&EncryptionType::Aes256);
        if aes && encryption.kms_key.is_some() {
            report
                .error(repository.declaration, "EncryptionConfiguration", "names a KMS key beside AES256")
                .rule("a KmsKey belongs to the encryption types KMS and KMS_DSSE (InvalidParameterException)")
                .hint("EncryptionType::Kms")
                .document(CREATE);
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
            EncryptionConfiguration, EncryptionType, ImageTagMutability, ReplicationConfiguration,
            ReplicationRule, ReplicationRules, Repository,
        },
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
