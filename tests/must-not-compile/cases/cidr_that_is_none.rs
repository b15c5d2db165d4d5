//! A block's literal is no block.

use jeancloud_model::{Cidr, cidr};

fn main() {
    let _: Cidr = cidr!("10.0.0/16");
}
