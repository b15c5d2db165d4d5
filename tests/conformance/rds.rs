//! RDS's types.

use jeancloud_model::{
    Az, Cidr, Handle, Region, cidr,
    ec2::{Subnet, Vpc},
    rds::{DbInstance, DbSubnetGroup, Engine, LogExport, StorageType},
};
use jeancloud_stack::{Scope, Stack};

use crate::harness::{Case, World};

/// A small database with these setters called.
macro_rules! database {
    ($stack:ident, $name:literal $(, $setter:ident($($value:expr),*))* $(,)?) => {{
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
            .skip_final_snapshot(true)
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

/// A database whose author did not decline it leaves a final snapshot when it is destroyed.
#[tokio::test]
async fn a_destroyed_database_leaves_its_final_snapshot() {
    fn kept(stack: &Stack) {
        let [a, b, _] = subnets(stack);
        let group = DbSubnetGroup::builder()
            .db_subnet_group_name("conformance-group")
            .db_subnet_group_description("a group")
            .subnet_ids([&a, &b]);
        let group = main(stack).add("group", group.build());
        let database = DbInstance::builder()
            .db_instance_identifier("conformance-kept")
            .db_instance_class("db.t4g.micro")
            .engine(Engine::Postgres)
            .master_username("jeancloud")
            .allocated_storage(20)
            .db_subnet_group_name(&group)
            .deletion_protection(false);
        main(stack).add("db", database.build());
    }
    let world = World::new("rds::a_destroyed_database_leaves_its_final_snapshot").await;
    let _ = world.apply(kept).await;
    world.destroy(kept).await;
    let clients = world.clients().clients(Region::EuWest3).await;
    let clients = clients.expect("moto has every region");
    let snapshots = clients.rds().describe_db_snapshots().send().await;
    let snapshots = snapshots.expect("DescribeDBSnapshots");
    let names: Vec<&str> = snapshots
        .db_snapshots()
        .iter()
        .filter_map(|snapshot| snapshot.db_snapshot_identifier())
        .filter(|name| name.starts_with("conformance-kept-final-"))
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
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
