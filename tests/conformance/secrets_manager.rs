//! Secrets Manager's types.

use jeancloud_model::{
    Region,
    secrets_manager::{GenerateSecretString, ReplicaRegion, Secret},
};
use jeancloud_stack::Stack;

use crate::harness::Case;

conformance! {
    secret: Case {
        type_name: "AWS::SecretsManager::Secret",
        address: "main/secret",
        base: |stack| add(stack, Secret::builder()
            .name("conformance/secret")
            .generate_secret_string(GenerateSecretString::password(40))
            .force_delete_without_recovery(true)
            .build()),
        updates: &[
            ("set", |stack| add(stack, Secret::builder()
                .name("conformance/secret")
                .description("Django's")
                .generate_secret_string(GenerateSecretString::password(40))
                .replica_regions([ReplicaRegion::builder().region(Region::EuCentral1).build()])
                .force_delete_without_recovery(true)
                .tag("Name", "one")
                .build())),
            ("change", |stack| add(stack, Secret::builder()
                .name("conformance/secret")
                .description("Django's own")
                .generate_secret_string(GenerateSecretString::within(r#"{"username": "django"}"#, "password"))
                .replica_regions([ReplicaRegion::builder().region(Region::EuWest1).build()])
                .force_delete_without_recovery(true)
                .tag("Name", "two")
                .build())),
            ("clear", |stack| add(stack, Secret::builder()
                .name("conformance/secret")
                .force_delete_without_recovery(true)
                .build())),
        ],
        replaced: Some(|stack| add(stack, Secret::builder()
            .name("conformance/other")
            .force_delete_without_recovery(true)
            .build())),
        gaps: &[],
    },
}

fn add(stack: &Stack, secret: Secret) {
    stack.region("main", Region::EuWest3).add("secret", secret);
}
