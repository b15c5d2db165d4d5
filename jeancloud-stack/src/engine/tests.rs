//! What the engine does when things go wrong, on an AWS of maps that goes wrong on demand.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use jeancloud_model::{
    Address, Region, cidr,
    ec2::{Subnet, Vpc},
};
use serde_json::json;

use super::{EngineError, Options, Outcome, apply, survey};
use crate::{
    Provider, ProviderError, Stack,
    plan::{self, Op, Plan, PlanInput},
    provider::{
        Account, Create, Delete, ErrorKind, Found, Marks, Observed, Own, Ownership, Place, Update,
        Wanted,
    },
    state::{Entry, Intent, State, StateError, StateStore},
};

type Result<T> = std::result::Result<T, ProviderError>;

/// An AWS of VPCs and subnets that writes down what it is asked for.
#[derive(Default)]
struct Fake(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    things: BTreeMap<String, Thing>,
    log: Vec<String>,
    /// What it answers to the next calls of `finish`.
    finishes: VecDeque<Finish>,
    /// Whether it finds by an address what is another stack's by its tags.
    finds_whatever_has_the_address: bool,
    /// Whether the next update fails once it is done.
    fails_after_updating: bool,
}

struct Thing {
    type_name: String,
    observed: Observed,
}

enum Finish {
    Refused(ErrorKind),
    /// The run is stopped meanwhile.
    Stopped(super::Cancel),
    /// It fails, and the thing is gone.
    Gone(ErrorKind),
}

impl Fake {
    fn with<T>(&self, look: impl FnOnce(&mut Inner) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn make(&self, place: Place<'_>, create: &Create) -> String {
        let ownership = create.ownership.clone();
        let id = format!("{}-{}", ownership.address.name(), ownership.generation);
        let output = if place.type_name.ends_with("VPC") {
            "VpcId"
        } else {
            "SubnetId"
        };
        let observed = Observed {
            id: id.clone(),
            properties: create.properties.clone(),
            outputs: BTreeMap::from([(output.to_owned(), json!(id))]),
            ownership: Some(ownership),
            going: false,
        };
        let type_name = place.type_name.to_owned();
        self.with(|fake| {
            fake.things.insert(
                id.clone(),
                Thing {
                    type_name,
                    observed,
                },
            )
        });
        id
    }

    fn log(&self) -> Vec<String> {
        self.with(|fake| std::mem::take(&mut fake.log))
    }
}

#[async_trait]
impl Provider for Fake {
    async fn account(&self) -> Result<Account> {
        Ok(Account {
            partition: "aws".into(),
            id: "123456789012".into(),
            endpoint: None,
        })
    }

    async fn observe(&self, _: Place<'_>, ids: &[String]) -> Result<Vec<Observed>> {
        Ok(self.with(|fake| {
            let things = ids.iter().filter_map(|id| fake.things.get(id));
            things.map(|thing| thing.observed.clone()).collect()
        }))
    }

    async fn find(&self, place: Place<'_>, _: &[Wanted]) -> Result<Vec<Found>> {
        Ok(self.with(|fake| {
            let things = fake.things.values();
            let found = things.filter(|thing| thing.type_name == place.type_name);
            let found = found.filter_map(|thing| {
                let ownership = thing.observed.ownership.clone()?;
                let is_known = ownership.stack == "s" || fake.finds_whatever_has_the_address;
                is_known.then(|| Found {
                    ownership,
                    id: thing.observed.id.clone(),
                })
            });
            found.collect()
        }))
    }

    async fn create(&self, place: Place<'_>, create: &Create) -> Result<String> {
        self.with(|fake| {
            fake.log
                .push(format!("create {}", create.ownership.address))
        });
        Ok(self.make(place, create))
    }

    async fn finish(&self, _: Place<'_>, create: &Create, id: &str) -> Result<()> {
        let answer = self.with(|fake| {
            fake.log
                .push(format!("finish {}", create.ownership.address));
            fake.finishes.pop_front()
        });
        match answer {
            None => Ok(()),
            Some(Finish::Refused(kind)) => Err(ProviderError::new(kind, "Finish", "not now")),
            Some(Finish::Stopped(cancel)) => {
                cancel.stop();
                std::future::pending().await
            }
            Some(Finish::Gone(kind)) => {
                self.with(|fake| fake.things.remove(id));
                Err(ProviderError::new(kind, "Finish", "it went away"))
            }
        }
    }

