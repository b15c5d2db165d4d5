//! Every property of a bucket.

use jeancloud_model::{
    Arn, Handle, Input, IntoText, Region,
    iam::{Principal, Statement},
    s3::{
        AbortIncompleteMultipartUpload, Bucket, BucketEncryption, BucketPolicy, CorsConfiguration,
        CorsMethod, CorsRule, EncryptionByDefault, EncryptionRule, LifecycleConfiguration,
        LifecycleRule, LoggingConfiguration, MinimumSize, NoncurrentVersionExpiration,
        NoncurrentVersionTransition, RedirectAllRequests, RedirectAllRequestsTo, RedirectProtocol,
        RedirectRule, RoutingRule, RoutingRuleCondition, RuleStatus, ServerSideEncryption, Site,
        TagFilter, Transition, TransitionStorageClass, WebsiteConfiguration,
    },
    text,
};
use jeancloud_stack::{Scope, Stack};

use super::lacking;
use crate::{gaps, harness::Case};

changes! {
    life_of_objects: Case {
        type_name: "AWS::S3::Bucket",
        address: "main/bucket",
        base: |stack| lives(stack, []),
        updates: &[
            ("set", |stack| lives(stack, [every(7, "a"), marker(true)])),
            ("change", |stack| lives(stack, [every(9, "b"), marker(false)])),
            ("no numbers", |stack| lives(stack, [LifecycleRule::builder()
                .noncurrent_version_expiration(NoncurrentVersionExpiration::builder().noncurrent_days(50u32).build())
                .noncurrent_version_transitions([NoncurrentVersionTransition::builder()
                    .storage_class(TransitionStorageClass::StandardIa).transition_in_days(45u32).build()])
                .build()])),
            ("less", |stack| lives(stack, [bare(abort(3))])),
            ("least", |stack| lives(stack, [LifecycleRule::builder()
                .expiration_in_days(40u32)
                .noncurrent_version_expiration(NoncurrentVersionExpiration::builder().noncurrent_days(40u32).build())
                .noncurrent_version_transitions([NoncurrentVersionTransition::builder()
                    .storage_class(TransitionStorageClass::StandardIa).transition_in_days(35u32).build()])
                .build()])),
            ("clear", |stack| lives(stack, [])),
        ],
        replaced: None,
        gaps: &[lacking(gaps::LIFECYCLES_LOSE_LIMITS)],
    },
    smallest_objects: Case {
        type_name: "AWS::S3::Bucket",
        address: "main/bucket",
        base: |stack| smallest(stack, None),
        updates: &[
            ("set", |stack| smallest(stack, Some(MinimumSize::VariesByStorageClass))),
            ("change", |stack| smallest(stack, Some(MinimumSize::AllStorageClasses128K))),
            ("set again", |stack| smallest(stack, Some(MinimumSize::VariesByStorageClass))),
            ("clear", |stack| smallest(stack, None)),
        ],
        replaced: None,
        gaps: &[lacking(gaps::NO_SMALLEST_OBJECTS)],
    },
    cors: Case {
        type_name: "AWS::S3::Bucket",
        address: "main/bucket",
        base: |stack| add(stack, Bucket::builder().build()),
        updates: &[
            ("set", |stack| cors(stack, CorsRule::builder()
                .id("one")
                .allowed_methods([CorsMethod::Get])
                .allowed_origins(["https://a.example.com"])
                .allowed_headers(["x-a"])
                .exposed_headers(["x-b"])
                .max_age(60u32)
                .build())),
            ("change", |stack| cors(stack, CorsRule::builder()
                .id("two")
                .allowed_methods([CorsMethod::Put, CorsMethod::Get])
                .allowed_origins(["https://b.example.com"])
                .allowed_headers(["x-c"])
                .exposed_headers(["x-d"])
                .max_age(120u32)
                .build())),
            ("less", |stack| cors(stack, CorsRule::builder()
                .allowed_methods([CorsMethod::Get])
                .allowed_origins(["https://b.example.com"])
                .build())),
            ("clear", |stack| add(stack, Bucket::builder().build())),
        ],
        replaced: None,
        gaps: &[],
    },
    pages: Case {
        type_name: "AWS::S3::Bucket",
        address: "main/bucket",
        base: |stack| add(stack, Bucket::builder().build()),
        updates: &[
            ("set", |stack| site(stack, "index.html", Some("error.html"), [routing("a"), by_prefix("a")])),
            ("change", |stack| site(stack, "start.html", Some("wrong.html"), [routing("b"), by_prefix("b")])),
            ("less", |stack| site(stack, "start.html", None, [RoutingRule::builder()
                .routing_rule_condition(RoutingRuleCondition::builder().key_prefix_equals("b/").build())
                .redirect_rule(RedirectRule::builder().replace_key_with("c.html").build())
                .build()])),
            ("only errors", |stack| site(stack, "start.html", None, [RoutingRule::builder()
                .routing_rule_condition(RoutingRuleCondition::builder().http_error_code_returned_equals("404").build())
                .redirect_rule(RedirectRule::builder().replace_key_with("c.html").build())
                .build()])),
            ("least", |stack| site(stack, "start.html", None, [RoutingRule::builder()
                .redirect_rule(RedirectRule::builder().host_name("c.example.com").build())
                .build()])),
            ("no rules", |stack| site(stack, "start.html", None, [])),
            ("elsewhere", |stack| elsewhere(stack, "a.example.com", Some(RedirectProtocol::Http))),
            ("elsewhere else", |stack| elsewhere(stack, "b.example.com", Some(RedirectProtocol::Https))),
            ("elsewhere by any way", |stack| elsewhere(stack, "b.example.com", None)),
            ("here again", |stack| site(stack, "start.html", None, [])),
            ("clear", |stack| add(stack, Bucket::builder().build())),
        ],
        replaced: None,
        gaps: &[],
    },
    keys: Case {
        type_name: "AWS::S3::Bucket",
        address: "main/bucket",
        base: |stack| add(stack, Bucket::builder().build()),
        updates: &[
            ("set", |stack| encrypted(stack, Some(KEY), Some(true))),
            ("change", |stack| encrypted(stack, Some(OTHER_KEY), Some(false))),
            ("less", |stack| encrypted(stack, None, None)),
            ("clear", |stack| add(stack, Bucket::builder().build())),
        ],
        replaced: None,
        gaps: &[],
    },
    logs: Case {
        type_name: "AWS::S3::Bucket",
        address: "main/bucket",
        base: |stack| logged(stack, None, None),
        updates: &[
            ("set", |stack| logged(stack, Some("one"), Some("a/"))),
            ("change", |stack| logged(stack, Some("two"), Some("b/"))),
            ("less", |stack| logged(stack, Some("two"), None)),
            ("clear", |stack| logged(stack, None, None)),
            ("emptied", |stack| emptied(stack, Some(true))),
            ("not emptied", |stack| emptied(stack, Some(false))),
            ("emptied again", |stack| emptied(stack, Some(true))),
            ("emptied or not", |stack| emptied(stack, None)),
        ],
        replaced: None,
        gaps: &[lacking(gaps::POLICIES_WITHOUT_LISTS)],
    },
}

