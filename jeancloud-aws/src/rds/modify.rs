//! What of an instance changes in place, and how.

use aws_sdk_rds::{
    operation::modify_db_instance::builders::ModifyDBInstanceFluentBuilder as Modify,
    types::{CloudwatchLogsExportConfiguration, DbInstance as SdkInstance},
};
use jeancloud_model::rds::DbInstance;

use super::{
    db_instance::{number, on, string, text},
    state,
};
use crate::{
    Clients, error,
    handler::{Change, Result},
};

/// The properties of the copies of backups, which `ModifyDBInstance` does not take.
pub(super) const COPIES: [&str; 3] = [
    "AutomaticBackupReplicationKmsKeyId",
    "AutomaticBackupReplicationRegion",
    "AutomaticBackupReplicationRetentionPeriod",
];

/// Properties that say how to change or delete, and are nothing to change themselves.
const MANNERS: [&str; 4] = [
    "AllowMajorVersionUpgrade",
    "ApplyImmediately",
    "DeleteAutomatedBackups",
    "jeancloud:SkipFinalSnapshot",
];

/// Storage is told as a whole: RDS refuses operations without the size that goes with them.
const STORAGE: [&str; 4] = [
    "AllocatedStorage",
    "Iops",
    "StorageThroughput",
    "StorageType",
];

/// Changes what `ModifyDBInstance` changes, and waits until it is done. What the author defers to
/// the maintenance window (`ApplyImmediately` false) is done once RDS has taken it down.
pub(super) async fn instance(
    aws: &Clients,
    there: &SdkInstance,
    change: &Change<DbInstance>,
) -> Result<()> {
    let touched = DbInstance::PROPERTY_NAMES.iter().any(|property| {
        let elsewhere = COPIES.contains(property) || MANNERS.contains(property);
        change.touches(property) && !elsewhere && *property != "Tags"
    });
    if !touched {
        return Ok(());
    }
    // RDS refuses changes while an earlier one, or a backup, is under way.
    state::until_ready(aws, &change.id, state::CHANGED, false).await?;
    let now = on(&change.after.apply_immediately).unwrap_or(true);
    let call = aws
        .rds()
        .modify_db_instance()
        .db_instance_identifier(&change.id)
        .apply_immediately(now)
        .set_allow_major_version_upgrade(on(&change.after.allow_major_version_upgrade));
    let call = shape(call, change);
    let call = storage(call, there, change);
    let call = access(call, change);
    let call = watching(call, there, change);
    let answer = call.send().await.map_err(error::of("ModifyDBInstance"));
    answer.map_err(state::may_pass)?;
    state::until_ready(aws, &change.id, state::CHANGED, now).await?;
    Ok(())
}

/// Class, engine, backups and maintenance.
fn shape(call: Modify, change: &Change<DbInstance>) -> Modify {
    let after = &change.after;
    let class = &after.db_instance_class;
    let class = change
        .touches("DBInstanceClass")
        .then(|| class.value().to_string());
    let version = given(change, "EngineVersion", string(&after.engine_version));
    let upgrade = on(&after.auto_minor_version_upgrade);
    let support = string(&after.engine_lifecycle_support);
    let window = string(&after.preferred_backup_window);
    let maintenance = string(&after.preferred_maintenance_window);
    call.set_db_instance_class(class)
        .set_engine_version(version)
        .set_auto_minor_version_upgrade(given(change, "AutoMinorVersionUpgrade", upgrade))
        .set_engine_lifecycle_support(given(change, "EngineLifecycleSupport", support))
        .set_license_model(given(change, "LicenseModel", string(&after.license_model)))
        .set_multi_az(given(change, "MultiAZ", on(&after.multi_az)))
        .set_backup_retention_period(given(
            change,
            "BackupRetentionPeriod",
            number(&after.backup_retention_period),
        ))
        .set_preferred_backup_window(given(change, "PreferredBackupWindow", window))
        .set_preferred_maintenance_window(given(change, "PreferredMaintenanceWindow", maintenance))
        .set_copy_tags_to_snapshot(given(
            change,
            "CopyTagsToSnapshot",
            on(&after.copy_tags_to_snapshot),
        ))
        .set_db_parameter_group_name(given(
            change,
            "DBParameterGroupName",
            text(&after.db_parameter_group_name),
        ))
        .set_option_group_name(given(
            change,
            "OptionGroupName",
            text(&after.option_group_name),
        ))
        .set_deletion_protection(given(
            change,
            "DeletionProtection",
            on(&after.deletion_protection),
        ))
}

