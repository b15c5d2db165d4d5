//! Rules for buckets that S3 serves as web sites.

use jeancloud_model::{
    Text,
    iam::{Effect, PrincipalKind},
    s3::{Bucket, BucketPolicy, RoutingRule, WebsiteConfiguration},
};

use super::{
    super::{Report, Rule},
    API, GUIDE,
};
use crate::{Declared, View};

pub(super) const WEBSITE: Rule = Rule {
    name: "bucket-website",
    check: a_web_site_may_be_read,
};
pub(super) const PARTS: Rule = Rule {
    name: "bucket-website-parts",
    check: parts_of_a_web_site_are_whole,
};

fn a_web_site_may_be_read(view: &View, report: &mut Report) {
    for bucket in view.all::<Bucket>() {
        let block = &bucket.public_access_block_configuration;
        let blocked = block.block_public_policy || block.restrict_public_buckets;
        let site = matches!(
            bucket.website_configuration,
            Some(WebsiteConfiguration::Site(_))
        );
        if site && !blocked && !is_read_by_anyone(view, &bucket) {
            report
                .warning(
                    bucket.declaration,
                    "WebsiteConfiguration",
                    "serves pages that no policy lets anybody read: every request is answered 403",
                )
                .rule("S3 serves a web site to the public only, which a policy has to let in")
                .hint("add a BucketPolicy with `Statement::allow(\"s3:GetObject\").principal(Principal::anyone()).on(text!(\"{}/*\", bucket.arn()))`")
                .document(format!("{GUIDE}/WebsiteAccessPermissionsReqd.html"));
        }
        if site && blocked {
            report
                .warning(
                    bucket.declaration,
                    "WebsiteConfiguration",
                    "serves pages that nobody may read: every request is answered 403",
                )
                .rule("S3 serves a web site to the public only, and public access is blocked here")
                .hint("put CloudFront before the private bucket, with an origin access control, and leave the web site out; or open the bucket with PublicAccessBlockConfiguration::open() and a policy")
                .document(format!("{GUIDE}/WebsiteAccessPermissionsReqd.html"));
        }
    }
}

fn is_read_by_anyone(view: &View, bucket: &Declared<'_, Bucket>) -> bool {
    let name = bucket
        .resource
        .bucket_name
        .as_ref()
        .and_then(|name| name.known());
    let its = |policy: &Declared<'_, BucketPolicy>| match view
        .target::<Bucket>(&policy.resource.bucket)
    {
        Some(named) => named.address() == bucket.address(),
        None => policy
            .resource
            .bucket
            .known()
            .is_none_or(|known| name.is_none_or(|own| own == known)),
    };
    let anyone = |(kind, name): (PrincipalKind, &Text)| {
        kind == PrincipalKind::Aws && name.as_known().is_none_or(|name| name == "*")
    };
    view.all::<BucketPolicy>().filter(its).any(|policy| {
        let mut statements = policy.resource.policy_document.statements().iter();
        statements.any(|it| it.effect() == Effect::Allow && it.principals().any(anyone))
    })
}

fn parts_of_a_web_site_are_whole(view: &View, report: &mut Report) {
    for bucket in view.all::<Bucket>() {
        let mut fault = |property: &str, wrong: String, rule: &str, hint: &str| {
            report
                .error(
                    bucket.declaration,
                    format!("WebsiteConfiguration/{property}"),
                    wrong,
                )
                .rule(rule)
                .hint(hint)
                .document(format!("{API}/API_PutBucketWebsite.html"));
        };
        match &bucket.resource.website_configuration {
            None => {}
            Some(WebsiteConfiguration::Redirect(redirect)) => {
                let host = redirect.redirect_all_requests_to.host_name.as_known();
                if let Some(host) = host.filter(|host| !is_host(host)) {
                    fault(
                        "RedirectAllRequestsTo/HostName",
                        format!("`{host}` is no host's name"),
                        "a redirect names a host, without a scheme and a path (InvalidRequest)",
                        "as \"www.example.com\"; the scheme is Protocol's",
                    );
                }
            }
            Some(WebsiteConfiguration::Site(site)) => {
                let index = site.index_document.as_known();
                if let Some(index) = index.filter(|index| index.is_empty() || index.contains('/')) {
                    fault(
                        "IndexDocument",
                        format!("is `{index}`"),
                        "the index document is the end of a key, without a slash (InvalidArgument: The IndexDocument Suffix is not well formed)",
                        "as \"index.html\"",
                    );
                }
                if site.routing_rules.len() > 50 {
                    fault(
                        "RoutingRules",
                        format!("are {}", site.routing_rules.len()),
                        "a web site has at most 50 routing rules (InvalidRequest)",
                        "join them by prefix, or let a function of CloudFront redirect",
                    );
                }
                for (index, rule) in site.routing_rules.iter().enumerate() {
                    if let Some((wrong, rule, hint)) = routing_fault(rule) {
                        fault(&format!("RoutingRules/{index}"), wrong, rule, hint);
                    }
                }
            }
        }
    }
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && !host.contains(['/', ':', ' '])
}

