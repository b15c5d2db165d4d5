//! AWS Identity and Access Management: who may do what.

pub mod policy_document;

pub use policy_document::{
    Condition, Effect, PolicyDocument, PolicyKind, PolicyVersion, Principal, PrincipalKind,
    Statement,
};
