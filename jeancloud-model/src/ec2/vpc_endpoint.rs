//! [`VpcEndpoint`]: `AWS::EC2::VPCEndpoint`, a private way from a VPC to a service.

use serde::{Deserialize, Serialize};

use crate::{
    Checked, Facts, IntoInputs, Invalid, Region, choice,
    iam::PolicyDocument,
    id_value, policy_sets, properties, resource,
    shape::{Member, Shape, Shaped},
    text_value,
};

use super::{RouteTableId, SecurityGroupId, SubnetId, VpcId};

id_value! {
    /// The id of a VPC endpoint, as `vpce-0a1b2c3d4e5f60718`.
    VpcEndpointId starts "vpce-",
}

text_value! {
    /// The name of a service that endpoints lead to, as `com.amazonaws.eu-west-3.ecr.api`.
    EndpointServiceName {
        rule: "a service's name is written in full, as com.amazonaws.eu-west-3.s3",
        document: "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
        check: |name| {
            let label = |label: &str| {
                !label.is_empty()
                    && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b))
            };
            if name.split('.').count() < 3 {
                Some("is no service's full name")
            } else if !name.split('.').all(label) {
                Some("holds what no service's name holds")
            } else {
                None
            }
        },
    },
}

impl EndpointServiceName {
    /// The name of a service of AWS in a region: `EndpointServiceName::of(scope.region(), "ecr.api")`.
    ///
    /// A few services have other names (most of China's begin with `cn.com.amazonaws`): write those
    /// in full.
    pub fn of(region: Region, service: &str) -> Self {
        Self::new(format!("com.amazonaws.{region}.{service}"))
    }
}

choice! {
    /// Which addresses an endpoint's network interfaces have.
    EndpointIpAddressType {
        /// IPv4.
        Ipv4 = "ipv4",
        /// IPv4 and IPv6.
        Dualstack = "dualstack",
        /// IPv6.
        Ipv6 = "ipv6",
    }
    /// Which records an endpoint's private names have.
    DnsRecordIpType {
        /// A records.
        Ipv4 = "ipv4",
        /// A and AAAA records.
        Dualstack = "dualstack",
        /// AAAA records.
        Ipv6 = "ipv6",
        /// What the service says.
        ServiceDefined = "service-defined",
    }
    /// Who is led to the endpoint by the service's names.
    PrivateDnsScope {
        /// Only who asks through an inbound resolver endpoint, from outside of the VPC; the VPC
        /// itself keeps to its gateway endpoint. For S3.
        OnlyInboundResolver = "OnlyInboundResolver",
        /// Everyone.
        AllResolvers = "AllResolvers",
    }
}

properties! {
    /// An endpoint that is a route: traffic for S3 or DynamoDB leaves through these route tables.
    ///
    /// It costs nothing and has no address of its own, so security groups name the service by its
    /// managed prefix list.
    GatewayEndpoint;
    /// The route tables that get a route to the service.
    opt_list route_table_ids "RouteTableIds": RouteTableId,
}

properties! {
    /// How an interface endpoint is found by name.
    DnsOptions;
    /// Which records its private names have.
    opt dns_record_ip_type "DnsRecordIpType": DnsRecordIpType,
    /// Who is led to it by the service's names. Only for services that have a gateway endpoint too.
    opt private_dns_only_for_inbound_resolver_endpoint "PrivateDnsOnlyForInboundResolverEndpoint": PrivateDnsScope,
}

properties! {
    /// An endpoint that is a network interface in each of its subnets.
    InterfaceEndpoint;
    /// The subnets that get a network interface: one a zone.
    list subnet_ids "SubnetIds": SubnetId,
    /// The groups of its network interfaces. They have to let in port 443 from who uses it.
    list security_group_ids "SecurityGroupIds": SecurityGroupId,
    /// Whether the service's own names lead to it inside the VPC, which needs both DNS attributes
    /// of the VPC. Default here: true, since nothing finds it otherwise.
    opt private_dns_enabled "PrivateDnsEnabled": bool = true,
    /// Which addresses its network interfaces have.
    opt ip_address_type "IpAddressType": EndpointIpAddressType,
    /// How it is found by name.
    opt_plain dns_options "DnsOptions": DnsOptions,
    /// The service's region, where it is another one.
    opt service_region "ServiceRegion": Region,
}

/// What an endpoint is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "VpcEndpointType")]
pub enum EndpointKind {
    /// A route, to S3 or DynamoDB.
    Gateway(GatewayEndpoint),
    /// Network interfaces, to most services.
    Interface(InterfaceEndpoint),
}

impl EndpointKind {
    /// A route in each of these tables.
    pub fn gateway(route_tables: impl IntoInputs<RouteTableId>) -> Self {
        let gateway = GatewayEndpoint::builder().route_table_ids(route_tables);
        Self::Gateway(gateway.build())
    }

    /// A network interface in each of these subnets, behind these groups, to which the service's
    /// own names lead inside the VPC.
    pub fn interface(
        subnets: impl IntoInputs<SubnetId>,
        groups: impl IntoInputs<SecurityGroupId>,
    ) -> Self {
        let interface = InterfaceEndpoint::builder()
            .subnet_ids(subnets)
            .security_group_ids(groups);
        Self::Interface(interface.build())
    }
}

impl From<GatewayEndpoint> for EndpointKind {
    fn from(endpoint: GatewayEndpoint) -> Self {
        Self::Gateway(endpoint)
    }
}

impl From<InterfaceEndpoint> for EndpointKind {
    fn from(endpoint: InterfaceEndpoint) -> Self {
        Self::Interface(endpoint)
    }
}

