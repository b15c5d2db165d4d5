//! Rules for log groups.

use jeancloud_model::{
    Input, Region,
    iam::{Effect, PrincipalKind},
    kms::{Key, KeySpec},
    logs::{LogGroup, LogGroupClass},
};

use super::{Report, Rule};
use crate::View;

pub(super) const RULES: &[&Rule] = &[
    &Rule {
        name: "log-group-delivery-retention",
        check: a_delivery_group_keeps_a_day,
    },
    &Rule {
        name: "log-group-key",
        check: the_key_lets_cloudwatch_use_it,
    },
];

const ENCRYPTION: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html";

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

fn the_key_lets_cloudwatch_use_it(view: &View, report: &mut Report) {
    for group in view.all::<LogGroup>() {
        let Some(key) = &group.kms_key_id else {
            continue;
        };
        let here = group.declaration.region;
        let (wrong, hint) = match key {
            Input::Known(arn) => {
                let parts: Vec<&str> = arn.as_str().splitn(6, ':').collect();
                let Some((service, there)) = parts.get(2).zip(parts.get(3)) else {
                    continue;
                };
                if *service != "kms" {
                    (
                        format!("{arn} is no key of KMS"),
                        "name the key by its ARN".to_owned(),
                    )
                } else if *there != here.as_str() {
                    (
                        format!("is a key of {there}, and the group is in {here}"),
                        format!("declare a key in {here}"),
                    )
                } else {
                    continue;
                }
            }
            Input::Output(reference) => {
                let Some(key) = view.referred::<Key>(*reference) else {
                    continue;
                };
                let there = key.declaration.region;
                let spec = key.resource.key_spec.as_ref().map(Input::known);
                if there != here {
                    (
                        format!("is a key of {there}, and the group is in {here}"),
                        format!("declare a key in {here}"),
                    )
                } else if !matches!(spec, None | Some(None | Some(KeySpec::SymmetricDefault))) {
                    (
                        format!("is {}, which is not symmetric", key.address()),
                        "leave KeySpec out of the key".to_owned(),
                    )
                } else if !lets_logs_in(key.resource, here) {
                    (
                        format!(
                            "is {}, whose policy does not name logs.{here}.amazonaws.com",
                            key.address()
                        ),
                        format!(
                            "give the key a policy with `Statement::allow([\"kms:Encrypt*\", \"kms:Decrypt*\", \"kms:ReEncrypt*\", \"kms:GenerateDataKey*\", \"kms:Describe*\"]).principal(Principal::service(\"logs.{here}.amazonaws.com\")).on(\"*\")` beside the account's own"
                        ),
                    )
                } else {
                    continue;
                }
            }
        };
        report
            .error(group.declaration, "KmsKeyId", wrong)
            .rule("a log group is encrypted with a symmetric key of its region whose policy lets CloudWatch Logs use it (InvalidParameterException)")
            .hint(hint)
            .document(ENCRYPTION);
    }
}

/// Whether the key's policy names CloudWatch Logs. KMS's own policy names the account alone.
fn lets_logs_in(key: &Key, region: Region) -> bool {
    let Some(policy) = &key.key_policy else {
        return false;
    };
    let own = format!("logs.{region}.amazonaws.com");
    policy.statements().iter().any(|statement| {
        let mut principals = statement.principals();
        statement.effect() == Effect::Allow
            && principals.any(|(kind, name)| match kind {
                PrincipalKind::Service => name
                    .as_known()
                    .is_none_or(|name| name == "logs.amazonaws.com" || name.starts_with(&own)),
                PrincipalKind::Aws => name.as_known() == Some("*"),
                _ => false,
            })
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        AccountId, Arn,
        iam::{PolicyDocument, Principal, Statement},
        kms::Key,
        logs::{LogGroup, LogGroupClass, Retention},
    };

    use crate::check::testing::{Healthy, broken, healthy};

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

    fn encrypted(h: &Healthy<'_>, key: Key) {
        let key = h.scope.add("key", key);
        h.scope
            .add("group", LogGroup::builder().kms_key_id(key.arn()).build());
    }

    #[test]
    fn a_key_that_names_cloudwatch_is_healthy() {
        healthy(|h| {
            let account = Statement::allow("kms:*")
                .principal(Principal::account(AccountId::new("123456789012")))
                .on("*");
            let logs = Statement::allow(["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"])
                .principal(Principal::service("logs.eu-west-3.amazonaws.com"))
                .on("*");
            encrypted(
                h,
                Key::builder()
                    .key_policy(PolicyDocument::new([account, logs]))
                    .build(),
            );
        });
    }

    #[test]
    fn the_key_lets_cloudwatch_use_it() {
        assert_snapshot!(broken("log-group-key", |h| encrypted(h, Key::builder().build())), @r#"
        error: main/group: KmsKeyId is main/key, whose policy does not name logs.eu-west-3.amazonaws.com
          rule: a log group is encrypted with a symmetric key of its region whose policy lets CloudWatch Logs use it (InvalidParameterException)
          hint: give the key a policy with `Statement::allow(["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]).principal(Principal::service("logs.eu-west-3.amazonaws.com")).on("*")` beside the account's own
          see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        "#);
    }

    #[test]
    fn the_key_is_of_the_groups_region() {
        assert_snapshot!(broken("log-group-key", |h| {
            let arn = Arn::new("arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab");
            h.scope.add("group", LogGroup::builder().kms_key_id(arn).build());
        }), @"
        error: main/group: KmsKeyId is a key of us-east-1, and the group is in eu-west-3
          rule: a log group is encrypted with a symmetric key of its region whose policy lets CloudWatch Logs use it (InvalidParameterException)
          hint: declare a key in eu-west-3
          see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        ");
    }
}
