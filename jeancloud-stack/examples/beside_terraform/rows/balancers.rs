//! Load balancers, listeners and their rules.

use jeancloud_model::{
    IntoInputs,
    elastic_load_balancing_v2::{
        Action, Attributes, Condition, Listener, ListenerRule, LoadBalancer,
        LoadBalancerAttributes, Protocol, Scheme,
    },
};
use serde_json::{Value as Json, json};

use crate::table::{Table, known, some};

/// Adds them.
pub fn rows(table: &mut Table) {
    balancer(table);
    listener(table);
    rule(table);
}

fn idle(seconds: u32) -> Option<Attributes<LoadBalancerAttributes>> {
    let attributes = LoadBalancerAttributes::builder().idle_timeout_seconds(seconds);
    Some(Attributes(attributes.build()))
}

fn subnets(indexes: &[u8]) -> Json {
    let subnet = |at: &u8| format!("${{aws_subnet.ground[{at}].id}}").into();
    indexes.iter().map(subnet).collect::<Vec<Json>>().into()
}

fn balancer(table: &mut Table) {
    let mut balancer = table.of(
        "aws_lb",
        |on| {
            LoadBalancer::builder()
                .name("web")
                .scheme(Scheme::Internal)
                .subnets(&on.subnets[..2])
                .security_groups([&on.groups[0]])
                .build()
        },
        json!({
            "name": "row-{n}",
            "internal": true,
            "load_balancer_type": "application",
            "subnets": subnets(&[0, 1]),
            "security_groups": ["${aws_security_group.ground[0].id}"],
        }),
    );
    balancer.change(|it, _| it.name = some("api"), json!({"name": "other-{n}"}));
    balancer.change(
        |it, _| it.scheme = some(Scheme::InternetFacing),
        json!({"internal": false}),
    );
    balancer.change(
        |it, on| it.subnets = (&on.subnets).into_inputs(),
        json!({"subnets": subnets(&[0, 1, 2])}),
    );
    balancer.change(
        |it, on| it.subnets = [&on.subnets[1], &on.subnets[0]].into_inputs(),
        json!({"subnets": subnets(&[1, 0])}),
    );
    balancer.change(
        |it, on| it.security_groups = [&on.groups[1]].into_inputs(),
        json!({"security_groups": ["${aws_security_group.ground[1].id}"]}),
    );
    balancer.change(
        |it, _| it.load_balancer_attributes = idle(120),
        json!({"idle_timeout": 120}),
    );
    balancer
        .starting(
            |it, _| it.load_balancer_attributes = idle(120),
            json!({"idle_timeout": 120}),
        )
        .change(
            |it, _| it.load_balancer_attributes = None,
            json!({"idle_timeout": null}),
        );
    balancer.change(
        |it, _| it.tags.insert("Name", "web"),
        json!({"tags": {"Name": "web"}}),
    );
}

fn fixed(text: &str) -> Json {
    json!({
        "type": "fixed-response",
        "fixed_response": {"content_type": "text/plain", "message_body": text, "status_code": "404"},
    })
}

fn forward() -> Json {
    json!({"type": "forward", "target_group_arn": "${aws_lb_target_group.ground[0].arn}"})
}

fn listener(table: &mut Table) {
    let mut listener = table.of(
        "aws_lb_listener",
        |on| {
            Listener::builder()
                .load_balancer_arn(&on.balancers[0])
                .port(8000)
                .protocol(Protocol::Http)
                .default_actions(Action::fixed_response(404, "nothing here"))
                .build()
        },
        json!({
            "load_balancer_arn": "${aws_lb.ground[0].arn}",
            "port": "{n}",
            "protocol": "HTTP",
            "default_action": fixed("nothing here"),
        }),
    );
    listener.change(
        |it, on| it.load_balancer_arn = known(&on.balancers[1]),
        json!({"load_balancer_arn": "${aws_lb.ground[1].arn}"}),
    );
    listener.change(|it, _| it.port = known(9000), json!({"port": 9000}));
    listener.change(
        |it, on| it.default_actions = Action::forward(&on.targets[0]).into(),
        json!({"default_action": forward()}),
    );
    listener.change(
        |it, _| it.tags.insert("Name", "web"),
        json!({"tags": {"Name": "web"}}),
    );
}

fn rule(table: &mut Table) {
    let mut rule = table.of(
        "aws_lb_listener_rule",
        |on| {
            ListenerRule::builder()
                .listener_arn(&on.listeners[0])
                .priority(10)
                .conditions([Condition::path(["/a/*"])])
                .actions(Action::fixed_response(404, "nothing here"))
                .build()
        },
        json!({
            "listener_arn": "${aws_lb_listener.ground[0].arn}",
            "priority": "{n}",
            "condition": {"path_pattern": {"values": ["/a/*"]}},
            "action": fixed("nothing here"),
        }),
    );
    rule.change(
        |it, on| it.listener_arn = known(&on.listeners[1]),
        json!({"listener_arn": "${aws_lb_listener.ground[1].arn}"}),
    );
    rule.change(|it, _| it.priority = known(20), json!({"priority": 9000}));
    rule.change(
        |it, _| it.conditions = vec![Condition::path(["/b/*"])],
        json!({"condition": {"path_pattern": {"values": ["/b/*"]}}}),
    );
    rule.change(
        |it, on| it.actions = Action::forward(&on.targets[0]).into(),
        json!({"action": forward()}),
    );
}
