//! Every resource type does what its handler promises, on moto: `cargo xtask test -p jeancloud-tests`.
//!
//! One module a service, one [`Case`](harness::Case) a type. [`harness`] makes the same named tests
//! of each; [`gaps`] lists what moto can't do.

#[macro_use]
mod harness;
mod gaps;

mod ec2;

// The whole system has its tests in this binary too, so that the SDKs are linked once.
#[path = "../system/mod.rs"]
mod system;
