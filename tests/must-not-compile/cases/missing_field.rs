//! A required property is left out.

use jeancloud_model::{cidr, ec2::Subnet};

fn main() {
    let _ = Subnet::builder().cidr_block(cidr!("10.0.3.0/24")).build();
}
