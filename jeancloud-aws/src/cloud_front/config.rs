//! A distribution's configuration between jeancloud's spelling and CloudFront's.

use aws_sdk_cloudfront::types::{
    Aliases, CustomErrorResponse as SdkErrorResponse, CustomErrorResponses,
    DistributionConfig as SdkConfig, GeoRestriction as SdkGeo, GeoRestrictionType,
    HttpVersion as SdkHttpVersion, LoggingConfig, MinimumProtocolVersion as SdkProtocol,
    PriceClass as SdkPriceClass, Restrictions as SdkRestrictions,
    SslSupportMethod as SdkSslSupport, ViewerCertificate as SdkCertificate,
};
use jeancloud_model::{
    DnsName, Input,
    certificate_manager::CertificateArn,
    cloud_front::{
        AcmCertificate, CustomErrorResponse, DefaultCertificate, DistributionConfig, ErrorCode,
        GeoRestriction, HttpVersion, Logging, MinimumProtocolVersion, PriceClass, ResponseCode,
        Restrictions, SslSupportMethod, ViewerCertificate,
    },
};

use super::{
    behavior,
    common::{built, filled, quantity, sdk_text, text, value},
    origin,
};

/// A new distribution's configuration.
pub(super) fn new(config: &DistributionConfig, caller_reference: &str) -> SdkConfig {
    let required = SdkConfig::builder()
        .caller_reference(caller_reference)
        .comment("")
        .enabled(config.enabled)
        .origins(origin::to_sdk(&config.origins))
        .default_cache_behavior(behavior::default_to_sdk(&config.default_cache_behavior));
    changed(built(required.build()), config)
}

/// The configuration that a distribution is to have: what jeancloud doesn't model and what the
/// author leaves to AWS stays as it is in `sdk`. `UpdateDistribution` takes everything at once.
pub(super) fn changed(mut sdk: SdkConfig, config: &DistributionConfig) -> SdkConfig {
    let DistributionConfig {
        origins,
        origin_groups,
        default_cache_behavior,
        cache_behaviors,
        custom_error_responses,
        default_root_object,
        aliases,
        viewer_certificate,
        enabled,
        comment,
        price_class,
        http_version,
        ipv6_enabled,
        restrictions,
        logging,
        web_acl_id,
    } = config;
    sdk.origins = Some(origin::to_sdk(origins));
    sdk.default_cache_behavior = Some(behavior::default_to_sdk(default_cache_behavior));
    sdk.cache_behaviors = Some(behavior::all_to_sdk(cache_behaviors));
    sdk.custom_error_responses = Some(error_responses(custom_error_responses));
    sdk.aliases = Some(sdk_aliases(aliases));
    sdk.enabled = *enabled;
    if let Some(groups) = origin_groups {
        sdk.origin_groups = Some(origin::groups_to_sdk(groups));
    }
    if let Some(object) = default_root_object {
        sdk.default_root_object = Some(object.value().to_owned());
    }
    if let Some(certificate) = viewer_certificate {
        sdk.viewer_certificate = Some(sdk_certificate(certificate));
    }
    if let Some(comment) = comment {
        sdk.comment = comment.value().to_string();
    }
    if let Some(class) = price_class {
        sdk.price_class = Some(SdkPriceClass::from(class.value().as_str()));
    }
    if let Some(version) = http_version {
        sdk.http_version = Some(SdkHttpVersion::from(version.value().as_str()));
    }
    if let Some(on) = ipv6_enabled {
        sdk.is_ipv6_enabled = Some(*on.value());
    }
    if let Some(restrictions) = restrictions {
        sdk.restrictions = Some(sdk_restrictions(restrictions));
    }
    if let Some(logging) = logging {
        sdk.logging = Some(sdk_logging(logging));
    }
    if let Some(acl) = web_acl_id {
        sdk.web_acl_id = Some(acl.value().to_string());
    }
    sdk
}

