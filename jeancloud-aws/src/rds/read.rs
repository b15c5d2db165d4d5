//! How an instance in RDS's answer reads as an author would write it.

use aws_sdk_rds::types::{DbInstance as SdkInstance, PendingModifiedValues};
use jeancloud_model::{
    Arn, AvailabilityZone, Bounded, Input, Port, Tags, Text,
    ec2::SecurityGroupId,
    kms::KeyArn,
    rds::{
        DatabaseInsightsMode, DbInstance, DbInstanceClass, DbInstanceIdentifier, DbName,
        DbNetworkType, DbSubnetGroupName, Engine, EngineLifecycleSupport, EngineVersion,
        LicenseModel, LogExport, MasterUserSecret, MasterUsername, PreferredBackupWindow,
        PreferredMaintenanceWindow, StorageType,
    },
};
use serde_json::json;

use super::{backups::Copies, common};
use crate::handler::Seen;

/// The instance, with what is about to change as it is going to be: a change that waits for the
/// maintenance window is made already.
///
/// `None` for what jeancloud does not model: an engine that is not known here.
pub(super) fn seen(instance: &SdkInstance, copies: Option<Copies>) -> Option<Seen<DbInstance>> {
    let name = instance.db_instance_identifier()?;
    let none = PendingModifiedValues::builder().build();
    let pending = instance.pending_modified_values().unwrap_or(&none);
    let secret = instance.master_user_secret();
    let storage = pending.allocated_storage().or(instance.allocated_storage());
    let endpoint = instance.endpoint();
    let port = pending
        .port()
        .or(endpoint.and_then(|endpoint| endpoint.port()));
    let groups = instance.vpc_security_groups().iter();
    let groups = groups.filter_map(|group| group.vpc_security_group_id());
    let resource = DbInstance {
        db_instance_identifier: Some(Input::Known(DbInstanceIdentifier::from(name))),
        db_instance_class: Input::Known(DbInstanceClass::from(
            pending
                .db_instance_class()
                .or(instance.db_instance_class())?,
        )),
        engine: Input::Known(Engine::from_aws(instance.engine()?)?),
        engine_version: pending
            .engine_version()
            .or(instance.engine_version())
            .map(|version| Input::Known(EngineVersion::from(version))),
        allow_major_version_upgrade: None,
        auto_minor_version_upgrade: instance.auto_minor_version_upgrade().map(Input::Known),
        engine_lifecycle_support: choice(
            instance.engine_lifecycle_support(),
            EngineLifecycleSupport::from_aws,
        ),
        license_model: choice(
            pending.license_model().or(instance.license_model()),
            LicenseModel::from_aws,
        ),
        character_set_name: text(instance.character_set_name()),
        timezone: text(instance.timezone()),
        db_name: instance
            .db_name()
            .map(|name| Input::Known(DbName::from(name))),
        master_username: Input::Known(MasterUsername::from(instance.master_username()?)),
        manage_master_user_password: Some(Input::Known(secret.is_some())),
        master_user_secret: secret.map(|secret| {
            let key = secret.kms_key_id().map(KeyArn::from);
            MasterUserSecret::builder().kms_key_id(key).build()
        }),
        port: port
            .or(instance.db_instance_port())
            .and_then(|port| u16::try_from(port).ok())
            .map(|port| Input::Known(Port::new(port))),
        allocated_storage: bounded(storage)?,
        // Emulators and old instances give the storage itself where it does not grow.
        max_allocated_storage: bounded(
            instance
                .max_allocated_storage()
                .filter(|most| Some(*most) != storage),
        ),
        storage_type: choice(
            pending.storage_type().or(instance.storage_type()),
            StorageType::from_aws,
        ),
        iops: bounded(pending.iops().or(instance.iops())),
        storage_throughput: bounded(
            pending
                .storage_throughput()
                .or(instance.storage_throughput()),
        ),
        storage_encrypted: instance.storage_encrypted().map(Input::Known),
        kms_key_id: key(instance.kms_key_id()),
        dedicated_log_volume: pending
            .dedicated_log_volume()
            .or(instance.dedicated_log_volume())
            .map(Input::Known),
        multi_az: pending.multi_az().or(instance.multi_az()).map(Input::Known),
        availability_zone: instance
            .availability_zone()
            .map(|zone| Input::Known(AvailabilityZone::named(zone))),
        db_subnet_group_name: instance
            .db_subnet_group()
            .and_then(|group| group.db_subnet_group_name())
            .map(|name| Input::Known(DbSubnetGroupName::from(name))),
        vpc_security_groups: groups
            .map(|id| Input::Known(SecurityGroupId::new(id.to_owned())))
            .collect(),
        publicly_accessible: instance.publicly_accessible().map(Input::Known),
        network_type: choice(instance.network_type(), DbNetworkType::from_aws),
        ca_certificate_identifier: text(
            pending
                .ca_certificate_identifier()
                .or(instance.ca_certificate_identifier()),
        ),
        db_parameter_group_name: text(
            instance
                .db_parameter_groups()
                .first()
                .and_then(|group| group.db_parameter_group_name()),
        ),
        option_group_name: text(
            instance
                .option_group_memberships()
                .first()
                .and_then(|group| group.option_group_name()),
        ),
        enable_iam_database_authentication: pending
            .iam_database_authentication_enabled()
            .or(instance.iam_database_authentication_enabled())
            .map(Input::Known),
        backup_retention_period: bounded(
            pending
                .backup_retention_period()
                .or(instance.backup_retention_period()),
        ),
        preferred_backup_window: instance
            .preferred_backup_window()
            .map(|window| Input::Known(PreferredBackupWindow::from(window))),
        preferred_maintenance_window: instance
            .preferred_maintenance_window()
            .map(|window| Input::Known(PreferredMaintenanceWindow::from(window))),
        copy_tags_to_snapshot: instance.copy_tags_to_snapshot().map(Input::Known),
        automatic_backup_replication_region: copies.map(|copies| Input::Known(copies.region)),
        automatic_backup_replication_kms_key_id: None,
        automatic_backup_replication_retention_period: bounded(
            copies.and_then(|copies| copies.days),
        ),
        enable_cloudwatch_logs_exports: logs(instance, pending),
        monitoring_interval: bounded(instance.monitoring_interval()),
        monitoring_role_arn: instance
            .monitoring_role_arn()
            .map(|arn| Input::Known(Arn::from(arn))),
        enable_performance_insights: instance.performance_insights_enabled().map(Input::Known),
        performance_insights_kms_key_id: key(instance.performance_insights_kms_key_id()),
        performance_insights_retention_period: bounded(
            instance.performance_insights_retention_period(),
        ),
        database_insights_mode: choice(
            instance.database_insights_mode().map(|mode| mode.as_str()),
            DatabaseInsightsMode::from_aws,
        ),
        apply_immediately: None,
        deletion_protection: instance.deletion_protection().map(Input::Known),
        delete_automated_backups: None,
        skip_final_snapshot: None,
        tags: Tags::new(),
    };
    let seen = Seen::new(name, resource)
        .going(instance.db_instance_status() == Some("deleting"))
        .output_text("DBInstanceArn", instance.db_instance_arn())
        .output_text("DbiResourceId", instance.dbi_resource_id())
        .output_text(
            "Endpoint.Address",
            endpoint.and_then(|endpoint| endpoint.address()),
        )
        .output_text(
            "Endpoint.HostedZoneId",
            endpoint.and_then(|endpoint| endpoint.hosted_zone_id()),
        )
        .output(
            "Endpoint.Port",
            endpoint
                .and_then(|endpoint| endpoint.port())
                .map(|port| json!(port)),
        )
        .output_text(
            "MasterUserSecret.SecretArn",
            secret.and_then(|secret| secret.secret_arn()),
        )
        .tagged(common::pairs(instance.tag_list()));
    Some(seen)
}