const KEY: &str = "arn:aws:kms:eu-west-3:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER_KEY: &str =
    "arn:aws:kms:eu-west-3:123456789012:key/2234abcd-12ab-34cd-56ef-1234567890ab";

fn main(stack: &Stack) -> Scope<'_> {
    stack.region("main", Region::EuWest3)
}

fn add(stack: &Stack, bucket: Bucket) {
    main(stack).add("bucket", bucket);
}

fn lives<const N: usize>(stack: &Stack, rules: [LifecycleRule; N]) {
    let lifecycle = (N > 0).then(|| LifecycleConfiguration::new(rules));
    add(
        stack,
        Bucket::builder().lifecycle_configuration(lifecycle).build(),
    );
}

fn smallest(stack: &Stack, size: Option<MinimumSize>) {
    let mut lifecycle = LifecycleConfiguration::new([bare(abort(3))]);
    lifecycle.transition_default_minimum_object_size = size.map(Input::Known);
    add(
        stack,
        Bucket::builder().lifecycle_configuration(lifecycle).build(),
    );
}

/// A rule with everything in it.
fn every(days: u32, name: &str) -> LifecycleRule {
    let class = match days {
        7 => TransitionStorageClass::Glacier,
        _ => TransitionStorageClass::GlacierInstantRetrieval,
    };
    let tag = |key: String| TagFilter::builder().key(key).value(name).build();
    LifecycleRule::builder()
        .id(name)
        .status(match days {
            7 => RuleStatus::Enabled,
            _ => RuleStatus::Disabled,
        })
        .prefix(format!("{name}/"))
        .tag_filters([tag(format!("{name}-1")), tag(format!("{name}-2"))])
        .object_size_greater_than(u64::from(days))
        .object_size_less_than(u64::from(days) * 100_000)
        .expiration_in_days(days * 100)
        .noncurrent_version_expiration(
            NoncurrentVersionExpiration::builder()
                .noncurrent_days(days * 50)
                .newer_noncurrent_versions(days)
                .build(),
        )
        .noncurrent_version_transitions([NoncurrentVersionTransition::builder()
            .storage_class(class)
            .transition_in_days(days * 10)
            .newer_noncurrent_versions(days)
            .build()])
        .transitions([Transition::builder()
            .storage_class(class)
            .transition_in_days(days * 20)
            .build()])
        .build()
}

