//! Rules for what a database runs: its users, its names, its logs.

use jeancloud_model::rds::{DbInstance, Engine};

use super::{
    super::{Report, Rule},
    CREATE_DB_INSTANCE, known,
    words::is_reserved,
};
use crate::View;

const MASTER_PASSWORD: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html";

pub(super) const PASSWORD: Rule = Rule {
    name: "db-password",
    check: rds_keeps_the_password,
};
pub(super) const MASTER_USERNAME: Rule = Rule {
    name: "db-master-username",
    check: master_users_have_names_that_engines_take,
};
pub(super) const DATABASE_NAME: Rule = Rule {
    name: "db-name",
    check: databases_have_names_that_engines_take,
};
pub(super) const LOGS: Rule = Rule {
    name: "db-logs",
    check: logs_are_the_engines,
};

fn rds_keeps_the_password(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        if known(&database.manage_master_user_password) == Some(true) {
            continue;
        }
        if database
            .manage_master_user_password
            .as_ref()
            .is_some_and(|on| on.known().is_none())
        {
            continue;
        }
        report
            .error(database.declaration, "ManageMasterUserPassword", "is off, and nothing else gives the master user a password")
            .rule("an instance is made with a password, given or managed (InvalidParameterValue); jeancloud takes none, so that none is in a stack, a plan or a state")
            .hint("leave the property out: RDS then keeps the password in Secrets Manager")
            .document(MASTER_PASSWORD);
    }
}

fn master_users_have_names_that_engines_take(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let (Some(name), Some(engine)) =
            (database.master_username.known(), database.engine.known())
        else {
            continue;
        };
        let (most, reserved) = user_rules(*engine);
        let lower = name.as_str().to_lowercase();
        let postgres_own = *engine == Engine::Postgres && lower.starts_with("pg_");
        let wrong = if name.as_str().len() > most {
            format!("{name} has {} characters", name.as_str().len())
        } else if reserved.contains(&&*lower) || postgres_own || is_reserved(*engine, &lower) {
            format!("{name} is reserved by {engine}")
        } else {
            continue;
        };
        report
            .error(database.declaration, "MasterUsername", wrong)
            .rule(format!("{engine} takes up to {most} characters and none of its reserved words (InvalidParameterValue)"))
            .hint("name it after the application")
            .document(CREATE_DB_INSTANCE);
    }
}

/// How long the name of an engine's master user may be, and what it can't be. The words are those
/// that RDS itself refuses, not all of SQL's.
fn user_rules(engine: Engine) -> (usize, &'static [&'static str]) {
    match engine {
        Engine::Postgres => (
            63,
            &[
                "admin",
                "rdsadmin",
                "rdsrepladmin",
                "rds_iam",
                "rds_password",
                "rds_replication",
                "rds_superuser",
                "public",
            ],
        ),
        Engine::MySql | Engine::MariaDb => (16, &["rdsadmin", "rdsrepladmin"]),
        Engine::OracleEe | Engine::OracleEeCdb | Engine::OracleSe2 | Engine::OracleSe2Cdb => {
            (30, &["sys", "system", "rdsadmin"])
        }
        Engine::SqlServerEe | Engine::SqlServerSe | Engine::SqlServerEx | Engine::SqlServerWeb => {
            (128, &["sa", "rdsadmin", "rdsa"])
        }
        Engine::Db2Ae | Engine::Db2Se => (16, &["rdsadmin", "sysadm"]),
    }
}

/// Databases and words that are the engines' own.
const OWN: [&str; 9] = [
    "information_schema",
    "innodb",
    "mysql",
    "null",
    "performance_schema",
    "rdsadmin",
    "sys",
    "template0",
    "template1",
];

