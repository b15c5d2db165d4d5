//! Pages as a person sees them, of plans that the planner made.

use jeancloud_model::Region;
use jeancloud_stack::{Stack, engine::Options, plan::PlanOptions, state::State};
use serde_json::json;

use super::{drift, outcome, plan, style};
use crate::{Session, maps::Maps, plan_offline, prelude::*, session::Goal, state::MemoryStore};

fn network(block: &str, tag: (&str, &str)) -> Stack {
    let stack = Stack::new("s");
    let france = stack.region("france", Region::EuWest3);
    let block: Cidr = block.parse().unwrap();
    let vpc = Vpc::builder()
        .cidr_block(block)
        .tag("Name", "net")
        .tag(tag.0, tag.1);
    let vpc = france.add("vpc", vpc.build());
    let private = Subnet::builder()
        .vpc_id(&vpc)
        .cidr_block(block)
        .availability_zone(Az::A);
    france.add("private", private.build());
    stack.output("vpc", vpc.id());
    stack.output("block", "fixed");
    stack
}

fn session(stack: &Stack, aws: &Maps, state: State) -> Session {
    Session::new(stack, aws.clone(), MemoryStore::from(state))
}

/// The state after `stack` was applied to `aws`.
async fn applied(stack: &Stack, aws: &Maps) -> State {
    let mut session = session(stack, aws, State::empty(stack.identity()));
    let planned = session.plan().await.unwrap();
    let outcome = session
        .apply(&planned, &Options::default(), &|_| {})
        .await
        .unwrap();
    assert!(outcome.is_complete());
    session.state().clone()
}

async fn page(stack: &Stack, aws: &Maps, state: State) -> String {
    let planned = session(stack, aws, state).plan().await.unwrap();
    style::plain(&plan::plan(
        &planned.plan,
        &planned.report,
        &Goal::stack(),
        false,
    ))
}

#[test]
fn creations_name_where_ids_come_from() {
    let planned = plan_offline(&network("10.0.0.0/24", ("Owner", "me"))).unwrap();
    let page = plan::plan(&planned.plan, &planned.report, &Goal::stack(), false);
    let expected = "\
France (eu-west-3): 2 to create
  + vpc  AWS::EC2::VPC
      CidrBlock  10.0.0.0/24
      Tags       Name=net, Owner=me
  + private  AWS::EC2::Subnet
      AvailabilityZone  eu-west-3a
      CidrBlock         10.0.0.0/24
      VpcId             VpcId ← france/vpc

Plan: 2 to create, 0 to update, 0 to replace, 0 to delete, 0 to read
";
    assert_eq!(style::plain(&page), expected);
}

#[tokio::test]
async fn updates_show_before_and_after() {
    let aws = Maps::default();
    let state = applied(&network("10.0.0.0/24", ("Owner", "me")), &aws).await;
    let changed = network("10.0.0.0/24", ("Team", "us"));
    let expected = "\
France (eu-west-3): 1 to update
  ~ vpc  AWS::EC2::VPC  changed
      Tags  -Owner=me, +Team=us

Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to read (1 unchanged)
";
    assert_eq!(page(&changed, &aws, state).await, expected);
}

#[tokio::test]
async fn the_halves_of_a_replacement_are_one_entry() {
    let aws = Maps::default();
    let state = applied(&network("10.0.0.0/24", ("Owner", "me")), &aws).await;
    let changed = network("10.1.0.0/24", ("Owner", "me"));
    let expected = "\
France (eu-west-3): 2 to replace
  ± vpc  AWS::EC2::VPC  replaced: the new one comes first
      CidrBlock  10.0.0.0/24 → 10.1.0.0/24  forces replacement
  ± private  AWS::EC2::Subnet  replaced: the new one comes first
      CidrBlock  10.0.0.0/24 → 10.1.0.0/24  forces replacement
      VpcId      vpc-1 → VpcId ← france/vpc  forces replacement

Plan: 0 to create, 0 to update, 2 to replace, 0 to delete, 0 to read
";
    assert_eq!(page(&changed, &aws, state).await, expected);
}

