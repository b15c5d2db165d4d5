//! Rules for the records of a bucket's requests.

use jeancloud_model::{
    Text,
    iam::{Effect, PrincipalKind},
    s3::{Bucket, BucketPolicy, ServerSideEncryption},
};

use super::{
    super::{Report, Rule},
    GUIDE,
};
use crate::{Declared, View};

pub(super) const LOGGING: Rule = Rule {
    name: "bucket-logging",
    check: logs_go_to_another_bucket_of_the_region,
};
pub(super) const DELIVERY: Rule = Rule {
    name: "bucket-log-delivery",
    check: records_can_be_delivered,
};

fn logs_go_to_another_bucket_of_the_region(view: &View, report: &mut Report) {
    let document = format!("{GUIDE}/enable-server-access-logging.html");
    for bucket in view.all::<Bucket>() {
        let Some(logging) = &bucket.logging_configuration else {
            continue;
        };
        let target = logging.destination_bucket_name.as_ref();
        let declared = target.and_then(|target| view.target::<Bucket>(target));
        let same_name = bucket.bucket_name.is_some() && bucket.bucket_name.as_ref() == target;
        let itself = declared.is_some_and(|target| target.address() == bucket.address());
        if target.is_none() || same_name || itself {
            report
                .warning(
                    bucket.declaration,
                    "LoggingConfiguration",
                    "writes its records into the bucket itself",
                )
                .rule("each record that is written is a request, which is recorded again")
                .hint("let the records go to a bucket of their own")
                .document(&document);
        }
        let Some(target) = declared else { continue };
        if target.declaration.region != bucket.declaration.region {
            let wrong = format!(
                "names {}, which is in {}, from {}",
                target.address(),
                target.declaration.region,
                bucket.declaration.region
            );
            report
                .error(
                    bucket.declaration,
                    "LoggingConfiguration/DestinationBucketName",
                    wrong,
                )
                .rule("records go to a bucket of the same region (CrossLocationLoggingProhibited)")
                .hint(format!(
                    "declare a bucket for them in {}",
                    bucket.declaration.region
                ))
                .document(&document);
        }
    }
}

/// S3's own service writes the records: the bucket that takes them lets it, and has no key that it
/// can't use.
fn records_can_be_delivered(view: &View, report: &mut Report) {
    let document = format!("{GUIDE}/enable-server-access-logging.html");
    for bucket in view.all::<Bucket>() {
        let Some(logging) = &bucket.resource.logging_configuration else {
            continue;
        };
        let target = match &logging.destination_bucket_name {
            Some(name) => view.target::<Bucket>(name),
            None => Some(bucket),
        };
        let Some(target) = target else { continue };
        let encryption = target.resource.bucket_encryption.iter();
        let kms = encryption
            .flat_map(|it| &it.server_side_encryption_configuration)
            .any(|rule| {
                rule.server_side_encryption_by_default.sse_algorithm != ServerSideEncryption::Aes256
            });
        let (wrong, rule, hint) = if kms {
            (
                format!(
                    "goes to {}, which is encrypted with KMS: no record arrives",
                    target.address()
                ),
                "records go to a bucket that is encrypted with keys of S3",
                "leave `bucket_encryption` of that bucket out, or write BucketEncryption::sse_s3()"
                    .to_owned(),
            )
        } else if !lets_the_service_in(view, &target) {
            (
                format!("goes to {}, whose policy lets nobody write records: none arrives", target.address()),
                "records are written by logging.s3.amazonaws.com, which the bucket's policy has to allow",
                "add a BucketPolicy with `Statement::allow(\"s3:PutObject\").principal(Principal::service(\"logging.s3.amazonaws.com\")).on(text!(\"{}/*\", logs.arn()))`".to_owned(),
            )
        } else {
            continue;
        };
        report
            .warning(bucket.declaration, "LoggingConfiguration", wrong)
            .rule(rule)
            .hint(hint)
            .document(&document);
    }
}

fn lets_the_service_in(view: &View, bucket: &Declared<'_, Bucket>) -> bool {
    let its = |policy: &Declared<'_, BucketPolicy>| {
        let named = view.target::<Bucket>(&policy.resource.bucket);
        let by_name = bucket
            .resource
            .bucket_name
            .as_ref()
            .and_then(|name| name.known());
        named.is_some_and(|named| named.address() == bucket.address())
            || by_name.is_some() && policy.resource.bucket.known() == by_name
    };
    let service = |(kind, name): (PrincipalKind, &Text)| {
        let name = name.as_known().unwrap_or("*");
        name == "*" || kind == PrincipalKind::Service && name.starts_with("logging.s3.")
    };
    view.all::<BucketPolicy>().filter(its).any(|policy| {
        let mut statements = policy.resource.policy_document.statements().iter();
        statements.any(|it| it.effect() == Effect::Allow && it.principals().any(service))
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Region,
        iam::{Principal, Statement},
        s3::{Bucket, BucketPolicy, LoggingConfiguration},
        text,
    };

    use crate::check::testing::{Healthy, broken};

    fn logging(h: &Healthy<'_>, logs: jeancloud_model::Handle<Bucket>) {
        let logging = LoggingConfiguration::builder().destination_bucket_name(&logs);
        h.scope.add(
            "bucket",
            Bucket::builder()
                .logging_configuration(logging.build())
                .build(),
        );
    }

    #[test]
    fn a_bucket_does_not_log_into_itself() {
        assert_snapshot!(broken("bucket-logging", |h| {
            h.scope.add("bucket", Bucket::builder()
                .logging_configuration(LoggingConfiguration::builder().log_file_prefix("log/").build())
                .build());
        }), @"
        warning: main/bucket: LoggingConfiguration writes its records into the bucket itself
          rule: each record that is written is a request, which is recorded again
          hint: let the records go to a bucket of their own
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
        ");
    }

    #[test]
    fn logs_stay_in_their_region() {
        assert_snapshot!(broken("bucket-logging", |h| {
            let logs = h.stack.region("germany", Region::EuCentral1).add("logs", Bucket::builder().build());
            h.scope.add("bucket", Bucket::builder()
                .logging_configuration(LoggingConfiguration::builder().destination_bucket_name(&logs).build())
                .build());
        }), @"
        error: main/bucket: LoggingConfiguration/DestinationBucketName names germany/logs, which is in eu-central-1, from eu-west-3
          rule: records go to a bucket of the same region (CrossLocationLoggingProhibited)
          hint: declare a bucket for them in eu-west-3
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
        ");
    }

    #[test]
    fn records_are_let_in() {
        assert_snapshot!(broken("bucket-log-delivery", |h| {
            logging(h, h.scope.add("logs", Bucket::builder().build()));
        }), @r#"
        warning: main/bucket: LoggingConfiguration goes to main/logs, whose policy lets nobody write records: none arrives
          rule: records are written by logging.s3.amazonaws.com, which the bucket's policy has to allow
          hint: add a BucketPolicy with `Statement::allow("s3:PutObject").principal(Principal::service("logging.s3.amazonaws.com")).on(text!("{}/*", logs.arn()))`
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
        "#);
        let problems = crate::check::testing::problems(|h| {
            let logs = h.scope.add("logs", Bucket::builder().build());
            let write = Statement::allow("s3:PutObject")
                .principal(Principal::service("logging.s3.amazonaws.com"))
                .on(text!("{}/*", logs.arn()));
            h.scope.add(
                "policy",
                BucketPolicy::builder()
                    .bucket(&logs)
                    .policy_document(write)
                    .build(),
            );
            logging(h, logs);
        });
        assert!(problems.is_empty(), "{problems:#?}");
    }
}
