//! [`World`]: an account on an AWS of maps, a state in memory, and stacks that are planned and applied.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use jeancloud_model::Address;
use jeancloud_stack::{
    Provider, Stack, View,
    engine::{self, AdoptError, Options, Outcome, Proposal},
    plan::{
        self, Basis, Moved, Observations, Plan, PlanError, PlanInput, PlanOptions, PlanReport,
        SavedPlan,
    },
    provider::{Own, Ownership, Place},
    state::{Entry, State, StateError, StateStore},
    terraform,
};

use crate::aws::Maps;

/// An account, and the state of one stack in it.
pub struct World {
    pub aws: Maps,
    store: Memory,
    runtime: tokio::runtime::Runtime,
}

/// What a stack is planned to.
#[derive(Clone, Copy)]
enum Goal {
    Stack,
    Nothing,
}

impl World {
    /// An empty account.
    pub fn new(stack: &Stack) -> Self {
        Self::on(Maps::default(), stack)
    }

    /// An account that has something.
    pub fn on(aws: Maps, stack: &Stack) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        Self {
            aws,
            store: Memory(State::empty(stack.identity())),
            runtime: runtime.expect("a runtime can be started"),
        }
    }

    /// What would be done to make AWS as `stack` says.
    pub fn plan(&self, stack: &Stack) -> Result<Plan, PlanError> {
        Ok(self.planned(stack, Goal::Stack)?.0)
    }

    /// What would be done if AWS has what the state says.
    pub fn plan_unasked(&self, stack: &Stack) -> Result<Plan, PlanError> {
        let input = PlanInput {
            view: &stack.view(),
            state: &self.store.0,
            observed: &Observations::from_state(&self.store.0),
        };
        Ok(plan::plan(input)?.0)
    }

    /// What would be done to delete everything.
    pub fn plan_to_nothing(&self, stack: &Stack) -> Result<Plan, PlanError> {
        Ok(self.planned(stack, Goal::Nothing)?.0)
    }

    /// What the plan to nothing does, and what is told beside it.
    pub fn destruction(&self, stack: &Stack) -> (Plan, PlanReport) {
        let view = stack.view();
        let input = PlanInput {
            view: &view,
            state: &self.store.0,
            observed: &self.survey(&view),
        };
        plan::destroy(input).expect("nothing is protected")
    }

    /// Makes AWS as `stack` says; everything is done.
    #[track_caller]
    pub fn apply(&mut self, stack: &Stack) -> Plan {
        let (plan, outcome) = self
            .carried_out(stack, Goal::Stack)
            .expect("it can be planned");
        assert!(outcome.is_complete(), "{outcome:#?} of {plan:#?}");
        plan
    }

    /// Deletes everything; everything is done.
    #[track_caller]
    pub fn destroy(&mut self, stack: &Stack) -> Plan {
        let (plan, outcome) = self
            .carried_out(stack, Goal::Nothing)
            .expect("it can be planned");
        assert!(outcome.is_complete(), "{outcome:#?} of {plan:#?}");
        plan
    }

    /// Makes AWS as `stack` says, as far as AWS lets it.
    pub fn try_to_apply(&mut self, stack: &Stack) -> Outcome {
        let carried_out = self.carried_out(stack, Goal::Stack);
        carried_out.expect("it can be planned").1
    }

    /// Makes AWS as `stack` says, and is killed after so many calls: the last one's answer is lost. A
    /// while goes by.
    pub fn apply_until_killed(&mut self, stack: &Stack, calls: u32) -> Outcome {
        let options = Options::default();
        self.aws.kill_after(calls, &options.cancel);
        let (plan, observed) = self.planned(stack, Goal::Stack).expect("it can be planned");
        let outcome = self.done(stack, &plan, &observed, &options);
        self.aws.let_live();
        for intent in self.store.0.intents.values_mut() {
            intent.since = 0;
        }
        outcome
    }

    /// Everything of the stack's is nobody's from now on.
    pub fn let_go(&self) {
        for (address, record) in &self.state().resources {
            let own = Own {
                id: record.id.clone(),
                properties: record.properties.clone(),
                before: Some(Ownership {
                    stack: self.state().stack.clone(),
                    address: *address,
                    generation: record.generation,
                    marks: record.lifecycle.marks,
                }),
                after: None,
            };
            let place = Place {
                type_name: &record.type_name,
                region: record.region,
            };
            let done = self.runtime.block_on(self.aws.own(place, &own));
            done.expect("it is there");
        }
    }

    /// Whether `id` may become what `stack` declares at `address`.
    pub fn propose(&self, stack: &Stack, address: &str, id: &str) -> Result<Proposal, AdoptError> {
        let (view, address) = (stack.view(), Address::new(address));
        let proposing = engine::propose(&view, self.state(), &self.aws, address, id);
        self.runtime.block_on(proposing)
    }

    /// What of Terraform's state `stack` declares.
    pub fn propose_from_terraform(&self, stack: &Stack, state: &str) -> Proposal {
        let (view, state) = (stack.view(), terraform::State::read(state));
        let state = state.expect("it is a state");
        let proposing = engine::propose_from_terraform(&view, self.state(), &self.aws, &state);
        self.runtime.block_on(proposing).expect("maps can be asked")
    }

    /// Makes it the stack's.
    pub fn adopt(&mut self, stack: &Stack, proposal: &Proposal) {
        let view = stack.view();
        let adopting = engine::adopt(&view, proposal, &mut self.store, &self.aws);
        let failed = self.runtime.block_on(adopting);
        assert!(failed.expect("memory keeps the state").is_empty());
    }

    /// The plan and what is told beside it, with what a person asks of it.
    pub fn plan_with(
        &self,
        stack: &Stack,
        options: &PlanOptions,
    ) -> Result<(Plan, PlanReport), PlanError> {
        let view = stack.view();
        let observed = self.survey(&view);
        let input = PlanInput {
            view: &view,
            state: &self.store.0,
            observed: &observed,
        };
        plan::plan_with(input, options)
    }

    /// The plan, kept with the ground that it stands on.
    pub fn save(&self, stack: &Stack) -> SavedPlan {
        self.on_its_ground(stack, SavedPlan::new)
            .expect("AWS was asked")
    }

    /// What is not as it was when a plan was saved.
    pub fn moved_since(&self, saved: &SavedPlan, stack: &Stack) -> Vec<Moved> {
        self.on_its_ground(stack, |plan, basis| saved.moved(plan, basis))
    }

    fn on_its_ground<T>(&self, stack: &Stack, look: impl FnOnce(&Plan, Basis<'_>) -> T) -> T {
        let (view, state) = (&stack.view(), &self.store.0);
        let observed = &self.survey(view);
        let account = self.runtime.block_on(self.aws.account());
        let input = PlanInput {
            view,
            state,
            observed,
        };
        let basis = Basis {
            view,
            state,
            observed,
            account: &account.expect("maps can be asked"),
            goal: &plan::Goal::stack(),
        };
        look(&plan::plan(input).expect("it can be planned").0, basis)
    }

    /// Applies what a person asks of a plan; everything is done.
    #[track_caller]
    pub fn apply_with(&mut self, stack: &Stack, options: &PlanOptions) -> Plan {
        let (plan, _) = self.plan_with(stack, options).expect("it can be planned");
        self.carry_out(stack, &plan);
        plan
    }

    /// Lets go of what is at an address.
    #[track_caller]
    pub fn forget(&mut self, stack: &Stack, address: &str) -> Plan {
        let view = stack.view();
        let observed = self.survey(&view);
        let input = PlanInput {
            view: &view,
            state: &self.store.0,
            observed: &observed,
        };
        let (plan, _) = plan::forget(input, &[address.to_owned()]).expect("it is there");
        self.carry_out(stack, &plan);
        plan
    }

    /// The state is deleted.
    pub fn lose_the_state(&mut self) {
        self.store.0 = State::empty(self.store.0.stack.clone());
    }

    fn survey(&self, view: &View) -> Observations {
        let survey = engine::survey(view, &self.store.0, &self.aws);
        self.runtime.block_on(survey).expect("maps can be asked")
    }

    #[track_caller]
    fn carry_out(&mut self, stack: &Stack, plan: &Plan) {
        let outputs = stack.outputs();
        let (options, lookups) = (Options::default(), BTreeMap::new());
        let applying = engine::apply(
            &outputs,
            plan,
            &lookups,
            &mut self.store,
            Arc::new(self.aws.clone()),
            &options,
            &|_| {},
        );
        let outcome = self.runtime.block_on(applying);
        let outcome = outcome.expect("memory keeps the state");
        assert!(outcome.is_complete(), "{outcome:#?} of {plan:#?}");
    }

    /// What the state holds.
    pub fn state(&self) -> &State {
        &self.store.0
    }

    fn planned(&self, stack: &Stack, goal: Goal) -> Result<(Plan, Observations), PlanError> {
        let view = stack.view();
        let survey = engine::survey(&view, &self.store.0, &self.aws);
        let observed = self.runtime.block_on(survey).expect("maps can be asked");
        let input = PlanInput {
            view: &view,
            state: &self.store.0,
            observed: &observed,
        };
        let (plan, _report) = match goal {
            Goal::Stack => plan::plan(input),
            Goal::Nothing => plan::destroy(input),
        }?;
        Ok((plan, observed))
    }

    fn carried_out(&mut self, stack: &Stack, goal: Goal) -> Result<(Plan, Outcome), PlanError> {
        let (plan, observed) = self.planned(stack, goal)?;
        let outcome = self.done(stack, &plan, &observed, &Options::default());
        Ok((plan, outcome))
    }

    fn done(
        &mut self,
        stack: &Stack,
        plan: &Plan,
        observed: &Observations,
        options: &Options,
    ) -> Outcome {
        let outputs = stack.outputs();
        let applying = engine::apply(
            &outputs,
            plan,
            &observed.lookups,
            &mut self.store,
            Arc::new(self.aws.clone()),
            options,
            &|_| {},
        );
        let outcome = self.runtime.block_on(applying);
        outcome.expect("memory keeps the state")
    }
}

struct Memory(State);

#[async_trait]
impl StateStore for Memory {
    fn state(&self) -> &State {
        &self.0
    }

    async fn record(&mut self, entry: Entry) -> Result<(), StateError> {
        self.0.apply(entry);
        Ok(())
    }

    async fn compact(&mut self) -> Result<(), StateError> {
        Ok(())
    }
}
