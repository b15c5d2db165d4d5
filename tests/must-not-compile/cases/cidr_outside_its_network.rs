//! A subnet's literal lies outside its network's.

use jeancloud_model::{Cidr, cidr};

const NET: Cidr = cidr!("10.0.0.0/16");

fn main() {
    let _ = cidr!("10.1.3.0/24" in NET);
}
