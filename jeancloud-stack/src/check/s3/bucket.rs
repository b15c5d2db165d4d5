//! Rules for buckets.

use jeancloud_model::s3::{
    AccelerationStatus, Bucket, EncryptionRule, ServerSideEncryption, WebsiteConfiguration,
};

use super::super::{Report, Rule};
use crate::View;

const API: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API";
const GUIDE: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide";

pub(super) const ACCELERATION: Rule = Rule {
    name: "bucket-acceleration",
    check: an_accelerated_name_has_no_dot,
};
pub(super) const CORS: Rule = Rule {
    name: "bucket-cors",
    check: a_cors_rule_names_origins_and_methods,
};
pub(super) const ENCRYPTION: Rule = Rule {
    name: "bucket-encryption",
    check: a_key_is_for_kms,
};
pub(super) const LOGGING: Rule = Rule {
    name: "bucket-logging",
    check: logs_go_to_another_bucket_of_the_region,
};
pub(super) const OWNERSHIP: Rule = Rule {
    name: "bucket-ownership",
    check: ownership_is_one_rule,
};
pub(super) const WEBSITE: Rule = Rule {
    name: "bucket-website",
    check: a_web_site_may_be_read,
};

fn an_accelerated_name_has_no_dot(view: &View, report: &mut Report) {
    for bucket in view.all::<Bucket>() {
        let on = bucket
            .accelerate_configuration
            .as_ref()
            .is_some_and(|it| it.acceleration_status == AccelerationStatus::Enabled);
        let name = bucket.bucket_name.as_ref().and_then(|name| name.known());
        let Some(name) = name.filter(|name| on && name.as_str().contains('.')) else {
            continue;
        };
        report
            .error(
                bucket.declaration,
                "AccelerateConfiguration",
                format!("is on, and the name {name} has a dot"),
            )
            .rule("a bucket whose name has a dot can't be accelerated (InvalidRequest)")
            .hint("write hyphens for the dots, or leave acceleration out")
            .document(format!("{GUIDE}/transfer-acceleration.html"));
    }
}

fn a_cors_rule_names_origins_and_methods(view: &View, report: &mut Report) {
    for bucket in view.all::<Bucket>() {
        let Some(cors) = &bucket.cors_configuration else {
            continue;
        };
        let mut fault = |at: String, wrong: String, rule: &str| {
            report
                .error(
                    bucket.declaration,
                    format!("CorsConfiguration/CorsRules{at}"),
                    wrong,
                )
                .rule(rule)
                .document(format!("{API}/API_CORSRule.html"));
        };
        if !(1..=100).contains(&cors.cors_rules.len()) {
            let wrong = format!("has {} rules", cors.cors_rules.len());
            fault(
                String::new(),
                wrong,
                "a bucket has 1 to 100 CORS rules (MalformedXML)",
            );
        }
        for (index, rule) in cors.cors_rules.iter().enumerate() {
            for (property, empty) in [
                ("AllowedMethods", rule.allowed_methods.is_empty()),
                ("AllowedOrigins", rule.allowed_origins.is_empty()),
            ] {
                if empty {
                    let rule =
                        "a CORS rule names at least one origin and one method (MalformedXML)";
                    fault(format!("/{index}/{property}"), "is empty".to_owned(), rule);
                }
            }
            for (property, texts) in [
                ("AllowedOrigins", &rule.allowed_origins),
                ("AllowedHeaders", &rule.allowed_headers),
            ] {
                let stars = |text: &&str| text.matches('*').count() > 1;
                if let Some(text) = texts.iter().filter_map(|text| text.as_known()).find(stars) {
                    let rule = "an origin or header has at most one * (InvalidRequest)";
                    fault(
                        format!("/{index}/{property}"),
                        format!("has `{text}`"),
                        rule,
                    );
                }
            }
        }
    }
}

