//! A stack and its tests. A plan is a value: a test keeps it as a snapshot and asserts on it. And a
//! stack can be applied, changed and broken on an AWS of the test's own, through the real SDK. All of
//! it without credentials or network, in milliseconds.
//!
//! In a project of your own `cargo test` runs them; here, where each binary links the AWS SDK, they
//! are part of another one: `cargo test -p jeancloud-tests snapshot_test`.

use jeancloud::prelude::*;

fn main() -> std::process::ExitCode {
    jeancloud::cli::main(stack)
}

/// A web server's network in one to three zones: `--set zones=3`.
fn stack(p: &Params) -> Stack {
    const NET: Cidr = cidr!("10.0.0.0/16");
    let stack = Stack::new("web");
    let france = stack.region("france", Region::EuWest3);
    let vpc = france.add("vpc", Vpc::builder().cidr_block(NET).build());
    let zones: usize = p.get("zones", 2usize);
    for (zone, block) in [Az::A, Az::B, Az::C]
        .into_iter()
        .zip(NET.parts(24))
        .take(zones)
    {
        let subnet = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(block)
            .availability_zone(zone);
        france.add(format!("private-{}", zone.letter()), subnet.build());
    }
    let web = SecurityGroup::in_vpc(&vpc, "web", "The web servers");
    let web = france.add("sg-web", web);
    france.allow(tcp(443).from(Anywhere).to(&web));
    stack
}

#[cfg(test)]
mod tests {
    use jeancloud::{
        Planned, cli, plan_offline,
        testing::{self, Aws, Effect, Fault, Faults},
    };

    use super::*;

    fn planned(parameters: &[(&str, &str)]) -> Planned {
        let stack = stack(&Params::from_pairs(parameters.iter().copied()));
        plan_offline(&stack).expect("the stack has no mistake")
    }

    /// The page that `plan` prints: `cargo insta review` shows what a change of the stack does to
    /// it.
    #[test]
    fn the_plan_is_the_one_that_was_reviewed() {
        insta::assert_snapshot!(cli::page(&planned(&[("zones", "1")])), @"
        France (eu-west-3): 4 to create
          + vpc  AWS::EC2::VPC
              CidrBlock  10.0.0.0/16
          + private-a  AWS::EC2::Subnet
              AvailabilityZone  eu-west-3a
              CidrBlock         10.0.0.0/24
              VpcId             VpcId ← france/vpc
          + sg-web  AWS::EC2::SecurityGroup
              GroupDescription      The web servers
              GroupName             web
              SecurityGroupEgress   []
              SecurityGroupIngress  []
              VpcId                 VpcId ← france/vpc
          + sg-web/ingress/tcp-443-from-0.0.0.0/0  AWS::EC2::SecurityGroupIngress
              CidrIp      0.0.0.0/0
              FromPort    443
              GroupId     GroupId ← france/sg-web
              IpProtocol  tcp
              ToPort      443

        Plan: 4 to create, 0 to update, 0 to replace, 0 to delete, 0 to read
        ");
    }

    /// Each action says which others it waits for.
    #[test]
    fn the_subnets_wait_for_the_vpc_and_not_for_one_another() {
        let plan = planned(&[]).plan;
        for subnet in ["france/private-a", "france/private-b"] {
            let waits = plan.at(subnet).flat_map(|action| &action.after);
            let waits: Vec<_> = waits.map(|id| plan.actions[*id].address.as_str()).collect();
            assert_eq!(waits, ["france/vpc"]);
        }
    }

    /// What holds for every plan, whatever the parameters are, is no snapshot but an assertion.
    #[test]
    fn nothing_but_port_443_is_open_to_the_world() {
        for zones in ["1", "2", "3"] {
            let plan = planned(&[("zones", zones)]).plan;
            let mut open = Vec::new();
            for action in &plan.actions {
                let mut changes = action.changes.iter();
                if changes.any(|change| change.after == "0.0.0.0/0") {
                    open.push(action.address.as_str());
                }
            }
            assert_eq!(open, ["france/sg-web/ingress/tcp-443-from-0.0.0.0/0"]);
        }
    }

    fn web(zones: &str) -> Stack {
        stack(&Params::from_pairs([("zones", zones)]))
    }

    /// Applied on an AWS of its own: then there is nothing left to do.
    #[test]
    fn one_apply_does_all_of_it() {
        let aws = Aws::new();
        let applied = aws.apply(&web("2"));
        applied.assert_complete();
        applied.assert_order("france/vpc", "france/private-a");
        testing::assert_empty(&aws.plan(&web("2")));
        assert_eq!(aws.count("ec2/subnet"), 2);
    }

    /// What a change of the stack does to what is there, and what it leaves alone.
    #[test]
    fn a_third_zone_touches_nothing_that_is_there() {
        let aws = Aws::new();
        aws.apply(&web("2")).assert_complete();
        let plan = aws.plan(&web("3"));
        testing::assert_creates(&plan, ["france/private-c"]);
        testing::assert_updates(&plan, []);
        testing::assert_deletes(&plan, []);
    }

    /// AWS makes the VPC, and its answer gets lost on the way; later the state is lost as well.
    #[test]
    fn nothing_is_made_twice() {
        let aws = Aws::new();
        let lost = Faults::default().nth("ec2:CreateVpc", 1, Fault::Lost(Effect::With));
        aws.with_faults(lost).apply(&web("2")).assert_complete();
        aws.lose_state();
        testing::assert_empty(&aws.plan(&web("2")));
        assert_eq!(aws.called("ec2:CreateVpc"), 1);
    }

    /// A mistake needs no AWS to be found: `check` says all of them, each with AWS's rule.
    #[test]
    fn two_subnets_of_one_block_are_refused() {
        let stack = stack(&Params::none());
        let france = stack.region("france", Region::EuWest3);
        let vpc = Vpc::builder().cidr_block(cidr!("10.1.0.0/16"));
        let vpc = france.add("other-vpc", vpc.build());
        let subnet = Subnet::builder().vpc_id(&vpc);
        let subnet = subnet.cidr_block(cidr!("10.1.0.0/24")).build();
        france.add("one", subnet.clone());
        france.add("two", subnet);
        let problems = stack.check().into_iter();
        let problems = problems.map(|problem| format!("{}: {}", problem.address, problem.wrong));
        let problems: Vec<String> = problems.collect();
        insta::assert_snapshot!(problems.join("\n"), @"france/two: 10.1.0.0/24 overlaps 10.1.0.0/24 of france/one");
    }
}
