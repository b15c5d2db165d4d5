//! The copies of a database's automated backups in another region. They are started, stopped and
//! read in the region that they go to.

use aws_sdk_rds::types::DbInstance as SdkInstance;
use jeancloud_model::{Region, rds::DbInstance};

use super::state;
use crate::{Clients, error, handler::Result};

/// Where an instance's backups are copied to, and for how many days they are kept there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Copies {
    pub(super) region: Region,
    pub(super) days: Option<i32>,
}

/// The copies of an instance's backups, if there are any.
pub(super) async fn of(aws: &Clients, instance: &SdkInstance) -> Result<Option<Copies>> {
    let replication = instance
        .db_instance_automated_backups_replications()
        .first();
    let arn = replication.and_then(|copy| copy.db_instance_automated_backups_arn());
    let region = arn.and_then(|arn| arn.split(':').nth(3)?.parse::<Region>().ok());
    let (Some(arn), Some(region)) = (arn, region) else {
        return Ok(None);
    };
    let there = aws.in_region(region);
    let call = there.rds().describe_db_instance_automated_backups();
    let answer = call.db_instance_automated_backups_arn(arn).send().await;
    let answer = answer.map_err(error::of("DescribeDBInstanceAutomatedBackups"));
    let answer = error::if_there(answer)?;
    let backups = answer
        .as_ref()
        .map(|answer| answer.db_instance_automated_backups());
    let days = backups.and_then(|backups| backups.first()?.backup_retention_period());
    Ok(Some(Copies { region, days }))
}

/// Starts the copies that the author wants.
pub(super) async fn start(aws: &Clients, arn: &str, database: &DbInstance) -> Result<()> {
    let Some(region) = database.automatic_backup_replication_region.as_ref() else {
        return Ok(());
    };
    let key = database.automatic_backup_replication_kms_key_id.as_ref();
    let days = database
        .automatic_backup_replication_retention_period
        .as_ref();
    let there = aws.in_region(*region.value());
    let call = there
        .rds()
        .start_db_instance_automated_backups_replication()
        .source_db_instance_arn(arn)
        .set_kms_key_id(key.map(|key| key.value().to_string()))
        .set_backup_retention_period(days.map(|days| days.value().to_i32()));
    let answer = call.send().await;
    let answer = answer.map_err(error::of("StartDBInstanceAutomatedBackupsReplication"));
    answer.map(|_| ()).map_err(state::may_pass)
}

/// Stops the copies in `region`. What was copied stays for as long as it was to be kept.
pub(super) async fn stop(aws: &Clients, arn: &str, region: Region) -> Result<()> {
    let there = aws.in_region(region);
    let call = there.rds().stop_db_instance_automated_backups_replication();
    let answer = call.source_db_instance_arn(arn).send().await;
    let answer = answer.map_err(error::of("StopDBInstanceAutomatedBackupsReplication"));
    error::or_gone(answer.map_err(state::may_pass))
}
