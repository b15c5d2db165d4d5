//! Tags of everything in RDS, by ARN.

use serde_json::{Value, json};

use super::{
    automated_backup::AutomatedBackup, common, db_instance::DbInstance, db_snapshot::DbSnapshot,
    db_subnet_group::DbSubnetGroup,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// AddTagsToResource.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddTagsToResource.html>
pub(super) fn add(call: &mut Call<'_>, input: &Value) -> Outcome {
    let new = input.items("Tags");
    change(call, input.text("ResourceName"), |tags| {
        tags.retain(|tag| !new.iter().any(|it| it["Key"] == tag["Key"]));
        tags.extend(new.iter().cloned());
    })?;
    Ok(json!({}))
}

/// RemoveTagsFromResource.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RemoveTagsFromResource.html>
pub(super) fn remove(call: &mut Call<'_>, input: &Value) -> Outcome {
    change(call, input.text("ResourceName"), |tags| {
        tags.retain(|tag| !input.texts("TagKeys").any(|key| key == tag.text("Key")));
    })?;
    Ok(json!({}))
}

/// ListTagsForResource.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ListTagsForResource.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let tags = change(call, input.text("ResourceName"), |_| {})?;
    Ok(json!({"TagList": tags}))
}

fn change(
    call: &mut Call<'_>,
    arn: &str,
    edit: impl FnOnce(&mut Vec<Value>),
) -> Result<Vec<Value>, AwsError> {
    let mut parts = arn.splitn(7, ':').skip(5);
    let (kind, id) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let in_view = |view: &mut Value, edit: &mut dyn FnMut(&mut Vec<Value>)| {
        let mut tags = view.items("TagList").to_vec();
        edit(&mut tags);
        view["TagList"] = tags.clone().into();
        tags
    };
    let mut edit = Some(edit);
    let mut once = |tags: &mut Vec<Value>| {
        if let Some(edit) = edit.take() {
            edit(tags);
        }
    };
    let done = match kind {
        "db" => {
            let found = call.table_mut::<DbInstance>().get_mut(id);
            found.map(|mut it| in_view(&mut it.view, &mut once))
        }
        "snapshot" => {
            let found = call.table_mut::<DbSnapshot>().get_mut(id);
            found.map(|mut it| in_view(&mut it.view, &mut once))
        }
        "auto-backup" => {
            let found = call.table_mut::<AutomatedBackup>().get_mut(arn);
            found.map(|mut it| in_view(&mut it.view, &mut once))
        }
        "subgrp" => {
            let found = call.table_mut::<DbSubnetGroup>().get_mut(id);
            found.map(|mut it| {
                once(&mut it.tags);
                it.tags.clone()
            })
        }
        _ => return Err(common::invalid(format!("Invalid resource name: {arn}"))),
    };
    done.ok_or_else(|| {
        let (code, what) = match kind {
            "db" => ("DBInstanceNotFound", "DBInstance"),
            "snapshot" => ("DBSnapshotNotFound", "DBSnapshot"),
            "subgrp" => ("DBSubnetGroupNotFoundFault", "DBSubnetGroup"),
            _ => (
                "DBInstanceAutomatedBackupNotFound",
                "DBInstanceAutomatedBackup",
            ),
        };
        AwsError::new(code, format!("{what} {id} not found."))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{rds::db_subnet_group::tests::with_group, testing::Aws};

    #[test]
    fn tags_are_set_and_removed_by_arn() {
        let aws = Aws::new();
        let arn = with_group(&aws)["DBSubnetGroupArn"].clone();
        for (key, value) in [("a", "1"), ("b", "1"), ("b", "2")] {
            let tags = json!([{"Key": key, "Value": value}]);
            aws.ok(
                "rds",
                "AddTagsToResource",
                json!({"ResourceName": arn, "Tags": tags}),
            );
        }
        let fewer = json!({"ResourceName": arn, "TagKeys": ["a"]});
        aws.ok("rds", "RemoveTagsFromResource", fewer);
        let told = aws.ok("rds", "ListTagsForResource", json!({"ResourceName": arn}));
        assert_eq!(told["TagList"], json!([{"Key": "b", "Value": "2"}]));
        let absent = json!({"ResourceName": "arn:aws:rds:eu-west-3:123456789012:db:none"});
        assert_eq!(
            aws.code("rds", "ListTagsForResource", absent),
            "DBInstanceNotFound"
        );
    }
}
