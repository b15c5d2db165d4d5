//! The values of a database instance: its name, engine, size and windows.

use crate::{choice, text_value};

const CREATE_DB_INSTANCE: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";

text_value! {
    /// The name of a database instance: 1 to 63 lower-case letters, digits and hyphens.
    ///
    /// RDS takes upper-case letters and keeps lower-case ones; here only those are taken, so that
    /// a name is what was written.
    DbInstanceIdentifier {
        rule: "an identifier has 1 to 63 lower-case letters, digits and hyphens, begins with a letter, and has no hyphen at its end and no two in a row",
        document: CREATE_DB_INSTANCE,
        check: |text| {
            let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            if text.is_empty() || text.len() > 63 {
                Some("is empty or too long")
            } else if !text.bytes().all(allowed) {
                Some("has a character that does not fit")
            } else if !text.starts_with(|c: char| c.is_ascii_lowercase()) {
                Some("does not begin with a letter")
            } else {
                (text.ends_with('-') || text.contains("--")).then_some("has a hyphen where none may be")
            }
        },
    },
    /// How large a database instance is, as `db.t4g.micro`.
    DbInstanceClass {
        rule: "an instance class is db.family.size, as db.t4g.micro",
        document: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html",
        check: |text| {
            let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            let mut parts = text.split('.');
            let good = parts.next() == Some("db") && text.split('.').count() >= 3 && parts.all(part);
            (!good).then_some("is no instance class")
        },
    },
    /// The version of an engine, whole (`16.4`) or by its beginning (`16`), which lets RDS choose.
    EngineVersion {
        rule: "an engine's version begins with a digit and has letters, digits, dots and hyphens",
        document: CREATE_DB_INSTANCE,
        check: |text| {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b".-_".contains(&b);
            let good = text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(allowed);
            (!good).then_some("is no version")
        },
    },
    /// The name of the database that is made in an instance (for Oracle: its SID).
    DbName {
        rule: "a database's name begins with a letter and has letters, digits and _, 64 at most",
        document: CREATE_DB_INSTANCE,
        check: |text| {
            let first = |c: char| c.is_ascii_alphabetic();
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
            let good = text.len() <= 64 && text.starts_with(first) && text.bytes().all(allowed);
            (!good).then_some("is no name of a database")
        },
    },
    /// The name of the first user of a database instance.
    MasterUsername {
        rule: "a master user's name begins with a letter and has letters, digits and _, 128 at most",
        document: CREATE_DB_INSTANCE,
        check: |text| {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
            let good = text.len() <= 128 && text.starts_with(|c: char| c.is_ascii_alphabetic())
                && text.bytes().all(allowed);
            (!good).then_some("is no name of a user")
        },
    },
    /// When automated backups are taken, each day, in UTC: `03:00-04:00`, at least 30 minutes.
    PreferredBackupWindow {
        rule: "a backup window is hh:mm-hh:mm in UTC, at least 30 minutes",
        document: CREATE_DB_INSTANCE,
        check: |text| {
            let Some((from, to)) = text.split_once('-') else {
                return Some("is no window");
            };
            match (minutes(from), minutes(to)) {
                (Some(from), Some(to)) => too_short(from, to, DAY),
                _ => Some("is no window"),
            }
        },
    },
    /// When RDS may do maintenance, each week, in UTC: `mon:04:00-mon:05:00`, at least 30 minutes.
    /// In lower case, as RDS gives it back.
    PreferredMaintenanceWindow {
        rule: "a maintenance window is ddd:hh:mm-ddd:hh:mm in UTC and lower case, at least 30 minutes",
        document: CREATE_DB_INSTANCE,
        check: |text| {
            let Some((from, to)) = text.split_once('-') else {
                return Some("is no window");
            };
            match (minutes_of_week(from), minutes_of_week(to)) {
                (Some(from), Some(to)) => too_short(from, to, 7 * DAY),
                _ => Some("is no window"),
            }
        },
    },
}

impl PreferredBackupWindow {
    /// From when to when, in minutes of the day. `None` where it is no window.
    pub fn minutes(&self) -> Option<(u32, u32)> {
        let (from, to) = self.as_str().split_once('-')?;
        Some((minutes(from)?, minutes(to)?))
    }
}

