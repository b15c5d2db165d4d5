//! Every property of a distribution.

use jeancloud_model::{
    Arn, Input, IntoInput, IntoText, Port, Region,
    cloud_front::{
        AcmCertificate, AllowedMethods, CacheBehavior, CachePolicyId, CachedMethods,
        CustomErrorResponse, CustomOrigin, CustomOriginConfig, DefaultCacheBehavior, Distribution,
        DistributionConfig, FunctionAssociation, FunctionEvent, GrpcConfig, HttpVersion,
        LambdaEvent, LambdaFunctionAssociation, Logging, MinimumProtocolVersion, Origin,
        OriginAccessControl, OriginCustomHeader, OriginGroup, OriginGroups, OriginIpAddressType,
        OriginProtocolPolicy, OriginRequestPolicyId, OriginShield, OriginShieldRegion,
        OriginSslProtocol, ResponseHeadersPolicyId, Restrictions, S3Origin, S3OriginConfig,
        SslSupportMethod, ViewerCertificate, ViewerProtocolPolicy,
    },
};
use jeancloud_stack::Stack;

use super::{issued, lacking};
use crate::{gaps, harness::Case};

changes! {
    origins: Case {
        type_name: "AWS::CloudFront::Distribution",
        address: "global/cdn",
        base: |stack| add(stack, config()),
        updates: &[
            ("set", |stack| add(stack, with_origins([full(true), bucket(true), signed(stack, Some("one"))]))),
            ("change", |stack| add(stack, with_origins([full(false), bucket(false), signed(stack, Some("two"))]))),
            ("less", |stack| add(stack, with_origins([part(), bare_bucket(), signed(stack, None)]))),
            ("least", |stack| add(stack, with_origins([bare_part(), bare_bucket()]))),
            ("clear", |stack| add(stack, config())),
        ],
        replaced: None,
        gaps: &[lacking(gaps::ORIGINS_LOSE_SETTINGS)],
    },
    groups_of_origins: Case {
        type_name: "AWS::CloudFront::Distribution",
        address: "global/cdn",
        base: |stack| add(stack, three()),
        updates: &[
            ("set", |stack| add(stack, grouped([("one", "main", "second")], &[500]))),
            ("change", |stack| add(stack, grouped([("two", "main", "third")], &[502, 503]))),
            ("more", |stack| add(stack, grouped([("two", "main", "third"), ("three", "second", "third")], &[502]))),
            ("clear", |stack| add(stack, three())),
        ],
        replaced: None,
        gaps: &[],
    },
    default_behavior: Case {
        type_name: "AWS::CloudFront::Distribution",
        address: "global/cdn",
        base: |stack| add(stack, three()),
        updates: &[
            ("set", |stack| add(stack, by_default(true))),
            ("change", |stack| add(stack, by_default(false))),
            ("less", |stack| {
                let mut config = three();
                config.default_cache_behavior.grpc_config = Some(GrpcConfig::builder().enabled(false).build());
                config.default_cache_behavior.lambda_function_associations = vec![lambda(None)];
                add(stack, config);
            }),
            ("clear", |stack| add(stack, three())),
        ],
        replaced: None,
        gaps: &[lacking(gaps::BEHAVIORS_LOSE_SETTINGS)],
    },
    behaviors: Case {
        type_name: "AWS::CloudFront::Distribution",
        address: "global/cdn",
        base: |stack| add(stack, three()),
        updates: &[
            ("set", |stack| add(stack, behaved(behavior(true)))),
            ("change", |stack| add(stack, behaved(behavior(false)))),
            ("less", |stack| {
                let mut bare = bare_behavior();
                bare.lambda_function_associations = vec![lambda(None)];
                add(stack, behaved(bare));
            }),
            ("least", |stack| add(stack, behaved(bare_behavior()))),
            ("clear", |stack| add(stack, three())),
        ],
        replaced: None,
        gaps: &[lacking(gaps::BEHAVIORS_LOSE_SETTINGS)],
    },
    settings: Case {
        type_name: "AWS::CloudFront::Distribution",
        address: "global/cdn",
        base: |stack| add(stack, config()),
        updates: &[
            ("set", |stack| add(stack, settings(true))),
            ("change", |stack| add(stack, settings(false))),
            ("less", |stack| {
                let mut config = config();
                config.logging = Some(Logging::builder().bucket("b.s3.amazonaws.com").build());
                config.restrictions = Some(Restrictions::none());
                config.custom_error_responses = vec![CustomErrorResponse::builder().error_code(404).error_caching_min_ttl(5u32).build()];
                add(stack, config);
            }),
            ("least", |stack| {
                let mut config = config();
                config.custom_error_responses = vec![CustomErrorResponse::page(404, 200, "/index.html")];
                add(stack, config);
            }),
            ("clear", |stack| add(stack, config())),
        ],
        replaced: None,
        gaps: &[],
    },
    certificates: Case {
        type_name: "AWS::CloudFront::Distribution",
        address: "global/cdn",
        base: |stack| add(stack, config()),
        updates: &[
            ("set", |stack| add(stack, certified(stack, "one", SslSupportMethod::SniOnly, MinimumProtocolVersion::Tls1_2_2021))),
            ("change", |stack| add(stack, certified(stack, "two", SslSupportMethod::Vip, MinimumProtocolVersion::Tls1_2_2019))),
            ("less", |stack| {
                let mut config = config();
                config.viewer_certificate = Some(ViewerCertificate::cloud_front_default());
                add(stack, config);
            }),
            ("set again", |stack| add(stack, certified(stack, "two", SslSupportMethod::Vip, MinimumProtocolVersion::Tls1_2_2019))),
            ("clear", |stack| add(stack, config())),
        ],
        replaced: None,
        gaps: &[],
    },
}

