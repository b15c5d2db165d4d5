//! Lookups: what a stack needs and does not own.

mod hosted_zone;

pub use hosted_zone::HostedZone;
mod caller_identity;
mod kms_alias;

pub use caller_identity::CallerIdentity;
pub use kms_alias::{KmsAlias, KmsAliasName};
