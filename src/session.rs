//! [`Session`]: a stack, an AWS and a state together, for programs that plan and apply by
//! themselves.

use std::sync::Arc;

use jeancloud_stack::{
    Provider, Stack, View,
    engine::{self, EngineError, Event, Options, Outcome},
    plan::{
        self, Basis, Drift, Observations, Plan, PlanError, PlanInput, PlanOptions, PlanReport,
        SavedPlan, SavedPlanError,
    },
    provider::Account,
    state::{State, StateStore},
};
use serde_json::Value as Json;

pub(crate) use jeancloud_stack::plan::Goal;

use crate::adopt;

/// A stack, the AWS that it is for, and the state of what was done.
///
/// ```no_run
/// use jeancloud::{aws::Aws, prelude::*, state::FileStore, Session};
///
/// # async fn go(stack: &Stack) -> Result<(), Box<dyn std::error::Error>> {
/// let store = FileStore::open(".jeancloud/web".as_ref(), &stack.identity())?;
/// let mut session = Session::new(stack, Aws::from_env().await, store);
/// let planned = session.plan().await?;
/// println!("{:?}", planned.plan.summary);
/// let outcome = session.apply(&planned, &Default::default(), &|event| println!("{event:?}")).await?;
/// assert!(outcome.is_complete());
/// # Ok(())
/// # }
/// ```
pub struct Session {
    view: Arc<View>,
    outputs: Vec<(String, Json)>,
    provider: Arc<dyn Provider>,
    store: Box<dyn StateStore>,
}

/// A plan, what a person should know beside it, and what the survey found out for it.
#[derive(Clone, Debug)]
#[must_use = "a plan does nothing until it is applied"]
#[non_exhaustive]
pub struct Planned {
    /// The steps.
    pub plan: Plan,
    /// Warnings, drift, and what was left alone.
    pub report: PlanReport,
    /// What AWS had.
    observed: Observations,
    /// What it stands on beside; `None` of a plan from nothing.
    ground: Option<Arc<Stood>>,
}

/// What a plan stands on beside what AWS had.
struct Stood {
    view: Arc<View>,
    state: State,
    account: Account,
    goal: Goal,
}

impl std::fmt::Debug for Stood {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { account, goal, .. } = self;
        write!(f, "{goal:?} in {account}")
    }
}

