//! A subnet stands where a VPC belongs.

use jeancloud_model::{Handle, cidr, ec2::Subnet};

fn inside(other: &Handle<Subnet>) -> Subnet {
    Subnet::builder()
        .vpc_id(other)
        .cidr_block(cidr!("10.0.3.0/24"))
        .build()
}

fn main() {}
