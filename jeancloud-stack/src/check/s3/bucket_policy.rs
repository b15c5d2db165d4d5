//! Rules for bucket policies.

use jeancloud_model::{
    Address, Input, Text,
    iam::{Effect, PolicyKind, PrincipalKind, Statement},
    s3::{Bucket, BucketName, BucketPolicy},
};

use super::super::{Report, Rule};
use crate::{Declared, View};

const ACTIONS_AND_RESOURCES: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html";
const PUT_BUCKET_POLICY: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html";

pub(super) const ACTIONS: Rule = Rule {
    name: "bucket-policy-actions",
    check: actions_fit_their_resources,
};
pub(super) const DOCUMENT: Rule = Rule {
    name: "bucket-policy-document",
    check: documents_name_principals_and_resources,
};
pub(super) const ONCE: Rule = Rule {
    name: "bucket-policy-once",
    check: a_bucket_has_one_policy,
};
pub(super) const PUBLIC: Rule = Rule {
    name: "bucket-policy-public",
    check: a_public_policy_is_not_blocked,
};
pub(super) const RESOURCES: Rule = Rule {
    name: "bucket-policy-resources",
    check: resources_are_the_buckets_own,
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

fn a_public_policy_is_not_blocked(view: &View, report: &mut Report) {
    each_statement(view, |policy, path, statement| {
        let Some(bucket) = view.target::<Bucket>(&policy.bucket) else {
            return;
        };
        let anyone = |(kind, name): (PrincipalKind, &Text)| {
            kind == PrincipalKind::Aws && name.as_known() == Some("*")
        };
        let public = statement.effect() == Effect::Allow
            && statement.principals().any(anyone)
            && !has_condition(statement);
        if public && bucket.public_access_block_configuration.block_public_policy {
            report
                .error(
                    policy.declaration,
                    format!("{path}/Principal"),
                    format!("is everybody, and {} blocks public policies", bucket.address()),
                )
                .rule("S3 refuses a public policy while BlockPublicPolicy is on (AccessDenied)")
                .hint("name who may read, as `BucketPolicy::readable_by(&bucket, &distribution)`; or open the bucket with PublicAccessBlockConfiguration::open()")
                .document("https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html");
        }
    });
}

fn each_statement<'v>(
    view: &'v View,
    mut visit: impl FnMut(Declared<'v, BucketPolicy>, String, &'v Statement),
) {
    for policy in view.all::<BucketPolicy>() {
        for (index, statement) in policy
            .resource
            .policy_document
            .statements()
            .iter()
            .enumerate()
        {
            visit(
                policy,
                format!("PolicyDocument/Statement/{index}"),
                statement,
            );
        }
    }
}

/// Whether a statement has a condition; its type keeps them to itself.
fn has_condition(statement: &Statement) -> bool {
    serde_json::to_value(statement).is_ok_and(|json| json.get("Condition").is_some())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bucket,
    Objects,
}

/// What a resource of a statement is, where it shows.
fn kind_of(resource: &Text) -> Option<Kind> {
    let pattern = resource.pattern();
    // `${main/bucket.Arn}/*`, or `arn:aws:s3:::name/*`.
    let after = match pattern.rsplit_once('}') {
        Some((_, after)) => after,
        None => pattern.split_once(":::")?.1,
    };
    match after.contains('/') {
        true => Some(Kind::Objects),
        false if after.contains('*') => None,
        false => Some(Kind::Bucket),
    }
}

enum Named<'t> {
    Declared(Address),
    Name(&'t str),
}

fn named(resource: &Text) -> Option<Named<'_>> {
    if let Some(known) = resource.as_known() {
        let name = known.split_once(":::")?.1.split('/').next()?;
        return (!name.contains(['*', '?'])).then_some(Named::Name(name));
    }
    let first = resource.references().next()?;
    (first.output == "Arn").then_some(Named::Declared(first.address))
}

struct Own<'v> {
    address: Option<Address>,
    name: Option<&'v str>,
}

fn bucket_of<'v>(view: &'v View, policy: &Declared<'v, BucketPolicy>) -> Own<'v> {
    let bucket = view.target::<Bucket>(&policy.resource.bucket);
    let name = match &policy.resource.bucket {
        Input::Known(name) => Some(name),
        Input::Output(_) => bucket.and_then(|bucket| bucket.resource.bucket_name.as_ref()?.known()),
    };
    Own {
        address: bucket.map(|bucket| bucket.address()),
        name: name.map(BucketName::as_str),
    }
}

fn is_bucket(view: &View, address: Address) -> bool {
    let declaration = view.get(address);
    declaration.is_some_and(|declaration| declaration.resource::<Bucket>().is_some())
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
        Handle, bucket_name,
        iam::{Condition, PolicyDocument, Principal, Statement},
        s3::{Bucket, BucketPolicy},
        text,
    };

    use crate::check::testing::{Healthy, broken, healthy};

    fn bucket(h: &Healthy<'_>) -> Handle<Bucket> {
        h.scope.add(
            "bucket",
            Bucket::builder()
                .bucket_name(bucket_name!("frontend-1"))
                .build(),
        )
    }

    fn add(
        h: &Healthy<'_>,
        name: &str,
        bucket: &Handle<Bucket>,
        document: impl Into<PolicyDocument>,
    ) {
        h.scope.add(
            name,
            BucketPolicy::builder()
                .bucket(bucket)
                .policy_document(document)
                .build(),
        );
    }

    fn reader() -> Statement {
        Statement::allow("s3:GetObject").principal(Principal::service("cloudfront.amazonaws.com"))
    }

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
}
