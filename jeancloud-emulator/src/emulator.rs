//! [`Emulator`]: an AWS of one's own.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use serde_json::Value;

use crate::{
    client::Client,
    ec2::default_vpc::{self, Beginning},
    faults::Faults,
    log::{Log, LoggedCall},
    store::{OpenError, Saved, Store},
    world::{Change, Resource, Rules, Time, World},
};

/// The moment at which time begins, unless it is said otherwise: 2026-01-01T00:00:00Z.
const START: Time = Time(1_767_225_600_000);

/// An AWS in the process. Clones share it.
#[derive(Clone)]
pub struct Emulator {
    shared: Arc<Mutex<Shared>>,
}

/// What all clients of an emulator share.
pub(crate) struct Shared {
    pub world: World,
    pub log: Log,
    store: Option<Store>,
}

impl Shared {
    /// Writes down what a call changed.
    pub fn save(&mut self) -> std::io::Result<()> {
        match &mut self.store {
            Some(store) => store.append(&mut self.world),
            None => Ok(()),
        }
    }

    /// Puts another world in the place of this one.
    fn replace(&mut self, world: World) {
        self.world = world;
        if let Some(store) = &mut self.store {
            self.world.record();
            store.begin_anew();
        }
        self.save_soon();
    }

    /// Writes down what changed. If that fails, the next call tries again, and tells.
    fn save_soon(&mut self) {
        drop(self.save());
    }
}

/// Something that exists in an emulator.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its account, "" if its name is unique in all of them.
    pub account: String,
    /// Its region, "" if it has none.
    pub region: String,
    /// Service and type, as `ec2/vpc`.
    pub kind: String,
    /// What it is called in its service.
    pub id: String,
    /// What AWS shows of it, by the names of AWS's models.
    pub view: Value,
}

/// All that existed at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot(Arc<str>);

impl Emulator {
    /// An empty AWS with the default rules: documented durations, everything visible at once.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// An empty AWS with rules of one's own.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// An AWS that is kept in a folder.
    ///
    /// # Errors
    /// If the folder is in use, can't be read or written, or holds something else.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::builder().open(folder)
    }

    /// A client that everything goes well for.
    pub fn client(&self) -> Client {
        self.client_with(Faults::default())
    }

    /// A client that meets faults by a plan of its own.
    pub fn client_with(&self, faults: Faults) -> Client {
        Client::new(self.clone(), faults)
    }

    /// Everything that callers made, with what came with it (a VPC's default group, a balancer's
    /// network interfaces), by account, region, kind and id.
    ///
    /// What every account has of AWS itself, which are the default VPCs, is no part of it:
    /// [`everything`](Self::everything) lists it too.
    pub fn inventory(&self) -> Vec<Item> {
        let given = default_vpc::given(&self.lock().world);
        self.items(|it| !given.contains(&(it.place.clone(), it.id.clone())))
    }

    /// Everything that exists, by account, region, kind and id: the
    /// [`inventory`](Self::inventory), and the default VPC of each region that was asked for anything
    /// of EC2.
    pub fn everything(&self) -> Vec<Item> {
        self.items(|it| it.kind != Beginning::KIND)
    }

    fn items(&self, wanted: impl Fn(&Change) -> bool) -> Vec<Item> {
        let mut shared = self.lock();
        shared.world.catch_up();
        let views = shared.world.views().into_iter();
        views
            .filter(wanted)
            .map(|it| Item {
                account: it.place.account,
                region: it.place.region,
                kind: it.kind,
                id: it.id,
                view: it.content.unwrap_or_default(),
            })
            .collect()
    }

    /// The calls that arrived, in their order; the last ten thousand of them.
    pub fn calls(&self) -> Vec<LoggedCall> {
        self.lock().log.all()
    }

    /// Removes everything and forgets all calls. Time goes on.
    pub fn reset(&self) {
        let mut shared = self.lock();
        let empty = World::new(shared.world.rules.clone(), shared.world.clock.now());
        shared.replace(empty);
        shared.log.clear();
    }

    /// All that exists now, to come back to.
    pub fn snapshot(&self) -> Snapshot {
        let saved = Saved::of(&self.lock().world);
        let text = serde_json::to_string(&saved).expect("a world is plain data");
        Snapshot(text.into())
    }

    /// Goes back to a snapshot, in everything and in time.
    ///
    /// # Panics
    /// Never: snapshots are made by the same code.
    pub fn restore(&self, snapshot: &Snapshot) {
        let mut shared = self.lock();
        let mut world = World::new(shared.world.rules.clone(), START);
        serde_json::from_str(&snapshot.0)
            .and_then(|saved: Saved| saved.restore(&mut world))
            .expect("a snapshot was made by the same code");
        shared.replace(world);
    }

    /// Lets time pass at once.
    pub fn advance(&self, duration: Duration) {
        let mut shared = self.lock();
        shared.world.clock.advance(duration);
        shared.world.catch_up();
        shared.save_soon();
    }

    /// How long until something happens by itself, if anything will.
    pub fn next_event(&self) -> Option<Duration> {
        let mut shared = self.lock();
        // What is due by now is no event to come.
        shared.world.catch_up();
        let millis = shared.world.next_due()?.0 - shared.world.clock.now().0;
        Some(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
    }

    /// A panic in another thread can't have left a world that is worse than one that a crash of
    /// the client leaves.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Emulator {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator").finish_non_exhaustive()
    }
}

