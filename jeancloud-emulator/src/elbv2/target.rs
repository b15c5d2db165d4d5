//! Targets and their health.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{common, target_group::TargetGroup};
use crate::{call::Call, durations::TARGET_HEALTHY, error::Outcome, fields::Fields, world::Task};

/// A target, by `GROUP|ID:PORT`, passes its health checks.
pub(super) const HEALTHY: Task = Task {
    service: "elbv2",
    name: "target/healthy",
    run: |call, id| {
        let Some((group, target)) = id.split_once('|') else {
            return;
        };
        if let Some(mut group) = call.table_mut::<TargetGroup>().get_mut(group)
            && let Some(target) = group.targets.get_mut(target)
        {
            target.healthy = true;
        }
    },
};

/// Something registered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Target {
    id: String,
    port: Option<i64>,
    zone: Option<String>,
    healthy: bool,
}

fn key(id: &str, port: Option<i64>) -> String {
    format!("{id}:{}", port.unwrap_or_default())
}

/// RegisterTargets.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html>
pub(super) fn register(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("TargetGroupArn");
    let group = common::target_group(call, input)?.clone();
    for target in input.items("Targets") {
        let id = target.text("Id");
        if group.view.text("TargetType") == "ip" && id.parse::<std::net::IpAddr>().is_err() {
            let message = format!("The IP address '{id}' is not a valid IPv4 address");
            return Err(crate::error::AwsError::new("InvalidTarget", message));
        }
    }
    for target in input.items("Targets") {
        let zone = target.some_text("AvailabilityZone");
        add(call, arn, target.text("Id"), target.int("Port"), zone);
    }
    Ok(json!({}))
}

/// Registers a target; without a port, on the group's.
pub(crate) fn add(
    call: &mut Call<'_>,
    group: &str,
    id: &str,
    port: Option<i64>,
    zone: Option<&str>,
) {
    let target = {
        let Some(mut group) = call.table_mut::<TargetGroup>().get_mut(group) else {
            return;
        };
        let port = port.or_else(|| group.view.int("Port"));
        let target = Target {
            id: id.to_owned(),
            port,
            zone: zone.map(str::to_owned),
            healthy: false,
        };
        let key = key(id, port);
        // Registering again changes nothing.
        if group.targets.contains_key(&key) {
            return;
        }
        group.targets.insert(key.clone(), target);
        key
    };
    call.after(TARGET_HEALTHY, &HEALTHY, &format!("{group}|{target}"));
}

/// DeregisterTargets: they go at once, since nobody is connected.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html>
pub(super) fn deregister(call: &mut Call<'_>, input: &Value) -> Outcome {
    common::target_group(call, input)?;
    for target in input.items("Targets") {
        let arn = input.text("TargetGroupArn");
        remove(call, arn, target.text("Id"), target.int("Port"));
    }
    Ok(json!({}))
}

/// Takes a target away, or all of its ports.
pub(crate) fn remove(call: &mut Call<'_>, group: &str, id: &str, port: Option<i64>) {
    if let Some(mut group) = call.table_mut::<TargetGroup>().get_mut(group) {
        group
            .targets
            .retain(|_, it| it.id != id || port.is_some_and(|port| it.port != Some(port)));
    }
}

/// DescribeTargetHealth.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html>
pub(super) fn health(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("TargetGroupArn");
    let group = common::target_group(call, input)?.clone();
    let used = !common::users(call, arn).is_empty();
    let told = |target: &Target| {
        let mut described = json!({"Id": target.id, "Port": target.port});
        if let Some(zone) = &target.zone {
            described["AvailabilityZone"] = zone.as_str().into();
        }
        let health = match (used, target.healthy) {
            (false, _) => json!({
                "Description": "Target group is not configured to receive traffic from the load \
                                balancer",
                "Reason": "Target.NotInUse",
                "State": "unused",
            }),
            (true, false) => json!({
                "Description": "Target registration is in progress",
                "Reason": "Elb.RegistrationInProgress",
                "State": "initial",
            }),
            (true, true) => json!({"State": "healthy"}),
        };
        let checked = group.view.text("HealthCheckPort");
        let port = match checked {
            "traffic-port" => target.port.unwrap_or_default().to_string(),
            other => other.to_owned(),
        };
        json!({"HealthCheckPort": port, "Target": described, "TargetHealth": health})
    };
    let named = input.items("Targets");
    let mut all: Vec<Value> = Vec::new();
    if named.is_empty() {
        all.extend(group.targets.values().map(told));
    }
    for target in named {
        let port = target.int("Port").or_else(|| group.view.int("Port"));
        all.push(match group.targets.get(&key(target.text("Id"), port)) {
            Some(target) => told(target),
            None => json!({"Target": target, "TargetHealth": {
                "Description": "Target is not registered to the target group",
                "Reason": "Target.NotRegistered",
                "State": "unused",
            }}),
        });
    }
    Ok(json!({"TargetHealthDescriptions": all}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::load_balancer::tests::Net;
    use crate::{Emulator, testing::Aws};

    /// "Target health status", the user guide: unused, initial, healthy.
    #[test]
    fn a_target_becomes_healthy_where_it_is_used() {
        let emulator = Emulator::new();
        let net = Net::of(Aws::of(emulator.client()));
        let group = net.group("web");
        let targets = json!({"TargetGroupArn": group, "Targets": [{"Id": "10.0.1.9"}]});
        net.aws.ok("elbv2", "RegisterTargets", targets.clone());
        let state = || {
            let of = json!({"TargetGroupArn": group});
            let told = net.aws.ok("elbv2", "DescribeTargetHealth", of);
            let health = &told["TargetHealthDescriptions"][0];
            assert_eq!(health["Target"]["Port"], 80);
            health["TargetHealth"]["State"].as_str().unwrap().to_owned()
        };
        assert_eq!(state(), "unused");
        net.listener(&net.balancer("web"), &group);
        assert_eq!(state(), "initial");
        emulator.advance(crate::durations::TARGET_HEALTHY);
        assert_eq!(state(), "healthy");
        net.aws.ok("elbv2", "DeregisterTargets", targets);
        let of = json!({"TargetGroupArn": group});
        let told = net.aws.ok("elbv2", "DescribeTargetHealth", of);
        assert_eq!(told["TargetHealthDescriptions"], json!([]));
    }
}
