//! A bucket's name breaks S3's rules.

use jeancloud_model::{bucket_name, s3::BucketName};

fn main() {
    let _: BucketName = bucket_name!("JeanCloud");
}
