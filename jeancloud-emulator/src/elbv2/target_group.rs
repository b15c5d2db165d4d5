//! Target groups.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    attributes::{self, Attributes},
    common,
    target::Target,
};
use crate::{
    call::Call,
    ec2::vpc::Vpc,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// What of a health check may be said.
const HEALTH: [&str; 9] = [
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckPath",
    "HealthCheckPort",
    "HealthCheckProtocol",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "Matcher",
    "UnhealthyThresholdCount",
];

resource! {
    /// A target group, by its ARN.
    pub(crate) struct TargetGroup: "elbv2/target-group" in Region {
        attributes: Attributes,
        tags: BTreeMap<String, String>,
        /// By `ID:PORT`.
        targets: BTreeMap<String, Target>,
    }
    found by |it: &TargetGroup| vec![common::name_key(it.view.text("TargetGroupName"))]
}

/// CreateTargetGroup: idempotent as CreateLoadBalancer is.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("Name");
    common::check_name("Target group", name)?;
    let kind = input.some_text("TargetType").unwrap_or("instance");
    let protocol = input.text("Protocol");
    if kind == "lambda" {
        if ["Protocol", "Port", "VpcId"]
            .iter()
            .any(|it| input.at(it).is_some())
        {
            let message = "Protocol, port and VPC ID cannot be specified for a Lambda target group";
            return Err(common::invalid(message));
        }
    } else {
        for (member, message) in [
            ("Protocol", "A protocol must be specified"),
            ("Port", "A port must be specified"),
            ("VpcId", "A VPC ID must be specified"),
        ] {
            if input.at(member).is_none() {
                return Err(common::invalid(message));
            }
        }
        let vpc = input.text("VpcId");
        if call.get::<Vpc>(vpc).is_none() {
            return Err(common::invalid(format!("The VPC ID '{vpc}' is not found")));
        }
    }
    let tags = common::tags(input.items("Tags"))?;
    let mut view = call.keep("TargetGroup", input);
    view["TargetGroupName"] = name.into();
    view["TargetType"] = kind.into();
    view["IpAddressType"] = input.some_text("IpAddressType").unwrap_or("ipv4").into();
    if matches!(protocol, "HTTP" | "HTTPS") && view.at("ProtocolVersion").is_none() {
        view["ProtocolVersion"] = "HTTP1".into();
    }
    let given = view.clone();
    view.take_over(&health_defaults(&given, kind), &HEALTH);
    view.take_over(&given, &HEALTH);
    check_health(&view)?;
    let there = call
        .table::<TargetGroup>()
        .with(&common::name_key(name))
        .next();
    if let Some((arn, there)) = there {
        let mut settings = there.view.clone();
        settings.clear("TargetGroupArn");
        if settings == view {
            return Ok(json!({"TargetGroups": [shown(call, arn, there)]}));
        }
        let message = format!(
            "A target group with the same name '{name}' exists, but with different settings"
        );
        return Err(AwsError::new("DuplicateTargetGroupName", message));
    }
    let id = call.draw("target-group").hex(16);
    let arn = call.arn("elasticloadbalancing", &format!("targetgroup/{name}/{id}"));
    view["TargetGroupArn"] = arn.as_str().into();
    let group = TargetGroup {
        attributes: attributes::of_target_group(&view),
        view,
        tags,
        targets: BTreeMap::new(),
    };
    let answer = json!({"TargetGroups": [shown(call, &arn, &group)]});
    call.insert(arn, group);
    Ok(answer)
}

