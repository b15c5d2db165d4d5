//! What services and tasks need.

use serde_json::Value;

use super::{
    common,
    definition::{self, Definition},
};
use crate::{
    call::Call,
    ec2::subnet::Subnet,
    elbv2::{rule::Rule, target_group::TargetGroup},
    error::AwsError,
    fields::Fields,
    interfaces,
};

/// The id of an active task definition.
pub(super) fn definition(call: &Call<'_>, given: &str) -> Result<String, AwsError> {
    let id = definition::resolve(call, given);
    let id = id.ok_or_else(|| common::client("TaskDefinition not found."))?;
    let found = call.get::<Definition>(&id);
    if found.is_some_and(|it| it.view.text("status") != "ACTIVE") {
        return Err(common::client("TaskDefinition is inactive"));
    }
    Ok(id)
}

/// Tasks per service: 5,000; see "Amazon ECS service quotas".
const TASKS: i64 = 5000;

/// How many tasks a service may have.
pub(super) fn count(input: &Value) -> Result<(), AwsError> {
    match input.int("desiredCount") {
        Some(count) if !(0..=TASKS).contains(&count) => {
            let message = format!("desiredCount should be in range [0, {TASKS}]");
            Err(common::invalid(message))
        }
        _ => Ok(()),
    }
}

/// Subnets and groups, which `awsvpc` needs.
pub(super) fn network(call: &Call<'_>, definition: &str, input: &Value) -> Result<(), AwsError> {
    let found = call.get::<Definition>(definition);
    let awsvpc = found.is_some_and(|it| it.view.text("networkMode") == "awsvpc");
    let network = &input["networkConfiguration"]["awsvpcConfiguration"];
    if !awsvpc {
        return Ok(());
    }
    if network.items("subnets").is_empty() {
        let message =
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.";
        return Err(common::invalid(message));
    }
    let mut vpc = "";
    for id in network.texts("subnets") {
        let subnet = call.get::<Subnet>(id);
        let subnet = subnet.ok_or_else(|| {
            let message = format!(
                "Error retrieving subnet information for [{id}]: The subnet ID '{id}' does not \
                 exist (ErrorCode: InvalidSubnetID.NotFound)"
            );
            common::invalid(message)
        })?;
        let of = subnet.view.text("VpcId");
        if !vpc.is_empty() && vpc != of {
            return Err(common::invalid("Subnets must belong to the same VPC."));
        }
        vpc = of;
    }
    let groups: Vec<String> = network.texts("securityGroups").map(str::to_owned).collect();
    interfaces::check_groups(call, &groups, vpc).map_err(|id| {
        let message = format!(
            "Error retrieving security group information for [{id}]: The security group '{id}' does \
             not exist (ErrorCode: InvalidGroup.NotFound)"
        );
        common::invalid(message)
    })
}

/// Target groups are behind a load balancer, and containers listen where they send to.
pub(super) fn load_balancers(
    call: &Call<'_>,
    definition: &str,
    input: &Value,
) -> Result<(), AwsError> {
    let definition = call.get::<Definition>(definition);
    let definition = definition.ok_or_else(|| common::client("TaskDefinition not found."))?;
    for balancer in input.items("loadBalancers") {
        let arn = balancer.text("targetGroupArn");
        let group = call.get::<TargetGroup>(arn);
        let group = group.ok_or_else(|| {
            common::invalid(format!("The specified target group does not exist: {arn}"))
        })?;
        if !call.table::<Rule>().any_with(arn) {
            let message = format!(
                "The target group with targetGroupArn {arn} does not have an associated load \
                 balancer."
            );
            return Err(common::invalid(message));
        }
        let kind = group.view.text("TargetType");
        if definition.view.text("networkMode") == "awsvpc" && kind != "ip" {
            let message = format!(
                "The provided target group {arn} has target type {kind}, which is incompatible \
                 with the awsvpc network mode specified in the task definition."
            );
            return Err(common::invalid(message));
        }
        let (name, port) = (
            balancer.text("containerName"),
            balancer.int("containerPort"),
        );
        let mut containers = definition.view.items("containerDefinitions").iter();
        let Some(container) = containers.find(|it| it.text("name") == name) else {
            let message = format!("The container {name} does not exist in the task definition.");
            return Err(common::invalid(message));
        };
        let mut ports = container.items("portMappings").iter();
        if !ports.any(|it| it.int("containerPort") == port) {
            let message = format!(
                "The container {name} did not have a container port {} defined.",
                port.unwrap_or_default()
            );
            return Err(common::invalid(message));
        }
    }
    Ok(())
}
