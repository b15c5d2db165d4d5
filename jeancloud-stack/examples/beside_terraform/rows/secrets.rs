//! Keys, secrets and log groups.

use jeancloud_model::{
    IntoText, Region,
    kms::{Key, KeySpec},
    logs::{LogGroup, LogGroupClass, Retention},
    secrets_manager::{ReplicaRegion, Secret},
};
use serde_json::json;

use crate::table::{Table, some};

/// Adds them.
pub fn rows(table: &mut Table) {
    key(table);
    log_group(table);
    secret(table);
}

fn key(table: &mut Table) {
    let mut key = table.of("aws_kms_key", |_| Key::builder().build(), json!({}));
    key.change(
        |it, _| it.description = Some("the database's".into_text()),
        json!({"description": "the database's"}),
    );
    key.change(
        |it, _| it.enable_key_rotation = some(true),
        json!({"enable_key_rotation": true}),
    );
    key.change(
        |it, _| it.enabled = some(false),
        json!({"is_enabled": false}),
    );
    key.change(
        |it, _| it.key_spec = some(KeySpec::Rsa2048),
        json!({"customer_master_key_spec": "RSA_2048"}),
    );
    key.change(
        |it, _| it.multi_region = some(true),
        json!({"multi_region": true}),
    );
    key.change(
        |it, _| it.pending_window_in_days = some(7),
        json!({"deletion_window_in_days": 7}),
    );
    key.change(
        |it, _| it.tags.insert("Name", "db"),
        json!({"tags": {"Name": "db"}}),
    );
}

fn log_group(table: &mut Table) {
    let mut group = table.of(
        "aws_cloudwatch_log_group",
        |_| {
            LogGroup::builder()
                .log_group_name("/ecs/app")
                .retention_in_days(Retention::Days7)
                .build()
        },
        json!({"name": "/row/{n}", "retention_in_days": 7}),
    );
    group.change(
        |it, _| it.log_group_name = some("/ecs/site"),
        json!({"name": "/other/{n}"}),
    );
    group.change(
        |it, _| it.retention_in_days = some(Retention::Days30),
        json!({"retention_in_days": 30}),
    );
    group.change(
        |it, _| it.retention_in_days = None,
        json!({"retention_in_days": null}),
    );
    group.change(
        |it, on| it.kms_key_id = some(on.keys[0].arn()),
        json!({"kms_key_id": "${aws_kms_key.ground[0].arn}"}),
    );
    group.change(
        |it, _| it.log_group_class = some(LogGroupClass::InfrequentAccess),
        json!({"log_group_class": "INFREQUENT_ACCESS"}),
    );
    group.change(
        |it, _| it.tags.insert("Name", "app"),
        json!({"tags": {"Name": "app"}}),
    );
}

fn secret(table: &mut Table) {
    let mut secret = table.of(
        "aws_secretsmanager_secret",
        |_| Secret::builder().name("app").build(),
        json!({"name": "row-{n}"}),
    );
    secret.change(|it, _| it.name = some("site"), json!({"name": "other-{n}"}));
    secret.change(
        |it, _| it.description = Some("the app's".into_text()),
        json!({"description": "the app's"}),
    );
    secret.change(
        |it, on| it.kms_key_id = some(on.keys[0].arn()),
        json!({"kms_key_id": "${aws_kms_key.ground[0].arn}"}),
    );
    secret.change(
        |it, _| {
            let copy = ReplicaRegion::builder().region(Region::EuCentral1);
            it.replica_regions = vec![copy.build()];
        },
        json!({"replica": {"region": "eu-central-1"}}),
    );
    secret.change(
        |it, _| it.recovery_window_in_days = some(7),
        json!({"recovery_window_in_days": 7}),
    );
    secret.change(
        |it, _| it.tags.insert("Name", "app"),
        json!({"tags": {"Name": "app"}}),
    );
}
