//! [`LogConfiguration`]: where a container's output goes.

use std::collections::BTreeMap;

use crate::{Input, IntoInput, IntoText, Region, Text, choice, logs::LogGroupName, properties};

use super::ContainerSecret;

choice! {
    /// What carries a container's output away. Fargate knows `awslogs`, `awsfirelens`, `splunk`.
    LogDriver {
        /// To CloudWatch Logs.
        Awslogs = "awslogs",
        /// To a Fluent Bit or Fluentd container of the task.
        Awsfirelens = "awsfirelens",
        /// To Splunk.
        Splunk = "splunk",
        /// To Fluentd on the host.
        Fluentd = "fluentd",
        /// To a Graylog server.
        Gelf = "gelf",
        /// To the host's journal.
        Journald = "journald",
        /// To files on the host.
        JsonFile = "json-file",
        /// To the host's syslog.
        Syslog = "syslog",
    }
}

properties! {
    /// Where a container's output goes.
    LogConfiguration;
    /// What carries it to where it is kept. Fargate knows `awslogs`, `splunk` and `awsfirelens`.
    one log_driver "LogDriver": LogDriver,
    /// The driver's options, by its names.
    plain options "Options": BTreeMap<String, Text> = BTreeMap::new(),
    /// The driver's options that are secret.
    plain_list secret_options "SecretOptions": ContainerSecret,
}

impl LogConfiguration {
    /// To a log group, in streams named `prefix/container/task`. `region` is the group's.
    ///
    /// AWS's driver waits for CloudWatch when its buffer is full; `.mode("non-blocking")` lets it
    /// drop lines instead.
    pub fn awslogs(
        group: impl IntoInput<LogGroupName>,
        region: Region,
        prefix: impl IntoText,
    ) -> Self {
        let group = match group.into_input() {
            Input::Known(name) => name.into_text(),
            Input::Output(reference) => Text::output(reference),
        };
        let options = [
            ("awslogs-group", group),
            ("awslogs-region", Text::known(region.as_str())),
            ("awslogs-stream-prefix", prefix.into_text()),
        ];
        Self {
            log_driver: Input::Known(LogDriver::Awslogs),
            options: options.map(|(k, v)| (k.to_owned(), v)).into(),
            secret_options: Vec::new(),
        }
    }

    /// With one more option of the driver.
    pub fn option(mut self, name: impl Into<String>, value: impl IntoText) -> Self {
        self.options.insert(name.into(), value.into_text());
        self
    }

    /// With the driver's `mode`: `blocking` or `non-blocking`. Since June 2025 AWS's default is
    /// `non-blocking`, where the account's `defaultLogDriverMode` says nothing else.
    pub fn mode(self, mode: impl IntoText) -> Self {
        self.option("mode", mode)
    }
}
