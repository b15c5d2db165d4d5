//! Route 53: zones and records.

use jeancloud_model::{
    IntoText, Region,
    route53::{HostedZone, HostedZoneConfig, HostedZoneVpc, RecordSet, RecordType, quoted},
};
use serde_json::{Value as Json, json};

use crate::table::{Kind, Table, known, some};

const STAYS_PUBLIC: &str = "A public zone never becomes private.";
const ASSOCIATE_VPC: &str =
    "https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html";
const STAYS_PRIVATE: &str = "A private zone keeps its last VPC, and never becomes public.";
const DISASSOCIATE_VPC: &str = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html";
const ANOTHER_KEY: &str = "\
    Zone, name, type and set identifier are a record's key: Terraform deletes one record and \
    creates another in one batch, which it calls an update; with jeancloud the new one comes \
    before the old one goes.";
const CHANGE_RECORDS: &str =
    "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html";

/// Adds them.
pub fn rows(table: &mut Table) {
    zone(table);
    record(table);
}

fn vpcs(indexes: &[u8]) -> Json {
    let vpc = |at: &u8| json!({"vpc_id": format!("${{aws_vpc.ground[{at}].id}}")});
    indexes.iter().map(vpc).collect::<Vec<_>>().into()
}

fn zone(table: &mut Table) {
    let mut zone = table.of(
        "aws_route53_zone",
        |_| {
            HostedZone::builder()
                .name("example.com")
                .hosted_zone_config(HostedZoneConfig::comment("ours"))
                .build()
        },
        json!({"name": "row-{n}.example.com", "comment": "ours"}),
    );
    zone.change(
        |it, _| it.name = known("example.org"),
        json!({"name": "row-{n}.example.org"}),
    );
    zone.change(
        |it, _| it.hosted_zone_config = Some(HostedZoneConfig::comment("the company's")),
        json!({"comment": "the company's"}),
    );
    zone.change(
        |it, _| it.tags.insert("Name", "ours"),
        json!({"tags": {"Name": "ours"}}),
    );
    zone.change(
        |it, on| it.vpcs = vec![HostedZoneVpc::new(&on.vpcs[0], Region::EuWest3)],
        json!({"vpc": vpcs(&[0])}),
    )
    .because(Kind::AwsRefuses, STAYS_PUBLIC, ASSOCIATE_VPC);
    let mut private = zone.starting(
        |it, on| it.vpcs = vec![HostedZoneVpc::new(&on.vpcs[0], Region::EuWest3)],
        json!({"vpc": vpcs(&[0])}),
    );
    private.change(
        |it, on| {
            it.vpcs
                .push(HostedZoneVpc::new(&on.vpcs[1], Region::EuWest3))
        },
        json!({"vpc": vpcs(&[0, 1])}),
    );
    private
        .change(|it, _| it.vpcs = Vec::new(), json!({"vpc": null}))
        .because(Kind::AwsRefuses, STAYS_PRIVATE, DISASSOCIATE_VPC);
}

fn record(table: &mut Table) {
    let mut record = table.of(
        "aws_route53_record",
        |on| {
            RecordSet::builder()
                .hosted_zone_id(&on.zones[0])
                .name("api.one.example.com")
                .record_type(RecordType::A)
                .ttl(60)
                .resource_records(["192.0.2.1", "192.0.2.2"])
                .build()
        },
        json!({
            "zone_id": "${aws_route53_zone.ground[0].zone_id}",
            "name": "row-{n}.one.example.com",
            "type": "A",
            "ttl": 60,
            "records": ["192.0.2.1", "192.0.2.2"],
        }),
    );
    record.change(
        |it, on| it.hosted_zone_id = known(&on.parent),
        json!({"zone_id": "${aws_route53_zone.parent.zone_id}"}),
    );
    record.change(
        |it, _| it.name = known("www.one.example.com"),
        json!({"name": "other-{n}.one.example.com"}),
    );
    let text = "v=spf1 -all";
    let mut texts = record.starting(
        move |it, _| {
            it.record_type = known(RecordType::TXT);
            it.resource_records = vec![quoted(text).into_text()];
        },
        json!({"type": "TXT", "records": [text]}),
    );
    texts
        .change(
            |it, _| it.record_type = known(RecordType::SPF),
            json!({"type": "SPF"}),
        )
        .because(Kind::WeReplace, ANOTHER_KEY, CHANGE_RECORDS);
    record.change(|it, _| it.ttl = some(300), json!({"ttl": 300}));
    record.change(
        |it, _| it.resource_records = vec!["192.0.2.3".into_text()],
        json!({"records": ["192.0.2.3"]}),
    );
    record.change(
        |it, _| it.resource_records.reverse(),
        json!({"records": ["192.0.2.2", "192.0.2.1"]}),
    );
    let mut weighted = record.starting(
        |it, _| {
            it.set_identifier = some("one");
            it.weight = some(10);
        },
        json!({"set_identifier": "one", "weighted_routing_policy": {"weight": 10}}),
    );
    weighted
        .change(
            |it, _| it.set_identifier = some("two"),
            json!({"set_identifier": "two"}),
        )
        .because(Kind::WeReplace, ANOTHER_KEY, CHANGE_RECORDS);
    weighted.change(
        |it, _| it.weight = some(20),
        json!({"weighted_routing_policy": {"weight": 20}}),
    );
}
