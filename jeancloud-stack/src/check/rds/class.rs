//! Rules for instance classes, and what goes with them.

use jeancloud_model::rds::{DbInstance, Engine};

use super::{
    super::{Report, Rule},
    known,
};
use crate::View;

const CLASSES: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html";
const INSIGHTS_ENGINES: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.Engines.html";

pub(super) const CLASS: Rule = Rule {
    name: "db-class",
    check: classes_are_ones_of_the_engine,
};
pub(super) const INSIGHTS: Rule = Rule {
    name: "db-class-insights",
    check: insights_have_room,
};

fn classes_are_ones_of_the_engine(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let Some(class) = database.db_instance_class.known() else {
            continue;
        };
        let mut parts = class.as_str().split('.').skip(1);
        let (Some(family), Some(size)) = (parts.next(), parts.next()) else {
            continue;
        };
        let free =
            |engine: &Engine| matches!(engine, Engine::Postgres | Engine::MySql | Engine::MariaDb);
        let (wrong, rule, hint) = if !is_size(size) {
            (
                format!("{class} has no size `{size}`"),
                "a class ends with micro, small, medium, large, xlarge or a number of xlarge (InvalidParameterValue: Invalid DB Instance class)",
                "as db.t4g.micro, db.m7g.large or db.r7g.2xlarge",
            )
        } else if is_graviton(family) && database.engine.known().is_some_and(|engine| !free(engine))
        {
            (
                format!("{class} has a processor of ARM"),
                "PostgreSQL, MySQL and MariaDB run on Graviton, and no other engine (InvalidParameterCombination: RDS does not support creating a DB instance with the following combination)",
                "take a class without g, as db.t3.medium or db.m6i.large",
            )
        } else {
            continue;
        };
        report
            .error(database.declaration, "DBInstanceClass", wrong)
            .rule(rule)
            .hint(hint)
            .document(CLASSES);
    }
}

fn is_size(size: &str) -> bool {
    let multiple = size.strip_suffix("xlarge");
    matches!(size, "micro" | "small" | "medium" | "large")
        || size.starts_with("metal")
        || multiple.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

/// `t4g`, `m6gd`: a g after the generation.
fn is_graviton(family: &str) -> bool {
    let after = family.trim_start_matches(|c: char| c.is_ascii_lowercase());
    after
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .starts_with('g')
}

fn insights_have_room(view: &View, report: &mut Report) {
    const TOO_SMALL: [&str; 6] = [
        "db.t2.micro",
        "db.t2.small",
        "db.t3.micro",
        "db.t3.small",
        "db.t4g.micro",
        "db.t4g.small",
    ];
    for database in view.all::<DbInstance>() {
        let (Some(engine), Some(class)) =
            (database.engine.known(), database.db_instance_class.known())
        else {
            continue;
        };
        let small = TOO_SMALL.contains(&class.as_str());
        let on = known(&database.enable_performance_insights) == Some(true);
        if on && small && matches!(engine, Engine::MySql | Engine::MariaDb) {
            report
                .error(
                    database.declaration,
                    "EnablePerformanceInsights",
                    format!("is on for {engine} on {class}"),
                )
                .rule("under MySQL and MariaDB, Performance Insights needs a larger class than micro and small (InvalidParameterCombination: Performance Insights not supported for this configuration)")
                .hint("take db.t4g.medium, or leave it out")
                .document(INSIGHTS_ENGINES);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Input,
        rds::{DbInstanceClass, Engine},
    };

    use super::{is_graviton, is_size};
    use crate::check::testing::broken;

    use super::super::testing::{set, with};

    #[test]
    fn a_class_has_a_size() {
        assert_snapshot!(broken("db-class", |h| {
            with(h, |db| db.db_instance_class = Input::Known(DbInstanceClass::from("db.t4g.tiny")));
        }), @"
        error: main/db: DBInstanceClass db.t4g.tiny has no size `tiny`
          rule: a class ends with micro, small, medium, large, xlarge or a number of xlarge (InvalidParameterValue: Invalid DB Instance class)
          hint: as db.t4g.micro, db.m7g.large or db.r7g.2xlarge
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html
        ");
        assert!(is_size("2xlarge") && is_size("xlarge") && is_size("metal") && !is_size("xxlarge"));
    }

    #[test]
    fn a_class_runs_the_engine() {
        assert!(is_graviton("t4g") && is_graviton("m6gd") && !is_graviton("x2iedn"));
        assert_snapshot!(broken("db-class", |h| {
            with(h, |db| {
                db.engine = Input::Known(Engine::OracleSe2);
                db.port = Some(jeancloud_model::IntoInput::into_input(5432u16));
            });
        }), @"
        error: main/db: DBInstanceClass db.t4g.micro has a processor of ARM
          rule: PostgreSQL, MySQL and MariaDB run on Graviton, and no other engine (InvalidParameterCombination: RDS does not support creating a DB instance with the following combination)
          hint: take a class without g, as db.t3.medium or db.m6i.large
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html
        ");
    }

    #[test]
    fn insights_need_a_larger_class() {
        assert_snapshot!(broken("db-class-insights", |h| {
            with(h, |db| {
                db.engine = Input::Known(Engine::MySql);
                db.port = Some(jeancloud_model::IntoInput::into_input(5432u16));
                db.enable_performance_insights = set(true);
            });
        }), @"
        error: main/db: EnablePerformanceInsights is on for mysql on db.t4g.micro
          rule: under MySQL and MariaDB, Performance Insights needs a larger class than micro and small (InvalidParameterCombination: Performance Insights not supported for this configuration)
          hint: take db.t4g.medium, or leave it out
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.Engines.html
        ");
    }
}
