//! Buckets as websites.

use serde_json::Value;

use super::{forget, invalid_argument, required, store};
use crate::{call::Call, error::Outcome, fields::Fields};

/// PutBucketWebsite: either an index document or a host to go to.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let website = input["WebsiteConfiguration"].clone();
    if website.at("RedirectAllRequestsTo").is_some() {
        // "If you specify this property, you can't specify any other property",
        // API_WebsiteConfiguration.
        let others = ["ErrorDocument", "IndexDocument", "RoutingRules"];
        if others.iter().any(|other| website.at(other).is_some()) {
            let message = "RedirectAllRequestsTo cannot be provided in conjunction with other \
                           Routing Rules.";
            return Err(invalid_argument(message));
        }
    } else {
        let index = website["IndexDocument"].text("Suffix");
        // "The suffix must not be empty and must not include a slash character",
        // API_IndexDocument.
        if index.is_empty() {
            let message = "A value for IndexDocument Suffix must be provided if \
                           RedirectAllRequestsTo is empty";
            return Err(invalid_argument(message));
        }
        if index.contains('/') {
            return Err(invalid_argument(
                "The IndexDocument Suffix is not well formed",
            ));
        }
    }
    store(call, input, "website", website)
}

/// GetBucketWebsite.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketWebsite.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let absent = (
        "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration",
    );
    required(call, input, "website", absent)
}

/// DeleteBucketWebsite.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketWebsite.html>
pub(crate) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    forget(call, input, "website")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{one, round_trip, with_bucket};

    #[test]
    fn a_website_comes_back() {
        let website = json!({
            "IndexDocument": {"Suffix": "index.html"},
            "ErrorDocument": {"Key": "404.html"},
            "RoutingRules": [{
                "Condition": {"KeyPrefixEquals": "old/"},
                "Redirect": {"ReplaceKeyPrefixWith": "new/"},
            }],
        });
        round_trip(
            (
                "PutBucketWebsite",
                one("WebsiteConfiguration", website.clone()),
            ),
            "GetBucketWebsite",
            "DeleteBucketWebsite",
            "NoSuchWebsiteConfiguration",
            website,
        );
    }

    #[test]
    fn a_website_has_an_index_or_goes_elsewhere() {
        let aws = with_bucket();
        for wrong in [
            json!({"ErrorDocument": {"Key": "404.html"}}),
            json!({"IndexDocument": {"Suffix": "a/b"}}),
            json!({
                "IndexDocument": {"Suffix": "a"},
                "RedirectAllRequestsTo": {"HostName": "example.com"},
            }),
        ] {
            let put = one("WebsiteConfiguration", wrong);
            assert_eq!(aws.code("s3", "PutBucketWebsite", put), "InvalidArgument");
        }
    }
}
