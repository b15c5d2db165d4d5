//! Changes of DB instances.

use serde_json::{Value, json};

use super::{
    automated_backup,
    common::{combination, invalid},
    db_instance::{self, DbInstance, check_sizes, key_arn, speed},
    engine, lifecycle,
};
use crate::{
    call::Call,
    durations::{RDS_MODIFIED, RDS_MODIFYING},
    ec2::network_interface,
    error::{AwsError, Outcome},
    fields::Fields,
    world::Task,
};

/// The instance begins with its changes.
pub(super) const MODIFYING: Task = Task {
    service: "rds",
    name: "instance/modifying",
    run: modifying,
};

/// The instance is as it was to be.
pub(super) const APPLIED: Task = Task {
    service: "rds",
    name: "instance/applied",
    run: applied,
};

/// What is changed at once, in any case: "Settings for DB instances", Amazon RDS User Guide.
const AT_ONCE: [&str; 16] = [
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "CACertificateIdentifier",
    "CopyTagsToSnapshot",
    "DatabaseInsightsMode",
    "DeletionProtection",
    "EngineLifecycleSupport",
    "MaxAllocatedStorage",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "NetworkType",
    "PerformanceInsightsKMSKeyId",
    "PerformanceInsightsRetentionPeriod",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
    "PubliclyAccessible",
];

/// What takes time, and waits for the maintenance window if it isn't to be applied immediately.
const IN_TIME: [&str; 8] = [
    "AllocatedStorage",
    "DBInstanceClass",
    "DedicatedLogVolume",
    "Iops",
    "LicenseModel",
    "MultiAZ",
    "StorageThroughput",
    "StorageType",
];

/// ModifyDBInstance.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html>
pub(super) fn modify(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = db_instance::bare(input.text("DBInstanceIdentifier"));
    let mut view = db_instance::find(call, &id)?.view.clone();
    let status = view.text("DBInstanceStatus");
    if !matches!(status, "available" | "storage-optimization" | "stopped") {
        let message = format!("Database instance is not in available state: {status}.");
        return Err(AwsError::new("InvalidDBInstanceState", message));
    }
    let pending = pending(&view, input)?;
    view.take_over(input, &AT_ONCE);
    let managed = at_once(call, &mut view, input);
    if input.at("VpcSecurityGroupIds").is_some() {
        let interface = db_instance::find(call, &id)?.interface.clone();
        let groups: Vec<&str> = db_instance::group_ids(&view).collect();
        let set = network_interface::set_groups(call, &interface, &groups);
        set.map_err(|error| invalid(error.message))?;
    }
    let waits = pending.as_object().is_some_and(|it| !it.is_empty());
    for (member, value) in pending.as_object().into_iter().flatten() {
        view["PendingModifiedValues"][member.as_str()] = value.clone();
    }
    let backups = view.int("BackupRetentionPeriod") > Some(0);
    if let Some(mut instance) = call.table_mut::<DbInstance>().get_mut(&id) {
        instance.view = view.clone();
    }
    if input.int("BackupRetentionPeriod").is_some() {
        if backups {
            automated_backup::begin(call, &view);
        } else {
            automated_backup::end(call, &view, false);
        }
    }
    if (waits && input.flag("ApplyImmediately")) || managed {
        call.after(RDS_MODIFYING, &MODIFYING, &id);
    }
    lifecycle::answer(call, &id)
}

