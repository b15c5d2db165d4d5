//! A rule for buckets behind distributions: whether CloudFront gets what it asks for.

use jeancloud_model::{
    Address, Input, Text,
    cloud_front::{Distribution, Origin, S3Origin},
    iam::{Effect, PrincipalKind, Statement},
    kms::Key,
    s3::{Bucket, BucketPolicy, ServerSideEncryption},
};

use super::{
    super::{Report, Rule},
    origin::each,
};
use crate::{Declared, View};

const RESTRICTING: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html";

pub(super) const ACCESS: Rule = Rule {
    name: "origin-access",
    check: a_private_bucket_lets_cloudfront_in,
};

/// Of a declared bucket that is private: CloudFront signs its requests, and the bucket's policy lets
/// it in. Without either, every request is answered 403.
fn a_private_bucket_lets_cloudfront_in(view: &View, report: &mut Report) {
    each(view, |distribution, index, origin| {
        let Some(bucket) = view.target::<Bucket>(origin.domain_name()) else {
            return;
        };
        if !bucket
            .public_access_block_configuration
            .restrict_public_buckets
        {
            return;
        }
        let signed = matches!(origin, Origin::S3(s3) if signs(s3));
        let (wrong, hint) = if !signed {
            (
                format!(
                    "reads {}, which is private, without signing: every request is answered 403",
                    bucket.address()
                ),
                format!(
                    "declare an OriginAccessControl and write Origin::s3(id, &{}, &control)",
                    bucket.address().name()
                ),
            )
        } else if !lets_cloudfront_in(view, &bucket, distribution.address()) {
            (
                format!(
                    "reads {}, whose policy doesn't let it in: every request is answered 403",
                    bucket.address()
                ),
                "declare BucketPolicy::readable_by(&bucket, &distribution)".to_owned(),
            )
        } else if let Some(wrong) = cannot_decrypt(view, &bucket) {
            (wrong, "declare a key whose policy allows `kms:Decrypt` to Principal::service(\"cloudfront.amazonaws.com\"), or leave the encryption to S3".to_owned())
        } else {
            return;
        };
        report
            .warning(
                distribution.declaration,
                format!("DistributionConfig/Origins/{index}"),
                wrong,
            )
            .rule("a private bucket is read by who signs and is named in its policy")
            .hint(hint)
            .document(RESTRICTING);
    });
}

fn signs(origin: &S3Origin) -> bool {
    origin.origin_access_control_id.is_some()
        || !origin.s3_origin_config.origin_access_identity.is_empty()
}

fn lets_cloudfront_in(view: &View, bucket: &Declared<'_, Bucket>, distribution: Address) -> bool {
    let names_it = |policy: &Declared<'_, BucketPolicy>| match &policy.resource.bucket {
        Input::Output(reference) => reference.address == bucket.address(),
        Input::Known(name) => {
            let own = bucket
                .resource
                .bucket_name
                .as_ref()
                .and_then(|name| name.known());
            own == Some(name)
        }
    };
    // An origin access identity is named by its ARN; either way CloudFront is in the name.
    let cloudfront = |(kind, name): (PrincipalKind, &Text)| {
        let pattern = name.pattern().to_ascii_lowercase();
        kind == PrincipalKind::CanonicalUser || pattern.contains("cloudfront") || pattern == "*"
    };
    view.all::<BucketPolicy>().filter(names_it).any(|policy| {
        let statements = policy.resource.policy_document.statements().iter();
        statements
            .filter(|it| it.effect() == Effect::Allow && !is_for_another(view, it, distribution))
            .any(|it| it.principals().any(cloudfront))
    })
}

/// Whether a statement wants requests to be on behalf of other distributions.
fn is_for_another(view: &View, statement: &Statement, distribution: Address) -> bool {
    statement.conditions().any(|(operator, key, values)| {
        let source = key.eq_ignore_ascii_case("aws:SourceArn") && !operator.contains("Not");
        let another = |value: &Text| {
            let mut named = value.references();
            let one = named.next().filter(|_| named.next().is_none());
            one.is_some_and(|it| {
                view.referred::<Distribution>(it).is_some() && it.address != distribution
            })
        };
        source && !values.is_empty() && values.iter().all(another)
    })
}

