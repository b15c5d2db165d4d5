//! Healthy stacks that look like mistakes: what a rule must not refuse.

use jeancloud_model::{
    Handle, Region,
    cloud_front::{
        CachePolicyId, CustomErrorResponse, CustomOrigin, CustomOriginConfig, DefaultCacheBehavior,
        Distribution, DistributionConfig, Origin, OriginAccessControl, OriginProtocolPolicy,
        OriginRequestPolicyId,
    },
    ecr::{ImageTagMutability, ReplicationConfiguration, ReplicationRule, Repository},
    iam::{
        Condition, OidcProvider, Policy, PolicyDocument, Principal, Role, Statement,
        aws_managed_policy,
    },
    kms::{Key, KeySpec, KeyUsage},
    lookup::CallerIdentity,
    route53::{AliasTarget, GeoLocation, HostedZone, HostedZoneId, RecordSet, RecordType, quoted},
    s3::{
        Bucket, BucketEncryption, BucketPolicy, LifecycleConfiguration, LifecycleRule,
        PublicAccessBlockConfiguration, Transition, TransitionStorageClass, VersioningStatus,
        WebsiteConfiguration,
    },
    secrets_manager::{GenerateSecretString, ReplicaRegion, Secret},
    text,
};

use super::testing::{Healthy, healthy, problems};

