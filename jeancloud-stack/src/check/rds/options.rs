//! Rules for what an engine knows: licences, versions, time zones, ways to sign in.

use jeancloud_model::{
    Text,
    rds::{DbInstance, Engine, LicenseModel},
};

use super::{
    super::{Report, Rule},
    CREATE_DB_INSTANCE, known,
};
use crate::View;

pub(super) const LICENSE: Rule = Rule {
    name: "db-license",
    check: licences_are_those_of_the_engine,
};
pub(super) const VERSION: Rule = Rule {
    name: "db-engine-version",
    check: versions_are_those_of_the_engine,
};
pub(super) const OPTIONS: Rule = Rule {
    name: "db-engine-options",
    check: options_are_ones_that_the_engine_has,
};
pub(super) const AUTHORITY: Rule = Rule {
    name: "db-certificate-authority",
    check: authorities_have_not_expired,
};

fn is_oracle(engine: Engine) -> bool {
    engine.as_str().starts_with("oracle-")
}

fn is_db2(engine: Engine) -> bool {
    matches!(engine, Engine::Db2Ae | Engine::Db2Se)
}

/// `LicenseModel` of `CreateDBInstance`.
fn licences(engine: Engine) -> &'static [LicenseModel] {
    use LicenseModel as L;
    match engine {
        Engine::Postgres => &[L::PostgresqlLicense],
        Engine::MySql | Engine::MariaDb => &[L::GeneralPublicLicense],
        engine if is_oracle(engine) => &[L::BringYourOwnLicense, L::LicenseIncluded],
        engine if is_db2(engine) => &[L::BringYourOwnLicense, L::MarketplaceLicense],
        _ => &[L::LicenseIncluded],
    }
}

fn licences_are_those_of_the_engine(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let (Some(engine), Some(license)) =
            (database.engine.known(), known(&database.license_model))
        else {
            continue;
        };
        let fitting = licences(*engine);
        if !fitting.contains(&license) {
            let names: Vec<&str> = fitting.iter().map(|license| license.as_str()).collect();
            report
                .error(
                    database.declaration,
                    "LicenseModel",
                    format!("{license} is no licence of {engine}"),
                )
                .rule(format!(
                    "{engine} is had under {} (InvalidParameterCombination)",
                    names.join(" or ")
                ))
                .hint("leave it out for the engine's own")
                .document(CREATE_DB_INSTANCE);
        }
    }
}

fn versions_are_those_of_the_engine(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let version = database
            .engine_version
            .as_ref()
            .and_then(|version| version.known());
        let (Some(engine), Some(version)) = (database.engine.known(), version) else {
            continue;
        };
        let major = version
            .as_str()
            .split(['.', '-'])
            .next()
            .unwrap_or_default();
        let Ok(major) = major.parse::<u32>() else {
            continue;
        };
        let (least, most, example) = match engine {
            Engine::Postgres => (9, 40, "16, or 16.4"),
            Engine::MySql => (5, 9, "8.0, or 8.4.3"),
            Engine::MariaDb => (10, 20, "11.4, or 10.11.8"),
            _ => continue,
        };
        if !(least..=most).contains(&major) {
            report
                .error(
                    database.declaration,
                    "EngineVersion",
                    format!("{version} is no version of {engine}"),
                )
                .rule("an engine has versions of its own (InvalidParameterCombination: Cannot find version)")
                .hint(format!("as {example}; `aws rds describe-db-engine-versions` lists them"))
                .document("https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html");
        }
    }
}

