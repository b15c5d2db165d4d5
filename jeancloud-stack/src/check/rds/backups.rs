//! Rules for a database's backups.

use jeancloud_model::{Input, rds::DbInstance};

use super::{
    super::{Report, Rule, kms},
    CREATE_DB_INSTANCE, known,
};
use crate::{Declared, View};

const COPIES_GUIDE: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html";

pub(super) const WINDOWS: Rule = Rule {
    name: "db-windows",
    check: backups_and_maintenance_are_apart,
};
pub(super) const COPIES: Rule = Rule {
    name: "db-backup-copies",
    check: copies_of_backups_can_be_made,
};

const DAY: u32 = 24 * 60;

fn backups_and_maintenance_are_apart(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let backup = database
            .preferred_backup_window
            .as_ref()
            .and_then(Input::known);
        let maintenance = database
            .preferred_maintenance_window
            .as_ref()
            .and_then(Input::known);
        let (Some(backup), Some(maintenance)) = (backup, maintenance) else {
            continue;
        };
        let (Some(daily), Some(weekly)) = (backup.minutes(), maintenance.minutes()) else {
            continue;
        };
        if overlap(daily, weekly) {
            report
                .error(
                    database.declaration,
                    "PreferredMaintenanceWindow",
                    format!("{maintenance} overlaps the backups of {backup}"),
                )
                .rule("backups and maintenance are at different times (InvalidParameterValue)")
                .hint("move one of them")
                .document(CREATE_DB_INSTANCE);
        }
    }
}

/// Whether a window of each day, in minutes of the day, meets one of the week.
fn overlap(daily: (u32, u32), weekly: (u32, u32)) -> bool {
    let whole = 7 * DAY;
    let length = |(from, to): (u32, u32), whole: u32| (to + whole - from) % whole;
    let within =
        |at: u32, (from, to): (u32, u32)| (at + whole - from) % whole < length((from, to), whole);
    (0..7).any(|day| {
        let from = day * DAY + daily.0;
        let window = (from, (from + length(daily, DAY)) % whole);
        within(window.0, weekly) || within(weekly.0, window)
    })
}

fn copies_of_backups_can_be_made(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let at = database.declaration;
        let Some(region) = &database.automatic_backup_replication_region else {
            copies_without_a_region(&database, report);
            continue;
        };
        if known(&database.backup_retention_period).is_some_and(|days| days.number() == 0) {
            report
                .error(
                    at,
                    "AutomaticBackupReplicationRegion",
                    "is set for a database without automated backups",
                )
                .rule("what is copied are automated backups (InvalidDBInstanceState)")
                .hint("add `.backup_retention_period(7)`")
                .document(COPIES_GUIDE);
        }
        let Some(region) = region.known() else {
            continue;
        };
        if *region == at.region {
            report
                .error(
                    at,
                    "AutomaticBackupReplicationRegion",
                    format!("{region} is the database's own region"),
                )
                .rule("backups are copied to another region (InvalidParameterValue)")
                .hint("name another region")
                .document(COPIES_GUIDE);
            continue;
        }
        let key = database.automatic_backup_replication_kms_key_id.as_ref();
        let property = "AutomaticBackupReplicationKmsKeyId";
        if key.is_none() && known(&database.storage_encrypted) == Some(true) {
            report
                .error(at, property, format!("is missing: the database is encrypted, and its key is not in {region}"))
                .rule("copies of encrypted backups are encrypted with a key of their own region (InvalidParameterCombination)")
                .hint(format!("declare a key in {region}, or look up its `KmsAlias::named(\"alias/aws/rds\")` there, and add `.automatic_backup_replication_kms_key_id(&key)`"))
                .document(COPIES_GUIDE);
        }
        kms::key_in_region(view, report, at, property, key, *region);
    }
}

