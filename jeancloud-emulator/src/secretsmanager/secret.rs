//! Secrets.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::{
    replica, tags,
    value::{self, Version},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Time, resource},
};

const DAY: Duration = Duration::from_secs(86_400);

resource! {
    /// A secret, by its name, as DescribeSecret shows it without its versions.
    pub(crate) struct Secret: "secretsmanager/secret" in Region {
        /// By their ids.
        versions: BTreeMap<String, Version>,
        policy: Option<String>,
        /// When its recovery window ends, once it is deleted.
        ends: Option<Time>,
    }
}

/// CreateSecret.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("Name");
    if let Some(there) = named(call, name) {
        if there.view.at("DeletedDate").is_some() {
            let message = "You can't create this secret because a secret with this name is \
                           already scheduled for deletion.";
            return Err(AwsError::new("InvalidRequestException", message));
        }
        let same_call = input
            .some_text("ClientRequestToken")
            .and_then(|token| there.versions.get(token))
            .is_some_and(|version| version.holds(input));
        if same_call {
            let version = input["ClientRequestToken"].clone();
            return Ok(json!({"ARN": there.view["ARN"], "Name": name, "VersionId": version}));
        }
        let message = format!("The operation failed because the secret {name} already exists.");
        return Err(AwsError::new("ResourceExistsException", message));
    }
    let tags = tags::merged(&[], input.items("Tags"))?;
    let mut view = call.keep("DescribeSecretResponse", input);
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    // "a hyphen and six random characters", "Secrets Manager secrets", User Guide.
    let suffix = call.draw("secret").text(letters, 6);
    let arn = call.arn("secretsmanager", &format!("secret:{name}-{suffix}"));
    view["ARN"] = arn.clone().into();
    view["CreatedDate"] = call.now.into();
    view["LastChangedDate"] = call.now.into();
    if !tags.is_empty() {
        view["Tags"] = tags.into();
    }
    let secret = Secret {
        view,
        versions: BTreeMap::new(),
        policy: None,
        ends: None,
    };
    call.insert(name, secret);
    let mut output = json!({"ARN": arn, "Name": name});
    if let Some(version) = value::of(call, input) {
        let id = version.id.clone();
        change(call, name, |secret| secret.add(version, &[value::CURRENT]));
        output["VersionId"] = id.into();
    }
    if !input.items("AddReplicaRegions").is_empty() {
        let statuses = replica::replicate(call, name, input).inspect_err(|_| {
            call.table_mut::<Secret>().remove(name);
        })?;
        output["ReplicationStatus"] = statuses;
    }
    Ok(output)
}

/// DescribeSecret.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = find(call, input)?;
    let secret = call.get::<Secret>(&name).ok_or_else(not_found)?;
    let mut view = secret.view.clone();
    let stages = secret.stages();
    if !stages.is_empty() {
        view["VersionIdsToStages"] = stages.into_iter().collect();
    }
    Ok(view)
}

/// ListSecrets: by name, or by when they were made.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let planned = input.flag("IncludePlannedDeletion");
    let filters = input.items("Filters");
    let secrets = call.table::<Secret>().iter();
    let secrets = secrets
        .filter(|(_, secret)| !is_gone(secret, call.now))
        .filter(|(_, secret)| planned || secret.view.at("DeletedDate").is_none())
        .filter(|(_, secret)| filters.iter().all(|filter| passes(secret, filter)))
        .map(|(name, secret)| (name.to_owned(), secret));
    let mut page = call.page(input, 100, secrets, |secret| {
        let mut view = call.keep("SecretListEntry", &secret.view);
        let stages = secret.stages();
        if !stages.is_empty() {
            view["SecretVersionsToStages"] = stages.into_iter().collect();
        }
        view
    })?;
    if input.text("SortOrder") == "desc"
        && let Some(list) = page["SecretList"].as_array_mut()
    {
        list.reverse();
    }
    Ok(page)
}

/// UpdateSecret: what isn't given stays.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html>
pub(super) fn update(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = usable(call, input)?;
    let version = value::new(call, input, &name)?;
    let id = version.as_ref().map(|version| version.id.clone());
    let now = call.now;
    change(call, &name, |secret| {
        secret.view.take_over(input, &["Description", "KmsKeyId"]);
        secret.view["LastChangedDate"] = now.into();
        if let Some(version) = version {
            secret.add(version, &[value::CURRENT]);
        }
    });
    let secret = call.get::<Secret>(&name).ok_or_else(not_found)?;
    Ok(json!({"ARN": secret.view["ARN"], "Name": name, "VersionId": id}))
}

