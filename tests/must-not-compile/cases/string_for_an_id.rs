//! Another resource is named by a string.

use jeancloud_model::ec2::Subnet;

fn main() {
    let _ = Subnet::builder().vpc_id("vpc-0a1b2c3d4e5f60718");
}
