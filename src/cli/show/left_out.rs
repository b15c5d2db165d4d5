//! What a plan for some targets leaves out: resources, and outputs that refer to them.

use jeancloud_model::Address;
use jeancloud_stack::{
    engine::Outcome,
    plan::{Op, PlanReport},
};

use super::{
    entry::Kind,
    fold,
    style::{FAINT, counted, paint},
};

/// What no target asks for: how many resources, and what would be done to the first of them.
pub(super) fn resources(report: &PlanReport) -> String {
    const NAMED: usize = 5;
    let mut left: Vec<(Address, Vec<Op>)> = Vec::new();
    for one in &report.left_out {
        match left.iter_mut().find(|(address, _)| *address == one.address) {
            Some((_, ops)) => ops.push(one.op),
            None => left.push((one.address, vec![one.op])),
        }
    }
    if left.is_empty() {
        return String::new();
    }
    let named = left.iter().take(NAMED);
    let mut named: Vec<String> = named
        .map(|(address, ops)| format!("{} {address}", verb(ops)))
        .collect();
    if left.len() > NAMED {
        named.push("…".to_owned());
    }
    let count = counted(left.len(), "resource");
    let text = format!(
        "left out, since no target asks for it: {count}: {}",
        named.join(", ")
    );
    format!("{}\n\n", paint(FAINT, text))
}

/// What all that is done to an address comes to.
fn verb(ops: &[Op]) -> &'static str {
    let has = |op: Op| ops.contains(&op);
    match has(Op::Create) {
        true if has(Op::Delete) || has(Op::Forget) => Kind::Replace.verb(),
        true => Kind::Create.verb(),
        false if has(Op::Update) => Kind::Update.verb(),
        false if has(Op::Delete) => Kind::Delete.verb(),
        false if has(Op::Forget) => Kind::Forget.verb(),
        false => Kind::Read.verb(),
    }
}

/// The outputs that refer to what the plan left out: whose value is an earlier one, or not there.
pub(crate) fn outputs(outcome: &Outcome) -> String {
    let line = |(name, address): (&String, &Address)| {
        let how = match outcome.outputs.contains_key(name) {
            true => "is as an earlier apply left it",
            false => "has no value yet",
        };
        let text = format!("left out: the output {name} {how}, since {address} is at no target");
        paint(FAINT, text).to_string()
    };
    let mut lines: Vec<String> = outcome.left_out.iter().map(line).collect();
    let hidden = fold::beyond(&mut lines, false);
    if hidden > 0 {
        lines.push(fold::more(hidden, "output"));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use jeancloud_stack::{engine::Options, plan::PlanOptions};

    use super::super::{error, style::plain};
    use crate::{
        Planned, Session, cli::error::CliError, maps::Maps, prelude::*, state::MemoryStore,
    };

    /// A network, and logs as long as somebody wants them.
    fn web(block: &str, days: Option<Retention>) -> Stack {
        let stack = Stack::new("s");
        let france = stack.region("france", Region::EuWest3);
        let block: Cidr = block.parse().expect("a block");
        let vpc = france.add("vpc", Vpc::builder().cidr_block(block).build());
        let private = Subnet::builder().vpc_id(&vpc).cidr_block(block);
        let private = private.availability_zone(Az::A).build();
        let private = france.add("private", private);
        for name in ["logs", "more-logs"] {
            let logs = LogGroup::builder().retention_in_days(days).build();
            france.add(name, logs);
        }
        stack.output("vpc", vpc.id());
        stack.output("subnet", private.id());
        stack.output(
            "both",
            text!("{vpc}/{private}", vpc = vpc.id(), private = private.id()),
        );
        stack
    }

    async fn session(stack: &Stack, aws: &Maps) -> Session {
        let mut session = Session::new(stack, aws.clone(), MemoryStore::new(stack.identity()));
        apply(&mut session, PlanOptions::default()).await;
        session
    }

    fn again(stack: &Stack, aws: &Maps, before: &Session) -> Session {
        Session::new(
            stack,
            aws.clone(),
            MemoryStore::from(before.state().clone()),
        )
    }

    async fn apply(session: &mut Session, options: PlanOptions) -> Outcome {
        let planned = session.plan_with(options).await.expect("it can be planned");
        done(session, &planned).await
    }

    async fn done(session: &mut Session, planned: &Planned) -> Outcome {
        let applying = session.apply(planned, &Options::default(), &|_| {});
        applying.await.expect("the state can be kept")
    }

    use super::*;

    #[tokio::test]
    async fn what_is_left_out_stands_once_with_what_would_be_done() {
        let aws = Maps::default();
        let before = session(&web("10.0.0.0/24", None), &aws).await;
        let changed = web("10.1.0.0/24", Some(Retention::Days30));
        let planned = again(&changed, &aws, &before)
            .plan_with(PlanOptions::default().target("france/logs"))
            .await;
        let page = plain(&resources(&planned.expect("it can be planned").report));
        insta::assert_snapshot!(page, @"");
    }

    #[tokio::test]
    async fn an_output_of_what_is_left_out_is_as_it_was_and_says_so() {
        let aws = Maps::default();
        let before = session(&web("10.0.0.0/24", None), &aws).await;
        let changed = web("10.1.0.0/24", None);
        let mut part = again(&changed, &aws, &before);
        let outcome = apply(&mut part, PlanOptions::default().target("france/vpc")).await;
        // The new VPC is there, and the subnet is where it was.
        insta::assert_snapshot!(super::super::outcome::outputs(&outcome.outputs), @"");
        insta::assert_snapshot!(plain(&outputs(&outcome)), @"");
        assert_eq!(part.state().outputs, outcome.outputs);
        let outcome = apply(&mut part, PlanOptions::default()).await;
        insta::assert_snapshot!(super::super::outcome::outputs(&outcome.outputs), @"");
        assert_eq!(outputs(&outcome), "");
    }

    #[tokio::test]
    async fn an_output_that_never_had_a_value_has_none() {
        let (stack, aws) = (web("10.0.0.0/24", None), Maps::default());
        let mut part = Session::new(&stack, aws.clone(), MemoryStore::new(stack.identity()));
        let outcome = apply(&mut part, PlanOptions::default().target("france/vpc")).await;
        insta::assert_snapshot!(super::super::outcome::outputs(&outcome.outputs), @"");
        insta::assert_snapshot!(plain(&outputs(&outcome)), @"");
    }

    #[tokio::test]
    async fn a_target_of_nothing_and_a_replacement_at_none_are_errors_with_a_way_out() {
        let (stack, aws) = (web("10.0.0.0/24", None), Maps::default());
        let mut session = session(&stack, &aws).await;
        let empty = PlanOptions::default().target("");
        let beside = PlanOptions::default().target("france/logs");
        let mut page = String::new();
        for options in [empty, beside.replace("france/vpc")] {
            let refused = session.plan_with(options).await.expect_err("it is refused");
            page += &plain(&error::text(&CliError::from(refused)));
        }
        insta::assert_snapshot!(page, @"");
    }
}
