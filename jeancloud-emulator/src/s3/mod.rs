//! Amazon Simple Storage Service: buckets and what is in them.

mod bucket;
mod content;
mod delete_objects;
mod listing;
mod object;
mod range;

crate::services::service! {
    "s3" signs "s3";
    operations {
        CreateBucket => bucket::create,
        DeleteBucket => bucket::delete,
        DeleteObject => object::delete,
        DeleteObjects => delete_objects::delete,
        GetBucketLocation => bucket::location,
        GetObject => object::get,
        HeadBucket => bucket::head,
        HeadObject => object::head,
        ListBuckets => bucket::list,
        ListObjectsV2 => listing::list,
        PutObject => object::put,
    }
    kinds [bucket::Bucket, object::Object]
    tasks []
}
