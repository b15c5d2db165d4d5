//! [`Distribution`]: `AWS::CloudFront::Distribution`, a site at CloudFront's edge locations.

use crate::{
    Arn, DnsName, Facts, Handle, Placement, Tagging, choice, id_value, outputs, properties,
    resource,
    route53::{AliasTarget, HostedZoneId},
    text_value,
};

use super::{
    CacheBehavior, CustomErrorResponse, DefaultCacheBehavior, Origin, OriginGroups, Restrictions,
    ViewerCertificate,
};

/// The hosted zone of every distribution's own name: what an alias record to one needs.
///
/// Route 53's "AliasTarget": `Z2FDTNDATAQYW2` is always the zone's id for a CloudFront
/// distribution.
pub const HOSTED_ZONE_ID: &str = "Z2FDTNDATAQYW2";

id_value! {
    /// The id of a distribution, as `E1A2B3C4D5E6F7`.
    DistributionId,
}

text_value! {
    /// What is written beside a distribution: up to 128 characters.
    Comment {
        rule: "a distribution's comment has at most 128 characters",
        document: "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html",
        check: |text| (text.chars().count() > 128).then_some("is too long"),
    },
}

choice! {
    /// At which edge locations a distribution is served; fewer cost less.
    PriceClass {
        /// North America, Europe and Israel.
        Class100 = "PriceClass_100",
        /// The same, and Africa, the Middle East and much of Asia.
        Class200 = "PriceClass_200",
        /// Everywhere.
        All = "PriceClass_All",
    }

    /// The newest versions of HTTP that viewers may speak. All speak HTTP/1.1.
    HttpVersion {
        /// HTTP/1.1.
        Http1_1 = "http1.1",
        /// HTTP/2.
        Http2 = "http2",
        /// HTTP/3.
        Http3 = "http3",
        /// HTTP/2 and HTTP/3.
        Http2And3 = "http2and3",
    }
}

