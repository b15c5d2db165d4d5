//! Amazon EC2: networks, and what may pass in them.

mod peer;
pub mod rules;
mod security_group;
mod security_group_egress;
mod security_group_ingress;
mod subnet;
mod traffic;
mod vpc;

pub use peer::{EgressDestination, IngressSource, Peer};
pub use rules::{
    Allow, Anywhere, AnywhereIpv6, DeclaredRule, Rule, Side, TrafficFrom, all_traffic, icmp,
    icmpv6, tcp, udp,
};
pub use security_group::{
    EgressRule, IngressRule, SecurityGroup, SecurityGroupDescription, SecurityGroupId,
    SecurityGroupName, Undeclared,
};
pub use security_group_egress::SecurityGroupEgress;
pub use security_group_ingress::{
    SecurityGroupIngress, SecurityGroupRuleDescription, SecurityGroupRuleId,
};
pub use subnet::{Subnet, SubnetId};
pub use traffic::{Icmp, IntoPorts, Ports, Traffic};
pub use vpc::{InstanceTenancy, Vpc, VpcId};
