//! Rules for a distribution's quotas, its log, and its error pages over a private bucket.

use jeancloud_model::{
    Text,
    cloud_front::{Distribution, Origin},
    s3::{Bucket, BucketPolicy},
};

use super::super::{Report, Rule, iam::actions::matches};
use crate::{Declared, View};

const QUOTAS: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html";

pub(super) const COUNTS: Rule = Rule {
    name: "distribution-quotas",
    check: distributions_keep_to_the_quotas,
};
pub(super) const LOG_HOST: Rule = Rule {
    name: "distribution-log-host",
    check: the_log_goes_to_a_buckets_host,
};
pub(super) const MISSING_PAGES: Rule = Rule {
    name: "distribution-missing-pages",
    check: what_is_missing_is_answered_as_s3_says_it,
};

fn distributions_keep_to_the_quotas(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        let config = &distribution.resource.distribution_config;
        let groups = config
            .origin_groups
            .as_ref()
            .map_or(0, |groups| groups.items.len());
        let counts = [
            ("Aliases", config.aliases.len(), 100),
            ("CacheBehaviors", config.cache_behaviors.len(), 75),
            ("Origins", config.origins.len(), 100),
            ("OriginGroups", groups, 10),
        ];
        for (property, number, most) in counts {
            if number > most {
                report
                    .warning(
                        distribution.declaration,
                        format!("DistributionConfig/{property}"),
                        format!("are {number}"),
                    )
                    .rule(format!("a distribution has {most} of them, unless the account's quota was raised (TooMany…)"))
                    .hint("make two distributions of it, or ask for a higher quota")
                    .document(QUOTAS);
            }
        }
        for (index, origin) in config.origins.iter().enumerate() {
            let headers = match origin {
                Origin::S3(s3) => s3.origin_custom_headers.len(),
                Origin::Custom(custom) => custom.origin_custom_headers.len(),
            };
            if headers > 30 {
                report
                    .error(
                        distribution.declaration,
                        format!("DistributionConfig/Origins/{index}/OriginCustomHeaders"),
                        format!("are {headers}"),
                    )
                    .rule("CloudFront adds at most 30 headers for an origin (TooManyOriginCustomHeaders)")
                    .hint("join their values in one header")
                    .document(QUOTAS);
            }
        }
    }
}

fn the_log_goes_to_a_buckets_host(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        let logging = distribution.resource.distribution_config.logging.as_ref();
        let host = logging.and_then(|logging| logging.bucket.known());
        let Some(host) = host
            .map(|host| host.as_str())
            .filter(|host| !host.is_empty())
        else {
            continue;
        };
        if !host.contains(".s3.") && !host.contains(".s3-") {
            report
                .error(
                    distribution.declaration,
                    "DistributionConfig/Logging/Bucket",
                    format!("{host} is no bucket's host"),
                )
                .rule("the log goes to a bucket by its host, name.s3.amazonaws.com (InvalidArgument: does not refer to a valid S3 bucket)")
                .hint("write `bucket.domain_name()`")
                .document("https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_LoggingConfig.html");
        }
    }
}

/// S3 says 404 of a missing object only to who may list the bucket, and 403 to everybody else.
fn what_is_missing_is_answered_as_s3_says_it(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        let config = &distribution.resource.distribution_config;
        let codes: Option<Vec<u16>> = config
            .custom_error_responses
            .iter()
            .map(|it| it.error_code.known().map(|code| code.number()))
            .collect();
        let Some(codes) = codes.filter(|codes| codes.contains(&404) && !codes.contains(&403))
        else {
            continue;
        };
        let buckets: Option<Vec<Declared<'_, Bucket>>> = config
            .origins
            .iter()
            .map(|origin| view.target::<Bucket>(origin.domain_name()))
            .collect();
        let Some(buckets) = buckets.filter(|buckets| !buckets.is_empty()) else {
            continue;
        };
        if buckets.iter().any(|bucket| is_listed(view, bucket)) {
            continue;
        }
        report
            .warning(
                distribution.declaration,
                "DistributionConfig/CustomErrorResponses",
                format!("are for {codes:?}, and the bucket answers 403 for what is missing"),
            )
            .rule("S3 answers 404 to who may list the bucket, and 403 to others")
            .hint("add the same response for 403, as CustomErrorResponse::single_page_application(\"/index.html\"); or allow `s3:ListBucket` on the bucket")
            .document("https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html");
    }
}

