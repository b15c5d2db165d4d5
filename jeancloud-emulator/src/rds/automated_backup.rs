//! Automated backups, and their copies in another region.

use serde_json::{Value, json};

use super::{
    common::{self, invalid, passes},
    db_instance::{self, DbInstance},
};
use crate::{
    call::Call,
    durations::RDS_REPLICATING,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Task, resource},
};

/// Backups are copied from now on.
pub(super) const REPLICATING: Task = Task {
    service: "rds",
    name: "automated-backup/replicating",
    run: replicating,
};

resource! {
    /// The automated backups of an instance, by their ARN.
    pub(crate) struct AutomatedBackup: "rds/automated-backup" in Region {}
    found by |backup: &AutomatedBackup| vec![backup.view.text("DbiResourceId").to_owned()]
}

/// The backups of an instance begin.
pub(super) fn begin(call: &mut Call<'_>, instance: &Value) {
    let id = instance.text("DbiResourceId");
    if !call.table::<AutomatedBackup>().any_with(id) {
        made(call, instance, "active", None, None);
    }
}

/// The backups of an instance that goes are deleted or retained; copies elsewhere are retained.
pub(super) fn end(call: &mut Call<'_>, instance: &Value, keep: bool) {
    let id = instance.text("DbiResourceId");
    let backups = call.table::<AutomatedBackup>().with(id);
    let arns: Vec<String> = backups.map(|(arn, _)| arn.to_owned()).collect();
    for arn in arns {
        if keep {
            set(call, &arn, "retained");
        } else {
            call.table_mut::<AutomatedBackup>().remove(&arn);
        }
    }
}

/// StartDBInstanceAutomatedBackupsReplication, in the region of the copies.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartDBInstanceAutomatedBackupsReplication.html>
pub(super) fn start(call: &mut Call<'_>, input: &Value) -> Outcome {
    let source = input.text("SourceDBInstanceArn");
    let (region, id) = located(source)?;
    if region == call.region {
        return Err(invalid(
            "The source region and the destination region must differ.",
        ));
    }
    let account = call.account.clone();
    let instance = call.table_of::<DbInstance>(&account, &region).get(&id);
    let instance = instance
        .ok_or_else(|| db_instance::not_found(&id))?
        .view
        .clone();
    let status = instance.text("DBInstanceStatus");
    if status != "available" || instance.int("BackupRetentionPeriod") == Some(0) {
        let message = format!("Instance {id} is not available or has no automated backups.");
        return Err(AwsError::new("InvalidDBInstanceState", message));
    }
    if instance.flag("StorageEncrypted") && input.at("KmsKeyId").is_none() {
        return Err(invalid(
            "The parameter KmsKeyId must be provided for an encrypted source instance.",
        ));
    }
    let resource = instance.text("DbiResourceId");
    if call.table::<AutomatedBackup>().any_with(resource) {
        let message = format!("Automated backups of {id} are replicated to this region already.");
        return Err(AwsError::new("InvalidDBInstanceState", message));
    }
    // "The default is 7", the same.
    let days = input.int("BackupRetentionPeriod").unwrap_or(7);
    let view = made(
        call,
        &instance,
        "pending",
        Some(days),
        input.some_text("KmsKeyId"),
    );
    let arn = view.text("DBInstanceAutomatedBackupsArn").to_owned();
    let told = json!({"DBInstanceAutomatedBackupsArn": arn});
    edit_source(call, &region, &id, |copies| copies.push(told));
    call.after(RDS_REPLICATING, &REPLICATING, &arn);
    Ok(json!({"DBInstanceAutomatedBackup": view}))
}

/// StopDBInstanceAutomatedBackupsReplication, in the region of the copies.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBInstanceAutomatedBackupsReplication.html>
pub(super) fn stop(call: &mut Call<'_>, input: &Value) -> Outcome {
    let source = input.text("SourceDBInstanceArn");
    let (region, id) = located(source)?;
    let mut backups = call.table::<AutomatedBackup>().with(source);
    let found = backups
        .next()
        .map(|(arn, it)| (arn.to_owned(), it.view.clone()));
    drop(backups);
    let Some((arn, mut view)) = found else {
        return Err(db_instance::not_found(&id));
    };
    edit_source(call, &region, &id, |copies| {
        copies.retain(|copy| copy.text("DBInstanceAutomatedBackupsArn") != arn);
    });
    call.table_mut::<AutomatedBackup>().remove(&arn);
    view["Status"] = "deleting".into();
    Ok(json!({"DBInstanceAutomatedBackup": view}))
}

