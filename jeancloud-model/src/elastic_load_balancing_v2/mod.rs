//! Elastic Load Balancing, version 2: load balancers, listeners with their rules, target groups.

mod attributes;

mod action;
mod condition;
mod health_check;
mod listener;
mod listener_attributes;
mod listener_rule;
mod load_balancer;
mod load_balancer_attributes;
mod target_group;
mod target_group_attributes;

pub use action::{
    Action, Actions, AuthenticateCognitoConfig, FixedResponseConfig, FixedResponseContentType,
    FixedStatus, ForwardConfig, OnUnauthenticatedRequest, RedirectConfig, RedirectProtocol,
    RedirectStatus, TargetGroupStickinessConfig, TargetGroupTuple,
};
pub use attributes::Attributes;
pub use condition::{Condition, HttpHeaderConfig, QueryString, QueryStringConfig, ValuesConfig};
pub use health_check::{HealthCheckPath, HealthCheckPort, HealthCheckProtocol, Matcher};
pub use listener::{
    AdvertiseTrustStoreCaNames, AlpnPolicy, Listener, ListenerArn, ListenerCertificate,
    MutualAuthentication, MutualAuthenticationMode, SslPolicy,
};
pub use listener_attributes::ListenerAttributes;
pub use listener_rule::{ListenerRule, RuleArn, RulePriority};
pub use load_balancer::{
    FullName, IpAddressType, LoadBalancer, LoadBalancerArn, LoadBalancerName, LoadBalancerType,
    OnOff, Scheme, SubnetMapping,
};
pub use load_balancer_attributes::{DesyncMitigation, LoadBalancerAttributes, XffHeaderProcessing};
pub use target_group::{
    Protocol, ProtocolVersion, TargetGroup, TargetGroupArn, TargetGroupIpAddressType,
    TargetGroupName, TargetType,
};
pub use target_group_attributes::{
    CrossZone, LoadBalancingAlgorithm, StickinessType, TargetGroupAttributes,
};
