//! AWS Secrets Manager: values that nobody but their users sees.

mod secret;

pub use secret::{GenerateSecretString, ReplicaRegion, Secret, SecretArn, SecretName};
