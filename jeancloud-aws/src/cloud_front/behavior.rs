//! Cache behaviours between jeancloud's spelling and CloudFront's.

use aws_sdk_cloudfront::types::{
    AllowedMethods as SdkAllowed, CacheBehavior as SdkBehavior, CacheBehaviors,
    CachedMethods as SdkCached, DefaultCacheBehavior as SdkDefault, EventType,
    FunctionAssociation as SdkFunction, FunctionAssociations, GrpcConfig as SdkGrpc,
    LambdaFunctionAssociation as SdkLambda, LambdaFunctionAssociations, Method, TrustedKeyGroups,
    TrustedSigners, ViewerProtocolPolicy as SdkPolicy,
};
use jeancloud_model::{
    Arn, Input, Text,
    cloud_front::{
        AllowedMethods, CacheBehavior, CachePolicyId, CachedMethods, DefaultCacheBehavior,
        FunctionAssociation, FunctionEvent, GrpcConfig, LambdaEvent, LambdaFunctionAssociation,
        OriginId, PathPattern, ViewerProtocolPolicy,
    },
};

use super::common::{built, quantity, sdk_text, sdk_texts, text, value};

// The default behaviour and those for paths are types of their own, here and in the SDK, with the
// same fields.
macro_rules! to_sdk {
    ($behavior:expr, $builder:expr) => {{
        let behavior = $behavior;
        let id = |id: &str| id.to_owned();
        built(
            $builder
                .target_origin_id(behavior.target_origin_id.value().as_str())
                .cache_policy_id(behavior.cache_policy_id.value().as_str())
                .viewer_protocol_policy(SdkPolicy::from(behavior.viewer_protocol_policy.as_str()))
                .allowed_methods(methods(&behavior.allowed_methods, &behavior.cached_methods))
                .compress(behavior.compress.as_ref().is_some_and(|on| *on.value()))
                .smooth_streaming(
                    behavior
                        .smooth_streaming
                        .as_ref()
                        .is_some_and(|on| *on.value()),
                )
                .set_origin_request_policy_id(
                    behavior
                        .origin_request_policy_id
                        .as_ref()
                        .map(|it| id(it.value().as_str())),
                )
                .set_response_headers_policy_id(
                    behavior
                        .response_headers_policy_id
                        .as_ref()
                        .map(|it| id(it.value().as_str())),
                )
                .set_realtime_log_config_arn(
                    behavior
                        .realtime_log_config_arn
                        .as_ref()
                        .map(|it| id(it.value().as_str())),
                )
                .field_level_encryption_id(sdk_text(&behavior.field_level_encryption_id))
                .function_associations(functions(&behavior.function_associations))
                .lambda_function_associations(lambdas(&behavior.lambda_function_associations))
                .trusted_key_groups(key_groups(&behavior.trusted_key_groups))
                .trusted_signers(signers(&behavior.trusted_signers))
                .set_grpc_config(behavior.grpc_config.as_ref().map(grpc))
                .build(),
        )
    }};
}

macro_rules! read {
    ($sdk:expr, $name:ident { $($own:tt)* }) => {{
        let sdk = $sdk;
        let methods = sdk.allowed_methods();
        let (groups, signers) = (sdk.trusted_key_groups(), sdk.trusted_signers());
        let (functions, lambdas) = (sdk.function_associations(), sdk.lambda_function_associations());
        $name {
            $($own)*
            target_origin_id: Input::Known(OriginId::new(sdk.target_origin_id().to_owned())),
            // Without one, the behaviour has the older settings: an empty id differs from every
            // policy.
            cache_policy_id: Input::Known(CachePolicyId::new(sdk.cache_policy_id().unwrap_or_default().to_owned())),
            viewer_protocol_policy: ViewerProtocolPolicy::from_aws(sdk.viewer_protocol_policy().as_str())
                .unwrap_or(ViewerProtocolPolicy::AllowAll),
            allowed_methods: methods.and_then(read_allowed).map(Input::Known),
            cached_methods: methods.and_then(|it| it.cached_methods()).and_then(read_cached).map(Input::Known),
            compress: sdk.compress().map(Input::Known),
            origin_request_policy_id: value(sdk.origin_request_policy_id()),
            response_headers_policy_id: value(sdk.response_headers_policy_id()),
            function_associations: functions.map(|it| it.items()).unwrap_or_default().iter().filter_map(read_function).collect(),
            lambda_function_associations: lambdas.map(|it| it.items()).unwrap_or_default().iter().filter_map(read_lambda).collect(),
            trusted_key_groups: texts(groups.map(|it| it.items()).unwrap_or_default()),
            trusted_signers: texts(signers.map(|it| it.items()).unwrap_or_default()),
            field_level_encryption_id: text(sdk.field_level_encryption_id()),
            realtime_log_config_arn: value(sdk.realtime_log_config_arn()),
            smooth_streaming: sdk.smooth_streaming().map(Input::Known),
            grpc_config: sdk.grpc_config().map(|grpc| GrpcConfig { enabled: grpc.enabled() }),
        }
    }};
}

/// The default behaviour as CloudFront takes it.
pub(super) fn default_to_sdk(behavior: &DefaultCacheBehavior) -> SdkDefault {
    to_sdk!(behavior, SdkDefault::builder())
}

