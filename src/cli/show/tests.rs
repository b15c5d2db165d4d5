//! Pages as a person sees them, of plans that the planner made.

use jeancloud_model::Region;
use jeancloud_stack::{Stack, engine::Options, state::State};
use serde_json::json;

use super::{compact, drift, outcome, plan, style};
use crate::{
    Session, plan_offline,
    prelude::*,
    session::Goal,
    testing::{Maps, Memory},
};

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
    Session::new(stack, aws.clone(), Memory(state))
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
    style::plain(&plan::plan(&planned.plan, &planned.report, &Goal::stack()))
}

#[test]
fn creations_name_where_ids_come_from() {
    let planned = plan_offline(&network("10.0.0.0/24", ("Owner", "me"))).unwrap();
    let page = plan::plan(&planned.plan, &planned.report, &Goal::stack());
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
async fn drift_stands_before_what_is_done_about_it() {
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
Changed outside of jeancloud since the last apply
  france/vpc  Tags/Owner

France (eu-west-3): 1 to update
  ~ vpc  AWS::EC2::VPC  drifted in AWS
      Tags  Owner=you → me
";
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
    let page = style::plain(&plan::actions(&planned.plan));
    assert!(
        page.contains("+ 1001 AWS::EC2::VPC\n      more-000 … more-999, vpc\n"),
        "{page}"
    );
    assert!(page.lines().count() < 10, "{page}");
    assert!(compact::lines(&[]).is_empty());
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
    let text = style::plain(&outcome::text(&outcome));
    let expected = "
error: 1 action failed
  france/vpc (create)
    CreateThing: ThingLimitExceeded: there are too many (request r-1)
    hint: ask for a higher quota

skipped: 1 action not begun
  france/private: it waits for france/vpc, which failed

Incomplete: 0 actions done, 1 failed, 1 skipped in 0.0 s. What is done stays done: mend what failed and run it again.
";
    assert_eq!(text, expected);
    // Nothing was made, so there is nothing to tell.
    assert_eq!(outcome::outputs(&outcome.outputs), "");
}

#[test]
fn outputs_stand_in_columns() {
    let outputs = [("block", json!("fixed")), ("vpc_id", json!("vpc-1"))];
    let outputs = outputs.map(|(name, value)| (name.to_owned(), value)).into();
    assert_eq!(
        outcome::outputs(&outputs),
        "block  = fixed\nvpc_id = vpc-1\n"
    );
}