resource! {
    /// A site at CloudFront's edge locations.
    ///
    /// Follows [`AWS::CloudFront::Distribution`] and CloudFront's [`CreateDistribution`]. A change
    /// takes minutes to reach all edge locations; deleting one means disabling it and waiting
    /// first.
    ///
    /// [`AWS::CloudFront::Distribution`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-distribution.html
    /// [`CreateDistribution`]: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html
    Distribution = "AWS::CloudFront::Distribution", id "Id": DistributionId,
    facts Facts {
        outputs: &["Arn", "DomainName"],
        told_if_known: &["DistributionConfig/Origins/*/OriginAccessControlId"],
        unordered: &[
            "DistributionConfig/Aliases",
            "DistributionConfig/CacheBehaviors/*/FunctionAssociations",
            "DistributionConfig/CacheBehaviors/*/LambdaFunctionAssociations",
            "DistributionConfig/CacheBehaviors/*/TrustedKeyGroups",
            "DistributionConfig/CacheBehaviors/*/TrustedSigners",
            "DistributionConfig/CustomErrorResponses",
            "DistributionConfig/DefaultCacheBehavior/FunctionAssociations",
            "DistributionConfig/DefaultCacheBehavior/LambdaFunctionAssociations",
            "DistributionConfig/DefaultCacheBehavior/TrustedKeyGroups",
            "DistributionConfig/DefaultCacheBehavior/TrustedSigners",
            "DistributionConfig/OriginGroups/Items",
            "DistributionConfig/OriginGroups/Items/*/FailoverCriteria/StatusCodes/Items",
            "DistributionConfig/Origins",
            "DistributionConfig/Origins/*/CustomOriginConfig/OriginSSLProtocols",
            "DistributionConfig/Origins/*/OriginCustomHeaders",
            "DistributionConfig/Restrictions/GeoRestriction/Locations",
        ],
        defaults: &[
            ("DistributionConfig/Aliases", "[]"),
            ("DistributionConfig/CacheBehaviors", "[]"),
            ("DistributionConfig/Comment", r#""""#),
            ("DistributionConfig/CustomErrorResponses", "[]"),
            ("DistributionConfig/DefaultCacheBehavior/AllowedMethods", r#"["GET","HEAD"]"#),
            ("DistributionConfig/DefaultCacheBehavior/CachedMethods", r#"["GET","HEAD"]"#),
            ("DistributionConfig/DefaultCacheBehavior/Compress", "false"),
            ("DistributionConfig/DefaultCacheBehavior/FieldLevelEncryptionId", r#""""#),
            ("DistributionConfig/DefaultCacheBehavior/FunctionAssociations", "[]"),
            ("DistributionConfig/DefaultCacheBehavior/GrpcConfig", "null"),
            ("DistributionConfig/DefaultCacheBehavior/LambdaFunctionAssociations", "[]"),
            ("DistributionConfig/DefaultCacheBehavior/OriginRequestPolicyId", "null"),
            ("DistributionConfig/DefaultCacheBehavior/RealtimeLogConfigArn", "null"),
            ("DistributionConfig/DefaultCacheBehavior/ResponseHeadersPolicyId", "null"),
            ("DistributionConfig/DefaultCacheBehavior/SmoothStreaming", "false"),
            ("DistributionConfig/DefaultCacheBehavior/TrustedKeyGroups", "[]"),
            ("DistributionConfig/DefaultCacheBehavior/TrustedSigners", "[]"),
            ("DistributionConfig/DefaultRootObject", r#""""#),
            ("DistributionConfig/HttpVersion", r#""http2""#),
            ("DistributionConfig/IPV6Enabled", "false"),
            ("DistributionConfig/Logging", r#"{"Bucket":""}"#),
            ("DistributionConfig/Logging/IncludeCookies", "false"),
            ("DistributionConfig/Logging/Prefix", r#""""#),
            ("DistributionConfig/OriginGroups", r#"{"Quantity":0}"#),
            ("DistributionConfig/PriceClass", r#""PriceClass_All""#),
            ("DistributionConfig/Restrictions", r#"{"GeoRestriction":{"RestrictionType":"none"}}"#),
            ("DistributionConfig/Restrictions/GeoRestriction/Locations", "[]"),
            ("DistributionConfig/ViewerCertificate", r#"{"CloudFrontDefaultCertificate":true}"#),
            ("DistributionConfig/ViewerCertificate/AcmCertificateArn", "null"),
            ("DistributionConfig/ViewerCertificate/CloudFrontDefaultCertificate", "null"),
            ("DistributionConfig/ViewerCertificate/MinimumProtocolVersion", "null"),
            ("DistributionConfig/ViewerCertificate/SslSupportMethod", "null"),
            ("DistributionConfig/WebACLId", r#""""#),
        ],
        // An origin knows its distribution by a header that nobody else can send.
        sensitive: &["DistributionConfig/Origins/*/OriginCustomHeaders/*/HeaderValue"],
        tagging: Tagging::OnCreate,
        placement: Placement::Global,
        ..Facts::DEFAULT
    };

    /// What it serves, from where, and how.
    plain distribution_config "DistributionConfig": DistributionConfig,
    tags,
}

outputs! { Distribution {
    /// Its id.
    distribution_id "Id": DistributionId,
    /// Its ARN, as `arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F7`: what a bucket
    /// policy names to let this distribution in and nobody else.
    arn "Arn": Arn,
    /// Its own name, as `d111111abcdef8.cloudfront.net`.
    domain_name "DomainName": DnsName,
} }

impl From<&Handle<Distribution>> for AliasTarget {
    fn from(distribution: &Handle<Distribution>) -> Self {
        Self::new(
            distribution.domain_name(),
            HostedZoneId::new(HOSTED_ZONE_ID),
        )
    }
}

impl From<&Handle<Distribution>> for Option<AliasTarget> {
    fn from(distribution: &Handle<Distribution>) -> Self {
        Some(distribution.into())
    }
}

properties! {
    /// What a distribution is.
    ///
    /// Follows CloudFormation's [`DistributionConfig`]. The older properties that cache policies
    /// replaced (`ForwardedValues`, `MinTTL`, …) are left out.
    ///
    /// [`DistributionConfig`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-distributionconfig.html
    DistributionConfig;
    /// Where CloudFront gets what it doesn't have: at least one, 100 at most.
    plain_list origins "Origins": Origin,
    /// A second origin for when the first one fails. AWS's default: none.
    opt_plain origin_groups "OriginGroups": OriginGroups,
    /// How requests are answered that no other behaviour is for.
    plain default_cache_behavior "DefaultCacheBehavior": DefaultCacheBehavior,
    /// How requests for some paths are answered; the first that fits counts. 75 at most.
    plain_list cache_behaviors "CacheBehaviors": CacheBehavior,
    /// What viewers get where an origin answers an error. AWS's default: that error.
    plain_list custom_error_responses "CustomErrorResponses": CustomErrorResponse,
    /// The object that is answered for `/`, as `index.html`, without a slash. AWS's default: none.
    opt_text default_root_object "DefaultRootObject",
    /// The site's own names, as `www.example.com` or `*.example.com`. They need a certificate, and
    /// no other distribution of any account may have them. AWS's default: none.
    opt_list aliases "Aliases": DnsName,
    /// With which certificate it answers over HTTPS. AWS's default: CloudFront's own.
    opt_plain viewer_certificate "ViewerCertificate": ViewerCertificate,
    /// Whether it answers at all. On here; off, it stays and viewers get errors.
    plain enabled "Enabled": bool = true,
    /// What is written beside it. AWS's default: nothing.
    opt comment "Comment": Comment,
    /// At which edge locations it is served. AWS's default: everywhere.
    opt price_class "PriceClass": PriceClass,
    /// The newest versions of HTTP. AWS's default: HTTP/2.
    opt http_version "HttpVersion": HttpVersion,
    /// Whether it answers over IPv6 too. AWS's default: false.
    opt ipv6_enabled "IPV6Enabled": bool,
    /// From which countries viewers get an answer. AWS's default: from all.
    opt_plain restrictions "Restrictions": Restrictions,
    /// Where records of requests go. AWS's default: nowhere.
    opt_plain logging "Logging": Logging,
    /// The firewall: the ARN of a web ACL of AWS WAF with the scope `CLOUDFRONT`, in us-east-1.
    /// AWS's default: none.
    opt web_acl_id "WebACLId": Arn,
}

properties! {
    /// Where records of requests go: CloudFront's standard logging (legacy).
    ///
    /// The bucket's access control lists have to count (its ownership is not
    /// `BucketOwnerEnforced`), because CloudFront writes by one.
    Logging;
    /// The bucket, by its host name, `logs.domain_name()`.
    one bucket "Bucket": DnsName,
    /// Whether cookies are written too. AWS's default: false.
    opt include_cookies "IncludeCookies": bool,
    /// What the records' keys begin with. AWS's default: nothing.
    opt_text prefix "Prefix",
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud_front::{AllowedMethods, CachePolicyId, PathPattern};

    #[test]
    fn an_alias_record_points_to_a_distribution() {
        let distribution = Handle::<Distribution>::declared(crate::Address::new("global/cdn"));
        assert_eq!(
            serde_json::to_value(AliasTarget::from(&distribution)).unwrap(),
            serde_json::json!({
                "DNSName": {"$output": ["global/cdn", "DomainName"]},
                "HostedZoneId": "Z2FDTNDATAQYW2",
                "EvaluateTargetHealth": false,
            })
        );
    }

    #[test]
    fn a_distribution_reads_back_what_it_writes() {
        let distribution = Distribution::builder()
            .distribution_config(
                DistributionConfig::builder()
                    .origins([Origin::custom("api", "api.example.com")])
                    .default_cache_behavior(
                        DefaultCacheBehavior::builder()
                            .target_origin_id("api")
                            .cache_policy_id(CachePolicyId::CACHING_OPTIMIZED)
                            .compress(true)
                            .build(),
                    )
                    .cache_behaviors([CacheBehavior::builder()
                        .path_pattern(PathPattern::new("/api/*"))
                        .target_origin_id("api")
                        .cache_policy_id(CachePolicyId::CACHING_DISABLED)
                        .allowed_methods(AllowedMethods::All)
                        .build()])
                    .custom_error_responses(CustomErrorResponse::single_page_application(
                        "/index.html",
                    ))
                    .aliases(["www.example.com"])
                    .restrictions(Restrictions::none())
                    .viewer_certificate(ViewerCertificate::cloud_front_default())
                    .comment("the site")
                    .price_class(PriceClass::Class100)
                    .build(),
            )
            .tag("Name", "site")
            .build();
        let json = serde_json::to_value(&distribution).unwrap();
        assert_eq!(json["DistributionConfig"]["Enabled"], true);
        assert_eq!(
            json["DistributionConfig"]["DefaultCacheBehavior"]["ViewerProtocolPolicy"],
            "redirect-to-https"
        );
        assert_eq!(
            serde_json::from_value::<Distribution>(json).unwrap(),
            distribution
        );
    }
}
