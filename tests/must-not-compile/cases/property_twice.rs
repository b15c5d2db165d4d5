//! A property is set twice.

use jeancloud_model::{cidr, ec2::Vpc};

fn main() {
    let _ = Vpc::builder()
        .cidr_block(cidr!("10.0.0.0/16"))
        .cidr_block(cidr!("10.1.0.0/16"));
}
