//! Other names of keys.

use serde_json::{Value, json};

use super::key::{self, PAGE};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

resource! {
    /// An alias, by its name.
    pub(crate) struct Alias: "kms/alias" in Region {}
}

/// CreateAlias.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("AliasName");
    check(name)?;
    let arn = call.arn("kms", name);
    if call.get::<Alias>(name).is_some() {
        let message = format!("An alias with the name {arn} already exists");
        return Err(AwsError::new("AlreadyExistsException", message));
    }
    let target = target(call, input)?;
    let view = json!({
        "AliasArn": arn,
        "AliasName": name,
        "CreationDate": call.now,
        "LastUpdatedDate": call.now,
        "TargetKeyId": target,
    });
    call.insert(name, Alias { view });
    Ok(json!({}))
}

/// UpdateAlias: another key.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html>
pub(super) fn update(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("AliasName");
    check(name)?;
    if call.get::<Alias>(name).is_none() {
        return Err(not_found(call, name));
    }
    let (target, now) = (target(call, input)?, call.now);
    if let Some(mut alias) = call.table_mut::<Alias>().get_mut(name) {
        alias.view["TargetKeyId"] = target;
        alias.view["LastUpdatedDate"] = now.into();
    }
    Ok(json!({}))
}

/// DeleteAlias.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("AliasName");
    check(name)?;
    let gone = call.table_mut::<Alias>().remove(name);
    gone.map(|_| json!({})).ok_or_else(|| not_found(call, name))
}

/// ListAliases: all, or those of a key.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let target = match input.at("KeyId") {
        Some(_) => Some(target_named(call, input)?),
        None => None,
    };
    let aliases = call.table::<Alias>().iter();
    let aliases = aliases
        .filter(|(_, alias)| {
            target
                .as_ref()
                .is_none_or(|it| alias.view["TargetKeyId"] == *it)
        })
        .map(|(name, alias)| (name.to_owned(), alias));
    let mut output = call.page(input, PAGE, aliases, |alias| alias.view.clone())?;
    key::truncation(&mut output);
    Ok(output)
}

/// The id of the key that `TargetKeyId` names: an id or an ARN, no alias.
fn target(call: &Call<'_>, input: &Value) -> Outcome {
    let named = input.text("TargetKeyId");
    if named.contains("alias/") {
        let message = "Aliases must refer to keys. Not aliases";
        return Err(AwsError::new("ValidationException", message));
    }
    target_named(call, &json!({"KeyId": named}))
}

fn target_named(call: &Call<'_>, input: &Value) -> Outcome {
    Ok(key::find(call, input)?.view["KeyId"].clone())
}

/// "The alias name … must begin with alias/", and alias/aws/ is reserved; see API_CreateAlias.
fn check(name: &str) -> Result<(), AwsError> {
    let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, ':' | '/' | '_' | '-');
    let message = match name.strip_prefix("alias/") {
        None => "Invalid identifier",
        Some(rest) if rest.starts_with("aws/") => {
            return Err(AwsError::new("NotAuthorizedException", "Access denied").status(400));
        }
        Some(rest) if rest.is_empty() || !rest.chars().all(fits) => {
            "Alias contains invalid characters"
        }
        Some(_) => return Ok(()),
    };
    Err(AwsError::new("ValidationException", message))
}

fn not_found(call: &Call<'_>, name: &str) -> AwsError {
    let arn = call.arn("kms", name);
    AwsError::new("NotFoundException", format!("Alias {arn} is not found."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::key::tests::{id, key};
    use crate::testing::Aws;

    #[test]
    fn an_alias_stands_for_a_key() {
        let aws = Aws::new();
        let (one, two) = (key(&aws), key(&aws));
        let alias = |key| json!({"AliasName": "alias/logs", "TargetKeyId": key});
        aws.ok("kms", "CreateAlias", alias(&one));
        let code = aws.code("kms", "CreateAlias", alias(&two));
        assert_eq!(code, "AlreadyExistsException");
        let by_alias = json!({"KeyId": "alias/logs"});
        let told = || aws.ok("kms", "DescribeKey", by_alias.clone());
        assert_eq!(told()["KeyMetadata"]["KeyId"], one);
        aws.ok("kms", "UpdateAlias", alias(&two));
        assert_eq!(told()["KeyMetadata"]["KeyId"], two);
        let aliases = aws.ok("kms", "ListAliases", id(&two));
        assert_eq!(aliases["Aliases"][0]["AliasName"], "alias/logs");
        assert_eq!(aws.ok("kms", "ListAliases", id(&one))["Aliases"], json!([]));
        let name = json!({"AliasName": "alias/logs"});
        aws.ok("kms", "DeleteAlias", name.clone());
        assert_eq!(aws.code("kms", "DeleteAlias", name), "NotFoundException");
        assert_eq!(
            aws.code("kms", "DescribeKey", by_alias),
            "NotFoundException"
        );
    }

    #[test]
    fn an_alias_is_named_after_the_rules() {
        let aws = Aws::new();
        let key = key(&aws);
        for name in ["logs", "alias/", "alias/a b"] {
            let alias = json!({"AliasName": name, "TargetKeyId": key});
            assert_eq!(
                aws.code("kms", "CreateAlias", alias),
                "ValidationException",
                "{name}"
            );
        }
    }
}
