//! A block's literal has bits of a host.

use jeancloud_model::{Cidr, cidr};

fn main() {
    let _: Cidr = cidr!("10.0.0.1/16");
}
