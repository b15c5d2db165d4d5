//! Amazon EC2: networks, and what may pass in them.

mod eip;
mod internet_gateway;
mod nat_gateway;
mod peer;
mod route;
mod route_table;
mod route_target;
pub mod rules;
mod security_group;
mod security_group_egress;
mod security_group_ingress;
mod subnet;
mod subnet_route_table_association;
mod traffic;
mod vpc;
mod vpc_endpoint;
mod vpc_gateway_attachment;

pub use eip::{AllocationId, Eip, NetworkBorderGroup, PublicIp};
pub use internet_gateway::{InternetGateway, InternetGatewayId};
pub use nat_gateway::{Connectivity, NatGateway, NatGatewayId, PrivateIpAddress};
pub use peer::{EgressDestination, IngressSource, Peer};
pub use route::{Route, RouteDestination, RouteId};
pub use route_table::{RouteTable, RouteTableId};
pub use route_target::{
    CarrierGatewayId, EgressOnlyInternetGatewayId, GatewayId, LocalGatewayId, NetworkInterfaceId,
    RouteTarget, TransitGatewayId, VpcPeeringConnectionId, VpnGatewayId,
};
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
pub use subnet::{AvailabilityZoneId, HostnameType, PrivateDnsNameOptions, Subnet, SubnetId};
pub use subnet_route_table_association::{
    SubnetRouteTableAssociation, SubnetRouteTableAssociationId,
};
pub use traffic::{Icmp, IntoPorts, Ports, Traffic};
pub use vpc::{InstanceTenancy, NetworkAclId, Vpc, VpcId};
pub use vpc_endpoint::{
    DnsOptions, DnsRecordIpType, EndpointIpAddressType, EndpointKind, EndpointServiceName,
    GatewayEndpoint, InterfaceEndpoint, PrivateDnsScope, VpcEndpoint, VpcEndpointId,
};
pub use vpc_gateway_attachment::{VpcGatewayAttachment, VpcGatewayAttachmentId};