impl PreferredMaintenanceWindow {
    /// From when to when, in minutes of the week. `None` where it is no window.
    pub fn minutes(&self) -> Option<(u32, u32)> {
        let (from, to) = self.as_str().split_once('-')?;
        Some((minutes_of_week(from)?, minutes_of_week(to)?))
    }
}

const DAY: u32 = 24 * 60;

fn minutes(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    if hour.len() != 2 || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn minutes_of_week(text: &str) -> Option<u32> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let (day, time) = text.split_once(':')?;
    let day = DAYS.iter().position(|name| *name == day)?;
    Some(day as u32 * DAY + minutes(time)?)
}

fn too_short(from: u32, to: u32, whole: u32) -> Option<&'static str> {
    ((to + whole - from) % whole < 30).then_some("is shorter than 30 minutes")
}

choice! {
    /// What a database instance runs. Aurora's instances belong to clusters, which are not
    /// modelled.
    Engine {
        /// PostgreSQL.
        Postgres = "postgres",
        /// MySQL.
        MySql = "mysql",
        /// MariaDB.
        MariaDb = "mariadb",
        /// Oracle, Enterprise Edition.
        OracleEe = "oracle-ee",
        /// Oracle, Enterprise Edition, in a container database.
        OracleEeCdb = "oracle-ee-cdb",
        /// Oracle, Standard Edition 2.
        OracleSe2 = "oracle-se2",
        /// Oracle, Standard Edition 2, in a container database.
        OracleSe2Cdb = "oracle-se2-cdb",
        /// SQL Server, Enterprise Edition.
        SqlServerEe = "sqlserver-ee",
        /// SQL Server, Standard Edition.
        SqlServerSe = "sqlserver-se",
        /// SQL Server, Express Edition.
        SqlServerEx = "sqlserver-ex",
        /// SQL Server, Web Edition.
        SqlServerWeb = "sqlserver-web",
        /// Db2, Advanced Edition.
        Db2Ae = "db2-ae",
        /// Db2, Standard Edition.
        Db2Se = "db2-se",
    }
    /// What a database instance's storage is.
    StorageType {
        /// General purpose SSD of the third generation: throughput apart from size.
        Gp3 = "gp3",
        /// General purpose SSD of the second generation.
        Gp2 = "gp2",
        /// Provisioned IOPS SSD.
        Io1 = "io1",
        /// Provisioned IOPS SSD of the second generation.
        Io2 = "io2",
        /// Magnetic disks, which AWS keeps for old instances.
        Standard = "standard",
    }
    /// Who licences an engine.
    LicenseModel {
        /// AWS.
        LicenseIncluded = "license-included",
        /// The customer.
        BringYourOwnLicense = "bring-your-own-license",
        /// AWS's Marketplace.
        MarketplaceLicense = "marketplace-license",
        /// Nobody: PostgreSQL.
        PostgresqlLicense = "postgresql-license",
        /// Nobody: MySQL and MariaDB.
        GeneralPublicLicense = "general-public-license",
    }
    /// Which addresses a database instance has.
    DbNetworkType {
        /// IPv4 addresses.
        Ipv4 = "IPV4",
        /// IPv4 and IPv6 addresses.
        Dual = "DUAL",
    }
    /// What is done when AWS's standard support of an engine's version ends.
    EngineLifecycleSupport {
        /// Extended support, at a price. AWS's default.
        Extended = "open-source-rds-extended-support",
        /// None: RDS upgrades the instance.
        ExtendedDisabled = "open-source-rds-extended-support-disabled",
    }
    /// How much CloudWatch Database Insights tells.
    DatabaseInsightsMode {
        /// The usual.
        Standard = "standard",
        /// More, and for longer: needs Performance Insights with 15 months of retention.
        Advanced = "advanced",
    }
    /// A log that an engine writes and RDS can send to CloudWatch Logs.
    LogExport {
        /// PostgreSQL's log.
        Postgresql = "postgresql",
        /// PostgreSQL's log of upgrades.
        Upgrade = "upgrade",
        /// Failed sign-ins with IAM.
        IamDbAuthError = "iam-db-auth-error",
        /// The audit log of MySQL, MariaDB and Oracle.
        Audit = "audit",
        /// The error log of MySQL, MariaDB and SQL Server.
        Error = "error",
        /// The general log of MySQL and MariaDB.
        General = "general",
        /// The slow query log of MySQL and MariaDB.
        SlowQuery = "slowquery",
        /// SQL Server's agent log.
        Agent = "agent",
        /// Oracle's alert log.
        Alert = "alert",
        /// Oracle's listener log.
        Listener = "listener",
        /// Oracle's trace log.
        Trace = "trace",
        /// Oracle's Management Agent log.
        OemAgent = "oemagent",
        /// Db2's diagnostic log.
        DiagLog = "diag.log",
        /// Db2's notification log.
        NotifyLog = "notify.log",
    }
}

