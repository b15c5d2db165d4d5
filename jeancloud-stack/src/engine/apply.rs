//! [`apply()`]: doing what a plan says, each action as soon as what it waits for is done.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use jeancloud_model::Address;
use serde_json::Value as Json;
use tokio::sync::{Mutex, Semaphore};

use super::{
    Cancel, EngineError, Event, Skipped,
    outputs::{Resolved, resolved},
    run,
    skipped::skipped,
};
use crate::{
    plan::{Action, Op, Plan},
    provider::{Observed, Provider, ProviderError},
    state::{Entry, StateError, StateStore},
    time::{self, Instant},
};

/// How to apply.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How many actions may run at once; 32 where nothing is said. Each service has a limit of its
    /// own beside it.
    pub parallelism: Option<usize>,
    /// Stops the run.
    pub cancel: Cancel,
}

/// How it ended.
#[derive(Debug, Default)]
#[must_use = "it says what failed"]
#[non_exhaustive]
pub struct Outcome {
    /// How many actions were done.
    pub done: usize,
    /// Those that failed.
    pub failed: Vec<Failure>,
    /// Which they were, in the order in which they were done.
    pub completed: Vec<Completed>,
    /// Those that were not begun, in the order of the plan.
    pub skipped: Vec<Skipped>,
    /// Whether it was stopped from outside.
    pub interrupted: bool,
    /// How long it took.
    pub elapsed: Duration,
    /// The declared outputs, as far as they are known.
    pub outputs: BTreeMap<String, Json>,
    /// Those that refer to something that the plan left out, by name, with what that is. They have the
    /// value that an earlier apply gave them, or none.
    pub left_out: BTreeMap<String, Address>,
}

impl Outcome {
    /// Whether every action was done.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.skipped.is_empty() && !self.interrupted
    }
}

/// An action that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completed {
    /// Its number.
    pub action: usize,
    /// What was done.
    pub op: Op,
    /// To what.
    pub address: Address,
}

/// An action that failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure {
    /// Its number.
    pub action: usize,
    /// What was to be done.
    pub op: Op,
    /// To what.
    pub address: Address,
    /// Why.
    pub error: ProviderError,
}

/// What the actions of a run share.
pub(super) struct Shared<'s> {
    pub(super) stack: String,
    pub(super) provider: Arc<dyn Provider>,
    pub(super) store: Mutex<&'s mut dyn StateStore>,
    /// Outputs of what exists, by address.
    pub(super) outputs: Mutex<BTreeMap<Address, BTreeMap<String, Json>>>,
    /// The answers to lookups.
    pub(super) lookups: Mutex<BTreeMap<Address, Observed>>,
}

/// Does what `plan` says. `outputs` are the stack's declared outputs; `lookups` the answers that the
/// survey got.
///
/// # Errors
/// Where the state can't be kept, or is another account's. What AWS refuses is in the outcome.
pub async fn apply(
    outputs: &[(String, Json)],
    plan: &Plan,
    lookups: &BTreeMap<Address, Observed>,
    store: &mut dyn StateStore,
    provider: Arc<dyn Provider>,
    options: &Options,
    events: &(dyn Fn(&Event) + Send + Sync),
) -> Result<Outcome, EngineError> {
    let time = provider.time().cloned();
    let applying = apply_now(outputs, plan, lookups, store, provider, options, events);
    time::within(time.as_ref(), applying).await
}

