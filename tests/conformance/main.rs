//! Every resource type does what its handler promises, on moto: `cargo xtask test -p jeancloud-tests`.
//!
//! One module a service, one [`Case`](harness::Case) a type. [`harness`] makes the same named tests
//! of each; [`gaps`] lists what moto can't do.

#[macro_use]
mod harness;
mod gaps;

mod cloud_front;
mod ec2;
mod s3;
