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
    harness::{Case, On, World},
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
                    .rotation_period_in_days(180)
                    .tag("Name", "one")
                    .build());
            }),
            ("change", |stack| {
                let caller = stack.global().lookup("caller", CallerIdentity::builder().build());
                add(stack, Key::builder()
                    .description("the old database's")
                    .key_policy(Statement::allow(["kms:Describe*", "kms:*"]).principal(Principal::account(&caller)).on("*"))
                    .enable_key_rotation(true)
                    .rotation_period_in_days(90)
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
}

on_each!(
    a_key_rotates_as_often_as_its_author_says,
    gaps::ROTATION_HAS_NO_PERIOD
);

/// Plans believe an endpoint that leaves a property out, so this looks itself.
async fn a_key_rotates_as_often_as_its_author_says(on: On) {
    let world = World::new(on, "kms::a_key_rotates_as_often_as_its_author_says").await;
    let version = |stack: &Stack| {
        let key = Key::builder()
            .enable_key_rotation(true)
            .rotation_period_in_days(180);
        add(stack, key.build());
    };
    let _ = world.apply(version).await;
    let clients = world.clients(Region::EuWest3).await;
    let keys = clients.kms().list_keys().send().await.expect("ListKeys");
    let [key] = keys.keys() else {
        panic!("there is one key: {keys:?}");
    };
    let rotation = clients.kms().get_key_rotation_status();
    let rotation = rotation.key_id(key.key_id().unwrap_or_default());
    let rotation = rotation.send().await.expect("GetKeyRotationStatus");
    assert_eq!(rotation.rotation_period_in_days(), Some(180));
}

fn add(stack: &Stack, key: Key) {
    stack.region("main", Region::EuWest3).add("key", key);
}