async fn apply_now(
    outputs: &[(String, Json)],
    plan: &Plan,
    lookups: &BTreeMap<Address, Observed>,
    store: &mut dyn StateStore,
    provider: Arc<dyn Provider>,
    options: &Options,
    events: &(dyn Fn(&Event) + Send + Sync),
) -> Result<Outcome, EngineError> {
    let began = Instant::now();
    let account = provider
        .account()
        .await
        .map_err(|source| EngineError::Provider {
            address: None,
            source,
        })?;
    match store.state().account.clone() {
        Some(recorded) if recorded != account => {
            return Err(EngineError::OtherAccount {
                recorded,
                present: account,
            });
        }
        Some(_) => {}
        None => store.record(Entry::Account { account }).await?,
    }
    follow_moves(plan, store).await?;
    let mut begun = Vec::new();
    for (address, record) in plan.found.clone() {
        // What an interrupted run began is written down once it is finished; where it is not going to be,
        // at once, since the intent makes room for another one.
        let unfinished = store.state().begun(address, record.generation).is_some();
        match unfinished && plan.goes_on(address, record.generation) {
            true => begun.push((address, record.outputs)),
            false => store.record(Entry::Put { address, record }).await?,
        }
    }
    let mut known: BTreeMap<Address, BTreeMap<String, Json>> = store
        .state()
        .resources
        .iter()
        .map(|(address, record)| (*address, record.outputs.clone()))
        .collect();
    // Others may be made of its outputs before it is finished: a group's rules come before the group
    // loses those that nobody declared.
    known.extend(begun);
    known.extend(
        lookups
            .iter()
            .map(|(address, answer)| (*address, answer.outputs.clone())),
    );
    let shared = Shared {
        stack: plan.stack.clone(),
        provider,
        store: Mutex::new(store),
        outputs: Mutex::new(known),
        lookups: Mutex::new(lookups.clone()),
    };
    let mut outcome = Schedule::new(plan, options).run(&shared, events).await?;
    let known = shared.outputs.into_inner();
    let mut answers = shared.lookups.into_inner();
    let store = shared.store.into_inner();
    // What is destroyed leaves none, not even those that nothing has to be asked for.
    if plan.is_empty() || !store.state().resources.is_empty() {
        let former = &store.state().outputs;
        let Resolved { values, left_out } = resolved(outputs, &known, &plan.left_out, former);
        (outcome.outputs, outcome.left_out) = (values, left_out);
    } else {
        answers.clear();
    }
    store.record(Entry::Lookups { answers }).await?;
    store
        .record(Entry::Outputs {
            outputs: outcome.outputs.clone(),
        })
        .await?;
    store.compact().await?;
    outcome.elapsed = began.elapsed();
    events(&Event::Finished {
        done: outcome.done,
        failed: outcome.failed.len(),
        skipped: outcome.skipped.len(),
        interrupted: outcome.interrupted,
        elapsed: outcome.elapsed,
    });
    Ok(outcome)
}

/// Renames in the state what the program says was moved: the plan is about the new addresses. Where
/// it was done already, nothing is.
///
/// # Errors
/// Where the state can't be kept.
pub async fn follow_moves(plan: &Plan, store: &mut dyn StateStore) -> Result<(), StateError> {
    for &(from, to) in &plan.moves {
        let addresses = store.state().addresses();
        if addresses.contains(&from) && !addresses.contains(&to) {
            store.record(Entry::Moved { from, to }).await?;
        }
    }
    Ok(())
}

/// Which actions are done, running, and ready.
struct Schedule<'p> {
    plan: &'p Plan,
    waiting: Vec<BTreeSet<usize>>,
    dependents: Vec<Vec<usize>>,
    ready: BTreeSet<usize>,
    cancel: Cancel,
    all: Arc<Semaphore>,
    services: BTreeMap<String, Arc<Semaphore>>,
    outcome: Outcome,
}

type Ended = (usize, Duration, Result<(), run::RunError>);

impl<'p> Schedule<'p> {
    fn new(plan: &'p Plan, options: &Options) -> Self {
        let waiting: Vec<BTreeSet<usize>> = plan
            .actions
            .iter()
            .map(|action| action.after.iter().copied().collect())
            .collect();
        let mut dependents = vec![Vec::new(); plan.actions.len()];
        for action in &plan.actions {
            for other in &action.after {
                dependents[*other].push(action.id);
            }
        }
        let ready = waiting
            .iter()
            .enumerate()
            .filter(|(_, after)| after.is_empty())
            .map(|(id, _)| id)
            .collect();
        Self {
            plan,
            waiting,
            dependents,
            ready,
            cancel: options.cancel.clone(),
            all: Arc::new(Semaphore::new(options.parallelism.unwrap_or(32).max(1))),
            services: BTreeMap::new(),
            outcome: Outcome::default(),
        }
    }

