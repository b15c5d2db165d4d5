//! AWS Identity and Access Management: who may do what.

mod oidc_provider;
pub mod policy_document;
mod role;

pub use oidc_provider::{OidcProvider, OidcProviderUrl, Thumbprint};
pub use policy_document::{
    Condition, Effect, PolicyDocument, PolicyKind, PolicyVersion, Principal, PrincipalKind,
    Statement,
};
pub use role::{Policy, PolicyName, Role, RoleId, RoleName, RolePath, aws_managed_policy};
