//! Where moto 5.2.5 and the emulator differ, and which of them is wrong.
//!
//! Each difference is a line of `docs/emulator-and-moto.md`, which says what either does and what
//! AWS's document says; `cargo xtask tidy` holds the two against each other. Nothing is faked and
//! nothing left out: what is known not to work on one AWS is tried there, and has to fail.

use crate::harness::{Difference, On};

/// Of `RequestCertificate`'s `KeyAlgorithm`.
pub const KEYS_ARE_RSA: Difference = on_moto("acm-key-algorithm");

/// Of origins' `OriginAccessControlId`.
pub const ORIGINS_LOSE_THEIR_CONTROL: Difference = on_moto("cloudfront-origin-access-control");

/// Of `DescribeAddresses`' `NetworkBorderGroup`.
pub const ADDRESSES_HAVE_NO_BORDER_GROUP: Difference = on_moto("ec2-border-group");

/// Of `UpdateSecurityGroupRuleDescriptions…` without a description.
pub const DESCRIPTIONS_STAY: Difference = on_moto("ec2-rule-description");

/// Of `PutReplicationConfiguration` with two rules.
pub const ONE_REPLICATION_RULE: Difference = on_moto("ecr-replication-rules");

/// Of a service's tasks whose image isn't there.
pub const ANY_IMAGE_RUNS: Difference = on_moto("ecs-missing-image");

/// Of `ModifyTargetGroup`'s `Matcher`.
pub const MATCHER_IS_NEVER_MODIFIED: Difference = on_moto("elb-matcher");

/// Of the client ids of an OIDC provider.
pub const CLIENT_IDS_STAY: Difference = on_moto("iam-client-ids");

/// Of `EnableKeyRotation`'s `RotationPeriodInDays`.
pub const ROTATION_HAS_NO_PERIOD: Difference = on_moto("kms-rotation-period");

/// Of `StartDBInstanceAutomatedBackupsReplication`.
pub const BACKUPS_STAY_IN_THEIR_REGION: Difference = on_moto("rds-backup-replication");

/// Of `DbiResourceId`.
pub const DATABASES_SHARE_AN_ID: Difference = on_moto("rds-resource-id");

/// Of `ModifyDBSubnetGroup`.
pub const CHANGED_SUBNET_GROUPS_VANISH: Difference = on_moto("rds-subnet-group");

/// Of what one account is told of another's bucket.
pub const EVERYBODY_SEES_BUCKETS: Difference = on_moto("s3-bucket-of-another");

/// Of `CreateBucket`'s tags.
pub const NEW_BUCKETS_HAVE_NO_TAGS: Difference = on_moto("s3-bucket-tags");

/// moto is wrong.
const fn on_moto(name: &'static str) -> Difference {
    Difference {
        name,
        lacks: On::Moto,
    }
}
