//! Replication.

use serde_json::{Value, json};

use super::{forget, invalid_request, malformed_xml, required, store, stored};
use crate::{call::Call, error::Outcome, fields::Fields};

/// PutBucketReplication: a bucket with versions only.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let versioning = stored(call, input, "versioning")?;
    if versioning.is_none_or(|it| it.text("Status") != "Enabled") {
        let message = "Versioning must be 'Enabled' on the bucket to apply a replication \
                       configuration";
        return Err(invalid_request(message));
    }
    let mut replication = input["ReplicationConfiguration"].clone();
    let Some(rules) = replication["Rules"]
        .as_array_mut()
        .filter(|it| !it.is_empty())
    else {
        return Err(malformed_xml());
    };
    for rule in rules {
        if rule.at("ID").is_none() {
            let id = call.draw("replication-rule").uuid();
            rule["ID"] = id.into();
        }
    }
    store(call, input, "replication", replication)
}

/// GetBucketReplication.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let absent = (
        "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found",
    );
    let replication = required(call, input, "replication", absent)?;
    Ok(json!({"ReplicationConfiguration": replication}))
}

/// DeleteBucketReplication.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketReplication.html>
pub(crate) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    forget(call, input, "replication")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bare, one, with_bucket};

    #[test]
    fn a_bucket_with_versions_is_replicated() {
        let aws = with_bucket();
        let code = aws.code("s3", "GetBucketReplication", bare());
        assert_eq!(code, "ReplicationConfigurationNotFoundError");
        let replication = json!({
            "Role": "arn:aws:iam::123456789012:role/a",
            "Rules": [{
                "ID": "all",
                "Status": "Enabled",
                "Destination": {"Bucket": "arn:aws:s3:::two"},
            }],
        });
        let put = one("ReplicationConfiguration", replication.clone());
        let code = aws.code("s3", "PutBucketReplication", put.clone());
        assert_eq!(code, "InvalidRequest");
        let enabled = one("VersioningConfiguration", json!({"Status": "Enabled"}));
        aws.ok("s3", "PutBucketVersioning", enabled);
        aws.ok("s3", "PutBucketReplication", put);
        let got = aws.ok("s3", "GetBucketReplication", bare());
        assert_eq!(got, json!({"ReplicationConfiguration": replication}));
        aws.ok("s3", "DeleteBucketReplication", bare());
        let code = aws.code("s3", "GetBucketReplication", bare());
        assert_eq!(code, "ReplicationConfigurationNotFoundError");
    }
}