/// A rule about delete markers and unfinished uploads, which take no filter by tags.
fn marker(first: bool) -> LifecycleRule {
    let mut rule = bare(abort(if first { 3 } else { 4 }));
    rule.id = Some("markers".into_text());
    rule.expired_object_delete_marker = Some(Input::Known(first));
    rule
}

fn abort(days: u32) -> AbortIncompleteMultipartUpload {
    AbortIncompleteMultipartUpload::builder()
        .days_after_initiation(days)
        .build()
}

fn bare(abort: AbortIncompleteMultipartUpload) -> LifecycleRule {
    LifecycleRule::builder()
        .abort_incomplete_multipart_upload(abort)
        .build()
}

fn cors(stack: &Stack, rule: CorsRule) {
    let cors = CorsConfiguration::new([rule]);
    add(stack, Bucket::builder().cors_configuration(cors).build());
}

fn site<const N: usize>(stack: &Stack, index: &str, error: Option<&str>, rules: [RoutingRule; N]) {
    let mut site = Site::builder()
        .index_document(index)
        .routing_rules(rules)
        .build();
    site.error_document = error.map(IntoText::into_text);
    add(stack, Bucket::builder().website_configuration(site).build());
}

fn elsewhere(stack: &Stack, host: &str, protocol: Option<RedirectProtocol>) {
    let to = RedirectAllRequestsTo::builder()
        .host_name(host)
        .protocol(protocol)
        .build();
    let website = WebsiteConfiguration::Redirect(RedirectAllRequests {
        redirect_all_requests_to: to,
    });
    add(
        stack,
        Bucket::builder().website_configuration(website).build(),
    );
}

fn routing(name: &str) -> RoutingRule {
    let first = name == "a";
    RoutingRule::builder()
        .routing_rule_condition(
            RoutingRuleCondition::builder()
                .http_error_code_returned_equals(if first { "404" } else { "403" })
                .key_prefix_equals(format!("{name}/"))
                .build(),
        )
        .redirect_rule(
            RedirectRule::builder()
                .host_name(format!("{name}.example.com"))
                .http_redirect_code(if first { "301" } else { "302" })
                .protocol(match first {
                    true => RedirectProtocol::Http,
                    false => RedirectProtocol::Https,
                })
                .replace_key_with(format!("{name}.html"))
                .build(),
        )
        .build()
}

fn by_prefix(name: &str) -> RoutingRule {
    RoutingRule::builder()
        .routing_rule_condition(
            RoutingRuleCondition::builder()
                .key_prefix_equals("old/")
                .build(),
        )
        .redirect_rule(
            RedirectRule::builder()
                .replace_key_prefix_with(format!("{name}/"))
                .build(),
        )
        .build()
}

fn encrypted(stack: &Stack, key: Option<&'static str>, bucket_key: Option<bool>) {
    let by_default = EncryptionByDefault::builder()
        .sse_algorithm(match key {
            Some(_) => ServerSideEncryption::Kms,
            None => ServerSideEncryption::Aes256,
        })
        .kms_master_key_id(key.map(Arn::new))
        .build();
    let rule = EncryptionRule::builder()
        .bucket_key_enabled(bucket_key)
        .server_side_encryption_by_default(by_default)
        .build();
    let encryption = BucketEncryption::new(rule);
    add(
        stack,
        Bucket::builder().bucket_encryption(encryption).build(),
    );
}

/// A bucket whose accesses are written to another one, which lets S3 write.
fn logged(stack: &Stack, to: Option<&str>, prefix: Option<&str>) {
    let logs = ["one", "two"].map(|name| (name, logs_of(stack, name)));
    let to = to.and_then(|to| logs.iter().find(|(name, _)| *name == to));
    let logging = to.map(|(_, bucket)| {
        let mut logging = LoggingConfiguration::builder()
            .destination_bucket_name(bucket)
            .build();
        logging.log_file_prefix = prefix.map(IntoText::into_text);
        logging
    });
    add(
        stack,
        Bucket::builder().logging_configuration(logging).build(),
    );
}

fn emptied(stack: &Stack, on: Option<bool>) {
    for name in ["one", "two"] {
        logs_of(stack, name);
    }
    add(stack, Bucket::builder().empty_on_delete(on).build());
}

fn logs_of(stack: &Stack, name: &str) -> Handle<Bucket> {
    let bucket = main(stack).add(name, Bucket::builder().build());
    let policy = BucketPolicy::builder().bucket(&bucket).policy_document(
        Statement::allow("s3:PutObject")
            .principal(Principal::service("logging.s3.amazonaws.com"))
            .on(text!("{}/*", bucket.arn())),
    );
    main(stack).add(&format!("{name}-policy"), policy.build());
    bucket
}
