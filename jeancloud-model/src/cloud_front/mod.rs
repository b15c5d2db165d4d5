//! Amazon CloudFront.

mod cache_behavior;
mod custom_error_response;
mod distribution;
mod methods;
mod origin;
mod origin_access_control;
mod origin_group;
mod policy;
mod restrictions;
mod viewer_certificate;

pub use cache_behavior::{
    CacheBehavior, DefaultCacheBehavior, FunctionAssociation, FunctionEvent, GrpcConfig,
    LambdaEvent, LambdaFunctionAssociation, PathPattern, ViewerProtocolPolicy,
};
pub use custom_error_response::{CustomErrorResponse, ErrorCode, ResponseCode};
pub use distribution::{
    Comment, Distribution, DistributionConfig, DistributionId, HOSTED_ZONE_ID, HttpVersion,
    Logging, PriceClass,
};
pub use methods::{AllowedMethods, CachedMethods};
pub use origin::{
    CustomOrigin, CustomOriginConfig, Origin, OriginCustomHeader, OriginId, OriginIpAddressType,
    OriginProtocolPolicy, OriginShield, OriginShieldRegion, OriginSslProtocol, S3Origin,
    S3OriginConfig,
};
pub use origin_access_control::{
    OriginAccessControl, OriginAccessControlConfig, OriginAccessControlId, OriginAccessControlName,
    OriginAccessControlOriginType, SigningBehavior, SigningProtocol,
};
pub use origin_group::{
    FailoverCriteria, OriginGroup, OriginGroupMember, OriginGroupMembers, OriginGroups, StatusCodes,
};
pub use policy::{CachePolicyId, OriginRequestPolicyId, ResponseHeadersPolicyId};
pub use restrictions::{GeoRestriction, Restrictions};
pub use viewer_certificate::{
    AcmCertificate, DefaultCertificate, MinimumProtocolVersion, SslSupportMethod, ViewerCertificate,
};
