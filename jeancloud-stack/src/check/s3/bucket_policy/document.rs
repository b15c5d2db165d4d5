//! Rules for a bucket's policy as a document.

use jeancloud_model::{iam::PolicyKind, s3::BucketPolicy};

use super::{
    super::super::{Report, Rule, iam},
    PUT_BUCKET_POLICY,
};
use crate::{Declared, View};

pub(super) const DOCUMENT: Rule = Rule {
    name: "bucket-policy-document",
    check: documents_name_principals_and_resources,
};
pub(super) const ONCE: Rule = Rule {
    name: "bucket-policy-once",
    check: a_bucket_has_one_policy,
};
pub(super) const SIZE: Rule = Rule {
    name: "bucket-policy-size",
    check: a_policy_is_short,
};

fn documents_name_principals_and_resources(view: &View, report: &mut Report) {
    for policy in view.all::<BucketPolicy>() {
        for (path, fault) in policy.policy_document.faults(PolicyKind::Resource) {
            report
                .error(
                    policy.declaration,
                    format!("PolicyDocument{path}"),
                    fault.wrong,
                )
                .rule(fault.rule)
                .hint(fault.hint.unwrap_or_default())
                .document(fault.document.unwrap_or(PUT_BUCKET_POLICY));
        }
    }
}

fn a_bucket_has_one_policy(view: &View, report: &mut Report) {
    let policies: Vec<_> = view.all::<BucketPolicy>().collect();
    for (index, policy) in policies.iter().enumerate() {
        let same =
            |earlier: &&Declared<'_, BucketPolicy>| view.same(&earlier.bucket, &policy.bucket);
        if let Some(first) = policies[..index].iter().find(same) {
            let wrong = format!("is the bucket of {} too", first.address());
            report
                .error(policy.declaration, "Bucket", wrong)
                .rule("a bucket has one policy: the second one would overwrite the first")
                .hint("write all statements into one policy")
                .document(PUT_BUCKET_POLICY);
        }
    }
}

fn a_policy_is_short(view: &View, report: &mut Report) {
    for policy in view.all::<BucketPolicy>() {
        let size = iam::least_size(&policy.policy_document);
        if size > 20 * 1024 {
            report
                .error(
                    policy.declaration,
                    "PolicyDocument",
                    format!("has {size} characters"),
                )
                .rule("a bucket's policy has at most 20 KB (PolicyTooLarge)")
                .hint("name accounts and not their roles, or give the bucket access points")
                .document(
                    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html",
                );
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{iam::Statement, text};

    use super::super::testing::{add, bucket, reader};
    use crate::check::testing::broken;

    #[test]
    fn a_statement_names_its_principal() {
        assert_snapshot!(broken("bucket-policy-document", |h| {
            let bucket = bucket(h);
            add(h, "policy", &bucket, Statement::allow("s3:GetObject").on(text!("{}/*", bucket.arn())));
        }), @"
        error: main/policy: PolicyDocument/Statement/0/Principal is missing
          rule: a policy of a resource says whom it is about
          hint: add `.principal(…)`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
        ");
    }

    #[test]
    fn a_bucket_has_one_policy() {
        assert_snapshot!(broken("bucket-policy-once", |h| {
            let bucket = bucket(h);
            add(h, "one", &bucket, reader().on(text!("{}/*", bucket.arn())));
            add(h, "two", &bucket, reader().on(text!("{}/*", bucket.arn())));
        }), @"
        error: main/two: Bucket is the bucket of main/one too
          rule: a bucket has one policy: the second one would overwrite the first
          hint: write all statements into one policy
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
        ");
    }

    #[test]
    fn a_policy_is_short() {
        assert_snapshot!(broken("bucket-policy-size", |h| {
            let bucket = bucket(h);
            let objects: Vec<_> = (0..900).map(|n| format!("arn:aws:s3:::frontend-1/{n}")).collect();
            add(h, "policy", &bucket, reader().on(objects));
        }), @"
        error: main/policy: PolicyDocument has 27039 characters
          rule: a bucket's policy has at most 20 KB (PolicyTooLarge)
          hint: name accounts and not their roles, or give the bucket access points
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
        ");
    }
}
