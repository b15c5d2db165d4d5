//! Snapshots.

use serde_json::{Value, json};

use super::{
    common::{self, passes},
    db_instance, lifecycle,
};
use crate::{
    call::Call,
    durations::RDS_SNAPSHOT,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Task, resource},
};

/// The snapshot is complete.
pub(super) const AVAILABLE: Task = Task {
    service: "rds",
    name: "snapshot/available",
    run: available,
};

resource! {
    /// A snapshot, by its identifier in small letters.
    pub(crate) struct DbSnapshot: "rds/db-snapshot" in Region {}
}

/// CreateDBSnapshot.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("DBSnapshotIdentifier");
    common::check_identifier("DBSnapshotIdentifier", id)?;
    let of = lifecycle::ready(call, input, "available")?;
    let instance = db_instance::find(call, &of)?.view.clone();
    let view = take(call, &instance, id, input.items("Tags"))?;
    Ok(json!({"DBSnapshot": view}))
}

/// Takes a snapshot of an instance.
pub(super) fn take(call: &mut Call<'_>, instance: &Value, id: &str, tags: &[Value]) -> Outcome {
    let id = id.to_ascii_lowercase();
    if call.table::<DbSnapshot>().contains(&id) {
        let message = format!(
            "Cannot create the snapshot because a snapshot with the identifier {id} already exists."
        );
        return Err(AwsError::new("DBSnapshotAlreadyExists", message));
    }
    let mut view = call.keep("DBSnapshot", instance);
    view["DBSnapshotArn"] = call.arn("rds", &format!("snapshot:{id}")).into();
    view["DBSnapshotIdentifier"] = id.clone().into();
    view["Encrypted"] = instance.flag("StorageEncrypted").into();
    view["OptionGroupName"] = instance["OptionGroupMemberships"][0]["OptionGroupName"].clone();
    view["OriginalSnapshotCreateTime"] = call.now.into();
    view["PercentProgress"] = 0.into();
    view["Port"] = instance["Endpoint"]["Port"].clone();
    view["SnapshotCreateTime"] = call.now.into();
    view["SnapshotTarget"] = "region".into();
    view["SnapshotType"] = "manual".into();
    view["Status"] = "creating".into();
    let copied = if instance.flag("CopyTagsToSnapshot") {
        instance.items("TagList")
    } else {
        &[]
    };
    let copied = copied
        .iter()
        .filter(|tag| !tags.iter().any(|it| it["Key"] == tag["Key"]));
    view["TagList"] = copied.chain(tags).cloned().collect::<Vec<_>>().into();
    call.insert(id.clone(), DbSnapshot { view: view.clone() });
    call.after(RDS_SNAPSHOT, &AVAILABLE, &id);
    Ok(view)
}

/// DescribeDBSnapshots.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input
        .some_text("DBSnapshotIdentifier")
        .map(db_instance::bare);
    if let Some(id) = &id {
        call.get::<DbSnapshot>(id).ok_or_else(|| not_found(id))?;
    }
    let of = input
        .some_text("DBInstanceIdentifier")
        .map(db_instance::bare);
    let fits = |view: &Value, member: &str| {
        input
            .some_text(member)
            .is_none_or(|wanted| wanted == view.text(member))
    };
    let rows = call.table::<DbSnapshot>().iter().filter(|(key, it)| {
        id.as_ref().is_none_or(|id| id == key)
            && of
                .as_ref()
                .is_none_or(|of| of == it.view.text("DBInstanceIdentifier"))
            && fits(&it.view, "SnapshotType")
            && fits(&it.view, "DbiResourceId")
            && passes(
                input,
                "db-instance-id",
                it.view.text("DBInstanceIdentifier"),
            )
            && passes(input, "db-snapshot-id", key)
            && passes(input, "dbi-resource-id", it.view.text("DbiResourceId"))
            && passes(input, "engine", it.view.text("Engine"))
            && passes(input, "snapshot-type", it.view.text("SnapshotType"))
    });
    let rows = rows.map(|(key, it)| (key.to_owned(), it.view.clone()));
    common::page(call, input, rows)
}

/// DeleteDBSnapshot.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSnapshot.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = db_instance::bare(input.text("DBSnapshotIdentifier"));
    let found = call.get::<DbSnapshot>(&id).ok_or_else(|| not_found(&id))?;
    let mut view = found.view.clone();
    if view.text("Status") != "available" {
        let message = format!(
            "Cannot delete the snapshot because it is not currently in the available state: {id}"
        );
        return Err(AwsError::new("InvalidDBSnapshotState", message));
    }
    call.table_mut::<DbSnapshot>().remove(&id);
    view["Status"] = "deleted".into();
    Ok(json!({"DBSnapshot": view}))
}

fn not_found(id: &str) -> AwsError {
    let message = format!("DBSnapshot {id} not found.");
    AwsError::new("DBSnapshotNotFound", message)
}

fn available(call: &mut Call<'_>, id: &str) {
    if let Some(mut snapshot) = call.table_mut::<DbSnapshot>().get_mut(id) {
        snapshot.view["Status"] = "available".into();
        snapshot.view["PercentProgress"] = 100.into();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::rds::db_instance::tests::with_instance;

    /// "DBSnapshotAlreadyExists", API_CreateDBSnapshot.
    #[test]
    fn a_snapshot_is_taken_told_and_deleted() {
        let aws = with_instance();
        let input = json!({"DBInstanceIdentifier": "main", "DBSnapshotIdentifier": "One"});
        let made = aws.ok("rds", "CreateDBSnapshot", input.clone());
        assert_eq!(made["DBSnapshot"]["Status"], "creating");
        assert_eq!(made["DBSnapshot"]["DBSnapshotIdentifier"], "one");
        let code = aws.code("rds", "CreateDBSnapshot", input);
        assert_eq!(code, "DBSnapshotAlreadyExists");
        let of = json!({"DBInstanceIdentifier": "main"});
        let told = aws.ok("rds", "DescribeDBSnapshots", of);
        assert_eq!(told["DBSnapshots"][0]["Status"], "available");
        let id = json!({"DBSnapshotIdentifier": "one"});
        aws.ok("rds", "DeleteDBSnapshot", id.clone());
        assert_eq!(
            aws.code("rds", "DescribeDBSnapshots", id),
            "DBSnapshotNotFound"
        );
    }
}