fn a_key_is_for_kms(view: &View, report: &mut Report) {
    for bucket in view.all::<Bucket>() {
        let Some(encryption) = &bucket.bucket_encryption else {
            continue;
        };
        let rules = &encryption.server_side_encryption_configuration;
        let fault = match &rules[..] {
            [rule] => encryption_fault(rule),
            _ => Some((
                "has not exactly one rule",
                "a bucket has one encryption rule (MalformedXML)",
            )),
        };
        if let Some((wrong, rule)) = fault {
            report
                .error(bucket.declaration, "BucketEncryption", wrong)
                .rule(rule)
                .hint("write BucketEncryption::kms(key.arn()) or BucketEncryption::sse_s3()")
                .document(format!("{API}/API_ServerSideEncryptionByDefault.html"));
        }
    }
}

fn encryption_fault(rule: &EncryptionRule) -> Option<(&'static str, &'static str)> {
    let by_default = &rule.server_side_encryption_by_default;
    let key = by_default.kms_master_key_id.is_some();
    let bucket_key = rule.bucket_key_enabled.as_ref().and_then(|on| on.known());
    match by_default.sse_algorithm {
        ServerSideEncryption::Aes256 if key => Some((
            "names a key, and AES256 takes none",
            "a key is for aws:kms and aws:kms:dsse (InvalidArgument)",
        )),
        ServerSideEncryption::KmsDsse if bucket_key == Some(&true) => Some((
            "has a bucket key, and aws:kms:dsse takes none",
            "bucket keys are for aws:kms (InvalidArgument)",
        )),
        _ => None,
    }
}

fn logs_go_to_another_bucket_of_the_region(view: &View, report: &mut Report) {
    let document = format!("{GUIDE}/enable-server-access-logging.html");
    for bucket in view.all::<Bucket>() {
        let Some(logging) = &bucket.logging_configuration else {
            continue;
        };
        let target = logging.destination_bucket_name.as_ref();
        let declared = target.and_then(|target| view.target::<Bucket>(target));
        let same_name = bucket.bucket_name.is_some() && bucket.bucket_name.as_ref() == target;
        let itself = declared.is_some_and(|target| target.address() == bucket.address());
        if target.is_none() || same_name || itself {
            report
                .warning(
                    bucket.declaration,
                    "LoggingConfiguration",
                    "writes its records into the bucket itself",
                )
                .rule("each record that is written is a request, which is recorded again")
                .hint("let the records go to a bucket of their own")
                .document(&document);
        }
        let Some(target) = declared else { continue };
        if target.declaration.region != bucket.declaration.region {
            let wrong = format!(
                "names {}, which is in {}, from {}",
                target.address(),
                target.declaration.region,
                bucket.declaration.region
            );
            report
                .error(
                    bucket.declaration,
                    "LoggingConfiguration/DestinationBucketName",
                    wrong,
                )
                .rule("records go to a bucket of the same region (CrossLocationLoggingProhibited)")
                .hint(format!(
                    "declare a bucket for them in {}",
                    bucket.declaration.region
                ))
                .document(&document);
        }
    }
}

fn ownership_is_one_rule(view: &View, report: &mut Report) {
    for bucket in view.all::<Bucket>() {
        let rules = bucket.ownership_controls.rules.len();
        if rules != 1 {
            report
                .error(
                    bucket.declaration,
                    "OwnershipControls/Rules",
                    format!("has {rules} rules"),
                )
                .rule("ownership is exactly one rule (MalformedXML)")
                .hint("write OwnershipControls::new(ObjectOwnership::…)")
                .document(format!("{API}/API_OwnershipControls.html"));
        }
    }
}

