//! What secrets hold.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::secret::{self, Secret};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::Time,
};

/// The stage of the version that is meant where none is named.
pub(super) const CURRENT: &str = "AWSCURRENT";
/// The stage of the version that was current before.
pub(super) const PREVIOUS: &str = "AWSPREVIOUS";

/// A version of a secret's value.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    pub id: String,
    /// `SecretString` or `SecretBinary`, as it came.
    pub content: Value,
    /// In the order in which they came.
    pub stages: Vec<String>,
    pub created: Time,
}

impl Version {
    /// Whether an input has the same value.
    pub fn holds(&self, input: &Value) -> bool {
        self.content == content(input)
    }
}

impl Secret {
    /// Adds a version in `stages`. "Secrets Manager also automatically moves the staging label
    /// AWSPREVIOUS to the version that AWSCURRENT was removed from", API_PutSecretValue.
    pub fn add(&mut self, version: Version, stages: &[&str]) {
        let id = version.id.clone();
        self.versions.insert(id.clone(), version);
        for stage in stages {
            self.move_stage(stage, Some(&id));
        }
    }

    /// Moves a stage to a version, or away.
    pub fn move_stage(&mut self, stage: &str, to: Option<&str>) {
        let from = self.in_stage(stage).map(|version| version.id.clone());
        if from.as_deref() == to {
            return;
        }
        for version in self.versions.values_mut() {
            version.stages.retain(|it| it != stage);
        }
        if let Some(version) = to.and_then(|to| self.versions.get_mut(to)) {
            version.stages.push(stage.to_owned());
            if stage == CURRENT {
                version.stages.retain(|it| it != PREVIOUS);
            }
        }
        if stage == CURRENT && from.is_some() {
            self.move_stage(PREVIOUS, from.as_deref());
        }
    }

    /// The version in a stage.
    pub fn in_stage(&self, stage: &str) -> Option<&Version> {
        let mut versions = self.versions.values();
        versions.find(|version| version.stages.iter().any(|it| it == stage))
    }

    /// The stages of versions that have some, by version.
    pub fn stages(&self) -> Vec<(String, Value)> {
        let staged = self
            .versions
            .values()
            .filter(|version| !version.stages.is_empty());
        staged
            .map(|version| (version.id.clone(), json!(version.stages)))
            .collect()
    }
}

/// PutSecretValue.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = secret::usable(call, input)?;
    let version = new(call, input, &name)?.ok_or_else(|| {
        let message = "You must provide either SecretString or SecretBinary.";
        AwsError::new("InvalidRequestException", message)
    })?;
    let stages: Vec<&str> = match input.items("VersionStages") {
        [] => vec![CURRENT],
        _ => input.texts("VersionStages").collect(),
    };
    let (id, now) = (version.id.clone(), call.now);
    secret::change(call, &name, |secret| {
        let first = secret.versions.is_empty();
        secret.add(version, &stages);
        // Where none is named, the first version gets AWSCURRENT; see the same.
        if first {
            secret.move_stage(CURRENT, Some(&id));
        }
        secret.view["LastChangedDate"] = now.into();
    });
    let secret = call.get::<Secret>(&name).ok_or_else(secret::not_found)?;
    let stages = secret.versions.get(&id).map(|version| &version.stages);
    Ok(json!({
        "ARN": secret.view["ARN"],
        "Name": name,
        "VersionId": id,
        "VersionStages": stages,
    }))
}

/// GetSecretValue: of a version, of a stage, or of the current version.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = secret::find(call, input)?;
    let secret = call.get::<Secret>(&name).ok_or_else(secret::not_found)?;
    if secret.view.at("DeletedDate").is_some() {
        return Err(secret::marked());
    }
    let (id, stage) = (
        input.some_text("VersionId"),
        input.some_text("VersionStage"),
    );
    let (found, named) = match id {
        Some(id) => (secret.versions.get(id), format!("VersionId: {id}")),
        None => {
            let stage = stage.unwrap_or(CURRENT);
            (secret.in_stage(stage), format!("staging label: {stage}"))
        }
    };
    let version = found.ok_or_else(|| {
        let message = format!("Secrets Manager can't find the specified secret value for {named}");
        AwsError::new("ResourceNotFoundException", message)
    })?;
    if id.is_some() && stage.is_some_and(|stage| !version.stages.iter().any(|it| it == stage)) {
        let message = "You provided a VersionStage that is not associated to the provided \
                       VersionId.";
        return Err(AwsError::new("InvalidRequestException", message));
    }
    let mut output = json!({
        "ARN": secret.view["ARN"],
        "CreatedDate": version.created,
        "Name": name,
        "VersionId": version.id,
        "VersionStages": version.stages,
    });
    output.take_over(&version.content, &["SecretBinary", "SecretString"]);
    Ok(output)
}

