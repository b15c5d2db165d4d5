//! Rules for origins.

use std::collections::BTreeSet;

use jeancloud_model::{
    Input, Text,
    cloud_front::{Distribution, Origin, OriginId, S3Origin},
    iam::{Effect, PrincipalKind},
    s3::{Bucket, BucketPolicy},
};

use super::super::{Report, Rule};
use crate::{Declared, View};

const ORIGIN: &str = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html";
const RESTRICTING: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html";
const GROUP: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html";

pub(super) const ACCESS: Rule = Rule {
    name: "origin-access",
    check: a_private_bucket_lets_cloudfront_in,
};
pub(super) const DOMAIN: Rule = Rule {
    name: "origin-domain",
    check: a_bucket_is_named_by_its_own_host,
};
pub(super) const GROUPS: Rule = Rule {
    name: "origin-group",
    check: groups_have_two_origins,
};
pub(super) const IDS: Rule = Rule {
    name: "origin-ids",
    check: origins_have_ids_of_their_own,
};
pub(super) const PATH: Rule = Rule {
    name: "origin-path",
    check: paths_begin_with_a_slash,
};

fn origins_have_ids_of_their_own(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        let config = &distribution.resource.distribution_config;
        if config.origins.is_empty() {
            report
                .error(
                    distribution.declaration,
                    "DistributionConfig/Origins",
                    "is empty",
                )
                .rule("a distribution has at least one origin (InvalidArgument)")
                .hint("add `.origins([Origin::s3(\"frontend\", &bucket, &control)])`")
                .document(ORIGIN);
        }
        let groups = config.origin_groups.iter().flat_map(|groups| &groups.items);
        let ids = config
            .origins
            .iter()
            .map(Origin::id)
            .chain(groups.map(|group| &group.id));
        let mut seen = BTreeSet::new();
        for id in ids.filter_map(|id| id.known()) {
            if !seen.insert(id) {
                report
                    .error(
                        distribution.declaration,
                        "DistributionConfig/Origins",
                        format!("has two with the id `{id}`"),
                    )
                    .rule("an id names one origin or origin group (InvalidArgument)")
                    .hint("give one of them another id")
                    .document(ORIGIN);
            }
        }
    }
}

fn paths_begin_with_a_slash(view: &View, report: &mut Report) {
    each(view, |distribution, index, origin| {
        let path = match origin {
            Origin::S3(s3) => &s3.origin_path,
            Origin::Custom(custom) => &custom.origin_path,
        };
        let Some(path) = path
            .as_ref()
            .and_then(Text::as_known)
            .filter(|path| !path.is_empty())
        else {
            return;
        };
        if !path.starts_with('/') || path.ends_with('/') {
            report
                .error(
                    distribution.declaration,
                    format!("DistributionConfig/Origins/{index}/OriginPath"),
                    format!("`{path}` doesn't begin with a slash, or ends with one"),
                )
                .rule("an origin's path begins with a slash and doesn't end with one (InvalidArgument)")
                .hint(format!("write \"/{}\"", path.trim_matches('/')))
                .document(ORIGIN);
        }
    });
}

fn a_bucket_is_named_by_its_own_host(view: &View, report: &mut Report) {
    each(view, |distribution, index, origin| {
        let Origin::S3(s3) = origin else { return };
        let Some(host) = s3.domain_name.known() else {
            return;
        };
        let (wrong, hint) = if host.as_str().contains(".s3-website") {
            (
                "is a web site's host",
                "write Origin::custom(id, host) with HTTP only: S3 serves web sites without TLS",
            )
        } else if !host.as_str().contains(".s3.") && !host.as_str().contains(".s3-") {
            (
                "is no bucket's host",
                "write `bucket.regional_domain_name()`, or Origin::custom(id, host) for another server",
            )
        } else {
            return;
        };
        report
            .error(
                distribution.declaration,
                format!("DistributionConfig/Origins/{index}/DomainName"),
                format!("{host} {wrong}"),
            )
            .rule("a bucket's host is bucket.s3.region.amazonaws.com (InvalidOrigin)")
            .hint(hint)
            .document(ORIGIN);
    });
}

