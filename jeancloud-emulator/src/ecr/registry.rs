//! The registry of an account in a region: its replication and its tokens.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use super::{errors, repository};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// "An authorization token … is valid for 12 hours", API_GetAuthorizationToken.
const TOKEN_LIFE: Duration = Duration::from_secs(12 * 3600);

/// Unique destinations across all rules in a replication configuration: 25; see "Amazon ECR service
/// quotas".
const DESTINATIONS: usize = 25;

/// The only id of a registry in its place.
pub(super) const ONLY: &str = "registry";

resource! {
    /// A registry that was configured; one that wasn't is empty.
    pub(crate) struct Registry: "ecr/registry" in Region {}
}

/// PutReplicationConfiguration: in the place of what there was.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutReplicationConfiguration.html>
pub(super) fn put_replication(call: &mut Call<'_>, input: &Value) -> Outcome {
    let configuration = &input["replicationConfiguration"];
    let mut destinations = BTreeSet::new();
    for rule in configuration.items("rules") {
        for destination in rule.items("destinations") {
            let (region, account) = (destination.text("region"), destination.text("registryId"));
            if (region, account) == (call.region.as_str(), call.account.as_str()) {
                let why = "Replication destination cannot be the same as the source";
                return Err(errors::invalid("replicationConfiguration", why));
            }
            destinations.insert((region, account));
        }
    }
    if destinations.len() > DESTINATIONS {
        let why = "The number of unique destinations exceeds 25";
        return Err(errors::invalid("replicationConfiguration", why));
    }
    let kept = call.keep("ReplicationConfiguration", configuration);
    let view = json!({
        "registryId": call.account,
        "replicationConfiguration": kept,
    });
    if kept.items("rules").is_empty() {
        // As a registry is that nobody has configured.
        call.table_mut::<Registry>().remove(ONLY);
    } else {
        call.insert(ONLY, Registry { view });
    }
    Ok(json!({"replicationConfiguration": kept}))
}

/// DescribeRegistry.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRegistry.html>
pub(super) fn describe(call: &mut Call<'_>, _input: &Value) -> Outcome {
    let found = call.get::<Registry>(ONLY).map(|it| it.view.clone());
    Ok(found.unwrap_or_else(
        || json!({"registryId": call.account, "replicationConfiguration": {"rules": []}}),
    ))
}

/// GetAuthorizationToken: a password that nobody checks.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html>
pub(super) fn token(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut registries: Vec<String> = input.texts("registryIds").map(str::to_owned).collect();
    if registries.is_empty() {
        registries.push(call.account.clone());
    }
    let expires = call.now.after(TOKEN_LIFE);
    let mut data = Vec::new();
    for account in registries {
        if account.len() != 12 {
            return Err(AwsError::new(
                "InvalidParameterException",
                "Invalid registry id",
            ));
        }
        let password = format!("AWS:{}", call.draw("ecr-token").hex(64));
        data.push(json!({
            "authorizationToken": base64_simd::STANDARD.encode_to_string(password),
            "expiresAt": expires,
            "proxyEndpoint": format!("https://{}", repository::host(&account, &call.region)),
        }));
    }
    Ok(json!({"authorizationData": data}))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn rule(region: &str) -> Value {
        json!({"destinations": [{"region": region, "registryId": "123456789012"}]})
    }

    fn configuration(rules: Value) -> Value {
        json!({"replicationConfiguration": {"rules": rules}})
    }

    #[test]
    fn a_registry_begins_without_rules() {
        let told = Aws::new().ok("ecr", "DescribeRegistry", json!({}));
        assert_eq!(told["registryId"], "123456789012");
        assert_eq!(told["replicationConfiguration"], json!({"rules": []}));
    }

    /// At most 25 rules, API_ReplicationConfiguration; not to the registry itself.
    #[test]
    fn rules_are_replaced_and_bounded() {
        let aws = Aws::new();
        let put =
            |rules: Value| aws.call("ecr", "PutReplicationConfiguration", configuration(rules));
        let many = vec![rule("eu-west-1"); 26];
        let refusal = put(many.into()).unwrap_err();
        assert_eq!(refusal.code, "InvalidParameterException");
        let itself = put(json!([rule("eu-west-3")])).unwrap_err();
        assert_eq!(itself.code, "InvalidParameterException");
        put(json!([rule("eu-west-1")])).unwrap();
        put(json!([rule("us-east-1")])).unwrap();
        let told = aws.ok("ecr", "DescribeRegistry", json!({}));
        let rules = told["replicationConfiguration"]["rules"]
            .as_array()
            .unwrap();
        assert_eq!(rules, &[rule("us-east-1")]);
    }

    /// Unique destinations across all rules in a replication configuration: 25; see "Amazon ECR
    /// service
    /// quotas".
    #[test]
    fn destinations_are_bounded_over_all_rules() {
        let to = |first: u64| {
            let destinations = (first..first + 20).map(
                |number| json!({"region": "eu-west-1", "registryId": format!("{number:012}")}),
            );
            json!({"destinations": destinations.collect::<Vec<_>>()})
        };
        let aws = Aws::new();
        let many = configuration(json!([to(1), to(100)]));
        let code = aws.code("ecr", "PutReplicationConfiguration", many);
        assert_eq!(code, "InvalidParameterException");
        let same = configuration(json!([to(1), to(1)]));
        aws.ok("ecr", "PutReplicationConfiguration", same);
    }

    #[test]
    fn a_token_is_for_docker() {
        let told = Aws::new().ok("ecr", "GetAuthorizationToken", json!({}));
        let data = &told["authorizationData"][0];
        assert_eq!(
            data["proxyEndpoint"],
            "https://123456789012.dkr.ecr.eu-west-3.amazonaws.com"
        );
        let token = data["authorizationToken"].as_str().unwrap();
        let token = base64_simd::STANDARD.decode_to_vec(token).unwrap();
        assert!(token.starts_with(b"AWS:"));
    }
}
