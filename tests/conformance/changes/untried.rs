//! Steps that no case takes, each with its reason.
//!
//! A reason that is not needed fails the test, so that nobody keeps one for a step that is tried.

use crate::harness::tried::Step;

/// Why some steps of a property, or of what stands below it, are not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Untried {
    type_name: &'static str,
    path: &'static str,
    steps: &'static [Step],
    reason: &'static str,
}

/// Why this step is not tried.
pub fn reason(type_name: &str, path: &str, step: Step) -> Option<Untried> {
    let fits = |untried: &Untried| {
        let below = path.strip_prefix(untried.path);
        untried.type_name == type_name
            && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            && untried.steps.contains(&step)
    };
    all().find(fits)
}

/// Every reason.
pub fn all() -> impl Iterator<Item = Untried> {
    let all = UNTRIED.iter();
    all.map(|&(type_name, path, steps, reason)| Untried {
        type_name,
        path,
        steps,
        reason,
    })
}

const ANY: &[Step] = &[Step::Set, Step::Change, Step::Clear];
const SET: &[Step] = &[Step::Set];
const CHANGE: &[Step] = &[Step::Change];
const CLEAR: &[Step] = &[Step::Clear];
const SET_OR_CLEAR: &[Step] = &[Step::Set, Step::Clear];
const SET_OR_CHANGE: &[Step] = &[Step::Set, Step::Change];

/// What is always there can't be set where nothing was, nor cleared.
const ALWAYS_THERE: &str = "AWS needs it, so that it is always there";
const ONE_VALUE: &str = "it has one value";
const REPLACES: &str = "this step replaces the resource, as the conditions of `tests/walk.rs` say";
const NO_IPV6: &str = "it needs an IPv6 block of the VPC, which no type makes yet";
const OTHER_WAYS: &str =
    "no type makes what it names; ReplaceRoute takes it as it takes the others";
const REVISION: &str =
    "a declaration names the definition by an output, which looks the same; `service` changes it";