    async fn update(&self, _: Place<'_>, update: &Update) -> Result<()> {
        self.with(|fake| {
            fake.log
                .push(format!("update {}", update.ownership.address));
            if let Some(thing) = fake.things.get_mut(&update.id) {
                thing.observed.properties = update.after.clone();
            }
            match std::mem::take(&mut fake.fails_after_updating) {
                true => Err(ProviderError::new(ErrorKind::Failed, "Update", "it broke")),
                false => Ok(()),
            }
        })
    }

    async fn own(&self, _: Place<'_>, own: &Own) -> Result<()> {
        self.with(|fake| {
            let before = own.before.as_ref().map(|it| it.address.to_string());
            let before = before.as_deref().unwrap_or("nobody's");
            fake.log.push(format!("own {before}"));
            if let Some(thing) = fake.things.get_mut(&own.id) {
                thing.observed.ownership = own.after.clone();
            }
        });
        Ok(())
    }

    async fn delete(&self, _: Place<'_>, delete: &Delete) -> Result<()> {
        self.with(|fake| {
            fake.log
                .push(format!("delete {}", delete.ownership.address));
            fake.things.remove(&delete.id);
        });
        Ok(())
    }

    async fn read(&self, _: Place<'_>, _: &serde_json::Value) -> Result<Observed> {
        Err(ProviderError::new(ErrorKind::NotFound, "Read", "nothing"))
    }

    fn permissions(&self, _: &str) -> &'static [&'static str] {
        &[]
    }
}

struct Memory(State);

#[async_trait]
impl StateStore for Memory {
    fn state(&self) -> &State {
        &self.0
    }

    async fn record(&mut self, entry: Entry) -> std::result::Result<(), StateError> {
        self.0.apply(entry);
        Ok(())
    }

    async fn compact(&mut self) -> std::result::Result<(), StateError> {
        Ok(())
    }
}

/// A stack, its AWS and its state.
struct World {
    aws: Arc<Fake>,
    store: Memory,
}

impl World {
    fn new() -> Self {
        Self {
            aws: Arc::default(),
            store: Memory(State::empty("s")),
        }
    }

    async fn plan(&self, stack: &Stack) -> std::result::Result<Plan, EngineError> {
        let view = stack.view();
        let observed = survey(&view, &self.store.0, &*self.aws).await?;
        let state = &self.store.0;
        let input = PlanInput {
            view: &view,
            state,
            observed: &observed,
        };
        Ok(plan::plan(input)?.0)
    }

    async fn run(&mut self, stack: &Stack, options: &Options) -> Outcome {
        let plan = self.plan(stack).await.unwrap();
        let none = BTreeMap::new();
        let outputs = stack.outputs();
        let aws = self.aws.clone();
        apply(
            &outputs,
            &plan,
            &none,
            &mut self.store,
            aws,
            options,
            &|_| {},
        )
        .await
        .unwrap()
    }

    fn finishes(&self, next: Finish) {
        self.aws.with(|fake| fake.finishes.push_back(next));
    }
}

fn network() -> Stack {
    let stack = Stack::new("s");
    let france = stack.region("france", Region::EuWest3);
    let block = cidr!("10.0.0.0/24");
    let vpc = france.add("vpc", Vpc::builder().cidr_block(block).build());
    let private = Subnet::builder().vpc_id(&vpc).cidr_block(block);
    france.add(
        "private",
        private.availability_zone(jeancloud_model::Az::A).build(),
    );
    stack.output("vpc", vpc.id());
    stack
}

fn intent(id: Option<&str>) -> Intent {
    Intent {
        type_name: "AWS::EC2::VPC".into(),
        region: Region::EuWest3,
        generation: 1,
        token: "t".into(),
        id: id.map(str::to_owned),
        properties: serde_json::Value::Null,
        replace_when: vec![],
        since: 0,
    }
}