/// The changes that take time.
fn pending(view: &Value, input: &Value) -> Outcome {
    let name = view.text("Engine");
    let mut pending = json!({});
    for member in IN_TIME {
        if let Some(value) = input.at(member).filter(|value| **value != view[member]) {
            pending[member] = value.clone();
        }
    }
    let size = view.int("AllocatedStorage").unwrap_or_default();
    let new_size = input.int("AllocatedStorage").unwrap_or(size);
    // Can't be less than the current; see "Increasing DB instance storage capacity".
    if new_size < size {
        return Err(combination(format!(
            "Invalid storage size for engine name {name}: {new_size} is less than {size}"
        )));
    }
    let kind = input
        .some_text("StorageType")
        .unwrap_or_else(|| view.text("StorageType"));
    check_sizes(name, kind, new_size, input)?;
    if kind == "gp3" && (kind != view.text("StorageType") || new_size != size) {
        let (iops, throughput) = speed(kind, new_size);
        let given = |member: &str| input.int(member);
        pending["Iops"] = json!(given("Iops").or(iops));
        pending["StorageThroughput"] = given("StorageThroughput").unwrap_or(throughput).into();
    }
    if let Some(version) = input.some_text("EngineVersion") {
        let version = engine::version(name, Some(version))?;
        let old = view.text("EngineVersion");
        let major = engine::major(&version) != engine::major(old);
        if major && !input.flag("AllowMajorVersionUpgrade") {
            return Err(combination(
                "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major \
                 version.",
            ));
        }
        if version != old {
            pending["EngineVersion"] = version.into();
        }
    }
    if let Some(port) = input.int("DBPortNumber")
        && view["Endpoint"].int("Port") != Some(port)
    {
        pending["Port"] = port.into();
    }
    if input.at("MasterUserPassword").is_some() {
        pending["MasterUserPassword"] = "****".into();
    }
    if let Some(on) = input.at("EnableIAMDatabaseAuthentication")
        && *on != view["IAMDatabaseAuthenticationEnabled"]
    {
        pending["IAMDatabaseAuthenticationEnabled"] = on.clone();
    }
    Ok(pending)
}

/// Changes at once whose names differ from what is told; whether the secret is one of them.
fn at_once(call: &mut Call<'_>, view: &mut Value, input: &Value) -> bool {
    if input.at("VpcSecurityGroupIds").is_some() {
        let groups = input.texts("VpcSecurityGroupIds");
        let groups = groups.map(|id| json!({"Status": "active", "VpcSecurityGroupId": id}));
        view["VpcSecurityGroups"] = groups.collect::<Vec<_>>().into();
    }
    if let Some(name) = input.at("DBParameterGroupName") {
        view["DBParameterGroups"] =
            json!([{"DBParameterGroupName": name, "ParameterApplyStatus": "pending-reboot"}]);
    }
    if let Some(name) = input.at("OptionGroupName") {
        view["OptionGroupMemberships"] = json!([{"OptionGroupName": name, "Status": "in-sync"}]);
    }
    if let Some(on) = input.at("EnablePerformanceInsights") {
        view["PerformanceInsightsEnabled"] = on.clone();
        if on == true {
            if view.at("PerformanceInsightsRetentionPeriod").is_none() {
                view["PerformanceInsightsRetentionPeriod"] = 7.into();
            }
            let key = key_arn(call, view.some_text("PerformanceInsightsKMSKeyId"));
            view["PerformanceInsightsKMSKeyId"] = key.into();
        } else {
            view.clear("PerformanceInsightsRetentionPeriod");
            view.clear("PerformanceInsightsKMSKeyId");
        }
    }
    if let Some(logs) = input.at("CloudwatchLogsExportConfiguration") {
        let mut names: Vec<&str> = view.texts("EnabledCloudwatchLogsExports").collect();
        names.retain(|name| !logs.texts("DisableLogTypes").any(|it| it == *name));
        names.extend(logs.texts("EnableLogTypes"));
        names.sort_unstable();
        names.dedup();
        view["EnabledCloudwatchLogsExports"] = json!(names);
    }
    // Storage that doesn't grow by itself is told without a bound.
    if view.int("MaxAllocatedStorage") == view.int("AllocatedStorage") {
        view.clear("MaxAllocatedStorage");
    }
    let there = view.at("MasterUserSecret").is_some();
    match input.at("ManageMasterUserPassword").map(|on| on == true) {
        Some(true) if !there => {
            let key = input.some_text("MasterUserSecretKmsKeyId");
            view["MasterUserSecret"] = db_instance::secret(call, key);
            return true;
        }
        Some(false) => view.clear("MasterUserSecret"),
        _ => {}
    }
    false
}

fn modifying(call: &mut Call<'_>, id: &str) {
    let there = db_instance::find(call, id);
    if there.is_ok_and(|it| it.view.text("DBInstanceStatus") == "available") {
        lifecycle::set(call, id, "modifying");
        call.after(RDS_MODIFIED, &APPLIED, id);
    }
}