/// What a plan knows of AWS.
#[derive(Clone, Copy)]
pub(crate) enum Ground<'g> {
    /// What AWS answers.
    Asked(&'g dyn Provider),
    /// What the state remembers; it has to be of this account.
    Remembered(&'g Account),
}

impl Session {
    /// A session. Declarations that are added to `stack` later are not in it.
    pub fn new(
        stack: &Stack,
        provider: impl Provider + 'static,
        store: impl StateStore + 'static,
    ) -> Self {
        Self::shared(stack, Arc::new(provider), Box::new(store))
    }

    /// A session over a provider that others use too.
    pub fn shared(stack: &Stack, provider: Arc<dyn Provider>, store: Box<dyn StateStore>) -> Self {
        Self {
            view: Arc::new(stack.view()),
            outputs: stack.outputs(),
            provider,
            store,
        }
    }

    /// What was done so far.
    pub fn state(&self) -> &State {
        self.store.state()
    }

    /// Asks AWS what there is, and plans from there to what the stack declares.
    ///
    /// # Errors
    /// The stack's mistakes, all at once; and where AWS can't be asked.
    pub async fn plan(&mut self) -> Result<Planned, EngineError> {
        self.plan_to(&Goal::stack()).await
    }

    /// The same, with what is asked of this one plan: targets, replacements.
    ///
    /// # Errors
    /// As [`Session::plan`]; and all targets that name nothing, at once.
    pub async fn plan_with(&mut self, options: PlanOptions) -> Result<Planned, EngineError> {
        self.plan_to(&Goal::Stack(options)).await
    }

    /// Asks AWS what there is, and tells what the last apply didn't leave there, also where a plan would
    /// be refused.
    ///
    /// # Errors
    /// The stack's mistakes, all at once; and where AWS can't be asked.
    pub async fn drift(&self) -> Result<Vec<Drift>, EngineError> {
        drifted(&self.view, self.store.state(), &*self.provider).await
    }

    /// Plans to let go of what is at these addresses (`*` stands for any text): jeancloud's tags are
    /// taken off it, it leaves the state, and it stays in AWS.
    ///
    /// # Errors
    /// Where nothing is at an address; and where AWS can't be asked.
    pub async fn plan_forgetting(
        &mut self,
        addresses: Vec<String>,
    ) -> Result<Planned, EngineError> {
        self.plan_to(&Goal::Forget(addresses)).await
    }

    /// Asks AWS what there is, and plans from there to nothing.
    ///
    /// # Errors
    /// Where something is protected from deletion; and where AWS can't be asked.
    pub async fn plan_destruction(&mut self) -> Result<Planned, EngineError> {
        self.plan_to(&Goal::Nothing).await
    }

    pub(crate) async fn plan_to(&mut self, goal: &Goal) -> Result<Planned, EngineError> {
        let ground = Ground::Asked(&*self.provider);
        planned(&self.view, self.store.state(), ground, goal).await
    }

    /// Plans again what was planned and saved before, and returns it only if it is the very same:
    /// nothing of what a file says is done, but what the program says and the file shows.
    ///
    /// # Errors
    /// Where the plan is another stack's or account's, and where what it stands on has moved:
    /// [`SavedPlanError::Moved`] says what has changed in the program, in the state and in AWS. As
    /// [`Session::plan`] beside.
    pub async fn plan_again(&mut self, saved: &SavedPlan) -> Result<Planned, EngineError> {
        let account = account(&*self.provider).await?;
        let stack = self.view.stack();
        saved.is_of(stack, &account)?;
        let planned = self.plan_to(saved.goal()).await?;
        saved.fits(&planned.plan, planned.basis()?)?;
        Ok(planned)
    }

    /// Does what a plan says. `events` is told what happens, as it happens.
    ///
    /// # Errors
    /// Where the state can't be kept, or is of another account. What AWS refuses is no error here:
    /// the outcome says what failed, and what was skipped for it.
    pub async fn apply(
        &mut self,
        planned: &Planned,
        options: &Options,
        events: &(dyn Fn(&Event) + Send + Sync),
    ) -> Result<Outcome, EngineError> {
        let Self {
            view,
            outputs,
            provider,
            store,
        } = self;
        let Planned { plan, observed, .. } = planned;
        engine::follow_moves(plan, &mut **store).await?;
        adopt::found(view, observed, Some(plan), &mut **store).await?;
        adopt::forget_what_came_to_nothing(observed, plan, &mut **store).await?;
        adopt::forget_what_is_gone(observed, plan, &mut **store).await?;
        let (lookups, provider) = (&observed.lookups, provider.clone());
        engine::apply(
            outputs,
            plan,
            lookups,
            &mut **store,
            provider,
            options,
            events,
        )
        .await
    }
}

impl Planned {
    /// The plan to be kept: written to a file now, and read and applied later, by this program.
    ///
    /// ```
    /// use jeancloud::{SavedPlan, Session, embedded::Embedded, prelude::*, state::MemoryStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let name = format!("jeancloud-web-{}.plan", std::process::id());
    /// # let path = &std::env::temp_dir().join(name);
    /// let stack = Stack::new("web");
    /// let france = stack.region("france", Region::EuWest3);
    /// france.add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build());
    /// let mut session = Session::new(&stack, Embedded::new(), MemoryStore::new(stack.identity()));
    /// session.plan().await?.saved()?.write(path)?;
    ///
    /// // Later: what is planned now has to be what was planned then.
    /// let saved = SavedPlan::read(path)?;
    /// let planned = session.plan_again(&saved).await?;
    /// let outcome = session.apply(&planned, &Default::default(), &|_| {}).await?;
    /// assert!(outcome.is_complete());
    ///
    /// // It was applied, so the state and AWS are not what they were.
    /// let refused = session.plan_again(&saved).await.unwrap_err();
    /// assert!(refused.to_string().starts_with("what the plan stands on has changed since"));
    /// # std::fs::remove_file(path)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`SavedPlanError::NotAsked`]: a plan that was made without asking AWS can't be saved.
    pub fn saved(&self) -> Result<SavedPlan, SavedPlanError> {
        SavedPlan::new(&self.plan, self.basis()?)
    }

    fn basis(&self) -> Result<Basis<'_>, SavedPlanError> {
        let Stood {
            view,
            state,
            account,
            goal,
        } = self.ground.as_deref().ok_or(SavedPlanError::NotAsked)?;
        Ok(Basis {
            view,
            state,
            observed: &self.observed,
            account,
            goal,
        })
    }
}

/// Plans from nothing, without asking AWS: what a stack would make in an empty account.
///
/// # Errors
/// The stack's mistakes, all at once.
pub fn plan_offline(stack: &Stack) -> Result<Planned, PlanError> {
    offline(stack, &Goal::stack())
}

