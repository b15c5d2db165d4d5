//! [`World`]: an account, a state in a folder, and a stack that is planned and applied.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use jeancloud::Session;
use jeancloud_aws::{Aws, Clients};
use jeancloud_model::{Address, Region};
use jeancloud_stack::{
    Provider, ProviderError, Stack,
    engine::{self, AdoptError, Cancel, Event, Match, Options, Outcome},
    plan::{Loss, Plan},
    provider::{
        Account, Create, Delete, Found, Marks, Observed, Own, Ownership, Place, Update, Wanted,
    },
    state::{Entry, FileStore, Record, State, StateStore},
};
use serde_json::Value as Json;
use tempfile::TempDir;

use super::{
    Cloud, On,
    case::{Case, Version},
    is_expected_to_fail, lossy,
};

/// The name of every stack. Accounts keep the tests apart, and environments what is unique among
/// all accounts, as the names of buckets.
const STACK: &str = "conformance";

/// An account, a state in a folder, and a stack that is planned and applied.
pub struct World {
    cloud: Cloud,
    aws: Arc<Watched>,
    folder: TempDir,
}

impl World {
    /// An account and a state of its own for `test`.
    pub async fn new(on: On, test: &str) -> Self {
        Self::of(Cloud::new(on, test).await)
    }

    /// Another account of the same AWS, with a state of its own.
    pub async fn beside(&self, test: &str) -> Self {
        Self::of(self.cloud.beside(test).await)
    }

    fn of(cloud: Cloud) -> Self {
        Self {
            aws: Arc::new(Watched {
                aws: cloud.aws(),
                loses_when_creating: Mutex::default(),
                lost: AtomicBool::new(false),
                interrupts_when_finishing: Mutex::default(),
            }),
            folder: new_folder(),
            cloud,
        }
    }

    /// The SDK's clients, for what somebody does without the stack.
    pub async fn clients(&self, region: Region) -> Arc<Clients> {
        let clients = self.aws.aws.clients(region).await;
        clients.expect("there is every region")
    }

    /// AWS itself, for what somebody does without the stack.
    pub fn provider(&self) -> &dyn Provider {
        &*self.aws
    }

    /// Plans `version` and changes nothing.
    pub async fn plan(&self, version: Version) -> Plan {
        let planned = self.session(version).plan().await;
        planned.expect("the stack can be planned").plan
    }

    /// What a plan to delete everything says that is lost.
    pub async fn losses(&self, version: Version) -> Vec<Loss> {
        let planned = self.session(version).plan_destruction().await;
        planned
            .expect("the destruction can be planned")
            .report
            .losses
    }

    /// Applies `version`, every action of it, and returns the plan.
    pub async fn apply(&self, version: Version) -> Plan {
        let (plan, outcome) = self.try_apply(version).await;
        assert!(
            outcome.is_complete(),
            "not everything was done: {outcome:#?} of {plan:#?}"
        );
        plan
    }

    /// Applies `version`, come what may.
    pub async fn try_apply(&self, version: Version) -> (Plan, Outcome) {
        let mut session = self.session(version);
        let planned = session.plan().await.expect("the stack can be planned");
        let options = Options::default();
        let gives_up = is_expected_to_fail();
        let events = |event: &Event| {
            if gives_up && matches!(event, Event::Retrying { .. }) {
                options.cancel.stop();
            }
        };
        let outcome = session.apply(&planned, &options, &events).await;
        (planned.plan, outcome.expect("the state can be kept"))
    }

    /// Applies `version` and is killed right after the creating call at `address`.
    pub async fn apply_until_created(&self, version: Version, address: &str) -> Outcome {
        let options = Options::default();
        let at = (Address::new(address), options.cancel.clone());
        *self
            .aws
            .interrupts_when_finishing
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(at);
        let mut session = self.session(version);
        let planned = session.plan().await.expect("the stack can be planned");
        let outcome = session.apply(&planned, &options, &|_| {}).await;
        outcome.expect("the state can be kept")
    }

