//! Assumed roles.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    account,
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    iam::role::Role,
};

/// AssumeRole: every role of every account trusts every caller, whether it exists or not.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
pub(super) fn assume(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (arn, session) = (input.text("RoleArn"), input.text("RoleSessionName"));
    // arn:aws:iam::ACCOUNT:role/PATH/NAME
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let &[_, partition, "iam", _, account, role] = &parts[..] else {
        return Err(AwsError::new(
            "ValidationError",
            format!("{arn} is invalid"),
        ));
    };
    let name = role.rsplit('/').next().unwrap_or(role);
    let seconds = input.int("DurationSeconds").unwrap_or(3600);
    let credentials = credentials(call, account, seconds);
    // A role of the emulated IAM has its id there; of any other one is made up.
    let known = call.table_of::<Role>(account, "").get(name);
    let id = match known {
        Some(role) => role.view.text("RoleId").to_owned(),
        None => format!("AROA{}", &credentials.text("AccessKeyId")[4..]),
    };
    Ok(json!({
        "AssumedRoleUser": {
            "Arn": format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}"),
            "AssumedRoleId": format!("{id}:{session}"),
        },
        "Credentials": credentials,
    }))
}

/// AssumeRoleWithWebIdentity: the same for those who have a token of somebody else's.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>
pub(super) fn assume_with_web_identity(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut output = assume(call, input)?;
    output["SubjectFromWebIdentityToken"] = "emulated".into();
    Ok(output)
}

/// Temporary credentials of an account.
pub(super) fn credentials(call: &mut Call<'_>, account: &str, seconds: i64) -> Value {
    let mut draw = call.draw("credentials");
    let lifetime = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    json!({
        "AccessKeyId": account::temporary_key(account, &mut draw),
        "SecretAccessKey": draw.hex(40),
        "SessionToken": draw.hex(64),
        "Expiration": call.now.after(lifetime),
    })
}
