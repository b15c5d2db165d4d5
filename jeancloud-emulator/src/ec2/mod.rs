//! Amazon Elastic Compute Cloud: networks.

mod account;
mod address;
mod cidr;
mod cidr6;
mod cidr_block;
mod common;
pub(crate) mod default_vpc;
mod endpoint_interfaces;
mod endpoint_service;
mod filters;
pub(crate) mod internet_gateway;
mod nat_gateway;
mod network_acl;
pub(crate) mod network_interface;
mod permission;
mod prefix_list;
mod route;
mod route_table;
mod route_table_association;
mod rule_changes;
pub(crate) mod security_group;
mod security_group_rule;
pub(crate) mod subnet;
mod tags;
#[cfg(test)]
mod testing;
pub(crate) mod vpc;
mod vpc_attribute;
mod vpc_endpoint;
mod zone;

crate::services::service! {
    "ec2" signs "ec2", begins with default_vpc::begin;
    operations {
        AllocateAddress => address::allocate,
        AssociateAddress => address::associate,
        AssociateRouteTable => route_table_association::associate,
        AssociateSubnetCidrBlock => cidr_block::associate_subnet,
        AssociateVpcCidrBlock => cidr_block::associate_vpc,
        AttachInternetGateway => internet_gateway::attach,
        AuthorizeSecurityGroupEgress => rule_changes::authorize_egress,
        AuthorizeSecurityGroupIngress => rule_changes::authorize_ingress,
        CreateInternetGateway => internet_gateway::create,
        CreateNatGateway => nat_gateway::create,
        CreateNetworkInterface => network_interface::create,
        CreateRoute => route::create,
        CreateRouteTable => route_table::create,
        CreateSecurityGroup => security_group::create,
        CreateSubnet => subnet::create,
        CreateTags => tags::create,
        CreateVpc => vpc::create,
        CreateVpcEndpoint => vpc_endpoint::create,
        DeleteInternetGateway => internet_gateway::delete,
        DeleteNatGateway => nat_gateway::delete,
        DeleteNetworkInterface => network_interface::delete,
        DeleteRoute => route::delete,
        DeleteRouteTable => route_table::delete,
        DeleteSecurityGroup => security_group::delete,
        DeleteSubnet => subnet::delete,
        DeleteTags => tags::delete,
        DeleteVpc => vpc::delete,
        DeleteVpcEndpoints => vpc_endpoint::delete,
        DescribeAccountAttributes => account::attributes,
        DescribeAddresses => address::describe,
        DescribeAddressesAttribute => address::describe_attribute,
        DescribeAvailabilityZones => zone::describe,
        DescribeInstances => account::instances,
        DescribeInternetGateways => internet_gateway::describe,
        DescribeManagedPrefixLists => prefix_list::describe_managed,
        DescribeNatGateways => nat_gateway::describe,
        DescribeNetworkAcls => network_acl::describe,
        DescribeNetworkInterfaces => network_interface::describe,
        DescribePrefixLists => prefix_list::describe,
        DescribeRegions => account::regions,
        DescribeRouteTables => route_table::describe,
        DescribeSecurityGroupRules => security_group_rule::describe,
        DescribeSecurityGroups => security_group::describe,
        DescribeSubnets => subnet::describe,
        DescribeTags => tags::describe,
        DescribeVpcAttribute => vpc_attribute::describe,
        DescribeVpcEndpointServices => endpoint_service::describe,
        DescribeVpcEndpoints => vpc_endpoint::describe,
        DescribeVpcs => vpc::describe,
        DetachInternetGateway => internet_gateway::detach,
        DetachNetworkInterface => network_interface::detach,
        DisassociateAddress => address::disassociate,
        DisassociateRouteTable => route_table_association::disassociate,
        DisassociateSubnetCidrBlock => cidr_block::disassociate_subnet,
        DisassociateVpcCidrBlock => cidr_block::disassociate_vpc,
        GetManagedPrefixListEntries => prefix_list::entries,
        ModifySecurityGroupRules => rule_changes::modify,
        ModifySubnetAttribute => subnet::modify,
        ModifyVpcAttribute => vpc_attribute::modify,
        ModifyVpcEndpoint => vpc_endpoint::modify,
        ModifyVpcTenancy => vpc::modify_tenancy,
        ReleaseAddress => address::release,
        ReplaceNetworkAclAssociation => network_acl::replace_association,
        ReplaceRoute => route::replace,
        ReplaceRouteTableAssociation => route_table_association::replace,
        RevokeSecurityGroupEgress => rule_changes::revoke_egress,
        RevokeSecurityGroupIngress => rule_changes::revoke_ingress,
        UpdateSecurityGroupRuleDescriptionsEgress => rule_changes::describe_egress,
        UpdateSecurityGroupRuleDescriptionsIngress => rule_changes::describe_ingress,
    }
    kinds [
        address::Address,
        default_vpc::Beginning,
        internet_gateway::InternetGateway,
        nat_gateway::NatGateway,
        network_acl::NetworkAcl,
        network_acl::NetworkAclAssociation,
        network_interface::NetworkInterface,
        route_table::RouteTable,
        route_table_association::RouteTableAssociation,
        security_group::SecurityGroup,
        security_group_rule::SecurityGroupRule,
        subnet::Subnet,
        vpc::Vpc,
        vpc_endpoint::VpcEndpoint,
    ]
    tasks [
        nat_gateway::AVAILABLE,
        nat_gateway::DELETED,
        nat_gateway::FORGOTTEN,
        vpc::AVAILABLE,
        vpc_endpoint::AVAILABLE,
        vpc_endpoint::DELETED,
    ]
}