/// The same, to any goal.
pub(crate) fn offline(stack: &Stack, goal: &Goal) -> Result<Planned, PlanError> {
    let view = stack.view();
    let state = State::empty(view.stack());
    compile(&view, &state, Observations::default(), goal)
}

pub(crate) async fn planned(
    view: &Arc<View>,
    state: &State,
    ground: Ground<'_>,
    goal: &Goal,
) -> Result<Planned, EngineError> {
    match ground {
        Ground::Asked(provider) => {
            let observed = engine::survey(view, state, provider).await?;
            let mut planned = compile(view, state, observed, goal)?;
            planned.ground = Some(Arc::new(Stood {
                view: view.clone(),
                state: state.clone(),
                account: account(provider).await?,
                goal: goal.clone(),
            }));
            Ok(planned)
        }
        Ground::Remembered(present) => match &state.account {
            Some(recorded) if recorded != present => {
                let (recorded, present) = (recorded.clone(), present.clone());
                Err(EngineError::OtherAccount { recorded, present })
            }
            _ => Ok(compile(view, state, Observations::from_state(state), goal)?),
        },
    }
}

pub(crate) async fn drifted(
    view: &View,
    state: &State,
    provider: &dyn Provider,
) -> Result<Vec<Drift>, EngineError> {
    let observed = engine::survey(view, state, provider).await?;
    Ok(plan::drift(PlanInput {
        view,
        state,
        observed: &observed,
    })?)
}

async fn account(provider: &dyn Provider) -> Result<Account, EngineError> {
    let account = provider.account().await;
    account.map_err(|source| EngineError::Provider {
        address: None,
        source,
    })
}

fn compile(
    view: &View,
    state: &State,
    observed: Observations,
    goal: &Goal,
) -> Result<Planned, PlanError> {
    let input = PlanInput {
        view,
        state,
        observed: &observed,
    };
    let (plan, report) = match goal {
        Goal::Stack(options) => plan::plan_with(input, options)?,
        Goal::Nothing => plan::destroy(input)?,
        Goal::Forget(addresses) => plan::forget(input, addresses)?,
    };
    Ok(Planned {
        plan,
        report,
        observed,
        ground: None,
    })
}

#[cfg(test)]
mod tests {
    use jeancloud_stack::plan::Op;
    use serde_json::json;

    use super::*;
    use crate::{maps::Maps, prelude::*, state::MemoryStore};

    fn network(block: &str, name: &str) -> Stack {
        let stack = Stack::new("s");
        let france = stack.region("france", Region::EuWest3);
        let block: Cidr = block.parse().unwrap();
        let vpc = france.add(
            "vpc",
            Vpc::builder().cidr_block(block).tag("Name", name).build(),
        );
        let private = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(block)
            .availability_zone(Az::A);
        france.add("private", private.build());
        stack.output("vpc", vpc.id());
        stack
    }

    fn session(stack: &Stack, aws: &Maps) -> Session {
        Session::new(stack, aws.clone(), MemoryStore::new(stack.identity()))
    }

