//! [`world`]: one of everything, to be attacked.

use serde_json::{Value, json};

use super::{pool::Pool, worked::Worked};
use crate::testing::Aws;

/// Makes a world with content, and tells `pool` and `worked` of it.
pub fn world(aws: &Aws, pool: &mut Pool, worked: &mut Worked) {
    let mut beginning = Beginning { aws, pool, worked };
    beginning.network();
    beginning.names();
    beginning.application();
    beginning.data();
}

struct Beginning<'a> {
    aws: &'a Aws,
    pool: &'a mut Pool,
    worked: &'a mut Worked,
}

impl Beginning<'_> {
    /// A call that succeeds. In its input, `$VpcId` stands for the last such id that was answered,
    /// `$ec2:VpcId` in another service's input.
    #[track_caller]
    fn call(&mut self, service: &'static str, operation: &str, mut input: Value) {
        fill(&mut input, service, self.pool);
        let output = self.aws.ok(service, operation, input.clone());
        self.pool.learn(service, "", &input);
        self.pool.learn(service, "", &output);
        self.worked.remember(service, operation, input);
    }

    fn network(&mut self) {
        let mut ec2 = |operation: &str, input| self.call("ec2", operation, input);
        ec2(
            "CreateVpc",
            json!({"CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true}),
        );
        let named = json!({"VpcId": "$VpcId", "EnableDnsHostnames": {"Value": true}});
        ec2("ModifyVpcAttribute", named);
        ec2("CreateInternetGateway", json!({}));
        let attached = json!({"VpcId": "$VpcId", "InternetGatewayId": "$InternetGatewayId"});
        ec2("AttachInternetGateway", attached);
        for (block, zone) in [("10.0.1.0/24", "eu-west-3a"), ("10.0.2.0/24", "eu-west-3b")] {
            let subnet = json!({"VpcId": "$VpcId", "CidrBlock": block, "AvailabilityZone": zone});
            ec2("CreateSubnet", subnet);
        }
        let group = json!({"VpcId": "$VpcId", "GroupName": "name-1", "Description": "one"});
        ec2("CreateSecurityGroup", group);
        let permission = json!({
            "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
        });
        let rule = json!({"GroupId": "$GroupId", "IpPermissions": [permission]});
        ec2("AuthorizeSecurityGroupIngress", rule);
        ec2("CreateRouteTable", json!({"VpcId": "$VpcId"}));
        let route = json!({
            "RouteTableId": "$RouteTableId", "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": "$InternetGatewayId",
        });
        ec2("CreateRoute", route);
        let associated = json!({"RouteTableId": "$RouteTableId", "SubnetId": "$SubnetId"});
        ec2("AssociateRouteTable", associated);
        ec2("AllocateAddress", json!({}));
        let nat = json!({"SubnetId": "$SubnetId", "AllocationId": "$AllocationId"});
        ec2("CreateNatGateway", nat);
        let endpoint = json!({
            "VpcId": "$VpcId", "VpcEndpointType": "Interface", "SubnetIds": ["$SubnetId"],
            "ServiceName": "com.amazonaws.eu-west-3.ecr.api",
        });
        ec2("CreateVpcEndpoint", endpoint);
        ec2("DescribeNetworkInterfaces", json!({}));
        ec2("DescribeManagedPrefixLists", json!({}));
        // Not those of the default VPC.
        let filter = json!({"Filters": [{"Name": "vpc-id", "Values": ["$VpcId"]}]});
        ec2("DescribeNetworkAcls", filter.clone());
        ec2("DescribeSubnets", filter);
    }

    fn names(&mut self) {
        let zone = json!({"Name": "example.com", "CallerReference": "token-1"});
        self.call("route53", "CreateHostedZone", zone);
        let records = json!({"HostedZoneId": "$Id", "ChangeBatch": {"Changes": [
            {"Action": "CREATE", "ResourceRecordSet": {
                "Name": "www.example.com", "Type": "A", "TTL": 60,
                "ResourceRecords": [{"Value": "1.2.3.4"}],
            }},
        ]}});
        let zone = self.pool.last("route53", "Id").unwrap_or_default();
        let zone = zone.rsplit('/').next().unwrap_or_default().to_owned();
        let mut records = records;
        records["HostedZoneId"] = zone.as_str().into();
        self.call("route53", "ChangeResourceRecordSets", records);
        self.pool.learn("route53", "HostedZoneId", &zone.into());
        let certificate = json!({"DomainName": "example.com", "ValidationMethod": "DNS"});
        self.call("acm", "RequestCertificate", certificate);
        let access = json!({"OriginAccessControlConfig": {
            "Name": "name-1", "SigningProtocol": "sigv4", "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }});
        self.call("cloudfront", "CreateOriginAccessControl", access);
        let distribution = json!({"DistributionConfig": {
            "CallerReference": "token-1", "Comment": "", "Enabled": true,
            "Origins": {"Quantity": 1, "Items": [{
                "Id": "one", "DomainName": "bucket.s3.eu-west-3.amazonaws.com",
                "S3OriginConfig": {"OriginAccessIdentity": ""},
            }]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "one", "ViewerProtocolPolicy": "redirect-to-https",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
        }});
        self.call("cloudfront", "CreateDistribution", distribution);
    }

    fn application(&mut self) {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let role = json!({"RoleName": "name-1", "AssumeRolePolicyDocument": trust});
        self.call("iam", "CreateRole", role);
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        let policy = json!({"PolicyName": "name-1", "PolicyDocument": policy});
        self.call("iam", "CreatePolicy", policy);
        self.call(
            "iam",
            "CreateInstanceProfile",
            json!({"InstanceProfileName": "name-1"}),
        );

        let target = json!({
            "Name": "name-1", "Protocol": "HTTP", "Port": 80, "VpcId": "$ec2:VpcId", "TargetType": "ip",
        });
        self.call("elbv2", "CreateTargetGroup", target);
        let subnets = self.subnets();
        self.call(
            "elbv2",
            "CreateLoadBalancer",
            json!({"Name": "name-1", "Subnets": subnets.clone()}),
        );
        let forward = json!([{"Type": "forward", "TargetGroupArn": "$TargetGroupArn"}]);
        self.call(
            "elbv2",
            "CreateListener",
            json!({
                "LoadBalancerArn": "$LoadBalancerArn", "Protocol": "HTTP", "Port": 80,
                "DefaultActions": forward.clone(),
            }),
        );
        self.call(
            "elbv2",
            "CreateRule",
            json!({
                "ListenerArn": "$ListenerArn", "Priority": 1, "Actions": forward,
                "Conditions": [{"Field": "path-pattern", "Values": ["/a"]}],
            }),
        );

        self.call("ecr", "CreateRepository", json!({"repositoryName": "app"}));
        self.call("ecs", "CreateCluster", json!({"clusterName": "main"}));
        self.call(
            "ecs",
            "RegisterTaskDefinition",
            json!({
                "family": "app", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "containerDefinitions": [
                    {"name": "app", "image": "nginx", "portMappings": [{"containerPort": 80}]},
                ],
            }),
        );
        let network = json!({"awsvpcConfiguration": {"subnets": [subnets[0]]}});
        self.call("ecs", "CreateService",
            json!({
                "cluster": "main", "serviceName": "app", "taskDefinition": "app", "desiredCount": 1,
                "launchType": "FARGATE", "networkConfiguration": network.clone(),
                "loadBalancers": [{
                    "targetGroupArn": "$elbv2:TargetGroupArn", "containerName": "app", "containerPort": 80,
                }],
            }),
        );
        self.call(
            "application-autoscaling",
            "RegisterScalableTarget",
            json!({
                "ServiceNamespace": "ecs", "ResourceId": "service/main/app",
                "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1, "MaxCapacity": 3,
            }),
        );
        let policy = json!({
            "ServiceNamespace": "ecs", "ResourceId": "service/main/app", "PolicyName": "name-1",
            "ScalableDimension": "ecs:service:DesiredCount", "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": 50.0, "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "ECSServiceAverageCPUUtilization",
                },
            },
        });
        self.call("application-autoscaling", "PutScalingPolicy", policy);
        let run = json!({
            "cluster": "main", "taskDefinition": "app", "launchType": "FARGATE",
            "networkConfiguration": network,
        });
        self.call("ecs", "RunTask", run);
        let update = json!({"cluster": "main", "service": "app", "desiredCount": 2});
        self.call("ecs", "UpdateService", update);
    }

    fn subnets(&self) -> Vec<Value> {
        let vpc = self.pool.last("ec2", "VpcId").unwrap_or_default();
        let filter = json!({"Filters": [{"Name": "vpc-id", "Values": [vpc]}]});
        let told = self.aws.ok("ec2", "DescribeSubnets", filter);
        let subnets = told["Subnets"].as_array().into_iter().flatten();
        subnets.map(|it| it["SubnetId"].clone()).collect()
    }

    fn data(&mut self) {
        let here = json!({"LocationConstraint": "eu-west-3"});
        let bucket = json!({"Bucket": "bucket", "CreateBucketConfiguration": here});
        self.call("s3", "CreateBucket", bucket);
        let versioned =
            json!({"Bucket": "bucket", "VersioningConfiguration": {"Status": "Enabled"}});
        self.call("s3", "PutBucketVersioning", versioned);
        for key in ["a", "a/b", "c"] {
            let object = json!({"Bucket": "bucket", "Key": key, "Body": "hello"});
            self.call("s3", "PutObject", object);
        }
        self.call(
            "s3",
            "CreateMultipartUpload",
            json!({"Bucket": "bucket", "Key": "d"}),
        );
        self.call("logs", "CreateLogGroup", json!({"logGroupName": "/app"}));
        let stream = json!({"logGroupName": "/app", "logStreamName": "one"});
        self.call("logs", "CreateLogStream", stream);
        self.call("kms", "CreateKey", json!({}));
        let alias = json!({"AliasName": "alias/a", "TargetKeyId": "$KeyId"});
        self.call("kms", "CreateAlias", alias);
        let secret = json!({"Name": "one", "SecretString": "s"});
        self.call("secretsmanager", "CreateSecret", secret);
        let subnets = self.subnets();
        self.call(
            "rds",
            "CreateDBSubnetGroup",
            json!({
                "DBSubnetGroupName": "main", "DBSubnetGroupDescription": "one", "SubnetIds": subnets,
            }),
        );
        self.call(
            "rds",
            "CreateDBInstance",
            json!({
                "DBInstanceIdentifier": "main", "DBInstanceClass": "db.t4g.micro", "Engine": "postgres",
                "AllocatedStorage": 20, "MasterUsername": "root", "MasterUserPassword": "password-1234",
                "DBSubnetGroupName": "main",
            }),
        );
        let snapshot = json!({"DBSnapshotIdentifier": "one", "DBInstanceIdentifier": "main"});
        self.call("rds", "CreateDBSnapshot", snapshot);
        let allow = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}]}"#;
        self.call(
            "s3",
            "PutBucketPolicy",
            json!({"Bucket": "bucket", "Policy": allow}),
        );
        let cors = json!({"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]});
        let cors = json!({"Bucket": "bucket", "CORSConfiguration": cors});
        self.call("s3", "PutBucketCors", cors);
        let rules = json!({"Rules": [{
            "ID": "one", "Status": "Enabled", "Filter": {"Prefix": "a"}, "Expiration": {"Days": 3},
        }]});
        let rules = json!({"Bucket": "bucket", "LifecycleConfiguration": rules});
        self.call("s3", "PutBucketLifecycleConfiguration", rules);
        let website = json!({"IndexDocument": {"Suffix": "index.html"}});
        let website = json!({"Bucket": "bucket", "WebsiteConfiguration": website});
        self.call("s3", "PutBucketWebsite", website);
    }
}

fn fill(input: &mut Value, service: &'static str, pool: &Pool) {
    match input {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix('$') {
                let (service, name) = name.split_once(':').map_or((service, name), |(of, name)| {
                    (crate::services::named(of).name, name)
                });
                let known = pool.last(service, name);
                *text = known.unwrap_or_else(|| panic!("no {name} yet")).to_owned();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|it| fill(it, service, pool)),
        Value::Object(object) => object.values_mut().for_each(|it| fill(it, service, pool)),
        _ => {}
    }
}
