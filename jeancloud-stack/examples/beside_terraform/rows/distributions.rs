//! CloudFront: distributions and origin access controls.

use jeancloud_model::{
    IntoText,
    cloud_front::{
        CachePolicyId, DefaultCacheBehavior, Distribution, DistributionConfig, HttpVersion, Origin,
        OriginAccessControl, OriginAccessControlOriginType, PriceClass, Restrictions,
        SigningBehavior,
    },
};
use serde_json::{Value as Json, json};

use crate::table::{Table, known, some};

/// Adds them.
pub fn rows(table: &mut Table) {
    distribution(table);
    control(table);
}

fn origin(host: &str) -> Json {
    json!({
        "origin_id": "site",
        "domain_name": host,
        "custom_origin_config": {
            "http_port": 80,
            "https_port": 443,
            "origin_protocol_policy": "https-only",
            "origin_ssl_protocols": ["TLSv1.2"],
        },
    })
}

fn distribution(table: &mut Table) {
    let mut distribution = table.of(
        "aws_cloudfront_distribution",
        |_| {
            let config = DistributionConfig::builder()
                .origins([Origin::custom("site", "site.example.com")])
                .default_cache_behavior(DefaultCacheBehavior::to(
                    "site",
                    CachePolicyId::CACHING_OPTIMIZED,
                ))
                .comment("site");
            let distribution = Distribution::builder().distribution_config(config.build());
            distribution.build()
        },
        json!({
            "enabled": true,
            "comment": "site",
            "origin": origin("site.example.com"),
            "default_cache_behavior": behavior("658327ea-f89d-4fab-a63d-7e88639e58f6"),
            "restrictions": {"geo_restriction": {"restriction_type": "none"}},
            "viewer_certificate": {"cloudfront_default_certificate": true},
        }),
    );
    distribution.change(
        |it, _| it.distribution_config.comment = some("blog"),
        json!({"comment": "blog"}),
    );
    distribution.change(
        |it, _| it.distribution_config.comment = None,
        json!({"comment": null}),
    );
    distribution.change(
        |it, _| it.distribution_config.enabled = false,
        json!({"enabled": false}),
    );
    distribution.change(
        |it, _| it.distribution_config.default_root_object = Some("index.html".into_text()),
        json!({"default_root_object": "index.html"}),
    );
    distribution.change(
        |it, _| it.distribution_config.price_class = some(PriceClass::Class100),
        json!({"price_class": "PriceClass_100"}),
    );
    distribution.change(
        |it, _| it.distribution_config.http_version = some(HttpVersion::Http2And3),
        json!({"http_version": "http2and3"}),
    );
    distribution.change(
        |it, _| it.distribution_config.origins = vec![Origin::custom("site", "new.example.com")],
        json!({"origin": origin("new.example.com")}),
    );
    distribution.change(
        |it, _| {
            let behavior = &mut it.distribution_config.default_cache_behavior;
            behavior.cache_policy_id = known(CachePolicyId::CACHING_DISABLED);
        },
        json!({"default_cache_behavior": behavior("4135ea2d-6df8-44a3-9df3-4b5a84be39ad")}),
    );
    distribution.change(
        |it, _| it.distribution_config.restrictions = Some(Restrictions::only_in(["FR"])),
        json!({"restrictions": {"geo_restriction": {"restriction_type": "whitelist", "locations": ["FR"]}}}),
    );
    distribution.change(
        |it, _| it.tags.insert("Name", "site"),
        json!({"tags": {"Name": "site"}}),
    );
}

fn behavior(policy: &str) -> Json {
    json!({
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "target_origin_id": "site",
        "viewer_protocol_policy": "redirect-to-https",
        "cache_policy_id": policy,
    })
}

fn control(table: &mut Table) {
    let mut control = table.of(
        "aws_cloudfront_origin_access_control",
        |_| OriginAccessControl::s3("site"),
        json!({
            "name": "row-{n}",
            "description": "",
            "origin_access_control_origin_type": "s3",
            "signing_behavior": "always",
            "signing_protocol": "sigv4",
        }),
    );
    control.change(
        |it, _| it.origin_access_control_config.name = known("blog"),
        json!({"name": "other-{n}"}),
    );
    control.change(
        |it, _| it.origin_access_control_config.description = Some("the site".into_text()),
        json!({"description": "the site"}),
    );
    control.change(
        |it, _| it.origin_access_control_config.signing_behavior = SigningBehavior::NoOverride,
        json!({"signing_behavior": "no-override"}),
    );
    control.change(
        |it, _| {
            let config = &mut it.origin_access_control_config;
            config.origin_access_control_origin_type = OriginAccessControlOriginType::Lambda;
        },
        json!({"origin_access_control_origin_type": "lambda"}),
    );
}
