//! [`CacheBehavior`]: how CloudFront answers requests for some paths.

use crate::{Arn, IntoInput, choice, properties, text_value};

use super::{
    AllowedMethods, CachePolicyId, CachedMethods, OriginId, OriginRequestPolicyId,
    ResponseHeadersPolicyId,
};

text_value! {
    /// The paths that a cache behaviour is for, as `/api/*` or `*.jpg`: `*` stands for any
    /// characters, `?` for one.
    PathPattern {
        rule: "a path pattern has 1 to 255 characters: letters, digits and _ - . * $ / ~ \" ' @ : + & ?",
        document: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html",
        check: |text| {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_-.*$/~\"'@:+&?".contains(&b);
            match text.len() {
                1..=255 if text.bytes().all(allowed) => None,
                1..=255 => Some("has a character that no path pattern has"),
                0 => Some("is empty"),
                _ => Some("is longer than 255 characters"),
            }
        },
    },
}

choice! {
    /// Which schemes viewers may use.
    ViewerProtocolPolicy {
        /// HTTP and HTTPS.
        AllowAll = "allow-all",
        /// HTTPS; HTTP is redirected to it.
        RedirectToHttps = "redirect-to-https",
        /// HTTPS; HTTP is answered 403.
        HttpsOnly = "https-only",
    }

    /// When a function of CloudFront runs.
    FunctionEvent {
        /// Before the cache is asked.
        ViewerRequest = "viewer-request",
        /// Before the viewer is answered.
        ViewerResponse = "viewer-response",
    }

    /// When a Lambda function runs.
    LambdaEvent {
        /// Before the cache is asked.
        ViewerRequest = "viewer-request",
        /// Before the viewer is answered.
        ViewerResponse = "viewer-response",
        /// Before the origin is asked.
        OriginRequest = "origin-request",
        /// After the origin answered.
        OriginResponse = "origin-response",
    }
}

// What the default behaviour and those for paths have in common.
macro_rules! behavior {
    ($(#[$meta:meta])* $name:ident; $($own:tt)*) => {
        properties! {
            $(#[$meta])*
            $name;
            $($own)*
            /// The origin, or origin group, that is asked: its `Id`.
            one target_origin_id "TargetOriginId": OriginId,
            /// What is part of the cache key, and how long answers are kept.
            one cache_policy_id "CachePolicyId": CachePolicyId,
            /// Which schemes viewers may use. HTTP is redirected to HTTPS unless this says
            /// otherwise.
            plain viewer_protocol_policy "ViewerProtocolPolicy": ViewerProtocolPolicy = ViewerProtocolPolicy::RedirectToHttps,
            /// The methods that are passed on. AWS's default: `GET` and `HEAD`.
            opt allowed_methods "AllowedMethods": AllowedMethods,
            /// The methods whose answers are cached. AWS's default: `GET` and `HEAD`.
            opt cached_methods "CachedMethods": CachedMethods,
            /// Whether answers are compressed for viewers that can take it; the cache policy has
            /// to allow it. AWS's default: false.
            opt compress "Compress": bool,
            /// What the origin gets beside the cache key. AWS's default: nothing.
            opt origin_request_policy_id "OriginRequestPolicyId": OriginRequestPolicyId,
            /// What is added to answers. AWS's default: nothing.
            opt response_headers_policy_id "ResponseHeadersPolicyId": ResponseHeadersPolicyId,
            /// CloudFront's own functions, one for each event. AWS's default: none.
            plain_list function_associations "FunctionAssociations": FunctionAssociation,
            /// Lambda functions, one for each event. AWS's default: none.
            plain_list lambda_function_associations "LambdaFunctionAssociations": LambdaFunctionAssociation,
            /// The ids of the key groups that sign URLs or cookies. AWS's default: none; everybody
            /// may read.
            texts trusted_key_groups "TrustedKeyGroups",
            /// The accounts that sign URLs or cookies; key groups are the newer way.
            texts trusted_signers "TrustedSigners",
            /// The id of a field-level encryption. AWS's default: none.
            opt_text field_level_encryption_id "FieldLevelEncryptionId",
            /// Where records of requests go at once. AWS's default: nowhere.
            opt realtime_log_config_arn "RealtimeLogConfigArn": Arn,
            /// Whether it serves Microsoft Smooth Streaming. AWS's default: false.
            opt smooth_streaming "SmoothStreaming": bool,
            /// Whether it passes gRPC on; needs HTTP/2 and all methods. AWS's default: no.
            opt_plain grpc_config "GrpcConfig": GrpcConfig,
        }
    };
}

behavior! {
    /// How CloudFront answers requests that no other behaviour is for.
    DefaultCacheBehavior;
}

impl DefaultCacheBehavior {
    /// Asks this origin, and keeps its answers as this policy says.
    pub fn to(
        origin: impl IntoInput<OriginId>,
        cache_policy: impl IntoInput<CachePolicyId>,
    ) -> Self {
        Self::builder()
            .target_origin_id(origin.into_input())
            .cache_policy_id(cache_policy.into_input())
            .build()
    }
}

behavior! {
    /// How CloudFront answers requests for some paths.
    CacheBehavior;
    /// The paths, as `/api/*`. The first behaviour that fits counts.
    one path_pattern "PathPattern": PathPattern,
}

properties! {
    /// A function of CloudFront and when it runs.
    FunctionAssociation;
    /// When it runs.
    plain event_type "EventType": FunctionEvent,
    /// The function's ARN; what runs is its stage `LIVE`.
    one function_arn "FunctionARN": Arn,
}

properties! {
    /// A Lambda function and when it runs.
    LambdaFunctionAssociation;
    /// When it runs.
    plain event_type "EventType": LambdaEvent,
    /// A version of a function in us-east-1, not `$LATEST` nor an alias.
    one lambda_function_arn "LambdaFunctionARN": Arn,
    /// Whether it sees the request's body. AWS's default: false.
    opt include_body "IncludeBody": bool,
}

properties! {
    /// Whether gRPC is passed on.
    GrpcConfig;
    /// Whether it is. On here, where it is written at all.
    plain enabled "Enabled": bool = true,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn path_patterns_have_few_characters() {
        assert!(PathPattern::new("/api/*").check().is_ok());
        assert!(PathPattern::new("images/*.jpg").check().is_ok());
        assert!(PathPattern::new("/a b").check().is_err());
        assert!(PathPattern::new("").check().is_err());
    }
}
