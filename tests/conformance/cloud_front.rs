//! CloudFront's types.

use jeancloud_model::{
    Handle, Input, IntoText, Region,
    cloud_front::{
        AllowedMethods, CacheBehavior, CachePolicyId, CustomErrorResponse, DefaultCacheBehavior,
        Distribution, DistributionConfig, Origin, OriginAccessControl, OriginAccessControlConfig,
        OriginRequestPolicyId, PriceClass, Restrictions, SigningBehavior,
    },
    s3::Bucket,
};
use jeancloud_stack::Stack;

use crate::{
    gaps,
    harness::{Case, On, World},
};

conformance! {
    origin_access_control: Case {
        type_name: "AWS::CloudFront::OriginAccessControl",
        address: "global/control",
        base: |stack| { stack.global().add("control", OriginAccessControl::s3("frontend")); },
        updates: &[
            ("set", |stack| { add_control(stack, OriginAccessControlConfig::builder()
                .name("frontend")
                .description("for the frontend")
                .build()); }),
            ("change", |stack| { add_control(stack, OriginAccessControlConfig::builder()
                .name("renamed")
                .description("for another one")
                .signing_behavior(SigningBehavior::NoOverride)
                .build()); }),
            ("clear", |stack| { add_control(stack, OriginAccessControlConfig::builder()
                .name("renamed")
                .build()); }),
        ],
        replaced: None,
        gaps: &[],
    },
    distribution: Case {
        type_name: "AWS::CloudFront::Distribution",
        address: "global/cdn",
        base: |stack| { add_distribution(stack, config(stack)); },
        updates: &[
            ("set", |stack| {
                let mut config = config(stack);
                config.default_root_object = Some("index.html".into_text());
                config.custom_error_responses = CustomErrorResponse::single_page_application("/index.html").to_vec();
                config.price_class = Some(Input::Known(PriceClass::Class100));
                config.restrictions = Some(Restrictions::only_in(["FR", "DE"]));
                config.comment = Some(Input::Known("one".into()));
                config.origins.push(Origin::custom("api", "api.example.com"));
                config.cache_behaviors = vec![api()];
                add_tagged(stack, config, "one");
            }),
            ("change", |stack| {
                let mut config = config(stack);
                config.default_root_object = Some("start.html".into_text());
                config.price_class = Some(Input::Known(PriceClass::Class200));
                config.restrictions = Some(Restrictions::not_in(["US"]));
                config.comment = Some(Input::Known("two".into()));
                config.enabled = false;
                add_tagged(stack, config, "two");
            }),
            ("clear", |stack| { add_distribution(stack, config(stack)); }),
        ],
        replaced: None,
        gaps: &[],
    },
}

on_each!(
    an_origin_keeps_its_access_control,
    gaps::ORIGINS_LOSE_THEIR_CONTROL
);

/// Plans believe an endpoint that leaves a property out, so this looks itself.
async fn an_origin_keeps_its_access_control(on: On) {
    let world = World::new(on, "cloud_front::an_origin_keeps_its_access_control").await;
    let _ = world
        .apply(|stack| add_distribution(stack, config(stack)))
        .await;
    let cloud_front = world.clients(Region::Global).await;
    let told = cloud_front.cloud_front().list_distributions().send().await;
    let told = told.expect("ListDistributions");
    let list = told.distribution_list().into_iter();
    let distributions = list.flat_map(|list| list.items());
    let origins = distributions.flat_map(|it| it.origins().into_iter().flat_map(|it| it.items()));
    let controls: Vec<&str> = origins
        .filter_map(|origin| origin.origin_access_control_id())
        .filter(|control| !control.is_empty())
        .collect();
    assert_eq!(controls.len(), 1, "{controls:?}");
}

fn add_control(stack: &Stack, config: OriginAccessControlConfig) {
    let control = OriginAccessControl::builder().origin_access_control_config(config);
    stack.global().add("control", control.build());
}

/// A private bucket and its control, as the origin of everything.
fn config(stack: &Stack) -> DistributionConfig {
    let bucket: Handle<Bucket> = stack
        .region("main", Region::EuWest3)
        .add("bucket", Bucket::builder().build());
    let control = stack
        .global()
        .add("control", OriginAccessControl::s3("frontend"));
    DistributionConfig::builder()
        .origins([Origin::s3("frontend", &bucket, &control)])
        .default_cache_behavior(
            DefaultCacheBehavior::builder()
                .target_origin_id("frontend")
                .cache_policy_id(CachePolicyId::CACHING_OPTIMIZED)
                .compress(true)
                .build(),
        )
        .build()
}

fn api() -> CacheBehavior {
    CacheBehavior::builder()
        .path_pattern("/api/*")
        .target_origin_id("api")
        .cache_policy_id(CachePolicyId::CACHING_DISABLED)
        .origin_request_policy_id(OriginRequestPolicyId::ALL_VIEWER_EXCEPT_HOST_HEADER)
        .allowed_methods(AllowedMethods::All)
        .build()
}

fn add_distribution(stack: &Stack, config: DistributionConfig) {
    let distribution = Distribution::builder().distribution_config(config);
    stack.global().add("cdn", distribution.build());
}

fn add_tagged(stack: &Stack, config: DistributionConfig, name: &str) {
    let distribution = Distribution::builder()
        .distribution_config(config)
        .tag("Name", name);
    stack.global().add("cdn", distribution.build());
}
