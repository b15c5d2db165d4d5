//! AWS Key Management Service: keys that encrypt what other services store.

mod key;

pub use key::{Key, KeyArn, KeyId, KeyOrigin, KeySpec, KeyUsage};
