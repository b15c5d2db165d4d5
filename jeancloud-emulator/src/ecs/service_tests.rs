//! Services, from their creation to their end.

use serde_json::{Value, json};

use crate::{
    Emulator,
    durations::{SERVICE_LOOK, SERVICE_STEADY, TASK_RUNNING},
    testing::Aws,
};

/// A cluster `main`, a task definition `app`, two subnets.
pub(in super::super) struct Net {
    pub aws: Aws,
    vpc: String,
    subnet: String,
}

impl Net {
    pub fn new() -> Self {
        Self::of(Aws::new())
    }

    fn of(aws: Aws) -> Self {
        let vpc = aws.ok("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}));
        let vpc = vpc["Vpc"]["VpcId"].as_str().unwrap().to_owned();
        let subnet = json!({"VpcId": vpc, "CidrBlock": "10.0.1.0/24"});
        let subnet = aws.ok("ec2", "CreateSubnet", subnet);
        let subnet = subnet["Subnet"]["SubnetId"].as_str().unwrap().to_owned();
        aws.ok("ecs", "CreateCluster", json!({"clusterName": "main"}));
        let net = Self { aws, vpc, subnet };
        net.define("nginx");
        net
    }

    pub fn network(&self) -> Value {
        json!({"awsvpcConfiguration": {"subnets": [self.subnet]}})
    }

    fn define(&self, image: &str) -> String {
        let made = self.aws.ok(
            "ecs",
            "RegisterTaskDefinition",
            json!({
                "family": "app", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "containerDefinitions": [
                    {"name": "app", "image": image, "portMappings": [{"containerPort": 80}]},
                ],
            }),
        );
        let arn = &made["taskDefinition"]["taskDefinitionArn"];
        arn.as_str().unwrap().to_owned()
    }

    fn input(&self) -> Value {
        json!({
            "cluster": "main", "serviceName": "app", "taskDefinition": "app", "desiredCount": 2,
            "launchType": "FARGATE", "networkConfiguration": self.network(),
            "deploymentConfiguration": {
                "deploymentCircuitBreaker": {"enable": true, "rollback": true},
            },
        })
    }

    fn service(&self) -> Value {
        let named = json!({"cluster": "main", "services": ["app"]});
        self.aws.ok("ecs", "DescribeServices", named)["services"][0].clone()
    }

    fn interfaces(&self) -> usize {
        let told = self.aws.ok("ec2", "DescribeNetworkInterfaces", json!({}));
        told["NetworkInterfaces"].as_array().unwrap().len()
    }
}

#[test]
fn a_service_starts_its_tasks_and_completes() {
    let net = Net::new();
    let made = net.aws.ok("ecs", "CreateService", net.input());
    assert_eq!(
        made["service"]["deployments"][0]["rolloutState"],
        "IN_PROGRESS"
    );
    let told = net.service();
    assert_eq!(told["runningCount"], 2);
    assert_eq!(told["deployments"].as_array().unwrap().len(), 1);
    assert_eq!(told["deployments"][0]["rolloutState"], "COMPLETED");
    assert_eq!(net.interfaces(), 2);
    let records = json!({"cluster": "main", "service": "app"});
    let records = net.aws.ok("ecs", "ListServiceDeployments", records);
    assert_eq!(records["serviceDeployments"][0]["status"], "SUCCESSFUL");
}

/// "CannotPullContainer task errors" and "How the Amazon ECS deployment circuit breaker detects
/// failures", the developer guide.
#[test]
fn an_image_that_is_not_there_is_rolled_back() {
    let net = Net::new();
    net.aws.ok("ecs", "CreateService", net.input());
    let good = net.service()["taskDefinition"].clone();
    net.aws
        .ok("ecr", "CreateRepository", json!({"repositoryName": "app"}));
    let uri = "123456789012.dkr.ecr.eu-west-3.amazonaws.com/app";
    let update = json!({
        "cluster": "main", "service": "app", "taskDefinition": net.define(&format!("{uri}:1")),
    });
    net.aws.ok("ecs", "UpdateService", update.clone());
    let told = net.service();
    assert_eq!(told["taskDefinition"], good);
    assert_eq!(told["deployments"][0]["rolloutState"], "COMPLETED");
    assert_eq!(told["runningCount"], 2);
    let events = told["events"].to_string();
    assert!(events.contains("CannotPullContainerError"), "{events}");
    net.aws.emulator().push_image(uri, "1").unwrap();
    net.aws.ok("ecs", "UpdateService", update.clone());
    assert_eq!(net.service()["taskDefinition"], update["taskDefinition"]);
    assert_eq!(net.service()["deployments"][0]["rolloutState"], "COMPLETED");
}

/// Without a deployment that worked there is nothing to go back to: the deployment is `FAILED`.
#[test]
fn a_first_deployment_fails() {
    let net = Net::new();
    net.define("123456789012.dkr.ecr.eu-west-3.amazonaws.com/none:1");
    net.aws.ok("ecs", "CreateService", net.input());
    let told = net.service();
    assert_eq!(told["deployments"][0]["rolloutState"], "FAILED");
    assert_eq!(told["deployments"][0]["failedTasks"].as_i64().unwrap(), 3);
    let mut plain = net.input();
    plain["serviceName"] = "plain".into();
    plain["deploymentConfiguration"] = json!({});
    net.aws.ok("ecs", "CreateService", plain);
    assert_eq!(net.interfaces(), 0);
}

/// A service can't be deleted while it is scaled above 0, DRAINING and INACTIVE: API_DeleteService.
#[test]
fn a_service_drains_and_stays_inactive() {
    let net = Net::new();
    net.aws.ok("ecs", "CreateService", net.input());
    let named = json!({"cluster": "main", "service": "app"});
    let code = net.aws.code("ecs", "DeleteService", named.clone());
    assert_eq!(code, "InvalidParameterException");
    let code = net
        .aws
        .code("ecs", "DeleteCluster", json!({"cluster": "main"}));
    assert_eq!(code, "ClusterContainsServicesException");
    let force = json!({"cluster": "main", "service": "app", "force": true});
    let gone = net.aws.ok("ecs", "DeleteService", force);
    assert_eq!(gone["service"]["status"], "DRAINING");
    assert_eq!(net.service()["status"], "INACTIVE");
    assert_eq!(net.interfaces(), 0);
    net.aws
        .ok("ecs", "DeleteCluster", json!({"cluster": "main"}));
}

/// Creation of service was not idempotent; see API_CreateService.
#[test]
fn a_service_is_made_once() {
    let net = Net::new();
    net.aws.ok("ecs", "CreateService", net.input());
    net.aws.ok("ecs", "CreateService", net.input());
    let mut other = net.input();
    other["desiredCount"] = 3.into();
    let refusal = net.aws.refused("ecs", "CreateService", other);
    assert_eq!(refusal.code, "InvalidParameterException");
    assert_eq!(refusal.message, "Creation of service was not idempotent.");
    let absent = json!({"cluster": "main", "service": "none"});
    assert_eq!(
        net.aws.code("ecs", "UpdateService", absent),
        "ServiceNotFoundException"
    );
}

/// The target group does not have an associated load balancer; see the developer guide.
#[test]
fn a_target_group_is_behind_a_load_balancer() {
    let net = Net::new();
    let group = json!({
        "Name": "app", "Protocol": "HTTP", "Port": 80, "VpcId": net.vpc, "TargetType": "ip",
    });
    let group = net.aws.ok("elbv2", "CreateTargetGroup", group);
    let mut input = net.input();
    input["loadBalancers"] = json!([{
        "targetGroupArn": group["TargetGroups"][0]["TargetGroupArn"],
        "containerName": "app", "containerPort": 80,
    }]);
    let refusal = net.aws.refused("ecs", "CreateService", input);
    assert_eq!(refusal.code, "InvalidParameterException");
    assert!(
        refusal
            .message
            .ends_with("does not have an associated load balancer.")
    );
}

/// Tasks per service: 5,000; see "Amazon ECS service quotas".
#[test]
fn tasks_are_bounded() {
    let net = Net::new();
    for count in [-1, 5001] {
        let mut input = net.input();
        input["desiredCount"] = count.into();
        let code = net.aws.code("ecs", "CreateService", input);
        assert_eq!(code, "InvalidParameterException");
    }
}

/// `desiredCount` alone changes no deployment: A service update that only changes the desired
/// count doesn't start a new deployment; see "Updating an Amazon ECS service".
#[test]
fn scaling_is_no_deployment() {
    let net = Net::new();
    net.aws.ok("ecs", "CreateService", net.input());
    let before = net.service()["deployments"][0]["id"].clone();
    let scale = |count: i64| {
        let input = json!({"cluster": "main", "service": "app", "desiredCount": count});
        net.aws.ok("ecs", "UpdateService", input);
        let told = net.service();
        assert_eq!(told["deployments"][0]["id"], before);
        assert_eq!(told["runningCount"], count);
        let tasks = net.aws.ok("ecs", "ListTasks", json!({"cluster": "main"}));
        assert_eq!(tasks["taskArns"].as_array().unwrap().len() as i64, count);
    };
    scale(3);
    scale(1);
}

/// Amazon ECS registers the tasks with the target group; see "Use load balancing"; interfaces of
/// load
/// balancers are described as `ELB app/…`, "Application Load Balancers: Subnets".
#[test]
fn tasks_are_targets_and_interfaces_go_with_what_has_them() {
    let net = Net::new();
    let gateway = net.aws.ok("ec2", "CreateInternetGateway", json!({}));
    let gateway = &gateway["InternetGateway"]["InternetGatewayId"];
    let attach = json!({"VpcId": net.vpc, "InternetGatewayId": gateway});
    net.aws.ok("ec2", "AttachInternetGateway", attach);
    let other = json!({
        "VpcId": net.vpc, "CidrBlock": "10.0.2.0/24", "AvailabilityZone": "eu-west-3c",
    });
    let other = net.aws.ok("ec2", "CreateSubnet", other);
    let balancer = json!({"Name": "app", "Subnets": [net.subnet, other["Subnet"]["SubnetId"]]});
    let balancer = net.aws.ok("elbv2", "CreateLoadBalancer", balancer);
    let balancer = &balancer["LoadBalancers"][0];
    assert_eq!(balancer["SecurityGroups"].as_array().unwrap().len(), 1);
    let group = json!({
        "Name": "app", "Protocol": "HTTP", "Port": 80, "VpcId": net.vpc, "TargetType": "ip",
    });
    let group = net.aws.ok("elbv2", "CreateTargetGroup", group);
    let group = &group["TargetGroups"][0]["TargetGroupArn"];
    let listener = json!({
        "LoadBalancerArn": balancer["LoadBalancerArn"], "Protocol": "HTTP", "Port": 80,
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}],
    });
    net.aws.ok("elbv2", "CreateListener", listener);
    let mut input = net.input();
    input["loadBalancers"] =
        json!([{"targetGroupArn": group, "containerName": "app", "containerPort": 80}]);
    net.aws.ok("ecs", "CreateService", input);
    let health = || {
        let of = json!({"TargetGroupArn": group});
        let told = net.aws.ok("elbv2", "DescribeTargetHealth", of);
        let all = told["TargetHealthDescriptions"].as_array().unwrap();
        let states = all.iter().map(|it| it["TargetHealth"]["State"].clone());
        states.collect::<Vec<_>>()
    };
    assert_eq!(health(), ["healthy", "healthy"]);
    assert_eq!(net.interfaces(), 4);
    let force = json!({"cluster": "main", "service": "app", "force": true});
    net.aws.ok("ecs", "DeleteService", force);
    assert!(health().is_empty());
    let gone = json!({"LoadBalancerArn": balancer["LoadBalancerArn"]});
    net.aws.ok("elbv2", "DeleteLoadBalancer", gone);
    assert_eq!(net.interfaces(), 0);
    net.aws
        .ok("ec2", "DeleteSubnet", json!({"SubnetId": net.subnet}));
}