/// The health check that a group has unasked, by its protocols.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html>
/// and the same page of the guide of network load balancers.
fn health_defaults(given: &Value, kind: &str) -> Value {
    if kind == "lambda" {
        return json!({
            "HealthCheckEnabled": false,
            "HealthCheckIntervalSeconds": 35,
            "HealthCheckPath": "/",
            "HealthCheckTimeoutSeconds": 30,
            "HealthyThresholdCount": 5,
            "Matcher": {"HttpCode": "200"},
            "UnhealthyThresholdCount": 2,
        });
    }
    let application = matches!(given.text("Protocol"), "HTTP" | "HTTPS");
    let default = if application { "HTTP" } else { "TCP" };
    let protocol = given.some_text("HealthCheckProtocol").unwrap_or(default);
    let mut health = json!({
        "HealthCheckEnabled": true,
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckPort": "traffic-port",
        "HealthCheckProtocol": protocol,
        "HealthCheckTimeoutSeconds": 10,
        "HealthyThresholdCount": 5,
        "UnhealthyThresholdCount": 2,
    });
    if protocol.starts_with("HTTP") {
        let grpc = given.text("ProtocolVersion") == "GRPC";
        let path = if grpc { "/AWS.ALB/healthcheck" } else { "/" };
        health["HealthCheckPath"] = path.into();
        health["Matcher"] = match (grpc, application) {
            (true, _) => json!({"GrpcCode": "12"}),
            (false, true) => json!({"HttpCode": "200"}),
            (false, false) => json!({"HttpCode": "200-399"}),
        };
        health["HealthCheckTimeoutSeconds"] = if application { 5 } else { 6 }.into();
    }
    health
}

fn check_health(view: &Value) -> Result<(), AwsError> {
    let (interval, timeout) = (
        view.int("HealthCheckIntervalSeconds"),
        view.int("HealthCheckTimeoutSeconds"),
    );
    if timeout >= interval {
        let message = format!(
            "Health check interval must be greater than the timeout ({} and {} seconds)",
            interval.unwrap_or_default(),
            timeout.unwrap_or_default()
        );
        return Err(common::invalid(message));
    }
    let http =
        view.text("HealthCheckProtocol").starts_with("HTTP") || view.text("TargetType") == "lambda";
    let told = ["HealthCheckPath", "Matcher"];
    if !http && told.iter().any(|it| view.at(it).is_some()) {
        let message = "Health check path and matcher are not supported for health checks with \
                       protocol TCP";
        return Err(common::invalid(message));
    }
    if !matches!(view.text("HealthCheckPath"), "") && !view.text("HealthCheckPath").starts_with('/')
    {
        return Err(common::invalid("Health check path must begin with '/'"));
    }
    Ok(())
}

fn shown(call: &Call<'_>, arn: &str, group: &TargetGroup) -> Value {
    let mut view = group.view.clone();
    view["LoadBalancerArns"] = json!(common::users(call, arn));
    view
}

/// DescribeTargetGroups.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arns: Vec<&str> = input.texts("TargetGroupArns").collect();
    let names: Vec<&str> = input.texts("Names").collect();
    let table = call.table::<TargetGroup>();
    let known = |name: &&str| table.any_with(&common::name_key(name));
    if !arns.iter().all(|arn| table.contains(arn)) || !names.iter().all(known) {
        return Err(common::no_target_group());
    }
    let balancer = input.some_text("LoadBalancerArn");
    if balancer.is_some_and(|it| call.get::<super::load_balancer::LoadBalancer>(it).is_none()) {
        return Err(common::no_load_balancer());
    }
    let rows = table
        .iter()
        .filter(|(arn, _)| arns.is_empty() || arns.contains(arn))
        .filter(|(_, it)| names.is_empty() || names.contains(&it.view.text("TargetGroupName")))
        .filter(|(arn, _)| {
            balancer.is_none_or(|balancer| common::users(call, arn).iter().any(|it| it == balancer))
        })
        .map(|(arn, it)| (arn.to_owned(), (arn, it)));
    call.page(input, common::PAGE, rows, |(arn, it)| shown(call, arn, it))
}

/// ModifyTargetGroup: its health checks.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroup.html>
pub(super) fn modify(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("TargetGroupArn");
    let mut group = common::target_group(call, input)?;
    let mut view = group.view.clone();
    view.take_over(input, &HEALTH);
    check_health(&view)?;
    group.view = view;
    let changed = group.clone();
    drop(group);
    Ok(json!({"TargetGroups": [shown(call, arn, &changed)]}))
}

