//! S3: buckets and their policies. Terraform has most of a bucket's settings as resources of their
//! own.

use jeancloud_model::{
    Handle,
    iam::{Principal, Statement},
    s3::{
        Bucket, BucketEncryption, BucketPolicy, CorsConfiguration, CorsMethod, CorsRule,
        LifecycleConfiguration, LifecycleRule, ObjectOwnership, OwnershipControls,
        VersioningStatus, WebsiteConfiguration,
    },
    text,
};
use serde_json::{Value as Json, json};

use crate::table::{Table, Type, known, some};

/// Adds them.
pub fn rows(table: &mut Table) {
    bucket(table);
    settings(table);
    policy(table);
}

fn bare() -> Bucket {
    Bucket::builder().bucket_name("site").build()
}

fn bucket(table: &mut Table) {
    let mut bucket = table.of("aws_s3_bucket", |_| bare(), json!({"bucket": "row-{n}"}));
    bucket.change(
        |it, _| it.bucket_name = some("blog"),
        json!({"bucket": "other-{n}"}),
    );
    bucket.change(
        |it, _| it.tags.insert("Name", "site"),
        json!({"tags": {"Name": "site"}}),
    );
    bucket.change(
        |it, _| it.empty_on_delete = some(true),
        json!({"force_destroy": true}),
    );
}

/// A setting of a bucket, which is a resource in Terraform.
fn setting<'t>(
    table: &'t mut Table,
    kind: &'static str,
    set: fn(&mut Bucket),
    arguments: Json,
) -> Type<'t, Bucket> {
    let mut all = json!({"bucket": "${aws_s3_bucket.own_{n}.id}"});
    for (name, value) in arguments.as_object().into_iter().flatten() {
        all[name] = value.clone();
    }
    let bucket = move |_: &crate::ground::Ground<'_>| {
        let mut bucket = bare();
        set(&mut bucket);
        bucket
    };
    table
        .of(kind, bucket, all)
        .beside(json!({"aws_s3_bucket": {"own_{n}": {"bucket": "row-{n}"}}}))
}

fn settings(table: &mut Table) {
    setting(
        table,
        "aws_s3_bucket_versioning",
        |it| it.versioning_configuration = VersioningStatus::Enabled.into(),
        json!({"versioning_configuration": {"status": "Enabled"}}),
    )
    .change(
        |it, _| it.versioning_configuration = VersioningStatus::Suspended.into(),
        json!({"versioning_configuration": {"status": "Suspended"}}),
    );
    setting(
        table,
        "aws_s3_bucket_server_side_encryption_configuration",
        |it| it.bucket_encryption = Some(BucketEncryption::sse_s3()),
        json!({"rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}}),
    )
    .change(
        |it, on| it.bucket_encryption = Some(BucketEncryption::kms(on.keys[0].arn())),
        json!({"rule": {"bucket_key_enabled": true, "apply_server_side_encryption_by_default": {
            "sse_algorithm": "aws:kms",
            "kms_master_key_id": "${aws_kms_key.ground[0].arn}",
        }}}),
    );
    setting(
        table,
        "aws_s3_bucket_public_access_block",
        |_| {},
        json!({
            "block_public_acls": true,
            "block_public_policy": true,
            "ignore_public_acls": true,
            "restrict_public_buckets": true,
        }),
    )
    .change(
        |it, _| it.public_access_block_configuration.block_public_policy = false,
        json!({"block_public_policy": false}),
    );
    setting(
        table,
        "aws_s3_bucket_ownership_controls",
        |_| {},
        json!({"rule": {"object_ownership": "BucketOwnerEnforced"}}),
    )
    .change(
        |it, _| {
            it.ownership_controls = OwnershipControls::new(ObjectOwnership::BucketOwnerPreferred)
        },
        json!({"rule": {"object_ownership": "BucketOwnerPreferred"}}),
    );
    setting(
        table,
        "aws_s3_bucket_cors_configuration",
        |it| it.cors_configuration = Some(cors(CorsMethod::Get)),
        json!({"cors_rule": {"allowed_methods": ["GET"], "allowed_origins": ["*"]}}),
    )
    .change(
        |it, _| it.cors_configuration = Some(cors(CorsMethod::Put)),
        json!({"cors_rule": {"allowed_methods": ["PUT"], "allowed_origins": ["*"]}}),
    );
    setting(
        table,
        "aws_s3_bucket_website_configuration",
        |it| it.website_configuration = Some(WebsiteConfiguration::site("index.html")),
        json!({"index_document": {"suffix": "index.html"}}),
    )
    .change(
        |it, _| it.website_configuration = Some(WebsiteConfiguration::site("start.html")),
        json!({"index_document": {"suffix": "start.html"}}),
    );
    let rule = |days: u32| json!({"rule": {"id": "old", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": days}}});
    setting(
        table,
        "aws_s3_bucket_lifecycle_configuration",
        |it| it.lifecycle_configuration = Some(expiring(30)),
        rule(30),
    )
    .change(
        |it, _| it.lifecycle_configuration = Some(expiring(60)),
        rule(60),
    );
}

fn cors(method: CorsMethod) -> CorsConfiguration {
    let rule = CorsRule::builder()
        .allowed_methods([method])
        .allowed_origins(["*"]);
    CorsConfiguration::new([rule.build()])
}

fn expiring(days: u32) -> LifecycleConfiguration {
    let rule = LifecycleRule::builder().id("old").expiration_in_days(days);
    LifecycleConfiguration::new([rule.build()])
}

fn readable(bucket: &str, action: &str) -> Json {
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": action,
        "Resource": format!("{bucket}/*"),
    }]});
    policy.to_string().into()
}

fn policy(table: &mut Table) {
    let statement = |action: &'static str, bucket: &Handle<Bucket>| {
        Statement::allow(action)
            .principal(Principal::account("123456789012"))
            .on(text!("{}/*", bucket.arn()))
    };
    let mut policy = table.of(
        "aws_s3_bucket_policy",
        move |on| {
            BucketPolicy::builder()
                .bucket(&on.buckets[0])
                .policy_document(statement("s3:GetObject", &on.buckets[0]))
                .build()
        },
        json!({
            "bucket": "${aws_s3_bucket.own_{n}.id}",
            "policy": readable("${aws_s3_bucket.own_{n}.arn}", "s3:GetObject"),
        }),
    );
    policy = policy.beside(json!({"aws_s3_bucket": {
        "own_{n}": {"bucket": "own-{n}"},
        "other_{n}": {"bucket": "others-{n}"},
    }}));
    policy.change(
        move |it, on| it.policy_document = statement("s3:PutObject", &on.buckets[0]).into(),
        json!({"policy": readable("${aws_s3_bucket.own_{n}.arn}", "s3:PutObject")}),
    );
    policy.change(
        move |it, on| {
            it.bucket = known(&on.buckets[1]);
            it.policy_document = statement("s3:GetObject", &on.buckets[1]).into();
        },
        json!({
            "bucket": "${aws_s3_bucket.other_{n}.id}",
            "policy": readable("${aws_s3_bucket.other_{n}.arn}", "s3:GetObject"),
        }),
    );
}
