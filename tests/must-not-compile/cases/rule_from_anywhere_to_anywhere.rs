//! A rule names no group: it would belong to nobody.

use jeancloud_model::ec2::{Anywhere, tcp};
use jeancloud_stack::Scope;

fn open(scope: Scope<'_>) {
    scope.allow(tcp(80).from(Anywhere).to(Anywhere));
}

fn main() {}
