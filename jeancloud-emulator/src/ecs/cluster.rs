//! Clusters.

use serde_json::{Value, json};

use super::{capacity_provider, common, service::Service, task::Task};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Edit, resource},
};

/// If this parameter is not used, then ListClusters returns up to 100 results; see
/// API_ListClusters.
const PAGE: usize = 100;

resource! {
    /// A cluster, by its name. One that was deleted stays, `INACTIVE`.
    pub(crate) struct Cluster: "ecs/cluster" in Region {}
}

/// CreateCluster: of an active one with this name, what there is.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.some_text("clusterName").unwrap_or("default");
    common::check_name("The cluster name", name)?;
    let there = call.get::<Cluster>(name);
    if let Some(there) = there.filter(|it| it.view.text("status") == "ACTIVE") {
        return Ok(json!({"cluster": there.view}));
    }
    capacity_provider::check(input)?;
    let mut view = call.keep("Cluster", input);
    let strategy = input.items("defaultCapacityProviderStrategy");
    for (member, value) in [
        ("activeServicesCount", json!(0)),
        ("capacityProviders", json!(input.items("capacityProviders"))),
        (
            "clusterArn",
            call.arn("ecs", &format!("cluster/{name}")).into(),
        ),
        ("clusterName", name.into()),
        (
            "defaultCapacityProviderStrategy",
            capacity_provider::strategy(strategy),
        ),
        ("pendingTasksCount", json!(0)),
        ("registeredContainerInstancesCount", json!(0)),
        ("runningTasksCount", json!(0)),
        ("settings", settings(input.items("settings"))),
        ("statistics", json!([])),
        ("status", "ACTIVE".into()),
        ("tags", common::merged(&[], input.items("tags"))?),
    ] {
        view[member] = value;
    }
    call.insert(name, Cluster { view: view.clone() });
    Ok(json!({"cluster": view}))
}

/// Container Insights is off unless it is on, which AWS tells.
fn settings(given: &[Value]) -> Value {
    if given.is_empty() {
        return json!([{"name": "containerInsights", "value": "disabled"}]);
    }
    given.into()
}

/// DescribeClusters.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut names: Vec<&str> = input.texts("clusters").collect();
    if names.is_empty() {
        names.push("default");
    }
    let (mut clusters, mut failures) = (Vec::new(), Vec::new());
    for given in names {
        let name = common::name_of(given);
        let Some(cluster) = call.get::<Cluster>(name) else {
            failures.push(common::missing(
                &call.arn("ecs", &format!("cluster/{name}")),
            ));
            continue;
        };
        clusters.push(shown(call, name, &cluster.view, input));
    }
    Ok(json!({"clusters": clusters, "failures": failures}))
}

fn shown(call: &Call<'_>, name: &str, view: &Value, input: &Value) -> Value {
    let mut view = view.clone();
    let services = call.table::<Service>().iter();
    let active = services.filter(|(id, it)| {
        id.split('/').next() == Some(name) && it.view.text("status") == "ACTIVE"
    });
    view["activeServicesCount"] = active.count().into();
    for (member, status) in [
        ("runningTasksCount", "RUNNING"),
        ("pendingTasksCount", "PENDING"),
    ] {
        let tasks = Task::of_cluster(call, name).into_iter();
        let count = tasks.filter(|(_, it)| it.view.text("lastStatus") == status);
        view[member] = count.count().into();
    }
    for (option, member, empty) in [
        ("SETTINGS", "settings", true),
        ("TAGS", "tags", true),
        ("CONFIGURATIONS", "configuration", false),
        ("STATISTICS", "statistics", true),
    ] {
        if !common::includes(input, option) {
            match empty {
                true => view[member] = json!([]),
                false => view.clear(member),
            }
        }
    }
    view
}

/// ListClusters.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let rows = call.table::<Cluster>().iter();
    let rows = rows
        .filter(|(_, it)| it.view.text("status") == "ACTIVE")
        .map(|(name, it)| (name.to_owned(), it.view["clusterArn"].clone()));
    call.page(input, PAGE, rows, |arn| arn)
}

