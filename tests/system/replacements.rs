//! The whole system, and one thing in it after the other replaced: what AWS makes hard to replace.
//!
//! On the emulator, which refuses what AWS refuses: a second one of the same name, the deletion of what is
//! in use, a target group behind two load balancers.

use serde_json::{Value as Json, json};

use jeancloud::prelude::*;

use super::{
    inventory,
    life::{Life, parameters},
    system,
};
use crate::harness::On;

/// A change that AWS can't make in place.
struct Change {
    what: &'static str,
    /// What is changed: address, property, and its new value.
    edits: &'static [(&'static str, &'static str, &'static str)],
}

const CHANGES: &[Change] = &[
    Change {
        what: "the group of the load balancer",
        edits: &[("france/sg-alb", "GroupDescription", "In front of the tasks")],
    },
    Change {
        what: "the group of the tasks, which two others name in their rules",
        edits: &[(
            "france/sg-ecs",
            "GroupDescription",
            "Behind the load balancer",
        )],
    },
    Change {
        what: "the group of the database",
        edits: &[("france/sg-rds", "GroupDescription", "Around the database")],
    },
    Change {
        what: "the target group behind the listener",
        edits: &[("france/targets", "Port", "8001")],
    },
    Change {
        what: "a task definition",
        edits: &[
            ("france/task", "Cpu", "512"),
            ("france/task", "Memory", "1024"),
        ],
    },
    Change {
        what: "a subnet of the database, the tasks and the endpoints",
        edits: &[("france/private-b", "CidrBlock", "10.0.5.0/24")],
    },
    Change {
        what: "the role that ECS starts tasks with",
        edits: &[("global/execution-role", "Path", "/jeancloud/")],
    },
    Change {
        what: "the whole VPC",
        edits: &[
            ("france/vpc", "CidrBlock", "10.2.0.0/16"),
            ("france/public-a", "CidrBlock", "10.2.1.0/24"),
            ("france/public-b", "CidrBlock", "10.2.2.0/24"),
            ("france/private-a", "CidrBlock", "10.2.3.0/24"),
            ("france/private-b", "CidrBlock", "10.2.4.0/24"),
        ],
    },
];

impl Change {
    fn make(&self, stack: &Stack) {
        for (address, property, value) in self.edits {
            stack.edit(address, |properties| {
                let value = match properties[property] {
                    Json::Number(_) => value
                        .parse()
                        .map_or(Json::Null, |number: u32| json!(number)),
                    _ => json!(value),
                };
                properties[property] = value;
            });
        }
    }
}

/// What there is of each kind in each region. History stays: deregistered task definitions, a service's
/// deployments, a zone's changes, and a deleted database's backups until their retention ends.
fn kinds(life: &Life) -> Vec<String> {
    let emulator = life.cloud.emulator().expect("this is the emulator");
    let lines = inventory::of(emulator).into_iter();
    let history = [
        "INACTIVE",
        " ecs/service-deployment",
        " route53/change",
        " rds/automated-backup",
    ];
    let lines = lines.filter(|line| !history.iter().any(|kind| line.contains(kind)));
    let kind = |line: String| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    lines.map(kind).collect()
}

#[tokio::test]
async fn what_is_hard_to_replace_is_replaced_and_nothing_is_left_over() {
    let life = Life::begin(On::Emulator, "replacements").await;
    let stack = system(&parameters(On::Emulator));
    let _ = life.apply(&stack).await;
    let before = kinds(&life);
    for change in CHANGES {
        change.make(&stack);
        let plan = life.apply(&stack).await;
        assert!(
            plan.summary.replace > 0,
            "{} is replaced: {plan:#?}",
            change.what
        );
        let again = life.plan(&stack).await;
        assert!(again.is_empty(), "after {}: {again:#?}", change.what);
        inventory::expect_same(&kinds(&life), &before, change.what);
    }
    life.destroy(&stack).await;
    life.expect_nothing_left().await;
}

/// RDS moves no instance within its zone: a plan says so, where AWS would let an apply wait for ever.
#[tokio::test]
async fn the_subnet_that_the_database_lives_in_is_not_taken_from_its_group() {
    let life = Life::begin(On::Emulator, "an inhabited subnet").await;
    let stack = system(&parameters(On::Emulator));
    let _ = life.apply(&stack).await;
    stack.edit("france/private-a", |properties| {
        properties["CidrBlock"] = json!("10.0.5.0/24");
    });
    let refused = format!("{:?}", life.refused(&stack).await);
    for said in [
        "france/db-subnets",
        "france/private-a",
        "eu-west-3a",
        "france/db",
    ] {
        assert!(refused.contains(said), "{said} is missing in {refused}");
    }
}