/// Why CloudFront can't read what the bucket encrypts with KMS.
fn cannot_decrypt(view: &View, bucket: &Declared<'_, Bucket>) -> Option<String> {
    let encryption = bucket.resource.bucket_encryption.as_ref()?;
    let rule = encryption.server_side_encryption_configuration.first()?;
    let by_default = &rule.server_side_encryption_by_default;
    if by_default.sse_algorithm == ServerSideEncryption::Aes256 {
        return None;
    }
    let Some(key) = &by_default.kms_master_key_id else {
        return Some(format!(
            "reads {}, which is encrypted with AWS's own key of KMS, that CloudFront can't use: every request is answered 403",
            bucket.address()
        ));
    };
    let key = view.target::<Key>(key)?;
    let cloudfront = |(kind, name): (PrincipalKind, &Text)| {
        let service = kind == PrincipalKind::Service
            && name
                .as_known()
                .is_none_or(|name| name == "cloudfront.amazonaws.com");
        service || name.as_known() == Some("*")
    };
    let lets_it = key.resource.key_policy.as_ref().is_some_and(|policy| {
        let mut statements = policy.statements().iter();
        statements.any(|it| it.effect() == Effect::Allow && it.principals().any(cloudfront))
    });
    (!lets_it).then(|| {
        format!(
            "reads {}, which is encrypted with {}, whose policy doesn't let CloudFront in: every request is answered 403",
            bucket.address(),
            key.address()
        )
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle,
        cloud_front::{Distribution, Origin, OriginAccessControl, S3Origin},
        kms::Key,
        s3::{Bucket, BucketEncryption, BucketPolicy},
    };

    use super::super::testing::{add, config};
    use crate::check::testing::{Healthy, broken, healthy};

    fn frontend(h: &Healthy<'_>) -> (Handle<Bucket>, Handle<Distribution>) {
        let bucket = h.scope.add("bucket", Bucket::builder().build());
        let control = h
            .stack
            .global()
            .add("control", OriginAccessControl::s3("frontend"));
        let cdn = add(h, |config| {
            config.origins = vec![Origin::s3("site", &bucket, &control)]
        });
        (bucket, cdn)
    }

    #[test]
    fn a_private_bucket_behind_cloudfront_is_healthy() {
        healthy(|h| {
            let (bucket, cdn) = frontend(h);
            h.scope
                .add("policy", BucketPolicy::readable_by(&bucket, &cdn));
        });
    }

    #[test]
    fn a_private_bucket_names_cloudfront_in_its_policy() {
        assert_snapshot!(broken("origin-access", |h| {
            frontend(h);
        }), @"
        warning: global/cdn: DistributionConfig/Origins/0 reads main/bucket, whose policy doesn't let it in: every request is answered 403
          rule: a private bucket is read by who signs and is named in its policy
          hint: declare BucketPolicy::readable_by(&bucket, &distribution)
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
        ");
    }

    #[test]
    fn requests_to_a_private_bucket_are_signed() {
        assert_snapshot!(broken("origin-access", |h| {
            let bucket = h.scope.add("bucket", Bucket::builder().build());
            let origin = S3Origin::builder().id("site").domain_name(bucket.regional_domain_name());
            let cdn = add(h, |config| config.origins = vec![origin.build().into()]);
            h.scope.add("policy", BucketPolicy::readable_by(&bucket, &cdn));
        }), @"
        warning: global/cdn: DistributionConfig/Origins/0 reads main/bucket, which is private, without signing: every request is answered 403
          rule: a private bucket is read by who signs and is named in its policy
          hint: declare an OriginAccessControl and write Origin::s3(id, &bucket, &control)
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
        ");
    }

    #[test]
    fn a_policy_names_the_distribution_that_reads() {
        assert_snapshot!(broken("origin-access", |h| {
            let (bucket, _) = frontend(h);
            let other = Distribution::builder().distribution_config(config()).build();
            let other = h.stack.global().add("other", other);
            h.scope.add("policy", BucketPolicy::readable_by(&bucket, &other));
        }), @"
        warning: global/cdn: DistributionConfig/Origins/0 reads main/bucket, whose policy doesn't let it in: every request is answered 403
          rule: a private bucket is read by who signs and is named in its policy
          hint: declare BucketPolicy::readable_by(&bucket, &distribution)
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
        ");
    }

    #[test]
    fn a_key_lets_cloudfront_in() {
        assert_snapshot!(broken("origin-access", |h| {
            let key = h.scope.add("key", Key::builder().build());
            let bucket = h.scope.add("bucket", Bucket::builder()
                .bucket_encryption(BucketEncryption::kms(key.arn()))
                .build());
            let control = h.stack.global().add("control", OriginAccessControl::s3("frontend"));
            let cdn = add(h, |config| config.origins = vec![Origin::s3("site", &bucket, &control)]);
            h.scope.add("policy", BucketPolicy::readable_by(&bucket, &cdn));
        }), @r#"
        warning: global/cdn: DistributionConfig/Origins/0 reads main/bucket, which is encrypted with main/key, whose policy doesn't let CloudFront in: every request is answered 403
          rule: a private bucket is read by who signs and is named in its policy
          hint: declare a key whose policy allows `kms:Decrypt` to Principal::service("cloudfront.amazonaws.com"), or leave the encryption to S3
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
        "#);
    }

    #[test]
    fn a_bucket_is_no_server() {
        assert_snapshot!(broken("origin-access", |h| {
            let bucket = h.scope.add("bucket", Bucket::builder().build());
            add(h, |config| config.origins = vec![Origin::custom("site", bucket.regional_domain_name())]);
        }), @"
        warning: global/cdn: DistributionConfig/Origins/0 reads main/bucket, which is private, without signing: every request is answered 403
          rule: a private bucket is read by who signs and is named in its policy
          hint: declare an OriginAccessControl and write Origin::s3(id, &bucket, &control)
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
        ");
    }
}
