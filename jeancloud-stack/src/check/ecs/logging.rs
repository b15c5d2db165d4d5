//! Rules for where containers' output goes.

use jeancloud_model::ecs::{LogConfiguration, LogDriver, TaskDefinition};

use super::{
    super::{Report, Rule},
    is_fargate,
};
use crate::View;

const DOCUMENT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html";

pub(super) const DRIVER: Rule = Rule {
    name: "container-log-driver",
    check: fargate_knows_three_log_drivers,
};
pub(super) const OPTIONS: Rule = Rule {
    name: "container-log-options",
    check: awslogs_knows_where_to_write,
};

fn fargate_knows_three_log_drivers(view: &View, report: &mut Report) {
    const KNOWN: &[LogDriver] = &[
        LogDriver::Awslogs,
        LogDriver::Awsfirelens,
        LogDriver::Splunk,
    ];
    for task in view.all::<TaskDefinition>().filter(|task| is_fargate(task)) {
        let logs = task
            .container_definitions
            .iter()
            .filter_map(|one| one.log_configuration.as_ref());
        for driver in logs.filter_map(|log| log.log_driver.known()) {
            if !KNOWN.contains(driver) {
                report
                    .error(
                        task.declaration,
                        "ContainerDefinitions",
                        format!("{driver} is no log driver of Fargate's"),
                    )
                    .rule("tasks on Fargate log through awslogs, awsfirelens or splunk (ClientException)")
                    .hint("LogConfiguration::awslogs(&group, region, \"app\")")
                    .document(DOCUMENT);
            }
        }
    }
}

fn awslogs_knows_where_to_write(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        for container in &task.container_definitions {
            let Some(log) = &container.log_configuration else {
                continue;
            };
            for missing in missing(log, is_fargate(&task)) {
                report
                    .error(
                        task.declaration,
                        "ContainerDefinitions",
                        format!("a log configuration has no {missing}"),
                    )
                    .rule("awslogs wants awslogs-group and awslogs-region, and on Fargate awslogs-stream-prefix (ClientException)")
                    .hint("LogConfiguration::awslogs(&group, region, \"app\")")
                    .document("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html");
            }
        }
    }
}

fn missing(log: &LogConfiguration, fargate: bool) -> impl Iterator<Item = &'static str> + '_ {
    let awslogs = log.log_driver.known() == Some(&LogDriver::Awslogs);
    let prefix = fargate.then_some("awslogs-stream-prefix");
    let wanted = ["awslogs-group", "awslogs-region"]
        .into_iter()
        .chain(prefix);
    wanted.filter(move |option| awslogs && !log.options.contains_key(*option))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Input, Region,
        ecs::{LogConfiguration, LogDriver},
    };

    use super::super::testing::{container, task};
    use crate::check::testing::{broken, healthy};

    #[test]
    fn fargate_has_no_journal() {
        assert_snapshot!(broken("container-log-driver", |h| {
            let mut app = container();
            app.log_configuration = Some(LogConfiguration::builder().log_driver(LogDriver::Journald).build());
            h.scope.add("task", task([app]));
        }), @r#"
        error: main/task: ContainerDefinitions journald is no log driver of Fargate's
          rule: tasks on Fargate log through awslogs, awsfirelens or splunk (ClientException)
          hint: LogConfiguration::awslogs(&group, region, "app")
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
        "#);
    }

    #[test]
    fn awslogs_has_a_stream_prefix_on_fargate() {
        let with = |log: LogConfiguration| {
            move |h: &crate::check::testing::Healthy<'_>| {
                let mut app = container();
                app.log_configuration = Some(log);
                let mut whole = task([app]);
                whole.execution_role_arn =
                    Some(Input::Known("arn:aws:iam::123456789012:role/x".into()));
                h.scope.add("task", whole);
            }
        };
        let whole = LogConfiguration::awslogs("/ecs/app", Region::EuWest3, "app");
        healthy(with(whole.clone()));
        let mut without = whole;
        without.options.remove("awslogs-stream-prefix");
        assert_snapshot!(broken("container-log-options", with(without)), @r#"
        error: main/task: ContainerDefinitions a log configuration has no awslogs-stream-prefix
          rule: awslogs wants awslogs-group and awslogs-region, and on Fargate awslogs-stream-prefix (ClientException)
          hint: LogConfiguration::awslogs(&group, region, "app")
          see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
        "#);
    }
}
