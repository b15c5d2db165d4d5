//! Rules for distributions as a whole.

use std::collections::BTreeMap;

use jeancloud_model::{
    Address,
    cloud_front::Distribution,
    route53::RecordSet,
    s3::{Bucket, ObjectOwnership},
};

use super::super::{Report, Rule};
use crate::View;

const ALTERNATE_NAMES: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html";

pub(super) const ALIAS_ONCE: Rule = Rule {
    name: "distribution-alias-once",
    check: an_alias_is_of_one_distribution,
};
pub(super) const ALIAS_RECORD: Rule = Rule {
    name: "distribution-alias-record",
    check: a_distribution_knows_the_names_of_its_records,
};
pub(super) const ERROR_RESPONSES: Rule = Rule {
    name: "distribution-error-responses",
    check: error_responses_are_whole,
};
pub(super) const LOGGING: Rule = Rule {
    name: "distribution-logging",
    check: the_log_bucket_takes_lists,
};
pub(super) const ROOT_OBJECT: Rule = Rule {
    name: "distribution-root-object",
    check: the_root_object_has_no_slash,
};
pub(super) const WEB_ACL: Rule = Rule {
    name: "distribution-web-acl",
    check: the_web_acl_is_global,
};

fn an_alias_is_of_one_distribution(view: &View, report: &mut Report) {
    let mut seen: BTreeMap<String, Address> = BTreeMap::new();
    for distribution in view.all::<Distribution>() {
        for alias in &distribution.resource.distribution_config.aliases {
            let Some(alias) = alias
                .known()
                .map(|alias| alias.as_str().to_ascii_lowercase())
            else {
                continue;
            };
            if let Some(first) = seen.insert(alias.clone(), distribution.address()) {
                report
                    .error(
                        distribution.declaration,
                        "DistributionConfig/Aliases",
                        format!("names {alias}, which {first} has too"),
                    )
                    .rule("a name belongs to one distribution of all accounts (CNAMEAlreadyExists)")
                    .hint("leave it out of one of them")
                    .document(ALTERNATE_NAMES);
            }
        }
    }
}

fn a_distribution_knows_the_names_of_its_records(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let target = record.resource.alias_target.as_ref();
        let distribution = target.and_then(|target| view.target::<Distribution>(&target.dns_name));
        let (Some(distribution), Some(name)) = (distribution, record.resource.name.known()) else {
            continue;
        };
        let aliases = &distribution.resource.distribution_config.aliases;
        if aliases.iter().any(|alias| alias.known().is_none()) {
            continue;
        }
        let name = name.as_str().trim_end_matches('.');
        let knows = aliases
            .iter()
            .filter_map(|alias| alias.known())
            .any(|alias| {
                let parent = alias.as_str().strip_prefix("*.");
                alias.as_str().eq_ignore_ascii_case(name)
                    || parent.is_some_and(|parent| {
                        name.split_once('.').is_some_and(|(_, it)| it == parent)
                    })
            });
        if !knows {
            report
                .warning(
                    record.declaration,
                    "AliasTarget",
                    format!(
                        "points {name} to {}, which doesn't know that name: CloudFront answers 403",
                        distribution.address()
                    ),
                )
                .rule("a distribution answers for its own name and its aliases")
                .hint(format!(
                    "add `.aliases([\"{name}\"])` and a certificate for it to the distribution"
                ))
                .document(ALTERNATE_NAMES);
        }
    }
}

fn error_responses_are_whole(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        let mut seen = std::collections::BTreeSet::new();
        let responses = &distribution
            .resource
            .distribution_config
            .custom_error_responses;
        for (index, response) in responses.iter().enumerate() {
            let mut fault = |property: &str, wrong: String, rule: &str, hint: &str| {
                let at = format!("DistributionConfig/CustomErrorResponses/{index}/{property}");
                report
                    .error(distribution.declaration, at, wrong)
                    .rule(rule)
                    .hint(hint)
                    .document("https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomErrorResponse.html");
            };
            let code = response.error_code.known();
            if let Some(code) = code.filter(|code| !seen.insert(code.number())) {
                fault(
                    "ErrorCode",
                    format!("{} has an earlier response too", code.number()),
                    "an error has one response (InvalidArgument)",
                    "leave one of them out",
                );
            }
            if response.response_code.is_some() != response.response_page_path.is_some() {
                fault(
                    "ResponsePagePath",
                    "and ResponseCode stand alone".to_owned(),
                    "a page and its status come together (InvalidArgument)",
                    "write CustomErrorResponse::page(404, 200, \"/index.html\")",
                );
            }
            let page = response
                .response_page_path
                .as_ref()
                .and_then(|page| page.as_known());
            if let Some(page) = page.filter(|page| !page.starts_with('/')) {
                fault(
                    "ResponsePagePath",
                    format!("`{page}` doesn't begin with a slash"),
                    "the path of an error page begins with a slash (InvalidErrorCode)",
                    &format!("write \"/{page}\""),
                );
            }
        }
    }
}

