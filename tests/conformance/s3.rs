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
use jeancloud_stack::{Scope, Stack, provider::ErrorKind};

use crate::{
    gaps,
    harness::{Case, Gap, On, World},
};

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
        gaps: &[
            Gap {
                difference: gaps::NEW_BUCKETS_HAVE_NO_TAGS,
                test: "resumes_after_a_lost_answer",
            },
        ],
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

on_each!(a_bucket_is_emptied_only_where_its_author_allows_it);

/// A bucket with two versions of an object and a delete marker stays, until its author allows it
/// to be emptied.
async fn a_bucket_is_emptied_only_where_its_author_allows_it(on: On) {
    let world = World::new(on, "a bucket with objects").await;
    let plan = world.apply(|stack| add_versioned(stack, false)).await;
    let name = plan.actions[0]
        .changes
        .iter()
        .find(|change| change.path == "/BucketName");
    let name = name
        .and_then(|change| change.after.as_str())
        .expect("a bucket has a name");
    let s3 = world.clients(Region::EuWest3).await.s3();
    let object = "folder/an object";
    for _ in 0..2 {
        let put = s3.put_object().bucket(name).key(object).send().await;
        put.expect("the bucket takes objects");
    }
    let delete = s3.delete_object().bucket(name).key(object).send().await;
    delete.expect("it has the object");

    let (_, outcome) = world.try_apply(|_| {}).await;
    let failure = outcome
        .failed
        .first()
        .expect("a bucket that is not empty stays");
    assert_eq!(failure.error.code.as_deref(), Some("BucketNotEmpty"));
    assert!(
        failure
            .error
            .hint
            .as_deref()
            .is_some_and(|hint| hint.contains("empty_on_delete"))
    );

    let allowed = world.apply(|stack| add_versioned(stack, true)).await;
    assert_eq!(allowed.actions.len(), 1, "{allowed:#?}");
    let _ = world.apply(|_| {}).await;
    let head = s3.head_bucket().bucket(name).send().await;
    let status = head
        .expect_err("it is gone")
        .raw_response()
        .map(|it| it.status().as_u16());
    assert_eq!(status, Some(404));
}

fn add_versioned(stack: &Stack, empty_on_delete: bool) {
    let bucket = Bucket::builder()
        .versioning_configuration(VersioningStatus::Enabled)
        .empty_on_delete(empty_on_delete);
    main(stack).add("bucket", bucket.build());
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

on_each!(a_bucket_of_another_account_is_told_as_such_and_left_alone);

async fn a_bucket_of_another_account_is_told_as_such_and_left_alone(on: On) {
    fn taken(stack: &Stack) {
        let bucket = Bucket::builder().bucket_name("held-by-another-account");
        stack
            .region("main", Region::EuWest3)
            .add("bucket", bucket.build());
    }
    let holder = World::new(on, "s3::the account that holds the bucket").await;
    let _ = holder.apply(taken).await;
    let other = holder.beside("s3::the account that wants the bucket").await;
    let (_, outcome) = other.try_apply(taken).await;
    // AWS says no more of another's bucket than that it is there.
    let told = match on == gaps::EVERYBODY_SEES_BUCKETS.lacks {
        true => "held-by-another-account exists already",
        false => "another account has a bucket of this name",
    };
    let error = &outcome.failed[0].error;
    assert_eq!(error.kind, ErrorKind::Conflict, "{error}");
    let said = format!("{error}; {}", error.hint.as_deref().unwrap_or_default());
    assert!(said.contains(told), "{said}");
    assert!(holder.plan(taken).await.actions.is_empty());
    holder.destroy(taken).await;
}