/// Whether some statement of the bucket's policies may be about listing it.
fn is_listed(view: &View, bucket: &Declared<'_, Bucket>) -> bool {
    let block = &bucket.resource.public_access_block_configuration;
    let its = |policy: &Declared<'_, BucketPolicy>| {
        let named = view.target::<Bucket>(&policy.resource.bucket);
        named.is_none_or(|named| named.address() == bucket.address())
    };
    let lists = |action: &Text| {
        let known = action.as_known().map(str::to_lowercase);
        known.is_none_or(|action| matches(&action, "s3:listbucket"))
    };
    !block.restrict_public_buckets
        || view.all::<BucketPolicy>().filter(its).any(|policy| {
            let statements = policy.resource.policy_document.statements().iter();
            statements.flat_map(|it| it.actions()).any(lists)
        })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Input,
        cloud_front::{
            CacheBehavior, CachePolicyId, CustomErrorResponse, Logging, Origin, OriginAccessControl,
        },
        s3::{Bucket, BucketPolicy},
    };

    use super::super::testing::add;
    use crate::check::testing::broken;

    #[test]
    fn a_distribution_keeps_to_its_quotas() {
        assert_snapshot!(broken("distribution-quotas", |h| {
            let behavior = |n: usize| CacheBehavior::builder()
                .path_pattern(format!("/{n}"))
                .target_origin_id("site")
                .cache_policy_id(CachePolicyId::CACHING_DISABLED)
                .build();
            add(h, |config| config.cache_behaviors = (0..76).map(behavior).collect());
        }), @"
        warning: global/cdn: DistributionConfig/CacheBehaviors are 76
          rule: a distribution has 75 of them, unless the account's quota was raised (TooMany…)
          hint: make two distributions of it, or ask for a higher quota
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
        ");
    }

    #[test]
    fn a_log_goes_to_a_buckets_host() {
        assert_snapshot!(broken("distribution-log-host", |h| {
            add(h, |config| config.logging = Some(Logging::builder().bucket("my-logs").build()));
        }), @"
        error: global/cdn: DistributionConfig/Logging/Bucket my-logs is no bucket's host
          rule: the log goes to a bucket by its host, name.s3.amazonaws.com (InvalidArgument: does not refer to a valid S3 bucket)
          hint: write `bucket.domain_name()`
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_LoggingConfig.html
        ");
    }

    #[test]
    fn a_private_bucket_says_403_of_what_is_missing() {
        assert_snapshot!(broken("distribution-missing-pages", |h| {
            let bucket = h.scope.add("bucket", Bucket::builder().build());
            let control = h.stack.global().add("control", OriginAccessControl::s3("frontend"));
            let cdn = add(h, |config| {
                config.origins = vec![Origin::s3("site", &bucket, &control)];
                config.custom_error_responses = vec![CustomErrorResponse::page(404, 200, "/index.html")];
                config.default_cache_behavior.target_origin_id = Input::Known("site".into());
            });
            h.scope.add("policy", BucketPolicy::readable_by(&bucket, &cdn));
        }), @r#"
        warning: global/cdn: DistributionConfig/CustomErrorResponses are for [404], and the bucket answers 403 for what is missing
          rule: S3 answers 404 to who may list the bucket, and 403 to others
          hint: add the same response for 403, as CustomErrorResponse::single_page_application("/index.html"); or allow `s3:ListBucket` on the bucket
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        "#);
    }
}