/// DeleteTargetGroup: not while a rule names it.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("TargetGroupArn");
    if !common::users(call, arn).is_empty() {
        let message = format!("Target group '{arn}' is currently in use by a listener or a rule");
        return Err(AwsError::new("ResourceInUse", message));
    }
    call.table_mut::<TargetGroup>().remove(arn);
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::load_balancer::tests::Net;

    fn group(net: &Net, more: Value) -> Value {
        let mut input = json!({"Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": net.vpc});
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        input
    }

    /// The defaults are those of "Health checks for … target groups", both user guides.
    #[test]
    fn health_checks_have_defaults_by_protocol() {
        let net = Net::new();
        let made = net
            .aws
            .ok("elbv2", "CreateTargetGroup", group(&net, json!({})));
        let made = &made["TargetGroups"][0];
        assert_eq!(made["HealthCheckTimeoutSeconds"], 5);
        assert_eq!(made["Matcher"]["HttpCode"], "200");
        assert_eq!(made["HealthCheckPath"], "/");
        assert_eq!(made["ProtocolVersion"], "HTTP1");
        let tcp = group(&net, json!({"Name": "tcp", "Protocol": "TCP"}));
        let made = net.aws.ok("elbv2", "CreateTargetGroup", tcp);
        let made = &made["TargetGroups"][0];
        assert_eq!(made["HealthCheckProtocol"], "TCP");
        assert_eq!(made["HealthCheckTimeoutSeconds"], 10);
        assert_eq!(made.get("Matcher"), None);
    }

    /// "If you attempt to create multiple target groups with the same settings, each call
    /// succeeds",
    /// API_CreateTargetGroup.
    #[test]
    fn the_same_again_is_the_one_that_is_there() {
        let net = Net::new();
        assert_eq!(net.group("app"), net.group("app"));
        let other = group(&net, json!({"Name": "app", "Port": 81}));
        let code = net.aws.code("elbv2", "CreateTargetGroup", other);
        assert_eq!(code, "DuplicateTargetGroupName");
    }

    #[test]
    fn what_is_needed_is_asked_for() {
        let net = Net::new();
        for more in [
            json!({"VpcId": "vpc-00000000"}),
            json!({"HealthCheckTimeoutSeconds": 30}),
            json!({"HealthCheckPath": "x"}),
        ] {
            let code = net
                .aws
                .code("elbv2", "CreateTargetGroup", group(&net, more));
            assert_eq!(code, "ValidationError");
        }
        let code = net
            .aws
            .code("elbv2", "CreateTargetGroup", json!({"Name": "x"}));
        assert_eq!(code, "ValidationError");
    }

    /// "You can delete a target group if it is not referenced by any actions",
    /// API_DeleteTargetGroup.
    #[test]
    fn a_group_in_use_stays() {
        let net = Net::new();
        let (balancer, group) = (net.balancer("web"), net.group("web"));
        let listener = net.listener(&balancer, &group);
        let of = json!({"TargetGroupArn": group});
        let refusal = net.aws.refused("elbv2", "DeleteTargetGroup", of.clone());
        assert_eq!(refusal.code, "ResourceInUse");
        let told = net.aws.ok("elbv2", "DescribeTargetGroups", json!({}));
        assert_eq!(
            told["TargetGroups"][0]["LoadBalancerArns"],
            json!([balancer])
        );
        net.aws
            .ok("elbv2", "DeleteListener", json!({"ListenerArn": listener}));
        net.aws.ok("elbv2", "DeleteTargetGroup", of);
        let named = json!({"Names": ["web"]});
        let code = net.aws.code("elbv2", "DescribeTargetGroups", named);
        assert_eq!(code, "TargetGroupNotFound");
    }
}