fn applied(call: &mut Call<'_>, id: &str) {
    let Some(mut instance) = call.table_mut::<DbInstance>().get_mut(id) else {
        return;
    };
    let view = &mut instance.view;
    if view.text("DBInstanceStatus") != "modifying" {
        return;
    }
    let pending = view["PendingModifiedValues"].take();
    view.take_over(&pending, &IN_TIME);
    view.take_over(
        &pending,
        &["EngineVersion", "IAMDatabaseAuthenticationEnabled"],
    );
    if let Some(port) = pending.at("Port") {
        view["Endpoint"]["Port"] = port.clone();
    }
    if pending.at("EngineVersion").is_some() {
        let (name, version) = (view.text("Engine"), view.text("EngineVersion"));
        let family = format!("default.{}", engine::family(name, version));
        let options = engine::option_group(name, version);
        if view["DBParameterGroups"][0]
            .text("DBParameterGroupName")
            .starts_with("default.")
        {
            view["DBParameterGroups"][0]["DBParameterGroupName"] = family.into();
        }
        view["OptionGroupMemberships"][0]["OptionGroupName"] = options.into();
    }
    view["PendingModifiedValues"] = json!({});
    if view.at("MasterUserSecret").is_some() {
        view["MasterUserSecret"]["SecretStatus"] = "active".into();
    }
    view["DBInstanceStatus"] = "available".into();
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{
        rds::db_instance::tests::{told, with_instance},
        testing::Aws,
    };

    fn change(aws: &Aws, more: Value) -> Value {
        let mut input = json!({"DBInstanceIdentifier": "main", "ApplyImmediately": true});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        aws.ok("rds", "ModifyDBInstance", input)["DBInstance"].clone()
    }

    /// "PendingModifiedValues", API_DBInstance; "ApplyImmediately", API_ModifyDBInstance.
    #[test]
    fn changes_are_pending_and_then_made() {
        let aws = with_instance();
        let answer = change(
            &aws,
            json!({"AllocatedStorage": 30, "CopyTagsToSnapshot": true}),
        );
        assert_eq!(answer["PendingModifiedValues"]["AllocatedStorage"], 30);
        assert_eq!(
            (&answer["AllocatedStorage"], &answer["CopyTagsToSnapshot"]),
            (&json!(20), &json!(true))
        );
        let after = told(&aws);
        assert_eq!(after["AllocatedStorage"], 30);
        assert_eq!(after["DBInstanceStatus"], "available");
        assert_eq!(
            after.get("PendingModifiedValues").unwrap_or(&json!({})),
            &json!({})
        );
    }

    /// The changes are applied during the next maintenance window; see API_ModifyDBInstance.
    #[test]
    fn changes_wait_for_the_window_if_not_applied_immediately() {
        let aws = with_instance();
        let input = json!({"DBInstanceIdentifier": "main", "DBInstanceClass": "db.t4g.small"});
        aws.ok("rds", "ModifyDBInstance", input);
        let told = told(&aws);
        assert_eq!(told["DBInstanceClass"], "db.t4g.micro");
        assert_eq!(
            told["PendingModifiedValues"]["DBInstanceClass"],
            "db.t4g.small"
        );
    }

    /// "AllowMajorVersionUpgrade", API_ModifyDBInstance; storage can't shrink.
    #[test]
    fn major_upgrades_are_allowed_and_storage_does_not_shrink() {
        let aws = with_instance();
        let refused = |more: Value| {
            let mut input = json!({"DBInstanceIdentifier": "main"});
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            aws.code("rds", "ModifyDBInstance", input)
        };
        assert_eq!(
            refused(json!({"EngineVersion": "17"})),
            "InvalidParameterCombination"
        );
        assert_eq!(
            refused(json!({"AllocatedStorage": 10})),
            "InvalidParameterCombination"
        );
        change(
            &aws,
            json!({"EngineVersion": "17", "AllowMajorVersionUpgrade": true}),
        );
        let told = told(&aws);
        assert_eq!(told["EngineVersion"], "17.6");
        assert_eq!(
            told["DBParameterGroups"][0]["DBParameterGroupName"],
            "default.postgres17"
        );
    }
}