impl Shaped for EndpointKind {
    fn shape() -> Shape {
        let kind = Shape::Object(vec![Member::value("VpcEndpointType")]);
        let kinds = Shape::either([GatewayEndpoint::shape(), InterfaceEndpoint::shape()]);
        Shape::both(kind, kinds)
    }
}

impl Checked for EndpointKind {
    /// Asked once for each of its properties, whose name ends `path`.
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let mut inside = |at: &str, invalid: Invalid| {
            let rest = at.strip_prefix(path);
            if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
                found(at, invalid);
            }
        };
        match self {
            Self::Gateway(endpoint) => endpoint.check_values(parent, &mut inside),
            Self::Interface(endpoint) => endpoint.check_values(parent, &mut inside),
        }
    }
}

/// The policy that AWS gives an endpoint without one: everything is allowed.
const FULL_ACCESS: &str = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["*"],"Resource":["*"]}]}"#;

resource! {
    /// A private way from a VPC to a service: a route (S3, DynamoDB) or network interfaces.
    ///
    /// Follows [`AWS::EC2::VPCEndpoint`] and EC2's [`CreateVpcEndpoint`].
    ///
    /// [`AWS::EC2::VPCEndpoint`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html
    /// [`CreateVpcEndpoint`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    VpcEndpoint = "AWS::EC2::VPCEndpoint", id "Id": VpcEndpointId,
    facts Facts {
        create_only: &["VpcId", "ServiceName", "VpcEndpointType", "ServiceRegion"],
        outputs: &["CreationTimestamp", "DnsEntries", "NetworkInterfaceIds"],
        unordered: policy_sets!("PolicyDocument"; "RouteTableIds", "SubnetIds", "SecurityGroupIds"),
        defaults: &[("PolicyDocument", FULL_ACCESS), ("RouteTableIds", "[]")],
        ..Facts::DEFAULT
    };

    /// The VPC that it leads out of.
    one vpc_id "VpcId": VpcId,
    /// The service that it leads to: `EndpointServiceName::of(scope.region(), "s3")`.
    one service_name "ServiceName": EndpointServiceName,
    /// What it is: a [`GatewayEndpoint`] or an [`InterfaceEndpoint`].
    flat kind [
        "VpcEndpointType", "RouteTableIds", "SubnetIds", "SecurityGroupIds", "PrivateDnsEnabled",
        "IpAddressType", "DnsOptions", "ServiceRegion",
    ]: EndpointKind,
    /// Who may do what through it; it grants nothing that IAM does not. AWS's default: everything.
    opt_plain policy_document "PolicyDocument": PolicyDocument,
    tags,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Value;

    #[test]
    fn each_kind_has_cloudformations_shape() {
        let gateway = VpcEndpoint::builder()
            .vpc_id(VpcId::new("vpc-1"))
            .service_name(EndpointServiceName::of(Region::EuWest3, "s3"))
            .kind(EndpointKind::gateway([RouteTableId::new("rtb-1")]))
            .build();
        let json = crate::to_json(&gateway);
        assert_eq!(
            json,
            json!({
                "VpcId": "vpc-1", "ServiceName": "com.amazonaws.eu-west-3.s3",
                "VpcEndpointType": "Gateway", "RouteTableIds": ["rtb-1"],
            })
        );
        assert_eq!(
            serde_json::from_value::<VpcEndpoint>(json).unwrap(),
            gateway
        );

        let interface = VpcEndpoint::builder()
            .vpc_id(VpcId::new("vpc-1"))
            .service_name(EndpointServiceName::of(Region::EuWest3, "ecr.api"))
            .kind(EndpointKind::interface(
                [SubnetId::new("subnet-1")],
                [SecurityGroupId::new("sg-1")],
            ))
            .build();
        let json = crate::to_json(&interface);
        assert_eq!(json["VpcEndpointType"], "Interface");
        assert_eq!(json["PrivateDnsEnabled"], true);
        assert_eq!(
            serde_json::from_value::<VpcEndpoint>(json).unwrap(),
            interface
        );
    }

    #[test]
    fn values_inside_a_kind_are_checked_once_with_their_path() {
        let endpoint = VpcEndpoint::builder()
            .vpc_id(VpcId::new("vpc-1"))
            .service_name("s3")
            .kind(
                InterfaceEndpoint::builder()
                    .subnet_ids([SubnetId::new("sub-1")])
                    .security_group_ids([SecurityGroupId::new("group")])
                    .build(),
            )
            .build();
        let mut paths = Vec::new();
        endpoint.check_values("", &mut |path, _| paths.push(path.to_owned()));
        assert_eq!(
            paths,
            ["/ServiceName", "/SubnetIds/0", "/SecurityGroupIds/0"]
        );
    }

    #[test]
    fn awss_default_policy_is_in_canonical_form() {
        let policy = PolicyDocument::from_aws(FULL_ACCESS).unwrap();
        let canonical = serde_json::to_value(policy).unwrap();
        assert_eq!(
            canonical,
            serde_json::from_str::<serde_json::Value>(FULL_ACCESS).unwrap()
        );
    }

    #[test]
    fn service_names_are_full() {
        let good = |name: &'static str| EndpointServiceName::new(name).check().is_ok();
        assert!(good("com.amazonaws.eu-west-3.ecr.dkr"));
        assert!(good(
            "com.amazonaws.vpce.us-east-1.vpce-svc-0e123abc123198abc"
        ));
        assert!(good("aws.sagemaker.eu-west-3.notebook"));
        assert!(!good("s3"));
        assert!(!good("com.amazonaws.EU.s3"));
        assert!(!good("com.amazonaws..s3"));
    }
}