fn databases_have_names_that_engines_take(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let name = database.db_name.as_ref().and_then(|name| name.known());
        let (Some(name), Some(engine)) = (name, database.engine.known()) else {
            continue;
        };
        let most = match engine {
            engine if engine.is_sql_server() => 0,
            Engine::Postgres => 63,
            Engine::MySql | Engine::MariaDb | Engine::Db2Ae | Engine::Db2Se => 64,
            _ => 8,
        };
        let length = name.as_str().len();
        let lower = name.as_str().to_lowercase();
        if length <= most && (is_reserved(*engine, &lower) || OWN.contains(&&*lower)) {
            report
                .error(
                    database.declaration,
                    "DBName",
                    format!("{name} is reserved by {engine}"),
                )
                .rule(
                    "a database's name is no word that its engine reserves (InvalidParameterValue)",
                )
                .hint("name it after the application")
                .document(CREATE_DB_INSTANCE);
        }
        if length > most {
            let (rule, hint) = match most {
                0 => (
                    "an instance of SQL Server is made without a database (InvalidParameterValue)"
                        .to_owned(),
                    "leave it out, and make the database with SQL".to_owned(),
                ),
                most => (
                    format!(
                        "a database of {engine} has a name of up to {most} characters (InvalidParameterValue)"
                    ),
                    "shorten it".to_owned(),
                ),
            };
            report
                .error(
                    database.declaration,
                    "DBName",
                    format!("{name} does not fit {engine}"),
                )
                .rule(rule)
                .hint(hint)
                .document(CREATE_DB_INSTANCE);
        }
    }
}

fn logs_are_the_engines(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let Some(engine) = database.engine.known() else {
            continue;
        };
        for log in database
            .enable_cloudwatch_logs_exports
            .iter()
            .filter_map(|log| log.known())
        {
            if !engine.logs().contains(log) {
                let names: Vec<_> = engine.logs().iter().map(|log| log.as_str()).collect();
                report
                    .error(
                        database.declaration,
                        "EnableCloudwatchLogsExports",
                        format!("{engine} writes no log {log}"),
                    )
                    .rule("each engine has logs of its own (InvalidParameterCombination)")
                    .hint(format!("{engine} writes {}", names.join(", ")))
                    .document(CREATE_DB_INSTANCE);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Input,
        rds::{DbName, Engine, LogExport, MasterUsername},
    };

    use super::super::testing::{set, with};
    use crate::check::testing::broken;

    #[test]
    fn rds_keeps_the_password() {
        assert_snapshot!(broken("db-password", |h| {
            with(h, |db| db.manage_master_user_password = set(false));
        }), @"
        error: main/db: ManageMasterUserPassword is off, and nothing else gives the master user a password
          rule: an instance is made with a password, given or managed (InvalidParameterValue); jeancloud takes none, so that none is in a stack, a plan or a state
          hint: leave the property out: RDS then keeps the password in Secrets Manager
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
        ");
    }

    #[test]
    fn a_master_user_is_not_reserved() {
        assert_snapshot!(broken("db-master-username", |h| {
            with(h, |db| db.master_username = Input::Known(MasterUsername::from("admin")));
        }), @"
        error: main/db: MasterUsername admin is reserved by postgres
          rule: postgres takes up to 63 characters and none of its reserved words (InvalidParameterValue)
          hint: name it after the application
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
    }

    #[test]
    fn a_database_has_a_name_that_its_engine_takes() {
        assert_snapshot!(broken("db-name", |h| {
            with(h, |db| db.db_name = set(DbName::from("x".repeat(64))));
        }), @"
        error: main/db: DBName xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx does not fit postgres
          rule: a database of postgres has a name of up to 63 characters (InvalidParameterValue)
          hint: shorten it
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
    }

    #[test]
    fn a_log_is_its_engines() {
        assert!(Engine::MySql.logs().contains(&LogExport::SlowQuery));
        assert_snapshot!(broken("db-logs", |h| {
            with(h, |db| db.enable_cloudwatch_logs_exports = vec![Input::Known(LogExport::SlowQuery)]);
        }), @"
        error: main/db: EnableCloudwatchLogsExports postgres writes no log slowquery
          rule: each engine has logs of its own (InvalidParameterCombination)
          hint: postgres writes postgresql, upgrade, iam-db-auth-error
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
    }

    #[test]
    fn a_database_is_not_called_by_a_word_of_its_engine() {
        assert_snapshot!(broken("db-name", |h| {
            with(h, |db| db.db_name = set(DbName::from("order")));
        }), @"
        error: main/db: DBName order is reserved by postgres
          rule: a database's name is no word that its engine reserves (InvalidParameterValue)
          hint: name it after the application
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
        assert_snapshot!(broken("db-master-username", |h| {
            with(h, |db| db.master_username = Input::Known(MasterUsername::from("pg_owner")));
        }), @"
        error: main/db: MasterUsername pg_owner is reserved by postgres
          rule: postgres takes up to 63 characters and none of its reserved words (InvalidParameterValue)
          hint: name it after the application
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
    }
}