#[rustfmt::skip] // One reason a line, whatever its length.
const UNTRIED: &[(&str, &str, &[Step], &str)] = &[
    ("AWS::ApplicationAutoScaling::ScalingPolicy", "PolicyType", CHANGE, ONE_VALUE),
    ("AWS::ApplicationAutoScaling::ScalingPolicy", "TargetTrackingScalingPolicyConfiguration", SET, ALWAYS_THERE),
    ("AWS::CloudFront::Distribution", "DistributionConfig/OriginGroups/Items/*/FailoverCriteria/StatusCodes/Items", CLEAR, ALWAYS_THERE),
    ("AWS::CloudFront::Distribution", "DistributionConfig/OriginGroups/Items/*/Members/Items", CLEAR, ALWAYS_THERE),
    ("AWS::CloudFront::Distribution", "DistributionConfig/Origins", SET, ALWAYS_THERE),
    ("AWS::CloudFront::Distribution", "DistributionConfig/ViewerCertificate/CloudFrontDefaultCertificate", CHANGE, ONE_VALUE),
    ("AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig/SigningProtocol", CHANGE, ONE_VALUE),
    ("AWS::EC2::Route", "CarrierGatewayId", SET_OR_CHANGE, OTHER_WAYS),
    ("AWS::EC2::Route", "CoreNetworkArn", SET_OR_CHANGE, OTHER_WAYS),
    ("AWS::EC2::Route", "EgressOnlyInternetGatewayId", SET_OR_CHANGE, OTHER_WAYS),
    ("AWS::EC2::Route", "GatewayId", CHANGE, "a VPC has one internet gateway; a route leaves it for a NAT gateway and comes back"),
    ("AWS::EC2::Route", "LocalGatewayId", SET_OR_CHANGE, OTHER_WAYS),
    ("AWS::EC2::Route", "NetworkInterfaceId", SET_OR_CHANGE, OTHER_WAYS),
    ("AWS::EC2::Route", "OdbNetworkArn", SET_OR_CHANGE, OTHER_WAYS),
    ("AWS::EC2::Route", "TransitGatewayId", SET_OR_CHANGE, OTHER_WAYS),
    ("AWS::EC2::Route", "VpcEndpointId", SET_OR_CHANGE, "only an endpoint of a gateway load balancer takes routes, which no type makes"),
    ("AWS::EC2::Route", "VpcPeeringConnectionId", SET_OR_CHANGE, OTHER_WAYS),
    ("AWS::EC2::SecurityGroup", "SecurityGroupEgress", CHANGE, "an author never sets it; `rules_that_the_stack_does_not_declare_are_taken_away` tries it"),
    ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", CHANGE, "an author never sets it; `rules_that_the_stack_does_not_declare_are_taken_away` tries it"),
    ("AWS::EC2::Subnet", "AssignIpv6AddressOnCreation", ANY, NO_IPV6),
    ("AWS::EC2::Subnet", "EnableDns64", ANY, NO_IPV6),
    ("AWS::EC2::Subnet", "Ipv6CidrBlock", ANY, NO_IPV6),
    ("AWS::EC2::Subnet", "PrivateDnsNameOptionsOnLaunch/EnableResourceNameDnsAAAARecord", CHANGE, NO_IPV6),
    ("AWS::EC2::VPC", "InstanceTenancy", SET, REPLACES),
    ("AWS::EC2::VPCEndpoint", "DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint", CHANGE, "the other value needs a gateway endpoint and a resolver, which no type makes"),
    ("AWS::EC2::VPCEndpoint", "IpAddressType", CHANGE, NO_IPV6),
    ("AWS::EC2::VPCEndpoint", "SecurityGroupIds", SET, ALWAYS_THERE),
    ("AWS::EC2::VPCEndpoint", "SubnetIds", SET, ALWAYS_THERE),
    ("AWS::ECR::Repository", "ImageTagMutabilityExclusionFilters/*/ImageTagMutabilityExclusionFilterType", CHANGE, ONE_VALUE),
    ("AWS::ECS::Cluster", "ClusterSettings/*/Name", CHANGE, ONE_VALUE),
    ("AWS::ECS::Cluster", "Configuration/ExecuteCommandConfiguration", CLEAR, "it is all that a configuration holds, and goes with it"),
    ("AWS::ECS::Cluster", "DefaultCapacityProviderStrategy/*/Weight", CLEAR, "one share has to have a weight"),
    ("AWS::ECS::Service", "CapacityProviderStrategy/*/Weight", CLEAR, "one share has to have a weight"),
    ("AWS::ECS::Service", "DeploymentConfiguration/Alarms/AlarmNames", CLEAR, ALWAYS_THERE),
    ("AWS::ECS::Service", "DeploymentController", ANY, "another controller needs CodeDeploy or a machinery of one's own, which no type makes"),
    ("AWS::ECS::Service", "LaunchType", CHANGE, REPLACES),
    ("AWS::ECS::Service", "NetworkConfiguration", SET, "Fargate needs it, so that it is always there"),
    ("AWS::ECS::Service", "TaskDefinition", CHANGE, REVISION),
    ("AWS::ElasticLoadBalancingV2::Listener", "DefaultActions/*/ForwardConfig/TargetGroups", CLEAR, ALWAYS_THERE),
    ("AWS::ElasticLoadBalancingV2::Listener", "DefaultActions/*/Order", CHANGE, "the place in the list says it"),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", "Actions/*/ForwardConfig/TargetGroups", CLEAR, ALWAYS_THERE),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", "Actions/*/Order", CHANGE, "the place in the list says it"),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", "Conditions", SET_OR_CLEAR, ALWAYS_THERE),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "IpAddressType", ANY, NO_IPV6),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "SubnetMappings", SET, ALWAYS_THERE),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "SubnetMappings/*/AllocationId", ANY, "a load balancer keeps the address that it has in a subnet"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "SubnetMappings/*/IPv6Address", ANY, NO_IPV6),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "SubnetMappings/*/PrivateIPv4Address", ANY, "a load balancer keeps the address that it has in a subnet"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Subnets", SET, ALWAYS_THERE),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "HealthCheckEnabled", CHANGE, "only groups of Lambda functions go unchecked, which are not modelled"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Matcher/GrpcCode", CLEAR, "a matcher holds one code, and goes with it"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Matcher/HttpCode", CLEAR, "a matcher holds one code, and goes with it"),
    ("AWS::IAM::OIDCProvider", "ThumbprintList", SET, "IAM reads one from the provider, which neither moto nor the emulator can"),
    ("AWS::RDS::DBInstance", "AutomaticBackupReplicationKmsKeyId", SET_OR_CHANGE, "not tried yet: moto answers StartDBInstanceAutomatedBackupsReplication with an error 500"),
    ("AWS::RDS::DBInstance", "AutomaticBackupReplicationRegion", ANY, "not tried yet: moto answers StartDBInstanceAutomatedBackupsReplication with an error 500"),
    ("AWS::RDS::DBInstance", "AutomaticBackupReplicationRetentionPeriod", SET_OR_CHANGE, "not tried yet: moto answers StartDBInstanceAutomatedBackupsReplication with an error 500"),
    ("AWS::RDS::DBInstance", "DBParameterGroupName", SET_OR_CHANGE, "no type makes a parameter group"),
    ("AWS::RDS::DBInstance", "EngineVersion", SET, "AWS chose the newest where none was said, so that another one is a downgrade"),
    ("AWS::RDS::DBInstance", "LicenseModel", CHANGE, "an engine has one, but for Oracle's"),
    ("AWS::RDS::DBInstance", "ManageMasterUserPassword", CHANGE, "without it the author gives a password, which is never in our hands"),
    ("AWS::RDS::DBInstance", "MasterUserSecret", SET_OR_CHANGE, "RDS tells the key of the secret that it keeps from the start, so that another one replaces"),
    ("AWS::RDS::DBInstance", "NetworkType", ANY, NO_IPV6),
    ("AWS::RDS::DBInstance", "OptionGroupName", SET_OR_CHANGE, "no type makes an option group"),
    ("AWS::RDS::DBInstance", "PerformanceInsightsKMSKeyId", CHANGE, REPLACES),
    ("AWS::Route53::HostedZone", "VPCs", SET_OR_CLEAR, REPLACES),
    ("AWS::Route53::RecordSet", "MultiValueAnswer", CHANGE, ONE_VALUE),
    ("AWS::S3::Bucket", "CorsConfiguration/CorsRules/*/AllowedOrigins", CLEAR, ALWAYS_THERE),
    ("AWS::S3::Bucket", "LoggingConfiguration/DestinationBucketName", CLEAR, "without it a bucket would log into itself, and log that"),
    ("AWS::S3::Bucket", "OwnershipControls/Rules", SET, "jeancloud always writes it"),
];
