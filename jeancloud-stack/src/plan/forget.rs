//! The plan that lets go of resources: they leave the state and stay in AWS.

use std::collections::BTreeSet;

use jeancloud_model::Address;

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
    for address in named {
        for generation in input.observed.resources.get(&address).into_iter().flatten() {
            let record = record_of(input, address, generation);
            let mut draft = Draft::deletion(address, generation, record, "let go of", false);
            draft.work.forget = true;
            drafts.push(draft);
        }
    }
    let needs = Needs::new(input.view);
    let (step, _) = Step::new(input, &needs, drafts);
    let actions = order::by_dependency(input, &needs, &[step])?;
    let plan = Plan::new(input.view.stack(), actions, 0, Vec::new(), Vec::new());
    Ok((plan, PlanReport::default()))
}
