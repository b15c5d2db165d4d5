//! [`DbInstance`]: `AWS::RDS::DBInstance`, a relational database.
//!
//! A password is never in our hands: RDS makes the master user's, keeps it in Secrets Manager and
//! rotates it (`ManageMasterUserPassword`); a stack passes on the secret's ARN.

use serde_json::Value as Json;

use crate::{
    Arn, AvailabilityZone, Bounded, Conditional, DnsName, Facts, GeneratedName, MovedByAws, Port,
    Region, Unique, change, ec2::SecurityGroupId, id_value, kms::KeyArn, outputs, properties,
    resource, secrets_manager::SecretArn,
};

use super::{
    DatabaseInsightsMode, DbInstanceClass, DbInstanceIdentifier, DbName, DbNetworkType,
    DbSubnetGroupName, Engine, EngineLifecycleSupport, EngineVersion, LicenseModel, LogExport,
    MasterUsername, PreferredBackupWindow, PreferredMaintenanceWindow, StorageType,
};

id_value! {
    /// The id that AWS gives a database instance, as `db-ABCDEFGHIJKLMNOPQRSTUVWXYZ`: never given
    /// twice, unlike its identifier.
    DbiResourceId starts "db-",
}

properties! {
    /// How RDS keeps the master user's password in Secrets Manager.
    MasterUserSecret;
    /// The key that encrypts the secret. Left out: `aws/secretsmanager`.
    opt kms_key_id "KmsKeyId": KeyArn,
}