fn known<T>(value: T) -> Input<T> {
    Input::Known(value)
}

fn add(stack: &Stack, config: DistributionConfig) {
    let distribution = Distribution::builder().distribution_config(config);
    stack.global().add("cdn", distribution.build());
}

fn config() -> DistributionConfig {
    DistributionConfig::builder()
        .origins([Origin::custom("main", "main.example.com")])
        .default_cache_behavior(DefaultCacheBehavior::to(
            "main",
            CachePolicyId::CACHING_OPTIMIZED,
        ))
        .build()
}

fn three() -> DistributionConfig {
    let mut config = config();
    config
        .origins
        .push(Origin::custom("second", "second.example.com"));
    config
        .origins
        .push(Origin::custom("third", "third.example.com"));
    config
}

fn with_origins<const N: usize>(origins: [Origin; N]) -> DistributionConfig {
    let mut config = config();
    config.origins.extend(origins);
    config
}

/// An origin with everything in it.
fn full(first: bool) -> Origin {
    let name = if first { "a" } else { "b" };
    let mut origin = CustomOrigin::builder()
        .id(name)
        .domain_name(format!("{name}.example.com"))
        .origin_path(format!("/{name}"))
        .origin_custom_headers([OriginCustomHeader::builder()
            .header_name(format!("X-{name}"))
            .header_value(name)
            .build()])
        .connection_attempts(if first { 1 } else { 2 })
        .connection_timeout(if first { 5 } else { 6 })
        .response_completion_timeout(if first { 60u32 } else { 70 })
        .origin_shield(
            OriginShield::builder()
                .enabled(first)
                .origin_shield_region(match first {
                    true => OriginShieldRegion::EuCentral1,
                    false => OriginShieldRegion::EuWest1,
                })
                .build(),
        )
        .build();
    origin.custom_origin_config = CustomOriginConfig::builder()
        .http_port(if first { 8080 } else { 8081 })
        .https_port(if first { 8443 } else { 8444 })
        .origin_protocol_policy(match first {
            true => OriginProtocolPolicy::MatchViewer,
            false => OriginProtocolPolicy::HttpOnly,
        })
        .origin_ssl_protocols(match first {
            true => vec![OriginSslProtocol::Tls1_1, OriginSslProtocol::Tls1_2],
            false => vec![OriginSslProtocol::Tls1_2],
        })
        .origin_read_timeout(if first { 20 } else { 40 })
        .origin_keepalive_timeout(if first { 10 } else { 20 })
        .ip_address_type(match first {
            true => OriginIpAddressType::DualStack,
            false => OriginIpAddressType::Ipv6,
        })
        .build();
    origin.into()
}

