//! Policies: those that AWS manages. Nobody makes one of their own here.

use serde_json::{Value, json};

use super::{
    common::{self, counted},
    policy_list::{CACHE, ORIGIN_REQUEST, RESPONSE_HEADERS, security},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// Managed policies have one version.
const ETAG: &str = "E23ZP02F085DFQ";
/// When AWS made them: 2020-07-22, about.
const SINCE: i64 = 1_595_376_000;

/// A kind of policy.
struct Kind {
    name: &'static str,
    list: &'static str,
    missing: &'static str,
    all: fn() -> Vec<Value>,
}

const CACHE_POLICY: Kind = Kind {
    name: "CachePolicy",
    list: "CachePolicyList",
    missing: "NoSuchCachePolicy",
    all: cache,
};
const ORIGIN_REQUEST_POLICY: Kind = Kind {
    name: "OriginRequestPolicy",
    list: "OriginRequestPolicyList",
    missing: "NoSuchOriginRequestPolicy",
    all: origin_request,
};
const RESPONSE_HEADERS_POLICY: Kind = Kind {
    name: "ResponseHeadersPolicy",
    list: "ResponseHeadersPolicyList",
    missing: "NoSuchResponseHeadersPolicy",
    all: response_headers,
};

/// GetCachePolicy.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetCachePolicy.html>
pub(super) fn get_cache(_: &mut Call<'_>, input: &Value) -> Outcome {
    get(&CACHE_POLICY, input)
}

/// GetOriginRequestPolicy.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetOriginRequestPolicy.html>
pub(super) fn get_origin_request(_: &mut Call<'_>, input: &Value) -> Outcome {
    get(&ORIGIN_REQUEST_POLICY, input)
}

/// GetResponseHeadersPolicy.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetResponseHeadersPolicy.html>
pub(super) fn get_response_headers(_: &mut Call<'_>, input: &Value) -> Outcome {
    get(&RESPONSE_HEADERS_POLICY, input)
}

/// ListCachePolicies.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListCachePolicies.html>
pub(super) fn list_cache(_: &mut Call<'_>, input: &Value) -> Outcome {
    list(&CACHE_POLICY, input)
}

/// ListOriginRequestPolicies.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListOriginRequestPolicies.html>
pub(super) fn list_origin_request(_: &mut Call<'_>, input: &Value) -> Outcome {
    list(&ORIGIN_REQUEST_POLICY, input)
}

/// ListResponseHeadersPolicies.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListResponseHeadersPolicies.html>
pub(super) fn list_response_headers(_: &mut Call<'_>, input: &Value) -> Outcome {
    list(&RESPONSE_HEADERS_POLICY, input)
}

/// Refuses a behaviour with a policy that isn't there.
pub(super) fn check(behavior: &Value) -> Result<(), AwsError> {
    for kind in [
        &CACHE_POLICY,
        &ORIGIN_REQUEST_POLICY,
        &RESPONSE_HEADERS_POLICY,
    ] {
        let id = behavior.text(&format!("{}Id", kind.name));
        if !id.is_empty() {
            find(kind, id)?;
        }
    }
    Ok(())
}

fn get(kind: &Kind, input: &Value) -> Outcome {
    let policy = find(kind, input.text("Id"))?;
    Ok(json!({(kind.name): policy, "ETag": ETAG}))
}

fn list(kind: &Kind, input: &Value) -> Outcome {
    let own = input.text("Type") == "custom";
    let all = if own { Vec::new() } else { (kind.all)() };
    let rows = all.iter().map(|policy| {
        let row = json!({(kind.name): policy, "Type": "managed"});
        (policy.text("Id"), row)
    });
    let mut page = common::page(input, kind.list, rows)?;
    // These lists tell no more than where the next page begins.
    page[kind.list].clear("IsTruncated");
    page[kind.list].clear("Marker");
    Ok(page)
}

fn find(kind: &Kind, id: &str) -> Result<Value, AwsError> {
    let found = (kind.all)()
        .into_iter()
        .find(|policy| policy.text("Id") == id);
    found.ok_or_else(|| {
        let message = format!("The specified {} does not exist.", kind.name);
        AwsError::new(kind.missing, message)
    })
}

fn cache() -> Vec<Value> {
    let all = CACHE
        .iter()
        .map(|(id, name, [least, usual, most], compress, queries)| {
            let headers = if *queries == "all" || name.starts_with("Use") {
                let names = [
                    "host",
                    "origin",
                    "x-http-method",
                    "x-http-method-override",
                    "x-method-override",
                ];
                let names = counted(names.iter().map(|name| json!(name)).collect());
                json!({"HeaderBehavior": "whitelist", "Headers": names})
            } else {
                json!({"HeaderBehavior": "none"})
            };
            let cookies = if name.starts_with("Use") {
                "all"
            } else {
                "none"
            };
            json!({
                "CachePolicyConfig": {
                    "Comment": "",
                    "DefaultTTL": usual,
                    "MaxTTL": most,
                    "MinTTL": least,
                    "Name": name,
                    "ParametersInCacheKeyAndForwardedToOrigin": {
                        "CookiesConfig": {"CookieBehavior": cookies},
                        "EnableAcceptEncodingBrotli": compress,
                        "EnableAcceptEncodingGzip": compress,
                        "HeadersConfig": headers,
                        "QueryStringsConfig": {"QueryStringBehavior": queries},
                    },
                },
                "Id": id,
                "LastModifiedTime": SINCE,
            })
        });
    all.collect()
}

fn origin_request() -> Vec<Value> {
    let all = ORIGIN_REQUEST
        .iter()
        .map(|(id, name, behavior, headers, rest)| {
            let mut config = json!({"HeaderBehavior": behavior});
            if !headers.is_empty() {
                config["Headers"] = counted(headers.iter().map(|name| json!(name)).collect());
            }
            json!({
                "Id": id,
                "LastModifiedTime": SINCE,
                "OriginRequestPolicyConfig": {
                    "Comment": "",
                    "CookiesConfig": {"CookieBehavior": rest},
                    "HeadersConfig": config,
                    "Name": name,
                    "QueryStringsConfig": {"QueryStringBehavior": rest},
                },
            })
        });
    all.collect()
}

fn response_headers() -> Vec<Value> {
    let all = RESPONSE_HEADERS.iter().map(|(id, name, cors, secure)| {
        json!({
            "Id": id,
            "LastModifiedTime": SINCE,
            "ResponseHeadersPolicyConfig": {
                "Comment": "",
                "CorsConfig": cors.config(),
                "Name": name,
                "SecurityHeadersConfig": secure.then(security),
            },
        })
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// "Use managed cache policies", Amazon CloudFront Developer Guide.
    #[test]
    fn managed_policies_have_their_ids() {
        let aws = Aws::new();
        let id = json!({"Id": "658327ea-f89d-4fab-a63d-7e88639e58f6"});
        let told = aws.ok("cloudfront", "GetCachePolicy", id);
        let config = &told["CachePolicy"]["CachePolicyConfig"];
        assert_eq!(config["Name"], "Managed-CachingOptimized");
        assert_eq!(config["DefaultTTL"], 86_400);
        let id = json!({"Id": "67f7725c-6f97-4210-82d7-5512b31e9d03"});
        let told = aws.ok("cloudfront", "GetResponseHeadersPolicy", id);
        let config = &told["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"];
        assert_eq!(config["Name"], "Managed-SecurityHeadersPolicy");
        let id = json!({"Id": "216adef6-5c7f-47e4-b989-5492eafa07d3"});
        let told = aws.ok("cloudfront", "GetOriginRequestPolicy", id);
        let config = &told["OriginRequestPolicy"]["OriginRequestPolicyConfig"];
        assert_eq!(config["HeadersConfig"]["HeaderBehavior"], "allViewer");
        let absent = aws.refused("cloudfront", "GetCachePolicy", json!({"Id": "0"}));
        assert_eq!(
            (absent.status, absent.code.as_str()),
            (404, "NoSuchCachePolicy")
        );
    }

    #[test]
    fn policies_are_listed_by_kind_and_page() {
        let aws = Aws::new();
        for (operation, list) in [
            ("ListCachePolicies", "CachePolicyList"),
            ("ListOriginRequestPolicies", "OriginRequestPolicyList"),
            ("ListResponseHeadersPolicies", "ResponseHeadersPolicyList"),
        ] {
            let first = aws.ok("cloudfront", operation, json!({"MaxItems": "3"}));
            assert_eq!(first[list]["Quantity"], 3);
            let next = json!({"Marker": first[list]["NextMarker"], "Type": "managed"});
            let second = aws.ok("cloudfront", operation, next);
            assert_eq!(second[list]["Quantity"], 2);
            let own = aws.ok("cloudfront", operation, json!({"Type": "custom"}));
            assert_eq!(own[list]["Quantity"], 0);
        }
    }
}