resource! {
    /// A relational database.
    ///
    /// Follows [`AWS::RDS::DBInstance`] and RDS's [`CreateDBInstance`]. Encrypted, private and
    /// protected against deletion unless a line says otherwise; deleting it leaves a final snapshot
    /// behind unless its author declined.
    ///
    /// [`AWS::RDS::DBInstance`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
    /// [`CreateDBInstance`]: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    DbInstance = "AWS::RDS::DBInstance", id "DBInstanceIdentifier": DbInstanceIdentifier,
    facts Facts {
        create_only: &[
            "AvailabilityZone",
            "CharacterSetName",
            "DBInstanceIdentifier",
            "DBName",
            "DBSubnetGroupName",
            "Engine",
            "KmsKeyId",
            "MasterUsername",
            "StorageEncrypted",
            "Timezone",
        ],
        // The database that RDS makes inside the instance when it makes the instance.
        inert: &["DBName"],
        conditional: &[
            Conditional {
                property: "AllocatedStorage",
                rule: "storage grows and never shrinks",
                document: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.html",
                replaces: |before, after| is_smaller(number(after), number(before)),
            },
            Conditional {
                property: "EngineVersion",
                rule: "an engine is upgraded in place and never downgraded",
                document: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html",
                replaces: |before, after| is_downgrade(before.as_str(), after.as_str()),
            },
            Conditional {
                property: "MasterUserSecret/KmsKeyId",
                rule: "a secret that RDS manages keeps its key",
                document: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html",
                replaces: |before, _| change::is_something(before),
            },
            Conditional {
                property: "PerformanceInsightsKMSKeyId",
                rule: "the key of Performance Insights is chosen once",
                document: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html",
                replaces: |before, _| change::is_something(before),
            },
        ],
        outputs: &[
            "DBInstanceArn",
            "DbiResourceId",
            "Endpoint.Address",
            "Endpoint.HostedZoneId",
            "Endpoint.Port",
            "MasterUserSecret.SecretArn",
        ],
        unordered: &["EnableCloudwatchLogsExports", "VPCSecurityGroups"],
        write_only: &[
            "AllowMajorVersionUpgrade",
            "ApplyImmediately",
            "AutomaticBackupReplicationKmsKeyId",
            "DeleteAutomatedBackups",
            "jeancloud:SkipFinalSnapshot",
        ],
        on_delete: &["DeleteAutomatedBackups", "jeancloud:SkipFinalSnapshot"],
        defaults: &[
            ("AllowMajorVersionUpgrade", "false"),
            ("ApplyImmediately", "true"),
            ("AutoMinorVersionUpgrade", "true"),
            ("AutomaticBackupReplicationRegion", "null"),
            ("BackupRetentionPeriod", "1"),
            ("CopyTagsToSnapshot", "false"),
            ("DatabaseInsightsMode", "\"standard\""),
            ("DedicatedLogVolume", "false"),
            ("DeleteAutomatedBackups", "true"),
            ("DeletionProtection", "false"),
            ("EnableCloudwatchLogsExports", "[]"),
            ("EnableIAMDatabaseAuthentication", "false"),
            ("EnablePerformanceInsights", "false"),
            ("EngineLifecycleSupport", "\"open-source-rds-extended-support\""),
            ("ManageMasterUserPassword", "false"),
            ("MaxAllocatedStorage", "null"),
            ("MonitoringInterval", "0"),
            ("MultiAZ", "false"),
            ("NetworkType", "\"IPV4\""),
            ("PerformanceInsightsRetentionPeriod", "7"),
            ("StorageEncrypted", "false"),
            ("jeancloud:SkipFinalSnapshot", "false"),
        ],
        // Whoever moved them, AWS doesn't take them back: storage doesn't shrink, and no version is
        // older than the one that runs.
        moved_by_aws: &[
            MovedByAws { property: "AllocatedStorage", under: None },
            MovedByAws { property: "EngineVersion", under: None },
        ],
        name: Some(Unique {
            property: "DBInstanceIdentifier",
            within: &[],
            generated: Some(GeneratedName { max: 63, lower_case: true }),
        }),
        // The same name may be that of a new subnet group, in another VPC.
        stays_in_vpc: &["DBSubnetGroupName"],
        deletion_protection: Some("DeletionProtection"),
        ..Facts::DEFAULT
    };

    /// Its name, unique in the account and region. Left out, one is generated.
    opt db_instance_identifier "DBInstanceIdentifier": DbInstanceIdentifier,
    /// How large it is, as `db.t4g.micro`.
    one db_instance_class "DBInstanceClass": DbInstanceClass,
    /// What it runs; another engine replaces it.
    one engine "Engine": Engine,
    /// The engine's version. Left out, RDS takes its default; minor upgrades are RDS's business
    /// while `auto_minor_version_upgrade` is on.
    opt engine_version "EngineVersion": EngineVersion,
    /// Whether `engine_version` may name another major version. Default: false.
    opt allow_major_version_upgrade "AllowMajorVersionUpgrade": bool,
    /// Whether RDS upgrades minor versions in the maintenance window. AWS's default: true.
    opt auto_minor_version_upgrade "AutoMinorVersionUpgrade": bool,
    /// What is done when AWS's standard support of the version ends. AWS's default: extended
    /// support, at a price.
    opt engine_lifecycle_support "EngineLifecycleSupport": EngineLifecycleSupport,
    /// Who licences the engine: for Oracle, SQL Server and Db2. Left out: the engine's own way.
    opt license_model "LicenseModel": LicenseModel,
    /// The character set of an Oracle or Db2 database.
    opt_text character_set_name "CharacterSetName",
    /// The time zone of a SQL Server or Db2 database.
    opt_text timezone "Timezone",
    /// The database that is made in it; another one replaces it. Left out: by engine, none or its
    /// own.
    opt db_name "DBName": DbName,
    /// Its first user, with the rights that RDS gives; another one replaces it.
    one master_username "MasterUsername": MasterUsername,
    /// Whether RDS makes that user's password and keeps it in Secrets Manager. On here; AWS's
    /// default is off, and a password of one's own is not modelled.
    opt manage_master_user_password "ManageMasterUserPassword": bool = true,
    /// How that secret is kept: its KMS key. Left out: `aws/secretsmanager`.
    opt_plain master_user_secret "MasterUserSecret": MasterUserSecret,
    /// The port that it listens on. Left out, the engine's own.
    opt port "Port": Port,
    /// Its storage, in GiB: 20 to 65536 for gp3, by engine and type. It only grows.
    one allocated_storage "AllocatedStorage": Bounded<5, 65_536>,
    /// How far RDS may let the storage grow by itself, in GiB. Left out, it does not grow.
    opt max_allocated_storage "MaxAllocatedStorage": Bounded<22, 65_536>,
    /// What its storage is. AWS's default: gp2, with `iops` io1.
    opt storage_type "StorageType": StorageType,
    /// Its storage's operations a second: for io1 and io2, and gp3 above its baseline.
    opt iops "Iops": Bounded<1000, 256_000>,
    /// Its storage's throughput in MiB/s: for gp3 above its baseline.
    opt storage_throughput "StorageThroughput": Bounded<125, 4000>,
    /// Whether its storage is encrypted. On here; AWS's default is off.
    opt storage_encrypted "StorageEncrypted": bool = true,
    /// The key that encrypts it. Left out: `aws/rds`.
    opt kms_key_id "KmsKeyId": KeyArn,
    /// Whether its log is written to a volume of its own. AWS's default: false.
    opt dedicated_log_volume "DedicatedLogVolume": bool,
    /// Whether a second zone holds a copy that takes over. AWS's default: false.
    opt multi_az "MultiAZ": bool,
    /// The zone that it stands in; not together with `multi_az`. Left out, AWS chooses.
    opt availability_zone "AvailabilityZone": AvailabilityZone,
    /// The subnets in which it may stand. Left out: those of the default VPC.
    opt db_subnet_group_name "DBSubnetGroupName": DbSubnetGroupName,
    /// The security groups that decide who reaches it.
    opt_list vpc_security_groups "VPCSecurityGroups": SecurityGroupId,
    /// Whether it has a public address. Off here; AWS decides by its subnets.
    opt publicly_accessible "PubliclyAccessible": bool = false,
    /// Which addresses it has. AWS's default: IPv4.
    opt network_type "NetworkType": DbNetworkType,
    /// The certificate authority of its TLS certificate, as `rds-ca-rsa2048-g1`.
    opt_text ca_certificate_identifier "CACertificateIdentifier",
    /// Its parameter group. Left out, the engine's default.
    opt_text db_parameter_group_name "DBParameterGroupName",
    /// Its option group. Left out, the engine's default.
    opt_text option_group_name "OptionGroupName",
    /// Whether users may sign in with IAM instead of a password. AWS's default: false.
    opt enable_iam_database_authentication "EnableIAMDatabaseAuthentication": bool,
    /// For how many days automated backups are kept; 0 switches them off. AWS's default: 1.
    opt backup_retention_period "BackupRetentionPeriod": Bounded<0, 35>,
    /// When they are taken. Left out, AWS chooses.
    opt preferred_backup_window "PreferredBackupWindow": PreferredBackupWindow,
    /// When RDS may do maintenance. Left out, AWS chooses.
    opt preferred_maintenance_window "PreferredMaintenanceWindow": PreferredMaintenanceWindow,
    /// Whether snapshots get its tags. AWS's default: false.
    opt copy_tags_to_snapshot "CopyTagsToSnapshot": bool,
    /// The region to which its automated backups are copied.
    opt automatic_backup_replication_region "AutomaticBackupReplicationRegion": Region,
    /// The key of that region that encrypts the copies: needed where the instance is encrypted.
    opt automatic_backup_replication_kms_key_id "AutomaticBackupReplicationKmsKeyId": KeyArn,
    /// For how many days the copies are kept. AWS's default: 7.
    opt automatic_backup_replication_retention_period "AutomaticBackupReplicationRetentionPeriod": Bounded<1, 35>,
    /// The logs that are sent to CloudWatch Logs.
    opt_list enable_cloudwatch_logs_exports "EnableCloudwatchLogsExports": LogExport,
    /// How often the operating system is measured, in seconds: 0 (never), 1, 5, 10, 15, 30, 60.
    /// AWS's default: 0.
    opt monitoring_interval "MonitoringInterval": Bounded<0, 60>,
    /// The role that writes those measurements; needed where the interval is not 0.
    opt monitoring_role_arn "MonitoringRoleArn": Arn,
    /// Whether Performance Insights watches its load. AWS's default: false.
    opt enable_performance_insights "EnablePerformanceInsights": bool,
    /// The key that encrypts what it saw. Left out: `aws/rds`.
    opt performance_insights_kms_key_id "PerformanceInsightsKMSKeyId": KeyArn,
    /// For how many days it is kept: 7, a multiple of 31 up to 713, or 731. AWS's default: 7.
    opt performance_insights_retention_period "PerformanceInsightsRetentionPeriod": Bounded<7, 731>,
    /// How much CloudWatch Database Insights tells. AWS's default: standard.
    opt database_insights_mode "DatabaseInsightsMode": DatabaseInsightsMode,
    /// Whether changes are made at once, even those that restart it, instead of in the
    /// maintenance window. CloudFormation's default, and the one here: true.
    opt apply_immediately "ApplyImmediately": bool,
    /// Whether AWS refuses its deletion. On here; AWS's default is off.
    opt deletion_protection "DeletionProtection": bool = true,
    /// Whether its automated backups are deleted with it. AWS's default: true.
    opt delete_automated_backups "DeleteAutomatedBackups": bool,
    /// Whether deleting it leaves no final snapshot. Off here, as in RDS's `DeleteDBInstance`, which
    /// names it so; no CloudFormation property (there, `DeletionPolicy` says it).
    opt skip_final_snapshot "jeancloud:SkipFinalSnapshot": bool,
    tags,
}

