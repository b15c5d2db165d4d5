//! Rules for whom a bucket's policy lets in, and whom it locks out.

use jeancloud_model::{
    Text,
    iam::{Effect, PrincipalKind, Statement},
    s3::Bucket,
};

use super::{
    super::super::{Report, Rule, iam::actions::matches},
    Kind, PUT_BUCKET_POLICY, each_statement, kind_of,
};
use crate::View;

const BLOCKING: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html";

pub(super) const PUBLIC: Rule = Rule {
    name: "bucket-policy-public",
    check: a_public_policy_is_not_blocked,
};
pub(super) const VOID: Rule = Rule {
    name: "bucket-policy-void",
    check: a_public_policy_lets_the_public_in,
};
pub(super) const LOCKOUT: Rule = Rule {
    name: "bucket-policy-lockout",
    check: nobody_is_locked_out,
};

/// Whether a statement is about everybody, without a condition.
fn is_about_everybody(statement: &Statement) -> bool {
    let anyone = |(kind, name): (PrincipalKind, &Text)| {
        kind == PrincipalKind::Aws && name.as_known() == Some("*")
    };
    statement.principals().any(anyone) && statement.conditions().next().is_none()
}

/// Whether it allows everybody: by name, or by leaving somebody out.
fn is_public(statement: &Statement) -> bool {
    let but =
        statement.excluded_principals().next().is_some() && statement.conditions().next().is_none();
    statement.effect() == Effect::Allow && (is_about_everybody(statement) || but)
}

fn a_public_policy_is_not_blocked(view: &View, report: &mut Report) {
    each_statement(view, |policy, path, statement| {
        let Some(bucket) = view.target::<Bucket>(&policy.resource.bucket) else {
            return;
        };
        let blocked = bucket
            .resource
            .public_access_block_configuration
            .block_public_policy;
        if is_public(statement) && blocked {
            report
                .error(
                    policy.declaration,
                    format!("{path}/Principal"),
                    format!("is everybody, and {} blocks public policies", bucket.address()),
                )
                .rule("S3 refuses a public policy while BlockPublicPolicy is on (AccessDenied)")
                .hint("name who may read, as `BucketPolicy::readable_by(&bucket, &distribution)`; or open the bucket with PublicAccessBlockConfiguration::open()")
                .document(BLOCKING);
        }
    });
}

fn a_public_policy_lets_the_public_in(view: &View, report: &mut Report) {
    each_statement(view, |policy, path, statement| {
        let Some(bucket) = view.target::<Bucket>(&policy.resource.bucket) else {
            return;
        };
        let block = &bucket.resource.public_access_block_configuration;
        if is_public(statement) && !block.block_public_policy && block.restrict_public_buckets {
            report
                .warning(
                    policy.declaration,
                    format!("{path}/Principal"),
                    format!("is everybody, and {} restricts public buckets: only its own account and AWS's services get in", bucket.address()),
                )
                .rule("under RestrictPublicBuckets, a public policy counts for the bucket's own account and AWS's services only")
                .hint("set RestrictPublicBuckets to false too, or name who may read")
                .document(BLOCKING);
        }
    });
}

fn nobody_is_locked_out(view: &View, report: &mut Report) {
    each_statement(view, |policy, path, statement| {
        let about_policies = statement.actions().iter().filter_map(Text::as_known);
        let about_policies = about_policies
            .map(str::to_ascii_lowercase)
            .any(|action| matches(&action, "s3:putbucketpolicy"));
        let whole = statement.resources().iter().any(|resource| {
            resource.as_known() == Some("*") || kind_of(resource) == Some(Kind::Bucket)
        });
        let deny = statement.effect() == Effect::Deny;
        if deny && is_about_everybody(statement) && about_policies && whole {
            report
                .error(
                    policy.declaration,
                    path,
                    "denies everybody everything, whoever applies this stack as well",
                )
                .rule("what is denied to everybody can't be allowed elsewhere: only the account's root user could take such a policy away")
                .hint("add a condition, as `.when(Condition::bool(\"aws:SecureTransport\", false))`, or deny actions on objects only")
                .document(PUT_BUCKET_POLICY);
        }
    });
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        iam::{Principal, Statement},
        s3::{Bucket, PublicAccessBlockConfiguration},
        text,
    };

    use super::super::testing::{add, bucket};
    use crate::check::testing::broken;

    #[test]
    fn a_private_bucket_has_no_public_policy() {
        assert_snapshot!(broken("bucket-policy-public", |h| {
            let bucket = bucket(h);
            let everybody = Statement::allow("s3:GetObject").principal(Principal::anyone());
            add(h, "policy", &bucket, everybody.on(text!("{}/*", bucket.arn())));
        }), @"
        error: main/policy: PolicyDocument/Statement/0/Principal is everybody, and main/bucket blocks public policies
          rule: S3 refuses a public policy while BlockPublicPolicy is on (AccessDenied)
          hint: name who may read, as `BucketPolicy::readable_by(&bucket, &distribution)`; or open the bucket with PublicAccessBlockConfiguration::open()
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
        ");
    }

    #[test]
    fn who_is_left_out_makes_a_policy_public_too() {
        assert_snapshot!(broken("bucket-policy-public", |h| {
            let bucket = bucket(h);
            let others = Statement::allow("s3:GetObject")
                .all_principals_but(Principal::account("123456789012"));
            add(h, "policy", &bucket, others.on(text!("{}/*", bucket.arn())));
        }), @"
        error: main/policy: PolicyDocument/Statement/0/Principal is everybody, and main/bucket blocks public policies
          rule: S3 refuses a public policy while BlockPublicPolicy is on (AccessDenied)
          hint: name who may read, as `BucketPolicy::readable_by(&bucket, &distribution)`; or open the bucket with PublicAccessBlockConfiguration::open()
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
        ");
    }

    #[test]
    fn a_public_policy_is_not_void() {
        assert_snapshot!(broken("bucket-policy-void", |h| {
            let block = PublicAccessBlockConfiguration::builder().block_public_policy(false).build();
            let bucket = h.scope.add("bucket", Bucket::builder()
                .public_access_block_configuration(block)
                .build());
            let everybody = Statement::allow("s3:GetObject").principal(Principal::anyone());
            add(h, "policy", &bucket, everybody.on(text!("{}/*", bucket.arn())));
        }), @"
        warning: main/policy: PolicyDocument/Statement/0/Principal is everybody, and main/bucket restricts public buckets: only its own account and AWS's services get in
          rule: under RestrictPublicBuckets, a public policy counts for the bucket's own account and AWS's services only
          hint: set RestrictPublicBuckets to false too, or name who may read
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
        ");
    }

    #[test]
    fn not_everybody_is_denied() {
        assert_snapshot!(broken("bucket-policy-lockout", |h| {
            let bucket = bucket(h);
            let nobody = Statement::deny("s3:*").principal(Principal::anyone());
            add(h, "policy", &bucket, nobody.on(bucket.arn()).on(text!("{}/*", bucket.arn())));
        }), @r#"
        error: main/policy: PolicyDocument/Statement/0 denies everybody everything, whoever applies this stack as well
          rule: what is denied to everybody can't be allowed elsewhere: only the account's root user could take such a policy away
          hint: add a condition, as `.when(Condition::bool("aws:SecureTransport", false))`, or deny actions on objects only
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
        "#);
    }
}
