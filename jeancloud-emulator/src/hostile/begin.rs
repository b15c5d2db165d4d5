//! [`world`]: one of everything, to be attacked.

use serde_json::{Value, json};

use super::pool::Pool;
use crate::testing::Aws;

/// Makes a world with content and tells `pool` of it.
pub fn world(aws: &Aws, pool: &mut Pool) {
    network(aws, pool);
    names(aws, pool);
    application(aws, pool);
    data(aws, pool);
}

/// A call that succeeds. In its input, `$VpcId` stands for the last such id that was answered.
#[track_caller]
fn call(aws: &Aws, pool: &mut Pool, service: &'static str, operation: &str, mut input: Value) {
    fill(&mut input, service, pool);
    let output = aws.ok(service, operation, input.clone());
    pool.learn(service, "", &input);
    pool.learn(service, "", &output);
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

fn network(aws: &Aws, pool: &mut Pool) {
    let mut ec2 = |operation: &str, input| call(aws, pool, "ec2", operation, input);
    ec2(
        "CreateVpc",
        json!({"CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true}),
    );
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
    ec2("DescribeNetworkAcls", json!({}));
    ec2("DescribeSubnets", json!({}));
}

fn names(aws: &Aws, pool: &mut Pool) {
    let zone = json!({"Name": "example.com", "CallerReference": "token-1"});
    call(aws, pool, "route53", "CreateHostedZone", zone);
    let records = json!({"HostedZoneId": "$Id", "ChangeBatch": {"Changes": [
        {"Action": "CREATE", "ResourceRecordSet": {
            "Name": "www.example.com", "Type": "A", "TTL": 60,
            "ResourceRecords": [{"Value": "1.2.3.4"}],
        }},
    ]}});
    let zone = pool.last("route53", "Id").unwrap_or_default();
    let zone = zone.rsplit('/').next().unwrap_or_default().to_owned();
    let mut records = records;
    records["HostedZoneId"] = zone.as_str().into();
    call(aws, pool, "route53", "ChangeResourceRecordSets", records);
    pool.learn("route53", "HostedZoneId", &zone.into());
    let certificate = json!({"DomainName": "example.com", "ValidationMethod": "DNS"});
    call(aws, pool, "acm", "RequestCertificate", certificate);
    let access = json!({"OriginAccessControlConfig": {
        "Name": "name-1", "SigningProtocol": "sigv4", "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3",
    }});
    call(aws, pool, "cloudfront", "CreateOriginAccessControl", access);
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
    call(aws, pool, "cloudfront", "CreateDistribution", distribution);
}

fn application(aws: &Aws, pool: &mut Pool) {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let role = json!({"RoleName": "name-1", "AssumeRolePolicyDocument": trust});
    call(aws, pool, "iam", "CreateRole", role);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let policy = json!({"PolicyName": "name-1", "PolicyDocument": policy});
    call(aws, pool, "iam", "CreatePolicy", policy);
    call(
        aws,
        pool,
        "iam",
        "CreateInstanceProfile",
        json!({"InstanceProfileName": "name-1"}),
    );

    let mut elb = |operation: &str, input| call(aws, pool, "elbv2", operation, input);
    let target = json!({
        "Name": "name-1", "Protocol": "HTTP", "Port": 80, "VpcId": "$ec2:VpcId", "TargetType": "ip",
    });
    elb("CreateTargetGroup", target);
    let subnets: Vec<Value> = aws.ok("ec2", "DescribeSubnets", json!({}))["Subnets"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|subnet| subnet["SubnetId"].clone())
        .collect();
    elb(
        "CreateLoadBalancer",
        json!({"Name": "name-1", "Subnets": subnets.clone()}),
    );
    let forward = json!([{"Type": "forward", "TargetGroupArn": "$TargetGroupArn"}]);
    elb(
        "CreateListener",
        json!({
            "LoadBalancerArn": "$LoadBalancerArn", "Protocol": "HTTP", "Port": 80,
            "DefaultActions": forward.clone(),
        }),
    );
    elb(
        "CreateRule",
        json!({
            "ListenerArn": "$ListenerArn", "Priority": 1, "Actions": forward,
            "Conditions": [{"Field": "path-pattern", "Values": ["/a"]}],
        }),
    );

    call(
        aws,
        pool,
        "ecr",
        "CreateRepository",
        json!({"repositoryName": "app"}),
    );
    let mut ecs = |operation: &str, input| call(aws, pool, "ecs", operation, input);
    ecs("CreateCluster", json!({"clusterName": "main"}));
    ecs(
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
    ecs(
        "CreateService",
        json!({
            "cluster": "main", "serviceName": "app", "taskDefinition": "app", "desiredCount": 1,
            "launchType": "FARGATE", "networkConfiguration": network,
            "loadBalancers": [{
                "targetGroupArn": "$elbv2:TargetGroupArn", "containerName": "app", "containerPort": 80,
            }],
        }),
    );
    call(
        aws,
        pool,
        "application-autoscaling",
        "RegisterScalableTarget",
        json!({
            "ServiceNamespace": "ecs", "ResourceId": "service/main/app",
            "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1, "MaxCapacity": 3,
        }),
    );
}

fn data(aws: &Aws, pool: &mut Pool) {
    let here = json!({"LocationConstraint": "eu-west-3"});
    let bucket = json!({"Bucket": "bucket", "CreateBucketConfiguration": here});
    call(aws, pool, "s3", "CreateBucket", bucket);
    let versioned = json!({"Bucket": "bucket", "VersioningConfiguration": {"Status": "Enabled"}});
    call(aws, pool, "s3", "PutBucketVersioning", versioned);
    for key in ["a", "a/b", "c"] {
        let object = json!({"Bucket": "bucket", "Key": key, "Body": "hello"});
        call(aws, pool, "s3", "PutObject", object);
    }
    call(
        aws,
        pool,
        "s3",
        "CreateMultipartUpload",
        json!({"Bucket": "bucket", "Key": "d"}),
    );
    call(
        aws,
        pool,
        "logs",
        "CreateLogGroup",
        json!({"logGroupName": "/app"}),
    );
    let stream = json!({"logGroupName": "/app", "logStreamName": "one"});
    call(aws, pool, "logs", "CreateLogStream", stream);
    call(aws, pool, "kms", "CreateKey", json!({}));
    let alias = json!({"AliasName": "alias/a", "TargetKeyId": "$KeyId"});
    call(aws, pool, "kms", "CreateAlias", alias);
    let secret = json!({"Name": "one", "SecretString": "s"});
    call(aws, pool, "secretsmanager", "CreateSecret", secret);
    let subnets: Vec<Value> = aws.ok("ec2", "DescribeSubnets", json!({}))["Subnets"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|subnet| subnet["SubnetId"].clone())
        .collect();
    call(
        aws,
        pool,
        "rds",
        "CreateDBSubnetGroup",
        json!({
            "DBSubnetGroupName": "main", "DBSubnetGroupDescription": "one", "SubnetIds": subnets,
        }),
    );
    call(
        aws,
        pool,
        "rds",
        "CreateDBInstance",
        json!({
            "DBInstanceIdentifier": "main", "DBInstanceClass": "db.t4g.micro", "Engine": "postgres",
            "AllocatedStorage": 20, "MasterUsername": "root", "MasterUserPassword": "password-1234",
            "DBSubnetGroupName": "main",
        }),
    );
    let snapshot = json!({"DBSnapshotIdentifier": "one", "DBInstanceIdentifier": "main"});
    call(aws, pool, "rds", "CreateDBSnapshot", snapshot);
}
