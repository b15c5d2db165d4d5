//! Attributes of load balancers, target groups and listeners.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{attribute_list as list, common};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// Attributes by their keys.
pub(super) type Attributes = BTreeMap<String, String>;

/// Those that a load balancer begins with.
pub(super) fn of_load_balancer(kind: &str) -> Attributes {
    owned(if kind == "application" {
        list::APPLICATION
    } else {
        list::NETWORK
    })
}

/// Those that a target group begins with.
pub(super) fn of_target_group(view: &Value) -> Attributes {
    match (view.text("TargetType"), view.text("Protocol")) {
        ("lambda", _) => owned(list::LAMBDA_TARGETS),
        (_, "HTTP" | "HTTPS") => owned(list::HTTP_TARGETS),
        (kind, protocol) => {
            let mut attributes = owned(list::TCP_TARGETS);
            // Enabled by default for instance type targets, and for IP targets of UDP; see "Client
            // IP
            // preservation", the guide of network load balancers.
            let keeps = kind == "instance" || protocol.ends_with("UDP");
            let key = "preserve_client_ip.enabled".to_owned();
            attributes.insert(key, keeps.to_string());
            attributes
        }
    }
}

/// Those that a listener begins with.
pub(super) fn of_listener(protocol: &str) -> Attributes {
    match protocol {
        "HTTP" => owned(list::HTTP_LISTENER),
        "HTTPS" => {
            let mut all = owned(list::HTTP_LISTENER);
            all.append(&mut owned(list::HTTPS_LISTENER));
            all
        }
        "TCP" => owned(list::TCP_LISTENER),
        _ => Attributes::new(),
    }
}

fn owned(list: &[(&str, &str)]) -> Attributes {
    let pairs = list.iter();
    pairs
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// DescribeLoadBalancerAttributes.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancerAttributes.html>
pub(super) fn describe_of_load_balancer(call: &mut Call<'_>, input: &Value) -> Outcome {
    Ok(told(&common::load_balancer(call, input)?.attributes))
}

/// ModifyLoadBalancerAttributes.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyLoadBalancerAttributes.html>
pub(super) fn modify_of_load_balancer(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut balancer = common::load_balancer(call, input)?;
    modify("Load balancer", &mut balancer.attributes, input)
}

/// DescribeTargetGroupAttributes.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroupAttributes.html>
pub(super) fn describe_of_target_group(call: &mut Call<'_>, input: &Value) -> Outcome {
    Ok(told(&common::target_group(call, input)?.attributes))
}

/// ModifyTargetGroupAttributes.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroupAttributes.html>
pub(super) fn modify_of_target_group(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut group = common::target_group(call, input)?;
    modify("Target group", &mut group.attributes, input)
}

/// DescribeListenerAttributes.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListenerAttributes.html>
pub(super) fn describe_of_listener(call: &mut Call<'_>, input: &Value) -> Outcome {
    Ok(told(&common::listener(call, input)?.attributes))
}

/// ModifyListenerAttributes.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListenerAttributes.html>
pub(super) fn modify_of_listener(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut listener = common::listener(call, input)?;
    modify("Listener", &mut listener.attributes, input)
}

fn modify(what: &str, attributes: &mut Attributes, input: &Value) -> Outcome {
    let mut changed = attributes.clone();
    for attribute in input.items("Attributes") {
        let (key, value) = (attribute.text("Key"), attribute.text("Value"));
        let Some(old) = changed.get_mut(key) else {
            let message = format!("{what} attribute key '{key}' is not recognized");
            return Err(AwsError::new("InvalidConfigurationRequest", message));
        };
        check(what, key, value)?;
        value.clone_into(old);
    }
    *attributes = changed;
    Ok(told(attributes))
}

/// The bounds that the API reference names.
fn check(what: &str, key: &str, value: &str) -> Result<(), AwsError> {
    let bounds = match key {
        "client_keep_alive.seconds" => Some((60, 604_800)),
        "deregistration_delay.timeout_seconds" => Some((0, 3600)),
        "idle_timeout.timeout_seconds" => Some((1, 4000)),
        "tcp.idle_timeout.seconds" => Some((60, 6000)),
        _ if key.ends_with("cookie.duration_seconds") => Some((1, 604_800)),
        _ => None,
    };
    let fits = match bounds {
        Some((least, most)) => value
            .parse::<i64>()
            .is_ok_and(|number| (least..=most).contains(&number)),
        None if key.ends_with(".enabled") && key != "load_balancing.cross_zone.enabled" => {
            matches!(value, "true" | "false")
        }
        None => true,
    };
    if fits {
        return Ok(());
    }
    let message = format!("{what} attribute '{key}' does not accept the value '{value}'");
    Err(AwsError::new("InvalidConfigurationRequest", message))
}

fn told(attributes: &Attributes) -> Value {
    let pairs = attributes.iter();
    let list: Vec<Value> = pairs
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    json!({"Attributes": list})
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::load_balancer::tests::Net;

    fn value<'a>(told: &'a Value, key: &str) -> &'a str {
        let mut all = told["Attributes"].as_array().unwrap().iter();
        let found = all.find(|it| it["Key"] == key);
        found.unwrap()["Value"].as_str().unwrap()
    }

    /// Defaults and bounds are API_LoadBalancerAttribute's.
    #[test]
    fn attributes_have_defaults_and_bounds() {
        let net = Net::new();
        let arn = net.balancer("web");
        let set = |key: &str, text: &str| {
            let attributes = json!([{"Key": key, "Value": text}]);
            let input = json!({"LoadBalancerArn": arn, "Attributes": attributes});
            net.aws.call("elbv2", "ModifyLoadBalancerAttributes", input)
        };
        for (key, text) in [("idle_timeout.timeout_seconds", "4001"), ("x", "y")] {
            let refusal = set(key, text).unwrap_err();
            assert_eq!(refusal.code, "InvalidConfigurationRequest");
        }
        set("idle_timeout.timeout_seconds", "120").unwrap();
        let of = json!({"LoadBalancerArn": arn});
        let told = net.aws.ok("elbv2", "DescribeLoadBalancerAttributes", of);
        assert_eq!(value(&told, "idle_timeout.timeout_seconds"), "120");
        assert_eq!(value(&told, "routing.http2.enabled"), "true");
    }
}
