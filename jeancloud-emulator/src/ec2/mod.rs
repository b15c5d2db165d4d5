//! Amazon Elastic Compute Cloud: networks.

mod cidr;
mod common;
mod filters;
mod internet_gateway;
pub(crate) mod subnet;
mod tags;
pub(crate) mod vpc;
mod vpc_attribute;
mod zone;

crate::services::service! {
    "ec2" signs "ec2";
    operations {
        AttachInternetGateway => internet_gateway::attach,
        CreateInternetGateway => internet_gateway::create,
        CreateSubnet => subnet::create,
        CreateTags => tags::create,
        CreateVpc => vpc::create,
        DeleteInternetGateway => internet_gateway::delete,
        DeleteSubnet => subnet::delete,
        DeleteTags => tags::delete,
        DeleteVpc => vpc::delete,
        DescribeAvailabilityZones => zone::describe,
        DescribeInternetGateways => internet_gateway::describe,
        DescribeSubnets => subnet::describe,
        DescribeTags => tags::describe,
        DescribeVpcAttribute => vpc_attribute::describe,
        DescribeVpcs => vpc::describe,
        DetachInternetGateway => internet_gateway::detach,
        ModifySubnetAttribute => subnet::modify,
        ModifyVpcAttribute => vpc_attribute::modify,
        ModifyVpcTenancy => vpc::modify_tenancy,
    }
    kinds [vpc::Vpc, subnet::Subnet, internet_gateway::InternetGateway]
    tasks [vpc::AVAILABLE]
}