fn copies_without_a_region(database: &Declared<'_, DbInstance>, report: &mut Report) {
    let days = database
        .automatic_backup_replication_retention_period
        .is_some();
    let key = database.automatic_backup_replication_kms_key_id.is_some();
    let set = [
        ("AutomaticBackupReplicationRetentionPeriod", days),
        ("AutomaticBackupReplicationKmsKeyId", key),
    ];
    for (property, _) in set.into_iter().filter(|(_, set)| *set) {
        report
            .warning(
                database.declaration,
                property,
                "is set, and the backups are copied nowhere",
            )
            .rule("it goes with AutomaticBackupReplicationRegion")
            .hint("add `.automatic_backup_replication_region(Region::EuCentral1)`")
            .document(COPIES_GUIDE);
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Bounded, IntoInput, Region,
        kms::Key,
        rds::{PreferredBackupWindow, PreferredMaintenanceWindow},
    };

    use super::super::testing::{set, with};
    use crate::check::testing::{broken, healthy};

    #[test]
    fn backups_and_maintenance_are_apart() {
        assert_snapshot!(broken("db-windows", |h| {
            with(h, |db| {
                db.preferred_backup_window = set(PreferredBackupWindow::from("23:30-00:30"));
                db.preferred_maintenance_window = set(PreferredMaintenanceWindow::from("mon:00:00-mon:01:00"));
            });
        }), @"
        error: main/db: PreferredMaintenanceWindow mon:00:00-mon:01:00 overlaps the backups of 23:30-00:30
          rule: backups and maintenance are at different times (InvalidParameterValue)
          hint: move one of them
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
        healthy(|h| {
            with(h, |db| {
                db.preferred_backup_window = set(PreferredBackupWindow::from("03:00-04:00"));
                db.preferred_maintenance_window =
                    set(PreferredMaintenanceWindow::from("mon:04:00-mon:05:00"));
            })
        });
    }

    #[test]
    fn copies_are_encrypted_with_a_key_of_their_region() {
        assert_snapshot!(broken("db-backup-copies", |h| {
            with(h, |db| db.automatic_backup_replication_region = set(Region::EuCentral1));
        }), @r#"
        error: main/db: AutomaticBackupReplicationKmsKeyId is missing: the database is encrypted, and its key is not in eu-central-1
          rule: copies of encrypted backups are encrypted with a key of their own region (InvalidParameterCombination)
          hint: declare a key in eu-central-1, or look up its `KmsAlias::named("alias/aws/rds")` there, and add `.automatic_backup_replication_kms_key_id(&key)`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
        "#);
        assert_snapshot!(broken("db-backup-copies", |h| {
            let key = h.scope.add("key", Key::builder().build());
            with(h, |db| {
                db.automatic_backup_replication_region = set(Region::EuCentral1);
                db.automatic_backup_replication_kms_key_id = Some((&key).into_input());
            });
        }), @"
        error: main/db: AutomaticBackupReplicationKmsKeyId is a key of eu-west-3, and is used in eu-central-1
          rule: a key encrypts only in its own region (KMSKeyNotAccessibleFault, NotFoundException)
          hint: declare a key in eu-central-1, or leave the property out for AWS's own key
          see: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
        ");
        healthy(|h| {
            let germany = h.stack.region("germany", Region::EuCentral1);
            let key = germany.add("key", Key::builder().build());
            with(h, |db| {
                db.automatic_backup_replication_region = set(Region::EuCentral1);
                db.automatic_backup_replication_kms_key_id = Some((&key).into_input());
            });
        });
    }

    #[test]
    fn copies_go_to_another_region() {
        assert_snapshot!(broken("db-backup-copies", |h| {
            with(h, |db| db.automatic_backup_replication_region = set(Region::EuWest3));
        }), @"
        error: main/db: AutomaticBackupReplicationRegion eu-west-3 is the database's own region
          rule: backups are copied to another region (InvalidParameterValue)
          hint: name another region
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
        ");
        assert_snapshot!(broken("db-backup-copies", |h| {
            with(h, |db| db.automatic_backup_replication_retention_period = set(Bounded::new(7)));
        }), @"
        warning: main/db: AutomaticBackupReplicationRetentionPeriod is set, and the backups are copied nowhere
          rule: it goes with AutomaticBackupReplicationRegion
          hint: add `.automatic_backup_replication_region(Region::EuCentral1)`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
        ");
    }
}
