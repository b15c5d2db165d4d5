//! Rules for the requests that CloudFront makes to origins: their headers, signatures and ways.

use std::collections::BTreeSet;

use jeancloud_model::cloud_front::{Origin, OriginRequestPolicyId};

use super::{
    super::{Report, Rule},
    behavior,
    origin::each,
};
use crate::View;

const HEADERS: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html";
const REQUEST_POLICIES: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html";

pub(super) const CUSTOM_HEADERS: Rule = Rule {
    name: "origin-headers",
    check: headers_are_ones_that_cloudfront_may_add,
};
pub(super) const SHIELD: Rule = Rule {
    name: "origin-shield",
    check: a_shield_is_somewhere,
};
pub(super) const IDENTITY: Rule = Rule {
    name: "origin-identity",
    check: requests_are_signed_in_one_way,
};
pub(super) const HOST: Rule = Rule {
    name: "behavior-host-header",
    check: buckets_see_their_own_host,
};

/// "Custom headers that CloudFront can't add to origin requests", in lower case.
const FORBIDDEN: [&str; 24] = [
    "cache-control",
    "connection",
    "content-length",
    "cookie",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "request-range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-cache",
    "x-real-ip",
];

fn headers_are_ones_that_cloudfront_may_add(view: &View, report: &mut Report) {
    each(view, |distribution, index, origin| {
        let headers = match origin {
            Origin::S3(s3) => &s3.origin_custom_headers,
            Origin::Custom(custom) => &custom.origin_custom_headers,
        };
        let mut seen = BTreeSet::new();
        for header in headers {
            let Some(name) = header.header_name.as_known().map(str::to_lowercase) else {
                continue;
            };
            let amazons = name.starts_with("x-amz-") || name.starts_with("x-edge-");
            let wrong = if FORBIDDEN.contains(&name.as_str()) || amazons {
                format!("add {name}")
            } else if !seen.insert(name.clone()) {
                format!("add {name} twice")
            } else {
                continue;
            };
            report
                .error(
                    distribution.declaration,
                    format!("DistributionConfig/Origins/{index}/OriginCustomHeaders"),
                    wrong,
                )
                .rule("CloudFront adds a header once, and none that it uses itself or that begins with X-Amz- or X-Edge- (InvalidArgument)")
                .hint("what viewers send is forwarded by an origin request policy, as OriginRequestPolicyId::ALL_VIEWER")
                .document(HEADERS);
        }
    });
}

fn a_shield_is_somewhere(view: &View, report: &mut Report) {
    each(view, |distribution, index, origin| {
        let shield = match origin {
            Origin::S3(s3) => &s3.origin_shield,
            Origin::Custom(custom) => &custom.origin_shield,
        };
        let nowhere = shield
            .as_ref()
            .is_some_and(|it| it.enabled && it.origin_shield_region.is_none());
        if nowhere {
            report
                .error(
                    distribution.declaration,
                    format!("DistributionConfig/Origins/{index}/OriginShield"),
                    "is on, and is in no region",
                )
                .rule("a shield is in a region (InvalidArgument)")
                .hint("write `.origin_shield(OriginShieldRegion::EuWest2)`, near the origin")
                .document("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html");
        }
    });
}

fn requests_are_signed_in_one_way(view: &View, report: &mut Report) {
    each(view, |distribution, index, origin| {
        let Origin::S3(s3) = origin else { return };
        let identity = s3.s3_origin_config.origin_access_identity.as_str();
        let (wrong, hint) = if identity.is_empty() {
            return;
        } else if s3.origin_access_control_id.is_some() {
            (
                "stands beside an origin access control".to_owned(),
                "leave the identity out: a control signs for every region and method",
            )
        } else if !identity.starts_with("origin-access-identity/cloudfront/") {
            (
                format!("`{identity}` is no identity"),
                "as origin-access-identity/cloudfront/E1A2B3C4D5E6F7; or take Origin::s3(id, &bucket, &control)",
            )
        } else {
            return;
        };
        report
            .error(
                distribution.declaration,
                format!("DistributionConfig/Origins/{index}/S3OriginConfig/OriginAccessIdentity"),
                wrong,
            )
            .rule("a bucket is read by an origin access control or by an identity, not both (InvalidArgument, InvalidOriginAccessIdentity)")
            .hint(hint)
            .document("https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_S3OriginConfig.html");
    });
}