/// The default behaviour as CloudFront gives it.
pub(super) fn read_default(behavior: &SdkDefault) -> DefaultCacheBehavior {
    read!(behavior, DefaultCacheBehavior {})
}

/// The behaviours for paths as CloudFront takes them.
pub(super) fn all_to_sdk(behaviors: &[CacheBehavior]) -> CacheBehaviors {
    let items: Vec<SdkBehavior> = behaviors
        .iter()
        .map(|behavior| {
            let path = behavior.path_pattern.value().as_str();
            to_sdk!(behavior, SdkBehavior::builder().path_pattern(path))
        })
        .collect();
    let count = quantity(&items);
    built(
        CacheBehaviors::builder()
            .quantity(count)
            .set_items(Some(items).filter(|i| !i.is_empty()))
            .build(),
    )
}

/// A behaviour for paths as CloudFront gives it.
pub(super) fn read(behavior: &SdkBehavior) -> CacheBehavior {
    read!(
        behavior,
        CacheBehavior {
            path_pattern: Input::Known(PathPattern::new(behavior.path_pattern().to_owned())),
        }
    )
}

fn methods(
    allowed: &Option<Input<AllowedMethods>>,
    cached: &Option<Input<CachedMethods>>,
) -> SdkAllowed {
    let list = |methods: &[&str]| {
        methods
            .iter()
            .map(|method| Method::from(*method))
            .collect::<Vec<_>>()
    };
    let allowed = list(
        allowed
            .as_ref()
            .map_or(AllowedMethods::Read, |it| *it.value())
            .methods(),
    );
    let cached = list(
        cached
            .as_ref()
            .map_or(CachedMethods::Read, |it| *it.value())
            .methods(),
    );
    let cached = SdkCached::builder()
        .quantity(quantity(&cached))
        .set_items(Some(cached));
    let allowed = SdkAllowed::builder()
        .quantity(quantity(&allowed))
        .set_items(Some(allowed));
    built(allowed.cached_methods(built(cached.build())).build())
}

fn read_allowed(methods: &SdkAllowed) -> Option<AllowedMethods> {
    AllowedMethods::from_methods(methods.items().iter().map(Method::as_str))
}

fn read_cached(methods: &SdkCached) -> Option<CachedMethods> {
    CachedMethods::from_methods(methods.items().iter().map(Method::as_str))
}

fn functions(functions: &[FunctionAssociation]) -> FunctionAssociations {
    let function = |function: &FunctionAssociation| {
        let sdk = SdkFunction::builder()
            .event_type(EventType::from(function.event_type.as_str()))
            .function_arn(function.function_arn.value().as_str());
        built(sdk.build())
    };
    let items: Vec<_> = functions.iter().map(function).collect();
    let count = quantity(&items);
    built(
        FunctionAssociations::builder()
            .quantity(count)
            .set_items(Some(items).filter(|i| !i.is_empty()))
            .build(),
    )
}

fn read_function(function: &SdkFunction) -> Option<FunctionAssociation> {
    Some(FunctionAssociation {
        event_type: FunctionEvent::from_aws(function.event_type().as_str())?,
        function_arn: Input::Known(Arn::new(function.function_arn().to_owned())),
    })
}

fn lambdas(lambdas: &[LambdaFunctionAssociation]) -> LambdaFunctionAssociations {
    let lambda = |lambda: &LambdaFunctionAssociation| {
        let sdk = SdkLambda::builder()
            .event_type(EventType::from(lambda.event_type.as_str()))
            .lambda_function_arn(lambda.lambda_function_arn.value().as_str())
            .include_body(lambda.include_body.as_ref().is_some_and(|on| *on.value()));
        built(sdk.build())
    };
    let items: Vec<_> = lambdas.iter().map(lambda).collect();
    let count = quantity(&items);
    built(
        LambdaFunctionAssociations::builder()
            .quantity(count)
            .set_items(Some(items).filter(|i| !i.is_empty()))
            .build(),
    )
}

fn read_lambda(lambda: &SdkLambda) -> Option<LambdaFunctionAssociation> {
    Some(LambdaFunctionAssociation {
        event_type: LambdaEvent::from_aws(lambda.event_type().as_str())?,
        lambda_function_arn: Input::Known(Arn::new(lambda.lambda_function_arn().to_owned())),
        include_body: lambda.include_body().map(Input::Known),
    })
}

fn key_groups(groups: &[Text]) -> TrustedKeyGroups {
    let items = sdk_texts(groups);
    let sdk = TrustedKeyGroups::builder()
        .enabled(!items.is_empty())
        .quantity(quantity(&items));
    built(
        sdk.set_items(Some(items).filter(|items| !items.is_empty()))
            .build(),
    )
}

fn signers(signers: &[Text]) -> TrustedSigners {
    let items = sdk_texts(signers);
    let sdk = TrustedSigners::builder()
        .enabled(!items.is_empty())
        .quantity(quantity(&items));
    built(
        sdk.set_items(Some(items).filter(|items| !items.is_empty()))
            .build(),
    )
}

fn grpc(grpc: &GrpcConfig) -> SdkGrpc {
    built(SdkGrpc::builder().enabled(grpc.enabled).build())
}

fn texts(texts: &[String]) -> Vec<Text> {
    texts.iter().map(Text::known).collect()
}