fn routing_fault(rule: &RoutingRule) -> Option<(String, &'static str, &'static str)> {
    let known = |text: &'_ Option<Text>| {
        text.as_ref()
            .and_then(|it| it.as_known().map(str::to_owned))
    };
    let redirect = &rule.redirect_rule;
    if let Some(condition) = &rule.routing_rule_condition {
        if condition.http_error_code_returned_equals.is_none()
            && condition.key_prefix_equals.is_none()
        {
            let rule = "a condition names a status or a prefix (InvalidRequest)";
            return Some((
                "has an empty condition".to_owned(),
                rule,
                "leave the condition out: the rule then always applies",
            ));
        }
        let status = known(&condition.http_error_code_returned_equals);
        let error = |status: &String| status.len() == 3 && status.starts_with(['4', '5']);
        if let Some(status) = status.filter(|status| !error(status)) {
            let rule = "a condition is about a status of 400 to 599 (InvalidRequest)";
            return Some((
                format!("applies to the status `{status}`"),
                rule,
                "as \"404\"",
            ));
        }
    }
    let parts = [
        redirect.host_name.is_some(),
        redirect.http_redirect_code.is_some(),
        redirect.protocol.is_some(),
        redirect.replace_key_prefix_with.is_some(),
        redirect.replace_key_with.is_some(),
    ];
    if !parts.contains(&true) {
        let rule = "a redirect changes something (InvalidRequest)";
        return Some((
            "redirects to nothing else".to_owned(),
            rule,
            "add `.host_name(…)` or `.replace_key_with(…)`",
        ));
    }
    if redirect.replace_key_prefix_with.is_some() && redirect.replace_key_with.is_some() {
        let rule = "a redirect replaces the prefix or the whole key (InvalidRequest)";
        return Some((
            "replaces both the prefix and the key".to_owned(),
            rule,
            "leave one of them out",
        ));
    }
    let status = known(&redirect.http_redirect_code);
    let moved = |status: &String| status.len() == 3 && status.starts_with('3');
    let status = status.filter(|status| !moved(status))?;
    let rule = "a redirect answers with a status of 301 to 308 (InvalidRequest)";
    Some((
        format!("answers with the status `{status}`"),
        rule,
        "as \"302\"",
    ))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::s3::{
        Bucket, PublicAccessBlockConfiguration, RedirectRule, RoutingRule, Site,
        WebsiteConfiguration,
    };

    use crate::check::testing::broken;

    #[test]
    fn a_web_site_is_public() {
        assert_snapshot!(broken("bucket-website", |h| {
            h.scope.add("bucket", Bucket::builder()
                .website_configuration(WebsiteConfiguration::site("index.html"))
                .build());
        }), @"
        warning: main/bucket: WebsiteConfiguration serves pages that nobody may read: every request is answered 403
          rule: S3 serves a web site to the public only, and public access is blocked here
          hint: put CloudFront before the private bucket, with an origin access control, and leave the web site out; or open the bucket with PublicAccessBlockConfiguration::open() and a policy
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteAccessPermissionsReqd.html
        ");
    }

    #[test]
    fn a_web_site_is_let_out() {
        assert_snapshot!(broken("bucket-website", |h| {
            h.scope.add("bucket", Bucket::builder()
                .public_access_block_configuration(PublicAccessBlockConfiguration::open())
                .website_configuration(WebsiteConfiguration::site("index.html"))
                .build());
        }), @r#"
        warning: main/bucket: WebsiteConfiguration serves pages that no policy lets anybody read: every request is answered 403
          rule: S3 serves a web site to the public only, which a policy has to let in
          hint: add a BucketPolicy with `Statement::allow("s3:GetObject").principal(Principal::anyone()).on(text!("{}/*", bucket.arn()))`
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteAccessPermissionsReqd.html
        "#);
    }

    #[test]
    fn parts_of_a_web_site_are_whole() {
        assert_snapshot!(broken("bucket-website-parts", |h| {
            h.scope.add("bucket", Bucket::builder()
                .website_configuration(WebsiteConfiguration::site("pages/index.html"))
                .build());
        }), @r#"
        error: main/bucket: WebsiteConfiguration/IndexDocument is `pages/index.html`
          rule: the index document is the end of a key, without a slash (InvalidArgument: The IndexDocument Suffix is not well formed)
          hint: as "index.html"
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html
        "#);
        assert_snapshot!(broken("bucket-website-parts", |h| {
            h.scope.add("bucket", Bucket::builder()
                .website_configuration(WebsiteConfiguration::redirect("https://www.example.com"))
                .build());
        }), @r#"
        error: main/bucket: WebsiteConfiguration/RedirectAllRequestsTo/HostName `https://www.example.com` is no host's name
          rule: a redirect names a host, without a scheme and a path (InvalidRequest)
          hint: as "www.example.com"; the scheme is Protocol's
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html
        "#);
        assert_snapshot!(broken("bucket-website-parts", |h| {
            let redirect = RedirectRule::builder().replace_key_with("a").replace_key_prefix_with("b");
            let rule = RoutingRule::builder().redirect_rule(redirect.build()).build();
            let site = Site::builder().index_document("index.html").routing_rules([rule]).build();
            h.scope.add("bucket", Bucket::builder()
                .website_configuration(WebsiteConfiguration::from(site))
                .build());
        }), @"
        error: main/bucket: WebsiteConfiguration/RoutingRules/0 replaces both the prefix and the key
          rule: a redirect replaces the prefix or the whole key (InvalidRequest)
          hint: leave one of them out
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html
        ");
    }
}
