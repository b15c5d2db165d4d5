//! A builder is declared instead of what it builds.

use jeancloud_model::{Region, cidr, ec2::Vpc};
use jeancloud_stack::Stack;

fn main() {
    let stack = Stack::new("x");
    let france = stack.region("france", Region::EuWest3);
    france.add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")));
}
