//! Repositories and replication.

use jeancloud_model::{
    Region,
    ecr::{
        EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, ImageTagMutability,
        LifecyclePolicy, LifecycleRule, ReplicationConfiguration, ReplicationRule, Repository,
    },
    iam::{PolicyDocument, Principal, Statement},
};
use jeancloud_stack::Stack;

use crate::{
    gaps,
    harness::{Case, Gap},
};

conformance! {
    repository: Case {
        type_name: "AWS::ECR::Repository",
        address: "main/repository",
        base: |stack| add(stack, Repository::builder().repository_name("app").build()),
        updates: &[
            ("set", |stack| add(stack, Repository::builder()
                .repository_name("app")
                .image_tag_mutability(ImageTagMutability::Immutable)
                .image_scanning_configuration(ImageScanningConfiguration::on_push())
                .lifecycle_policy(LifecyclePolicy::new([LifecycleRule::untagged_after_days(14)]))
                .repository_policy_text(pull_for("123456789012"))
                .tag("Team", "web")
                .build())),
            ("change", |stack| add(stack, Repository::builder()
                .repository_name("app")
                .image_tag_mutability(ImageTagMutability::Mutable)
                .image_scanning_configuration(ImageScanningConfiguration::on_push())
                .lifecycle_policy(LifecyclePolicy::new([
                    LifecycleRule::untagged_after_days(7),
                    LifecycleRule::keep_newest(20),
                ]))
                .repository_policy_text(pull_for("210987654321"))
                .empty_on_delete(true)
                .tag("Team", "api")
                .build())),
            ("clear", |stack| add(stack, Repository::builder().repository_name("app").build())),
        ],
        replaced: Some(|stack| add(stack, Repository::builder()
            .repository_name("app")
            .encryption_configuration(EncryptionConfiguration::builder()
                .encryption_type(EncryptionType::Kms)
                .build())
            .build())),
        gaps: &[],
    },
    replication: Case {
        type_name: "AWS::ECR::ReplicationConfiguration",
        address: "main/replication",
        base: |stack| replicate(stack, ["app"]),
        updates: &[],
        // One of the new rules is the old one's.
        replaced: Some(|stack| replicate(stack, ["web", "app"])),
        gaps: &[Gap {
            difference: gaps::ONE_REPLICATION_RULE,
            test: "replaces_when_create_only_changes",
        }],
    },
}

fn add(stack: &Stack, repository: Repository) {
    stack
        .region("main", Region::EuWest3)
        .add("repository", repository);
}

fn replicate<const N: usize>(stack: &Stack, prefixes: [&str; N]) {
    let rules = prefixes
        .map(|prefix| ReplicationRule::to(Region::EuCentral1, "123456789012").only([prefix]));
    stack
        .region("main", Region::EuWest3)
        .add("replication", ReplicationConfiguration::of(rules));
}

fn pull_for(account: &str) -> PolicyDocument {
    Statement::allow(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])
        .principal(Principal::account(account))
        .into()
}
