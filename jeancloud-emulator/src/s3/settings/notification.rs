//! Whom a bucket tells what happens in it.

use serde_json::{Value, json};

use super::{store, stored};
use crate::{call::Call, error::Outcome, fields::Fields};

/// PutBucketNotificationConfiguration: "replaces the existing notification configuration"; an
/// empty one turns notifications off, and what has no id gets one.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut configuration = input["NotificationConfiguration"].clone();
    for list in [
        "LambdaFunctionConfigurations",
        "QueueConfigurations",
        "TopicConfigurations",
    ] {
        let targets = configuration.get_mut(list).and_then(Value::as_array_mut);
        for target in targets.into_iter().flatten() {
            if target.at("Id").is_none() {
                let id = call.draw("notification").uuid();
                target["Id"] = id.into();
            }
        }
    }
    store(call, input, "notification", configuration)
}

/// GetBucketNotificationConfiguration.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = stored(call, input, "notification")?;
    Ok(found.cloned().unwrap_or_else(|| json!({})))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bare, one, with_bucket};

    #[test]
    fn notifications_come_back_with_ids() {
        let aws = with_bucket();
        let get = || aws.ok("s3", "GetBucketNotificationConfiguration", bare());
        assert_eq!(get(), json!({}));
        let queue = json!({
            "QueueArn": "arn:aws:sqs:us-east-1:123456789012:a",
            "Events": ["s3:ObjectCreated:*"],
        });
        let configuration = json!({"QueueConfigurations": [queue]});
        let put = one("NotificationConfiguration", configuration);
        aws.ok("s3", "PutBucketNotificationConfiguration", put);
        let got = get();
        let told = &got["QueueConfigurations"][0];
        assert_eq!(
            (&told["QueueArn"], &told["Events"]),
            (&queue["QueueArn"], &queue["Events"])
        );
        assert_eq!(told["Id"].as_str().unwrap().len(), 36);
        let none = one("NotificationConfiguration", json!({}));
        aws.ok("s3", "PutBucketNotificationConfiguration", none);
        assert_eq!(get(), json!({}));
    }
}
