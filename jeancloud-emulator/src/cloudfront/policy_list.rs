//! AWS's own policies, by id.
//!
//! "Use managed cache policies", "Use managed origin request policies" and "Use managed response
//! headers policies", Amazon CloudFront Developer Guide.

use serde_json::{Value, json};

use super::common::counted;

/// Id, name, and the least, usual and longest time in seconds, whether it compresses, and what
/// queries it counts.
pub(super) const CACHE: [(&str, &str, [i64; 3], bool, &str); 5] = [
    (
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "Managed-CachingDisabled",
        [0, 0, 0],
        false,
        "none",
    ),
    (
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
        "UseOriginCacheControlHeaders-QueryStrings",
        [0, 0, 31_536_000],
        true,
        "all",
    ),
    (
        "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "Managed-CachingOptimized",
        [1, 86_400, 31_536_000],
        true,
        "none",
    ),
    (
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
        "UseOriginCacheControlHeaders",
        [0, 0, 31_536_000],
        true,
        "none",
    ),
    (
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
        "Managed-CachingOptimizedForUncompressedObjects",
        [1, 86_400, 31_536_000],
        false,
        "none",
    ),
];

/// Id, name, how headers are passed on, which, and how cookies and queries are.
pub(super) const ORIGIN_REQUEST: [(&str, &str, &str, &[&str], &str); 5] = [
    (
        "216adef6-5c7f-47e4-b989-5492eafa07d3",
        "Managed-AllViewer",
        "allViewer",
        &[],
        "all",
    ),
    (
        "59781a5b-3903-41f3-afcb-af62929ccde1",
        "Managed-CORS-CustomOrigin",
        "whitelist",
        &["origin"],
        "none",
    ),
    (
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
        "Managed-CORS-S3Origin",
        "whitelist",
        &[
            "origin",
            "access-control-request-headers",
            "access-control-request-method",
        ],
        "none",
    ),
    (
        "acba4595-bd28-49b8-b9fe-13317c0390fa",
        "Managed-UserAgentRefererHeaders",
        "whitelist",
        &["user-agent", "referer"],
        "none",
    ),
    (
        "b689b0a8-53d0-40ab-baf2-68738e2966ac",
        "Managed-AllViewerExceptHostHeader",
        "allExcept",
        &["host"],
        "all",
    ),
];

/// Id, name, which sites may read (simple, with a first question, or none but one's own), and
/// whether it sets security headers.
pub(super) const RESPONSE_HEADERS: [(&str, &str, Cors, bool); 5] = [
    (
        "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
        "Managed-CORS-With-Preflight",
        Cors::Preflight,
        false,
    ),
    (
        "60669652-455b-4ae9-85a4-c4c02393f86c",
        "Managed-SimpleCORS",
        Cors::Simple,
        false,
    ),
    (
        "67f7725c-6f97-4210-82d7-5512b31e9d03",
        "Managed-SecurityHeadersPolicy",
        Cors::None,
        true,
    ),
    (
        "e61eb60c-9c35-4d20-a928-2b84e02af89c",
        "Managed-CORS-and-SecurityHeadersPolicy",
        Cors::Simple,
        true,
    ),
    (
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
        "Managed-CORS-with-preflight-and-SecurityHeadersPolicy",
        Cors::Preflight,
        true,
    ),
];

/// How a managed response headers policy treats other sites.
#[derive(Clone, Copy)]
pub(super) enum Cors {
    None,
    Simple,
    Preflight,
}

impl Cors {
    /// The part of the policy's configuration.
    pub fn config(self) -> Option<Value> {
        let (methods, expose): (&[&str], &[&str]) = match self {
            Self::None => return None,
            Self::Simple => (&["GET"], &[]),
            Self::Preflight => (
                &["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"],
                &["*"],
            ),
        };
        let list = |texts: &[&str]| counted(texts.iter().map(|text| json!(text)).collect());
        let expose = (!expose.is_empty()).then(|| list(expose));
        Some(json!({
            "AccessControlAllowCredentials": false,
            "AccessControlAllowHeaders": list(&["*"]),
            "AccessControlAllowMethods": list(methods),
            "AccessControlAllowOrigins": list(&["*"]),
            "AccessControlExposeHeaders": expose,
            "OriginOverride": false,
        }))
    }
}

/// The security headers that managed policies set.
pub(super) fn security() -> Value {
    json!({
        "ContentTypeOptions": {"Override": true},
        "FrameOptions": {"FrameOption": "SAMEORIGIN", "Override": false},
        "ReferrerPolicy": {"Override": false, "ReferrerPolicy": "strict-origin-when-cross-origin"},
        "StrictTransportSecurity": {
            "AccessControlMaxAgeSec": 31_536_000,
            "Override": false,
        },
        "XSSProtection": {"ModeBlock": true, "Override": false, "Protection": true},
    })
}