/// Of a declared bucket that is private: CloudFront signs its requests, and the bucket's policy lets
/// it in. Without either, every request is answered 403.
fn a_private_bucket_lets_cloudfront_in(view: &View, report: &mut Report) {
    each(view, |distribution, index, origin| {
        let Origin::S3(s3) = origin else { return };
        let Some(bucket) = view.target::<Bucket>(&s3.domain_name) else {
            return;
        };
        if !bucket
            .public_access_block_configuration
            .restrict_public_buckets
        {
            return;
        }
        let (wrong, hint) = if !signs(s3) {
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
        } else if !lets_cloudfront_in(view, &bucket) {
            (
                format!(
                    "reads {}, whose policy doesn't let it in: every request is answered 403",
                    bucket.address()
                ),
                "declare BucketPolicy::readable_by(&bucket, &distribution)".to_owned(),
            )
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

fn lets_cloudfront_in(view: &View, bucket: &Declared<'_, Bucket>) -> bool {
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
            .filter(|it| it.effect() == Effect::Allow)
            .any(|it| it.principals().any(cloudfront))
    })
}

fn groups_have_two_origins(view: &View, report: &mut Report) {
    const STATUSES: [u16; 8] = [403, 404, 416, 429, 500, 502, 503, 504];
    for distribution in view.all::<Distribution>() {
        let config = &distribution.resource.distribution_config;
        let groups = config.origin_groups.iter().flat_map(|groups| &groups.items);
        for (index, group) in groups.enumerate() {
            let mut fault = |wrong: String, rule: &str| {
                let at = format!("DistributionConfig/OriginGroups/Items/{index}");
                report
                    .error(distribution.declaration, at, wrong)
                    .rule(rule)
                    .document(GROUP);
            };
            let members: Vec<&Input<OriginId>> = group
                .members
                .items
                .iter()
                .map(|member| &member.origin_id)
                .collect();
            match members[..] {
                [first, second] if first == second => {
                    let rule = "the second origin stands in for the first one (InvalidArgument)";
                    fault("names one origin twice".to_owned(), rule);
                }
                [_, _] => {}
                _ => {
                    let rule = "a group has a first and a second origin (InvalidArgument)";
                    fault(format!("has {} members", members.len()), rule);
                }
            }
            for id in members.iter().filter_map(|id| id.known()) {
                let there = config
                    .origins
                    .iter()
                    .any(|origin| origin.id().known().is_none_or(|known| known == id));
                if !there {
                    let rule = "a group's members are origins of the distribution (NoSuchOrigin)";
                    fault(
                        format!("names `{id}`, which is no origin of the distribution"),
                        rule,
                    );
                }
            }
            let statuses = &group.failover_criteria.status_codes.items;
            if statuses.is_empty() || statuses.iter().any(|status| !STATUSES.contains(status)) {
                let rule = "CloudFront turns to the second origin on 403, 404, 416, 429, 500, 502, 503 or 504 (InvalidArgument)";
                fault(format!("turns to the second origin on {statuses:?}"), rule);
            }
        }
    }
}

fn each(view: &View, mut visit: impl FnMut(Declared<'_, Distribution>, usize, &Origin)) {
    for distribution in view.all::<Distribution>() {
        for (index, origin) in distribution
            .resource
            .distribution_config
            .origins
            .iter()
            .enumerate()
        {
            visit(distribution, index, origin);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle,
        cloud_front::{
            CustomOrigin, Distribution, Origin, OriginAccessControl, OriginGroup, OriginGroups,
            S3Origin,
        },
        s3::{Bucket, BucketPolicy},
    };

    use super::super::testing::add;
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
    fn an_id_names_one_origin() {
        assert_snapshot!(broken("origin-ids", |h| {
            add(h, |config| config.origins.push(Origin::custom("site", "other.example.com")));
        }), @"
        error: global/cdn: DistributionConfig/Origins has two with the id `site`
          rule: an id names one origin or origin group (InvalidArgument)
          hint: give one of them another id
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html
        ");
    }

    #[test]
    fn a_path_begins_with_a_slash() {
        assert_snapshot!(broken("origin-path", |h| {
            let origin = CustomOrigin::builder().id("site").domain_name("origin.example.com").origin_path("v1/");
            add(h, |config| config.origins = vec![origin.build().into()]);
        }), @r#"
        error: global/cdn: DistributionConfig/Origins/0/OriginPath `v1/` doesn't begin with a slash, or ends with one
          rule: an origin's path begins with a slash and doesn't end with one (InvalidArgument)
          hint: write "/v1"
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html
        "#);
    }

    #[test]
    fn a_web_site_is_no_bucket() {
        assert_snapshot!(broken("origin-domain", |h| {
            let origin = S3Origin::builder().id("site").domain_name("b.s3-website.eu-west-3.amazonaws.com");
            add(h, |config| config.origins = vec![origin.build().into()]);
        }), @"
        error: global/cdn: DistributionConfig/Origins/0/DomainName b.s3-website.eu-west-3.amazonaws.com is a web site's host
          rule: a bucket's host is bucket.s3.region.amazonaws.com (InvalidOrigin)
          hint: write Origin::custom(id, host) with HTTP only: S3 serves web sites without TLS
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html
        ");
    }

    #[test]
    fn a_group_has_origins_of_the_distribution() {
        assert_snapshot!(broken("origin-group", |h| {
            let group = OriginGroup::new("both", "site", "spare", [503]);
            add(h, |config| config.origin_groups = Some(OriginGroups::new([group])));
        }), @"
        error: global/cdn: DistributionConfig/OriginGroups/Items/0 names `spare`, which is no origin of the distribution
          rule: a group's members are origins of the distribution (NoSuchOrigin)
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
        ");
    }

    #[test]
    fn a_group_knows_a_few_statuses() {
        assert_snapshot!(broken("origin-group", |h| {
            let group = OriginGroup::new("both", "site", "spare", [418]);
            add(h, |config| {
                config.origins.push(Origin::custom("spare", "spare.example.com"));
                config.origin_groups = Some(OriginGroups::new([group]));
            });
        }), @"
        error: global/cdn: DistributionConfig/OriginGroups/Items/0 turns to the second origin on [418]
          rule: CloudFront turns to the second origin on 403, 404, 416, 429, 500, 502, 503 or 504 (InvalidArgument)
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
        ");
    }
}