/// A configuration as CloudFront gives it.
pub(super) fn read(sdk: &SdkConfig) -> Option<DistributionConfig> {
    let origins = sdk.origins().map(|it| it.items()).unwrap_or_default();
    let behaviors = sdk
        .cache_behaviors()
        .map(|it| it.items())
        .unwrap_or_default();
    let errors = sdk
        .custom_error_responses()
        .map(|it| it.items())
        .unwrap_or_default();
    let aliases = sdk.aliases().map(|it| it.items()).unwrap_or_default();
    let alias = |alias: &String| Input::Known(DnsName::new(alias.clone()));
    let version = sdk
        .http_version()
        .map(|version| version.as_str().to_ascii_lowercase());
    Some(DistributionConfig {
        origins: origins.iter().map(origin::read).collect(),
        origin_groups: sdk.origin_groups().and_then(origin::read_groups),
        default_cache_behavior: behavior::read_default(sdk.default_cache_behavior()?),
        cache_behaviors: behaviors.iter().map(behavior::read).collect(),
        custom_error_responses: errors.iter().map(read_error_response).collect(),
        default_root_object: text(sdk.default_root_object()),
        aliases: aliases.iter().map(alias).collect(),
        viewer_certificate: sdk.viewer_certificate().map(read_certificate),
        enabled: sdk.enabled(),
        comment: value(Some(sdk.comment())),
        price_class: sdk
            .price_class()
            .and_then(|class| PriceClass::from_aws(class.as_str()))
            .map(Input::Known),
        http_version: version
            .as_deref()
            .and_then(HttpVersion::from_aws)
            .map(Input::Known),
        ipv6_enabled: sdk.is_ipv6_enabled().map(Input::Known),
        restrictions: sdk.restrictions().map(read_restrictions),
        logging: sdk.logging().and_then(read_logging),
        web_acl_id: value(sdk.web_acl_id()),
    })
}

fn sdk_aliases(aliases: &[Input<DnsName>]) -> Aliases {
    let items: Vec<_> = aliases
        .iter()
        .map(|alias| alias.value().to_string())
        .collect();
    let count = quantity(&items);
    built(
        Aliases::builder()
            .quantity(count)
            .set_items(Some(items).filter(|i| !i.is_empty()))
            .build(),
    )
}

fn error_responses(responses: &[CustomErrorResponse]) -> CustomErrorResponses {
    let response = |response: &CustomErrorResponse| {
        let status = response
            .response_code
            .as_ref()
            .map(|code| code.value().number().to_string());
        let seconds = response
            .error_caching_min_ttl
            .as_ref()
            .map(|ttl| i64::from(*ttl.value()));
        let sdk = SdkErrorResponse::builder()
            .error_code(i32::from(response.error_code.value().number()))
            .response_code(status.unwrap_or_default())
            .response_page_path(sdk_text(&response.response_page_path))
            .set_error_caching_min_ttl(seconds);
        built(sdk.build())
    };
    let items: Vec<_> = responses.iter().map(response).collect();
    let count = quantity(&items);
    built(
        CustomErrorResponses::builder()
            .quantity(count)
            .set_items(Some(items).filter(|i| !i.is_empty()))
            .build(),
    )
}

fn read_error_response(response: &SdkErrorResponse) -> CustomErrorResponse {
    let status = |status: i32| u16::try_from(status).unwrap_or_default();
    CustomErrorResponse {
        error_code: Input::Known(ErrorCode::new(status(response.error_code()))),
        error_caching_min_ttl: response
            .error_caching_min_ttl()
            .and_then(|seconds| u32::try_from(seconds).ok())
            .map(Input::Known),
        response_code: filled(response.response_code())
            .and_then(|code| code.parse().ok())
            .map(|code| Input::Known(ResponseCode::new(code))),
        response_page_path: text(response.response_page_path()),
    }
}