/// The logs that are sent to CloudWatch Logs, once the pending change is made.
fn logs(instance: &SdkInstance, pending: &PendingModifiedValues) -> Vec<Input<LogExport>> {
    let pending = pending.pending_cloudwatch_logs_exports();
    let on = pending
        .map(|pending| pending.log_types_to_enable())
        .unwrap_or_default();
    let off = pending
        .map(|pending| pending.log_types_to_disable())
        .unwrap_or_default();
    let there = instance.enabled_cloudwatch_logs_exports();
    let mut names: Vec<&String> = there
        .iter()
        .chain(on)
        .filter(|name| !off.contains(name))
        .collect();
    names.sort();
    names.dedup();
    let log = |name: &String| LogExport::from_aws(name).map(Input::Known);
    names.into_iter().filter_map(log).collect()
}

fn text(text: Option<&str>) -> Option<Text> {
    text.map(Text::known)
}

fn key(arn: Option<&str>) -> Option<Input<KeyArn>> {
    arn.map(|arn| Input::Known(KeyArn::from(arn)))
}

fn choice<T>(text: Option<&str>, from_aws: fn(&str) -> Option<T>) -> Option<Input<T>> {
    text.and_then(from_aws).map(Input::Known)
}

fn bounded<const MIN: u32, const MAX: u32>(
    number: Option<i32>,
) -> Option<Input<Bounded<MIN, MAX>>> {
    let number = u32::try_from(number?).ok()?;
    Some(Input::Known(Bounded::new(number)))
}
