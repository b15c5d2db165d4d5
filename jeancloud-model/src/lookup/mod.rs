//! Lookups: what a stack needs and does not own.

mod hosted_zone;

pub use hosted_zone::HostedZone;
