//! Rules for origins.

use std::collections::BTreeSet;

use jeancloud_model::{
    Text,
    cloud_front::{Distribution, Origin},
};

use super::super::{Report, Rule};
use crate::{Declared, View};

const ORIGIN: &str = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html";
pub(super) const DOMAIN: Rule = Rule {
    name: "origin-domain",
    check: a_bucket_is_named_by_its_own_host,
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

pub(super) fn each(view: &View, mut visit: impl FnMut(Declared<'_, Distribution>, usize, &Origin)) {
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
    use jeancloud_model::cloud_front::{CustomOrigin, Origin, S3Origin};

    use super::super::testing::add;
    use crate::check::testing::broken;

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
}
