//! What happens to objects as they age.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{forget, invalid_argument, malformed_xml, required, store};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// A Lifecycle configuration can have up to 1,000 rules; see API_PutBucketLifecycleConfiguration.
const MOST: usize = 1000;

/// Objects must be stored for at least 30 days; see "Transitioning objects using Amazon S3
/// Lifecycle".
const INFREQUENT_AFTER: i64 = 30;

/// PutBucketLifecycleConfiguration: rules without an id get one.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut configuration = input["LifecycleConfiguration"].clone();
    let Some(rules) = configuration["Rules"].as_array_mut() else {
        return Err(malformed_xml());
    };
    if rules.is_empty() || rules.len() > MOST {
        return Err(malformed_xml());
    }
    for rule in rules.iter_mut() {
        check(rule)?;
        if rule.text("ID").is_empty() {
            let id = call.draw("lifecycle-rule").uuid();
            rule["ID"] = id.into();
        }
    }
    let mut ids = BTreeSet::new();
    if !rules.iter().all(|rule| ids.insert(rule.text("ID"))) {
        let message = "Rule ID must be unique. Found same ID for more than one rule";
        return Err(invalid_argument(message));
    }
    let size = input.some_text("TransitionDefaultMinimumObjectSize");
    configuration["TransitionDefaultMinimumObjectSize"] =
        size.unwrap_or("all_storage_classes_128K").into();
    let size = configuration["TransitionDefaultMinimumObjectSize"].clone();
    store(call, input, "lifecycle", configuration)?;
    Ok(json!({"TransitionDefaultMinimumObjectSize": size}))
}

/// GetBucketLifecycleConfiguration.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let absent = (
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
    );
    required(call, input, "lifecycle", absent)
}

/// DeleteBucketLifecycle.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html>
pub(crate) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    forget(call, input, "lifecycle")
}

fn check(rule: &Value) -> Result<(), AwsError> {
    // Without a filter a rule has the prefix of former times, API_LifecycleRule.
    if rule.at("Filter").is_some() == rule.at("Prefix").is_some() {
        return Err(malformed_xml());
    }
    let actions = [
        "Expiration",
        "Transitions",
        "NoncurrentVersionTransitions",
        "NoncurrentVersionExpiration",
        "AbortIncompleteMultipartUpload",
    ];
    if actions.iter().all(|action| rule.at(action).is_none()) {
        let message = "At least one action needs to be specified in a rule";
        return Err(AwsError::new("InvalidRequest", message));
    }
    if rule["Expiration"].int("Days").is_some_and(|days| days < 1) {
        let message = "'Days' for Expiration action must be a positive integer";
        return Err(invalid_argument(message));
    }
    for (action, days) in [
        ("Transitions", "Days"),
        ("NoncurrentVersionTransitions", "NoncurrentDays"),
    ] {
        for transition in rule.items(action) {
            let class = transition.text("StorageClass");
            let infrequent = matches!(class, "STANDARD_IA" | "ONEZONE_IA");
            if infrequent && transition.int(days).is_some_and(|it| it < INFREQUENT_AFTER) {
                let action = action.trim_end_matches('s');
                let message = format!(
                    "'{days}' in {action} action must be greater than or equal to 30 for \
                     storageClass '{class}'"
                );
                return Err(invalid_argument(message));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{bare, one, round_trip, with_bucket};

    fn rule(more: &[(&str, Value)]) -> Value {
        let mut rule = json!({
            "ID": "old",
            "Status": "Enabled",
            "Filter": {"Prefix": "logs/"},
            "Expiration": {"Days": 30},
        });
        for (name, value) in more {
            rule[*name] = value.clone();
        }
        rule
    }

    fn rules(rules: Value) -> Value {
        one("LifecycleConfiguration", json!({"Rules": rules}))
    }

    #[test]
    fn rules_come_back_with_the_size_that_is_the_default() {
        let out = json!({
            "Rules": [rule(&[])],
            "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K",
        });
        round_trip(
            ("PutBucketLifecycleConfiguration", rules(json!([rule(&[])]))),
            "GetBucketLifecycleConfiguration",
            "DeleteBucketLifecycle",
            "NoSuchLifecycleConfiguration",
            out,
        );
    }

    #[test]
    fn a_rule_without_an_id_gets_one() {
        let aws = with_bucket();
        let mut nameless = rule(&[]);
        nameless.as_object_mut().unwrap().remove("ID");
        let put = rules(json!([nameless]));
        aws.ok("s3", "PutBucketLifecycleConfiguration", put);
        let got = aws.ok("s3", "GetBucketLifecycleConfiguration", bare());
        assert_eq!(got["Rules"][0]["ID"].as_str().unwrap().len(), 36);
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        let aws = with_bucket();
        let code = |list| aws.code("s3", "PutBucketLifecycleConfiguration", rules(list));
        assert_eq!(code(json!([rule(&[]), rule(&[])])), "InvalidArgument");
        assert_eq!(
            code(json!([rule(&[("Filter", json!(null))])])),
            "MalformedXML"
        );
        let idle = rule(&[("Expiration", json!(null))]);
        assert_eq!(code(json!([idle])), "InvalidRequest");
        let never = rule(&[("Expiration", json!({"Days": 0}))]);
        assert_eq!(code(json!([never])), "InvalidArgument");
        let early = json!([{"Days": 7, "StorageClass": "STANDARD_IA"}]);
        assert_eq!(
            code(json!([rule(&[("Transitions", early)])])),
            "InvalidArgument"
        );
    }
}
