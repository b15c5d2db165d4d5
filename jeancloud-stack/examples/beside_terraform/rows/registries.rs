//! ECR: repositories and replication.

use jeancloud_model::{
    AccountId, Region,
    ecr::{
        EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, ImageTagMutability,
        LifecyclePolicy, LifecycleRule, ReplicationConfiguration, ReplicationRule, Repository,
    },
    iam::{Principal, Statement},
};
use serde_json::{Value as Json, json};

use crate::table::{Kind, Table, some};

const UPDATES_THE_POLICY: &str = "\
    PutLifecyclePolicy updates a repository's policy. Terraform deletes the policy first; \
    the repository itself stays with both.";
const PUT_LIFECYCLE: &str =
    "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html";
const ONLY_OURS: &str = "\
    PutReplicationConfiguration writes a registry's rules as a whole. Terraform owns all of \
    them; jeancloud only its own, each known by what it says: the old ones go before \
    the new ones are added, and others' stay.";
const PUT_REPLICATION: &str = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutReplicationConfiguration.html";

/// Adds them.
pub fn rows(table: &mut Table) {
    repository(table);
    policies(table);
    replication(table);
}

fn repository(table: &mut Table) {
    let mut repository = table.of(
        "aws_ecr_repository",
        |_| Repository::builder().repository_name("backend").build(),
        json!({"name": "row-{n}"}),
    );
    repository.change(
        |it, _| it.repository_name = some("frontend"),
        json!({"name": "other-{n}"}),
    );
    repository.change(
        |it, _| it.image_tag_mutability = some(ImageTagMutability::Immutable),
        json!({"image_tag_mutability": "IMMUTABLE"}),
    );
    repository.change(
        |it, _| it.image_scanning_configuration = Some(ImageScanningConfiguration::on_push()),
        json!({"image_scanning_configuration": {"scan_on_push": true}}),
    );
    repository.change(
        |it, _| {
            let kms = EncryptionConfiguration::builder().encryption_type(EncryptionType::Kms);
            it.encryption_configuration = Some(kms.build());
        },
        json!({"encryption_configuration": {"encryption_type": "KMS"}}),
    );
    repository.change(
        |it, _| it.empty_on_delete = some(true),
        json!({"force_delete": true}),
    );
}

fn expiry(days: u32) -> Json {
    let policy = json!({"rules": [{
        "rulePriority": 1,
        "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days},
        "action": {"type": "expire"},
    }]});
    policy.to_string().into()
}

fn readable(action: &str) -> Json {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": action},
    ]});
    policy.to_string().into()
}

/// What Terraform has as resources of its own.
fn policies(table: &mut Table) {
    let beside = json!({"aws_ecr_repository": {"own_{n}": {"name": "row-{n}"}}});
    let rules = |days| LifecyclePolicy::new([LifecycleRule::untagged_after_days(days)]);
    let mut expiring = table.of(
        "aws_ecr_lifecycle_policy",
        move |_| {
            let repository = Repository::builder().repository_name("backend");
            repository.lifecycle_policy(rules(14)).build()
        },
        json!({"repository": "${aws_ecr_repository.own_{n}.name}", "policy": expiry(14)}),
    );
    expiring = expiring.beside(beside.clone());
    expiring
        .change(
            move |it, _| it.lifecycle_policy = Some(rules(30)),
            json!({"policy": expiry(30)}),
        )
        .because(Kind::TheyReplace, UPDATES_THE_POLICY, PUT_LIFECYCLE);
    let policy = |action: &'static str| {
        Statement::allow(action).principal(Principal::account("123456789012"))
    };
    let mut shared = table.of(
        "aws_ecr_repository_policy",
        move |_| {
            let repository = Repository::builder().repository_name("backend");
            let policy = policy("ecr:BatchGetImage");
            repository.repository_policy_text(policy).build()
        },
        json!({"repository": "${aws_ecr_repository.own_{n}.name}", "policy": readable("ecr:BatchGetImage")}),
    );
    shared = shared.beside(beside);
    shared.change(
        move |it, _| it.repository_policy_text = Some(policy("ecr:ListImages").into()),
        json!({"policy": readable("ecr:ListImages")}),
    );
}

fn replication(table: &mut Table) {
    let to = |region: Region| {
        ReplicationConfiguration::of(ReplicationRule::to(region, AccountId::new("123456789012")))
    };
    let rules = |region: &str| json!({"rule": {"destination": {"region": region, "registry_id": "123456789012"}}});
    let mut replication = table.of(
        "aws_ecr_replication_configuration",
        move |_| to(Region::EuCentral1),
        json!({"replication_configuration": rules("eu-central-1")}),
    );
    replication
        .change(
            move |it, _| *it = to(Region::EuWest1),
            json!({"replication_configuration": rules("eu-west-1")}),
        )
        .because(Kind::WeReplace, ONLY_OURS, PUT_REPLICATION);
}
