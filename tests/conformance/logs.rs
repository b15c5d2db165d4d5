//! Log groups.

use jeancloud_model::{
    Region,
    logs::{LogGroup, Retention},
};
use jeancloud_stack::Stack;

use crate::harness::Case;

conformance! {
    log_group: Case {
        type_name: "AWS::Logs::LogGroup",
        address: "main/log-group",
        base: |stack| add(stack, LogGroup::builder().log_group_name("/ecs/app").build()),
        updates: &[
            ("set", |stack| add(stack, LogGroup::builder()
                .log_group_name("/ecs/app")
                .retention_in_days(Retention::Days30)
                .tag("Team", "web")
                .build())),
            ("change", |stack| add(stack, LogGroup::builder()
                .log_group_name("/ecs/app")
                .retention_in_days(Retention::Days90)
                .tag("Team", "api")
                .tag("Name", "app")
                .build())),
            ("clear", |stack| add(stack, LogGroup::builder().log_group_name("/ecs/app").build())),
        ],
        replaced: Some(|stack| add(stack, LogGroup::builder().log_group_name("/ecs/other").build())),
        gaps: &[],
    },
    named_log_group: Case {
        type_name: "AWS::Logs::LogGroup",
        address: "main/log-group",
        base: |stack| add(stack, LogGroup::builder().build()),
        updates: &[("set", |stack| add(stack, LogGroup::builder().retention_in_days(Retention::Days1).build()))],
        replaced: None,
        gaps: &[],
    },
}

fn add(stack: &Stack, group: LogGroup) {
    stack
        .region("main", Region::EuWest3)
        .add("log-group", group);
}