/// The version that an input has a value for.
pub(super) fn of(call: &mut Call<'_>, input: &Value) -> Option<Version> {
    let content = content(input);
    if content.as_object().is_none_or(serde_json::Map::is_empty) {
        return None;
    }
    let token = input.some_text("ClientRequestToken").map(str::to_owned);
    Some(Version {
        id: token.unwrap_or_else(|| call.draw("secret-version").uuid()),
        content,
        stages: Vec::new(),
        created: call.now,
    })
}

/// The same, for a secret that may have a version of this id with another value: "you can't modify
/// an existing version", API_PutSecretValue.
pub(super) fn new(
    call: &mut Call<'_>,
    input: &Value,
    name: &str,
) -> Result<Option<Version>, AwsError> {
    if input.at("SecretString").is_some() && input.at("SecretBinary").is_some() {
        let message = "You can't specify both a binary secret value and a string secret value in \
                       the same secret.";
        return Err(AwsError::new("InvalidParameterException", message));
    }
    let Some(version) = of(call, input) else {
        return Ok(None);
    };
    let there = call.get::<Secret>(name);
    match there.and_then(|secret| secret.versions.get(&version.id)) {
        Some(there) if !there.holds(input) => {
            let message = format!(
                "You can't use ClientRequestToken {} because that value is already in use for a \
                 version of secret {name}.",
                version.id
            );
            Err(AwsError::new("ResourceExistsException", message))
        }
        // Its stages stay.
        Some(there) => Ok(Some(there.clone())),
        None => Ok(Some(version)),
    }
}

fn content(input: &Value) -> Value {
    let mut content = json!({});
    content.take_over(input, &["SecretBinary", "SecretString"]);
    content
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::secret::tests::with_secret;
    use crate::testing::Aws;

    const SERVICE: &str = "secretsmanager";

    fn get(aws: &Aws, more: &[(&str, &str)]) -> Value {
        let mut input = json!({"SecretId": "db/password"});
        for (name, value) in more {
            input[*name] = (*value).into();
        }
        aws.ok(SERVICE, "GetSecretValue", input)["SecretString"].clone()
    }

    #[test]
    fn a_new_value_is_current_and_the_old_one_previous() {
        let aws = with_secret();
        for value in ["two", "three"] {
            let put = json!({"SecretId": "db/password", "SecretString": value});
            aws.ok(SERVICE, "PutSecretValue", put);
        }
        assert_eq!(get(&aws, &[]), "three");
        assert_eq!(get(&aws, &[("VersionStage", "AWSPREVIOUS")]), "two");
        let told = aws.ok(
            SERVICE,
            "DescribeSecret",
            json!({"SecretId": "db/password"}),
        );
        assert_eq!(told["VersionIdsToStages"].as_object().unwrap().len(), 2);
    }

    #[test]
    fn a_token_names_one_value() {
        let aws = with_secret();
        let token = "12345678-1234-1234-1234-123456789012";
        let put = |value: &str| {
            json!({
                "SecretId": "db/password",
                "SecretString": value,
                "ClientRequestToken": token,
            })
        };
        for _ in 0..2 {
            aws.ok(SERVICE, "PutSecretValue", put("two"));
        }
        let code = aws.code(SERVICE, "PutSecretValue", put("three"));
        assert_eq!(code, "ResourceExistsException");
        assert_eq!(get(&aws, &[("VersionId", token)]), "two");
        assert_eq!(get(&aws, &[("VersionStage", "AWSPREVIOUS")]), "one");
    }

    #[test]
    fn a_secret_without_a_value_has_none_to_tell() {
        let aws = Aws::new();
        aws.ok(SERVICE, "CreateSecret", json!({"Name": "a"}));
        let refusal = aws.refused(SERVICE, "GetSecretValue", json!({"SecretId": "a"}));
        assert_eq!(refusal.code, "ResourceNotFoundException");
        assert_eq!(
            refusal.message,
            "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
        );
    }
}