fn a_web_site_may_be_read(view: &View, report: &mut Report) {
    for bucket in view.all::<Bucket>() {
        let block = &bucket.public_access_block_configuration;
        let blocked = block.block_public_policy || block.restrict_public_buckets;
        let site = matches!(
            bucket.website_configuration,
            Some(WebsiteConfiguration::Site(_))
        );
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

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Arn, Region, bucket_name,
        s3::{
            AccelerationStatus, Bucket, BucketEncryption, CorsConfiguration, CorsMethod, CorsRule,
            EncryptionByDefault, EncryptionRule, LoggingConfiguration, OwnershipControls,
            ServerSideEncryption, WebsiteConfiguration,
        },
    };

    use crate::check::testing::broken;

    #[test]
    fn an_accelerated_bucket_has_no_dot_in_its_name() {
        assert_snapshot!(broken("bucket-acceleration", |h| {
            h.scope.add("bucket", Bucket::builder()
                .bucket_name(bucket_name!("www.example.com"))
                .accelerate_configuration(AccelerationStatus::Enabled)
                .build());
        }), @"
        error: main/bucket: AccelerateConfiguration is on, and the name www.example.com has a dot
          rule: a bucket whose name has a dot can't be accelerated (InvalidRequest)
          hint: write hyphens for the dots, or leave acceleration out
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/transfer-acceleration.html
        ");
    }

    #[test]
    fn a_cors_rule_names_origins() {
        assert_snapshot!(broken("bucket-cors", |h| {
            let rule = CorsRule::builder().allowed_methods([CorsMethod::Get]).build();
            h.scope.add("bucket", Bucket::builder()
                .cors_configuration(CorsConfiguration::new([rule]))
                .build());
        }), @"
        error: main/bucket: CorsConfiguration/CorsRules/0/AllowedOrigins is empty
          rule: a CORS rule names at least one origin and one method (MalformedXML)
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
        ");
    }

    #[test]
    fn an_origin_of_a_cors_rule_has_one_star() {
        assert_snapshot!(broken("bucket-cors", |h| {
            let rule = CorsRule::builder()
                .allowed_methods([CorsMethod::Get])
                .allowed_origins(["https://*.*.example.com"])
                .build();
            h.scope.add("bucket", Bucket::builder()
                .cors_configuration(CorsConfiguration::new([rule]))
                .build());
        }), @"
        error: main/bucket: CorsConfiguration/CorsRules/0/AllowedOrigins has `https://*.*.example.com`
          rule: an origin or header has at most one * (InvalidRequest)
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
        ");
    }

    #[test]
    fn a_key_needs_kms() {
        assert_snapshot!(broken("bucket-encryption", |h| {
            let by_default = EncryptionByDefault::builder()
                .sse_algorithm(ServerSideEncryption::Aes256)
                .kms_master_key_id(Arn::new("arn:aws:kms:eu-west-3:123456789012:key/k"))
                .build();
            let rule = EncryptionRule::builder().server_side_encryption_by_default(by_default).build();
            h.scope.add("bucket", Bucket::builder()
                .bucket_encryption(BucketEncryption::new(rule))
                .build());
        }), @"
        error: main/bucket: BucketEncryption names a key, and AES256 takes none
          rule: a key is for aws:kms and aws:kms:dsse (InvalidArgument)
          hint: write BucketEncryption::kms(key.arn()) or BucketEncryption::sse_s3()
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
        ");
    }

    #[test]
    fn a_bucket_does_not_log_into_itself() {
        assert_snapshot!(broken("bucket-logging", |h| {
            h.scope.add("bucket", Bucket::builder()
                .logging_configuration(LoggingConfiguration::builder().log_file_prefix("log/").build())
                .build());
        }), @"
        warning: main/bucket: LoggingConfiguration writes its records into the bucket itself
          rule: each record that is written is a request, which is recorded again
          hint: let the records go to a bucket of their own
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
        ");
    }

    #[test]
    fn logs_stay_in_their_region() {
        assert_snapshot!(broken("bucket-logging", |h| {
            let logs = h.stack.region("germany", Region::EuCentral1).add("logs", Bucket::builder().build());
            h.scope.add("bucket", Bucket::builder()
                .logging_configuration(LoggingConfiguration::builder().destination_bucket_name(&logs).build())
                .build());
        }), @"
        error: main/bucket: LoggingConfiguration/DestinationBucketName names germany/logs, which is in eu-central-1, from eu-west-3
          rule: records go to a bucket of the same region (CrossLocationLoggingProhibited)
          hint: declare a bucket for them in eu-west-3
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
        ");
    }

    #[test]
    fn ownership_has_one_rule() {
        assert_snapshot!(broken("bucket-ownership", |h| {
            h.scope.add("bucket", Bucket::builder()
                .ownership_controls(OwnershipControls::builder().build())
                .build());
        }), @"
        error: main/bucket: OwnershipControls/Rules has 0 rules
          rule: ownership is exactly one rule (MalformedXML)
          hint: write OwnershipControls::new(ObjectOwnership::…)
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_OwnershipControls.html
        ");
    }

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
}
