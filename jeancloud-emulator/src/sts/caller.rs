//! Who calls.

use serde_json::{Value, json};

use super::role;
use crate::{call::Call, error::Outcome, fields::Fields};

/// GetCallerIdentity: every key is the account's root user's, unless a role gave it.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub(super) fn identity(call: &mut Call<'_>, _input: &Value) -> Outcome {
    let temporary = call.access_key.starts_with("ASIA");
    let arn = match temporary {
        true => call.global_arn("sts", "assumed-role/emulated/session"),
        false => call.global_arn("iam", "root"),
    };
    let user = match temporary {
        true => format!("AROA{}:session", &call.access_key[4..]),
        false => call.account.clone(),
    };
    Ok(json!({"Account": call.account, "Arn": arn, "UserId": user}))
}

/// GetSessionToken: another key of the same account.
pub(super) fn session_token(call: &mut Call<'_>, input: &Value) -> Outcome {
    let seconds = input.int("DurationSeconds").unwrap_or(43_200);
    let account = call.account.clone();
    Ok(json!({"Credentials": role::credentials(call, &account, seconds)}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn a_caller_belongs_to_the_account_of_its_key() {
        let aws = Aws::new();
        let identity = aws.ok("sts", "GetCallerIdentity", json!({}));
        assert_eq!(identity["Account"], "123456789012");
        assert_eq!(identity["Arn"], "arn:aws:iam::123456789012:root");
    }

    #[test]
    fn a_role_is_assumed_in_its_account() {
        let aws = Aws::new();
        let role = json!({
            "RoleArn": "arn:aws:iam::210987654321:role/deploy",
            "RoleSessionName": "test",
        });
        let assumed = aws.ok("sts", "AssumeRole", role);
        let key = assumed["Credentials"]["AccessKeyId"].as_str().unwrap();
        let identity = aws.with_key(key).ok("sts", "GetCallerIdentity", json!({}));
        assert_eq!(identity["Account"], "210987654321");
    }

    #[test]
    fn a_session_name_has_at_least_two_letters() {
        let role = json!({"RoleArn": "arn:aws:iam::210987654321:role/a", "RoleSessionName": "x"});
        let refusal = Aws::new().refused("sts", "AssumeRole", role);
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (400, "ValidationError")
        );
        assert_eq!(
            refusal.message,
            "1 validation error detected: Value 'x' at 'roleSessionName' failed to satisfy \
             constraint: Member must have length greater than or equal to 2"
        );
    }
}