#[tokio::test]
async fn what_is_left_to_delete_stands_beside_a_new_replacement_of_its_address() {
    let shared = |block: Cidr| {
        let stack = Stack::new("s");
        let france = stack.region("france", Region::EuWest3);
        let vpc = france.add("vpc", Vpc::builder().cidr_block(block).build());
        for name in ["one", "two"] {
            let group = SecurityGroup::builder().vpc_id(&vpc);
            france.add(name, group.group_description("shared").build());
        }
        stack
    };
    let aws = Maps::default();
    let state = applied(&shared(cidr!("10.0.0.0/24")), &aws).await;
    // The other group still needs the old VPC.
    let stack = shared(cidr!("10.1.0.0/24"));
    let mut part = session(&stack, &aws, state);
    let options = PlanOptions::default().target("france/one");
    let planned = part.plan_with(options).await.unwrap();
    let done = part
        .apply(&planned, &Options::default(), &|_| {})
        .await
        .unwrap();
    assert!(done.is_complete());

    let page = page(&shared(cidr!("10.2.0.0/24")), &aws, part.state().clone()).await;
    for line in [
        "France (eu-west-3): 3 to replace, 1 to delete",
        "  - vpc  AWS::EC2::VPC  left to delete after its replacement",
        "Plan: 0 to create, 0 to update, 3 to replace, 1 to delete, 0 to read",
    ] {
        assert!(page.lines().any(|it| it == line), "{line}: {page}");
    }
}

#[tokio::test]
async fn drift_stands_at_the_end_where_the_eye_falls() {
    let aws = Maps::default();
    let stack = network("10.0.0.0/24", ("Owner", "me"));
    let state = applied(&stack, &aws).await;
    aws.change(
        "france/vpc",
        "Tags",
        json!([{"Key": "Name", "Value": "net"}, {"Key": "Owner", "Value": "you"}]),
    );
    let drift = session(&stack, &aws, state.clone())
        .plan()
        .await
        .unwrap()
        .report
        .drift;
    let values = "\
Changed outside of jeancloud since the last apply
  ~ france/vpc
      Tags/Owner  me → you
";
    assert_eq!(style::plain(&drift::page(&drift)), values);
    let page = page(&stack, &aws, state).await;
    let expected = "\
France (eu-west-3): 1 to update
  ~ vpc  AWS::EC2::VPC  drifted in AWS
      Tags  Owner=you → me

Changed outside of jeancloud since the last apply
  france/vpc  Tags/Owner

Plan: ";
    assert!(page.starts_with(expected), "{page}");
}

#[test]
fn a_thousand_creations_are_a_few_lines() {
    let stack = network("10.0.0.0/16", ("Owner", "me"));
    let france = stack.region("france", Region::EuWest3);
    for number in 0..1000 {
        france.add(
            &format!("more-{number:03}"),
            Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build(),
        );
    }
    let planned = plan_offline(&stack).unwrap();
    let page = style::plain(&plan::actions(&planned.plan, false));
    assert!(
        page.contains("+ 1001 AWS::EC2::VPC\n      more-000 … more-999, vpc\n"),
        "{page}"
    );
    assert!(page.lines().count() < 10, "{page}");
}

