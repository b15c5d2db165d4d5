//! KMS's types.

use jeancloud_model::{
    Region,
    iam::{Principal, Statement},
    kms::{Key, KeySpec, KeyUsage},
    lookup::CallerIdentity,
};
use jeancloud_stack::Stack;

use crate::{
    gaps,
    harness::{Case, Gap},
};

conformance! {
    key: Case {
        type_name: "AWS::KMS::Key",
        address: "main/key",
        base: |stack| add(stack, Key::builder().build()),
        updates: &[
            ("set", |stack| {
                let caller = stack.global().lookup("caller", CallerIdentity::builder().build());
                add(stack, Key::builder()
                    .description("the database's")
                    .key_policy(Statement::allow("kms:*").principal(Principal::account(&caller)).on("*"))
                    .enable_key_rotation(true)
                    .tag("Name", "one")
                    .build());
            }),
            ("change", |stack| {
                let caller = stack.global().lookup("caller", CallerIdentity::builder().build());
                add(stack, Key::builder()
                    .description("the old database's")
                    .key_policy(Statement::allow(["kms:Describe*", "kms:*"]).principal(Principal::account(&caller)).on("*"))
                    .enable_key_rotation(true)
                    .enabled(false)
                    .tag("Name", "two")
                    .build());
            }),
            ("clear", |stack| add(stack, Key::builder().build())),
        ],
        replaced: Some(|stack| add(stack, Key::builder()
            .key_spec(KeySpec::Rsa2048)
            .key_usage(KeyUsage::SignVerify)
            .build())),
        gaps: &[],
    },
    rotating_key: Case {
        type_name: "AWS::KMS::Key",
        address: "main/key",
        base: |stack| add(stack, Key::builder().enable_key_rotation(true).build()),
        updates: &[
            ("set", |stack| add(stack, Key::builder()
                .enable_key_rotation(true).rotation_period_in_days(180).build())),
            ("change", |stack| add(stack, Key::builder()
                .enable_key_rotation(true).rotation_period_in_days(90).build())),
            ("clear", |stack| add(stack, Key::builder().enable_key_rotation(true).build())),
        ],
        replaced: None,
        gaps: &[Gap {
            difference: gaps::ROTATION_HAS_NO_PERIOD,
            test: "updates_set_change_and_clear",
        }],
    },
}

fn add(stack: &Stack, key: Key) {
    stack.region("main", Region::EuWest3).add("key", key);
}
