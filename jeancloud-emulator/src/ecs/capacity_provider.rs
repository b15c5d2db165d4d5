//! Capacity providers: Fargate's two, which are everywhere.

use serde_json::{Value, json};

use super::{cluster::Cluster, common};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

const ALL: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];

/// DescribeCapacityProviders.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeCapacityProviders.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let named: Vec<&str> = input
        .texts("capacityProviders")
        .map(common::name_of)
        .collect();
    let missing = named.iter().filter(|name| !ALL.contains(name));
    let failures: Vec<Value> = missing.map(|name| common::missing(name)).collect();
    let all = ALL.iter();
    let shown: Vec<Value> = all
        .filter(|name| named.is_empty() || named.contains(name))
        .map(|name| {
            json!({
                "capacityProviderArn": call.arn("ecs", &format!("capacity-provider/{name}")),
                "name": name,
                "status": "ACTIVE",
                "tags": [],
            })
        })
        .collect();
    Ok(json!({"capacityProviders": shown, "failures": failures}))
}

/// PutClusterCapacityProviders.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = common::cluster(call, input)?;
    check(input)?;
    let strategy = strategy(input.items("defaultCapacityProviderStrategy"));
    let Some(mut cluster) = call.table_mut::<Cluster>().get_mut(&name) else {
        return Err(AwsError::internal("a cluster went during a call"));
    };
    cluster.view["capacityProviders"] = input["capacityProviders"].clone();
    cluster.view["defaultCapacityProviderStrategy"] = strategy;
    let view = cluster.view.clone();
    Ok(json!({"cluster": view}))
}

/// A strategy as AWS tells it: weights and bases are 0 unless given.
pub(super) fn strategy(items: &[Value]) -> Value {
    let filled = items.iter().map(|item| {
        json!({
            "base": item.int("base").unwrap_or(0),
            "capacityProvider": item["capacityProvider"],
            "weight": item.int("weight").unwrap_or(0),
        })
    });
    filled.collect::<Vec<_>>().into()
}

/// Providers exist, and the default strategy names those of the cluster.
pub(super) fn check(input: &Value) -> Result<(), AwsError> {
    let providers: Vec<&str> = input.texts("capacityProviders").collect();
    if let Some(unknown) = providers.iter().find(|it| !ALL.contains(it)) {
        let message = format!(
            "The specified capacity provider '{unknown}' was not found. Specify a valid \
                     name or ARN and try again."
        );
        return Err(common::invalid(message));
    }
    for item in input.items("defaultCapacityProviderStrategy") {
        let provider = item.text("capacityProvider");
        if !providers.contains(&provider) {
            let message = format!(
                "The specified capacity provider strategy contains the capacity provider \
                 '{provider}', which is not associated with the cluster."
            );
            return Err(common::invalid(message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn fargate_is_everywhere() {
        let names = json!({"capacityProviders": ["FARGATE", "none"]});
        let told = Aws::new().ok("ecs", "DescribeCapacityProviders", names);
        assert_eq!(told["capacityProviders"][0]["name"], "FARGATE");
        assert_eq!(told["failures"][0]["reason"], "MISSING");
    }
}