fn options_are_ones_that_the_engine_has(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let Some(engine) = database.engine.known().copied() else {
            continue;
        };
        let free = matches!(engine, Engine::Postgres | Engine::MySql | Engine::MariaDb);
        let small = matches!(engine, Engine::SqlServerEx | Engine::SqlServerWeb);
        let faults = [
            (
                "CharacterSetName",
                free && database.character_set_name.is_some(),
                "a character set is named for Oracle, SQL Server and Db2",
                "leave it out: a parameter group or `CREATE DATABASE` says it",
            ),
            (
                "Timezone",
                !(is_db2(engine) || engine.is_sql_server()) && database.timezone.is_some(),
                "a time zone is named for Db2 and SQL Server",
                "leave it out: a parameter group or an option says it",
            ),
            (
                "EnableIAMDatabaseAuthentication",
                !free && known(&database.enable_iam_database_authentication) == Some(true),
                "users sign in with IAM to PostgreSQL, MySQL and MariaDB",
                "leave it out",
            ),
            (
                "EngineLifecycleSupport",
                !free && database.engine_lifecycle_support.is_some(),
                "extended support is for PostgreSQL and MySQL",
                "leave it out",
            ),
            (
                "MultiAZ",
                small && known(&database.multi_az) == Some(true),
                "the Express and Web Editions of SQL Server have no second zone",
                "take Engine::SqlServerSe, or leave it out",
            ),
        ];
        for (property, _, rule, hint) in faults.into_iter().filter(|fault| fault.1) {
            report
                .error(
                    database.declaration,
                    property,
                    format!("is set for {engine}"),
                )
                .rule(format!("{rule} (InvalidParameterCombination)"))
                .hint(hint)
                .document(CREATE_DB_INSTANCE);
        }
    }
}

fn authorities_have_not_expired(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let authority = database
            .ca_certificate_identifier
            .as_ref()
            .and_then(Text::as_known);
        let Some(authority) =
            authority.filter(|name| ["rds-ca-2015", "rds-ca-2019"].contains(name))
        else {
            continue;
        };
        report
            .error(
                database.declaration,
                "CACertificateIdentifier",
                format!("{authority} has expired"),
            )
            .rule("a new instance has a certificate of an authority that is in force (CertificateNotFound)")
            .hint("take rds-ca-rsa2048-g1, or leave it out for AWS's default")
            .document("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html");
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        IntoText,
        rds::{EngineVersion, LicenseModel},
    };

    use super::super::testing::{set, with};
    use crate::check::testing::{broken, healthy};

    #[test]
    fn a_licence_is_the_engines() {
        assert_snapshot!(broken("db-license", |h| {
            with(h, |db| db.license_model = set(LicenseModel::GeneralPublicLicense));
        }), @"
        error: main/db: LicenseModel general-public-license is no licence of postgres
          rule: postgres is had under postgresql-license (InvalidParameterCombination)
          hint: leave it out for the engine's own
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
    }

    #[test]
    fn a_version_is_the_engines() {
        assert_snapshot!(broken("db-engine-version", |h| {
            with(h, |db| db.engine_version = set(EngineVersion::from("8.0")));
        }), @"
        error: main/db: EngineVersion 8.0 is no version of postgres
          rule: an engine has versions of its own (InvalidParameterCombination: Cannot find version)
          hint: as 16, or 16.4; `aws rds describe-db-engine-versions` lists them
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html
        ");
        for version in ["16", "16.4", "17.2"] {
            healthy(|h| {
                with(h, |db| {
                    db.engine_version = set(EngineVersion::from(version))
                })
            });
        }
    }

    #[test]
    fn an_option_is_one_that_the_engine_has() {
        assert_snapshot!(broken("db-engine-options", |h| {
            with(h, |db| db.timezone = Some("Europe/Paris".into_text()));
        }), @"
        error: main/db: Timezone is set for postgres
          rule: a time zone is named for Db2 and SQL Server (InvalidParameterCombination)
          hint: leave it out: a parameter group or an option says it
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
    }

    #[test]
    fn an_authority_has_not_expired() {
        assert_snapshot!(broken("db-certificate-authority", |h| {
            with(h, |db| db.ca_certificate_identifier = Some("rds-ca-2019".into_text()));
        }), @"
        error: main/db: CACertificateIdentifier rds-ca-2019 has expired
          rule: a new instance has a certificate of an authority that is in force (CertificateNotFound)
          hint: take rds-ca-rsa2048-g1, or leave it out for AWS's default
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
        ");
    }
}