#[tokio::test]
async fn many_changes_alike_are_shown_once_and_whole_where_it_is_asked_for() {
    let vpcs = |team: &str| {
        let stack = Stack::new("s");
        let france = stack.region("france", Region::EuWest3);
        for number in 0..300 {
            let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16"));
            france.add(format!("vpc-{number}"), vpc.tag("Team", team).build());
        }
        stack
    };
    let aws = Maps::default();
    let state = applied(&vpcs("us"), &aws).await;
    let changed = vpcs("them");
    let expected = "\
France (eu-west-3): 300 to update
  ~ 300 AWS::EC2::VPC  changed
      vpc-0 … vpc-299
      as vpc-0:
        Tags  Team=us → them

What is long is folded: --full shows all of it.

warning: ";
    let page = page(&changed, &aws, state.clone()).await;
    assert!(page.starts_with(expected), "{page}");
    let planned = session(&changed, &aws, state).plan().await.unwrap();
    let whole = plan::actions(&planned.plan, true);
    assert_eq!(style::plain(&whole).matches("Team=us → them").count(), 300);
}

#[tokio::test]
async fn policies_and_containers_show_only_what_changes_in_them() {
    let app = |read: [&str; 2], image: &str, level: &str| {
        let stack = Stack::new("s");
        let (france, global) = (stack.region("france", Region::EuWest3), stack.global());
        let ecs = Principal::service("ecs-tasks.amazonaws.com");
        let trust = Statement::allow("sts:AssumeRole").principal(ecs);
        let policy = PolicyDocument::new([
            Statement::allow(read)
                .on("arn:aws:s3:::assets/*")
                .sid("Read"),
            Statement::allow("sqs:SendMessage").on("*").sid("Send"),
        ]);
        let role = Role::builder().role_name("app");
        let role = role.assume_role_policy_document(PolicyDocument::from(trust));
        global.add("role", role.policies([Policy::new("app", policy)]).build());
        let mut environment: Vec<_> = (0..12).map(|n| env(format!("V{n}"), "x")).collect();
        environment.push(env("LEVEL", level));
        let web = ContainerDefinition::builder().name("web").image(image);
        let task = TaskDefinition::builder().family("web");
        let task = task.size(FargateSize::Cpu256Mb512);
        let task = task.container_definitions([web.environment(environment).build()]);
        france.add("task", task.build());
        stack
    };
    let aws = Maps::default();
    let before = app(["s3:GetObject", "s3:GetObjectVersion"], "web:1", "info");
    let state = applied(&before, &aws).await;
    let after = app(["s3:GetObject", "s3:GetObjectTagging"], "web:2", "debug");
    let expected = "\
Global: 1 to update
  ~ role  AWS::IAM::Role  changed
      Policies
        app
          PolicyDocument
            Statement
              Read
                Action  +s3:GetObjectTagging, -s3:GetObjectVersion, … 1 unchanged
              … 1 unchanged

France (eu-west-3): 1 to replace
  ± task  AWS::ECS::TaskDefinition  replaced: the new one comes first
      ContainerDefinitions/web/Environment  LEVEL=info → debug, … 12 unchanged  forces replacement
      ContainerDefinitions/web/Image        web:1 → web:2  forces replacement
";
    let page = page(&after, &aws, state).await;
    assert!(page.starts_with(expected), "{page}");
}

#[tokio::test]
async fn what_moved_since_a_plan_was_kept_is_shown_by_whose_doing_it_is() {
    let aws = Maps::default();
    let stack = network("10.0.0.0/24", ("Owner", "me"));
    let mut first = session(&stack, &aws, State::empty("s"));
    let kept = first.plan().await.unwrap().saved().unwrap();
    let state = applied(&stack, &aws).await;
    let other = network("10.0.0.0/24", ("Owner", "you"));
    let refused = session(&other, &aws, state).plan_again(&kept).await;
    let error = super::super::error::CliError::from(refused.unwrap_err());
    let expected = "\
Changed in the program since the plan was saved
  ~ france/vpc
      Tags/Owner  me → you

Applied since the plan was saved
  + france/private
  + france/vpc

error: the plan can't be applied as it was shown: nothing was changed
  hint: plan again with `plan --out FILE`; or leave out what is set now (--set and the environment) and was not then
";
    assert_eq!(style::plain(&super::error::text(&error)), expected);
}

