//! Amazon Relational Database Service: instances, their subnet groups, snapshots and backups.

mod automated_backup;
mod catalog;
mod common;
mod db_instance;
mod db_snapshot;
mod db_subnet_group;
mod engine;
mod lifecycle;
mod modify;
mod tags;

crate::services::service! {
    "rds" signs "rds";
    operations {
        AddTagsToResource => tags::add,
        CreateDBInstance => db_instance::create,
        CreateDBSnapshot => db_snapshot::create,
        CreateDBSubnetGroup => db_subnet_group::create,
        DeleteDBInstance => lifecycle::delete,
        DeleteDBInstanceAutomatedBackup => automated_backup::delete,
        DeleteDBSnapshot => db_snapshot::delete,
        DeleteDBSubnetGroup => db_subnet_group::delete,
        DescribeDBEngineVersions => catalog::engine_versions,
        DescribeDBInstanceAutomatedBackups => automated_backup::describe,
        DescribeDBInstances => db_instance::describe,
        DescribeDBParameterGroups => catalog::parameter_groups,
        DescribeDBParameters => catalog::parameters,
        DescribeDBSnapshots => db_snapshot::describe,
        DescribeDBSubnetGroups => db_subnet_group::describe,
        DescribeOrderableDBInstanceOptions => catalog::orderable_options,
        DescribePendingMaintenanceActions => catalog::pending_maintenance,
        ListTagsForResource => tags::list,
        ModifyDBInstance => modify::modify,
        ModifyDBSubnetGroup => db_subnet_group::modify,
        RebootDBInstance => lifecycle::reboot,
        RemoveTagsFromResource => tags::remove,
        StartDBInstance => lifecycle::start,
        StartDBInstanceAutomatedBackupsReplication => automated_backup::start,
        StopDBInstance => lifecycle::stop,
        StopDBInstanceAutomatedBackupsReplication => automated_backup::stop,
    }
    kinds [
        automated_backup::AutomatedBackup,
        db_instance::DbInstance,
        db_snapshot::DbSnapshot,
        db_subnet_group::DbSubnetGroup,
    ]
    tasks [
        automated_backup::REPLICATING,
        db_snapshot::AVAILABLE,
        lifecycle::AVAILABLE,
        lifecycle::CREATED,
        lifecycle::DELETED,
        lifecycle::STOPPED,
        modify::APPLIED,
        modify::MODIFYING,
    ]
}