/// The same with less of it.
fn part() -> Origin {
    let mut origin = CustomOrigin::builder()
        .id("b")
        .domain_name("b.example.com")
        .origin_shield(OriginShield::builder().enabled(false).build())
        .build();
    origin.custom_origin_config.http_port = Some(known(Port::new(8081)));
    origin.into()
}

fn bare_part() -> Origin {
    Origin::custom("b", "b.example.com")
}

fn bucket(first: bool) -> Origin {
    let identity = if first {
        "E1A2B3C4D5E6F7"
    } else {
        "E2A2B3C4D5E6F7"
    };
    let mut origin = bare_s3();
    origin.s3_origin_config = S3OriginConfig::builder()
        .origin_access_identity(format!("origin-access-identity/cloudfront/{identity}"))
        .build();
    origin.into()
}

fn bare_bucket() -> Origin {
    bare_s3().into()
}

/// A bucket to which CloudFront's requests are signed in one of two ways.
fn signed(stack: &Stack, by: Option<&str>) -> Origin {
    let controls = ["one", "two"].map(|name| {
        (
            name,
            stack.global().add(name, OriginAccessControl::s3(name)),
        )
    });
    let control = controls.iter().find(|(name, _)| Some(*name) == by);
    let mut origin = bare_s3();
    origin.id = known("signed".into());
    origin.origin_access_control_id = control.map(|(_, control)| control.into_input());
    origin.into()
}

fn bare_s3() -> S3Origin {
    S3Origin::builder()
        .id("bucket")
        .domain_name("bucket.s3.eu-west-3.amazonaws.com")
        .build()
}