    async fn apply(session: &mut Session) -> Outcome {
        let planned = session.plan().await.unwrap();
        session
            .apply(&planned, &Options::default(), &|_| {})
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn what_is_applied_is_planned_no_more_and_can_be_destroyed() {
        let (stack, aws) = (network("10.0.0.0/24", "a"), Maps::default());
        let mut session = session(&stack, &aws);
        let outcome = apply(&mut session).await;
        assert!(outcome.is_complete());
        assert_eq!(outcome.outputs["vpc"], json!("vpc-1"));
        assert!(session.plan().await.unwrap().plan.is_empty());
        let end = session.plan_destruction().await.unwrap();
        assert!(
            end.plan
                .actions
                .iter()
                .all(|action| action.op == Op::Delete)
        );
        let outcome = session
            .apply(&end, &Options::default(), &|_| {})
            .await
            .unwrap();
        assert!(outcome.is_complete());
        assert_eq!((aws.len(), session.state().resources.len()), (0, 0));
    }

    #[tokio::test]
    async fn a_lost_state_is_made_anew_by_the_next_apply() {
        let (stack, aws) = (network("10.0.0.0/24", "a"), Maps::default());
        let mut first = session(&stack, &aws);
        let _ = apply(&mut first).await;
        let mut second = session(&stack, &aws);
        let outcome = apply(&mut second).await;
        assert_eq!((outcome.done, aws.len()), (0, 2));
        assert_eq!(second.state(), first.state());
    }

    #[tokio::test]
    async fn rebuilding_takes_out_what_is_gone() {
        let (stack, aws) = (network("10.0.0.0/24", "a"), Maps::default());
        let mut full = session(&stack, &aws);
        let _ = apply(&mut full).await;
        let mut state = full.state().clone();
        let mut record = state.resources[&Address::new("france/vpc")].clone();
        record.id = "vpc-9".into();
        state.resources.insert(Address::new("france/gone"), record);
        state.resources.remove(&Address::new("france/private"));
        state.outputs.clear();
        let mut store = MemoryStore::from(state);
        let found = adopt::rebuild(&stack, &mut store, &aws).await.unwrap();
        assert_eq!(found, 2);
        assert_eq!(store.state(), full.state());
    }

    /// A run that was killed between AWS's answer to a deletion and its line in the journal.
    #[tokio::test]
    async fn what_was_deleted_and_not_written_down_is_forgotten() {
        let (stack, aws) = (network("10.0.0.0/24", "a"), Maps::default());
        let mut first = session(&stack, &aws);
        let _ = apply(&mut first).await;
        let before = first.state().clone();
        let end = first.plan_destruction().await.unwrap();
        let ended = first.apply(&end, &Options::default(), &|_| {}).await;
        assert!(ended.unwrap().is_complete());

        let mut second = Session::new(&stack, aws.clone(), MemoryStore::from(before));
        let end = second.plan_destruction().await.unwrap();
        assert!(end.plan.is_empty());
        let ended = second.apply(&end, &Options::default(), &|_| {}).await;
        assert!(ended.unwrap().is_complete());
        assert!(second.state().resources.is_empty());
    }

    #[tokio::test]
    async fn without_refreshing_the_state_of_another_account_is_refused() {
        let (stack, aws) = (network("10.0.0.0/24", "a"), Maps::default());
        let mut session = session(&stack, &aws);
        let _ = apply(&mut session).await;
        let present = aws.account().await.unwrap();
        let other = Account {
            id: "210987654321".into(),
            ..present.clone()
        };
        for (account, fits) in [(&present, true), (&other, false)] {
            let ground = Ground::Remembered(account);
            let planned = planned(
                &Arc::new(stack.view()),
                session.state(),
                ground,
                &Goal::stack(),
            )
            .await;
            assert_eq!(planned.is_ok_and(|planned| planned.plan.is_empty()), fits);
        }
    }

    #[tokio::test]
    async fn a_saved_plan_is_applied_once_and_as_it_was() {
        let (stack, aws) = (network("10.0.0.0/24", "a"), Maps::default());
        let mut session = session(&stack, &aws);
        let shown = session.plan().await.unwrap();
        let saved = shown.saved().unwrap();
        let again = session.plan_again(&saved).await.unwrap();
        assert_eq!(again.plan, shown.plan);
        let applied = session.apply(&again, &Options::default(), &|_| {}).await;
        assert!(applied.unwrap().is_complete());
        let refused = session.plan_again(&saved).await.unwrap_err();
        let EngineError::SavedPlan(SavedPlanError::Moved(moved)) = refused else {
            panic!("{refused:?}")
        };
        let first = moved[0].to_string();
        assert_eq!(first, "the state: france/private was not there");
    }

    #[tokio::test]
    async fn a_saved_plan_does_not_outlive_a_change_in_aws_nor_a_new_program() {
        let (stack, aws) = (network("10.0.0.0/24", "a"), Maps::default());
        let mut first = session(&stack, &aws);
        let _ = apply(&mut first).await;
        let state = first.state().clone();
        let wanted = network("10.0.0.0/24", "b");
        let mut session = Session::new(&wanted, aws.clone(), MemoryStore::from(state.clone()));
        let saved = session.plan().await.unwrap().saved().unwrap();
        let other = network("10.0.0.0/24", "c");
        let mut newer = Session::new(&other, aws.clone(), MemoryStore::from(state));
        let refused = newer.plan_again(&saved).await.unwrap_err().to_string();
        assert!(
            refused.contains("the stack: france/vpc Tags/Name \"b\" → \"c\""),
            "{refused}"
        );
        aws.change("france/vpc", "CidrBlock", json!("10.9.0.0/24"));
        let refused = session.plan_again(&saved).await.unwrap_err().to_string();
        let change = "AWS: france/vpc CidrBlock \"10.0.0.0/24\" → \"10.9.0.0/24\"";
        assert!(refused.contains(change), "{refused}");
    }

    #[test]
    fn a_plan_from_nothing_is_not_saved() {
        let planned = plan_offline(&network("10.0.0.0/24", "a")).unwrap();
        assert!(matches!(planned.saved(), Err(SavedPlanError::NotAsked)));
    }
}
