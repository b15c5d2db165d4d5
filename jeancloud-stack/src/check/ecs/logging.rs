//! Rules for where containers' output goes.

use jeancloud_model::{
    Text,
    ecs::{LogConfiguration, LogDriver, TaskDefinition},
    logs::LogGroup,
};

use super::{
    super::{Report, Rule},
    is_fargate,
};
use crate::{Declared, View};

const DOCUMENT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html";

const OPTIONS_DOCUMENT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html";

pub(super) const MODE: Rule = Rule {
    name: "container-log-mode",
    check: awslogs_has_a_mode_that_it_knows,
};
pub(super) const REGION: Rule = Rule {
    name: "container-log-region",
    check: awslogs_writes_to_the_groups_own_region,
};
pub(super) const ROUTER: Rule = Rule {
    name: "container-log-router",
    check: firelens_has_a_router,
};
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
                    .rule("awslogs wants awslogs-group and awslogs-region, and on Fargate awslogs-stream-prefix; splunk wants splunk-token and splunk-url (ClientException)")
                    .hint("LogConfiguration::awslogs(&group, region, \"app\")")
                    .document(OPTIONS_DOCUMENT);
            }
        }
    }
}

fn missing(log: &LogConfiguration, fargate: bool) -> Vec<&'static str> {
    let wanted: &[&str] = match log.log_driver.known() {
        Some(LogDriver::Awslogs) if fargate => {
            &["awslogs-group", "awslogs-region", "awslogs-stream-prefix"]
        }
        Some(LogDriver::Awslogs) => &["awslogs-group", "awslogs-region"],
        Some(LogDriver::Splunk) => &["splunk-token", "splunk-url"],
        _ => &[],
    };
    let secret = |option: &str| {
        let mut secrets = log.secret_options.iter();
        secrets.any(|secret| secret.name.as_known() == Some(option))
    };
    let missing = wanted.iter().copied();
    missing
        .filter(|option| !log.options.contains_key(*option) && !secret(option))
        .collect()
}

fn logs(view: &View) -> impl Iterator<Item = (Declared<'_, TaskDefinition>, &LogConfiguration)> {
    view.all::<TaskDefinition>().flat_map(|task| {
        let containers = task.resource.container_definitions.iter();
        containers.filter_map(move |one| Some((task, one.log_configuration.as_ref()?)))
    })
}

fn awslogs_writes_to_the_groups_own_region(view: &View, report: &mut Report) {
    for (task, log) in logs(view) {
        let group = log.options.get("awslogs-group");
        let group = group.and_then(|group| {
            let mut named = group.references();
            named.find_map(|reference| view.referred::<LogGroup>(reference))
        });
        let region = log.options.get("awslogs-region").and_then(Text::as_known);
        let (Some(group), Some(region)) = (group, region) else {
            continue;
        };
        let own = group.declaration.region;
        if region != own.as_str() {
            let wrong = format!(
                "awslogs looks for {} in {region}, and it is in {own}",
                group.address()
            );
            report
                .error(task.declaration, "ContainerDefinitions", wrong)
                .rule("a task whose log group is not found does not start (ResourceInitializationError: failed to validate logger args)")
                .hint("`LogConfiguration::awslogs(&group, scope.region(), \"app\")`, with a group of the task's own region")
                .document(OPTIONS_DOCUMENT);
        }
    }
}

fn awslogs_has_a_mode_that_it_knows(view: &View, report: &mut Report) {
    for (task, log) in logs(view) {
        if log.log_driver.known() != Some(&LogDriver::Awslogs) {
            continue;
        }
        let option = |name: &str| log.options.get(name).and_then(Text::as_known);
        let (wrong, hint) = match (option("mode"), option("max-buffer-size")) {
            (Some(mode), _) if !["blocking", "non-blocking"].contains(&mode) => (
                format!("awslogs has no mode `{mode}`"),
                "`.mode(\"non-blocking\")`",
            ),
            (Some("blocking"), Some(_)) => {
                let wrong = "awslogs has a buffer in the mode blocking, which uses none".to_owned();
                (
                    wrong,
                    "take max-buffer-size away, or say `.mode(\"non-blocking\")`",
                )
            }
            _ => continue,
        };
        report
            .error(task.declaration, "ContainerDefinitions", wrong)
            .rule("the mode is blocking or non-blocking; max-buffer-size is for non-blocking (ClientException)")
            .hint(hint)
            .document(DOCUMENT);
    }
}

fn firelens_has_a_router(view: &View, report: &mut Report) {
    for (task, log) in logs(view) {
        // A container that routes logs needs a FirelensConfiguration, which is not modelled.
        if log.log_driver.known() == Some(&LogDriver::Awsfirelens) {
            report
                .error(task.declaration, "ContainerDefinitions", "awsfirelens has no container to send logs to")
                .rule("a task that logs through awsfirelens has a container with a FirelensConfiguration, which can't be declared here yet (ClientException)")
                .hint("LogConfiguration::awslogs(&group, region, \"app\")")
                .document("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html");
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Input, Region,
        ecs::{LogConfiguration, LogDriver},
        logs::LogGroup,
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
          rule: awslogs wants awslogs-group and awslogs-region, and on Fargate awslogs-stream-prefix; splunk wants splunk-token and splunk-url (ClientException)
          hint: LogConfiguration::awslogs(&group, region, "app")
          see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
        "#);
    }

    fn logging(h: &crate::check::testing::Healthy<'_>, log: LogConfiguration) {
        let mut app = container();
        app.log_configuration = Some(log);
        let mut whole = task([app]);
        whole.execution_role_arn = Some(Input::Known("arn:aws:iam::123456789012:role/x".into()));
        h.scope.add("task", whole);
    }

    #[test]
    fn a_log_group_is_looked_for_in_its_own_region() {
        assert_snapshot!(broken("container-log-region", |h| {
            let group = h.scope.add("group", LogGroup::builder().build());
            logging(h, LogConfiguration::awslogs(&group, Region::EuCentral1, "app"));
        }), @r#"
        error: main/task: ContainerDefinitions awslogs looks for main/group in eu-central-1, and it is in eu-west-3
          rule: a task whose log group is not found does not start (ResourceInitializationError: failed to validate logger args)
          hint: `LogConfiguration::awslogs(&group, scope.region(), "app")`, with a group of the task's own region
          see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
        "#);
    }

    #[test]
    fn awslogs_knows_two_modes() {
        healthy(|h| {
            logging(
                h,
                LogConfiguration::awslogs("/ecs/app", Region::EuWest3, "app").mode("non-blocking"),
            )
        });
        assert_snapshot!(broken("container-log-mode", |h| {
            logging(h, LogConfiguration::awslogs("/ecs/app", Region::EuWest3, "app").mode("nonblocking"));
        }), @r#"
        error: main/task: ContainerDefinitions awslogs has no mode `nonblocking`
          rule: the mode is blocking or non-blocking; max-buffer-size is for non-blocking (ClientException)
          hint: `.mode("non-blocking")`
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
        "#);
    }

    #[test]
    fn firelens_has_a_router() {
        assert_snapshot!(broken("container-log-router", |h| {
            logging(h, LogConfiguration::builder().log_driver(LogDriver::Awsfirelens).build());
        }), @r#"
        error: main/task: ContainerDefinitions awsfirelens has no container to send logs to
          rule: a task that logs through awsfirelens has a container with a FirelensConfiguration, which can't be declared here yet (ClientException)
          hint: LogConfiguration::awslogs(&group, region, "app")
          see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html
        "#);
    }
}
