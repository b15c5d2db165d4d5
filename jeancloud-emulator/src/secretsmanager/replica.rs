//! Secrets in more regions than one.

use serde_json::{Value, json};

use super::secret::{self, Secret};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// ReplicateSecretToRegions.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html>
pub(super) fn add(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = secret::usable(call, input)?;
    let statuses = replicate(call, &name, input)?;
    let secret = call.get::<Secret>(&name).ok_or_else(secret::not_found)?;
    Ok(json!({"ARN": secret.view["ARN"], "ReplicationStatus": statuses}))
}

/// RemoveRegionsFromReplication.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RemoveRegionsFromReplication.html>
pub(super) fn remove(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = secret::usable(call, input)?;
    let gone: Vec<&str> = input.texts("RemoveReplicaRegions").collect();
    let account = call.account.clone();
    for region in &gone {
        call.table_of::<Secret>(&account, region).remove(&name);
    }
    secret::change(call, &name, |secret| {
        let statuses = secret.view.items("ReplicationStatus").iter();
        let rest = statuses.filter(|it| !gone.contains(&it.text("Region")));
        let rest: Vec<Value> = rest.cloned().collect();
        if rest.is_empty() {
            secret.view.clear("PrimaryRegion");
            secret.view.clear("ReplicationStatus");
        } else {
            secret.view["ReplicationStatus"] = rest.into();
        }
    });
    let secret = call.get::<Secret>(&name).ok_or_else(secret::not_found)?;
    let statuses = secret.view.items("ReplicationStatus");
    Ok(json!({"ARN": secret.view["ARN"], "ReplicationStatus": statuses}))
}

/// Adds the regions of `AddReplicaRegions`.
pub(super) fn replicate(call: &mut Call<'_>, name: &str, input: &Value) -> Outcome {
    let (account, primary) = (call.account.clone(), call.region.clone());
    let mut statuses = Vec::new();
    for replica in input.items("AddReplicaRegions") {
        let region = replica.text("Region");
        if region == primary {
            let message = "Invalid replica region.";
            return Err(AwsError::new("InvalidParameterException", message));
        }
        let there = call.table_of::<Secret>(&account, region).contains(name);
        let taken = there && !input.flag("ForceOverwriteReplicaSecret");
        let (status, message) = if taken {
            let message = format!(
                "Replication failed: Secret name {name} already exists in region {region}."
            );
            ("Failed", message)
        } else {
            ("InSync", "Replication succeeded".to_owned())
        };
        let mut told = json!({"Region": region, "Status": status, "StatusMessage": message});
        told["KmsKeyId"] = replica
            .some_text("KmsKeyId")
            .unwrap_or("alias/aws/secretsmanager")
            .into();
        statuses.push(told);
    }
    let mut all = Value::Null;
    secret::change(call, name, |secret| {
        let old = secret.view.items("ReplicationStatus").iter();
        let new = |it: &&Value| !statuses.iter().any(|new| new["Region"] == it["Region"]);
        let mut list: Vec<Value> = old.filter(new).cloned().collect();
        list.extend(statuses.iter().cloned());
        secret.view["PrimaryRegion"] = primary.into();
        secret.view["ReplicationStatus"] = list.into();
        all = secret.view["ReplicationStatus"].clone();
    });
    Ok(all)
}

/// Copies a primary secret to where its replicas are.
pub(super) fn synchronise(call: &mut Call<'_>, name: &str) {
    let Some(secret) = call.get::<Secret>(name) else {
        return;
    };
    if is_one(call, &secret.view) {
        return;
    }
    let (secret, account, now) = (secret.clone(), call.account.clone(), call.now);
    let synced = secret.view.items("ReplicationStatus").iter();
    for status in synced.filter(|it| it.text("Status") == "InSync") {
        let region = status.text("Region");
        let mut copy = secret.clone();
        // "arn:aws:secretsmanager:REPLICA-REGION:…", with the same characters at the end.
        let mut parts: Vec<&str> = secret.view.text("ARN").split(':').collect();
        parts[3] = region;
        copy.view["ARN"] = parts.join(":").into();
        copy.view["KmsKeyId"] = status["KmsKeyId"].clone();
        call.table_of::<Secret>(&account, region)
            .insert(name, copy, now);
    }
}

/// The regions in which a secret has replicas.
pub(super) fn regions(view: &Value) -> impl Iterator<Item = &str> {
    let statuses = view.items("ReplicationStatus").iter();
    statuses.map(|status| status.text("Region"))
}

/// Whether a secret of this region is another region's replica.
pub(super) fn is_one(call: &Call<'_>, view: &Value) -> bool {
    view.some_text("PrimaryRegion")
        .is_some_and(|primary| primary != call.region)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::secret::tests::with_secret;

    const SERVICE: &str = "secretsmanager";

    #[test]
    fn a_replica_follows_its_primary_and_holds_it() {
        let aws = with_secret();
        let there = aws.in_region("us-east-1");
        let id = json!({"SecretId": "db/password"});
        let regions = json!([{"Region": "us-east-1"}]);
        let add = json!({"SecretId": "db/password", "AddReplicaRegions": regions});
        let told = aws.ok(SERVICE, "ReplicateSecretToRegions", add);
        assert_eq!(told["ReplicationStatus"][0]["Status"], "InSync");
        let put = json!({"SecretId": "db/password", "SecretString": "two"});
        aws.ok(SERVICE, "PutSecretValue", put.clone());
        let value = there.ok(SERVICE, "GetSecretValue", id.clone());
        assert_eq!(value["SecretString"], "two");
        let arn = value["ARN"].as_str().unwrap();
        assert!(
            arn.starts_with("arn:aws:secretsmanager:us-east-1:"),
            "{arn}"
        );
        let code = there.code(SERVICE, "PutSecretValue", put);
        assert_eq!(code, "InvalidRequestException");
        let code = aws.code(SERVICE, "DeleteSecret", id.clone());
        assert_eq!(code, "InvalidRequestException");
        let remove = json!({"SecretId": "db/password", "RemoveReplicaRegions": ["us-east-1"]});
        aws.ok(SERVICE, "RemoveRegionsFromReplication", remove);
        aws.ok(SERVICE, "DeleteSecret", id.clone());
        let code = there.code(SERVICE, "DescribeSecret", id);
        assert_eq!(code, "ResourceNotFoundException");
    }
}