/// "rolloutState: … IN_PROGRESS … COMPLETED", API_Deployment.
#[test]
fn a_deployment_takes_its_time() {
    let emulator = Emulator::new();
    let net = Net::of(Aws::of(emulator.client()));
    net.aws.ok("ecs", "CreateService", net.input());
    let state = || {
        let told = net.service();
        let state = told["deployments"][0]["rolloutState"].clone();
        (
            told["pendingCount"].clone(),
            told["runningCount"].clone(),
            state,
        )
    };
    let begun = |pending: i64, running: i64| (json!(pending), json!(running), json!("IN_PROGRESS"));
    assert_eq!(state(), begun(0, 0));
    emulator.advance(SERVICE_LOOK);
    assert_eq!(state(), begun(2, 0));
    emulator.advance(TASK_RUNNING);
    assert_eq!(state(), begun(0, 2));
    emulator.advance(SERVICE_STEADY);
    assert_eq!(state(), (json!(0), json!(2), json!("COMPLETED")));
    // What was saved in the middle of things goes on.
    net.aws.ok(
        "ecs",
        "UpdateService",
        json!({"cluster": "main", "service": "app", "forceNewDeployment": true}),
    );
    emulator.advance(SERVICE_LOOK);
    let saved = emulator.snapshot();
    emulator.restore(&saved);
    assert_eq!(net.service()["deployments"].as_array().unwrap().len(), 2);
    emulator.advance(TASK_RUNNING);
    emulator.advance(SERVICE_STEADY);
    assert_eq!(state(), (json!(0), json!(2), json!("COMPLETED")));
    assert_eq!(net.service()["deployments"].as_array().unwrap().len(), 1);
}