/// DescribeDBInstanceAutomatedBackups.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstanceAutomatedBackups.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.some_text("DBInstanceAutomatedBackupsArn");
    if let Some(arn) = arn {
        call.get::<AutomatedBackup>(arn)
            .ok_or_else(|| not_found(arn))?;
    }
    let of = input
        .some_text("DBInstanceIdentifier")
        .map(db_instance::bare);
    let resource = input.some_text("DbiResourceId");
    let rows = call.table::<AutomatedBackup>().iter().filter(|(key, it)| {
        arn.is_none_or(|arn| arn == *key)
            && of
                .as_ref()
                .is_none_or(|of| of == it.view.text("DBInstanceIdentifier"))
            && resource.is_none_or(|wanted| wanted == it.view.text("DbiResourceId"))
            && passes(input, "status", it.view.text("Status"))
            && passes(
                input,
                "db-instance-id",
                it.view.text("DBInstanceIdentifier"),
            )
            && passes(input, "dbi-resource-id", it.view.text("DbiResourceId"))
    });
    let rows = rows.map(|(key, it)| (key.to_owned(), it.view.clone()));
    common::page(call, input, rows)
}

/// DeleteDBInstanceAutomatedBackup: retained ones.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstanceAutomatedBackup.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = match (
        input.some_text("DBInstanceAutomatedBackupsArn"),
        input.text("DbiResourceId"),
    ) {
        (Some(arn), _) => arn.to_owned(),
        (None, resource) => {
            let mut backups = call.table::<AutomatedBackup>().with(resource);
            let found = backups.next().map(|(arn, _)| arn.to_owned());
            drop(backups);
            found.ok_or_else(|| not_found(resource))?
        }
    };
    let found = call
        .get::<AutomatedBackup>(&arn)
        .ok_or_else(|| not_found(&arn))?;
    let mut view = found.view.clone();
    if view.text("Status") != "retained" {
        let message = format!("The automated backup {arn} is not retained: its instance is there.");
        return Err(AwsError::new(
            "InvalidDBInstanceAutomatedBackupState",
            message,
        ));
    }
    call.table_mut::<AutomatedBackup>().remove(&arn);
    view["Status"] = "deleting".into();
    Ok(json!({"DBInstanceAutomatedBackup": view}))
}

fn made(
    call: &mut Call<'_>,
    instance: &Value,
    status: &str,
    days: Option<i64>,
    key: Option<&str>,
) -> Value {
    let letters = "abcdefghijklmnopqrstuvwxyz234567";
    let id = call.draw("automated-backup").text(letters, 39);
    let arn = call.arn("rds", &format!("auto-backup:ab-{id}"));
    let mut view = call.keep("DBInstanceAutomatedBackup", instance);
    view.clear("DBInstanceAutomatedBackupsReplications");
    view.clear("TagList");
    view["DBInstanceAutomatedBackupsArn"] = arn.clone().into();
    view["Encrypted"] = instance.flag("StorageEncrypted").into();
    view["OptionGroupName"] = instance["OptionGroupMemberships"][0]["OptionGroupName"].clone();
    view["Port"] = instance["Endpoint"]["Port"].clone();
    view["Region"] = instance.text("DBInstanceArn").split(':').nth(3).into();
    view["RestoreWindow"] = json!({"EarliestTime": call.now, "LatestTime": call.now});
    view["Status"] = status.into();
    if let Some(days) = days {
        view["BackupRetentionPeriod"] = days.into();
    }
    if let Some(key) = key {
        view["KmsKeyId"] = key.into();
    }
    call.insert(arn, AutomatedBackup { view: view.clone() });
    view
}

