//! Elastic Load Balancing: application and network load balancers.

mod action;
mod attribute_list;
mod attributes;
mod capacity;
mod certificate;
mod common;
mod condition;
mod limits;
pub(crate) mod listener;
pub(crate) mod load_balancer;
mod load_balancer_settings;
pub(crate) mod rule;
mod tags;
pub(crate) mod target;
pub(crate) mod target_group;

crate::services::service! {
    "elbv2" signs "elasticloadbalancing";
    operations {
        AddListenerCertificates => certificate::add,
        AddTags => tags::add,
        CreateListener => listener::create,
        CreateLoadBalancer => load_balancer::create,
        CreateRule => rule::create,
        CreateTargetGroup => target_group::create,
        DeleteListener => listener::delete,
        DeleteLoadBalancer => load_balancer::delete,
        DeleteRule => rule::delete,
        DeleteTargetGroup => target_group::delete,
        DeregisterTargets => target::deregister,
        DescribeAccountLimits => limits::describe,
        DescribeCapacityReservation => capacity::describe,
        DescribeListenerAttributes => attributes::describe_of_listener,
        DescribeListenerCertificates => certificate::describe,
        DescribeListeners => listener::describe,
        DescribeLoadBalancerAttributes => attributes::describe_of_load_balancer,
        DescribeLoadBalancers => load_balancer::describe,
        DescribeRules => rule::describe,
        DescribeSSLPolicies => limits::describe_policies,
        DescribeTags => tags::describe,
        DescribeTargetGroupAttributes => attributes::describe_of_target_group,
        DescribeTargetGroups => target_group::describe,
        DescribeTargetHealth => target::health,
        ModifyListener => listener::modify,
        ModifyListenerAttributes => attributes::modify_of_listener,
        ModifyLoadBalancerAttributes => attributes::modify_of_load_balancer,
        ModifyRule => rule::modify,
        ModifyTargetGroup => target_group::modify,
        ModifyTargetGroupAttributes => attributes::modify_of_target_group,
        RegisterTargets => target::register,
        RemoveListenerCertificates => certificate::remove,
        RemoveTags => tags::remove,
        SetIpAddressType => load_balancer_settings::set_ip_address_type,
        SetRulePriorities => rule::set_priorities,
        SetSecurityGroups => load_balancer_settings::set_security_groups,
        SetSubnets => load_balancer_settings::set_subnets,
    }
    kinds [
        load_balancer::LoadBalancer,
        target_group::TargetGroup,
        listener::Listener,
        rule::Rule,
    ]
    tasks [load_balancer::ACTIVE, load_balancer::GONE, target::HEALTHY]
}