/// DeleteSecret: after a window, or at once, which never fails for what isn't there.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (force, days) = (
        input.flag("ForceDeleteWithoutRecovery"),
        input.int("RecoveryWindowInDays"),
    );
    let wrong = match days {
        Some(_) if force => {
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
        }
        Some(days) if !(7..=30).contains(&days) => {
            "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."
        }
        _ => "",
    };
    if !wrong.is_empty() {
        return Err(AwsError::new("InvalidParameterException", wrong));
    }
    let name = match find(call, input) {
        Ok(name) => name,
        Err(_) if force => {
            let id = input["SecretId"].clone();
            return Ok(json!({"ARN": id, "Name": id, "DeletionDate": call.now}));
        }
        Err(error) => return Err(error),
    };
    let secret = call.get::<Secret>(&name).ok_or_else(not_found)?;
    if secret.view.at("DeletedDate").is_some() && !force {
        return Err(marked());
    }
    let replicas: Vec<&str> = replica::regions(&secret.view).collect();
    if !replicas.is_empty() && !replica::is_one(call, &secret.view) {
        let message = format!(
            "You can't delete secret {name} that still has replica regions [{}]",
            replicas.join(", ")
        );
        return Err(AwsError::new("InvalidRequestException", message));
    }
    let arn = secret.view["ARN"].clone();
    let days = if force { 0 } else { days.unwrap_or(30) };
    let date = call.now.after(DAY * u32::try_from(days).unwrap_or(30));
    if force {
        call.table_mut::<Secret>().remove(&name);
    } else {
        let now = call.now;
        change(call, &name, |secret| {
            // "the date … the secret is scheduled for deletion" is told by DeleteSecret only;
            // DescribeSecret tells the date of the call.
            secret.view["DeletedDate"] = now.into();
            secret.ends = Some(date);
        });
    }
    Ok(json!({"ARN": arn, "Name": name, "DeletionDate": date}))
}

/// RestoreSecret.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html>
pub(super) fn restore(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = find(call, input)?;
    change(call, &name, |secret| {
        secret.view.clear("DeletedDate");
        secret.ends = None;
    });
    let secret = call.get::<Secret>(&name).ok_or_else(not_found)?;
    Ok(json!({"ARN": secret.view["ARN"], "Name": name}))
}

/// The name of the secret that an input names: by name, by ARN, or by an ARN without the six
/// characters at its end.
pub(super) fn find(call: &Call<'_>, input: &Value) -> Result<String, AwsError> {
    let id = input.text("SecretId");
    let name = match id.split_once(":secret:") {
        None => id,
        Some((_, rest)) => {
            let whole = call.table::<Secret>().with(id).next();
            whole.map_or(rest, |(name, _)| name)
        }
    };
    let found = named(call, name).map(|_| name.to_owned());
    found.ok_or_else(not_found)
}

/// The same, unless it is marked for deletion or a replica of another region's.
pub(super) fn usable(call: &Call<'_>, input: &Value) -> Result<String, AwsError> {
    let name = find(call, input)?;
    let secret = call.get::<Secret>(&name).ok_or_else(not_found)?;
    if secret.view.at("DeletedDate").is_some() {
        return Err(marked());
    }
    if replica::is_one(call, &secret.view) {
        let message = "Operation not permitted on a replica secret. Call must be made in primary \
                       secret's region.";
        return Err(AwsError::new("InvalidRequestException", message));
    }
    Ok(name)
}

/// Changes a secret, and its replicas with it.
pub(super) fn change(call: &mut Call<'_>, name: &str, how: impl FnOnce(&mut Secret)) {
    if let Some(mut secret) = call.table_mut::<Secret>().get_mut(name) {
        how(&mut secret);
    }
    replica::synchronise(call, name);
}

pub(super) fn marked() -> AwsError {
    let message = "You can't perform this operation on the secret because it was marked for \
                   deletion.";
    AwsError::new("InvalidRequestException", message)
}

pub(super) fn not_found() -> AwsError {
    let message = "Secrets Manager can't find the specified secret.";
    AwsError::new("ResourceNotFoundException", message)
}

fn named<'c>(call: &'c Call<'_>, name: &str) -> Option<&'c Secret> {
    call.get::<Secret>(name)
        .filter(|secret| !is_gone(secret, call.now))
}

/// Whether its recovery window has passed.
fn is_gone(secret: &Secret, now: Time) -> bool {
    secret.ends.is_some_and(|end| end <= now)
}