/// The region and the identifier in an instance's ARN.
fn located(arn: &str) -> Result<(String, String), AwsError> {
    let parts: Vec<&str> = arn.split(':').collect();
    match parts[..] {
        ["arn", _, "rds", region, _, "db", id] => Ok((region.to_owned(), id.to_owned())),
        _ => Err(invalid(format!("Invalid ARN: {arn}"))),
    }
}

fn edit_source(call: &mut Call<'_>, region: &str, id: &str, edit: impl FnOnce(&mut Vec<Value>)) {
    let account = call.account.clone();
    if let Some(mut source) = call.table_of::<DbInstance>(&account, region).get_mut(id) {
        let mut copies = source
            .view
            .items("DBInstanceAutomatedBackupsReplications")
            .to_vec();
        edit(&mut copies);
        source.view["DBInstanceAutomatedBackupsReplications"] = copies.into();
    }
}

fn set(call: &mut Call<'_>, arn: &str, status: &str) {
    if let Some(mut backup) = call.table_mut::<AutomatedBackup>().get_mut(arn) {
        backup.view["Status"] = status.into();
    }
}

fn not_found(id: &str) -> AwsError {
    let message = format!("DBInstanceAutomatedBackup {id} not found.");
    AwsError::new("DBInstanceAutomatedBackupNotFound", message)
}

fn replicating(call: &mut Call<'_>, arn: &str) {
    set(call, arn, "replicating");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::rds::db_instance::tests::{told, with_instance};

    /// "Replicating automated backups to another AWS Region", Amazon RDS User Guide.
    #[test]
    fn backups_are_copied_to_another_region() {
        let aws = with_instance();
        let arn = told(&aws)["DBInstanceArn"].clone();
        let there = aws.in_region("eu-central-1");
        let mut input = json!({"SourceDBInstanceArn": arn, "BackupRetentionPeriod": 14});
        let operation = "StartDBInstanceAutomatedBackupsReplication";
        assert_eq!(
            aws.code("rds", operation, input.clone()),
            "InvalidParameterValue"
        );
        assert_eq!(
            there.code("rds", operation, input.clone()),
            "InvalidParameterValue"
        );
        input["KmsKeyId"] = "alias/aws/rds".into();
        there.ok("rds", operation, input);
        let copies = told(&aws)["DBInstanceAutomatedBackupsReplications"].clone();
        let copy = there.ok(
            "rds",
            "DescribeDBInstanceAutomatedBackups",
            copies[0].clone(),
        );
        let copy = &copy["DBInstanceAutomatedBackups"][0];
        assert_eq!(
            (&copy["Status"], &copy["Region"]),
            (&json!("replicating"), &json!("eu-west-3"))
        );
        assert_eq!(copy["BackupRetentionPeriod"], 14);
        let source = json!({"SourceDBInstanceArn": arn});
        let operation = "StopDBInstanceAutomatedBackupsReplication";
        there.ok("rds", operation, source.clone());
        assert_eq!(
            told(&aws)["DBInstanceAutomatedBackupsReplications"],
            json!([])
        );
        assert_eq!(there.code("rds", operation, source), "DBInstanceNotFound");
    }

    /// "Retaining automated backups", Amazon RDS User Guide.
    #[test]
    fn backups_outlive_their_instance_if_wanted() {
        let aws = with_instance();
        let gone = json!({
            "DBInstanceIdentifier": "main",
            "SkipFinalSnapshot": true,
            "DeleteAutomatedBackups": false,
        });
        aws.ok("rds", "DeleteDBInstance", gone);
        let kept = aws.ok("rds", "DescribeDBInstanceAutomatedBackups", json!({}));
        let kept = &kept["DBInstanceAutomatedBackups"][0];
        assert_eq!(kept["Status"], "retained");
        let id = json!({"DbiResourceId": kept["DbiResourceId"]});
        aws.ok("rds", "DeleteDBInstanceAutomatedBackup", id.clone());
        let code = aws.code("rds", "DeleteDBInstanceAutomatedBackup", id);
        assert_eq!(code, "DBInstanceAutomatedBackupNotFound");
    }
}
