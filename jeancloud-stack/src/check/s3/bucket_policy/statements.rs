//! Rules for what the statements of a bucket's policy are about.

use jeancloud_model::Text;

use super::{
    super::super::{Report, Rule},
    Kind, Named, PUT_BUCKET_POLICY, bucket_of, each_statement, is_bucket, kind_of, named,
};
use crate::View;

const ACTIONS_AND_RESOURCES: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html";

pub(super) const ACTIONS: Rule = Rule {
    name: "bucket-policy-actions",
    check: actions_fit_their_resources,
};
pub(super) const RESOURCES: Rule = Rule {
    name: "bucket-policy-resources",
    check: resources_are_the_buckets_own,
};

/// An action on objects is about objects (`bucket/*`), one on buckets about the bucket itself.
fn actions_fit_their_resources(view: &View, report: &mut Report) {
    each_statement(view, |policy, path, statement| {
        let actions = statement.actions().iter().filter_map(Text::as_known);
        let (objects, whole) =
            statement
                .resources()
                .iter()
                .fold((false, false), |(o, w), resource| {
                    match kind_of(resource) {
                        Some(Kind::Objects) => (true, w),
                        Some(Kind::Bucket) => (o, true),
                        // `*` and what isn't known may be anything.
                        None => (true, true),
                    }
                });
        if statement.resources().is_empty() {
            return;
        }
        for action in actions {
            let Some((service, name)) = action.split_once(':') else {
                continue;
            };
            if !service.eq_ignore_ascii_case("s3") {
                report
                    .error(policy.declaration, format!("{path}/Action"), format!("names {action}"))
                    .rule("a bucket's policy is about actions of S3 (MalformedPolicy: Policy has invalid action)")
                    .hint("write what a role may do elsewhere into the role's own policy")
                    .document(PUT_BUCKET_POLICY);
                continue;
            }
            let (fits, hint) = match is_about_objects(name) {
                Some(true) => (objects, "add `.on(text!(\"{}/*\", bucket.arn()))`"),
                Some(false) => (whole, "add `.on(bucket.arn())`"),
                None => (true, ""),
            };
            if !fits {
                let wrong = format!("names {action}, and no resource that it is about");
                report
                    .error(policy.declaration, format!("{path}/Action"), wrong)
                    .rule("an action of a statement is about one of its resources (MalformedPolicy: Action does not apply to any resource(s) in statement)")
                    .hint(hint)
                    .document(ACTIONS_AND_RESOURCES);
            }
        }
    });
}

fn resources_are_the_buckets_own(view: &View, report: &mut Report) {
    each_statement(view, |policy, path, statement| {
        let own = bucket_of(view, &policy);
        for resource in statement.resources() {
            let Some(named) = named(resource) else {
                continue;
            };
            let (foreign, shown) = match named {
                Named::Declared(address) => {
                    let bucket = own.address.filter(|_| is_bucket(view, address));
                    (
                        bucket.is_some_and(|own| own != address),
                        address.to_string(),
                    )
                }
                Named::Name(name) => (own.name.is_some_and(|own| own != name), name.to_owned()),
            };
            if foreign {
                report
                    .error(
                        policy.declaration,
                        format!("{path}/Resource"),
                        format!("names {shown}, and the policy is of another bucket"),
                    )
                    .rule("a bucket's policy is about this bucket and its objects (MalformedPolicy: Policy has invalid resource)")
                    .hint("give the other bucket a policy of its own")
                    .document(PUT_BUCKET_POLICY);
            }
        }
    });
}

