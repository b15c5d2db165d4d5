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

/// Whether there is something to do that no target asks for.
pub(super) fn is_any(report: &PlanReport) -> bool {
    report.left_out.iter().any(|left| left.op != Op::Read)
}

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
    let them = if left.len() == 1 { "it" } else { "them" };
    let text = format!(
        "left out, since no target asks for {them}: {count}: {}",
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
    use jeancloud_stack::{
        engine::Options,
        plan::{Goal, PlanOptions},
    };

    use super::{
        super::{error, outcome, plan, style::plain},
        *,
    };
    use crate::{
        Session,
        cli::error::CliError,
        maps::Maps,
        prelude::*,
        state::{MemoryStore, State},
    };

    /// Two networks, and logs that are kept so long.
    fn web(block: &str, days: Option<Retention>) -> Stack {
        let stack = Stack::new("s");
        let france = stack.region("france", Region::EuWest3);
        let block: Cidr = block.parse().expect("a block");
        let vpc = |name: &str| france.add(name, Vpc::builder().cidr_block(block).build());
        let [vpc, other] = ["vpc", "other"].map(vpc);
        for name in ["logs", "more-logs"] {
            let logs = LogGroup::builder().retention_in_days(days).build();
            france.add(name, logs);
        }
        stack.output("vpc", vpc.id());
        stack.output("other", other.id());
        stack.output("both", text!("{}/{}", vpc.id(), other.id()));
        stack
    }

    fn session(stack: &Stack, aws: &Maps, state: State) -> Session {
        Session::new(stack, aws.clone(), MemoryStore::from(state))
    }

    async fn apply(session: &mut Session, options: PlanOptions) -> Outcome {
        let planned = session.plan_with(options).await;
        let planned = planned.expect("it can be planned");
        let options = Options::default();
        let applying = session.apply(&planned, &options, &|_| {});
        applying.await.expect("the state can be kept")
    }

    /// The state after it was applied, whole.
    async fn applied(stack: &Stack, aws: &Maps) -> State {
        let mut session = session(stack, aws, State::empty(stack.identity()));
        let outcome = apply(&mut session, PlanOptions::default()).await;
        assert!(outcome.is_complete());
        session.state().clone()
    }

    #[tokio::test]
    async fn what_is_left_out_stands_once_with_what_would_be_done() {
        let aws = Maps::default();
        let state = applied(&web("10.0.0.0/24", None), &aws).await;
        let changed = web("10.1.0.0/24", Some(Retention::Days30));
        let mut session = session(&changed, &aws, state);
        let options = PlanOptions::default().target("france/logs");
        let planned = session.plan_with(options).await.expect("it can be planned");
        let expected = "\
left out, since no target asks for them: 3 resources: replace france/vpc, replace france/other, update france/more-logs

";
        assert_eq!(plain(&resources(&planned.report)), expected);
    }

    #[tokio::test]
    async fn nothing_to_do_at_the_targets_is_not_said_of_the_whole_stack() {
        let aws = Maps::default();
        let state = applied(&web("10.0.0.0/24", None), &aws).await;
        let mut session = session(&web("10.1.0.0/24", None), &aws, state);
        let options = PlanOptions::default().target("france/logs");
        let planned = session.plan_with(options).await.expect("it can be planned");
        let page = plan::plan(&planned.plan, &planned.report, &Goal::stack(), false);
        let expected = "\
left out, since no target asks for them: 2 resources: replace france/vpc, replace france/other

Nothing to do at these targets: AWS has what the stack declares there.
";
        assert_eq!(plain(&page), expected);
    }

    #[tokio::test]
    async fn an_output_of_what_is_left_out_is_as_it_was_and_says_so() {
        let aws = Maps::default();
        let state = applied(&web("10.0.0.0/24", None), &aws).await;
        let mut session = session(&web("10.1.0.0/24", None), &aws, state);
        let part = apply(&mut session, PlanOptions::default().target("france/vpc")).await;
        let expected = "\
both  = vpc-1/other-1
other = other-1
vpc   = vpc-2
";
        assert_eq!(outcome::outputs(&part.outputs), expected);
        let expected = "\
left out: the output both is as an earlier apply left it, since france/other is at no target
left out: the output other is as an earlier apply left it, since france/other is at no target
";
        assert_eq!(plain(&outputs(&part)), expected);
        assert_eq!(session.state().outputs, part.outputs);

        let whole = apply(&mut session, PlanOptions::default()).await;
        let expected = "\
both  = vpc-2/other-2
other = other-2
vpc   = vpc-2
";
        assert_eq!(outcome::outputs(&whole.outputs), expected);
        assert_eq!(outputs(&whole), "");
    }

    #[tokio::test]
    async fn an_output_that_never_had_a_value_has_none() {
        let (stack, aws) = (web("10.0.0.0/24", None), Maps::default());
        let mut session = session(&stack, &aws, State::empty(stack.identity()));
        let part = apply(&mut session, PlanOptions::default().target("france/vpc")).await;
        assert_eq!(outcome::outputs(&part.outputs), "vpc = vpc-1\n");
        let expected = "\
left out: the output both has no value yet, since france/other is at no target
left out: the output other has no value yet, since france/other is at no target
";
        assert_eq!(plain(&outputs(&part)), expected);
    }

    #[tokio::test]
    async fn a_target_of_nothing_and_a_replacement_at_none_are_errors_with_a_way_out() {
        let (stack, aws) = (web("10.0.0.0/24", None), Maps::default());
        let state = applied(&stack, &aws).await;
        let mut session = session(&stack, &aws, state);
        let mut page = String::new();
        for (target, replace) in [("", "france/vpc"), ("france/logs", "france/vpc")] {
            let options = PlanOptions::default().target(target).replace(replace);
            let refused = session.plan_with(options).await.expect_err("it is refused");
            page += &plain(&error::text(&CliError::from(refused)));
        }
        let expected = "\
error: nothing is at \"\"
  hint: it is empty: an address looks like france/vpc, and `*` stands for any text, as in `france/*`
error: france/vpc is to be replaced, and is neither at the target france/logs nor needed there
  hint: add `--target france/vpc`
";
        assert_eq!(page, expected);
    }
}
