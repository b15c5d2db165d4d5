//! Amazon EC2: networks.

mod subnet;
mod vpc;

pub use subnet::{Subnet, SubnetId};
pub use vpc::{InstanceTenancy, Vpc, VpcId};

crate::id_value! {
    /// The id of a security group, as `sg-0a1b2c3d4e5f60718`.
    SecurityGroupId starts "sg-",
}
