//! Every property of a database.

use jeancloud_model::{
    Arn, Az, Bounded, Cidr, Handle, Input, IntoInputs, Port, Region, cidr,
    ec2::{InternetGateway, SecurityGroup, Subnet, Vpc, VpcGatewayAttachment},
    kms::KeyArn,
    rds::{
        DatabaseInsightsMode, DbInstance, DbSubnetGroup, Engine, EngineLifecycleSupport,
        LicenseModel, StorageType,
    },
};
use jeancloud_stack::Stack;

use super::lacking;
use crate::{gaps, harness::Case};

changes! {
    operation: Case {
        type_name: "AWS::RDS::DBInstance",
        address: "main/db",
        base: |stack| database(stack, |db| db.engine_version = Some(known("16.8".into()))),
        updates: &[
            ("set", |stack| database(stack, |db| {
                operated(db, true);
                db.engine_version = Some(known("16.8".into()));
            })),
            ("change", |stack| database(stack, |db| operated(db, false))),
            ("set again", |stack| database(stack, |db| operated(db, true))),
            ("clear", |stack| database(stack, |db| {
                db.db_instance_class = known("db.m6g.large".into());
                db.engine_version = Some(known("16.9".into()));
                db.ca_certificate_identifier = Some(jeancloud_model::Text::known("rds-ca-ecc384-g1"));
            })),
        ],
        replaced: None,
        gaps: &[],
    },
    storage: Case {
        type_name: "AWS::RDS::DBInstance",
        address: "main/db",
        base: |stack| database(stack, |db| db.storage_type = None),
        updates: &[
            ("set", |stack| database(stack, |db| stored(db, 400, StorageType::Gp3, 12_000, 500))),
            ("change", |stack| database(stack, |db| stored(db, 500, StorageType::Gp3, 13_000, 600))),
            ("other", |stack| database(stack, |db| {
                stored(db, 500, StorageType::Io1, 14_000, 600);
                db.storage_throughput = None;
            })),
            ("log volume", |stack| database(stack, |db| {
                stored(db, 500, StorageType::Io1, 14_000, 600);
                db.storage_throughput = None;
                db.dedicated_log_volume = Some(known(true));
            })),
            ("no log volume", |stack| database(stack, |db| {
                stored(db, 500, StorageType::Io1, 14_000, 600);
                db.storage_throughput = None;
                db.dedicated_log_volume = Some(known(false));
            })),
            ("log volume again", |stack| database(stack, |db| {
                stored(db, 500, StorageType::Io1, 14_000, 600);
                db.storage_throughput = None;
                db.dedicated_log_volume = Some(known(true));
            })),
            ("clear", |stack| database(stack, |db| {
                stored(db, 500, StorageType::Io1, 14_000, 600);
                db.storage_throughput = None;
                db.dedicated_log_volume = None;
            })),
        ],
        replaced: None,
        gaps: &[lacking(gaps::STORAGE_HAS_NO_THROUGHPUT)],
    },
    watching: Case {
        type_name: "AWS::RDS::DBInstance",
        address: "main/db",
        base: |stack| database(stack, |_| {}),
        updates: &[
            ("set", |stack| database(stack, |db| watched(db, true))),
            ("change", |stack| database(stack, |db| watched(db, false))),
            ("none", |stack| database(stack, |db| {
                watched(db, true);
                db.enable_performance_insights = Some(known(false));
                db.performance_insights_kms_key_id = None;
                db.performance_insights_retention_period = None;
            })),
            ("clear", |stack| database(stack, |_| {})),
        ],
        replaced: None,
        gaps: &[lacking(gaps::NO_INSIGHTS)],
    },
    network: Case {
        type_name: "AWS::RDS::DBInstance",
        address: "main/db",
        base: |stack| database(stack, |_| {}),
        updates: &[
            ("set", |stack| grouped(stack, 0, 5433, true)),
            ("change", |stack| grouped(stack, 1, 5434, false)),
            ("set again", |stack| grouped(stack, 0, 5433, true)),
            // Its groups stay with it: their default is the VPC's, which no document knows.
            ("clear", |stack| {
                let (group, _) = groups(stack);
                add(stack, &group, |_| {});
            }),
        ],
        replaced: None,
        gaps: &[lacking(gaps::PORTS_STAY)],
    },
    manners: Case {
        type_name: "AWS::RDS::DBInstance",
        address: "main/db",
        base: |stack| database(stack, |db| db.skip_final_snapshot = None),
        updates: &[
            ("set", |stack| database(stack, |db| managed(db, true))),
            ("change", |stack| database(stack, |db| managed(db, false))),
            ("clear", |stack| database(stack, |db| db.skip_final_snapshot = None)),
        ],
        replaced: None,
        gaps: &[],
    },
    subnets_of_a_group: Case {
        type_name: "AWS::RDS::DBSubnetGroup",
        address: "main/group",
        base: |stack| { ground(stack, "one", [0, 1]); },
        updates: &[
            ("change", |stack| { ground(stack, "two", [1, 2]); }),
        ],
        replaced: None,
        gaps: &[lacking(gaps::CHANGED_SUBNET_GROUPS_VANISH)],
    },
}

fn known<T>(value: T) -> Input<T> {
    Input::Known(value)
}

fn key(number: u8) -> KeyArn {
    KeyArn::from(format!(
        "arn:aws:kms:eu-west-3:123456789012:key/{number}234abcd-12ab-34cd-56ef-1234567890ab"
    ))
}

