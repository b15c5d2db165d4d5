//! Pages on an AWS that fills in what nobody set and makes names: the one in the process.

use jeancloud_stack::{
    engine::Options,
    state::{MemoryStore, State},
};

use super::{plan, style};
use crate::{Planned, Session, embedded::Embedded, prelude::*, session::Goal};

/// The plan from what `before` leaves on an AWS to `after`.
async fn between(before: &Stack, after: &Stack) -> Planned {
    let aws = Embedded::new();
    let store = MemoryStore::from(State::empty(before.identity()));
    let mut session = Session::new(before, aws.clone(), store);
    let planned = session.plan().await.unwrap();
    let applied = session.apply(&planned, &Options::default(), &|_| {}).await;
    assert!(applied.unwrap().is_complete());
    let store = MemoryStore::from(session.state().clone());
    Session::new(after, aws, store).plan().await.unwrap()
}

fn page(planned: &Planned) -> String {
    let Planned { plan, report, .. } = planned;
    style::plain(&plan::plan(plan, report, &Goal::stack(), false))
}

/// Two subnets of a VPC, one a zone.
fn subnets(france: Scope<'_>, block: Cidr) -> (Handle<Vpc>, [Handle<Subnet>; 2]) {
    let vpc = france.add("vpc", Vpc::builder().cidr_block(block).build());
    let subnets = [(Az::A, 0), (Az::B, 1)].map(|(zone, number)| {
        let subnet = Subnet::builder().vpc_id(&vpc).availability_zone(zone);
        let subnet = subnet.cidr_block(block.part(24, number)).build();
        france.add(format!("private-{}", zone.letter()), subnet)
    });
    (vpc, subnets)
}

fn database(block: Cidr) -> Stack {
    let stack = Stack::new("s");
    let france = stack.region("france", Region::EuWest3);
    let (_, subnets) = subnets(france, block);
    let group = DbSubnetGroup::builder().db_subnet_group_name("shop-db");
    let group = group.db_subnet_group_description("The private subnets");
    let group = france.add("group", group.subnet_ids(&subnets).build());
    let db = DbInstance::builder()
        .db_instance_identifier("shop")
        .db_instance_class("db.t4g.micro")
        .engine(Engine::Postgres)
        .master_username("shop")
        .allocated_storage(20)
        .db_subnet_group_name(&group)
        .deletion_protection(false)
        .skip_final_snapshot(true);
    france.add("db", db.build());
    stack
}

#[tokio::test]
async fn a_name_whose_owner_is_made_anew_is_shown_as_what_it_is() {
    let (before, after) = (cidr!("10.0.0.0/16"), cidr!("10.1.0.0/16"));
    let planned = between(&database(before), &database(after)).await;
    let page = page(&planned);
    let line = "      DBSubnetGroupName  shop-db (made anew)  forces replacement\n";
    assert!(page.contains(line), "{page}");
    assert!(!page.contains("(sensitive)"), "{page}");
    let document = planned.plan.to_json();
    let actions = document["actions"].as_array().unwrap();
    let changes = actions
        .iter()
        .flat_map(|action| action["changes"].as_array().unwrap());
    let same = changes.filter(|change| change["before"] == change["after"]);
    let same: Vec<_> = same
        .map(|change| (&change["path"], &change["made_anew"]))
        .collect();
    assert_eq!(same, [(&"/DBSubnetGroupName".into(), &true.into())]);
}

fn balancer(description: &str) -> Stack {
    let stack = Stack::new("s");
    let france = stack.region("france", Region::EuWest3);
    let (vpc, subnets) = subnets(france, cidr!("10.0.0.0/16"));
    let group = france.add("web", SecurityGroup::in_vpc(&vpc, "web", description));
    let balancer = LoadBalancer::builder().name("web").scheme(Scheme::Internal);
    let balancer = balancer.subnets(&subnets).security_groups([&group]);
    france.add("alb", balancer.build());
    stack
}

#[tokio::test]
async fn what_stands_in_is_not_called_like_what_it_stands_in_for() {
    let planned = between(&balancer("one"), &balancer("two")).await;
    let page = page(&planned);
    let line = "SecurityGroups  +GroupId ← france/web, -GroupId ← the stand-in of france/web\n";
    assert!(page.contains(line), "{page}");
}

fn site(domain: &str, second: bool) -> Stack {
    let stack = Stack::new("s");
    let origin = |id: &str, domain: &str| {
        let origin = CustomOrigin::builder().id(id).domain_name(domain);
        origin.build()
    };
    let mut origins = vec![origin("site", domain)];
    if second {
        origins.push(origin("api", "api.example.com"));
    }
    let cached = DefaultCacheBehavior::to("site", CachePolicyId::CACHING_OPTIMIZED);
    let config = DistributionConfig::builder().origins(origins);
    let config = config.default_cache_behavior(cached).build();
    let cdn = Distribution::builder().distribution_config(config);
    stack.global().add("cdn", cdn.build());
    stack
}

#[tokio::test]
async fn what_aws_filled_in_is_no_part_of_a_change() {
    let before = site("a.example.com", false);
    let planned = between(&before, &site("b.example.com", true)).await;
    let page = page(&planned);
    let expected = "\
  ~ cdn  AWS::CloudFront::Distribution  changed
      DistributionConfig/Origins
        site
          DomainName  a.example.com → b.example.com
        + api
";
    assert!(page.contains(expected), "{page}");
    let document = planned.plan.to_json().to_string();
    for never_set in ["ConnectionAttempts", "OriginShield"] {
        assert!(!document.contains(never_set), "{document}");
    }
}