/// Whether an action of S3 is about objects; `None` for wildcards and for what is not known here.
///
/// "Actions defined by Amazon S3" of the Service Authorization Reference.
fn is_about_objects(action: &str) -> Option<bool> {
    let action = action.to_ascii_lowercase();
    if action.contains(['*', '?']) {
        return None;
    }
    const OBJECTS: [&str; 8] = [
        "getobject",
        "putobject",
        "deleteobject",
        "restoreobject",
        "replicateobject",
        "replicatedelete",
        "abortmultipartupload",
        "listmultipartuploadparts",
    ];
    const BUCKETS: [&str; 4] = ["listbucket", "getbucket", "putbucket", "deletebucket"];
    let begins = |names: &[&str]| names.iter().any(|name| action.starts_with(name));
    match (begins(&OBJECTS), begins(&BUCKETS)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        iam::{Condition, Principal, Statement},
        s3::Bucket,
        text,
    };

    use super::super::testing::{add, bucket, reader};
    use crate::check::testing::{broken, healthy};

    #[test]
    fn usual_policies_are_healthy() {
        healthy(|h| {
            let bucket = bucket(h);
            add(
                h,
                "policy",
                &bucket,
                [
                    reader().on(text!("{}/*", bucket.arn())),
                    Statement::deny("s3:*")
                        .principal(Principal::anyone())
                        .on(bucket.arn())
                        .on("arn:aws:s3:::frontend-1/*")
                        .when(Condition::bool("aws:SecureTransport", false)),
                ],
            );
        });
    }

    #[test]
    fn reading_objects_is_about_objects() {
        assert_snapshot!(broken("bucket-policy-actions", |h| {
            let bucket = bucket(h);
            add(h, "policy", &bucket, reader().on(bucket.arn()));
        }), @r#"
        error: main/policy: PolicyDocument/Statement/0/Action names s3:GetObject, and no resource that it is about
          rule: an action of a statement is about one of its resources (MalformedPolicy: Action does not apply to any resource(s) in statement)
          hint: add `.on(text!("{}/*", bucket.arn()))`
          see: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
        "#);
    }

    #[test]
    fn listing_is_about_the_bucket() {
        assert_snapshot!(broken("bucket-policy-actions", |h| {
            let bucket = bucket(h);
            add(h, "policy", &bucket, reader().action("s3:ListBucket").on("arn:aws:s3:::frontend-1/*"));
        }), @"
        error: main/policy: PolicyDocument/Statement/0/Action names s3:ListBucket, and no resource that it is about
          rule: an action of a statement is about one of its resources (MalformedPolicy: Action does not apply to any resource(s) in statement)
          hint: add `.on(bucket.arn())`
          see: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
        ");
    }

    #[test]
    fn actions_are_of_s3() {
        assert_snapshot!(broken("bucket-policy-actions", |h| {
            let bucket = bucket(h);
            add(h, "policy", &bucket, reader().action("kms:Decrypt").on(text!("{}/*", bucket.arn())));
        }), @"
        error: main/policy: PolicyDocument/Statement/0/Action names kms:Decrypt
          rule: a bucket's policy is about actions of S3 (MalformedPolicy: Policy has invalid action)
          hint: write what a role may do elsewhere into the role's own policy
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
        ");
    }

    #[test]
    fn a_policy_is_about_its_own_bucket() {
        assert_snapshot!(broken("bucket-policy-resources", |h| {
            let bucket = bucket(h);
            let other = h.scope.add("other", Bucket::builder().build());
            add(h, "policy", &bucket, reader().on(text!("{}/*", other.arn())));
        }), @"
        error: main/policy: PolicyDocument/Statement/0/Resource names main/other, and the policy is of another bucket
          rule: a bucket's policy is about this bucket and its objects (MalformedPolicy: Policy has invalid resource)
          hint: give the other bucket a policy of its own
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
        ");
    }

    #[test]
    fn a_policy_names_its_own_bucket() {
        assert_snapshot!(broken("bucket-policy-resources", |h| {
            let bucket = bucket(h);
            add(h, "policy", &bucket, reader().on("arn:aws:s3:::frontend-2/*"));
        }), @"
        error: main/policy: PolicyDocument/Statement/0/Resource names frontend-2, and the policy is of another bucket
          rule: a bucket's policy is about this bucket and its objects (MalformedPolicy: Policy has invalid resource)
          hint: give the other bucket a policy of its own
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
        ");
    }
}