fn sdk_certificate(certificate: &ViewerCertificate) -> SdkCertificate {
    match certificate {
        ViewerCertificate::Default(_) => SdkCertificate::builder()
            .cloud_front_default_certificate(true)
            .build(),
        ViewerCertificate::Acm(acm) => SdkCertificate::builder()
            .cloud_front_default_certificate(false)
            .acm_certificate_arn(acm.acm_certificate_arn.value().as_str())
            .ssl_support_method(SdkSslSupport::from(acm.ssl_support_method.as_str()))
            .minimum_protocol_version(SdkProtocol::from(acm.minimum_protocol_version.as_str()))
            .build(),
    }
}

fn read_certificate(certificate: &SdkCertificate) -> ViewerCertificate {
    let Some(arn) = filled(certificate.acm_certificate_arn()) else {
        // A certificate of IAM's, which jeancloud doesn't model, is not CloudFront's own either.
        let own = filled(certificate.iam_certificate_id()).is_none();
        return ViewerCertificate::Default(DefaultCertificate {
            cloud_front_default_certificate: own,
        });
    };
    let method = certificate.ssl_support_method().map(SdkSslSupport::as_str);
    let protocol = certificate
        .minimum_protocol_version()
        .map(SdkProtocol::as_str);
    ViewerCertificate::Acm(AcmCertificate {
        acm_certificate_arn: Input::Known(CertificateArn::new(arn.to_owned())),
        ssl_support_method: method
            .and_then(SslSupportMethod::from_aws)
            .unwrap_or(SslSupportMethod::SniOnly),
        minimum_protocol_version: protocol
            .and_then(MinimumProtocolVersion::from_aws)
            .unwrap_or(MinimumProtocolVersion::Tls1),
    })
}

fn sdk_restrictions(restrictions: &Restrictions) -> SdkRestrictions {
    let geo = &restrictions.geo_restriction;
    let items = geo.locations().to_vec();
    let sdk = SdkGeo::builder()
        .restriction_type(GeoRestrictionType::from(geo.restriction_type()))
        .quantity(quantity(&items))
        .set_items(Some(items).filter(|items| !items.is_empty()));
    SdkRestrictions::builder()
        .geo_restriction(built(sdk.build()))
        .build()
}

fn read_restrictions(restrictions: &SdkRestrictions) -> Restrictions {
    let geo = restrictions.geo_restriction();
    let countries = geo.map(|geo| geo.items().to_vec()).unwrap_or_default();
    match geo.map(|geo| geo.restriction_type().as_str()) {
        Some("whitelist") => GeoRestriction::OnlyIn(countries).into(),
        Some("blacklist") => GeoRestriction::NotIn(countries).into(),
        _ => Restrictions::none(),
    }
}

/// Without a bucket, logging is off: what CloudFront has where nobody ever switched it on.
fn sdk_logging(logging: &Logging) -> LoggingConfig {
    let bucket = logging.bucket.value().as_str();
    LoggingConfig::builder()
        .enabled(!bucket.is_empty())
        .bucket(bucket)
        .include_cookies(
            logging
                .include_cookies
                .as_ref()
                .is_some_and(|on| *on.value()),
        )
        .prefix(sdk_text(&logging.prefix))
        .build()
}

fn read_logging(logging: &LoggingConfig) -> Option<Logging> {
    logging.enabled().then(|| Logging {
        bucket: Input::Known(DnsName::new(logging.bucket().to_owned())),
        include_cookies: Some(Input::Known(logging.include_cookies())),
        prefix: text(Some(logging.prefix())),
    })
}

#[cfg(test)]
mod tests {
    use jeancloud_model::cloud_front::{
        AllowedMethods, CacheBehavior, CachePolicyId, CachedMethods, DefaultCacheBehavior,
        FunctionAssociation, FunctionEvent, Origin, OriginGroup, OriginGroups,
        OriginRequestPolicyId, OriginShieldRegion, S3Origin,
    };

