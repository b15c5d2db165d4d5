//! Security groups and their rules.

use jeancloud_model::{
    cidr,
    ec2::{Peer, SecurityGroup, SecurityGroupEgress, SecurityGroupIngress, tcp},
};
use serde_json::json;

use crate::table::{Kind, Table, known, some};

const ANOTHER_RULE: &str = "\
    EC2 has ModifySecurityGroupRules. A rule's group, protocol, ports and peer are what \
    jeancloud finds it by, so that another of them is another rule; the new one comes before \
    the old one goes, as with CloudFormation.";
const INGRESS: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html";

/// Adds them.
pub fn rows(table: &mut Table) {
    group(table);
    ingress(table);
    egress(table);
}

fn group(table: &mut Table) {
    let mut group = table.of(
        "aws_security_group",
        |on| {
            SecurityGroup::builder()
                .vpc_id(&on.vpcs[0])
                .group_name("tasks")
                .group_description("The tasks")
                .build()
        },
        json!({
            "vpc_id": "${aws_vpc.ground[0].id}",
            "name": "row-{n}",
            "description": "The tasks",
        }),
    );
    group.change(
        |it, _| it.group_description = known("The tasks of the backend"),
        json!({"description": "The tasks of the backend"}),
    );
    group.change(
        |it, _| it.group_name = some("backend"),
        json!({"name": "other-{n}"}),
    );
    group.change(
        |it, on| it.vpc_id = known(&on.vpcs[1]),
        json!({"vpc_id": "${aws_vpc.ground[1].id}"}),
    );
    group.change(
        |it, _| it.tags.insert("Name", "tasks"),
        json!({"tags": {"Name": "tasks"}}),
    );
}

fn ingress(table: &mut Table) {
    let mut rule = table.of(
        "aws_vpc_security_group_ingress_rule",
        |on| {
            SecurityGroupIngress::builder()
                .group_id(&on.groups[0])
                .traffic(tcp(8000))
                .source(Peer::Ipv4(known(cidr!("10.0.0.0/8"))))
                .build()
        },
        json!({
            "security_group_id": "${aws_security_group.ground[0].id}",
            "ip_protocol": "tcp",
            "from_port": "{n}",
            "to_port": "{n}",
            "cidr_ipv4": "10.0.0.0/8",
        }),
    );
    rule.change(
        |it, _| it.source = Peer::Ipv4(known(cidr!("10.0.0.0/16"))).into(),
        json!({"cidr_ipv4": "10.0.0.0/16"}),
    )
    .because(Kind::WeReplace, ANOTHER_RULE, INGRESS);
    rule.change(
        |it, _| it.traffic = tcp(8000..=9000),
        json!({"to_port": 9000}),
    )
    .because(Kind::WeReplace, ANOTHER_RULE, INGRESS);
    rule.change(
        |it, _| it.description = some("from inside"),
        json!({"description": "from inside"}),
    );
    rule.starting(
        |it, _| it.description = some("from inside"),
        json!({"description": "from inside"}),
    )
    .change(|it, _| it.description = None, json!({"description": null}));
    rule.change(
        |it, on| it.group_id = known(&on.groups[1]),
        json!({"security_group_id": "${aws_security_group.ground[1].id}"}),
    );
}

fn egress(table: &mut Table) {
    let mut rule = table.of(
        "aws_vpc_security_group_egress_rule",
        |on| {
            SecurityGroupEgress::builder()
                .group_id(&on.groups[0])
                .traffic(tcp(8000))
                .destination(Peer::Ipv4(known(cidr!("10.0.0.0/8"))))
                .build()
        },
        json!({
            "security_group_id": "${aws_security_group.ground[0].id}",
            "ip_protocol": "tcp",
            "from_port": "{n}",
            "to_port": "{n}",
            "cidr_ipv4": "10.0.0.0/8",
        }),
    );
    rule.change(
        |it, on| it.destination = Peer::Group(known(&on.groups[1])).into(),
        json!({
            "cidr_ipv4": null,
            "referenced_security_group_id": "${aws_security_group.ground[1].id}",
        }),
    );
    rule.change(
        |it, _| it.description = some("to the inside"),
        json!({"description": "to the inside"}),
    );
}
