//! Rules for buckets.

use jeancloud_model::s3::{AccelerationStatus, Bucket, EncryptionRule, ServerSideEncryption};

use super::{
    super::{Report, Rule, kms},
    API, GUIDE,
};
use crate::View;

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
pub(super) const OWNERSHIP: Rule = Rule {
    name: "bucket-ownership",
    check: ownership_is_one_rule,
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
                .hint(r#"CorsRule::builder().allowed_methods([CorsMethod::Get]).allowed_origins(["https://www.example.com"])"#)
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
            let exposed = rule
                .exposed_headers
                .iter()
                .filter_map(|text| text.as_known());
            if let Some(text) = exposed.into_iter().find(|text| text.contains('*')) {
                let rule = "a header that pages may read is named whole (InvalidRequest: ExposeHeader contains wildcard)";
                fault(
                    format!("/{index}/ExposedHeaders"),
                    format!("has `{text}`"),
                    rule,
                );
            }
            let id = rule.id.as_ref().and_then(|id| id.as_known());
            if id.is_some_and(|id| id.chars().count() > 255) {
                let rule = "the name of a CORS rule has at most 255 characters (InvalidRequest)";
                fault(format!("/{index}/Id"), "is too long".to_owned(), rule);
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
        for (index, rule) in rules.iter().enumerate() {
            let key = &rule.server_side_encryption_by_default.kms_master_key_id;
            let property = format!(
                "BucketEncryption/ServerSideEncryptionConfiguration/{index}/ServerSideEncryptionByDefault/KMSMasterKeyID"
            );
            let (at, here) = (bucket.declaration, bucket.declaration.region);
            kms::arn_in_region(view, report, at, &property, key.as_ref(), here);
        }
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

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Arn, Region, bucket_name,
        kms::Key,
        s3::{
            AccelerationStatus, Bucket, BucketEncryption, CorsConfiguration, CorsMethod, CorsRule,
            EncryptionByDefault, EncryptionRule, OwnershipControls, ServerSideEncryption,
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
        }), @r#"
        error: main/bucket: CorsConfiguration/CorsRules/0/AllowedOrigins is empty
          rule: a CORS rule names at least one origin and one method (MalformedXML)
          hint: CorsRule::builder().allowed_methods([CorsMethod::Get]).allowed_origins(["https://www.example.com"])
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
        "#);
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
        }), @r#"
        error: main/bucket: CorsConfiguration/CorsRules/0/AllowedOrigins has `https://*.*.example.com`
          rule: an origin or header has at most one * (InvalidRequest)
          hint: CorsRule::builder().allowed_methods([CorsMethod::Get]).allowed_origins(["https://www.example.com"])
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
        "#);
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
    fn headers_that_pages_read_are_named() {
        assert_snapshot!(broken("bucket-cors", |h| {
            let rule = CorsRule::builder()
                .allowed_methods([CorsMethod::Get])
                .allowed_origins(["*"])
                .exposed_headers(["x-amz-*"])
                .build();
            h.scope.add("bucket", Bucket::builder()
                .cors_configuration(CorsConfiguration::new([rule]))
                .build());
        }), @r#"
        error: main/bucket: CorsConfiguration/CorsRules/0/ExposedHeaders has `x-amz-*`
          rule: a header that pages may read is named whole (InvalidRequest: ExposeHeader contains wildcard)
          hint: CorsRule::builder().allowed_methods([CorsMethod::Get]).allowed_origins(["https://www.example.com"])
          see: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
        "#);
    }

    #[test]
    fn a_key_is_where_the_bucket_is() {
        assert_snapshot!(broken("bucket-encryption", |h| {
            let key = h.stack.region("germany", Region::EuCentral1).add("key", Key::builder().build());
            h.scope.add("bucket", Bucket::builder()
                .bucket_encryption(BucketEncryption::kms(key.arn()))
                .build());
        }), @"
        error: main/bucket: BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/KMSMasterKeyID is a key of eu-central-1, and is used in eu-west-3
          rule: a key encrypts only in its own region (KMSKeyNotAccessibleFault, NotFoundException)
          hint: declare a key in eu-west-3, or leave the property out for AWS's own key
          see: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
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
}