impl DbInstance {
    /// The name of the snapshot that an instance leaves: its own name, and the id that no other
    /// instance ever has, so that a repeated deletion asks for the same one.
    ///
    /// ```
    /// use jeancloud_model::rds::DbInstance;
    ///
    /// assert_eq!(DbInstance::final_snapshot("web-db", "db-ABC123"), "web-db-final-abc123");
    /// ```
    pub fn final_snapshot(identifier: &str, dbi_resource_id: &str) -> String {
        let id = dbi_resource_id.to_lowercase();
        format!("{identifier}-final-{}", id.trim_start_matches("db-"))
    }
}

fn number(value: &Json) -> Option<u64> {
    let text = || value.as_str()?.parse().ok();
    value.as_u64().or_else(text)
}

fn is_smaller(one: Option<u64>, other: Option<u64>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one < other)
}

/// Whether a version lies before another one, as far as both say it: `16` fits any `16.4`.
fn is_downgrade(before: Option<&str>, after: Option<&str>) -> bool {
    let parts = |version: Option<&str>| -> Vec<u64> {
        let parts = version.unwrap_or_default().split('.');
        parts.map_while(|part| part.parse().ok()).collect()
    };
    let (before, after) = (parts(before), parts(after));
    let differ = before
        .iter()
        .zip(&after)
        .find(|(before, after)| before != after);
    differ.is_some_and(|(before, after)| after < before)
}