fn the_root_object_has_no_slash(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        let object = distribution
            .resource
            .distribution_config
            .default_root_object
            .as_ref();
        let Some(object) = object.and_then(|object| object.as_known()) else {
            continue;
        };
        if object.starts_with('/') || object.chars().count() > 255 {
            report
                .error(
                    distribution.declaration,
                    "DistributionConfig/DefaultRootObject",
                    format!("`{object}` begins with a slash or has more than 255 characters"),
                )
                .rule("the root object is a key of the origin, without a slash before it (InvalidDefaultRootObject)")
                .hint(format!("write \"{}\"", object.trim_start_matches('/')))
                .document("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html");
        }
    }
}

fn the_log_bucket_takes_lists(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        let logging = distribution.resource.distribution_config.logging.as_ref();
        let Some(bucket) = logging.and_then(|logging| view.target::<Bucket>(&logging.bucket))
        else {
            continue;
        };
        let ownership = bucket.ownership_controls.ownership();
        if ownership == Some(ObjectOwnership::BucketOwnerEnforced) {
            report
                .error(
                    distribution.declaration,
                    "DistributionConfig/Logging/Bucket",
                    format!("names {}, where access control lists don't count", bucket.address()),
                )
                .rule("CloudFront writes its log by an access control list (InvalidArgument: does not enable ACL access)")
                .hint(format!(
                    "add `.ownership_controls(OwnershipControls::new(ObjectOwnership::BucketOwnerPreferred))` to {}",
                    bucket.address()
                ))
                .document("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html");
        }
    }
}

