//! [`LogGroup`]: `AWS::Logs::LogGroup`, where log streams of one kind are kept.

use crate::{Arn, Facts, GeneratedName, Unique, choice, outputs, resource, text_value};

use super::Retention;

text_value! {
    /// The name of a log group, as `/ecs/backend`.
    LogGroupName {
        rule: "a log group's name has 1 to 512 letters, digits and _ - / . #, and does not begin with aws/",
        document: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
        check: |text| {
            if text.is_empty() {
                return Some("is empty");
            }
            if text.len() > 512 {
                return Some("is longer than 512 characters");
            }
            if text.starts_with("aws/") {
                return Some("begins with aws/");
            }
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_-/.#".contains(&b);
            (!text.bytes().all(allowed)).then_some("holds a character that AWS refuses")
        },
    },
}

choice! {
    /// What CloudWatch does with a log group, and costs. Can't be changed afterwards.
    LogGroupClass {
        /// Everything. AWS's default.
        Standard = "STANDARD",
        /// Keeps and searches it, for half: no metric filters, subscriptions or live tail.
        InfrequentAccess = "INFREQUENT_ACCESS",
        /// Only delivers Lambda's logs to S3 or Firehose; kept for a day.
        Delivery = "DELIVERY",
    }
}

resource! {
    /// Where log streams of one kind are kept, and how long.
    ///
    /// Follows [`AWS::Logs::LogGroup`] and CloudWatch Logs' [`CreateLogGroup`]. Deleting it deletes
    /// its logs.
    ///
    /// [`AWS::Logs::LogGroup`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
    /// [`CreateLogGroup`]: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    LogGroup = "AWS::Logs::LogGroup", id "LogGroupName": LogGroupName,
    facts Facts {
        create_only: &["LogGroupClass", "LogGroupName"],
        outputs: &["Arn"],
        defaults: &[
            ("RetentionInDays", "null"),
            ("KmsKeyId", "null"),
            ("LogGroupClass", "\"STANDARD\""),
            ("DeletionProtectionEnabled", "false"),
        ],
        name: Some(Unique {
            property: "LogGroupName",
            within: &[],
            generated: Some(GeneratedName { max: 512, lower_case: false }),
        }),
        deletion_protection: Some("DeletionProtectionEnabled"),
        ..Facts::DEFAULT
    };

    /// Its name, unique in its account and region; another one replaces it. Left out: a generated
    /// one.
    opt log_group_name "LogGroupName": LogGroupName,
    /// How long its events are kept. Left out: forever.
    opt retention_in_days "RetentionInDays": Retention,
    /// The KMS key that encrypts what comes from now on. Left out: CloudWatch's own.
    opt kms_key_id "KmsKeyId": Arn,
    /// What CloudWatch does with it; another class replaces it, and its logs are gone. AWS's default:
    /// standard.
    opt log_group_class "LogGroupClass": LogGroupClass,
    /// Whether AWS refuses to delete it. AWS's default: false.
    opt deletion_protection_enabled "DeletionProtectionEnabled": bool,
    tags,
}

outputs! { LogGroup {
    /// The log group's name.
    log_group_name "LogGroupName": LogGroupName,
    /// Its ARN, with `:*` at the end, as policies want it.
    arn "Arn": Arn,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn log_group_names_follow_awss_rule() {
        assert!(LogGroupName::new("/ecs/jeancloud-backend").check().is_ok());
        assert!(LogGroupName::new("aws/mine").check().is_err());
        assert!(LogGroupName::new("/ecs/a b").check().is_err());
        assert!(LogGroupName::new("a".repeat(513)).check().is_err());
    }
}
