//! S3's types.

use jeancloud_model::{
    Arn, Handle, Region,
    iam::{PolicyDocument, Principal, Statement},
    s3::{
        AccelerationStatus, Bucket, BucketEncryption, BucketPolicy, CorsConfiguration, CorsMethod,
        CorsRule, LifecycleConfiguration, LifecycleRule, NoncurrentVersionExpiration,
        ObjectOwnership, OwnershipControls, PublicAccessBlockConfiguration, Transition,
        TransitionStorageClass, VersioningStatus, WebsiteConfiguration,
    },
    text,
};
use jeancloud_stack::{Scope, Stack};

use crate::harness::Case;

conformance! {
    bucket: Case {
        type_name: "AWS::S3::Bucket",
        address: "main/bucket",
        base: |stack| { add_bucket(main(stack), "bucket"); },
        updates: &[
            ("set", |stack| { main(stack).add("bucket", Bucket::builder()
                .versioning_configuration(VersioningStatus::Enabled)
                .bucket_encryption(BucketEncryption::kms(Arn::new(KEY)))
                .lifecycle_configuration(LifecycleConfiguration::new([old_versions(30), archive()]))
                .cors_configuration(cors(CorsMethod::Get))
                .website_configuration(WebsiteConfiguration::site("index.html"))
                .accelerate_configuration(AccelerationStatus::Enabled)
                .public_access_block_configuration(PublicAccessBlockConfiguration::open())
                .ownership_controls(OwnershipControls::new(ObjectOwnership::ObjectWriter))
                .tag("Name", "one")
                .tag("Team", "web")
                .build()); }),
            ("change", |stack| { main(stack).add("bucket", Bucket::builder()
                .versioning_configuration(VersioningStatus::Suspended)
                .bucket_encryption(BucketEncryption::sse_s3())
                .lifecycle_configuration(LifecycleConfiguration::new([old_versions(7)]))
                .cors_configuration(cors(CorsMethod::Put))
                .website_configuration(WebsiteConfiguration::redirect("www.example.com"))
                .accelerate_configuration(AccelerationStatus::Suspended)
                .empty_on_delete(true)
                .tag("Name", "two")
                .build()); }),
            ("clear", |stack| { add_bucket(main(stack), "bucket"); }),
        ],
        replaced: Some(|stack| { main(stack).add("bucket", Bucket::builder()
            .bucket_name(&format!("{}-other", stack.identity().replace('/', "-")))
            .build()); }),
        gaps: &[],
    },
    bucket_policy: Case {
        type_name: "AWS::S3::BucketPolicy",
        address: "main/policy",
        base: |stack| {
            let bucket = add_bucket(main(stack), "bucket");
            add_policy(main(stack), &bucket, only_encrypted(&bucket));
        },
        updates: &[
            ("set", |stack| {
                let bucket = add_bucket(main(stack), "bucket");
                let document = only_encrypted(&bucket).and(
                    Statement::allow(["s3:GetObject", "s3:PutObject"])
                        .principal(Principal::service("logging.s3.amazonaws.com"))
                        .on(text!("{}/*", bucket.arn())),
                );
                add_policy(main(stack), &bucket, document);
            }),
            ("clear", |stack| {
                let bucket = add_bucket(main(stack), "bucket");
                add_policy(main(stack), &bucket, only_encrypted(&bucket));
            }),
        ],
        replaced: Some(|stack| {
            add_bucket(main(stack), "bucket");
            let other = add_bucket(main(stack), "other");
            add_policy(main(stack), &other, only_encrypted(&other));
        }),
        gaps: &[],
    },
}

const KEY: &str = "arn:aws:kms:eu-west-3:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn main(stack: &Stack) -> Scope<'_> {
    stack.region("main", Region::EuWest3)
}

fn add_bucket(scope: Scope<'_>, name: &str) -> Handle<Bucket> {
    scope.add(name, Bucket::builder().build())
}

fn add_policy(scope: Scope<'_>, bucket: &Handle<Bucket>, document: PolicyDocument) {
    let policy = BucketPolicy::builder()
        .bucket(bucket)
        .policy_document(document);
    scope.add("policy", policy.build());
}

fn only_encrypted(bucket: &Handle<Bucket>) -> PolicyDocument {
    PolicyDocument::from(
        Statement::deny("s3:*")
            .principal(Principal::anyone())
            .on(bucket.arn())
            .on(text!("{}/*", bucket.arn()))
            .when(jeancloud_model::iam::Condition::bool(
                "aws:SecureTransport",
                false,
            )),
    )
}

fn old_versions(days: u32) -> LifecycleRule {
    LifecycleRule::builder()
        .id("old-versions")
        .noncurrent_version_expiration(
            NoncurrentVersionExpiration::builder()
                .noncurrent_days(days)
                .build(),
        )
        .build()
}

fn archive() -> LifecycleRule {
    LifecycleRule::builder()
        .id("archive")
        .prefix("reports/")
        .object_size_greater_than(1_000_000u64)
        .transitions([Transition::builder()
            .storage_class(TransitionStorageClass::Glacier)
            .transition_in_days(90u32)
            .build()])
        .expiration_in_days(365u32)
        .build()
}

fn cors(method: CorsMethod) -> CorsConfiguration {
    CorsConfiguration::new([CorsRule::builder()
        .allowed_methods([method, CorsMethod::Head])
        .allowed_origins(["https://www.example.com"])
        .allowed_headers(["*"])
        .max_age(600u32)
        .build()])
}
