//! The plan to nothing: everything that the stack has is deleted, dependents first.

use std::collections::BTreeSet;

use jeancloud_model::Address;

use super::{
    Plan, PlanError, PlanInput, PlanReport, decide::record_of, draft::Draft, endings, losses,
    moves::Followed, needs::Needs, order, step::Step,
};

/// Compiles the deletion of everything that a stack has in AWS; what is retained is let go of. The report
/// says what goes with it.
///
/// ```
/// use jeancloud_model::{Address, Region, s3::Bucket};
/// use jeancloud_stack::{
///     Declare, Stack,
///     plan::{Generation, Observations, Op, PlanInput, destroy},
///     provider::Observed,
///     state::State,
/// };
/// use serde_json::json;
///
/// let stack = Stack::new("web");
/// let france = stack.region("france", Region::EuWest3);
/// france.add("cache", Bucket::builder().build());
/// france.add("photos", Bucket::builder().build().retain());
/// // A program has this from a survey.
/// let exists = |id: &str| Generation {
///     number: 1,
///     type_name: "AWS::S3::Bucket".into(),
///     region: Region::EuWest3,
///     observed: Observed {
///         id: id.into(),
///         properties: json!({"BucketName": id}),
///         outputs: [("BucketName".to_owned(), json!(id))].into(),
///         ownership: None,
///         going: false,
///     },
/// };
/// let mut observed = Observations::default();
/// for name in ["cache", "photos"] {
///     observed.resources.insert(Address::new("france").join(name), vec![exists(name)]);
/// }
/// let (view, state) = (&stack.view(), &State::empty(stack.identity()));
/// let (plan, _report) = destroy(PlanInput { view, state, observed: &observed })?;
/// let ops = plan.actions.iter().map(|action| (action.address.as_str(), action.op));
/// assert_eq!(ops.collect::<Vec<_>>(), [("france/photos", Op::Forget), ("france/cache", Op::Delete)]);
/// # Ok::<(), jeancloud_stack::plan::PlanError>(())
/// ```
///
/// # Errors
/// Where something is protected from deletion, by its author or by AWS: all such resources at once.
pub fn destroy(input: PlanInput<'_>) -> Result<(Plan, PlanReport), PlanError> {
    let followed = Followed::of(input);
    let input = followed.input();
    let needs = Needs::new(input.view);
    let mut drafts = Vec::new();
    for (address, generations) in &input.observed.resources {
        for generation in generations {
            let record = record_of(input, *address, generation);
            let mut draft = Draft::deletion(*address, generation, record, "destroyed", false);
            if input.view.get(*address).is_some() {
                let mut needed: BTreeSet<Address> = draft.work.depends_on.iter().copied().collect();
                needed.extend(needs.of(*address));
                draft.work.depends_on = needed.into_iter().collect();
            }
            drafts.push(draft);
        }
    }
    let notes = endings::settle(input, &mut drafts);
    let protected = endings::refused(input, &drafts, &[]);
    if !protected.is_empty() {
        return Err(PlanError::Protected(protected));
    }
    let report = PlanReport {
        notes: notes.into_iter().map(|note| note.text).collect(),
        losses: losses::of(input, &drafts),
        ..PlanReport::default()
    };
    let step = Step::new(input, &needs, drafts);
    let actions = order::by_dependency(input, &needs, &[step])?;
    let plan = Plan::new(
        input.view.stack(),
        actions,
        0,
        Vec::new(),
        followed.moves.clone(),
    );
    Ok((plan, report))
}
