//! Actions of listeners and rules, checked and as AWS tells them back.

use serde_json::{Value, json};

use super::{common, load_balancer::LoadBalancer, target_group::TargetGroup};
use crate::{call::Call, error::AwsError, fields::Fields};

/// Reads the actions of an input for a listener of `balancer`.
pub(super) fn read(
    call: &Call<'_>,
    actions: &[Value],
    balancer: &LoadBalancer,
    protocol: &str,
) -> Result<Value, AwsError> {
    let ends = |kind: &str| matches!(kind, "forward" | "redirect" | "fixed-response");
    let mut actions: Vec<Value> = actions.to_vec();
    actions.sort_by_key(|action| action.int("Order"));
    let last = actions.last().map_or("", |action| action.text("Type"));
    let ending = actions.iter().filter(|action| ends(action.text("Type")));
    if !ends(last) || ending.count() != 1 {
        let message = "The last action must be a forward, redirect or fixed-response action, and \
                       the only one of these";
        return Err(AwsError::new("InvalidLoadBalancerAction", message));
    }
    for action in &mut actions {
        match action.text("Type") {
            "forward" => forward(call, action, balancer)?,
            "redirect" => redirect(action)?,
            kind if kind.starts_with("authenticate") && protocol != "HTTPS" => {
                let message = "Authenticate actions are only supported on HTTPS listeners";
                return Err(AwsError::new("InvalidLoadBalancerAction", message));
            }
            _ => {}
        }
    }
    Ok(actions.into())
}

/// A group alone and a configuration say the same; AWS tells both, of one group.
fn forward(call: &Call<'_>, action: &mut Value, balancer: &LoadBalancer) -> Result<(), AwsError> {
    let application = balancer.view.text("Type") == "application";
    if action.at("ForwardConfig").is_none() {
        let Some(group) = action.at("TargetGroupArn").cloned() else {
            return Err(common::invalid("A target group ARN must be specified"));
        };
        action["ForwardConfig"] = json!({"TargetGroups": [{"TargetGroupArn": group}]});
    }
    let config = &mut action["ForwardConfig"];
    for group in config["TargetGroups"].as_array_mut().into_iter().flatten() {
        check_group(call, group.text("TargetGroupArn"), balancer)?;
        if application && group.at("Weight").is_none() {
            group["Weight"] = 1.into();
        }
    }
    if application && config.at("TargetGroupStickinessConfig").is_none() {
        config["TargetGroupStickinessConfig"] = json!({"Enabled": false});
    }
    let count = config.items("TargetGroups").len();
    if !(1..=5).contains(&count) {
        // Target groups per action on an Application Load Balancer: 5; see the quotas.
        let message = "The number of target groups of an action must be from 1 to 5";
        return Err(AwsError::new("TooManyTargetGroups", message));
    }
    let alone = (count == 1).then(|| config["TargetGroups"][0]["TargetGroupArn"].clone());
    match alone {
        Some(group) => action["TargetGroupArn"] = group,
        None => action.clear("TargetGroupArn"),
    }
    Ok(())
}

fn check_group(call: &Call<'_>, arn: &str, balancer: &LoadBalancer) -> Result<(), AwsError> {
    let group = call.get::<TargetGroup>(arn);
    let group = group.ok_or_else(common::no_target_group)?;
    let of_balancer = balancer.view.text("LoadBalancerArn");
    let users = common::users(call, arn);
    if users.iter().any(|it| it != of_balancer) {
        let message = format!(
            "The following target groups cannot be associated with more than one load balancer: \
             {arn}"
        );
        return Err(AwsError::new("TargetGroupAssociationLimit", message));
    }
    let vpc = group.view.some_text("VpcId");
    if vpc.is_some_and(|vpc| vpc != balancer.view.text("VpcId")) {
        let message = format!(
            "The following target groups are in a different VPC than load balancer \
             '{of_balancer}': {arn}"
        );
        return Err(AwsError::new("InvalidConfigurationRequest", message));
    }
    let http = matches!(group.view.text("Protocol"), "HTTP" | "HTTPS" | "");
    if http != (balancer.view.text("Type") == "application") {
        let message =
            format!("The protocol of target group '{arn}' is not supported by the load balancer");
        return Err(AwsError::new("IncompatibleProtocols", message));
    }
    Ok(())
}

/// "#{protocol}" and its like are what parts are that aren't given, API_RedirectActionConfig.
fn redirect(action: &mut Value) -> Result<(), AwsError> {
    let config = &mut action["RedirectConfig"];
    let mut same = true;
    for (part, default) in [
        ("Host", "#{host}"),
        ("Path", "/#{path}"),
        ("Port", "#{port}"),
        ("Protocol", "#{protocol}"),
        ("Query", "#{query}"),
    ] {
        match config.some_text(part) {
            None => config[part] = default.into(),
            Some(given) => same &= part == "Query" || given == default,
        }
    }
    if same {
        // Both can't be set to retain the values, since that would be a loop, the same.
        let message = "The redirect configuration is not valid because it creates a loop";
        return Err(AwsError::new("InvalidLoadBalancerAction", message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::load_balancer::tests::Net;

    #[test]
    fn actions_are_told_filled_in() {
        let net = Net::new();
        let (balancer, group) = (net.balancer("web"), net.group("web"));
        net.listener(&balancer, &group);
        let told = net.aws.ok(
            "elbv2",
            "DescribeListeners",
            json!({"LoadBalancerArn": balancer}),
        );
        assert_eq!(
            told["Listeners"][0]["DefaultActions"],
            json!([{
                "ForwardConfig": {
                    "TargetGroupStickinessConfig": {"Enabled": false},
                    "TargetGroups": [{"TargetGroupArn": group, "Weight": 1}],
                },
                "TargetGroupArn": group,
                "Type": "forward",
            }])
        );
        let redirect = json!({
            "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 81,
            "DefaultActions": [{"Type": "redirect", "RedirectConfig": {
                "StatusCode": "HTTP_301", "Protocol": "HTTPS", "Port": "443",
            }}],
        });
        let made = net.aws.ok("elbv2", "CreateListener", redirect);
        let config = &made["Listeners"][0]["DefaultActions"][0]["RedirectConfig"];
        assert_eq!(config["Host"], "#{host}");
        assert_eq!(config["Path"], "/#{path}");
    }

    /// TargetGroupAssociationLimit: You've reached the limit on the number of load balancers per
    /// target group; see API_CreateListener.
    #[test]
    fn a_group_is_of_one_load_balancer() {
        let net = Net::new();
        let group = net.group("web");
        net.listener(&net.balancer("one"), &group);
        let other = json!({
            "LoadBalancerArn": net.balancer("other"), "Protocol": "HTTP", "Port": 80,
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}],
        });
        let code = net.aws.code("elbv2", "CreateListener", other);
        assert_eq!(code, "TargetGroupAssociationLimit");
    }
}
