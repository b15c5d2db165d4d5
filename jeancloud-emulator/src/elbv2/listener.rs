//! Listeners.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    action,
    attributes::{self, Attributes},
    common, limits,
    load_balancer::LoadBalancer,
    rule::{self, Rule},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// Listeners per Application Load Balancer: 50; see its quotas.
const MOST: usize = 50;

resource! {
    /// A listener, by its ARN.
    pub(crate) struct Listener: "elbv2/listener" in Region {
        attributes: Attributes,
        tags: BTreeMap<String, String>,
        /// Certificates besides the default one.
        certificates: Vec<String>,
    }
}

/// CreateListener: "If you attempt to create multiple listeners with the same settings, each call
/// succeeds."
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let balancer = common::load_balancer(call, input)?.clone();
    let of = input.text("LoadBalancerArn");
    let tags = common::tags(input.items("Tags"))?;
    let view = settings(call, &call.keep("Listener", input), input, &balancer)?;
    let there: Vec<&Listener> = call.table::<Listener>().with(of).map(|it| it.1).collect();
    let port = input.int("Port");
    if let Some(there) = there.iter().find(|it| it.view.int("Port") == port) {
        let mut settings = there.view.clone();
        settings.clear("ListenerArn");
        if settings == view {
            return Ok(json!({"Listeners": [there.view]}));
        }
        let message = "A listener already exists on this port for this load balancer";
        return Err(AwsError::new(
            "DuplicateListener",
            format!("{message} '{of}'"),
        ));
    }
    if there.len() >= MOST {
        let message = "The maximum number of listeners has been reached";
        return Err(AwsError::new("TooManyListeners", message));
    }
    let id = call.draw("listener").hex(16);
    let arn = of.replacen(":loadbalancer/", ":listener/", 1);
    let arn = format!("{arn}/{id}");
    let mut view = view;
    view["ListenerArn"] = arn.as_str().into();
    let listener = Listener {
        attributes: attributes::of_listener(view.text("Protocol")),
        view: view.clone(),
        tags,
        certificates: Vec::new(),
    };
    rule::insert(call, &arn, of, None, &json!([]), &view["DefaultActions"]);
    call.insert(arn, listener);
    Ok(json!({"Listeners": [view]}))
}

/// A listener's view after `input`, checked.
fn settings(
    call: &Call<'_>,
    before: &Value,
    input: &Value,
    balancer: &LoadBalancer,
) -> Result<Value, AwsError> {
    let mut view = before.clone();
    let members = [
        "Port",
        "Protocol",
        "Certificates",
        "SslPolicy",
        "AlpnPolicy",
    ];
    view.take_over(input, &members);
    view.take_over(input, &["MutualAuthentication"]);
    if view.at("Port").is_none() || view.at("Protocol").is_none() {
        return Err(common::invalid("A port and a protocol must be specified"));
    }
    let protocol = view.text("Protocol").to_owned();
    let allowed: &[&str] = match balancer.view.text("Type") {
        "application" => &["HTTP", "HTTPS"],
        "network" => &["TCP", "TLS", "UDP", "TCP_UDP"],
        _ => &["GENEVE"],
    };
    if !allowed.contains(&protocol.as_str()) {
        let message = format!(
            "Listener protocol '{protocol}' must be one of '{}'",
            allowed.join(", ")
        );
        return Err(common::invalid(message));
    }
    let secure = matches!(protocol.as_str(), "HTTPS" | "TLS");
    match (secure, view.items("Certificates")) {
        (true, [one]) => {
            let arn = one.text("CertificateArn");
            if !arn.contains(":certificate/") && !arn.contains(":server-certificate/") {
                let message = format!("Certificate ARN '{arn}' is not valid");
                return Err(common::invalid(message));
            }
            view["Certificates"] = json!([{"CertificateArn": arn}]);
        }
        (true, _) => {
            let message = format!("A certificate must be specified for {protocol} listeners");
            return Err(common::invalid(message));
        }
        (false, _) => {
            for member in ["Certificates", "SslPolicy", "MutualAuthentication"] {
                if input.at(member).is_some_and(|it| *it != json!([])) {
                    let message = format!("{member} cannot be specified for {protocol} listeners");
                    return Err(common::invalid(message));
                }
                view.clear(member);
            }
        }
    }
    if secure {
        let policy = view
            .some_text("SslPolicy")
            .unwrap_or("ELBSecurityPolicy-2016-08");
        if !limits::is_policy(policy) {
            return Err(limits::no_policy(policy));
        }
        view["SslPolicy"] = policy.into();
        if protocol == "HTTPS" && view.at("MutualAuthentication").is_none() {
            view["MutualAuthentication"] = json!({"Mode": "off"});
        }
    }
    if input.at("DefaultActions").is_some() {
        let actions = input.items("DefaultActions");
        view["DefaultActions"] = action::read(call, actions, balancer, &protocol)?;
    }
    Ok(view)
}

