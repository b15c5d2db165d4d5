//! DB instances in time: made, stopped, started, rebooted, deleted.

use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::{
    automated_backup,
    common::{self, combination},
    db_instance::{self, DbInstance},
    db_snapshot,
};
use crate::{
    call::Call,
    durations::{RDS_BACKED_UP, RDS_CREATED, RDS_DELETED, RDS_REBOOTED, RDS_STOPPED},
    ec2::network_interface,
    error::{AwsError, Outcome},
    fields::Fields,
    world::Task,
};

/// The instance listens.
pub(super) const CREATED: Task = task("instance/created", created);
/// Whatever it was busy with is over.
pub(super) const AVAILABLE: Task = task("instance/available", available);
/// It doesn't run any more.
pub(super) const STOPPED: Task = task("instance/stopped", stopped);
/// It is gone.
pub(super) const DELETED: Task = task("instance/deleted", deleted);

const fn task(name: &'static str, run: fn(&mut Call<'_>, &str)) -> Task {
    Task {
        service: "rds",
        name,
        run,
    }
}

/// Begins with a new instance.
pub(super) fn begin(call: &mut Call<'_>, id: &str) {
    call.after(RDS_CREATED, &CREATED, id);
}

/// DeleteDBInstance.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = db_instance::bare(input.text("DBInstanceIdentifier"));
    let view = db_instance::find(call, &id)?.view.clone();
    let last = input.some_text("FinalDBSnapshotIdentifier");
    match (input.flag("SkipFinalSnapshot"), last) {
        (false, None) => {
            return Err(combination(
                "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
            ));
        }
        (true, Some(_)) => {
            return Err(combination(
                "FinalDBSnapshotIdentifier can not be specified when deleting without a final \
                 snapshot.",
            ));
        }
        _ => {}
    }
    if view.flag("DeletionProtection") {
        return Err(combination(
            "Cannot delete protected DB Instance, please disable deletion protection and try \
             again.",
        ));
    }
    match view.text("DBInstanceStatus") {
        "available" | "stopped" | "storage-optimization" => {}
        "deleting" => {
            let message = format!("Instance {id} is already being deleted.");
            return Err(AwsError::new("InvalidDBInstanceState", message));
        }
        status => {
            let message = format!("Instance {id} is currently {status}.");
            return Err(AwsError::new("InvalidDBInstanceState", message));
        }
    }
    if let Some(last) = last {
        common::check_identifier("FinalDBSnapshotIdentifier", last)?;
        db_snapshot::take(call, &view, last, &[])?;
    }
    let keep =
        input.at("DeleteAutomatedBackups").is_some() && !input.flag("DeleteAutomatedBackups");
    automated_backup::end(call, &view, keep);
    set(call, &id, "deleting");
    call.after(RDS_DELETED, &DELETED, &id);
    answer(call, &id)
}

/// RebootDBInstance.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBInstance.html>
pub(super) fn reboot(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = ready(call, input, "available")?;
    let several = db_instance::find(call, &id)?.view.flag("MultiAZ");
    if input.flag("ForceFailover") && !several {
        return Err(combination(
            "Cannot specify ForceFailover since the instance is not configured for MultiAZ.",
        ));
    }
    set(call, &id, "rebooting");
    call.after(RDS_REBOOTED, &AVAILABLE, &id);
    answer(call, &id)
}

/// StopDBInstance.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBInstance.html>
pub(super) fn stop(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = ready(call, input, "available")?;
    if let Some(snapshot) = input.some_text("DBSnapshotIdentifier") {
        let view = db_instance::find(call, &id)?.view.clone();
        db_snapshot::take(call, &view, snapshot, &[])?;
    }
    set(call, &id, "stopping");
    call.after(RDS_STOPPED, &STOPPED, &id);
    answer(call, &id)
}

/// StartDBInstance.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartDBInstance.html>
pub(super) fn start(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = ready(call, input, "stopped")?;
    set(call, &id, "starting");
    call.after(RDS_STOPPED, &AVAILABLE, &id);
    answer(call, &id)
}

/// Refuses an instance that isn't in a state.
pub(super) fn ready(call: &Call<'_>, input: &Value, state: &str) -> Result<String, AwsError> {
    let id = db_instance::bare(input.text("DBInstanceIdentifier"));
    let status = db_instance::find(call, &id)?.view.text("DBInstanceStatus");
    if status == state {
        return Ok(id);
    }
    let message = format!("Instance {id} is not in {state} state.");
    Err(AwsError::new("InvalidDBInstanceState", message))
}

pub(super) fn answer(call: &Call<'_>, id: &str) -> Outcome {
    let instance = db_instance::find(call, id)?;
    Ok(json!({"DBInstance": db_instance::shown(call, instance)}))
}

pub(super) fn set(call: &mut Call<'_>, id: &str, status: &str) {
    if let Some(mut instance) = call.table_mut::<DbInstance>().get_mut(id) {
        instance.view["DBInstanceStatus"] = status.into();
    }
}