    async fn run(
        mut self,
        shared: &Shared<'_>,
        events: &(dyn Fn(&Event) + Send + Sync),
    ) -> Result<Outcome, EngineError> {
        // The actions borrow what they share, so they run on this task: they spend their time
        // waiting for AWS, not computing.
        let mut running = futures_util::stream::FuturesUnordered::new();
        let mut wishes = self.cancel.wishes();
        loop {
            if self.cancel.is_stopped() {
                break;
            }
            if !self.cancel.is_requested() {
                while let Some(id) = self.ready.pop_first() {
                    let action = &self.plan.actions[id];
                    let service = self.service(action, shared);
                    running.push(act(
                        action,
                        shared,
                        events,
                        self.all.clone(),
                        service,
                        self.cancel.clone(),
                    ));
                }
            }
            if running.is_empty() {
                break;
            }
            tokio::select! {
                biased;
                ended = futures_util::StreamExt::next(&mut running) => {
                    if let Some(ended) = ended {
                        self.ended(ended, events)?;
                    }
                }
                () = wishes.changed() => {}
            }
        }
        self.outcome.interrupted |= self.cancel.is_requested();
        drop(running);
        self.skip_the_rest(events);
        Ok(self.outcome)
    }

    fn service(&mut self, action: &Action, shared: &Shared<'_>) -> Arc<Semaphore> {
        let service = action.type_name.split("::").nth(1).unwrap_or_default();
        let limit = shared.provider.parallelism(service).max(1);
        self.services
            .entry(service.to_owned())
            .or_insert_with(|| Arc::new(Semaphore::new(limit)))
            .clone()
    }

    fn ended(
        &mut self,
        (id, elapsed, result): Ended,
        events: &(dyn Fn(&Event) + Send + Sync),
    ) -> Result<(), EngineError> {
        let action = &self.plan.actions[id];
        let (op, address) = (action.op, action.address);
        match result {
            Ok(()) => {
                self.outcome.done += 1;
                self.outcome.completed.push(Completed {
                    action: id,
                    op,
                    address,
                });
                events(&Event::Done {
                    action: id,
                    op,
                    address,
                    elapsed,
                });
                for next in self.dependents[id].clone() {
                    self.waiting[next].remove(&id);
                    if self.waiting[next].is_empty() {
                        self.ready.insert(next);
                    }
                }
                Ok(())
            }
            Err(run::RunError::NotBegun) => {
                self.ready.insert(id);
                Ok(())
            }
            Err(run::RunError::State(error)) => Err(error.into()),
            Err(run::RunError::Aws(error)) => {
                events(&Event::Failed {
                    action: id,
                    op,
                    address,
                    error: error.to_string(),
                    hint: error.hint.clone(),
                });
                self.outcome.failed.push(Failure {
                    action: id,
                    op,
                    address,
                    error,
                });
                self.waiting[id].insert(id);
                Ok(())
            }
        }
    }

    /// Whatever is left could not begin: it says why.
    fn skip_the_rest(&mut self, events: &(dyn Fn(&Event) + Send + Sync)) {
        let failed = self.outcome.failed.iter();
        let failed: BTreeSet<usize> = failed.map(|failure| failure.action).collect();
        let left = (0..self.plan.actions.len()).filter(|id| {
            let waits = !self.waiting[*id].is_empty() || self.ready.contains(id);
            waits && !failed.contains(id)
        });
        for skipped in skipped(self.plan, &failed, &left.collect()) {
            events(&Event::Skipped {
                action: skipped.action,
                op: skipped.op,
                address: skipped.address,
                reason: skipped.reason.clone(),
            });
            self.outcome.skipped.push(skipped);
        }
    }
}

/// One action, from the moment that it may begin.
async fn act(
    action: &Action,
    shared: &Shared<'_>,
    events: &(dyn Fn(&Event) + Send + Sync),
    all: Arc<Semaphore>,
    service: Arc<Semaphore>,
    cancel: Cancel,
) -> Ended {
    let closed = "broken invariant: the engine never closes its semaphores";
    let _one_of_the_service = service.acquire().await.expect(closed);
    let _one_of_all = all.acquire().await.expect(closed);
    if cancel.is_requested() {
        return (action.id, Duration::ZERO, Err(run::RunError::NotBegun));
    }
    let began = Instant::now();
    events(&Event::Started {
        action: action.id,
        op: action.op,
        address: action.address,
        type_name: action.type_name.clone(),
    });
    let result = run::action(action, shared, events).await;
    (action.id, began.elapsed(), result)
}
