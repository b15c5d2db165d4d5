//! Amazon CloudWatch Logs.

mod log_group;
mod retention;

pub use log_group::{LogGroup, LogGroupClass, LogGroupName};
pub use retention::Retention;
