//! Cross-origin resource sharing.

use serde_json::Value;

use super::{forget, invalid_request, malformed_xml, required, store};
use crate::{call::Call, error::Outcome, fields::Fields};

/// "The supported HTTP methods", CORS configuration, Amazon S3 User Guide.
const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/// "You can add up to 100 rules to the configuration", API_PutBucketCors.
const MOST: usize = 100;

/// PutBucketCors.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let configuration = &input["CORSConfiguration"];
    let rules = configuration.items("CORSRules");
    if rules.is_empty() || rules.len() > MOST {
        return Err(malformed_xml());
    }
    for rule in rules {
        if let Some(method) = rule
            .texts("AllowedMethods")
            .find(|it| !METHODS.contains(it))
        {
            let message = format!(
                "Found unsupported HTTP method in CORS config. Unsupported method is {method}"
            );
            return Err(invalid_request(message));
        }
        let twice = |origin: &&str| origin.matches('*').count() > 1;
        if let Some(origin) = rule.texts("AllowedOrigins").find(twice) {
            let message =
                format!("AllowedOrigin \"{origin}\" can not have more than one wildcard.");
            return Err(invalid_request(message));
        }
    }
    let configuration = configuration.clone();
    store(call, input, "cors", configuration)
}

/// GetBucketCors.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let absent = (
        "NoSuchCORSConfiguration",
        "The CORS configuration does not exist",
    );
    required(call, input, "cors", absent)
}

/// DeleteBucketCors.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html>
pub(crate) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    forget(call, input, "cors")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{one, round_trip, with_bucket};

    fn cors(method: &str, origin: &str) -> Value {
        json!({"CORSRules": [{
            "AllowedMethods": [method],
            "AllowedOrigins": [origin],
            "MaxAgeSeconds": 60,
        }]})
    }

    #[test]
    fn rules_come_back() {
        let rules = cors("GET", "https://*.example.com");
        let put = ("PutBucketCors", one("CORSConfiguration", rules.clone()));
        let code = "NoSuchCORSConfiguration";
        round_trip(put, "GetBucketCors", "DeleteBucketCors", code, rules);
    }

    #[test]
    fn methods_are_known_and_origins_have_one_wildcard() {
        let aws = with_bucket();
        for rules in [cors("PATCH", "*"), cors("GET", "*.*")] {
            let put = one("CORSConfiguration", rules);
            assert_eq!(aws.code("s3", "PutBucketCors", put), "InvalidRequest");
        }
        let none = one("CORSConfiguration", json!({"CORSRules": []}));
        assert_eq!(aws.code("s3", "PutBucketCors", none), "MalformedXML");
    }
}