    use super::*;

    fn s3() -> Origin {
        S3Origin::builder()
            .id("files")
            .domain_name("b.s3.eu-west-3.amazonaws.com")
            .origin_access_control_id(jeancloud_model::cloud_front::OriginAccessControlId::new(
                "E1",
            ))
            .origin_path("/v1")
            .origin_shield(OriginShieldRegion::EuCentral1)
            .build()
            .into()
    }

    fn full() -> DistributionConfig {
        DistributionConfig::builder()
            .origins([s3(), Origin::custom("api", "api.example.com")])
            .origin_groups(OriginGroups::new([OriginGroup::new(
                "both",
                "files",
                "api",
                [500, 503],
            )]))
            .default_cache_behavior(
                DefaultCacheBehavior::builder()
                    .target_origin_id("both")
                    .cache_policy_id(CachePolicyId::CACHING_OPTIMIZED)
                    .allowed_methods(AllowedMethods::ReadAndOptions)
                    .cached_methods(CachedMethods::ReadAndOptions)
                    .compress(true)
                    .function_associations([FunctionAssociation::builder()
                        .event_type(FunctionEvent::ViewerRequest)
                        .function_arn("arn:aws:cloudfront::123456789012:function/f")
                        .build()])
                    .build(),
            )
            .cache_behaviors([CacheBehavior::builder()
                .path_pattern("/api/*")
                .target_origin_id("api")
                .cache_policy_id(CachePolicyId::CACHING_DISABLED)
                .origin_request_policy_id(OriginRequestPolicyId::ALL_VIEWER)
                .allowed_methods(AllowedMethods::All)
                .build()])
            .custom_error_responses(CustomErrorResponse::single_page_application("/index.html"))
            .default_root_object("index.html")
            .aliases(["www.example.com"])
            .viewer_certificate(ViewerCertificate::acm(CertificateArn::new(
                "arn:aws:acm:us-east-1:123456789012:certificate/c",
            )))
            .comment("the site")
            .price_class(PriceClass::Class100)
            .http_version(HttpVersion::Http2And3)
            .ipv6_enabled(true)
            .restrictions(Restrictions::not_in(["US"]))
            .logging(Logging::builder().bucket("logs.s3.amazonaws.com").build())
            .build()
    }

    /// What AWS fills in is dropped: what is in both has to be the same.
    fn common(ours: &serde_json::Value, theirs: &serde_json::Value) -> serde_json::Value {
        use serde_json::Value::{Array, Object};
        match (ours, theirs) {
            (Object(ours), Object(theirs)) => ours
                .iter()
                .map(|(key, value)| (key.clone(), common(value, &theirs[key])))
                .collect(),
            (Array(ours), Array(theirs)) if ours.len() == theirs.len() => {
                ours.iter().zip(theirs).map(|(a, b)| common(a, b)).collect()
            }
            (_, theirs) => theirs.clone(),
        }
    }

    #[test]
    fn a_configuration_comes_back_as_it_went() {
        let ours = full();
        let back = read(&new(&ours, "token")).unwrap();
        let (ours, back) = (
            serde_json::to_value(ours).unwrap(),
            serde_json::to_value(back).unwrap(),
        );
        assert_eq!(common(&ours, &back), ours);
    }

    #[test]
    fn an_update_keeps_what_the_author_leaves_to_aws() {
        let mut current = new(&full(), "token");
        current.staging = Some(true);
        let mut less = full();
        less.comment = None;
        less.aliases = Vec::new();
        less.logging = Some(Logging::builder().bucket("").build());
        let after = changed(current, &less);
        assert_eq!(after.caller_reference, "token");
        assert_eq!(after.staging, Some(true));
        assert_eq!(after.comment, "the site");
        assert_eq!(after.aliases.map(|aliases| aliases.quantity), Some(0));
        assert!(!after.logging.unwrap().enabled);
    }
}
