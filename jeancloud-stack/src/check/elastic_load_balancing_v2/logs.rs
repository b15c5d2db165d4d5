//! Rules for the logs that load balancers write.

use jeancloud_model::{
    Input, Text,
    elastic_load_balancing_v2::LoadBalancer,
    iam::{Effect, PrincipalKind, Statement},
    s3::{Bucket, BucketPolicy, ServerSideEncryption},
};

use super::{
    super::{Report, Rule},
    load_balancer::is_network,
};
use crate::{Declared, View};

const ATTRIBUTES: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html";
const LOGGING: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html";

pub(super) const LOGS: Rule = Rule {
    name: "load-balancer-logs",
    check: logs_have_a_bucket,
};
pub(super) const BUCKET: Rule = Rule {
    name: "load-balancer-logs-bucket",
    check: the_bucket_takes_logs,
};

fn logs_have_a_bucket(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        let Some(settings) = balancer.load_balancer_attributes.as_ref().map(|all| &all.0) else {
            continue;
        };
        let logs = [
            (
                "access_logs",
                &settings.access_logs_s3_enabled,
                &settings.access_logs_s3_bucket,
            ),
            (
                "connection_logs",
                &settings.connection_logs_s3_enabled,
                &settings.connection_logs_s3_bucket,
            ),
        ];
        for (what, enabled, bucket) in logs {
            let on = enabled.as_ref().and_then(Input::known) == Some(&true);
            if on && bucket.is_none() {
                let property = format!("LoadBalancerAttributes/{what}.s3.enabled");
                report
                    .error(
                        balancer.declaration,
                        property,
                        "is on, and there is no bucket to write to",
                    )
                    .rule("logs that are enabled have a bucket (InvalidConfigurationRequest)")
                    .hint(format!(
                        "name it: `.{what}_s3_bucket(bucket.bucket_name())`"
                    ))
                    .document(ATTRIBUTES);
            }
        }
    }
}

fn the_bucket_takes_logs(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        let Some(settings) = balancer.load_balancer_attributes.as_ref().map(|all| &all.0) else {
            continue;
        };
        for (what, enabled, bucket) in [
            (
                "access_logs",
                &settings.access_logs_s3_enabled,
                &settings.access_logs_s3_bucket,
            ),
            (
                "connection_logs",
                &settings.connection_logs_s3_enabled,
                &settings.connection_logs_s3_bucket,
            ),
        ] {
            let on = enabled.as_ref().and_then(Input::known) == Some(&true);
            let bucket = bucket.as_ref().filter(|_| on);
            let bucket = bucket.and_then(|bucket| {
                let mut named = bucket.references();
                named.find_map(|reference| view.referred::<Bucket>(reference))
            });
            let Some(bucket) = bucket else { continue };
            let Some((wrong, hint)) = fault(view, &balancer, &bucket) else {
                continue;
            };
            report
                .error(balancer.declaration, format!("LoadBalancerAttributes/{what}.s3.bucket"), wrong)
                .rule("the bucket is of the load balancer's region, its policy lets the load balancer write, and for application load balancers it is encrypted with S3's own keys (InvalidConfigurationRequest: Access Denied for bucket)")
                .hint(hint)
                .document(LOGGING);
        }
    }
}

fn fault(
    view: &View,
    balancer: &Declared<'_, LoadBalancer>,
    bucket: &Declared<'_, Bucket>,
) -> Option<(String, &'static str)> {
    let (here, there) = (balancer.declaration.region, bucket.declaration.region);
    if here != there {
        let wrong = format!(
            "{} is in {there}, and the load balancer in {here}",
            bucket.address()
        );
        return Some((
            wrong,
            "declare a bucket for logs in the load balancer's region",
        ));
    }
    let rules = bucket.resource.bucket_encryption.as_ref();
    let rules = rules.map_or(&[][..], |one| &one.server_side_encryption_configuration);
    let kms = rules.iter().any(|rule| {
        rule.server_side_encryption_by_default.sse_algorithm != ServerSideEncryption::Aes256
    });
    if kms && is_network(balancer) == Some(false) {
        let wrong = format!("{} is encrypted with KMS", bucket.address());
        return Some((wrong, "`.bucket_encryption(BucketEncryption::sse_s3())`"));
    }
    let mut policies = view.all::<BucketPolicy>().filter(|policy| {
        let of = view.target::<Bucket>(&policy.resource.bucket);
        of.is_some_and(|of| of.address() == bucket.address())
    });
    let lets_write = policies.any(|policy| {
        let statements = policy.resource.policy_document.statements();
        statements.iter().any(lets_a_balancer_write)
    });
    (!lets_write).then(|| {
        let wrong = format!("{} has no policy that lets load balancers write", bucket.address());
        (wrong, "a BucketPolicy with `Statement::allow(\"s3:PutObject\").principal(Principal::service(\"logdelivery.elasticloadbalancing.amazonaws.com\")).on(text!(\"{}/*\", bucket.arn()))`")
    })
}