#[tokio::test]
async fn failures_end_with_all_that_aws_said_and_a_way_out() {
    let aws = Maps::refusing("france/vpc");
    let stack = network("10.0.0.0/24", ("Owner", "me"));
    let mut session = session(&stack, &aws, State::empty("s"));
    let planned = session.plan().await.unwrap();
    let outcome = session
        .apply(&planned, &Options::default(), &|_| {})
        .await
        .unwrap();
    let text = style::plain(&outcome::text(&outcome, None));
    let expected = "
error: 1 action failed
  france/vpc (create)
    CreateThing: ThingLimitExceeded: there are too many (request r-1)
    hint: ask for a higher quota

skipped: 1 action not begun
  since france/vpc failed: france/private

Incomplete: 0 actions done, 1 failed, 1 skipped in 0.0 s. What is done stays done: mend what failed and run it again.
";
    assert_eq!(text, expected);
    // Nothing was made, so there is nothing to tell.
    assert_eq!(outcome::outputs(&outcome.outputs), "");
}

/// As ECS tells why a deployment failed: a line for each task that stopped.
#[tokio::test]
async fn a_failure_in_several_lines_keeps_its_place() {
    let aws = Maps::refusing("france/vpc");
    let stack = network("10.0.0.0/24", ("Owner", "me"));
    let mut session = session(&stack, &aws, State::empty("s"));
    let planned = session.plan().await.unwrap();
    let applied = session.apply(&planned, &Options::default(), &|_| {}).await;
    let mut outcome = applied.unwrap();
    let message = "the deployment failed: tasks failed to start\n  a task stopped: no image\n  a task stopped: exit code 1";
    outcome.failed[0].error.message = message.to_owned();
    let text = style::plain(&outcome::text(&outcome, None));
    let expected = "
  france/vpc (create)
    CreateThing: ThingLimitExceeded: the deployment failed: tasks failed to start
      a task stopped: no image
      a task stopped: exit code 1 (request r-1)
    hint: ask for a higher quota
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn outputs_stand_in_columns() {
    let outputs = [
        ("block", json!("fixed")),
        ("servers", json!(["ns-1", "ns-2"])),
        ("vpc_id", json!("vpc-1")),
    ];
    let outputs = outputs.map(|(name, value)| (name.to_owned(), value)).into();
    assert_eq!(
        outcome::outputs(&outputs),
        "block   = fixed\nservers = ns-1\n          ns-2\nvpc_id  = vpc-1\n"
    );
}

/// What is made anew and then takes names over from the old one stands on the page twice, and is one
/// replacement.
#[test]
fn a_distribution_that_takes_a_name_over_counts_once() {
    let version = |format: &'static str| {
        let stack = Stack::new("s");
        let (france, global) = (stack.region("france", Region::EuWest3), stack.global());
        let site = france.add("site", Bucket::builder().bucket_name("s-site").build());
        let access = global.add("access", OriginAccessControl::s3("s"));
        let arn = CertificateArn::new("arn:aws:acm:us-east-1:123456789012:certificate/1");
        let behavior = DefaultCacheBehavior::to("site", CachePolicyId::CACHING_OPTIMIZED);
        let config = DistributionConfig::builder()
            .origins([Origin::s3("site", &site, &access)])
            .default_cache_behavior(behavior)
            .aliases(["www.example.com"])
            .viewer_certificate(ViewerCertificate::acm(arn));
        let cdn = Distribution::builder().distribution_config(config.build());
        global.add("cdn", cdn.build().replace_when(format));
        stack
    };
    let planned = jeancloud_stack::plan::between(&version("1"), &version("2"));
    let (changes, report) = planned.expect("it can be planned");
    let page = style::plain(&plan::plan(&changes, &report, &Goal::stack(), false));
    assert!(page.contains("takes over www.example.com"), "{page}");
    assert!(page.contains("Global: 1 to replace\n"), "{page}");
    assert!(page.contains("0 to update, 1 to replace"), "{page}");
}