#[tokio::test]
async fn what_follows_a_creating_call_is_repeated_without_that_call() {
    let mut world = World::new();
    world.finishes(Finish::Refused(ErrorKind::Throttled));
    let outcome = world.run(&network(), &Options::default()).await;
    assert!(outcome.is_complete(), "{outcome:?}");
    let expected = [
        "create france/vpc",
        "finish france/vpc",
        "finish france/vpc",
        "create france/private",
        "finish france/private",
    ];
    assert_eq!(world.aws.log(), expected);
}

#[tokio::test]
async fn what_an_interrupted_run_made_is_finished_before_anybody_relies_on_it() {
    let mut world = World::new();
    let options = Options::default();
    world.finishes(Finish::Stopped(options.cancel.clone()));
    let outcome = world.run(&network(), &options).await;
    assert!(outcome.interrupted);
    assert_eq!(world.aws.log(), ["create france/vpc", "finish france/vpc"]);

    let outcome = world.run(&network(), &Options::default()).await;
    assert!(outcome.is_complete(), "{outcome:?}");
    let expected = [
        "finish france/vpc",
        "create france/private",
        "finish france/private",
    ];
    assert_eq!(world.aws.log(), expected);
    assert!(world.store.0.intents.is_empty());
}

#[tokio::test]
async fn what_goes_away_while_it_is_finished_is_told_as_aws_told_it() {
    let mut world = World::new();
    world.finishes(Finish::Gone(ErrorKind::Failed));
    let outcome = world.run(&network(), &Options::default()).await;
    assert_eq!(outcome.failed[0].error.to_string(), "Finish: it went away");
    assert!(world.store.0.intents.is_empty() && world.store.0.resources.is_empty());
}

#[tokio::test]
async fn what_an_interrupted_run_made_and_then_lost_is_made_anew_under_another_token() {
    let mut world = World::new();
    let address = Address::new("france/vpc");
    world.store.0.intents.insert(address, intent(Some("vpc-9")));
    let outcome = world.run(&network(), &Options::default()).await;
    assert!(outcome.is_complete(), "{outcome:?}");
    assert_eq!(
        world.aws.log()[..2],
        ["create france/vpc", "finish france/vpc"]
    );
}

#[tokio::test]
async fn what_was_begun_and_is_declared_no_more_is_found_and_deleted() {
    let mut world = World::new();
    let address = Address::new("france/old");
    world.store.0.intents.insert(address, intent(None));
    let place = Place {
        type_name: "AWS::EC2::VPC",
        region: Region::EuWest3,
    };
    let ownership = Ownership {
        stack: "s".into(),
        address,
        generation: 1,
        marks: Marks::default(),
    };
    let properties = json!({"CidrBlock": "10.9.0.0/24"});
    world.aws.make(
        place,
        &Create {
            ownership,
            properties,
            token: "t".into(),
            timeout: None,
        },
    );

    let empty = Stack::new("s");
    let plan = world.plan(&empty).await.unwrap();
    let ops: Vec<_> = plan
        .actions
        .iter()
        .map(|action| (action.op, action.address))
        .collect();
    assert_eq!(ops, [(Op::Delete, address)]);
    assert!(world.run(&empty, &Options::default()).await.is_complete());
    assert!(world.store.0.intents.is_empty());
}

#[tokio::test]
async fn a_state_that_names_another_stacks_resource_is_refused() {
    let mut world = World::new();
    assert!(
        world
            .run(&network(), &Options::default())
            .await
            .is_complete()
    );
    world.aws.with(|fake| {
        let vpc = fake.things.get_mut("vpc-1").unwrap();
        vpc.observed.ownership.as_mut().unwrap().stack = "theirs".into();
    });
    let error = world.plan(&network()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the state says that france/vpc is vpc-1, which belongs to france/vpc of the stack theirs"
    );
}

