//! What moto 5.2.5 can't do, each with its reason. Nothing of it is faked.
//!
//! A test with a gap runs and is expected to fail: when moto has learnt it, the test says so.
//!
//! # Left out of the cases, because moto has nothing to try
//!
//! - `AWS::IAM::OIDCProvider`: changing `ClientIdList`. moto answers
//!   `AddClientIDToOpenIDConnectProvider` and its counterpart with an error 500 (not implemented).
//! - `AWS::RDS::DBSubnetGroup`: changing description and subnets. moto's `ModifyDBSubnetGroup` takes
//!   the group out of its table, so that it is gone afterwards.
//! - `AWS::RDS::DBInstance`: `AutomaticBackupReplicationRegion`. moto answers
//!   `StartDBInstanceAutomatedBackupsReplication` with an error 500 (not implemented). Final
//!   snapshots: moto gives every instance the same `DbiResourceId`.

/// `ModifyTargetGroup` reads the matcher from a parameter that the SDKs do not send.
pub const MATCHER_IS_NEVER_MODIFIED: &str = "ModifyTargetGroup leaves the matcher as it is";

/// `RequestCertificate` ignores `KeyAlgorithm`.
pub const KEYS_ARE_RSA: &str = "every certificate has an RSA key of 2048 bits";

/// Not moto's doing: the type has nothing of its own in AWS.
pub const A_WAIT_CHANGES_NOTHING: &str =
    "waiting makes no changing request whose answer could get lost";
