//! What AWS refuses to have twice, and what it deletes although something still names it: from AWS's
//! documents, not from what the planner believes.

use serde_json::Value as Json;

/// What no second resource of a type in a region may have: lists of properties, by type.
///
/// The orders of a property's values don't matter here; what is left out is not compared.
const UNIQUE: &[(&str, &[&str])] = &[
    ("AWS::EC2::Subnet", &["VpcId", "CidrBlock"]),
    ("AWS::EC2::SecurityGroup", &["VpcId", "GroupName"]),
    ("AWS::EC2::SecurityGroupIngress", RULE),
    ("AWS::EC2::SecurityGroupEgress", RULE),
    ("AWS::EC2::Route", &["RouteTableId", "DestinationCidrBlock"]),
    ("AWS::EC2::SubnetRouteTableAssociation", &["SubnetId"]),
    ("AWS::EC2::VPCGatewayAttachment", &["InternetGatewayId"]),
    ("AWS::EC2::VPCGatewayAttachment", &["VpcId"]),
    ("AWS::EC2::NatGateway", &["AllocationId"]),
    (
        "AWS::EC2::VPCEndpoint",
        &["VpcId", "ServiceName", "PrivateDnsEnabled"],
    ),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", &["Name"]),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", &["Name"]),
    (
        "AWS::ElasticLoadBalancingV2::Listener",
        &["LoadBalancerArn", "Port"],
    ),
    (
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        &["ListenerArn", "Priority"],
    ),
    ("AWS::ECS::Cluster", &["ClusterName"]),
    ("AWS::ECS::Service", &["Cluster", "ServiceName"]),
    (
        "AWS::ApplicationAutoScaling::ScalableTarget",
        &["ResourceId", "ScalableDimension"],
    ),
    ("AWS::Logs::LogGroup", &["LogGroupName"]),
    ("AWS::ECR::Repository", &["RepositoryName"]),
    ("AWS::IAM::Role", &["RoleName"]),
    ("AWS::RDS::DBInstance", &["DBInstanceIdentifier"]),
    ("AWS::RDS::DBSubnetGroup", &["DBSubnetGroupName"]),
    ("AWS::S3::Bucket", &["BucketName"]),
    ("AWS::S3::BucketPolicy", &["Bucket"]),
    ("AWS::Route53::RecordSet", &["HostedZoneId", "Name", "Type"]),
];

/// EC2 tells rules apart by everything but their description.
const RULE: &[&str] = &[
    "GroupId",
    "IpProtocol",
    "FromPort",
    "ToPort",
    "CidrIp",
    "SourceSecurityGroupId",
    "DestinationSecurityGroupId",
];

/// Whether AWS refuses to delete something while something of this type names it.
///
/// A task definition's names are only texts until a task starts, and it goes on to serve the services
/// that use it. A key is scheduled for deletion whatever it encrypts. A record holds its zone, and goes on to point to what is gone; a route to a NAT gateway
/// that is gone leads nowhere (`blackhole`), and so does a distribution's origin; a bucket's policy goes with it. What policies name is only a
/// text, and a wait is nothing in AWS.
pub fn holds(holder: &str, held: &str) -> bool {
    match (holder, held) {
        ("AWS::Route53::RecordSet", held) => held == "AWS::Route53::HostedZone",
        ("AWS::ECS::TaskDefinition", _) | (_, "AWS::ECS::TaskDefinition" | "AWS::KMS::Key") => {
            false
        }
        ("AWS::EC2::Route", "AWS::EC2::NatGateway") => false,
        ("AWS::CloudFront::Distribution", "AWS::S3::Bucket") => false,
        ("AWS::IAM::Role" | "AWS::S3::BucketPolicy", _) => false,
        (holder, _) if holder.starts_with("Wait::") => false,
        _ => true,
    }
}

/// Whether all that something of this type names has to be in one VPC: texts may name what they like.
pub fn is_in_one_vpc(type_name: &str) -> bool {
    let texts = [
        "AWS::ECS::TaskDefinition",
        "AWS::IAM::Role",
        "AWS::Route53::RecordSet",
        "AWS::S3::BucketPolicy",
    ];
    !texts.contains(&type_name)
}

/// Whether something of this type changes what it names only within its VPC: "SetSubnets" and
/// "ModifyDBSubnetGroup" refuse others.
pub fn stays_in_its_vpc(type_name: &str) -> bool {
    [
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::RDS::DBSubnetGroup",
        "AWS::RDS::DBInstance",
    ]
    .contains(&type_name)
}

/// Whether something of this type forwards to target groups.
pub fn forwards(type_name: &str) -> bool {
    [
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
    ]
    .contains(&type_name)
}

/// What AWS would refuse to have twice, in which both are the same.
pub fn clash(type_name: &str, one: &Json, other: &Json) -> Option<String> {
    let of_type = UNIQUE.iter().filter(|(named, _)| *named == type_name);
    of_type
        .filter(|(_, properties)| {
            let whole = type_name.starts_with("AWS::EC2::SecurityGroup") && properties.len() > 2;
            properties.iter().all(|property| {
                let (one, other) = (one.get(property), other.get(property));
                one == other && (one.is_some() || whole)
            })
        })
        .map(|(_, properties)| properties.join(", "))
        .next()
}