    /// Deletes everything that `version` declares.
    pub async fn destroy(&self, version: Version) {
        let mut session = self.session(version);
        let planned = session.plan_destruction().await;
        let planned = planned.expect("the destruction can be planned");
        let outcome = session.apply(&planned, &Options::default(), &|_| {}).await;
        let outcome = outcome.expect("the state can be kept");
        assert!(
            outcome.is_complete(),
            "not everything was deleted: {outcome:#?}"
        );
    }

    /// How many there are of the case's resource, asked without the state.
    pub async fn count(&self, case: &Case, version: Version) -> usize {
        let stack = self.declared(version);
        let view = stack.view();
        let observed = engine::survey(&view, &State::empty(&stack.identity()), &*self.aws).await;
        let observed = observed.expect("AWS can be asked");
        observed
            .resources
            .get(&Address::new(case.address))
            .map_or(0, Vec::len)
    }

    /// The physical id of the case's resource.
    pub fn id(&self, case: &Case) -> String {
        self.record(case).id
    }

    /// Forgets everything that was done.
    pub fn lose_state(&mut self) {
        self.folder = new_folder();
    }

    /// The next creation at `address` loses the answer to its first changing request.
    pub fn lose_an_answer_when_creating(&self, address: &str) {
        *self.aws.lock() = Some(Address::new(address));
    }

    /// Whether an answer was lost.
    pub fn lost_an_answer(&self) -> bool {
        self.aws.lost.load(Ordering::Relaxed)
    }

    /// Deletes the case's resource without the state being told.
    pub async fn delete_behind_its_back(&self, case: &Case) {
        let record = self.record(case);
        let place = Place {
            type_name: &record.type_name,
            region: record.region,
        };
        let delete = Delete {
            ownership: Ownership {
                stack: self.stack().identity(),
                address: Address::new(case.address),
                generation: record.generation,
                marks: Marks::default(),
            },
            id: record.id,
            properties: record.properties,
            timeout: None,
        };
        self.aws
            .delete(place, &delete)
            .await
            .expect("deleting what may be gone succeeds");
    }

    /// The case's resource, as AWS has it.
    pub async fn seen(&self, case: &Case) -> Observed {
        let record = self.record(case);
        let place = Place {
            type_name: &record.type_name,
            region: record.region,
        };
        let seen = self
            .aws
            .observe(place, std::slice::from_ref(&record.id))
            .await;
        let seen = seen.expect("moto can be asked").pop();
        seen.unwrap_or_else(|| panic!("{} is not there", record.id))
    }

    /// Writes other ownership tags to the case's resource, or takes them off.
    pub async fn own(
        &self,
        case: &Case,
        seen: &Observed,
        before: &Ownership,
        after: Option<&Ownership>,
    ) {
        let record = self.record(case);
        let place = Place {
            type_name: &record.type_name,
            region: record.region,
        };
        let own = Own {
            id: record.id,
            properties: seen.properties.clone(),
            before: Some(before.clone()),
            after: after.cloned(),
        };
        let owned = self.aws.own(place, &own).await;
        owned.expect("its tags can be written");
    }

    /// Takes the case's resource off the record.
    pub async fn forget(&self, case: &Case) {
        let generation = self.record(case).generation;
        let address = Address::new(case.address);
        let gone = Entry::Removed {
            address,
            generation,
        };
        let recorded = self.open().record(gone).await;
        recorded.expect("the state can be kept");
    }

    /// Makes what has this id the case's resource.
    pub async fn adopt(&self, case: &Case, id: &str) -> Result<Match, AdoptError> {
        let (stack, mut store) = (self.declared(case.base), self.open());
        let (view, address) = (stack.view(), Address::new(case.address));
        let state = store.state();
        let proposal = engine::propose(&view, state, &*self.aws, address, id).await?;
        let failed = engine::adopt(&view, &proposal, &mut store, &*self.aws).await;
        let failed = failed.expect("the state can be kept");
        assert!(failed.is_empty(), "not everything got its tags: {failed:?}");
        Ok(proposal
            .matches
            .into_iter()
            .next()
            .expect("one was asked for"))
    }

