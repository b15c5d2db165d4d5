//! Users, of which an account has none but its root.

use serde_json::{Value, json};

use super::aws_policies;
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// GetUser: without a name it is whoever signs, who is the account's root, or a role and no user.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    if let Some(name) = input.some_text("UserName") {
        let message = format!("The user with name {name} cannot be found.");
        return Err(AwsError::new("NoSuchEntity", message));
    }
    if call.access_key.starts_with("ASIA") {
        let message = "Must specify userName when calling with non-User credentials";
        return Err(AwsError::new("ValidationError", message));
    }
    Ok(json!({"User": {
        "Arn": call.global_arn("iam", "root"),
        "CreateDate": aws_policies::CREATED,
        "UserId": call.account,
    }}))
}

/// ListAccountAliases: there is none.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html>
pub(super) fn aliases(_call: &mut Call<'_>, _input: &Value) -> Outcome {
    Ok(json!({"AccountAliases": [], "IsTruncated": false}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn the_root_is_the_only_user() {
        let aws = Aws::new();
        let root = aws.ok("iam", "GetUser", json!({}));
        assert_eq!(root["User"]["Arn"], "arn:aws:iam::123456789012:root");
        let nobody = aws.refused("iam", "GetUser", json!({"UserName": "me"}));
        assert_eq!((nobody.status, nobody.code.as_str()), (404, "NoSuchEntity"));
        let none = aws.ok("iam", "ListAccountAliases", json!({}));
        assert_eq!(none["AccountAliases"], json!([]));
    }
}
