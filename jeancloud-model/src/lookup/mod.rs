//! Lookups: what a stack needs and does not own.

mod caller_identity;
mod kms_alias;

pub use caller_identity::CallerIdentity;
pub use kms_alias::{KmsAlias, KmsAliasName};
