//! What a property may hold: the [`Value`] trait, and the values that many services share.
//!
//! Text that AWS has a rule for (ids, names, ARNs) is a type of its own, made by
//! [`text_value!`](crate::text_value!). A builder takes any text for it; the rule is asked by the
//! stack's check, so that all mistakes show at once, and by a literal macro
//! ([`bucket_name!`](crate::bucket_name!)) when compiling. What has only a few forms is an enum,
//! made by [`choice!`](crate::choice!).

mod checked;
mod kinds;

mod cidr;
mod common;
mod number;

pub use checked::{Checked, Invalid, Value};
pub use cidr::{Cidr, Ipv6Cidr};
pub use common::{AccountId, Arn, DnsName};
pub use number::{Bounded, Port};