/// UpdateCluster.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateCluster.html>
pub(super) fn update(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut cluster = named(call, input)?;
    let members = ["settings", "configuration", "serviceConnectDefaults"];
    cluster.view.take_over(input, &members);
    Ok(json!({"cluster": cluster.view}))
}

/// UpdateClusterSettings.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateClusterSettings.html>
pub(super) fn update_settings(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut cluster = named(call, input)?;
    cluster.view.take_over(input, &["settings"]);
    Ok(json!({"cluster": cluster.view}))
}

fn named<'c>(call: &'c mut Call<'_>, input: &Value) -> Result<Edit<'c, Cluster>, AwsError> {
    let name = common::cluster(call, input)?;
    let found = call.table_mut().get_mut(&name);
    found.ok_or_else(|| AwsError::internal("a cluster went during a call"))
}

/// DeleteCluster: not with services or tasks.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = common::cluster(call, input)?;
    let services = call.table::<Service>().iter();
    let left = services.filter(|(id, it)| {
        id.split('/').next() == Some(name.as_str()) && it.view.text("status") != "INACTIVE"
    });
    if left.count() > 0 {
        let message = "The Cluster cannot be deleted while Services are active.";
        return Err(AwsError::new("ClusterContainsServicesException", message));
    }
    let tasks = Task::of_cluster(call, &name);
    if tasks
        .iter()
        .any(|(_, it)| it.view.text("lastStatus") != "STOPPED")
    {
        let message = "The Cluster cannot be deleted while Tasks are active.";
        return Err(AwsError::new("ClusterContainsTasksException", message));
    }
    let mut cluster = named(call, input)?;
    cluster.view["status"] = "INACTIVE".into();
    Ok(json!({"cluster": cluster.view}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// A deleted cluster "transitions to the INACTIVE state", API_DeleteCluster.
    #[test]
    fn a_cluster_ends_inactive() {
        let aws = Aws::new();
        let made = aws.ok("ecs", "CreateCluster", json!({"clusterName": "main"}));
        let again = aws.ok("ecs", "CreateCluster", json!({"clusterName": "main"}));
        assert_eq!(made, again);
        let named = json!({"cluster": "main"});
        aws.ok("ecs", "DeleteCluster", named.clone());
        assert_eq!(
            aws.code("ecs", "DeleteCluster", named),
            "ClusterNotFoundException"
        );
        let told = json!({"clusters": ["main", "none"]});
        let told = aws.ok("ecs", "DescribeClusters", told);
        assert_eq!(told["clusters"][0]["status"], "INACTIVE");
        assert_eq!(told["failures"][0]["reason"], "MISSING");
        let listed = aws.ok("ecs", "ListClusters", json!({}));
        assert_eq!(listed["clusterArns"], json!([]));
        let odd = json!({"clusterName": "a b"});
        assert_eq!(
            aws.code("ecs", "CreateCluster", odd),
            "InvalidParameterException"
        );
    }

    #[test]
    fn settings_and_providers_change() {
        let aws = Aws::new();
        aws.ok("ecs", "CreateCluster", json!({"clusterName": "main"}));
        let on = json!([{"name": "containerInsights", "value": "enhanced"}]);
        aws.ok(
            "ecs",
            "UpdateClusterSettings",
            json!({"cluster": "main", "settings": on}),
        );
        let put = json!({
            "cluster": "main", "capacityProviders": ["FARGATE"],
            "defaultCapacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
        });
        aws.ok("ecs", "PutClusterCapacityProviders", put);
        let told = json!({"clusters": ["main"], "include": ["SETTINGS"]});
        let told = aws.ok("ecs", "DescribeClusters", told);
        assert_eq!(told["clusters"][0]["settings"], on);
        assert_eq!(
            told["clusters"][0]["defaultCapacityProviderStrategy"][0]["base"],
            0
        );
        let unknown = json!({
            "cluster": "main", "capacityProviders": ["x"], "defaultCapacityProviderStrategy": [],
        });
        let code = aws.code("ecs", "PutClusterCapacityProviders", unknown);
        assert_eq!(code, "InvalidParameterException");
    }
}
