//! [`KNOBS`]: what can be set in the system, and to what.
//!
//! Each is independent of the others: whatever ways they are turned, AWS takes it. What
//! `tests/conformance/changes/` does to every property of a type by itself is done here to the types of
//! the system, side by side and one after the other, in place and by a replacement.

use jeancloud::prelude::Address;
use serde_json::Value as Json;

use crate::{
    gaps,
    harness::{Difference, On},
};

/// Properties that can be given other values, together.
pub(super) struct Knob {
    /// A type, an address, or `*`: then each way says of which addresses.
    on: &'static str,
    /// Ways to turn it, as patches of the properties that the example says (see `merge`).
    pub(super) ways: &'static [&'static str],
    /// It can't be turned back: AWS documents no default, so that the value stays and only a plan says so.
    pub(super) stays: bool,
    /// What one AWS lacks for it.
    lacking: Option<Difference>,
}

const fn on(on: &'static str, ways: &'static [&'static str]) -> Knob {
    Knob {
        on,
        ways,
        stays: false,
        lacking: None,
    }
}

impl Knob {
    const fn stays(self) -> Self {
        Self {
            stays: true,
            ..self
        }
    }

    const fn lacking(self, difference: Difference) -> Self {
        Self {
            lacking: Some(difference),
            ..self
        }
    }

    /// Whether it can be turned there.
    pub(super) fn fits(&self, on: On, type_name: &str, address: Address) -> bool {
        let lacks = self
            .lacking
            .is_some_and(|difference| difference.lacks == on);
        let here = match self.on {
            "*" => self
                .patches(0, address)
                .first()
                .is_some_and(|(at, _)| *at == address),
            on => on == type_name || on == address.as_str(),
        };
        here && !lacks
    }

    /// What it does when it is turned so: patches by address.
    pub(super) fn patches(&self, way: usize, at: Address) -> Vec<(Address, Json)> {
        let text = self.ways[way];
        let patch: Json =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{text} is no JSON: {error}"));
        match (self.on, patch) {
            ("*", Json::Object(all)) => {
                let all = all.into_iter();
                all.map(|(at, patch)| (Address::new(&at), patch)).collect()
            }
            (_, patch) => vec![(at, patch)],
        }
    }
}

const TAGS: &[&str] = &[
    r#"{"Tags": ["+", {"Key": "Team", "Value": "a"}]}"#,
    r#"{"Tags": ["+", {"Key": "Team", "Value": "b"}]}"#,
    r#"{"Tags": ["+", {"Key": "Cost center", "Value": ""}, {"Key": "Team", "Value": "a"}]}"#,
    r#"{"Tags": null}"#,
];

#[rustfmt::skip] // A way is a line, whatever its length.
pub(super) const KNOBS: &[Knob] = &[
    // Networks.
    on("AWS::EC2::VPC", TAGS),
    on("AWS::EC2::Subnet", TAGS),
    on("AWS::EC2::InternetGateway", TAGS),
    on("AWS::EC2::RouteTable", TAGS),
    on("AWS::EC2::SecurityGroup", TAGS),
    on("AWS::EC2::VPCEndpoint", TAGS),
    on("AWS::EC2::NatGateway", TAGS),
    on("AWS::EC2::EIP", TAGS),
    on("germany/vpc", &[r#"{"EnableDnsHostnames": false}"#, r#"{"EnableDnsHostnames": null}"#]),
    on("*", &[r#"{
        "germany/vpc": {"CidrBlock": "10.3.0.0/16"},
        "germany/private-a": {"CidrBlock": "10.3.3.0/24"},
        "germany/private-b": {"CidrBlock": "10.3.4.0/24"}
    }"#]),
    on("AWS::EC2::Subnet", &[r#"{"MapPublicIpOnLaunch": true}"#, r#"{"MapPublicIpOnLaunch": false}"#, r#"{"MapPublicIpOnLaunch": null}"#]),
    on("AWS::EC2::Subnet", &[
        r#"{"PrivateDnsNameOptionsOnLaunch": {"HostnameType": "resource-name"}}"#,
        r#"{"PrivateDnsNameOptionsOnLaunch": {"EnableResourceNameDnsARecord": true}}"#,
    ]).lacking(gaps::HOST_NAMES_BY_ADDRESS),
    on("france/private-a", &[r#"{"CidrBlock": "10.0.5.0/24"}"#]),
    on("france/public-b", &[r#"{"CidrBlock": "10.0.6.0/24"}"#]),
    on("france/private-a-route", &[r#"{"RouteTableId": {"$output": ["france/route-public", "RouteTableId"]}}"#]),
    on("france/endpoint-s3", &[
        r#"{"RouteTableIds": [{"$output": ["france/route-public", "RouteTableId"]}]}"#,
        r#"{"RouteTableIds": [{"$output": ["france/route-public", "RouteTableId"]}, {"$output": ["france/route-private", "RouteTableId"]}]}"#,
    ]),
    on("france/endpoint-s3", &[r#"{"PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"], "Resource": ["*"]}]}}"#]),
    on("france/endpoint-logs", &[r#"{"SubnetIds": [{"$output": ["france/private-a", "SubnetId"]}]}"#]),
    on("AWS::EC2::SecurityGroup", &[r#"{"GroupDescription": "Another one"}"#, r#"{"GroupDescription": "A third one"}"#]),
    on("france/sg-rds", &[r#"{"GroupName": "jeancloud-sg-database"}"#]),
    on("AWS::EC2::SecurityGroupIngress", &[r#"{"Description": "in"}"#, r#"{"Description": "inside"}"#]).lacking(gaps::DESCRIPTIONS_STAY),
    on("AWS::EC2::SecurityGroupEgress", &[r#"{"Description": "out"}"#, r#"{"Description": "outside"}"#]).lacking(gaps::DESCRIPTIONS_STAY),
    // The database.
    on("AWS::RDS::DBInstance", TAGS),
    on("AWS::RDS::DBInstance", &[r#"{"DBInstanceClass": "db.t4g.small"}"#, r#"{"DBInstanceClass": "db.t4g.medium"}"#]),
    on("AWS::RDS::DBInstance", &[r#"{"BackupRetentionPeriod": 14}"#, r#"{"BackupRetentionPeriod": null}"#]),
    on("AWS::RDS::DBInstance", &[r#"{"AllocatedStorage": 30}"#, r#"{"AllocatedStorage": 50}"#]),
    on("AWS::RDS::DBInstance", &[r#"{"MaxAllocatedStorage": 100}"#, r#"{"MaxAllocatedStorage": 200}"#]),
    on("AWS::RDS::DBInstance", &[r#"{"MultiAZ": false}"#, r#"{"MultiAZ": null}"#]),
    on("AWS::RDS::DBInstance", &[r#"{"CopyTagsToSnapshot": true, "AutoMinorVersionUpgrade": false}"#]),
    on("AWS::RDS::DBInstance", &[r#"{"EnableIAMDatabaseAuthentication": true}"#]),
    on("AWS::RDS::DBInstance", &[r#"{"EnableCloudwatchLogsExports": ["postgresql"]}"#, r#"{"EnableCloudwatchLogsExports": ["postgresql", "upgrade"]}"#]),
    on("AWS::RDS::DBInstance", &[r#"{"PreferredBackupWindow": "03:00-04:00"}"#, r#"{"PreferredBackupWindow": "02:00-03:00"}"#]).stays(),
    on("AWS::RDS::DBInstance", &[r#"{"EnablePerformanceInsights": true}"#]).lacking(gaps::NO_INSIGHTS),
    on("AWS::RDS::DBInstance", &[r#"{"DBInstanceIdentifier": "jeancloud-db-two"}"#]),
    on("AWS::RDS::DBInstance", &[r#"{"AutomaticBackupReplicationRegion": null, "AutomaticBackupReplicationKmsKeyId": null}"#]).lacking(gaps::BACKUPS_STAY_IN_THEIR_REGION),
    on("AWS::RDS::DBSubnetGroup", &[r#"{"DBSubnetGroupDescription": "Where the database is"}"#]).lacking(gaps::CHANGED_SUBNET_GROUPS_VANISH),
    on("france/db-subnets", &[r#"{"DBSubnetGroupName": "jeancloud-db-two"}"#]),
    on("AWS::RDS::DBSubnetGroup", TAGS),
    on("AWS::KMS::Key", TAGS),
    on("AWS::KMS::Key", &[r#"{"Description": "A key"}"#, r#"{"Description": null}"#]),
    on("AWS::KMS::Key", &[r#"{"EnableKeyRotation": true}"#, r#"{"EnableKeyRotation": true, "RotationPeriodInDays": 180}"#]).lacking(gaps::ROTATION_HAS_NO_PERIOD),
    on("AWS::KMS::Key", &[r#"{"PendingWindowInDays": 7}"#]),
    // Roles.
    on("AWS::IAM::Role", TAGS),
    on("AWS::IAM::Role", &[r#"{"Description": "A role"}"#, r#"{"Description": "Another role"}"#]),
    on("AWS::IAM::Role", &[r#"{"MaxSessionDuration": 7200}"#, r#"{"MaxSessionDuration": 3600}"#]),
    on("AWS::IAM::Role", &[r#"{"Path": "/jeancloud/"}"#]),
    on("AWS::IAM::Role", &[r#"{"PermissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess"}"#]),
    on("global/task-role", &[r#"{"RoleName": "jeancloud-ecs-task-role-two"}"#]),
    on("global/task-role", &[
        r#"{"Policies": [{"PolicyName": "look", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": ["*"]}]}}]}"#,
        r#"{"Policies": [{"PolicyName": "look", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [{"$text": [{"$output": ["france/frontend", "Arn"]}, "/*"]}]}]}}]}"#,
        r#"{"Policies": [{"PolicyName": "peek", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": ["*"]}]}}]}"#,
    ]),
    on("global/task-role", &[r#"{"ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}"#, r#"{"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]}"#]),
    // Images and tasks.
    on("AWS::ECR::Repository", TAGS),
    on("AWS::ECR::Repository", &[r#"{"ImageTagMutability": "MUTABLE"}"#, r#"{"ImageTagMutability": null}"#]),
    on("AWS::ECR::Repository", &[r#"{"ImageScanningConfiguration": {"ScanOnPush": false}}"#, r#"{"ImageScanningConfiguration": null}"#]).lacking(gaps::SCANNING_STAYS_ON),
    on("AWS::ECR::Repository", &[r#"{"LifecyclePolicy": null}"#]),
    on("germany/repository", &[r#"{"RepositoryName": "jeancloud-backend-two"}"#]),
    on("AWS::Logs::LogGroup", TAGS),
    on("AWS::Logs::LogGroup", &[r#"{"RetentionInDays": 7}"#, r#"{"RetentionInDays": 90}"#, r#"{"RetentionInDays": null}"#]),
    on("france/logs", &[r#"{"LogGroupName": "/ecs/backend"}"#]),
    on("AWS::ECS::Cluster", TAGS),
    on("AWS::ECS::Cluster", &[r#"{"CapacityProviders": ["FARGATE", "FARGATE_SPOT"]}"#, r#"{"CapacityProviders": ["FARGATE"]}"#]),
    on("AWS::ECS::Cluster", &[r#"{"ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}]}"#, r#"{"ClusterSettings": [{"Name": "containerInsights", "Value": "disabled"}]}"#]).stays(),
    on("france/cluster", &[r#"{"ClusterName": "jeancloud-cluster-two"}"#]),
    on("AWS::ECS::TaskDefinition", TAGS),
    on("AWS::ECS::TaskDefinition", &[r#"{"Cpu": "512", "Memory": "1024"}"#, r#"{"Cpu": "1024", "Memory": "2048"}"#]),
    on("AWS::ECS::TaskDefinition", &[r#"{"EphemeralStorage": {"SizeInGiB": 30}}"#]),
    on("AWS::ECS::TaskDefinition", &[r#"{"RuntimePlatform": {"CpuArchitecture": "ARM64", "OperatingSystemFamily": "LINUX"}}"#]),
    on("germany/task", &[r#"{"Family": "jeancloud-backend-two"}"#]),
    on("AWS::ECS::Service", TAGS),
    on("AWS::ECS::Service", &[r#"{"EnableExecuteCommand": true}"#, r#"{"EnableExecuteCommand": false}"#]),
    on("AWS::ECS::Service", &[r#"{"EnableECSManagedTags": true, "PropagateTags": "SERVICE"}"#, r#"{"EnableECSManagedTags": false, "PropagateTags": "TASK_DEFINITION"}"#]),
    on("AWS::ECS::Service", &[r#"{"AvailabilityZoneRebalancing": "DISABLED"}"#, r#"{"AvailabilityZoneRebalancing": "ENABLED"}"#]),
    on("AWS::ECS::Service", &[r#"{"DeploymentConfiguration": {"MaximumPercent": 150, "MinimumHealthyPercent": 50}}"#, r#"{"DeploymentConfiguration": {"MaximumPercent": 175}}"#]),
    on("AWS::ECS::Service", &[r#"{"PlatformVersion": "1.4.0"}"#]),
    on("AWS::ECS::Service", &[r#"{"NetworkConfiguration": {"AwsvpcConfiguration": {"AssignPublicIp": "ENABLED"}}}"#]),
    on("france/service", &[r#"{"HealthCheckGracePeriodSeconds": 60}"#, r#"{"HealthCheckGracePeriodSeconds": 90}"#]),
    on("germany/service", &[r#"{"ServiceName": "jeancloud-backend-two"}"#]),
    on("AWS::ApplicationAutoScaling::ScalableTarget", &[r#"{"MaxCapacity": 12}"#, r#"{"MaxCapacity": 20}"#]),
    on("AWS::ApplicationAutoScaling::ScalableTarget", &[r#"{"SuspendedState": {"DynamicScalingInSuspended": true}}"#, r#"{"SuspendedState": {"DynamicScalingInSuspended": true, "ScheduledScalingSuspended": true}}"#]),
    on("AWS::ApplicationAutoScaling::ScalingPolicy", &[r#"{"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 50.0}}"#, r#"{"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 75.5, "ScaleInCooldown": 60, "DisableScaleIn": true}}"#]),
    on("AWS::ApplicationAutoScaling::ScalingPolicy", &[r#"{"PolicyName": "jeancloud-backend-processor"}"#]),
    // The load balancer.
    on("AWS::ElasticLoadBalancingV2::LoadBalancer", TAGS),
    on("AWS::ElasticLoadBalancingV2::LoadBalancer", &[
        r#"{"LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "90"}]}"#,
        r#"{"LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "30"}, {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"}]}"#,
        r#"{"LoadBalancerAttributes": [{"Key": "routing.http2.enabled", "Value": "false"}]}"#,
    ]),
    on("AWS::ElasticLoadBalancingV2::LoadBalancer", &[r#"{"Name": "jeancloud-alb-two"}"#]),
    on("AWS::ElasticLoadBalancingV2::LoadBalancer", &[r#"{"Scheme": "internal"}"#]),
    on("AWS::ElasticLoadBalancingV2::TargetGroup", TAGS),
    on("AWS::ElasticLoadBalancingV2::TargetGroup", &[r#"{"HealthCheckPath": "/alive"}"#, r#"{"HealthCheckPath": null}"#]),
    on("AWS::ElasticLoadBalancingV2::TargetGroup", &[r#"{"HealthCheckIntervalSeconds": 15, "HealthyThresholdCount": 3, "UnhealthyThresholdCount": 4}"#, r#"{"HealthCheckIntervalSeconds": 20}"#]),
    on("AWS::ElasticLoadBalancingV2::TargetGroup", &[r#"{"Matcher": {"HttpCode": "200-299"}}"#, r#"{"Matcher": {"HttpCode": "200,204"}}"#]),
    on("AWS::ElasticLoadBalancingV2::TargetGroup", &[
        r#"{"TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]}"#,
        r#"{"TargetGroupAttributes": [{"Key": "slow_start.duration_seconds", "Value": "60"}, {"Key": "deregistration_delay.timeout_seconds", "Value": "40"}]}"#,
    ]),
    on("AWS::ElasticLoadBalancingV2::TargetGroup", &[r#"{"Port": 8001}"#, r#"{"Port": 8002}"#]),
    on("france/targets", &[r#"{"Name": "jeancloud-backend-two"}"#]),
    on("AWS::ElasticLoadBalancingV2::Listener", TAGS),
    on("AWS::ElasticLoadBalancingV2::Listener", &[r#"{"ListenerAttributes": [{"Key": "routing.http.response.server.enabled", "Value": "false"}]}"#]),
    on("france/listener-http", &[r#"{"Port": 8080}"#, r#"{"Port": 8081}"#]),
    on("AWS::ElasticLoadBalancingV2::ListenerRule", TAGS),
    on("AWS::ElasticLoadBalancingV2::ListenerRule", &[r#"{"Conditions": [{"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example.com"]}}]}"#, r#"{"Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a/*", "/b/*"]}}]}"#]),
    on("AWS::ElasticLoadBalancingV2::ListenerRule", &[r#"{"Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "nothing"}}]}"#]),
    // The frontend and the names.
    on("AWS::S3::Bucket", TAGS),
    on("AWS::S3::Bucket", &[r#"{"VersioningConfiguration": {"Status": "Suspended"}}"#]),
    on("AWS::S3::Bucket", &[r#"{"LifecycleConfiguration": {"Rules": [{"Id": "old", "Status": "Enabled", "ExpirationInDays": 30}]}}"#, r#"{"LifecycleConfiguration": {"Rules": [{"Id": "old", "Status": "Enabled", "ExpirationInDays": 60}, {"Id": "half", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3}}]}}"#]),
    on("AWS::S3::Bucket", &[r#"{"CorsConfiguration": {"CorsRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["https://a.example.com"]}]}}"#, r#"{"CorsConfiguration": {"CorsRules": [{"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://b.example.com"], "MaxAge": 60}]}}"#]),
    on("AWS::S3::Bucket", &[r#"{"WebsiteConfiguration": {"IndexDocument": "index.html"}}"#, r#"{"WebsiteConfiguration": {"IndexDocument": "index.html", "ErrorDocument": "error.html"}}"#]),
    on("AWS::CloudFront::OriginAccessControl", &[r#"{"OriginAccessControlConfig": {"Description": "For the frontend"}}"#, r#"{"OriginAccessControlConfig": {"Description": "For its distribution"}}"#]),
    on("AWS::CloudFront::OriginAccessControl", &[r#"{"OriginAccessControlConfig": {"SigningBehavior": "no-override"}}"#]),
    on("global/frontend-access", &[r#"{"OriginAccessControlConfig": {"Name": "jeancloud-frontend-two"}}"#]),
    on("AWS::CloudFront::Distribution", TAGS),
    on("AWS::CloudFront::Distribution", &[r#"{"DistributionConfig": {"Comment": "another"}}"#, r#"{"DistributionConfig": {"Comment": null}}"#]),
    on("AWS::CloudFront::Distribution", &[r#"{"DistributionConfig": {"PriceClass": "PriceClass_100"}}"#, r#"{"DistributionConfig": {"PriceClass": "PriceClass_200", "HttpVersion": "http2and3", "IPV6Enabled": true}}"#]),
    on("AWS::CloudFront::Distribution", &[r#"{"DistributionConfig": {"DefaultRootObject": "start.html"}}"#, r#"{"DistributionConfig": {"DefaultRootObject": null}}"#]),
    on("AWS::CloudFront::Distribution", &[r#"{"DistributionConfig": {"CustomErrorResponses": null}}"#]),
    on("AWS::CloudFront::Distribution", &[r#"{"DistributionConfig": {"DefaultCacheBehavior": {"Compress": true}}}"#, r#"{"DistributionConfig": {"DefaultCacheBehavior": {"CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"}}}"#]),
    on("AWS::CloudFront::Distribution", &[r#"{"DistributionConfig": {"Enabled": false}}"#]),
    on("AWS::Route53::HostedZone", &[r#"{"HostedZoneTags": ["+", {"Key": "Team", "Value": "a"}]}"#, r#"{"HostedZoneTags": ["+", {"Key": "Team", "Value": "b"}]}"#]),
    on("AWS::Route53::HostedZone", &[r#"{"HostedZoneConfig": {"Comment": "names"}}"#, r#"{"HostedZoneConfig": {"Comment": "all names"}}"#]),
    on("global/api", &[r#"{"AliasTarget": {"EvaluateTargetHealth": false}}"#, r#"{"AliasTarget": {"EvaluateTargetHealth": null}}"#]),
    on("AWS::CertificateManager::Certificate", TAGS),
    on("AWS::CertificateManager::Certificate", &[r#"{"KeyAlgorithm": "EC_prime256v1"}"#]).lacking(gaps::KEYS_ARE_RSA),
    // What is only added.
    on("AWS::SecretsManager::Secret", TAGS),
    on("AWS::SecretsManager::Secret", &[r#"{"Description": "A secret"}"#, r#"{"Description": "Another secret"}"#]),
    on("AWS::IAM::OIDCProvider", TAGS),
    on("AWS::IAM::OIDCProvider", &[r#"{"ClientIdList": ["one"]}"#, r#"{"ClientIdList": ["two", "three"]}"#]).lacking(gaps::CLIENT_IDS_STAY),
];
