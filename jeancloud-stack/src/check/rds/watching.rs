//! Rules for how a database is watched.

use jeancloud_model::{
    Text,
    iam::{Effect, PrincipalKind, Role},
    rds::{DatabaseInsightsMode, DbInstance},
};

use super::{
    super::{Report, Rule},
    CREATE_DB_INSTANCE, known,
};
use crate::View;

const INSIGHTS_GUIDE: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.cost.html";

const MONITORING_GUIDE: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html";

pub(super) const MONITORING: Rule = Rule {
    name: "db-monitoring",
    check: monitoring_is_whole,
};
pub(super) const ROLE: Rule = Rule {
    name: "db-monitoring-role",
    check: roles_can_be_assumed,
};
pub(super) const INSIGHTS: Rule = Rule {
    name: "db-insights",
    check: insights_are_whole,
};

fn monitoring_is_whole(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let interval = match &database.monitoring_interval {
            None => Some(0),
            Some(interval) => interval.known().map(|seconds| seconds.number()),
        };
        let Some(interval) = interval else {
            continue;
        };
        let (property, wrong, rule, hint) = if ![0, 1, 5, 10, 15, 30, 60].contains(&interval) {
            (
                "MonitoringInterval",
                format!("{interval} is no interval that RDS has"),
                "the interval is 0, 1, 5, 10, 15, 30 or 60 seconds (InvalidParameterValue)",
                "take 60",
            )
        } else if interval > 0 && database.monitoring_role_arn.is_none() {
            (
                "MonitoringRoleArn",
                "is missing".to_owned(),
                "enhanced monitoring writes with a role (InvalidParameterCombination)",
                "declare a role that trusts `monitoring.rds.amazonaws.com` with the managed policy `service-role/AmazonRDSEnhancedMonitoringRole`",
            )
        } else if interval == 0 && database.monitoring_role_arn.is_some() {
            (
                "MonitoringInterval",
                "is 0, and a role for monitoring is set".to_owned(),
                "a role goes with an interval (InvalidParameterCombination)",
                "add `.monitoring_interval(60)`, or leave the role out",
            )
        } else {
            continue;
        };
        let problem = report.error(database.declaration, property, wrong);
        problem.rule(rule).hint(hint).document(CREATE_DB_INSTANCE);
    }
}

fn roles_can_be_assumed(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let role = database.resource.monitoring_role_arn.as_ref();
        let Some(role) = role.and_then(|role| view.target::<Role>(role)) else {
            continue;
        };
        let monitoring = |(kind, name): (PrincipalKind, &Text)| {
            kind == PrincipalKind::Service
                && name
                    .as_known()
                    .is_none_or(|name| name == "monitoring.rds.amazonaws.com")
        };
        let mut trust = role
            .resource
            .assume_role_policy_document
            .statements()
            .iter();
        if !trust.any(|it| it.effect() == Effect::Allow && it.principals().any(monitoring)) {
            report
                .error(
                    database.declaration,
                    "MonitoringRoleArn",
                    format!("is that of {}, which monitoring.rds.amazonaws.com may not assume", role.address()),
                )
                .rule("enhanced monitoring assumes its role (InvalidParameterValue: IAM role ARN value is invalid or does not include the required permissions for ENHANCED_MONITORING)")
                .hint("trust it: `Statement::allow(\"sts:AssumeRole\").principal(Principal::service(\"monitoring.rds.amazonaws.com\"))`")
                .document(MONITORING_GUIDE);
        } else if role.resource.policies.is_empty() && role.resource.managed_policy_arns.is_empty()
        {
            report
                .warning(
                    database.declaration,
                    "MonitoringRoleArn",
                    format!("is that of {}, which may write nothing", role.address()),
                )
                .rule("enhanced monitoring writes to CloudWatch Logs with its role")
                .hint("add `.managed_policy_arns([aws_managed_policy(\"service-role/AmazonRDSEnhancedMonitoringRole\")])` to the role")
                .document(MONITORING_GUIDE);
        }
    }
}