impl Engine {
    /// The logs that it writes.
    pub fn logs(self) -> &'static [LogExport] {
        use LogExport as L;
        match self {
            Self::Postgres => &[L::Postgresql, L::Upgrade, L::IamDbAuthError],
            Self::MySql | Self::MariaDb => &[
                L::Audit,
                L::Error,
                L::General,
                L::SlowQuery,
                L::IamDbAuthError,
            ],
            Self::OracleEe | Self::OracleEeCdb | Self::OracleSe2 | Self::OracleSe2Cdb => {
                &[L::Alert, L::Audit, L::Listener, L::Trace, L::OemAgent]
            }
            Self::SqlServerEe | Self::SqlServerSe | Self::SqlServerEx | Self::SqlServerWeb => {
                &[L::Agent, L::Error]
            }
            Self::Db2Ae | Self::Db2Se => &[L::DiagLog, L::NotifyLog],
        }
    }

    /// Whether it is a SQL Server, which RDS treats apart in many ways.
    pub fn is_sql_server(self) -> bool {
        self.as_str().starts_with("sqlserver-")
    }

    /// The port that it listens on where none is given.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Postgres => 5432,
            Self::MySql | Self::MariaDb => 3306,
            Self::OracleEe | Self::OracleEeCdb | Self::OracleSe2 | Self::OracleSe2Cdb => 1521,
            Self::SqlServerEe | Self::SqlServerSe | Self::SqlServerEx | Self::SqlServerWeb => 1433,
            Self::Db2Ae | Self::Db2Se => 50_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn identifiers_are_what_rds_keeps() {
        assert!(
            DbInstanceIdentifier::new("jeancloud-db-france")
                .check()
                .is_ok()
        );
        for bad in ["", "DB", "1db", "db-", "a--b", "a_b", &"x".repeat(64)] {
            assert!(
                DbInstanceIdentifier::new(bad.to_owned()).check().is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn classes_have_three_parts() {
        for good in [
            "db.t4g.micro",
            "db.r6i.32xlarge",
            "db.r5.12xlarge.tpc2.mem2x",
        ] {
            assert!(DbInstanceClass::new(good).check().is_ok(), "{good}");
        }
        for bad in ["t4g.micro", "db.t4g", "db..micro", "db.T4g.micro"] {
            assert!(DbInstanceClass::new(bad).check().is_err(), "{bad}");
        }
    }

    #[test]
    fn windows_last_half_an_hour_and_may_pass_midnight() {
        for good in ["03:00-04:00", "23:45-00:15"] {
            assert!(PreferredBackupWindow::new(good).check().is_ok(), "{good}");
        }
        for bad in ["3:00-4:00", "03:00-03:20", "03:00", "24:00-25:00"] {
            assert!(PreferredBackupWindow::new(bad).check().is_err(), "{bad}");
        }
        for good in ["mon:04:00-mon:05:00", "sun:23:45-mon:00:15"] {
            assert!(
                PreferredMaintenanceWindow::new(good).check().is_ok(),
                "{good}"
            );
        }
        for bad in ["Mon:04:00-Mon:05:00", "04:00-05:00", "mon:04:00-mon:04:10"] {
            assert!(
                PreferredMaintenanceWindow::new(bad).check().is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn databases_and_users_are_named_in_sql() {
        assert!(DbName::new("jean_1").check().is_ok() && DbName::new("_jean_1").check().is_err());
        assert!(DbName::new("jean-cloud").check().is_err());
        assert!(MasterUsername::new("jeancloud").check().is_ok());
        assert!(MasterUsername::new("1a").check().is_err());
        assert!(EngineVersion::new("16").check().is_ok());
        assert!(EngineVersion::new("latest").check().is_err());
    }
}