/// AWS writes as a service, or in older regions as an account of its own.
fn lets_a_balancer_write(statement: &Statement) -> bool {
    let mut actions = statement.actions().iter();
    let writes = statement.actions().is_empty()
        || actions.any(|action| {
            let known = action.as_known();
            known.is_none_or(|one| ["*", "s3:*", "s3:Put*", "s3:PutObject"].contains(&one))
        });
    let of_a_balancer = |(kind, name): (PrincipalKind, &Text)| match kind {
        PrincipalKind::Service => name.as_known().is_none_or(|name| {
            name.starts_with("logdelivery.elasticloadbalancing.")
                || name.starts_with("delivery.logs.")
        }),
        PrincipalKind::Aws => true,
        _ => false,
    };
    statement.effect() == Effect::Allow && writes && statement.principals().any(of_a_balancer)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle, Region,
        elastic_load_balancing_v2::{LoadBalancer, LoadBalancerAttributes, Scheme},
        iam::{Principal, Statement},
        s3::{Bucket, BucketPolicy},
        text,
    };

    use super::super::testing::group;
    use crate::check::testing::{Healthy, broken, healthy};

    fn logging(h: &Healthy<'_>, bucket: &Handle<Bucket>) {
        let settings = LoadBalancerAttributes::builder()
            .access_logs_s3_enabled(true)
            .access_logs_s3_bucket(bucket.bucket_name());
        let balancer = LoadBalancer::builder()
            .scheme(Scheme::Internal)
            .subnets(h.subnets)
            .security_groups([group(h)])
            .load_balancer_attributes(settings.build());
        h.scope.add("alb", balancer.build());
    }

    #[test]
    fn logs_have_a_bucket() {
        assert_snapshot!(broken("load-balancer-logs", |h| {
            h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
                .subnets([&h.subnets[0], &h.subnets[1]]).security_groups([group(h)])
                .load_balancer_attributes(LoadBalancerAttributes::builder().access_logs_s3_enabled(true).build())
                .build());
        }), @"
        error: main/alb: LoadBalancerAttributes/access_logs.s3.enabled is on, and there is no bucket to write to
          rule: logs that are enabled have a bucket (InvalidConfigurationRequest)
          hint: name it: `.access_logs_s3_bucket(bucket.bucket_name())`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
        ");
    }

    #[test]
    fn a_bucket_that_lets_balancers_write_is_healthy() {
        healthy(|h| {
            let bucket = h.scope.add("logs", Bucket::builder().build());
            let write = Statement::allow("s3:PutObject")
                .principal(Principal::service(
                    "logdelivery.elasticloadbalancing.amazonaws.com",
                ))
                .on(text!("{}/*", bucket.arn()));
            let policy = BucketPolicy::builder()
                .bucket(&bucket)
                .policy_document(write);
            h.scope.add("policy", policy.build());
            logging(h, &bucket);
        });
    }

    #[test]
    fn a_bucket_lets_balancers_write() {
        assert_snapshot!(broken("load-balancer-logs-bucket", |h| {
            logging(h, &h.scope.add("logs", Bucket::builder().build()));
        }), @r#"
        error: main/alb: LoadBalancerAttributes/access_logs.s3.bucket main/logs has no policy that lets load balancers write
          rule: the bucket is of the load balancer's region, its policy lets the load balancer write, and for application load balancers it is encrypted with S3's own keys (InvalidConfigurationRequest: Access Denied for bucket)
          hint: a BucketPolicy with `Statement::allow("s3:PutObject").principal(Principal::service("logdelivery.elasticloadbalancing.amazonaws.com")).on(text!("{}/*", bucket.arn()))`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
        "#);
    }

    #[test]
    fn a_bucket_is_in_the_balancers_region() {
        assert_snapshot!(broken("load-balancer-logs-bucket", |h| {
            let there = h.stack.region("other", Region::EuCentral1);
            logging(h, &there.add("logs", Bucket::builder().build()));
        }), @"
        error: main/alb: LoadBalancerAttributes/access_logs.s3.bucket other/logs is in eu-central-1, and the load balancer in eu-west-3
          rule: the bucket is of the load balancer's region, its policy lets the load balancer write, and for application load balancers it is encrypted with S3's own keys (InvalidConfigurationRequest: Access Denied for bucket)
          hint: declare a bucket for logs in the load balancer's region
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
        ");
    }
}
