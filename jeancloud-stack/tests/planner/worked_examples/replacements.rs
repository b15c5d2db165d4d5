//! Replacements: what goes first, what stands in, what is refused.

use jeancloud_model::{
    Az,
    certificate_manager::CertificateArn,
    cidr,
    cloud_front::{
        CachePolicyId, DefaultCacheBehavior, Distribution, DistributionConfig, Origin,
        OriginAccessControl, ViewerCertificate,
    },
    route53::{HostedZone, RecordSet},
    s3::{Bucket, BucketPolicy},
};
use jeancloud_stack::{
    Declare, Stack,
    plan::{Plan, between},
};

use super::{
    document::{notes, shows, shows_with_notes},
    page::{refusal, steps},
    programs::{WEB, Web, service, stack, web},
};

/// That the document shows what this change of the program does.
#[track_caller]
fn replaces(name: &str, before: &Stack, after: &Stack) {
    let (plan, report) = between(before, after).expect("it can be planned");
    shows_with_notes(name, &steps(&plan), &notes(&report));
}

#[test]
fn a_group_without_a_fixed_name() {
    let changed = Web {
        description: "In front of the tasks",
        ..WEB
    };
    replaces("a_group_without_a_fixed_name", &web(WEB), &web(changed));
}

#[test]
fn a_group_of_a_fixed_name_in_use() {
    let named = Web {
        group_name: Some("web-alb"),
        ..WEB
    };
    let changed = Web {
        description: "In front of the tasks",
        ..named
    };
    replaces("a_group_of_a_fixed_name_in_use", &web(named), &web(changed));
}

#[test]
fn a_group_of_a_fixed_name_under_another_address() {
    let named = Web {
        group_name: Some("web-alb"),
        ..WEB
    };
    let renamed = Web {
        group: "sg-front",
        ..named
    };
    let (plan, _) = between(&web(named), &web(renamed)).expect("it can be planned");
    let mut steps = done(&plan);
    let about = ["main/sg-front", "main/sg-alb", "main/alb"];
    steps.retain(|step| about.iter().any(|address| step.ends_with(address)));
    assert_eq!(
        steps,
        [
            "Create main/sg-front",
            "Update main/alb",
            "Delete main/sg-alb",
            "Create main/sg-front",
            "Update main/alb",
            "Delete main/sg-front",
        ]
    );
}

#[test]
fn a_target_group_of_a_fixed_name_behind_a_listener() {
    let changed = Web { port: 8080, ..WEB };
    replaces(
        "a_target_group_of_a_fixed_name_behind_a_listener",
        &web(WEB),
        &web(changed),
    );
}

#[test]
fn a_task_definition() {
    replaces("a_task_definition", &service("1"), &service("2"));
}

#[test]
fn a_whole_vpc() {
    let moved = Web {
        network: cidr!("10.1.0.0/16"),
        ..WEB
    };
    replaces("a_whole_vpc", &web(WEB), &web(moved));
}

#[test]
fn a_whole_vpc_with_a_protected_database() {
    let [protected, moved] = ["10.0.0.0/16", "10.1.0.0/16"].map(|network| Web {
        network: network.parse().expect("a block"),
        protected: true,
        ..WEB
    });
    let refused = refusal(between(&web(protected), &web(moved)));
    shows("a_whole_vpc_with_a_protected_database", &refused);
}

#[test]
fn a_subnet_that_keeps_its_block_while_it_is_in_use() {
    let changed = Web {
        zones: [Az::C, Az::B],
        ..WEB
    };
    let refused = refusal(between(&web(WEB), &web(changed)));
    shows("a_subnet_that_keeps_its_block_while_it_is_in_use", &refused);
}

/// A site at this address, with the record that leads to it; `format` is what it is made anew for.
fn site(address: &str, format: &'static str) -> Stack {
    stack(|main| {
        let global = main.stack().global();
        let bucket = main.add("site", Bucket::builder().bucket_name("web-site").build());
        let access = global.add("access", OriginAccessControl::s3("web"));
        let arn = CertificateArn::new("arn:aws:acm:us-east-1:123456789012:certificate/1");
        let behavior = DefaultCacheBehavior::to("site", CachePolicyId::CACHING_OPTIMIZED);
        let config = DistributionConfig::builder()
            .origins([Origin::s3("site", &bucket, &access)])
            .default_cache_behavior(behavior)
            .aliases(["www.example.com"])
            .viewer_certificate(ViewerCertificate::acm(arn));
        let distribution = Distribution::builder().distribution_config(config.build());
        let cdn = global.add(address, distribution.build().replace_when(format));
        main.add("policy", BucketPolicy::readable_by(&bucket, &cdn));
        let zone = HostedZone::builder().name("example.com").build();
        let zone = global.add("zone", zone);
        let www = RecordSet::alias(&zone, "www.example.com", &cdn);
        global.add("www", www);
    })
}

#[test]
fn a_distribution_that_has_a_domain_name() {
    replaces(
        "a_distribution_that_has_a_domain_name",
        &site("cdn", "1"),
        &site("cdn", "2"),
    );
}

#[test]
fn a_distribution_at_another_address_waits_for_its_domain_names() {
    let (before, after) = (site("cdn", "1"), site("cdn-too", "1"));
    let (plan, _) = between(&before, &after).expect("it can be planned");
    let mut steps = done(&plan);
    steps.retain(|step| step.contains("global/cdn"));
    assert_eq!(steps, ["Delete global/cdn", "Create global/cdn-too"]);
}

/// What is done to what, in the order of the plan.
fn done(plan: &Plan) -> Vec<String> {
    let actions = plan.actions.iter();
    actions
        .map(|action| format!("{:?} {}", action.op, action.address))
        .collect()
}