fn created(call: &mut Call<'_>, id: &str) {
    let (now, address) = (call.now, address(call, id));
    let Some(mut instance) = call.table_mut::<DbInstance>().get_mut(id) else {
        return;
    };
    let view = &mut instance.view;
    if view.text("DBInstanceStatus") != "creating" {
        return;
    }
    view["InstanceCreateTime"] = now.into();
    view["Endpoint"]["Address"] = address.into();
    view["Endpoint"]["HostedZoneId"] = "Z1BKCTXD74EZPE".into();
    let authority = &view["CACertificateIdentifier"];
    view["CertificateDetails"] = json!({"CAIdentifier": authority});
    if view.at("MasterUserSecret").is_some() {
        view["MasterUserSecret"]["SecretStatus"] = "active".into();
    }
    let backed_up = view.int("BackupRetentionPeriod") > Some(0);
    view["DBInstanceStatus"] = if backed_up { "backing-up" } else { "available" }.into();
    let view = view.clone();
    drop(instance);
    if backed_up {
        automated_backup::begin(call, &view);
        call.after(RDS_BACKED_UP, &AVAILABLE, id);
    }
}

fn available(call: &mut Call<'_>, id: &str) {
    let now = call.now;
    if let Some(mut instance) = call.table_mut::<DbInstance>().get_mut(id) {
        let view = &mut instance.view;
        let busy = ["backing-up", "rebooting", "starting"];
        if busy.contains(&view.text("DBInstanceStatus")) {
            view["DBInstanceStatus"] = "available".into();
            view["LatestRestorableTime"] = now.into();
        }
    }
}

fn stopped(call: &mut Call<'_>, id: &str) {
    if let Some(mut instance) = call.table_mut::<DbInstance>().get_mut(id)
        && instance.view.text("DBInstanceStatus") == "stopping"
    {
        instance.view["DBInstanceStatus"] = "stopped".into();
    }
}

fn deleted(call: &mut Call<'_>, id: &str) {
    let status =
        db_instance::find(call, id).map(|it| it.view.text("DBInstanceStatus") == "deleting");
    if status == Ok(true) {
        let gone = call.table_mut::<DbInstance>().remove(id);
        if let Some(gone) = gone {
            network_interface::remove(call, &gone.interface);
        }
    }
}

/// Where an instance listens: under twelve letters that an account has in a region.
fn address(call: &Call<'_>, id: &str) -> String {
    let digest = Md5::digest(format!("{}/{}", call.account, call.region));
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{id}.c{}.{}.rds.amazonaws.com", &digits[..11], call.region)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::rds::db_instance::tests::{told, with_instance};

    fn named(more: Value) -> Value {
        let mut input = json!({"DBInstanceIdentifier": "main"});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        input
    }

    /// "FinalDBSnapshotIdentifier … must be specified", API_DeleteDBInstance.
    #[test]
    fn deletion_says_what_becomes_of_the_data() {
        let aws = with_instance();
        let combination = "InvalidParameterCombination";
        assert_eq!(
            aws.code("rds", "DeleteDBInstance", named(json!({}))),
            combination
        );
        let both = json!({"SkipFinalSnapshot": true, "FinalDBSnapshotIdentifier": "last"});
        assert_eq!(
            aws.code("rds", "DeleteDBInstance", named(both)),
            combination
        );
        let last = named(json!({"FinalDBSnapshotIdentifier": "last"}));
        aws.ok("rds", "DeleteDBInstance", last);
        let last = json!({"DBSnapshotIdentifier": "last"});
        let last = aws.ok("rds", "DescribeDBSnapshots", last);
        assert_eq!(last["DBSnapshots"][0]["Status"], "available");
        let code = aws.code("rds", "DescribeDBInstances", named(json!({})));
        assert_eq!(code, "DBInstanceNotFound");
    }

    /// "can't be deleted when deletion protection is enabled", API_DeleteDBInstance.
    #[test]
    fn a_protected_instance_stays() {
        let aws = with_instance();
        let on = named(json!({"DeletionProtection": true}));
        aws.ok("rds", "ModifyDBInstance", on);
        let skip = named(json!({"SkipFinalSnapshot": true}));
        let refusal = aws.refused("rds", "DeleteDBInstance", skip);
        assert_eq!(
            refusal.message,
            "Cannot delete protected DB Instance, please disable deletion protection and try again."
        );
    }

    /// "InvalidDBInstanceState", API_StopDBInstance and API_StartDBInstance.
    #[test]
    fn an_instance_is_stopped_and_started() {
        let aws = with_instance();
        let code = aws.code("rds", "StartDBInstance", named(json!({})));
        assert_eq!(code, "InvalidDBInstanceState");
        aws.ok("rds", "StopDBInstance", named(json!({})));
        assert_eq!(told(&aws)["DBInstanceStatus"], "stopped");
        let code = aws.code("rds", "RebootDBInstance", named(json!({})));
        assert_eq!(code, "InvalidDBInstanceState");
        aws.ok("rds", "StartDBInstance", named(json!({})));
        aws.ok("rds", "RebootDBInstance", named(json!({})));
        assert_eq!(told(&aws)["DBInstanceStatus"], "available");
    }
}
