//! Amazon S3.

mod bucket;
mod bucket_name;
mod bucket_policy;
mod cors;
mod encryption;
mod lifecycle;
mod website;

pub use bucket::{
    AccelerateConfiguration, AccelerationStatus, Bucket, LoggingConfiguration, ObjectOwnership,
    OwnershipControls, OwnershipRule, PublicAccessBlockConfiguration, VersioningConfiguration,
    VersioningStatus, WebsiteUrl,
};
pub use bucket_name::{BucketName, bucket_name_fault};
pub use bucket_policy::{BucketPolicy, BucketPolicyId};
pub use cors::{CorsConfiguration, CorsMethod, CorsRule};
pub use encryption::{BucketEncryption, EncryptionByDefault, EncryptionRule, ServerSideEncryption};
pub use lifecycle::{
    AbortIncompleteMultipartUpload, ByteCount, LifecycleConfiguration, LifecycleRule, MinimumSize,
    NoncurrentVersionExpiration, NoncurrentVersionTransition, RuleStatus, TagFilter, Transition,
    TransitionStorageClass,
};
pub use website::{
    RedirectAllRequests, RedirectAllRequestsTo, RedirectProtocol, RedirectRule, RoutingRule,
    RoutingRuleCondition, Site, WebsiteConfiguration,
};
