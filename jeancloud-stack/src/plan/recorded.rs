//! What a state says was applied, where only AWS and the program are left to tell.

use serde_json::{Map, Value as Json};

use super::{by_aws, diff::Comparison, said};
use crate::Declaration;

/// What to write down as applied of what AWS has: what the program says, where AWS has it so or doesn't tell;
/// and what AWS has of the rest. So a plan shows no more and no less than what differs.
pub fn recorded(declaration: &Declaration, wanted: &Json, observed: &Json) -> Json {
    let facts = declaration.facts;
    let comparison = Comparison {
        facts,
        desired: wanted,
        applied: None,
        observed,
        moved: &by_aws::movable(facts),
    };
    let found = comparison.differences().found;
    let differs = |name: &str| found.iter().any(|difference| difference.property() == name);
    let value = |(name, wanted): (&String, &Json)| {
        let value = match differs(name) {
            false => wanted.clone(),
            true => said::of(observed.get(name)?, wanted, None),
        };
        Some((name.clone(), value))
    };
    let wanted = wanted.as_object().into_iter().flatten();
    Json::Object(wanted.filter_map(value).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{Region, ecs::Cluster};
    use serde_json::json;

    use super::*;
    use crate::Stack;

    #[test]
    fn what_aws_has_otherwise_is_written_down_as_aws_has_it() {
        let stack = Stack::new("test");
        let main = stack.region("main", Region::EuWest3);
        main.add("cluster", Cluster::builder().build());
        let view = stack.view();
        let cluster = &view.declarations()[0];
        let setting = |value: &str| json!([{"Name": "containerInsights", "Value": value}]);
        let wanted =
            json!({"ClusterName": "web", "ClusterSettings": setting("enabled"), "Tags": []});
        let observed =
            json!({"ClusterName": "web", "ClusterSettings": setting("disabled"), "Other": 1});
        assert_eq!(
            recorded(cluster, &wanted, &observed),
            json!({"ClusterName": "web", "ClusterSettings": setting("disabled"), "Tags": []})
        );
        assert_eq!(recorded(cluster, &wanted, &wanted), wanted);
    }
}