/// DescribeListeners.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListeners.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let table = call.table::<Listener>();
    let arns: Vec<&str> = input.texts("ListenerArns").collect();
    let rows: Vec<(String, &Listener)> = match input.some_text("LoadBalancerArn") {
        Some(balancer) => {
            if call.get::<LoadBalancer>(balancer).is_none() {
                return Err(common::no_load_balancer());
            }
            let rows = table.with(balancer);
            rows.map(|(arn, it)| (arn.to_owned(), it)).collect()
        }
        None if arns.is_empty() => {
            let message = "You must specify either listener ARNs or a load balancer ARN";
            return Err(common::invalid(message));
        }
        None => {
            let rows = arns.iter().map(|arn| table.key_value(arn));
            let rows: Option<Vec<_>> = rows.collect();
            let rows = rows.ok_or_else(common::no_listener)?.into_iter();
            rows.map(|(arn, it)| (arn.to_owned(), it)).collect()
        }
    };
    call.page(input, common::PAGE, rows, |it| it.view.clone())
}

/// ModifyListener: what isn't given stays.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html>
pub(super) fn modify(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("ListenerArn");
    let before = common::listener(call, input)?.view.clone();
    let of = before.text("LoadBalancerArn");
    let balancer = call.get::<LoadBalancer>(of).cloned();
    let balancer = balancer.ok_or_else(common::no_load_balancer)?;
    let view = settings(call, &before, input, &balancer)?;
    let on_port = call.table::<Listener>().with(of);
    let taken = on_port
        .filter(|(id, _)| *id != arn)
        .any(|(_, it)| it.view.int("Port") == view.int("Port"));
    if taken {
        let message = "A listener already exists on this port for this load balancer";
        return Err(AwsError::new(
            "DuplicateListener",
            format!("{message} '{of}'"),
        ));
    }
    let default = rule::default_of(call, arn);
    if let Some(mut rule) = default.and_then(|id| call.table_mut::<Rule>().get_mut(&id)) {
        rule.view["Actions"] = view["DefaultActions"].clone();
    }
    let mut listener = common::listener(call, input)?;
    if listener.view["Protocol"] != view["Protocol"] {
        listener.attributes = attributes::of_listener(view.text("Protocol"));
    }
    listener.view = view.clone();
    Ok(json!({"Listeners": [view]}))
}

/// DeleteListener: with its rules.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteListener.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    common::listener(call, input)?;
    remove(call, input.text("ListenerArn"));
    Ok(json!({}))
}

/// Takes a listener and its rules away.
pub(super) fn remove(call: &mut Call<'_>, arn: &str) {
    for id in rule::of(call, arn) {
        call.table_mut::<Rule>().remove(&id);
    }
    call.table_mut::<Listener>().remove(arn);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::load_balancer::tests::Net;

    fn input(balancer: &str, group: &str, more: Value) -> Value {
        let mut input = json!({
            "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80,
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}],
        });
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        input
    }

    /// DuplicateListener: A listener with the specified port already exists; see
    /// API_CreateListener.
    #[test]
    fn a_port_is_listened_on_once() {
        let net = Net::new();
        let (balancer, group) = (net.balancer("web"), net.group("web"));
        let listener = net.listener(&balancer, &group);
        assert_eq!(net.listener(&balancer, &group), listener);
        let fixed =
            json!([{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]);
        let other = input(&balancer, &group, json!({"DefaultActions": fixed}));
        let code = net.aws.code("elbv2", "CreateListener", other);
        assert_eq!(code, "DuplicateListener");
    }

    /// If the protocol is HTTPS or TLS, you must provide exactly one certificate; see the same.
    #[test]
    fn https_needs_a_certificate() {
        let net = Net::new();
        let (balancer, group) = (net.balancer("web"), net.group("web"));
        let bare = input(&balancer, &group, json!({"Protocol": "HTTPS"}));
        let code = net.aws.code("elbv2", "CreateListener", bare);
        assert_eq!(code, "ValidationError");
        let arn = "arn:aws:acm:eu-west-3:123456789012:certificate/1";
        let more = json!({"Protocol": "HTTPS", "Certificates": [{"CertificateArn": arn}]});
        let made = net
            .aws
            .ok("elbv2", "CreateListener", input(&balancer, &group, more));
        let made = &made["Listeners"][0];
        assert_eq!(made["SslPolicy"], "ELBSecurityPolicy-2016-08");
        assert_eq!(made["MutualAuthentication"]["Mode"], "off");
        let tcp = input(&balancer, &group, json!({"Protocol": "TCP", "Port": 81}));
        assert_eq!(
            net.aws.code("elbv2", "CreateListener", tcp),
            "ValidationError"
        );
    }

    #[test]
    fn a_listener_changes_with_its_default_rule() {
        let net = Net::new();
        let (balancer, group) = (net.balancer("web"), net.group("web"));
        let listener = net.listener(&balancer, &group);
        let fixed =
            json!([{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]);
        let change = json!({"ListenerArn": listener, "DefaultActions": fixed});
        net.aws.ok("elbv2", "ModifyListener", change);
        let rules = json!({"ListenerArn": listener});
        let rules = net.aws.ok("elbv2", "DescribeRules", rules);
        assert_eq!(rules["Rules"][0]["Actions"], fixed);
        net.aws.ok(
            "elbv2",
            "DeleteTargetGroup",
            json!({"TargetGroupArn": group}),
        );
        let absent = json!({"ListenerArns": [format!("{listener}0")]});
        let code = net.aws.code("elbv2", "DescribeListeners", absent);
        assert_eq!(code, "ListenerNotFound");
    }
}
