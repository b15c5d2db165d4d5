//! Lookups: what a stack needs and does not own.

mod managed_prefix_list;

pub use managed_prefix_list::{AddressFamily, ManagedPrefixList, PrefixListId, PrefixListName};
