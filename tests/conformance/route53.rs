//! Route 53's types.

use jeancloud_model::{
    Handle, Region, cidr,
    ec2::Vpc,
    route53::{
        AliasTarget, HostedZone, HostedZoneConfig, HostedZoneId, HostedZoneVpc, RecordSet,
        RecordType, quoted,
    },
};
use jeancloud_stack::Stack;

use crate::harness::Case;

conformance! {
    hosted_zone: Case {
        type_name: "AWS::Route53::HostedZone",
        address: "global/zone",
        base: |stack| { add_zone(stack); },
        updates: &[
            ("set", |stack| { stack.global().add("zone", HostedZone::builder()
                .name("example.com")
                .hosted_zone_config(HostedZoneConfig::comment("the first"))
                .tag("Name", "one")
                .build()); }),
            ("change", |stack| { stack.global().add("zone", HostedZone::builder()
                .name("example.com")
                .hosted_zone_config(HostedZoneConfig::comment("the second"))
                .tag("Name", "two")
                .tag("Team", "web")
                .build()); }),
            ("clear", |stack| { add_zone(stack); }),
        ],
        replaced: Some(|stack| { stack.global().add("zone", HostedZone::builder()
            .name("example.org")
            .build()); }),
        gaps: &[],
    },
    private_zone: Case {
        type_name: "AWS::Route53::HostedZone",
        address: "global/zone",
        base: |stack| {
            let [one, _] = vpcs(stack);
            private_zone(stack, &[&one]);
        },
        updates: &[
            ("set", |stack| {
                let [one, two] = vpcs(stack);
                private_zone(stack, &[&one, &two]);
            }),
            ("change", |stack| {
                let [_, two] = vpcs(stack);
                private_zone(stack, &[&two]);
            }),
        ],
        replaced: None,
        gaps: &[],
    },
    record_set: Case {
        type_name: "AWS::Route53::RecordSet",
        address: "global/record",
        base: |stack| {
            let zone = add_zone(stack);
            stack.global().add("record", RecordSet::builder()
                .hosted_zone_id(&zone)
                .name("api.example.com")
                .record_type(RecordType::A)
                .resource_records(["192.0.2.1"])
                .ttl(60)
                .build());
        },
        updates: &[
            ("set", |stack| {
                let zone = add_zone(stack);
                stack.global().add("record", RecordSet::builder()
                    .hosted_zone_id(&zone)
                    .name("api.example.com")
                    .record_type(RecordType::A)
                    .resource_records(["192.0.2.2", "192.0.2.1"])
                    .ttl(120)
                    .build());
            }),
            ("change", |stack| {
                let zone = add_zone(stack);
                stack.global().add("record", RecordSet::builder()
                    .hosted_zone_id(&zone)
                    .name("api.example.com")
                    .record_type(RecordType::A)
                    .alias_target(AliasTarget::new("d111111abcdef8.cloudfront.net", cloud_front()))
                    .build());
            }),
        ],
        replaced: Some(|stack| {
            let zone = add_zone(stack);
            stack.global().add("record", RecordSet::builder()
                .hosted_zone_id(&zone)
                .name("*.example.com")
                .record_type(RecordType::A)
                .resource_records(["192.0.2.1"])
                .ttl(60)
                .build());
        }),
        gaps: &[],
    },
    weighted_record_set: Case {
        type_name: "AWS::Route53::RecordSet",
        address: "global/blue",
        base: |stack| { weighted(stack, 200); },
        updates: &[("change", |stack| { weighted(stack, 100); })],
        replaced: None,
        gaps: &[],
    },
}

fn add_zone(stack: &Stack) -> Handle<HostedZone> {
    let zone = HostedZone::builder().name("example.com");
    stack.global().add("zone", zone.build())
}

fn vpcs(stack: &Stack) -> [Handle<Vpc>; 2] {
    let scope = stack.region("main", Region::EuWest3);
    [("one", 0), ("two", 1)].map(|(name, index)| {
        let block = cidr!("10.0.0.0/8").part(16, index);
        scope.add(name, Vpc::builder().cidr_block(block).build())
    })
}

fn private_zone(stack: &Stack, vpcs: &[&Handle<Vpc>]) {
    let vpcs = vpcs
        .iter()
        .map(|vpc| HostedZoneVpc::new(*vpc, Region::EuWest3));
    let zone = HostedZone::builder()
        .name("internal.example.com")
        .vpcs(vpcs);
    stack.global().add("zone", zone.build());
}

fn cloud_front() -> HostedZoneId {
    HostedZoneId::new("Z2FDTNDATAQYW2")
}

fn weighted(stack: &Stack, blue: u32) {
    let zone = add_zone(stack);
    for (name, weight) in [("blue", blue), ("green", 55)] {
        let record = RecordSet::builder()
            .hosted_zone_id(&zone)
            .name("shop.example.com")
            .record_type(RecordType::TXT)
            .resource_records([quoted(name)])
            .ttl(60)
            .set_identifier(name)
            .weight(weight);
        stack.global().add(name, record.build());
    }
}
