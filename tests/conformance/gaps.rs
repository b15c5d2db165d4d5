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

/// Of functions and gRPC of cache behaviours.
pub const BEHAVIORS_LOSE_SETTINGS: Difference = on_moto("cloudfront-behavior-settings");

/// Of an identity, a time limit and the kind of addresses of origins.
pub const ORIGINS_LOSE_SETTINGS: Difference = on_moto("cloudfront-origin-settings");

/// Of an interface endpoint's names and addresses.
pub const ENDPOINTS_HAVE_NO_DNS_OPTIONS: Difference = on_moto("ec2-endpoint-dns");

/// Of a subnet's `HostnameType`.
pub const HOST_NAMES_BY_ADDRESS: Difference = on_moto("ec2-hostname-type");

/// Of `PutImageScanningConfiguration` that switches scanning off.
pub const SCANNING_STAYS_ON: Difference = on_moto("ecr-scanning-off");

/// Of `Matcher`'s `GrpcCode`.
pub const NO_GRPC_CODES: Difference = on_moto("elb-grpc-code");

/// Of a listener's `MutualAuthentication`.
pub const CLIENTS_SHOW_NO_CERTIFICATE: Difference = on_moto("elb-mutual-authentication");

/// Of rules for traffic through PrivateLink.
pub const RULES_HOLD_FOR_PRIVATE_LINK: Difference = on_moto("elb-private-link-rules");

/// Of `ModifyListener` to TLS.
pub const NO_TLS_LISTENERS: Difference = on_moto("elb-tls-listener");

/// Of `PutLogGroupDeletionProtection`.
pub const LOGS_ARE_NEVER_PROTECTED: Difference = on_moto("logs-deletion-protection");

/// Of Performance Insights.
pub const NO_INSIGHTS: Difference = on_moto("rds-insights");

/// Of `ModifyDBInstance`'s `DBPortNumber`.
pub const PORTS_STAY: Difference = on_moto("rds-port");

/// Of `ModifyDBInstance`'s `StorageThroughput`.
pub const STORAGE_HAS_NO_THROUGHPUT: Difference = on_moto("rds-storage-throughput");

/// Of sizes and numbers of versions in lifecycle rules.
pub const LIFECYCLES_LOSE_LIMITS: Difference = on_moto("s3-lifecycle-limits");

/// Of who may write the records of accesses.
pub const POLICIES_WITHOUT_LISTS: Difference = on_moto("s3-logging-policy");

/// Of `TransitionDefaultMinimumObjectSize`.
pub const NO_SMALLEST_OBJECTS: Difference = on_moto("s3-smallest-object");

/// Of the key of a secret's copy.
pub const COPIES_HAVE_NO_KEY: Difference = on_moto("secretsmanager-replica-key");

/// moto is wrong.
const fn on_moto(name: &'static str) -> Difference {
    Difference {
        name,
        lacks: On::Moto,
    }
}
