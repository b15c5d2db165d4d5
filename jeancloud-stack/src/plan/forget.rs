//! The plan that lets go of resources: they leave the state and stay in AWS.

use std::collections::BTreeSet;

use jeancloud_model::{Address, Resource, Tagging, route53};

use super::{
    Plan, PlanError, PlanInput, PlanReport, decide::record_of, draft::Draft, needs::Needs, order,
    step::Step, targets,
};

/// Compiles letting go of what is at `addresses`, patterns among them: jeancloud's tags are taken off
/// it, it leaves the state, and nothing else is touched in AWS. What is still declared is made anew
/// by the next plan.
///
/// ```
/// use jeancloud_model::{Address, Region};
/// use jeancloud_stack::{
///     Stack,
///     plan::{Generation, Observations, Op, PlanError, PlanInput, forget},
///     provider::Observed,
///     state::State,
/// };
/// use serde_json::json;
///
/// // A program has this from a survey.
/// let there = Generation {
///     number: 1,
///     type_name: "AWS::EC2::VPC".into(),
///     region: Region::EuWest3,
///     observed: Observed {
///         id: "vpc-1".into(),
///         properties: json!({"CidrBlock": "10.0.0.0/16"}),
///         outputs: [("VpcId".to_owned(), json!("vpc-1"))].into(),
///         ownership: None,
///         going: false,
///     },
/// };
/// let mut observed = Observations::default();
/// observed.resources.insert(Address::new("france/vpc"), vec![there]);
/// let (view, state) = (&Stack::new("web").view(), &State::empty("web"));
/// let input = PlanInput { view, state, observed: &observed };
///
/// let (plan, _report) = forget(input, &["france/*".to_owned()])?;
/// assert_eq!(plan.actions[0].op, Op::Forget);
/// let nothing = forget(input, &["italy/*".to_owned()]);
/// assert!(matches!(nothing, Err(PlanError::NoSuchTargets(_))));
/// # Ok::<(), PlanError>(())
/// ```
///
/// # Errors
/// All addresses at which nothing is, at once.
pub fn forget(input: PlanInput<'_>, addresses: &[String]) -> Result<(Plan, PlanReport), PlanError> {
    let named: BTreeSet<Address> = targets::there(input, addresses)?;
    let mut drafts = Vec::new();
    let mut report = PlanReport::default();
    for address in named {
        report.notes.extend(stays_ours(input, address));
        for generation in input.observed.resources.get(&address).into_iter().flatten() {
            let record = record_of(input, address, generation);
            let mut draft = Draft::deletion(address, generation, record, "let go of", false);
            draft.work.forget = true;
            drafts.push(draft);
        }
    }
    let needs = Needs::new(input.view);
    let step = Step::new(input, &needs, drafts);
    let actions = order::by_dependency(input, &needs, &[step])?;
    let plan = Plan::new(input.view.stack(), actions, 0, Vec::new(), Vec::new());
    Ok((plan, report))
}

/// What is found without tags, and declared, is the stack's again with the next plan.
fn stays_ours(input: PlanInput<'_>, address: Address) -> Option<String> {
    let declaration = input.view.get(address)?;
    let tagged = match declaration.facts.tagging {
        Tagging::OnCreate | Tagging::Noted => true,
        // A zone is found by the reference that it was made with.
        Tagging::AfterCreate => declaration.type_name != route53::HostedZone::TYPE,
        Tagging::None => false,
    };
    (!tagged).then(|| {
        format!(
            "{address}: nothing in AWS can say that it is not the stack's any more; take its declaration out of the program, or the next plan takes it back"
        )
    })
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{Region, cidr, ec2::Vpc, route53::HostedZone};

    use super::*;
    use crate::{Stack, View, plan::testing};

    #[test]
    fn what_comes_back_with_the_next_plan_is_told() {
        let stack = Stack::new("test");
        let zone = HostedZone::builder().name("example.com").build();
        stack.global().add("zone", zone);
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
        stack.region("main", Region::EuWest3).add("vpc", vpc);
        let (state, observed) = testing::applied(&stack);
        let input = PlanInput {
            view: &View::new(&stack),
            state: &state,
            observed: &observed,
        };
        let (plan, report) = forget(input, &["*".to_owned()]).unwrap();
        assert_eq!(plan.actions.len(), 2);
        let [note] = &report.notes[..] else {
            panic!("{report:#?}");
        };
        assert!(note.starts_with("global/zone: "), "{note}");
    }
}
