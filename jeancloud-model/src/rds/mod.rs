//! Amazon RDS: relational databases.

mod db_instance;
mod db_subnet_group;
mod values;

pub use db_instance::{DbInstance, DbiResourceId, MasterUserSecret};
pub use db_subnet_group::{DbSubnetGroup, DbSubnetGroupName};
pub use values::{
    DatabaseInsightsMode, DbInstanceClass, DbInstanceIdentifier, DbName, DbNetworkType, Engine,
    EngineLifecycleSupport, EngineVersion, LicenseModel, LogExport, MasterUsername,
    PreferredBackupWindow, PreferredMaintenanceWindow, StorageType,
};