/// Neither a mistake nor a doubt.
#[track_caller]
fn sound(change: impl FnOnce(&Healthy<'_>)) {
    let found = problems(change);
    assert!(found.is_empty(), "expected nothing, found {found:#?}");
}

#[test]
fn a_role_is_trusted_by_several_kinds() {
    sound(|h| {
        let global = h.stack.global();
        let caller = global.lookup("caller", CallerIdentity::builder().build());
        let github = global.add(
            "github",
            OidcProvider::builder()
                .url("https://token.actions.githubusercontent.com")
                .client_id_list(["sts.amazonaws.com"])
                .build(),
        );
        let deployer = Statement::allow(["sts:AssumeRoleWithWebIdentity", "sts:TagSession"])
            .principal(Principal::federated(github.arn()))
            .when(Condition::string_equals(
                "token.actions.githubusercontent.com:aud",
                "sts.amazonaws.com",
            ))
            .when(Condition::string_like(
                "token.actions.githubusercontent.com:sub",
                [
                    "repo:me/app:ref:refs/heads/*",
                    "repo:me/app:environment:prod",
                ],
            ));
        let people = Statement::allow("sts:AssumeRole")
            .principal(Principal::account(caller.account()))
            .when(Condition::bool("aws:MultiFactorAuthPresent", true));
        let deny = Statement::deny("sts:*")
            .principal(Principal::anyone())
            .when(Condition::string_not_equals(
                "aws:PrincipalAccount",
                caller.account(),
            ));
        let wide = Statement::allow([
            "ecr:*",
            "logs:Put*",
            "kms:Decrypt",
            "ec2messages:GetMessages",
        ])
        .on("*");
        let named = Statement::allow("s3:GetObject*").on([
            "arn:aws:s3:::shared/*",
            "arn:aws:s3:eu-west-3:123456789012:accesspoint/shared/object/*",
        ]);
        let role = Role::builder()
            .role_name("deploy")
            .path("/ci/")
            .assume_role_policy_document([deployer, people, deny])
            .policies(vec![Policy::new(
                "deploy",
                PolicyDocument::from([wide, named]),
            )])
            .managed_policy_arns([aws_managed_policy("job-function/ViewOnlyAccess")]);
        global.add("role", role.build());
    });
}

fn zone(h: &Healthy<'_>) -> Handle<HostedZone> {
    h.stack
        .global()
        .add("zone", HostedZone::builder().name("example.com").build())
}

#[test]
fn a_zone_has_rare_records() {
    sound(|h| {
        let zone = zone(h);
        let records = [
            ("example.com", RecordType::MX, vec!["0 .".to_owned()]),
            (
                "example.com",
                RecordType::TXT,
                vec![quoted("v=spf1 -all"), quoted(&"x".repeat(600))],
            ),
            (
                "_dmarc.example.com",
                RecordType::TXT,
                vec![quoted("v=DMARC1; p=none")],
            ),
            (
                "_sip._tcp.example.com",
                RecordType::SRV,
                vec!["0 0 0 .".to_owned()],
            ),
            (
                "example.com",
                RecordType::CAA,
                vec![
                    "0 issue \"amazon.com\"".into(),
                    "0 iodef \"mailto:me@example.com\"".into(),
                ],
            ),
            (
                "team.example.com",
                RecordType::NS,
                vec!["ns1.example.net.".into(), "ns2.example.net.".into()],
            ),
            (
                "*.example.com",
                RecordType::CNAME,
                vec!["other.example.net.".into()],
            ),
            (
                "example.com",
                RecordType::HTTPS,
                vec!["1 . alpn=\"h2,h3\"".into()],
            ),
        ];
        for (index, (name, kind, values)) in records.into_iter().enumerate() {
            let record = RecordSet::builder()
                .hosted_zone_id(&zone)
                .name(name)
                .record_type(kind)
                .resource_records(values)
                .ttl(300);
            h.stack
                .global()
                .add(&format!("record-{index}"), record.build());
        }
        let known = AliasTarget::new(
            "dualstack.my-alb-1.eu-west-3.elb.amazonaws.com",
            HostedZoneId::new("Z3Q77PNBQS71R4"),
        );
        for (name, place) in [
            (
                "europe",
                GeoLocation::builder().continent_code("EU").build(),
            ),
            ("rest", GeoLocation::builder().country_code("*").build()),
        ] {
            let record = RecordSet::builder()
                .hosted_zone_id(&zone)
                .name("geo.example.com")
                .record_type(RecordType::A)
                .alias_target(known.clone())
                .set_identifier(name)
                .geo_location(place);
            h.stack.global().add(name, record.build());
        }
    });
}

#[test]
fn a_bucket_is_public_on_purpose() {
    sound(|h| {
        let bucket = h.scope.add(
            "site",
            Bucket::builder()
                .public_access_block_configuration(PublicAccessBlockConfiguration::open())
                .website_configuration(WebsiteConfiguration::site("index.html"))
                .build(),
        );
        let read = Statement::allow("s3:GetObject")
            .sid("Public read, on purpose")
            .principal(Principal::anyone())
            .on(text!("{}/*", bucket.arn()));
        let tls = Statement::deny("s3:*")
            .principal(Principal::anyone())
            .on([bucket.arn()])
            .on(text!("{}/*", bucket.arn()))
            .when(Condition::bool("aws:SecureTransport", false));
        let statements = PolicyDocument::from([read, tls]);
        h.scope.add(
            "policy",
            BucketPolicy::builder()
                .bucket(&bucket)
                .policy_document(statements)
                .build(),
        );
    });
}

#[test]
fn a_bucket_archives_what_is_old() {
    sound(|h| {
        let step = |class, days: u32| {
            Transition::builder()
                .storage_class(class)
                .transition_in_days(days)
                .build()
        };
        use TransitionStorageClass as C;
        let at_once = LifecycleRule::builder()
            .prefix("cold/")
            .transitions([step(C::Glacier, 0), step(C::DeepArchive, 90)]);
        let slowly = LifecycleRule::builder()
            .prefix("warm/")
            .transitions([
                step(C::StandardIa, 30),
                step(C::GlacierInstantRetrieval, 60),
            ])
            .expiration_in_days(3650u32);
        let lifecycle = LifecycleConfiguration::new([at_once.build(), slowly.build()]);
        let key = h
            .scope
            .add("key", Key::builder().enable_key_rotation(true).build());
        h.scope.add(
            "archive",
            Bucket::builder()
                .versioning_configuration(VersioningStatus::Enabled)
                .bucket_encryption(BucketEncryption::kms(key.arn()))
                .lifecycle_configuration(lifecycle)
                .build(),
        );
    });
}

#[test]
fn a_distribution_is_before_a_web_site_and_an_api() {
    sound(|h| {
        let site =
            CustomOriginConfig::builder().origin_protocol_policy(OriginProtocolPolicy::HttpOnly);
        let site = CustomOrigin::builder()
            .id("site")
            .domain_name("b.s3-website.eu-west-3.amazonaws.com")
            .custom_origin_config(site.build());
        let api = Origin::custom("api", "abc.execute-api.eu-west-3.amazonaws.com");
        let behavior = DefaultCacheBehavior::builder()
            .target_origin_id("api")
            .cache_policy_id(CachePolicyId::CACHING_DISABLED)
            .origin_request_policy_id(OriginRequestPolicyId::ALL_VIEWER_EXCEPT_HOST_HEADER);
        let config = DistributionConfig::builder()
            .origins([site.build().into(), api])
            .default_cache_behavior(behavior.build())
            .custom_error_responses([CustomErrorResponse::page(404, 404, "/404.html")]);
        let distribution = Distribution::builder().distribution_config(config.build());
        h.stack.global().add("cdn", distribution.build());
    });
}

#[test]
fn two_distributions_read_one_bucket() {
    sound(|h| {
        let bucket = h.scope.add("bucket", Bucket::builder().build());
        let global = h.stack.global();
        let control = global.add("control", OriginAccessControl::s3("frontend"));
        let cdns = ["one", "two"].map(|name| {
            let behavior = DefaultCacheBehavior::builder()
                .target_origin_id("site")
                .cache_policy_id(CachePolicyId::CACHING_OPTIMIZED);
            let config = DistributionConfig::builder()
                .origins([Origin::s3("site", &bucket, &control)])
                .default_cache_behavior(behavior.build());
            let distribution = Distribution::builder().distribution_config(config.build());
            global.add(name, distribution.build())
        });
        let read = Statement::allow("s3:GetObject")
            .principal(Principal::service("cloudfront.amazonaws.com"))
            .on(text!("{}/*", bucket.arn()))
            .when(Condition::arn_like(
                "AWS:SourceArn",
                cdns.map(|cdn| cdn.arn()),
            ));
        h.scope.add(
            "policy",
            BucketPolicy::builder()
                .bucket(&bucket)
                .policy_document(read)
                .build(),
        );
    });
}

#[test]
fn repositories_and_secrets_are_copied() {
    sound(|h| {
        let germany = h.stack.region("germany", Region::EuCentral1);
        let pull = Statement::allow(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])
            .sid("Pull from the other account")
            .principal(Principal::account("210987654321"));
        let repository = |region: crate::Scope<'_>| {
            let built = Repository::builder()
                .repository_name("team/back-end_1")
                .image_tag_mutability(ImageTagMutability::Immutable)
                .repository_policy_text(pull.clone());
            region.add("repository", built.build())
        };
        let [here, _] = [repository(h.scope), repository(germany)];
        let rule = ReplicationRule::to(Region::EuCentral1, "123456789012").only([&here]);
        h.scope
            .add("replication", ReplicationConfiguration::of(rule));
        let key = germany.add("key", Key::builder().build());
        let there = ReplicaRegion::builder()
            .region(Region::EuCentral1)
            .kms_key_id(&key);
        let how = GenerateSecretString::within(
            r#"{"username": "app", "engine": "postgres"}"#,
            "password",
        );
        let secret = Secret::builder()
            .name("app/database")
            .generate_secret_string(how)
            .replica_regions([there.build()]);
        h.scope.add("secret", secret.build());
    });
}

#[test]
fn keys_sign_and_policies_name_roles() {
    healthy(|h| {
        let admin = Statement::allow("kms:*")
            .sid("Enable IAM policies")
            .principal(Principal::aws(
                "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/Admin",
            ))
            .on("*");
        let logs = Statement::allow(["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"])
            .principal(Principal::service("logs.eu-west-3.amazonaws.com"))
            .on("*");
        h.scope.add(
            "signing",
            Key::builder()
                .key_spec(KeySpec::EccNistP256)
                .key_usage(KeyUsage::SignVerify)
                .key_policy(PolicyDocument::from([admin, logs]))
                .build(),
        );
    });
}
