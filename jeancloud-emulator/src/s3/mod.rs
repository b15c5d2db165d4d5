//! Amazon Simple Storage Service: buckets and what is in them.

mod attributes;
mod bucket;
mod content;
mod copy;
mod delete_objects;
mod listing;
mod multipart;
mod object;
mod object_acl;
mod object_tagging;
mod range;
mod settings;
mod upload_listing;
mod version;
mod version_listing;

use settings::{
    accelerate, acl, cors, encryption, lifecycle, logging, notification, object_lock, ownership,
    policy, public_access, replication, request_payment, tagging, versioning, website,
};

crate::services::service! {
    "s3" signs "s3";
    operations {
        AbortMultipartUpload => multipart::abort,
        CompleteMultipartUpload => multipart::complete,
        CopyObject => copy::object,
        CreateBucket => bucket::create,
        CreateMultipartUpload => multipart::create,
        DeleteBucket => bucket::delete,
        DeleteBucketCors => cors::delete,
        DeleteBucketEncryption => encryption::delete,
        DeleteBucketLifecycle => lifecycle::delete,
        DeleteBucketOwnershipControls => ownership::delete,
        DeleteBucketPolicy => policy::delete,
        DeleteBucketReplication => replication::delete,
        DeleteBucketTagging => tagging::delete,
        DeleteBucketWebsite => website::delete,
        DeleteObject => object::delete,
        DeleteObjects => delete_objects::delete,
        DeleteObjectTagging => object_tagging::delete,
        DeletePublicAccessBlock => public_access::delete,
        GetBucketAccelerateConfiguration => accelerate::get,
        GetBucketAcl => acl::get,
        GetBucketCors => cors::get,
        GetBucketEncryption => encryption::get,
        GetBucketLifecycleConfiguration => lifecycle::get,
        GetBucketLocation => bucket::location,
        GetBucketLogging => logging::get,
        GetBucketNotificationConfiguration => notification::get,
        GetBucketOwnershipControls => ownership::get,
        GetBucketPolicy => policy::get,
        GetBucketPolicyStatus => policy::status,
        GetBucketReplication => replication::get,
        GetBucketRequestPayment => request_payment::get,
        GetBucketTagging => tagging::get,
        GetBucketVersioning => versioning::get,
        GetBucketWebsite => website::get,
        GetObject => object::get,
        GetObjectAcl => object_acl::get,
        GetObjectAttributes => attributes::get,
        GetObjectLockConfiguration => object_lock::get,
        GetObjectTagging => object_tagging::get,
        GetPublicAccessBlock => public_access::get,
        HeadBucket => bucket::head,
        HeadObject => object::head,
        ListBuckets => bucket::list,
        ListMultipartUploads => upload_listing::uploads,
        ListObjects => listing::list_first,
        ListObjectsV2 => listing::list,
        ListObjectVersions => version_listing::list,
        ListParts => upload_listing::parts,
        PutBucketAccelerateConfiguration => accelerate::put,
        PutBucketAcl => acl::put,
        PutBucketCors => cors::put,
        PutBucketEncryption => encryption::put,
        PutBucketLifecycleConfiguration => lifecycle::put,
        PutBucketLogging => logging::put,
        PutBucketNotificationConfiguration => notification::put,
        PutBucketOwnershipControls => ownership::put,
        PutBucketPolicy => policy::put,
        PutBucketReplication => replication::put,
        PutBucketRequestPayment => request_payment::put,
        PutBucketTagging => tagging::put,
        PutBucketVersioning => versioning::put,
        PutBucketWebsite => website::put,
        PutObject => object::put,
        PutObjectAcl => object_acl::put,
        PutObjectLockConfiguration => object_lock::put,
        PutObjectTagging => object_tagging::put,
        PutPublicAccessBlock => public_access::put,
        UploadPart => multipart::put_part,
        UploadPartCopy => copy::part,
    }
    kinds [bucket::Bucket, object::Object, version::Version, multipart::Upload, multipart::Part]
    tasks []
}
