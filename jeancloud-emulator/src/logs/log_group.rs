//! Log groups.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{arn, log_stream::LogStream};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Edit, resource},
};

/// A page of DescribeLogGroups without `limit`: "If you don't specify a value, the default is up to
/// 50 items."
const PAGE: usize = 50;

resource! {
    /// A log group, by its name.
    pub(crate) struct LogGroup: "logs/log-group" in Region {
        tags: BTreeMap<String, String>,
    }
}

/// CreateLogGroup.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("logGroupName");
    if call.get::<LogGroup>(name).is_some() {
        let message = "The specified log group already exists";
        return Err(AwsError::new("ResourceAlreadyExistsException", message));
    }
    let mut view = call.keep("LogGroup", input);
    let arn = call.arn("logs", &format!("log-group:{name}"));
    view["arn"] = format!("{arn}:*").into();
    view["logGroupArn"] = arn.into();
    // In milliseconds, and a number of its own in the model.
    view["creationTime"] = call.now.0.into();
    view["metricFilterCount"] = 0.into();
    view["storedBytes"] = 0.into();
    if view.at("logGroupClass").is_none() {
        view["logGroupClass"] = "STANDARD".into();
    }
    let tags = input.at("tags").cloned().unwrap_or_else(|| json!({}));
    let tags = serde_json::from_value(tags).unwrap_or_default();
    call.insert(name, LogGroup { view, tags });
    Ok(json!({}))
}

/// DescribeLogGroups: by the beginning of the name, or by a part of it.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let prefix = input.some_text("logGroupNamePrefix");
    let pattern = input.some_text("logGroupNamePattern");
    if prefix.is_some() && pattern.is_some() {
        let message = "LogGroup name prefix and LogGroup name pattern are mutually exclusive \
                       parameters.";
        return Err(AwsError::new("InvalidParameterException", message));
    }
    let named: Vec<&str> = input
        .texts("logGroupIdentifiers")
        .map(arn::name_of)
        .collect();
    let class = input.some_text("logGroupClass");
    let groups = call.table::<LogGroup>().from(prefix.unwrap_or_default());
    let groups = groups
        .take_while(|(name, _)| prefix.is_none_or(|prefix| name.starts_with(prefix)))
        .filter(|(name, _)| pattern.is_none_or(|pattern| name.contains(pattern)))
        .filter(|(name, _)| named.is_empty() || named.contains(name))
        .filter(|(_, group)| class.is_none_or(|class| group.view.text("logGroupClass") == class))
        .map(|(name, group)| (name.to_owned(), group));
    call.page(input, PAGE, groups, |group| group.view.clone())
}

/// DeleteLogGroup.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("logGroupName");
    let group = call.get::<LogGroup>(name).ok_or_else(not_found)?;
    if group.view.flag("deletionProtectionEnabled") {
        let message = "The log group has deletion protection enabled.";
        return Err(AwsError::new("ValidationException", message));
    }
    call.table_mut::<LogGroup>().remove(name);
    let start = format!("{name}:");
    let streams = call.table::<LogStream>().from(&start).map(|(id, _)| id);
    let streams = streams.take_while(|id| id.starts_with(&start));
    for id in streams.map(str::to_owned).collect::<Vec<_>>() {
        call.table_mut::<LogStream>().remove(&id);
    }
    Ok(json!({}))
}

/// AssociateKmsKey.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html>
pub(super) fn associate_key(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut group = identified(call, input)?;
    group.view.take_over(input, &["kmsKeyId"]);
    Ok(json!({}))
}

/// DisassociateKmsKey.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html>
pub(super) fn disassociate_key(call: &mut Call<'_>, input: &Value) -> Outcome {
    identified(call, input)?.view.clear("kmsKeyId");
    Ok(json!({}))
}

/// The group that an input names in one of the ways that there are.
pub(super) fn identified<'c>(
    call: &'c mut Call<'_>,
    input: &Value,
) -> Result<Edit<'c, LogGroup>, AwsError> {
    let names = [
        "logGroupName",
        "logGroupIdentifier",
        "resourceIdentifier",
        "resourceArn",
    ];
    let name = names.iter().find_map(|name| input.some_text(name));
    let name = arn::name_of(name.unwrap_or_default());
    call.table_mut().get_mut(name).ok_or_else(not_found)
}

pub(super) fn not_found() -> AwsError {
    AwsError::new(
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn create(aws: &Aws, name: &str) {
        aws.ok("logs", "CreateLogGroup", json!({"logGroupName": name}));
    }

    fn names(answer: &Value) -> Vec<&str> {
        let groups = answer["logGroups"].as_array().unwrap().iter();
        groups
            .map(|group| group["logGroupName"].as_str().unwrap())
            .collect()
    }

    #[test]
    fn a_group_has_an_arn_in_two_spellings() {
        let aws = Aws::new();
        create(&aws, "/app/web");
        let told = aws.ok("logs", "DescribeLogGroups", json!({}));
        let group = &told["logGroups"][0];
        let arn = "arn:aws:logs:eu-west-3:123456789012:log-group:/app/web";
        assert_eq!(group["logGroupArn"], arn);
        assert_eq!(group["arn"], format!("{arn}:*"));
        let created = group["creationTime"].as_i64().unwrap();
        assert!(
            (1_767_225_600_000..1_767_225_700_000).contains(&created),
            "{created}"
        );
    }

    #[test]
    fn a_name_is_used_once_and_has_a_form() {
        let aws = Aws::new();
        create(&aws, "a");
        let again = json!({"logGroupName": "a"});
        assert_eq!(
            aws.code("logs", "CreateLogGroup", again),
            "ResourceAlreadyExistsException"
        );
        let odd = json!({"logGroupName": "a b"});
        assert_eq!(
            aws.code("logs", "CreateLogGroup", odd),
            "InvalidParameterException"
        );
    }

    #[test]
    fn groups_are_listed_by_prefix_pattern_and_page() {
        let aws = Aws::new();
        for name in ["/a/1", "/a/2", "/b/1"] {
            create(&aws, name);
        }
        let list = |input: Value| aws.ok("logs", "DescribeLogGroups", input);
        assert_eq!(
            names(&list(json!({"logGroupNamePrefix": "/a/"}))),
            ["/a/1", "/a/2"]
        );
        assert_eq!(names(&list(json!({"logGroupNamePattern": "b"}))), ["/b/1"]);
        let first = list(json!({"limit": 2}));
        assert_eq!(names(&first), ["/a/1", "/a/2"]);
        let second = list(json!({"limit": 2, "nextToken": first["nextToken"]}));
        assert_eq!(names(&second), ["/b/1"]);
        assert_eq!(second.get("nextToken"), None);
    }

    #[test]
    fn a_group_that_is_gone_is_not_found() {
        let aws = Aws::new();
        create(&aws, "a");
        let name = json!({"logGroupName": "a"});
        aws.ok("logs", "DeleteLogGroup", name.clone());
        let refusal = aws.refused("logs", "DeleteLogGroup", name);
        assert_eq!(refusal.code, "ResourceNotFoundException");
        assert_eq!(refusal.message, "The specified log group does not exist.");
    }
}
