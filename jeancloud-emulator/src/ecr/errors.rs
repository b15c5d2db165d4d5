//! What ECR says when it says no.

use crate::{call::Call, error::AwsError};

pub(super) fn no_repository(call: &Call<'_>, name: &str) -> AwsError {
    let message = format!(
        "The repository with name '{name}' does not exist in the registry with id '{}'",
        call.account
    );
    AwsError::new("RepositoryNotFoundException", message)
}

/// A value that the model allows and the service doesn't.
pub(super) fn invalid(parameter: &str, rule: &str) -> AwsError {
    let message =
        format!("Invalid parameter at '{parameter}' failed to satisfy constraint: '{rule}'");
    AwsError::new("InvalidParameterException", message)
}
