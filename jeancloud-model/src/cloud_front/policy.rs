//! The policies of a cache behaviour, and the ones that AWS manages, as constants.

use crate::text_value;

const RULE: &str = "a policy's id is a UUID, as 658327ea-f89d-4fab-a63d-7e88639e58f6";

text_value! {
    /// The id of a cache policy: what is part of the cache key, and how long answers are kept.
    CachePolicyId {
        rule: RULE,
        document: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html",
        check: uuid_fault,
    },
    /// The id of an origin request policy: what CloudFront sends to the origin beside the cache
    /// key.
    OriginRequestPolicyId {
        rule: RULE,
        document: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html",
        check: uuid_fault,
    },
    /// The id of a response headers policy: what CloudFront adds to its answers.
    ResponseHeadersPolicyId {
        rule: RULE,
        document: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html",
        check: uuid_fault,
    },
}

fn uuid_fault(text: &str) -> Option<&'static str> {
    let lengths = text.split('-').map(str::len);
    let hex = |b: u8| b == b'-' || b.is_ascii_hexdigit();
    (!lengths.eq([8, 4, 4, 4, 12]) || !text.bytes().all(hex)).then_some("is no policy id")
}

impl CachePolicyId {
    /// For files: no headers, cookies nor query strings in the key; kept for a day. Answers may
    /// be compressed.
    pub const CACHING_OPTIMIZED: Self = Self::literal("658327ea-f89d-4fab-a63d-7e88639e58f6");
    /// The same without compression.
    pub const CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS: Self =
        Self::literal("b2884449-e4de-46a7-ac36-70bc7f1ddd6d");
    /// Nothing is kept: for what is made anew for each request.
    pub const CACHING_DISABLED: Self = Self::literal("4135ea2d-6df8-44a3-9df3-4b5a84be39ad");
    /// The origin's `Cache-Control` decides; the key has the host, headers for methods, and all
    /// cookies, and no query strings.
    pub const USE_ORIGIN_CACHE_CONTROL_HEADERS: Self =
        Self::literal("83da9c7e-98b4-4e11-a168-04f0df8e2c65");
    /// The same with query strings.
    pub const USE_ORIGIN_CACHE_CONTROL_HEADERS_QUERY_STRINGS: Self =
        Self::literal("4cc15a8a-d715-48a4-82b8-cc0b614638fe");
    /// For origins of AWS Amplify.
    pub const AMPLIFY: Self = Self::literal("2e54312d-136d-493c-8eb9-b001f22f67d2");
    /// For endpoints of AWS Elemental MediaPackage.
    pub const ELEMENTAL_MEDIA_PACKAGE: Self = Self::literal("08627262-05a9-4f76-9ded-b50ca2e3a84f");
}

impl OriginRequestPolicyId {
    /// Everything that the viewer sent, its `Host` too: for origins that answer to the site's own
    /// name.
    pub const ALL_VIEWER: Self = Self::literal("216adef6-5c7f-47e4-b989-5492eafa07d3");
    /// Everything that the viewer sent, and CloudFront's own headers as of June 2022.
    pub const ALL_VIEWER_AND_CLOUD_FRONT_HEADERS_2022_06: Self =
        Self::literal("33f36d7e-f396-46d9-90e0-52428a34d9dc");
    /// Everything but `Host`: for API Gateway, Lambda URLs and load balancers that check it.
    pub const ALL_VIEWER_EXCEPT_HOST_HEADER: Self =
        Self::literal("b689b0a8-53d0-40ab-baf2-68738e2966ac");
    /// `Origin`: for cross-origin requests to another server than S3.
    pub const CORS_CUSTOM_ORIGIN: Self = Self::literal("59781a5b-3903-41f3-afcb-af62929ccde1");
    /// What cross-origin requests to S3 need.
    pub const CORS_S3_ORIGIN: Self = Self::literal("88a5eaf4-2fd4-4709-b370-b4c650ea3fcf");
    /// For endpoints of AWS Elemental MediaTailor.
    pub const ELEMENTAL_MEDIA_TAILOR_PERSONALIZED_MANIFESTS: Self =
        Self::literal("775133bc-15f2-49f9-abea-afb2e0bf67d2");
    /// `User-Agent` and `Referer`.
    pub const USER_AGENT_REFERER_HEADERS: Self =
        Self::literal("acba4595-bd28-49b8-b9fe-13317c0390fa");
}

impl ResponseHeadersPolicyId {
    /// Simple requests of any other site's pages are allowed.
    pub const SIMPLE_CORS: Self = Self::literal("60669652-455b-4ae9-85a4-c4c02393f86c");
    /// All requests of any other site's pages are allowed.
    pub const CORS_WITH_PREFLIGHT: Self = Self::literal("5cc3b908-e619-4b99-88e5-2cf7f45965bd");
    /// The usual security headers.
    pub const SECURITY_HEADERS: Self = Self::literal("67f7725c-6f97-4210-82d7-5512b31e9d03");
    /// Simple cross-origin requests, and the usual security headers.
    pub const CORS_AND_SECURITY_HEADERS: Self =
        Self::literal("e61eb60c-9c35-4d20-a928-2b84e02af89c");
    /// All cross-origin requests, and the usual security headers.
    pub const CORS_WITH_PREFLIGHT_AND_SECURITY_HEADERS: Self =
        Self::literal("eaab4381-ed33-4a86-88ca-d9558dc6cd63");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn a_policy_is_named_by_its_uuid() {
        assert!(CachePolicyId::CACHING_OPTIMIZED.check().is_ok());
        assert!(
            CachePolicyId::new("Managed-CachingOptimized")
                .check()
                .is_err()
        );
        assert!(
            CachePolicyId::new("658327ea-f89d-4fab-a63d-7e88639e58fx")
                .check()
                .is_err()
        );
    }
}