/// The filter matches a value that starts with one of the values, API_Filter; `!` turns one
/// around.
fn passes(secret: &Secret, filter: &Value) -> bool {
    let view = &secret.view;
    let tags = |part: &str| {
        let tags = view.items("Tags").iter();
        tags.map(|tag| tag.text(part).to_owned())
            .collect::<Vec<_>>()
    };
    let one = |name: &str| vec![view.text(name).to_owned()];
    let texts = match filter.text("Key") {
        "name" => one("Name"),
        "description" => one("Description"),
        "tag-key" => tags("Key"),
        "tag-value" => tags("Value"),
        "primary-region" => one("PrimaryRegion"),
        "owning-service" => one("OwningService"),
        _ => [one("Name"), one("Description"), tags("Key"), tags("Value")].concat(),
    };
    let starts = |value: &str| texts.iter().any(|text| text.starts_with(value));
    filter
        .texts("Values")
        .any(|value| match value.strip_prefix('!') {
            Some(value) => !starts(value),
            None => starts(value),
        })
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    const SERVICE: &str = "secretsmanager";

    pub fn with_secret() -> Aws {
        let aws = Aws::new();
        let secret = json!({"Name": "db/password", "SecretString": "one"});
        aws.ok(SERVICE, "CreateSecret", secret);
        aws
    }

    #[test]
    fn a_secret_is_found_by_name_and_by_arn_in_both_spellings() {
        let aws = with_secret();
        let told = aws.ok(
            SERVICE,
            "DescribeSecret",
            json!({"SecretId": "db/password"}),
        );
        let arn = told["ARN"].as_str().unwrap();
        let start = "arn:aws:secretsmanager:eu-west-3:123456789012:secret:db/password-";
        assert_eq!(arn.strip_prefix(start).unwrap().len(), 6);
        for id in [arn, &start[..start.len() - 1]] {
            let again = aws.ok(SERVICE, "DescribeSecret", json!({"SecretId": id}));
            assert_eq!(again, told);
        }
        let refusal = aws.refused(SERVICE, "DescribeSecret", json!({"SecretId": "other"}));
        assert_eq!(refusal.code, "ResourceNotFoundException");
    }

    #[test]
    fn a_name_is_used_once_except_by_the_same_call() {
        let aws = Aws::new();
        let mut secret = json!({
            "Name": "a",
            "SecretString": "one",
            "ClientRequestToken": "12345678-1234-1234-1234-123456789012",
        });
        let first = aws.ok(SERVICE, "CreateSecret", secret.clone());
        assert_eq!(aws.ok(SERVICE, "CreateSecret", secret.clone()), first);
        secret["SecretString"] = "two".into();
        let code = aws.code(SERVICE, "CreateSecret", secret);
        assert_eq!(code, "ResourceExistsException");
    }

    #[test]
    fn a_deleted_secret_keeps_its_name_until_its_window_ends() {
        let aws = with_secret();
        let id = json!({"SecretId": "db/password"});
        let short = json!({"SecretId": "db/password", "RecoveryWindowInDays": 3});
        let code = aws.code(SERVICE, "DeleteSecret", short);
        assert_eq!(code, "InvalidParameterException");
        aws.ok(SERVICE, "DeleteSecret", id.clone());
        let told = aws.ok(SERVICE, "DescribeSecret", id.clone());
        assert!(told["DeletedDate"].is_number());
        for (operation, input) in [
            ("GetSecretValue", id.clone()),
            ("CreateSecret", json!({"Name": "db/password"})),
            ("UpdateSecret", id.clone()),
        ] {
            let code = aws.code(SERVICE, operation, input);
            assert_eq!(code, "InvalidRequestException", "{operation}");
        }
        let listed = aws.ok(SERVICE, "ListSecrets", json!({}));
        assert_eq!(listed["SecretList"], json!([]));
        aws.ok(SERVICE, "RestoreSecret", id.clone());
        let value = aws.ok(SERVICE, "GetSecretValue", id.clone());
        assert_eq!(value["SecretString"], "one");
        let force = json!({"SecretId": "db/password", "ForceDeleteWithoutRecovery": true});
        aws.ok(SERVICE, "DeleteSecret", force.clone());
        aws.ok(SERVICE, "DeleteSecret", force);
        let code = aws.code(SERVICE, "DescribeSecret", id);
        assert_eq!(code, "ResourceNotFoundException");
    }

    #[test]
    fn secrets_are_listed_by_filter_and_page() {
        let aws = Aws::new();
        for name in ["a/1", "a/2", "b/1"] {
            let tags = json!([{"Key": "team", "Value": name}]);
            aws.ok(SERVICE, "CreateSecret", json!({"Name": name, "Tags": tags}));
        }
        let list = |input| {
            let told = aws.ok(SERVICE, "ListSecrets", input);
            let list = told["SecretList"].as_array().unwrap();
            let names = list
                .iter()
                .map(|it| it["Name"].as_str().unwrap().to_owned());
            (names.collect::<Vec<_>>(), told["NextToken"].clone())
        };
        let filters = json!([{"Key": "tag-value", "Values": ["a/"]}]);
        assert_eq!(list(json!({"Filters": filters})).0, ["a/1", "a/2"]);
        let (first, token) = list(json!({"MaxResults": 2}));
        assert_eq!(first, ["a/1", "a/2"]);
        let second = list(json!({"MaxResults": 2, "NextToken": token}));
        assert_eq!(second.0, ["b/1"]);
    }
}