fn insights_are_whole(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let on = known(&database.enable_performance_insights).unwrap_or(false);
        let days = known(&database.performance_insights_retention_period).map(|days| days.number());
        let advanced =
            known(&database.database_insights_mode) == Some(DatabaseInsightsMode::Advanced);
        if let Some(days) =
            days.filter(|days| *days != 7 && *days != 731 && !days.is_multiple_of(31))
        {
            report
                .error(database.declaration, "PerformanceInsightsRetentionPeriod", format!("{days} days can't be had"))
                .rule("insights are kept for 7 days, whole months of 31 days, or 731 days (InvalidParameterValue)")
                .hint(format!("take {}", (days.div_ceil(31) * 31).min(731)))
                .document(INSIGHTS_GUIDE);
        }
        let goes_with = [
            ("PerformanceInsightsRetentionPeriod", days.is_some()),
            (
                "PerformanceInsightsKMSKeyId",
                database.performance_insights_kms_key_id.is_some(),
            ),
        ];
        for (property, _) in goes_with
            .into_iter()
            .filter(|(_, set)| *set && !on && !advanced)
        {
            report
                .error(
                    database.declaration,
                    property,
                    "is set, and Performance Insights is off",
                )
                .rule("it goes with EnablePerformanceInsights (InvalidParameterCombination)")
                .hint("add `.enable_performance_insights(true)`")
                .document(CREATE_DB_INSTANCE);
        }
        if advanced && (!on || days.is_none_or(|days| days < 465)) {
            report
                .error(database.declaration, "DatabaseInsightsMode", "is advanced without 15 months of Performance Insights")
                .rule("the advanced mode needs Performance Insights, kept for at least 465 days (InvalidParameterCombination)")
                .hint("add `.enable_performance_insights(true).performance_insights_retention_period(465)`")
                .document(INSIGHTS_GUIDE);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Bounded, IntoInput,
        iam::{Principal, Role, Statement},
        rds::DatabaseInsightsMode,
    };

    use super::super::testing::{set, with};
    use crate::check::testing::broken;

    #[test]
    fn monitoring_has_a_role() {
        assert_snapshot!(broken("db-monitoring", |h| {
            with(h, |db| db.monitoring_interval = set(Bounded::new(60)));
        }), @"
        error: main/db: MonitoringRoleArn is missing
          rule: enhanced monitoring writes with a role (InvalidParameterCombination)
          hint: declare a role that trusts `monitoring.rds.amazonaws.com` with the managed policy `service-role/AmazonRDSEnhancedMonitoringRole`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
        assert_snapshot!(broken("db-monitoring", |h| {
            with(h, |db| db.monitoring_interval = set(Bounded::new(20)));
        }), @"
        error: main/db: MonitoringInterval 20 is no interval that RDS has
          rule: the interval is 0, 1, 5, 10, 15, 30 or 60 seconds (InvalidParameterValue)
          hint: take 60
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
    }

    #[test]
    fn insights_are_kept_for_whole_months() {
        assert_snapshot!(broken("db-insights", |h| {
            with(h, |db| {
                db.enable_performance_insights = set(true);
                db.performance_insights_retention_period = set(Bounded::new(90));
            });
        }), @"
        error: main/db: PerformanceInsightsRetentionPeriod 90 days can't be had
          rule: insights are kept for 7 days, whole months of 31 days, or 731 days (InvalidParameterValue)
          hint: take 93
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.cost.html
        ");
        assert_snapshot!(broken("db-insights", |h| {
            with(h, |db| db.performance_insights_retention_period = set(Bounded::new(31)));
        }), @"
        error: main/db: PerformanceInsightsRetentionPeriod is set, and Performance Insights is off
          rule: it goes with EnablePerformanceInsights (InvalidParameterCombination)
          hint: add `.enable_performance_insights(true)`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
        assert_snapshot!(broken("db-insights", |h| {
            with(h, |db| db.database_insights_mode = set(DatabaseInsightsMode::Advanced));
        }), @"
        error: main/db: DatabaseInsightsMode is advanced without 15 months of Performance Insights
          rule: the advanced mode needs Performance Insights, kept for at least 465 days (InvalidParameterCombination)
          hint: add `.enable_performance_insights(true).performance_insights_retention_period(465)`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.cost.html
        ");
    }

    #[test]
    fn a_role_for_monitoring_is_assumed_by_it() {
        let monitored = |service: &'static str| {
            move |h: &crate::check::testing::Healthy<'_>| {
                let trust =
                    Statement::allow("sts:AssumeRole").principal(Principal::service(service));
                let role = h.stack.global().add(
                    "role",
                    Role::builder().assume_role_policy_document(trust).build(),
                );
                with(h, |db| {
                    db.monitoring_interval = set(Bounded::new(60));
                    db.monitoring_role_arn = Some(role.arn().into_input());
                });
            }
        };
        assert_snapshot!(broken("db-monitoring-role", monitored("rds.amazonaws.com")), @r#"
        error: main/db: MonitoringRoleArn is that of global/role, which monitoring.rds.amazonaws.com may not assume
          rule: enhanced monitoring assumes its role (InvalidParameterValue: IAM role ARN value is invalid or does not include the required permissions for ENHANCED_MONITORING)
          hint: trust it: `Statement::allow("sts:AssumeRole").principal(Principal::service("monitoring.rds.amazonaws.com"))`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
        "#);
        assert_snapshot!(broken("db-monitoring-role", monitored("monitoring.rds.amazonaws.com")), @r#"
        warning: main/db: MonitoringRoleArn is that of global/role, which may write nothing
          rule: enhanced monitoring writes to CloudWatch Logs with its role
          hint: add `.managed_policy_arns([aws_managed_policy("service-role/AmazonRDSEnhancedMonitoringRole")])` to the role
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
        "#);
    }
}
