//! A distribution's configuration as CloudFront tells it back: with every default filled in.

use serde_json::{Value, json};

use super::common::counted;
use crate::{error::AwsError, fields::Fields};

/// A configuration with its defaults.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html>
pub(super) fn completed(input: &Value) -> Result<Value, AwsError> {
    let mut config = input.clone();
    tidy(&mut config)?;
    let none = || json!({"Quantity": 0});
    fill(
        &mut config,
        [
            ("Aliases", none()),
            ("CacheBehaviors", none()),
            ("ContinuousDeploymentPolicyId", "".into()),
            ("CustomErrorResponses", none()),
            ("DefaultRootObject", "".into()),
            ("HttpVersion", "http2".into()),
            ("IsIPV6Enabled", false.into()),
            ("Logging", json!({})),
            ("OriginGroups", none()),
            ("PriceClass", "PriceClass_All".into()),
            (
                "Restrictions",
                json!({"GeoRestriction": {"Quantity": 0, "RestrictionType": "none"}}),
            ),
            ("Staging", false.into()),
            (
                "ViewerCertificate",
                json!({"CloudFrontDefaultCertificate": true}),
            ),
            ("WebACLId", "".into()),
        ],
    );
    fill(
        &mut config["Logging"],
        [
            ("Bucket", "".into()),
            ("Enabled", false.into()),
            ("IncludeCookies", false.into()),
            ("Prefix", "".into()),
        ],
    );
    // Items in alphabetical order: CloudFront keeps no order of its own.
    if let Some(Value::Array(names)) = config["Aliases"].get_mut("Items") {
        names.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
    }
    certificate(&mut config["ViewerCertificate"]);
    items_mut(&mut config["Origins"])
        .iter_mut()
        .for_each(origin);
    behavior(&mut config["DefaultCacheBehavior"]);
    items_mut(&mut config["CacheBehaviors"])
        .iter_mut()
        .for_each(behavior);
    for response in items_mut(&mut config["CustomErrorResponses"]) {
        fill(
            response,
            [
                ("ErrorCachingMinTTL", 10.into()),
                ("ResponseCode", "".into()),
                ("ResponsePagePath", "".into()),
            ],
        );
    }
    Ok(config)
}

/// The items of a counted list.
pub(super) fn items(list: &Value) -> &[Value] {
    list.items("Items")
}

fn items_mut(list: &mut Value) -> &mut [Value] {
    match list.get_mut("Items") {
        Some(Value::Array(items)) => items,
        _ => &mut [],
    }
}

/// Puts defaults where nothing is given.
fn fill<const N: usize>(value: &mut Value, defaults: [(&str, Value); N]) {
    for (name, default) in defaults {
        if value.at(name).is_none() {
            value[name] = default;
        }
    }
}

/// Checks every list's quantity, and drops the items of empty ones.
fn tidy(value: &mut Value) -> Result<(), AwsError> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(tidy),
        Value::Object(object) => {
            if let Some(quantity) = object.get("Quantity").and_then(Value::as_i64) {
                let items = object.get("Items").and_then(Value::as_array);
                let length = items.map_or(0, Vec::len);
                if usize::try_from(quantity) != Ok(length) {
                    let message = "The value of Quantity and the size of Items don't match.";
                    return Err(AwsError::new("InconsistentQuantities", message));
                }
                if length == 0 {
                    object.remove("Items");
                }
            }
            object.values_mut().try_for_each(tidy)
        }
        _ => Ok(()),
    }
}

/// "MinimumProtocolVersion … TLSv1" and the rest with CloudFront's own certificate,
/// API_ViewerCertificate.
fn certificate(certificate: &mut Value) {
    let (source, arn) = match (
        certificate.some_text("ACMCertificateArn"),
        certificate.some_text("IAMCertificateId"),
    ) {
        (Some(arn), _) => ("acm", Some(arn.to_owned())),
        (None, Some(id)) => ("iam", Some(id.to_owned())),
        (None, None) => ("cloudfront", None),
    };
    certificate["CertificateSource"] = source.into();
    certificate["CloudFrontDefaultCertificate"] = arn.is_none().into();
    if let Some(arn) = arn {
        certificate["Certificate"] = arn.into();
        fill(certificate, [("MinimumProtocolVersion", "TLSv1".into())]);
    } else {
        certificate["MinimumProtocolVersion"] = "TLSv1".into();
        certificate["SSLSupportMethod"] = "vip".into();
    }
}

/// API_Origin, API_CustomOriginConfig.
fn origin(origin: &mut Value) {
    fill(
        origin,
        [
            ("ConnectionAttempts", 3.into()),
            ("ConnectionTimeout", 10.into()),
            ("CustomHeaders", json!({"Quantity": 0})),
            ("OriginAccessControlId", "".into()),
            ("OriginPath", "".into()),
            ("OriginShield", json!({"Enabled": false})),
        ],
    );
    if let Some(custom) = origin.get_mut("CustomOriginConfig") {
        fill(
            custom,
            [
                ("IpAddressType", "ipv4".into()),
                ("OriginKeepaliveTimeout", 5.into()),
                ("OriginReadTimeout", 30.into()),
                (
                    "OriginSslProtocols",
                    counted(vec!["TLSv1".into(), "SSLv3".into()]),
                ),
            ],
        );
    }
    if let Some(bucket) = origin.get_mut("S3OriginConfig") {
        fill(bucket, [("OriginReadTimeout", 30.into())]);
    }
}

/// API_DefaultCacheBehavior.
fn behavior(behavior: &mut Value) {
    let nobody = || json!({"Enabled": false, "Quantity": 0});
    let methods = || counted(vec!["HEAD".into(), "GET".into()]);
    fill(
        behavior,
        [
            ("AllowedMethods", methods()),
            ("Compress", false.into()),
            ("FieldLevelEncryptionId", "".into()),
            ("FunctionAssociations", json!({"Quantity": 0})),
            ("GrpcConfig", json!({"Enabled": false})),
            ("LambdaFunctionAssociations", json!({"Quantity": 0})),
            ("SmoothStreaming", false.into()),
            ("TrustedKeyGroups", nobody()),
            ("TrustedSigners", nobody()),
        ],
    );
    fill(
        &mut behavior["AllowedMethods"],
        [("CachedMethods", methods())],
    );
    if behavior.at("ForwardedValues").is_some() {
        let none = || json!({"Quantity": 0});
        let forwarded = &mut behavior["ForwardedValues"];
        fill(
            forwarded,
            [("Headers", none()), ("QueryStringCacheKeys", none())],
        );
        fill(
            behavior,
            [
                ("DefaultTTL", 86_400.into()),
                ("MaxTTL", 31_536_000.into()),
                ("MinTTL", 0.into()),
            ],
        );
    }
}
