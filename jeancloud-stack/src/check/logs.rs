//! Rules for log groups.

use jeancloud_model::{
    Input,
    logs::{LogGroup, LogGroupClass},
};

use super::{Report, Rule};
use crate::View;

pub(super) const RULES: &[&Rule] = &[&Rule {
    name: "log-group-delivery-retention",
    check: a_delivery_group_keeps_a_day,
}];

fn a_delivery_group_keeps_a_day(view: &View, report: &mut Report) {
    for group in view.all::<LogGroup>() {
        let class = group.log_group_class.as_ref().and_then(Input::known);
        let (Some(LogGroupClass::Delivery), Some(retention)) = (class, &group.retention_in_days)
        else {
            continue;
        };
        let Some(days) = retention.known() else {
            continue;
        };
        report
            .error(
                group.declaration,
                "RetentionInDays",
                format!("{days} days are asked of a group that keeps one"),
            )
            .rule("a group of the class DELIVERY keeps its events for a day, and takes no retention (InvalidParameterException)")
            .hint("leave RetentionInDays out, or take another class")
            .document("https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html");
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::logs::{LogGroup, LogGroupClass, Retention};

    use crate::check::testing::broken;

    #[test]
    fn a_delivery_group_takes_no_retention() {
        assert_snapshot!(broken("log-group-delivery-retention", |h| {
            h.scope.add("group", LogGroup::builder()
                .log_group_class(LogGroupClass::Delivery)
                .retention_in_days(Retention::Days7)
                .build());
        }), @"
        error: main/group: RetentionInDays 7 days are asked of a group that keeps one
          rule: a group of the class DELIVERY keeps its events for a day, and takes no retention (InvalidParameterException)
          hint: leave RetentionInDays out, or take another class
          see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
        ");
    }
}
