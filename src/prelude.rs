//! Everything that a stack needs: `use jeancloud::prelude::*`.
//!
//! The language, the stack, and every resource type under its own name. The service modules are
//! there too, for names that several services have (`ecr::LifecycleRule`, `s3::LifecycleRule`) and
//! for lookups (`lookup::HostedZone`).

pub use jeancloud_model::{
    AccountId, Address, Arn, AvailabilityZone, Az, Bounded, Cidr, DnsName, Handle, Input, IntoText,
    Ipv6Cidr, Output, Port, Region, Tags, Text, bucket_name, cidr, inputs, port, text,
};
pub use jeancloud_model::{
    application_auto_scaling, certificate_manager, cloud_front, ec2, ecr, ecs,
    elastic_load_balancing_v2, iam, kms, logs, lookup, rds, route53, s3, secrets_manager,
};
pub use jeancloud_stack::{Declare, Scope, Stack};

pub use crate::Params;

#[doc(no_inline)]
pub use jeancloud_model::{
    application_auto_scaling::*, certificate_manager::*, cloud_front::*, ec2::*, ecr::*, ecs::*,
    elastic_load_balancing_v2::*, iam::*, kms::*, logs::*, rds::*, route53::*, s3::*,
    secrets_manager::*,
};

// Names of several services: the one that is meant nearly always.
#[doc(no_inline)]
pub use jeancloud_model::{
    ecr::LifecycleRule, elastic_load_balancing_v2::RedirectProtocol, iam::Condition,
    iam::PolicyName,
};
