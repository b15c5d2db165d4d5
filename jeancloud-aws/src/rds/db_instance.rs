//! Database instances. Found again by tags, which `CreateDBInstance` sets; a second call of the same
//! name is refused by RDS, so a lost answer makes nothing twice.

use async_trait::async_trait;
use aws_sdk_rds::types::{DbInstance as SdkInstance, Filter};
use jeancloud_model::{Bounded, Input, Text, rds::DbInstance};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use super::{backups, common, modify, read, state};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken,
};

/// The most instances in one page of `DescribeDBInstances`.
const IDS_PER_CALL: usize = 100;

pub(super) struct DbInstanceHandler;

#[async_trait]
impl Handler for DbInstanceHandler {
    type Resource = DbInstance;

    const PERMISSIONS: &'static [&'static str] = &[
        "iam:CreateServiceLinkedRole",
        "iam:PassRole",
        "kms:CreateGrant",
        "kms:DescribeKey",
        "rds:AddTagsToResource",
        "rds:CreateDBInstance",
        "rds:CreateDBSnapshot",
        "rds:DeleteDBInstance",
        "rds:DescribeDBInstanceAutomatedBackups",
        "rds:DescribeDBInstances",
        "rds:ModifyDBInstance",
        "rds:RemoveTagsFromResource",
        "rds:StartDBInstanceAutomatedBackupsReplication",
        "rds:StopDBInstanceAutomatedBackupsReplication",
        "secretsmanager:CreateSecret",
        "secretsmanager:TagResource",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<DbInstance>>> {
        let mut seen = Vec::new();
        for ids in ids.chunks(IDS_PER_CALL) {
            let filter = Filter::builder()
                .name("db-instance-id")
                .set_values(Some(ids.to_vec()))
                .build();
            for instance in all(aws, Some(filter)).await? {
                let copies = backups::of(aws, &instance).await?;
                seen.push(read::seen(&instance, copies).ok_or_else(|| unreadable(&instance))?);
            }
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let owned = |instance: &SdkInstance| {
            let tags = common::pairs(instance.tag_list());
            search.owned(instance.db_instance_identifier()?, tags)
        };
        Ok(all(aws, None).await?.iter().filter_map(owned).collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, DbInstance>) -> Result<String> {
        let name = new.resource.db_instance_identifier.as_ref();
        let name = taken::name(name, "DBInstanceIdentifier")?.as_str();
        if let Err(refused) = create(aws, new, name).await {
            let there = match refused.kind {
                ErrorKind::Conflict => state::get(aws, name).await?,
                _ => None,
            };
            let Some(there) = there else {
                return Err(refused);
            };
            let tags = common::pairs(there.tag_list());
            taken::ours(
                refused,
                &format!("the database {name}"),
                new.ownership,
                tags,
            )?;
        }
        Ok(name.to_owned())
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, DbInstance>, name: &str) -> Result<()> {
        let ready = state::until_ready(aws, name, state::AVAILABLE, false).await?;
        if backups::of(aws, &ready).await?.is_none() {
            let arn = ready.db_instance_arn().unwrap_or_default();
            backups::start(aws, arn, &new.resource).await?;
        }
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<DbInstance>) -> Result<()> {
        let Some(there) = state::get(aws, &change.id).await? else {
            let message = format!("{} is gone", change.id);
            return Err(ProviderError::new(
                ErrorKind::NotFound,
                "DescribeDBInstances",
                message,
            ));
        };
        let arn = there.db_instance_arn().unwrap_or_default();
        modify::instance(aws, &there, change).await?;
        if change.touches_any(&modify::COPIES) {
            // Neither region nor key nor retention of the copies can be changed.
            if let Some(copies) = backups::of(aws, &there).await? {
                backups::stop(aws, arn, copies.region).await?;
            }
            backups::start(aws, arn, &change.after).await?;
        }
        common::update_tags(aws, arn, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<DbInstance>) -> Result<()> {
        let Some(there) = state::get(aws, &old.id).await? else {
            return Ok(());
        };
        if there.db_instance_status() != Some("deleting") {
            match delete(aws, old, &there).await {
                Err(refused) if refused.kind == ErrorKind::NotYetConsistent => {
                    // RDS deletes none while it is being made, changed or backed up.
                    state::until_ready(aws, &old.id, state::CHANGED, false).await?;
                    delete(aws, old, &there).await?;
                }
                done => done?,
            }
        }
        state::until_gone(aws, &old.id).await
    }
}

async fn all(aws: &Clients, filter: Option<Filter>) -> Result<Vec<SdkInstance>> {
    let mut instances = Vec::new();
    let call = aws.rds().describe_db_instances();
    let call = call
        .set_filters(filter.map(|filter| vec![filter]))
        .max_records(100);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("DescribeDBInstances"))?;
        instances.extend(page.db_instances.unwrap_or_default());
    }
    Ok(instances)
}

async fn delete(aws: &Clients, old: &Old<DbInstance>, there: &SdkInstance) -> Result<()> {
    let backups = on(&old.resource.delete_automated_backups);
    let skip = on(&old.resource.skip_final_snapshot).unwrap_or(false);
    let call = aws
        .rds()
        .delete_db_instance()
        .db_instance_identifier(&old.id)
        .skip_final_snapshot(skip)
        .set_final_db_snapshot_identifier((!skip).then(|| final_snapshot(there)))
        .set_delete_automated_backups(backups);
    let answer = call.send().await.map_err(error::of("DeleteDBInstance"));
    error::or_gone(answer.map_err(state::may_pass))
}

async fn create(aws: &Clients, new: &New<'_, DbInstance>, name: &str) -> Result<()> {
    let database = &new.resource;
    let secret_key = database.master_user_secret.as_ref();
    let secret_key = secret_key.and_then(|secret| secret.kms_key_id.as_ref());
    let groups = database.vpc_security_groups.iter();
    let groups: Vec<_> = groups.map(|group| group.value().to_string()).collect();
    let logs = database.enable_cloudwatch_logs_exports.iter();
    let logs: Vec<_> = logs.map(|log| log.value().to_string()).collect();
    let zone = database.availability_zone.as_ref();
    let call = aws
        .rds_once()
        .create_db_instance()
        .db_instance_identifier(name)
        .db_instance_class(database.db_instance_class.value().as_str())
        .engine(database.engine.value().as_str())
        .set_engine_version(string(&database.engine_version))
        .set_auto_minor_version_upgrade(on(&database.auto_minor_version_upgrade))
        .set_engine_lifecycle_support(string(&database.engine_lifecycle_support))
        .set_license_model(string(&database.license_model))
        .set_character_set_name(text(&database.character_set_name))
        .set_timezone(text(&database.timezone))
        .set_db_name(string(&database.db_name))
        .master_username(database.master_username.value().as_str())
        .set_manage_master_user_password(on(&database.manage_master_user_password))
        .set_master_user_secret_kms_key_id(secret_key.map(|key| key.value().to_string()))
        .set_port(
            database
                .port
                .as_ref()
                .map(|port| i32::from(port.value().number())),
        )
        .allocated_storage(database.allocated_storage.value().to_i32())
        .set_max_allocated_storage(number(&database.max_allocated_storage))
        .set_storage_type(string(&database.storage_type))
        .set_iops(number(&database.iops))
        .set_storage_throughput(number(&database.storage_throughput))
        .set_storage_encrypted(on(&database.storage_encrypted))
        .set_kms_key_id(string(&database.kms_key_id))
        .set_dedicated_log_volume(on(&database.dedicated_log_volume))
        .set_multi_az(on(&database.multi_az))
        .set_availability_zone(zone.map(|zone| zone.value().name_in(aws.region())))
        .set_db_subnet_group_name(string(&database.db_subnet_group_name))
        .set_vpc_security_group_ids((!groups.is_empty()).then_some(groups))
        .set_publicly_accessible(on(&database.publicly_accessible))
        .set_network_type(string(&database.network_type))
        .set_ca_certificate_identifier(text(&database.ca_certificate_identifier))
        .set_db_parameter_group_name(text(&database.db_parameter_group_name))
        .set_option_group_name(text(&database.option_group_name))
        .set_enable_iam_database_authentication(on(&database.enable_iam_database_authentication))
        .set_backup_retention_period(number(&database.backup_retention_period))
        .set_preferred_backup_window(string(&database.preferred_backup_window))
        .set_preferred_maintenance_window(string(&database.preferred_maintenance_window))
        .set_copy_tags_to_snapshot(on(&database.copy_tags_to_snapshot))
        .set_enable_cloudwatch_logs_exports((!logs.is_empty()).then_some(logs))
        .set_monitoring_interval(number(&database.monitoring_interval))
        .set_monitoring_role_arn(string(&database.monitoring_role_arn))
        .set_enable_performance_insights(on(&database.enable_performance_insights))
        .set_performance_insights_kms_key_id(string(&database.performance_insights_kms_key_id))
        .set_performance_insights_retention_period(number(
            &database.performance_insights_retention_period,
        ))
        .set_database_insights_mode(
            database
                .database_insights_mode
                .as_ref()
                .map(|mode| mode.value().as_str().into()),
        )
        .set_deletion_protection(on(&database.deletion_protection))
        .set_tags(common::tags(new));
    call.send().await.map_err(error::of("CreateDBInstance"))?;
    Ok(())
}

/// The name of the snapshot that an instance leaves.
fn final_snapshot(instance: &SdkInstance) -> String {
    DbInstance::final_snapshot(
        instance.db_instance_identifier().unwrap_or_default(),
        instance.dbi_resource_id().unwrap_or_default(),
    )
}

fn unreadable(instance: &SdkInstance) -> ProviderError {
    let message = format!(
        "{} runs {}, which is not modelled",
        instance.db_instance_identifier().unwrap_or_default(),
        instance.engine().unwrap_or_default()
    );
    ProviderError::new(ErrorKind::Other, "DescribeDBInstances", message)
}

/// The text of a value, as the SDK takes it.
pub(super) fn string<T: ToString>(input: &Option<Input<T>>) -> Option<String> {
    input.as_ref().map(|value| value.value().to_string())
}

/// A free text, as the SDK takes it.
pub(super) fn text(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|text| text.value().to_owned())
}

/// A truth value, as the SDK takes it.
pub(super) fn on(input: &Option<Input<bool>>) -> Option<bool> {
    input.as_ref().map(|on| *on.value())
}

/// A number, as the SDK takes it.
pub(super) fn number<const MIN: u32, const MAX: u32>(
    input: &Option<Input<Bounded<MIN, MAX>>>,
) -> Option<i32> {
    input.as_ref().map(|number| number.value().to_i32())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_deletion_asks_for_the_same_final_snapshot() {
        let instance = SdkInstance::builder()
            .db_instance_identifier("jeancloud-db-france")
            .dbi_resource_id("db-ABC123")
            .build();
        assert_eq!(
            final_snapshot(&instance),
            "jeancloud-db-france-final-abc123"
        );
    }
}