/// What signs or serves by its own host name gets another one: S3 answers 403.
fn buckets_see_their_own_host(view: &View, report: &mut Report) {
    behavior::each(view, |distribution, behavior| {
        let forwards = behavior.forwards;
        let host = [
            OriginRequestPolicyId::ALL_VIEWER,
            OriginRequestPolicyId::ALL_VIEWER_AND_CLOUD_FRONT_HEADERS_2022_06,
        ];
        let config = &distribution.resource.distribution_config;
        let mut origins = config.origins.iter();
        let target = behavior.target.known();
        let origin = origins.find(|origin| target.is_some() && origin.id().known() == target);
        let (Some(Origin::S3(_)), Some(policy)) = (origin, forwards) else {
            return;
        };
        if host.contains(policy) {
            report
                .warning(
                    distribution.declaration,
                    format!("{}/OriginRequestPolicyId", behavior.path),
                    "forwards the viewer's Host to a bucket: every request is answered 403 or 404",
                )
                .rule("S3 finds the bucket by the Host header, which is part of what CloudFront signs")
                .hint("take OriginRequestPolicyId::CORS_S3_ORIGIN, ALL_VIEWER_EXCEPT_HOST_HEADER, or none")
                .document(REQUEST_POLICIES);
        }
    });
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Input,
        cloud_front::{
            CustomOrigin, OriginAccessControl, OriginCustomHeader, OriginRequestPolicyId,
            OriginShield, S3Origin, S3OriginConfig,
        },
        s3::{Bucket, BucketPolicy},
    };

    use super::super::testing::add;
    use crate::check::testing::{Healthy, broken};

    fn frontend(h: &Healthy<'_>, identity: &str, policy: Option<OriginRequestPolicyId>) {
        let bucket = h.scope.add("bucket", Bucket::builder().build());
        let control = h
            .stack
            .global()
            .add("control", OriginAccessControl::s3("frontend"));
        let origin = S3Origin::builder()
            .id("site")
            .domain_name(bucket.regional_domain_name())
            .origin_access_control_id(&control)
            .s3_origin_config(
                S3OriginConfig::builder()
                    .origin_access_identity(identity)
                    .build(),
            );
        let cdn = add(h, |config| {
            config.origins = vec![origin.build().into()];
            config.default_cache_behavior.origin_request_policy_id = policy.map(Input::Known);
        });
        h.scope
            .add("policy", BucketPolicy::readable_by(&bucket, &cdn));
    }

    #[test]
    fn a_header_is_not_cloudfronts_own() {
        assert_snapshot!(broken("origin-headers", |h| {
            let header = OriginCustomHeader::builder().header_name("Host").header_value("a.example.com");
            let origin = CustomOrigin::builder()
                .id("site")
                .domain_name("origin.example.com")
                .origin_custom_headers([header.build()]);
            add(h, |config| config.origins = vec![origin.build().into()]);
        }), @"
        error: global/cdn: DistributionConfig/Origins/0/OriginCustomHeaders add host
          rule: CloudFront adds a header once, and none that it uses itself or that begins with X-Amz- or X-Edge- (InvalidArgument)
          hint: what viewers send is forwarded by an origin request policy, as OriginRequestPolicyId::ALL_VIEWER
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html
        ");
    }

    #[test]
    fn a_shield_has_a_region() {
        assert_snapshot!(broken("origin-shield", |h| {
            let mut origin = CustomOrigin::builder().id("site").domain_name("origin.example.com").build();
            origin.origin_shield = Some(OriginShield::builder().build());
            add(h, |config| config.origins = vec![origin.into()]);
        }), @"
        error: global/cdn: DistributionConfig/Origins/0/OriginShield is on, and is in no region
          rule: a shield is in a region (InvalidArgument)
          hint: write `.origin_shield(OriginShieldRegion::EuWest2)`, near the origin
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html
        ");
    }

    #[test]
    fn a_bucket_is_read_in_one_way() {
        assert_snapshot!(broken("origin-identity", |h| {
            frontend(h, "origin-access-identity/cloudfront/E1A2B3C4D5E6F7", None);
        }), @"
        error: global/cdn: DistributionConfig/Origins/0/S3OriginConfig/OriginAccessIdentity stands beside an origin access control
          rule: a bucket is read by an origin access control or by an identity, not both (InvalidArgument, InvalidOriginAccessIdentity)
          hint: leave the identity out: a control signs for every region and method
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_S3OriginConfig.html
        ");
    }

    #[test]
    fn a_bucket_sees_its_own_host() {
        assert_snapshot!(broken("behavior-host-header", |h| {
            frontend(h, "", Some(OriginRequestPolicyId::ALL_VIEWER));
        }), @"
        warning: global/cdn: DistributionConfig/DefaultCacheBehavior/OriginRequestPolicyId forwards the viewer's Host to a bucket: every request is answered 403 or 404
          rule: S3 finds the bucket by the Host header, which is part of what CloudFront signs
          hint: take OriginRequestPolicyId::CORS_S3_ORIGIN, ALL_VIEWER_EXCEPT_HOST_HEADER, or none
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
        ");
    }
}