outputs! { DbInstance {
    /// Its name.
    db_instance_identifier "DBInstanceIdentifier": DbInstanceIdentifier,
    /// Its ARN.
    arn "DBInstanceArn": Arn,
    /// The id that AWS gave it.
    dbi_resource_id "DbiResourceId": DbiResourceId,
    /// Where it is reached.
    endpoint_address "Endpoint.Address": DnsName,
    /// The port where it is reached.
    endpoint_port "Endpoint.Port": Port,
    /// The secret in which RDS keeps the master user's name and password.
    master_user_secret_arn "MasterUserSecret.SecretArn": SecretArn,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_database_is_encrypted_private_and_protected_without_a_line_about_it() {
        let database = DbInstance::builder()
            .db_instance_class("db.t4g.micro")
            .engine(Engine::Postgres)
            .master_username("jeancloud")
            .allocated_storage(20)
            .build();
        assert_eq!(
            serde_json::to_value(database).unwrap(),
            json!({
                "DBInstanceClass": "db.t4g.micro", "Engine": "postgres",
                "MasterUsername": "jeancloud", "AllocatedStorage": 20,
                "ManageMasterUserPassword": true, "StorageEncrypted": true,
                "PubliclyAccessible": false, "DeletionProtection": true,
            })
        );
    }
}
