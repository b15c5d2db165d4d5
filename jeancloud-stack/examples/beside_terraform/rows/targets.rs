//! Target groups.

use jeancloud_model::elastic_load_balancing_v2::{
    Attributes, Protocol, ProtocolVersion, TargetGroup, TargetGroupAttributes, TargetType,
};
use serde_json::json;

use crate::table::{Kind, Table, known, some};

const EVERY_30_SECONDS: &str = "Left out, targets are asked every 30 seconds.";
const CREATE_TARGETS: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html";

/// Adds them.
pub fn rows(table: &mut Table) {
    let mut targets = table.of(
        "aws_lb_target_group",
        |on| {
            TargetGroup::builder()
                .name("web")
                .vpc_id(&on.vpcs[0])
                .port(8000)
                .protocol(Protocol::Http)
                .target_type(TargetType::Ip)
                .build()
        },
        json!({
            "name": "row-{n}",
            "vpc_id": "${aws_vpc.ground[0].id}",
            "port": 8000,
            "protocol": "HTTP",
            "target_type": "ip",
        }),
    );
    targets.change(|it, _| it.name = some("api"), json!({"name": "other-{n}"}));
    targets.change(
        |it, on| it.vpc_id = known(&on.vpcs[1]),
        json!({"vpc_id": "${aws_vpc.ground[1].id}"}),
    );
    targets.change(|it, _| it.port = known(9000), json!({"port": 9000}));
    targets.change(
        |it, _| it.protocol = known(Protocol::Https),
        json!({"protocol": "HTTPS"}),
    );
    targets.change(
        |it, _| it.protocol_version = some(ProtocolVersion::Http2),
        json!({"protocol_version": "HTTP2"}),
    );
    targets.change(
        |it, _| it.target_type = some(TargetType::Instance),
        json!({"target_type": "instance"}),
    );
    targets.change(
        |it, _| it.health_check_path = some("/health"),
        json!({"health_check": {"path": "/health"}}),
    );
    targets
        .starting(
            |it, _| it.health_check_interval_seconds = some(10),
            json!({"health_check": {"interval": 10}}),
        )
        .change(
            |it, _| it.health_check_interval_seconds = None,
            json!({"health_check": null}),
        )
        .because(Kind::Removed, EVERY_30_SECONDS, CREATE_TARGETS);
    targets.change(
        |it, _| it.target_group_attributes = delayed(30),
        json!({"deregistration_delay": 30}),
    );
    targets.change(
        |it, _| it.tags.insert("Name", "web"),
        json!({"tags": {"Name": "web"}}),
    );
}

fn delayed(seconds: u32) -> Option<Attributes<TargetGroupAttributes>> {
    let attributes = TargetGroupAttributes::builder().deregistration_delay_seconds(seconds);
    Some(Attributes(attributes.build()))
}