/// The rules of an emulator.
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    rules: Rules,
    start: Time,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            rules: Rules {
                seed: 0,
                time_factor: 1.0,
                turned_by_hand: false,
                eventual: false,
                default_vpcs: true,
                account: "123456789012".to_owned(),
            },
            start: START,
        }
    }
}

impl Builder {
    /// What ids follow from. Default: 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.rules.seed = seed;
        self
    }

    /// What documented durations are multiplied with. Default: 1. With 0, whatever takes time is
    /// done before the next call.
    pub fn time_factor(mut self, factor: f64) -> Self {
        self.rules.time_factor = factor.clamp(0.0, 1000.0);
        self
    }

    /// Whether time passes only with [`Emulator::advance`]. Default: no, it is tokio's.
    pub fn time_by_hand(mut self, by_hand: bool) -> Self {
        self.rules.turned_by_hand = by_hand;
        self
    }

    /// Whether what was just created stays unknown for a while where AWS may not know it yet.
    /// Default: no.
    pub fn eventually_consistent(mut self, eventual: bool) -> Self {
        self.rules.eventual = eventual;
        self
    }

    /// Whether every region of every account has a default VPC from the beginning, as in AWS.
    /// Default: yes. Without, it is as if its owner had deleted it.
    pub fn default_vpcs(mut self, wanted: bool) -> Self {
        self.rules.default_vpcs = wanted;
        self
    }

    /// The account of credentials that don't name one. Default: `123456789012`. A key of twelve
    /// digits names its account, as do keys made by AWS and those that `AssumeRole` answers.
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.rules.account = account.into();
        self
    }

    /// When time begins. Default: 2026-01-01T00:00:00Z.
    pub fn starting_at(mut self, start: SystemTime) -> Self {
        let since = start.duration_since(SystemTime::UNIX_EPOCH);
        self.start = Time(0).after(since.unwrap_or_default());
        self
    }

    /// An empty AWS with these rules.
    pub fn build(self) -> Emulator {
        self.finish(|_| Ok::<_, std::convert::Infallible>(None))
            .unwrap_or_else(|never| match never {})
    }

    /// An AWS with these rules that is kept in a folder.
    ///
    /// # Errors
    /// If the folder is in use, can't be read or written, or holds something else.
    pub fn open(self, folder: impl AsRef<Path>) -> Result<Emulator, OpenError> {
        self.finish(|world| Store::open(folder.as_ref(), world).map(Some))
    }

    fn finish<E>(
        self,
        store: impl FnOnce(&mut World) -> Result<Option<Store>, E>,
    ) -> Result<Emulator, E> {
        let mut world = World::new(self.rules, self.start);
        let store = store(&mut world)?;
        let shared = Shared {
            world,
            log: Log::default(),
            store,
        };
        Ok(Emulator {
            shared: Arc::new(Mutex::new(shared)),
        })
    }
}
