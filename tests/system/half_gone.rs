//! A database is being deleted, which takes RDS minutes, and is wanted again meanwhile. Where RDS takes
//! seconds: more than a survey does on a busy machine.

use std::time::Duration;

use jeancloud::{plan::Op, prelude::*};
use jeancloud_emulator::Emulator;

use super::life::{Life, steps};
use crate::harness::Cloud;

const ACCOUNT: &str = "111122223333";

fn database(name: Option<&'static str>) -> Stack {
    let stack = Stack::new("half-gone");
    let main = stack.region("main", Region::EuWest3);
    const NET: Cidr = cidr!("10.0.0.0/16");
    let vpc = main.add("vpc", Vpc::builder().cidr_block(NET).build());
    let subnets = [("a", Az::A, NET.part(24, 1)), ("b", Az::B, NET.part(24, 2))];
    let subnets = subnets.map(|(name, zone, block)| {
        let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block);
        main.add(name, subnet.availability_zone(zone).build())
    });
    let group = DbSubnetGroup::builder()
        .db_subnet_group_description("private")
        .subnet_ids(&subnets);
    let group = main.add("group", group.build());
    let database = DbInstance::builder()
        .db_instance_identifier(name.map(DbInstanceIdentifier::new))
        .db_instance_class("db.t4g.micro")
        .engine(Engine::Postgres)
        .master_username("app")
        .allocated_storage(20)
        .db_subnet_group_name(&group)
        .deletion_protection(false)
        .skip_final_snapshot(true);
    main.add("db", database.build());
    stack
}

/// The stack's own `destroy` is killed when RDS has begun.
async fn half_gone(stack: &Stack) -> (Emulator, Life) {
    let emulator = Emulator::builder().time_factor(0.03).build();
    let life = Life::of(Cloud::of(&emulator, ACCOUNT));
    let _ = life.apply(stack).await;
    let begun = async {
        let is_it = |call: &jeancloud_emulator::LoggedCall| call.operation == "DeleteDBInstance";
        while !emulator.calls().iter().any(is_it) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = life.destroy(stack) => panic!("nothing takes time"),
        () = begun => {}
    }
    (emulator, life)
}

#[tokio::test]
async fn a_database_of_a_fixed_name_is_made_again_when_the_old_one_is_gone() {
    let stack = database(Some("app"));
    let (_emulator, life) = half_gone(&stack).await;
    let plan = life.apply(&stack).await;
    let about: Vec<(Op, &str)> = plan
        .at("main/db")
        .map(|action| (action.op, action.reason.as_str()))
        .collect();
    let going = "AWS is deleting it";
    assert_eq!(about, [(Op::Delete, going), (Op::Create, going)]);
    assert_eq!(steps(&life.plan(&stack).await), [""; 0]);
    life.destroy(&stack).await;
    life.expect_nothing_left().await;
}

#[tokio::test]
async fn a_database_without_one_is_made_again_beside_it() {
    let stack = database(None);
    let (_emulator, life) = half_gone(&stack).await;
    let plan = life.apply(&stack).await;
    let about: Vec<Op> = plan.at("main/db").map(|action| action.op).collect();
    assert_eq!(about, [Op::Create, Op::Delete]);
    assert_eq!(steps(&life.plan(&stack).await), [""; 0]);
    life.destroy(&stack).await;
    life.expect_nothing_left().await;
}

/// Nothing is to be deleted before the database that uses it.
#[tokio::test]
async fn a_destruction_goes_on_waiting_for_it() {
    let stack = database(None);
    let (_emulator, life) = half_gone(&stack).await;
    life.destroy(&stack).await;
    life.expect_nothing_left().await;
}