fn the_web_acl_is_global(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        let acl = distribution
            .resource
            .distribution_config
            .web_acl_id
            .as_ref();
        let Some(acl) = acl.and_then(|acl| acl.known()) else {
            continue;
        };
        let parts: Vec<&str> = acl.as_str().split(':').collect();
        let global = matches!(parts[..], [_, _, "wafv2", "us-east-1", _, name] if name.starts_with("global/"));
        if !global {
            report
                .error(
                    distribution.declaration,
                    "DistributionConfig/WebACLId",
                    format!("{acl} is no web ACL for CloudFront"),
                )
                .rule("a distribution's web ACL has the scope CLOUDFRONT, in us-east-1 (InvalidWebACLId)")
                .hint("make it in us-east-1 with the scope CLOUDFRONT: its ARN has `global/webacl`")
                .document("https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html");
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Input, IntoText,
        cloud_front::{CustomErrorResponse, Logging},
        route53::{HostedZone, RecordSet, RecordType},
        s3::Bucket,
    };

    use super::super::testing::add;
    use crate::check::testing::{broken, healthy};

    #[test]
    fn a_single_page_application_is_healthy() {
        healthy(|h| {
            add(h, |config| {
                config.custom_error_responses =
                    CustomErrorResponse::single_page_application("/index.html").to_vec();
                config.default_root_object = Some("index.html".into_text());
            });
        });
    }

    #[test]
    fn a_record_leads_to_a_distribution_that_knows_its_name() {
        assert_snapshot!(broken("distribution-alias-record", |h| {
            let cdn = add(h, |_| {});
            let zone = h.stack.global().add("zone", HostedZone::builder().name("example.com").build());
            h.stack.global().add("www", RecordSet::builder()
                .hosted_zone_id(&zone)
                .name("www.example.com")
                .record_type(RecordType::A)
                .alias_target(&cdn)
                .build());
        }), @r#"
        warning: global/www: AliasTarget points www.example.com to global/cdn, which doesn't know that name: CloudFront answers 403
          rule: a distribution answers for its own name and its aliases
          hint: add `.aliases(["www.example.com"])` and a certificate for it to the distribution
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
        "#);
    }

    #[test]
    fn a_page_has_a_status() {
        assert_snapshot!(broken("distribution-error-responses", |h| {
            let response = CustomErrorResponse::builder().error_code(404).response_page_path("/404.html");
            add(h, |config| config.custom_error_responses = vec![response.build()]);
        }), @r#"
        error: global/cdn: DistributionConfig/CustomErrorResponses/0/ResponsePagePath and ResponseCode stand alone
          rule: a page and its status come together (InvalidArgument)
          hint: write CustomErrorResponse::page(404, 200, "/index.html")
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomErrorResponse.html
        "#);
    }

    #[test]
    fn an_error_has_one_response() {
        assert_snapshot!(broken("distribution-error-responses", |h| {
            add(h, |config| config.custom_error_responses = vec![
                CustomErrorResponse::page(404, 200, "/index.html"),
                CustomErrorResponse::cached_for(404, 60),
            ]);
        }), @"
        error: global/cdn: DistributionConfig/CustomErrorResponses/1/ErrorCode 404 has an earlier response too
          rule: an error has one response (InvalidArgument)
          hint: leave one of them out
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomErrorResponse.html
        ");
    }

    #[test]
    fn a_page_begins_with_a_slash() {
        assert_snapshot!(broken("distribution-error-responses", |h| {
            add(h, |config| config.custom_error_responses = vec![CustomErrorResponse::page(404, 200, "index.html")]);
        }), @r#"
        error: global/cdn: DistributionConfig/CustomErrorResponses/0/ResponsePagePath `index.html` doesn't begin with a slash
          rule: the path of an error page begins with a slash (InvalidErrorCode)
          hint: write "/index.html"
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomErrorResponse.html
        "#);
    }

    #[test]
    fn the_root_object_has_no_slash() {
        assert_snapshot!(broken("distribution-root-object", |h| {
            add(h, |config| config.default_root_object = Some("/index.html".into_text()));
        }), @r#"
        error: global/cdn: DistributionConfig/DefaultRootObject `/index.html` begins with a slash or has more than 255 characters
          rule: the root object is a key of the origin, without a slash before it (InvalidDefaultRootObject)
          hint: write "index.html"
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html
        "#);
    }

    #[test]
    fn a_log_bucket_takes_access_control_lists() {
        assert_snapshot!(broken("distribution-logging", |h| {
            let logs = h.scope.add("logs", Bucket::builder().build());
            add(h, |config| config.logging = Some(Logging::builder().bucket(logs.domain_name()).build()));
        }), @"
        error: global/cdn: DistributionConfig/Logging/Bucket names main/logs, where access control lists don't count
          rule: CloudFront writes its log by an access control list (InvalidArgument: does not enable ACL access)
          hint: add `.ownership_controls(OwnershipControls::new(ObjectOwnership::BucketOwnerPreferred))` to main/logs
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
        ");
    }

    #[test]
    fn a_web_acl_is_for_cloudfront() {
        assert_snapshot!(broken("distribution-web-acl", |h| {
            let arn = "arn:aws:wafv2:eu-west-3:123456789012:regional/webacl/x/1";
            add(h, |config| config.web_acl_id = Some(Input::Known(arn.into())));
        }), @"
        error: global/cdn: DistributionConfig/WebACLId arn:aws:wafv2:eu-west-3:123456789012:regional/webacl/x/1 is no web ACL for CloudFront
          rule: a distribution's web ACL has the scope CLOUDFRONT, in us-east-1 (InvalidWebACLId)
          hint: make it in us-east-1 with the scope CLOUDFRONT: its ARN has `global/webacl`
          see: https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html
        ");
    }

    #[test]
    fn an_alias_is_written_once() {
        assert_snapshot!(broken("distribution-alias-once", |h| {
            let arn = jeancloud_model::certificate_manager::CertificateArn::new("arn:aws:acm:us-east-1:123456789012:certificate/c");
            add(h, |config| {
                config.aliases = vec![Input::Known("www.example.com".into()), Input::Known("WWW.example.com".into())];
                config.viewer_certificate = Some(jeancloud_model::cloud_front::ViewerCertificate::acm(arn));
            });
        }), @"
        error: global/cdn: DistributionConfig/Aliases names www.example.com, which global/cdn has too
          rule: a name belongs to one distribution of all accounts (CNAMEAlreadyExists)
          hint: leave it out of one of them
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
        ");
    }
}