#[tokio::test]
async fn what_is_destroyed_leaves_no_outputs() {
    let mut world = World::new();
    let stack = network();
    let outcome = world.run(&stack, &Options::default()).await;
    assert_eq!(outcome.outputs["vpc"], json!("vpc-1"));
    let view = stack.view();
    let observed = survey(&view, &world.store.0, &*world.aws).await.unwrap();
    let state = &world.store.0;
    let (end, _) = plan::destroy(PlanInput {
        view: &view,
        state,
        observed: &observed,
    })
    .unwrap();
    let (outputs, none, aws) = (stack.outputs(), BTreeMap::new(), world.aws.clone());
    let options = Options::default();
    let outcome = apply(
        &outputs,
        &end,
        &none,
        &mut world.store,
        aws,
        &options,
        &|_| {},
    )
    .await;
    assert!(outcome.unwrap().outputs.is_empty());
    assert!(world.store.0.outputs.is_empty());
}

#[tokio::test]
async fn what_fails_stops_what_waits_for_it_and_nothing_else_and_the_next_run_goes_on() {
    let mut world = World::new();
    let stack = network();
    let france = stack.region("france", Region::EuWest3);
    let other = Vpc::builder().cidr_block(cidr!("10.1.0.0/24")).build();
    france.add("other", other);
    world.finishes(Finish::Refused(ErrorKind::Failed));
    let outcome = world.run(&stack, &Options::default()).await;
    let addresses = |all: &[Address]| all.iter().map(Address::to_string).collect::<Vec<_>>();
    let failed: Vec<_> = outcome.failed.iter().map(|one| one.address).collect();
    let completed: Vec<_> = outcome.completed.iter().map(|one| one.address).collect();
    assert_eq!(addresses(&failed), ["france/vpc"]);
    assert_eq!(addresses(&completed), ["france/other"]);
    let [skipped] = &outcome.skipped[..] else {
        panic!("{outcome:?}")
    };
    assert_eq!(skipped.because, Some(outcome.failed[0].action));
    assert_eq!(skipped.reason, "it waits for france/vpc, which failed");

    let outcome = world.run(&stack, &Options::default()).await;
    assert!(outcome.is_complete(), "{outcome:?}");
    assert!(world.plan(&stack).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_change_that_failed_after_aws_took_it_is_taken_up_by_the_next_run() {
    let mut world = World::new();
    let version = |name: &str| {
        let stack = Stack::new("s");
        let france = stack.region("france", Region::EuWest3);
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/24"));
        france.add("vpc", vpc.tag("Name", name).build());
        stack
    };
    let options = Options::default();
    assert!(world.run(&version("a"), &options).await.is_complete());
    world.aws.with(|fake| fake.fails_after_updating = true);
    let outcome = world.run(&version("b"), &options).await;
    assert_eq!(outcome.failed[0].error.kind, ErrorKind::Failed);

    // AWS has what is declared, and still there is something to do.
    let plan = world.plan(&version("b")).await.unwrap();
    let reasons: Vec<_> = plan.actions.iter().map(|one| &*one.reason).collect();
    assert_eq!(reasons, ["begun by an earlier run and not finished"]);
    assert!(world.run(&version("b"), &options).await.is_complete());
    assert!(world.plan(&version("b")).await.unwrap().is_empty());
    assert!(world.store.0.intents.is_empty());
}

/// As a zone is found by the reference that it was made with, although its tags say another stack.
#[tokio::test]
async fn what_is_found_and_belongs_to_another_stack_is_not_taken_for_ours() {
    let mut world = World::new();
    let outcome = world.run(&network(), &Options::default()).await;
    assert!(outcome.is_complete());
    world.aws.with(|fake| {
        let vpc = fake.things.get_mut("vpc-1").expect("it was made");
        vpc.observed.ownership.as_mut().expect("it is ours").stack = "t".into();
        fake.finds_whatever_has_the_address = true;
    });
    // What the state names must be ours.
    let refused = world.plan(&network()).await.unwrap_err();
    assert!(matches!(refused, EngineError::NotOurs { .. }), "{refused}");
    // Without a state it is somebody's, and another one is made.
    world.store = Memory(State::empty("s"));
    let plan = world.plan(&network()).await.unwrap();
    let made: Vec<_> = plan.at("france/vpc").map(|action| action.op).collect();
    assert_eq!(made, [Op::Create]);
}
