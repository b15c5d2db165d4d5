//! RDS's types.

use jeancloud_model::{
    Az, Cidr, Handle, Region, cidr,
    ec2::{Subnet, Vpc},
    kms::Key,
    rds::{DbInstance, DbSubnetGroup, Engine, LogExport, StorageType},
};
use jeancloud_stack::{Scope, Stack};

use crate::{
    gaps,
    harness::{Case, Gap, On, World},
};

/// A small database with these setters called. Unless it is `kept`, no snapshot is left of it.
macro_rules! database {
    ($stack:ident, $name:literal $(, $setter:ident($($value:expr),*))* $(,)?) => {
        database!(kept $stack, $name, skip_final_snapshot(true) $(, $setter($($value),*))*)
    };
    (kept $stack:ident, $name:literal $(, $setter:ident($($value:expr),*))* $(,)?) => {{
        let [a, b, _] = subnets($stack);
        let group = main($stack).add("group", DbSubnetGroup::builder()
            .db_subnet_group_name("conformance-group")
            .db_subnet_group_description("a group")
            .subnet_ids([&a, &b])
            .build());
        main($stack).add("db", DbInstance::builder()
            .db_instance_identifier($name)
            .db_instance_class("db.t4g.micro")
            .engine(Engine::Postgres)
            .master_username("jeancloud")
            .allocated_storage(20)
            .storage_type(StorageType::Gp3)
            .db_subnet_group_name(&group)
            .deletion_protection(false)
            $(.$setter($($value),*))*
            .build());
    }};
}

conformance! {
    db_subnet_group: Case {
        type_name: "AWS::RDS::DBSubnetGroup",
        address: "main/group",
        base: |stack| {
            let [a, b, _] = subnets(stack);
            main(stack).add("group", DbSubnetGroup::builder()
                .db_subnet_group_name("conformance-group")
                .db_subnet_group_description("a group")
                .subnet_ids([&a, &b])
                .build());
        },
        updates: &[
            ("set", |stack| {
                let [a, b, _] = subnets(stack);
                main(stack).add("group", DbSubnetGroup::builder()
                    .db_subnet_group_name("conformance-group")
                    .db_subnet_group_description("a group")
                    .subnet_ids([&a, &b])
                    .tag("Name", "one")
                    .build());
            }),
            ("change", |stack| {
                let [a, b, _] = subnets(stack);
                main(stack).add("group", DbSubnetGroup::builder()
                    .db_subnet_group_name("conformance-group")
                    .db_subnet_group_description("a group")
                    .subnet_ids([&a, &b])
                    .tag("Name", "two")
                    .tag("Team", "data")
                    .build());
            }),
            ("clear", |stack| {
                let [a, b, _] = subnets(stack);
                main(stack).add("group", DbSubnetGroup::builder()
                    .db_subnet_group_name("conformance-group")
                    .db_subnet_group_description("a group")
                    .subnet_ids([&a, &b])
                    .build());
            }),
        ],
        replaced: Some(|stack| {
            let [a, b, _] = subnets(stack);
            main(stack).add("group", DbSubnetGroup::builder()
                .db_subnet_group_name("conformance-other")
                .db_subnet_group_description("a group")
                .subnet_ids([&a, &b])
                .build());
        }),
        gaps: &[],
    },
    changed_db_subnet_group: Case {
        type_name: "AWS::RDS::DBSubnetGroup",
        address: "main/group",
        base: |stack| {
            let [a, b, _] = subnets(stack);
            group_of(stack, "a group", &[a, b]);
        },
        updates: &[
            ("another description", |stack| {
                let [a, b, _] = subnets(stack);
                group_of(stack, "another", &[a, b]);
            }),
            ("one more subnet", |stack| {
                let all = subnets(stack);
                group_of(stack, "another", &all);
            }),
            ("other subnets", |stack| {
                let [_, b, c] = subnets(stack);
                group_of(stack, "another", &[c, b]);
            }),
        ],
        replaced: None,
        gaps: &[Gap {
            difference: gaps::CHANGED_SUBNET_GROUPS_VANISH,
            test: "updates_set_change_and_clear",
        }],
    },
    db_instance: Case {
        type_name: "AWS::RDS::DBInstance",
        address: "main/db",
        base: |stack| database!(stack, "conformance-db"),
        updates: &[
            ("set", |stack| database!(stack, "conformance-db",
                multi_az(true),
                backup_retention_period(7),
                preferred_backup_window("03:00-04:00"),
                preferred_maintenance_window("mon:04:30-mon:05:30"),
                copy_tags_to_snapshot(true),
                max_allocated_storage(100),
                enable_cloudwatch_logs_exports([LogExport::Postgresql, LogExport::Upgrade]),
                auto_minor_version_upgrade(false),
                tag("Name", "one"),
            )),
            ("change", |stack| database!(stack, "conformance-db",
                multi_az(true),
                backup_retention_period(14),
                preferred_backup_window("02:00-03:00"),
                preferred_maintenance_window("mon:04:30-mon:05:30"),
                copy_tags_to_snapshot(true),
                max_allocated_storage(200),
                enable_cloudwatch_logs_exports([LogExport::Postgresql]),
                auto_minor_version_upgrade(false),
                tag("Name", "two"),
            )),
            ("clear", |stack| database!(stack, "conformance-db")),
        ],
        replaced: Some(|stack| database!(stack, "conformance-other")),
        gaps: &[],
    },
}