    fn record(&self, case: &Case) -> Record {
        let store = self.open();
        let record = store.state().resources.get(&Address::new(case.address));
        record
            .cloned()
            .unwrap_or_else(|| panic!("the state has no {}", case.address))
    }

    fn stack(&self) -> Stack {
        Stack::new(STACK).environment(self.cloud.number())
    }

    fn declared(&self, version: Version) -> Stack {
        let stack = self.stack();
        version(&stack);
        stack
    }

    fn open(&self) -> FileStore {
        FileStore::open(self.folder.path(), &self.stack().identity())
            .expect("a new folder can hold a state")
    }

    fn session(&self, version: Version) -> Session {
        let stack = self.declared(version);
        Session::shared(&stack, self.aws.clone(), Box::new(self.open()))
    }
}

fn new_folder() -> TempDir {
    TempDir::new().expect("a temporary folder can be made")
}

/// AWS, with answers that get lost on demand.
struct Watched {
    aws: Aws,
    loses_when_creating: Mutex<Option<Address>>,
    lost: AtomicBool,
    interrupts_when_finishing: Mutex<Option<(Address, Cancel)>>,
}

impl Watched {
    fn lock(&self) -> MutexGuard<'_, Option<Address>> {
        self.loses_when_creating
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the run is stopped now, after the creating call at this address.
    fn is_interrupted_at(&self, address: Address) -> bool {
        let mut interrupts = self
            .interrupts_when_finishing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let taken = interrupts.take_if(|(wanted, _)| *wanted == address);
        taken.inspect(|(_, cancel)| cancel.stop()).is_some()
    }

    /// Whether this creation loses an answer; the next one won't.
    fn takes_its_turn(&self, address: Address) -> bool {
        self.lock().take_if(|wanted| *wanted == address).is_some()
    }
}

#[async_trait]
impl Provider for Watched {
    async fn account(&self) -> Result<Account, ProviderError> {
        self.aws.account().await
    }

    async fn observe(
        &self,
        place: Place<'_>,
        ids: &[String],
    ) -> Result<Vec<Observed>, ProviderError> {
        self.aws.observe(place, ids).await
    }

    async fn find(&self, place: Place<'_>, wanted: &[Wanted]) -> Result<Vec<Found>, ProviderError> {
        self.aws.find(place, wanted).await
    }

    async fn create(&self, place: Place<'_>, create: &Create) -> Result<String, ProviderError> {
        let creation = self.aws.create(place, create);
        if !self.takes_its_turn(create.ownership.address) {
            return creation.await;
        }
        let (created, lost) = lossy::losing_an_answer(creation).await;
        self.lost.store(lost, Ordering::Relaxed);
        created
    }

    async fn finish(
        &self,
        place: Place<'_>,
        create: &Create,
        id: &str,
    ) -> Result<(), ProviderError> {
        if self.is_interrupted_at(create.ownership.address) {
            return std::future::pending().await;
        }
        self.aws.finish(place, create, id).await
    }

    async fn update(&self, place: Place<'_>, update: &Update) -> Result<(), ProviderError> {
        self.aws.update(place, update).await
    }

    async fn own(&self, place: Place<'_>, own: &Own) -> Result<(), ProviderError> {
        self.aws.own(place, own).await
    }

    async fn delete(&self, place: Place<'_>, delete: &Delete) -> Result<(), ProviderError> {
        self.aws.delete(place, delete).await
    }

    async fn read(&self, place: Place<'_>, properties: &Json) -> Result<Observed, ProviderError> {
        self.aws.read(place, properties).await
    }

    fn permissions(&self, type_name: &str) -> &'static [&'static str] {
        self.aws.permissions(type_name)
    }

    fn parallelism(&self, service: &str) -> usize {
        self.aws.parallelism(service)
    }
}