fn grouped<const N: usize>(
    groups: [(&'static str, &'static str, &'static str); N],
    codes: &[u16],
) -> DistributionConfig {
    let mut config = three();
    let groups = groups.map(|(id, one, other)| OriginGroup::new(id, one, other, codes.to_vec()));
    config.origin_groups = Some(OriginGroups::new(groups));
    config
}

fn function(first: bool) -> FunctionAssociation {
    FunctionAssociation::builder()
        .event_type(match first {
            true => FunctionEvent::ViewerRequest,
            false => FunctionEvent::ViewerResponse,
        })
        .function_arn(Arn::new(format!(
            "arn:aws:cloudfront::123456789012:function/{first}"
        )))
        .build()
}

fn lambda(first: Option<bool>) -> LambdaFunctionAssociation {
    let version = if first == Some(true) { 1 } else { 2 };
    let mut lambda = LambdaFunctionAssociation::builder()
        .event_type(match first {
            Some(true) => LambdaEvent::OriginRequest,
            _ => LambdaEvent::OriginResponse,
        })
        .lambda_function_arn(Arn::new(format!(
            "arn:aws:lambda:us-east-1:123456789012:function:edge:{version}"
        )))
        .build();
    lambda.include_body = first.map(known);
    lambda
}

macro_rules! fill {
    ($behavior:ident, $first:ident) => {{
        let name = if $first { "1" } else { "2" };
        $behavior.target_origin_id = known(if $first { "second" } else { "third" }.into());
        $behavior.cache_policy_id = known(match $first {
            true => CachePolicyId::CACHING_DISABLED,
            false => CachePolicyId::CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS,
        });
        $behavior.viewer_protocol_policy = match $first {
            true => ViewerProtocolPolicy::HttpsOnly,
            false => ViewerProtocolPolicy::AllowAll,
        };
        $behavior.allowed_methods = Some(known(match $first {
            true => AllowedMethods::All,
            false => AllowedMethods::ReadAndOptions,
        }));
        $behavior.cached_methods = Some(known(match $first {
            true => CachedMethods::ReadAndOptions,
            false => CachedMethods::Read,
        }));
        $behavior.compress = Some(known($first));
        $behavior.origin_request_policy_id = Some(known(match $first {
            true => OriginRequestPolicyId::ALL_VIEWER,
            false => OriginRequestPolicyId::CORS_CUSTOM_ORIGIN,
        }));
        $behavior.response_headers_policy_id = Some(known(match $first {
            true => ResponseHeadersPolicyId::SIMPLE_CORS,
            false => ResponseHeadersPolicyId::SECURITY_HEADERS,
        }));
        $behavior.function_associations = vec![function($first)];
        $behavior.lambda_function_associations = vec![lambda(Some($first))];
        $behavior.trusted_key_groups = vec![format!("key-group-{name}").into_text()];
        $behavior.trusted_signers = vec![format!("12345678901{name}").into_text()];
        $behavior.field_level_encryption_id = Some(format!("E{name}").into_text());
        $behavior.realtime_log_config_arn = Some(known(Arn::new(format!(
            "arn:aws:cloudfront::123456789012:realtime-log-config/{name}"
        ))));
        $behavior.smooth_streaming = Some(known($first));
        $behavior.grpc_config = Some(GrpcConfig::builder().enabled($first).build());
    }};
}

fn by_default(first: bool) -> DistributionConfig {
    let mut config = three();
    let behavior = &mut config.default_cache_behavior;
    fill!(behavior, first);
    config
}

fn bare_behavior() -> CacheBehavior {
    CacheBehavior::builder()
        .path_pattern("/b/*")
        .target_origin_id("third")
        .cache_policy_id(CachePolicyId::CACHING_DISABLED)
        .build()
}

fn behavior(first: bool) -> CacheBehavior {
    let mut behavior = bare_behavior();
    fill!(behavior, first);
    behavior.path_pattern = known(if first { "/a/*" } else { "/b/*" }.into());
    behavior
}

fn behaved(behavior: CacheBehavior) -> DistributionConfig {
    let mut config = three();
    config.cache_behaviors = vec![behavior];
    config
}

fn settings(first: bool) -> DistributionConfig {
    let name = if first { "a" } else { "b" };
    let mut config = config();
    config.enabled = !first;
    config.http_version = Some(known(match first {
        true => HttpVersion::Http2And3,
        false => HttpVersion::Http1_1,
    }));
    config.ipv6_enabled = Some(known(first));
    config.restrictions = Some(match first {
        true => Restrictions::only_in(["FR"]),
        false => Restrictions::not_in(["US"]),
    });
    config.web_acl_id = Some(known(Arn::new(format!(
        "arn:aws:wafv2:us-east-1:123456789012:global/webacl/{name}/1234abcd-12ab-34cd-56ef-1234567890ab"
    ))));
    config.logging = Some(
        Logging::builder()
            .bucket(format!("{name}.s3.amazonaws.com"))
            .include_cookies(first)
            .prefix(format!("{name}/"))
            .build(),
    );
    config.custom_error_responses = vec![
        CustomErrorResponse::builder()
            .error_code(if first { 404 } else { 403 })
            .error_caching_min_ttl(if first { 10u32 } else { 20 })
            .response_code(if first { 200 } else { 404 })
            .response_page_path(format!("/{name}.html"))
            .build(),
    ];
    config
}

fn certified(
    stack: &Stack,
    name: &'static str,
    method: SslSupportMethod,
    oldest: MinimumProtocolVersion,
) -> DistributionConfig {
    let [one, two] = ["one", "two"]
        .map(|name| issued(stack.global(), stack.region("us", Region::UsEast1), name));
    let mut config = config();
    config.aliases = vec![known(format!("{name}.example.com").into())];
    let certificate = AcmCertificate::builder()
        .acm_certificate_arn(if name == "one" { &one } else { &two })
        .ssl_support_method(method)
        .minimum_protocol_version(oldest);
    config.viewer_certificate = Some(certificate.build().into());
    config
}
