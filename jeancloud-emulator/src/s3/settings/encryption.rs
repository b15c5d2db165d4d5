//! The encryption of new objects.

use serde_json::{Value, json};

use super::{forget, invalid_argument, malformed_xml, store, stored};
use crate::{call::Call, error::Outcome, fields::Fields};

/// PutBucketEncryption.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut configuration = input["ServerSideEncryptionConfiguration"].clone();
    let Some([rule]) = configuration["Rules"].as_array_mut().map(Vec::as_mut_slice) else {
        return Err(malformed_xml());
    };
    let default = &rule["ApplyServerSideEncryptionByDefault"];
    // "This parameter is allowed if and only if SSEAlgorithm is set to aws:kms or aws:kms:dsse",
    // API_ServerSideEncryptionByDefault.
    if default.text("SSEAlgorithm") == "AES256" && default.at("KMSMasterKeyID").is_some() {
        let message = "a KMSMasterKeyID is not applicable if the default sse algorithm is not \
                       aws:kms or aws:kms:dsse";
        return Err(invalid_argument(message));
    }
    if rule.at("BucketKeyEnabled").is_none() {
        rule["BucketKeyEnabled"] = false.into();
    }
    store(call, input, "encryption", configuration)
}

/// GetBucketEncryption: "all buckets have a default encryption configuration".
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = stored(call, input, "encryption")?.cloned();
    let found = found.unwrap_or_else(|| {
        json!({"Rules": [{
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BucketKeyEnabled": false,
        }]})
    });
    Ok(json!({"ServerSideEncryptionConfiguration": found}))
}

/// DeleteBucketEncryption: "resets the default encryption for the bucket" to S3's own keys.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html>
pub(crate) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    forget(call, input, "encryption")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{bare, one, with_bucket};

    fn rules(algorithm: &str, key: Option<&str>) -> Value {
        let mut default = json!({"SSEAlgorithm": algorithm});
        if let Some(key) = key {
            default["KMSMasterKeyID"] = key.into();
        }
        json!({"Rules": [{"ApplyServerSideEncryptionByDefault": default}]})
    }

    #[test]
    fn a_bucket_is_encrypted_with_s3s_keys_until_it_says_otherwise() {
        let aws = with_bucket();
        let get = || {
            let got = aws.ok("s3", "GetBucketEncryption", bare());
            got["ServerSideEncryptionConfiguration"]["Rules"][0].clone()
        };
        let mut standard = rules("AES256", None)["Rules"][0].clone();
        standard["BucketKeyEnabled"] = false.into();
        assert_eq!(get(), standard);
        let key = "arn:aws:kms:us-east-1:123456789012:key/a";
        let mut own = rules("aws:kms", Some(key));
        own["Rules"][0]["BucketKeyEnabled"] = true.into();
        let put = one("ServerSideEncryptionConfiguration", own.clone());
        aws.ok("s3", "PutBucketEncryption", put);
        assert_eq!(get(), own["Rules"][0]);
        aws.ok("s3", "DeleteBucketEncryption", bare());
        assert_eq!(get(), standard);
    }

    #[test]
    fn only_kms_takes_a_key() {
        let aws = with_bucket();
        let put = one(
            "ServerSideEncryptionConfiguration",
            rules("AES256", Some("a")),
        );
        assert_eq!(
            aws.code("s3", "PutBucketEncryption", put),
            "InvalidArgument"
        );
    }
}