fn database(stack: &Stack, finish: impl FnOnce(&mut DbInstance)) {
    let (_, group) = ground(stack, "one", [0, 1]);
    add(stack, &group, finish);
}

fn add(stack: &Stack, group: &Handle<DbSubnetGroup>, finish: impl FnOnce(&mut DbInstance)) {
    let mut database = DbInstance::builder()
        .db_instance_identifier("changes")
        .db_instance_class("db.m6g.large")
        .engine(Engine::Postgres)
        .master_username("jeancloud")
        .allocated_storage(20)
        .storage_type(StorageType::Gp3)
        .db_subnet_group_name(group)
        .deletion_protection(false)
        .skip_final_snapshot(true)
        .build();
    finish(&mut database);
    stack.region("main", Region::EuWest3).add("db", database);
}

fn operated(db: &mut DbInstance, first: bool) {
    db.db_instance_class = known(
        if first {
            "db.m6g.large"
        } else {
            "db.m6g.xlarge"
        }
        .into(),
    );
    db.engine_version = Some(known("16.9".into()));
    db.auto_minor_version_upgrade = Some(known(!first));
    db.engine_lifecycle_support = Some(known(match first {
        true => EngineLifecycleSupport::ExtendedDisabled,
        false => EngineLifecycleSupport::Extended,
    }));
    db.license_model = Some(known(LicenseModel::PostgresqlLicense));
    db.multi_az = Some(known(first));
    db.ca_certificate_identifier = Some(jeancloud_model::Text::known(match first {
        true => "rds-ca-rsa4096-g1",
        false => "rds-ca-ecc384-g1",
    }));
    db.backup_retention_period = Some(known(Bounded::new(if first { 7 } else { 14 })));
    db.preferred_backup_window = Some(known(
        if first { "03:00-04:00" } else { "02:00-03:00" }.into(),
    ));
    db.preferred_maintenance_window = Some(known(
        if first {
            "mon:04:30-mon:05:30"
        } else {
            "tue:04:30-tue:05:30"
        }
        .into(),
    ));
    db.copy_tags_to_snapshot = Some(known(first));
    db.deletion_protection = Some(known(first));
    db.enable_iam_database_authentication = Some(known(first));
}

fn stored(db: &mut DbInstance, size: u32, kind: StorageType, iops: u32, throughput: u32) {
    db.allocated_storage = known(Bounded::new(size));
    db.storage_type = Some(known(kind));
    db.iops = Some(known(Bounded::new(iops)));
    db.storage_throughput = Some(known(Bounded::new(throughput)));
}

fn watched(db: &mut DbInstance, first: bool) {
    db.monitoring_interval = Some(known(Bounded::new(if first { 30 } else { 60 })));
    let role = format!("arn:aws:iam::123456789012:role/monitoring-{first}");
    db.monitoring_role_arn = Some(known(Arn::new(role)));
    db.enable_performance_insights = Some(known(true));
    db.performance_insights_kms_key_id = Some(known(key(1)));
    db.performance_insights_retention_period =
        Some(known(Bounded::new(if first { 31 } else { 465 })));
    db.database_insights_mode = Some(known(match first {
        true => DatabaseInsightsMode::Standard,
        false => DatabaseInsightsMode::Advanced,
    }));
}

fn grouped(stack: &Stack, index: usize, port: u16, first: bool) {
    let (group, groups) = groups(stack);
    add(stack, &group, |db| {
        db.vpc_security_groups = [&groups[index]].into_inputs();
        db.port = Some(known(Port::new(port)));
        db.publicly_accessible = Some(known(first));
    });
}

/// A group of subnets, and two security groups.
fn groups(stack: &Stack) -> (Handle<DbSubnetGroup>, [Handle<SecurityGroup>; 2]) {
    let scope = stack.region("main", Region::EuWest3);
    let (vpc, group) = ground(stack, "one", [0, 1]);
    let groups = ["one", "two"].map(|name| {
        scope.add(
            name,
            SecurityGroup::in_vpc(&vpc, name, "a group of the database"),
        )
    });
    (group, groups)
}

fn managed(db: &mut DbInstance, first: bool) {
    db.allow_major_version_upgrade = Some(known(first));
    db.apply_immediately = Some(known(first));
    db.delete_automated_backups = Some(known(first));
    db.skip_final_snapshot = Some(known(first));
}

/// A VPC and a group of these of its subnets.
fn ground(
    stack: &Stack,
    description: &'static str,
    indexes: [usize; 2],
) -> (Handle<Vpc>, Handle<DbSubnetGroup>) {
    const NET: Cidr = cidr!("10.0.0.0/16");
    let scope = stack.region("main", Region::EuWest3);
    let vpc = Vpc::builder().cidr_block(NET).enable_dns_hostnames(true);
    let vpc = scope.add("vpc", vpc.build());
    let gateway = scope.add("gateway", InternetGateway::builder().build());
    let attachment = VpcGatewayAttachment::builder()
        .vpc_id(&vpc)
        .internet_gateway_id(&gateway);
    scope.add("attachment", attachment.build());
    let subnets = [Az::A, Az::B, Az::C].map(|az| {
        let subnet = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(NET.part(24, az as u32))
            .availability_zone(az);
        scope.add(&format!("subnet-{}", az.letter()), subnet.build())
    });
    let group = DbSubnetGroup::builder()
        .db_subnet_group_name("changes")
        .db_subnet_group_description(description)
        .subnet_ids(indexes.map(|index| &subnets[index]));
    (vpc, scope.add("group", group.build()))
}