fn storage(call: Modify, there: &SdkInstance, change: &Change<DbInstance>) -> Modify {
    let after = &change.after;
    let call = call.set_dedicated_log_volume(given(
        change,
        "DedicatedLogVolume",
        on(&after.dedicated_log_volume),
    ));
    let call = if change.touches("MaxAllocatedStorage") {
        // A bound that equals the storage switches its growth off.
        let most = number(&after.max_allocated_storage).or(there.allocated_storage());
        call.set_max_allocated_storage(most)
    } else {
        call
    };
    if !change.touches_any(&STORAGE) {
        return call;
    }
    call.allocated_storage(after.allocated_storage.value().to_i32())
        .set_storage_type(string(&after.storage_type))
        .set_iops(number(&after.iops))
        .set_storage_throughput(number(&after.storage_throughput))
}

/// Network, certificates and users.
fn access(call: Modify, change: &Change<DbInstance>) -> Modify {
    let after = &change.after;
    let groups = after.vpc_security_groups.iter();
    let groups: Vec<_> = groups.map(|group| group.value().to_string()).collect();
    let port = after
        .port
        .as_ref()
        .map(|port| i32::from(port.value().number()));
    let secret = after.master_user_secret.as_ref();
    let key = secret.and_then(|secret| string(&secret.kms_key_id));
    let certificate = text(&after.ca_certificate_identifier);
    call.set_vpc_security_group_ids(given(change, "VPCSecurityGroups", Some(groups)))
        .set_publicly_accessible(given(
            change,
            "PubliclyAccessible",
            on(&after.publicly_accessible),
        ))
        .set_network_type(given(change, "NetworkType", string(&after.network_type)))
        .set_db_port_number(given(change, "Port", port))
        .set_ca_certificate_identifier(given(change, "CACertificateIdentifier", certificate))
        .set_enable_iam_database_authentication(given(
            change,
            "EnableIAMDatabaseAuthentication",
            on(&after.enable_iam_database_authentication),
        ))
        .set_manage_master_user_password(given(
            change,
            "ManageMasterUserPassword",
            on(&after.manage_master_user_password),
        ))
        .set_master_user_secret_kms_key_id(given(change, "MasterUserSecret", key))
}

/// Logs, monitoring and insights.
fn watching(call: Modify, there: &SdkInstance, change: &Change<DbInstance>) -> Modify {
    let after = &change.after;
    let call = if change.touches("EnableCloudwatchLogsExports") {
        let wanted = after.enable_cloudwatch_logs_exports.iter();
        let wanted: Vec<_> = wanted.map(|log| log.value().to_string()).collect();
        let old = there.enabled_cloudwatch_logs_exports().iter();
        let old: Vec<_> = old.filter(|log| !wanted.contains(log)).cloned().collect();
        let logs = CloudwatchLogsExportConfiguration::builder()
            .set_enable_log_types(Some(wanted))
            .set_disable_log_types(Some(old));
        call.cloudwatch_logs_export_configuration(logs.build())
    } else {
        call
    };
    let mode = after.database_insights_mode.as_ref();
    let mode = mode.map(|mode| mode.value().as_str().into());
    let insights = [
        "EnablePerformanceInsights",
        "PerformanceInsightsRetentionPeriod",
        "DatabaseInsightsMode",
    ];
    // Mode, retention and switch of the insights have to fit: they are told together.
    let insights = change.touches_any(&insights);
    let monitoring = change.touches_any(&["MonitoringInterval", "MonitoringRoleArn"]);
    call.set_monitoring_interval(number(&after.monitoring_interval).filter(|_| monitoring))
        .set_monitoring_role_arn(string(&after.monitoring_role_arn).filter(|_| monitoring))
        .set_enable_performance_insights(
            on(&after.enable_performance_insights).filter(|_| insights),
        )
        .set_performance_insights_retention_period(
            // Without insights, nothing is kept, and RDS takes no time to keep it.
            number(&after.performance_insights_retention_period)
                .filter(|_| insights && on(&after.enable_performance_insights) == Some(true)),
        )
        .set_performance_insights_kms_key_id(given(
            change,
            "PerformanceInsightsKMSKeyId",
            string(&after.performance_insights_kms_key_id),
        ))
        .set_database_insights_mode(mode.filter(|_| insights))
}

/// The value, where its property changes.
fn given<T>(change: &Change<DbInstance>, property: &str, value: Option<T>) -> Option<T> {
    value.filter(|_| change.touches(property))
}