on_each!(backups_are_replicated, gaps::BACKUPS_STAY_IN_THEIR_REGION);

/// Replication begins with the database, goes elsewhere, ends, and begins again. It ends with the
/// database.
async fn backups_are_replicated(on: On) {
    const TO: [Option<Region>; 4] = [
        Some(Region::EuCentral1),
        Some(Region::EuWest1),
        None,
        Some(Region::EuCentral1),
    ];
    fn version<const AT: usize>(stack: &Stack) {
        let keys = [Region::EuCentral1, Region::EuWest1].map(|region| {
            let scope = stack.region(region.as_str(), region);
            (region, scope.add("key", Key::builder().build()))
        });
        let key = keys.into_iter().find(|(region, _)| TO[AT] == Some(*region));
        database!(
            stack,
            "conformance-replicated",
            backup_retention_period(7),
            automatic_backup_replication_region(TO[AT]),
            automatic_backup_replication_kms_key_id(key.map(|(_, key)| key)),
        );
    }
    let world = World::new(on, "rds::backups_are_replicated").await;
    for version in [version::<0>, version::<1>, version::<2>, version::<3>] {
        let _ = world.apply(version).await;
        let plan = world.plan(version).await;
        assert!(plan.actions.is_empty(), "{plan:#?}");
    }
    world.destroy(version::<3>).await;
}

on_each!(
    a_database_leaves_a_final_snapshot_each_time,
    gaps::DATABASES_SHARE_AN_ID
);

/// A database that is deleted leaves a snapshot, and its successor of the same name another one.
async fn a_database_leaves_a_final_snapshot_each_time(on: On) {
    fn version(stack: &Stack) {
        database!(kept stack, "conformance-kept");
    }
    let world = World::new(on, "rds::a_database_leaves_a_final_snapshot").await;
    let mut told = Vec::new();
    for _ in 0..2 {
        let _ = world.apply(version).await;
        told.extend(world.losses(version).await.pop().and_then(|it| it.detail));
        world.destroy(version).await;
    }
    let clients = world.clients(Region::EuWest3).await;
    let snapshots = clients.rds().describe_db_snapshots().send().await;
    let snapshots = snapshots.expect("DescribeDBSnapshots");
    let snapshots: Vec<_> = snapshots.db_snapshots().iter().collect();
    assert_eq!(snapshots.len(), 2, "{snapshots:#?}");
    for snapshot in snapshots {
        assert_eq!(snapshot.status(), Some("available"));
        assert_eq!(snapshot.db_instance_identifier(), Some("conformance-kept"));
        let name = snapshot.db_snapshot_identifier().unwrap_or_default();
        let said = format!("the snapshot is {name}");
        assert!(told.contains(&said), "{said} is not among {told:?}");
    }
}

on_each!(a_database_ends_as_the_program_says_when_it_is_deleted);

/// It was applied to leave a final snapshot, and is destroyed to leave none.
async fn a_database_ends_as_the_program_says_when_it_is_deleted(on: On) {
    fn applied(stack: &Stack) {
        database!(kept stack, "conformance-ends");
    }
    fn now(stack: &Stack) {
        database!(stack, "conformance-ends");
    }
    let world = World::new(on, "rds::a_database_ends_as_the_program_says").await;
    let _ = world.apply(applied).await;
    let losses = world.losses(now).await;
    assert!(losses[0].text.contains("no final snapshot"), "{losses:?}");
    world.destroy(now).await;
    let clients = world.clients(Region::EuWest3).await;
    let snapshots = clients.rds().describe_db_snapshots().send().await;
    let snapshots = snapshots.expect("DescribeDBSnapshots");
    assert!(snapshots.db_snapshots().is_empty(), "{snapshots:#?}");
}

fn group_of(stack: &Stack, description: &str, subnets: &[Handle<Subnet>]) {
    let group = DbSubnetGroup::builder()
        .db_subnet_group_name("conformance-group")
        .db_subnet_group_description(description)
        .subnet_ids(subnets);
    main(stack).add("group", group.build());
}

fn main(stack: &Stack) -> Scope<'_> {
    stack.region("main", Region::EuWest3)
}

fn subnets(stack: &Stack) -> [Handle<Subnet>; 3] {
    const NET: Cidr = cidr!("10.0.0.0/16");
    let main = main(stack);
    let vpc = main.add("vpc", Vpc::builder().cidr_block(NET).build());
    [Az::A, Az::B, Az::C].map(|az| {
        let subnet = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(NET.part(24, az as u32))
            .availability_zone(az)
            .build();
        main.add(&format!("subnet-{}", az.letter()), subnet)
    })
}
