//! [`Embedded`]: an emulated AWS as a provider.

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use jeancloud_aws::Aws;
use jeancloud_emulator::{Builder, Emulator, Fault, Faults, OpenError};
use jeancloud_stack::{
    Provider, ProviderError,
    provider::{Account, Create, Delete, Found, Observed, Own, Place, Update, Wanted},
    time::SimulatedTime,
};
use serde_json::Value as Json;

type Result<T> = std::result::Result<T, ProviderError>;

/// An AWS in the process. Clones are the same AWS.
///
/// It lives in a time of its own: a database takes its documented minutes, which pass while everybody
/// waits for it and cost nothing. [`Event`](crate::engine::Event)s and outcomes tell AWS's time.
#[derive(Clone)]
pub struct Embedded {
    emulator: Emulator,
    aws: Arc<Aws>,
    time: SimulatedTime,
}

impl Embedded {
    /// How accounts in it are told from those of the real AWS and of other endpoints: states and
    /// plans of one are refused under the other.
    pub const ENDPOINT: &str = "https://embedded";

    /// How long the tour, and whoever asks for [`realistic`](Self::realistic) calls, takes for each
    /// of them: AWS documents none, and some tenths of a second are usual.
    pub const CALL: Duration = Duration::from_millis(200);

    /// An empty AWS that is gone when its last clone is.
    pub fn new() -> Self {
        Self::of(Emulator::builder().time_by_hand(true).build())
    }

    /// An AWS that is kept in a folder.
    ///
    /// # Errors
    /// Where the folder is in use, can't be read or written, or holds something else.
    pub fn open(folder: impl AsRef<Path>) -> std::result::Result<Self, OpenError> {
        let rules = Emulator::builder().time_by_hand(true);
        Ok(Self::of(rules.open(folder)?))
    }

    /// An empty AWS with rules of one's own: another account, or eventual consistency.
    pub fn with_rules(rules: Builder) -> Self {
        Self::of(rules.time_by_hand(true).build())
    }

    fn of(emulator: Emulator) -> Self {
        let turned = emulator.clone();
        Self {
            aws: through(&emulator, Faults::default()),
            time: SimulatedTime::new(move |passed| turned.advance(passed)),
            emulator,
        }
    }

    /// The same AWS for somebody who meets faults on the way to it.
    #[must_use]
    pub fn with_faults(&self, faults: Faults) -> Self {
        Self {
            aws: through(&self.emulator, faults),
            ..self.clone()
        }
    }

    /// The same AWS for somebody whose calls take as long as they do over a network.
    #[must_use]
    pub fn realistic(&self) -> Self {
        self.with_faults(Faults::default().always("*", Fault::Slow(Self::CALL)))
    }

    /// The same AWS in a time of which `speed` seconds pass in a second of the machine's, for people
    /// to look at. It begins anew.
    #[must_use]
    pub fn paced(&self, speed: f64) -> Self {
        let turned = self.emulator.clone();
        Self {
            time: SimulatedTime::paced(speed, move |passed| turned.advance(passed)),
            ..self.clone()
        }
    }

    /// What answers: everything that exists, the calls that were made, snapshots.
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// The SDK's clients, to do behind jeancloud's back what others do.
    pub fn clients(&self) -> &Aws {
        &self.aws
    }

    /// The time that it lives in.
    pub fn clock(&self) -> &SimulatedTime {
        &self.time
    }
}

/// The handlers, answered by an emulator.
fn through(emulator: &Emulator, faults: Faults) -> Arc<Aws> {
    let client = emulator.client_with(faults);
    Arc::new(Aws::answered_by(client, Embedded::ENDPOINT))
}

impl Default for Embedded {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            emulator,
            time,
            aws: _,
        } = self;
        let mut shown = f.debug_struct("Embedded");
        shown.field("emulator", emulator).field("time", time);
        shown.finish_non_exhaustive()
    }
}

#[async_trait]
impl Provider for Embedded {
    async fn account(&self) -> Result<Account> {
        self.time.run(self.aws.account()).await
    }

    async fn observe(&self, place: Place<'_>, ids: &[String]) -> Result<Vec<Observed>> {
        self.time.run(self.aws.observe(place, ids)).await
    }

    async fn find(&self, place: Place<'_>, wanted: &[Wanted]) -> Result<Vec<Found>> {
        self.time.run(self.aws.find(place, wanted)).await
    }

    async fn create(&self, place: Place<'_>, create: &Create) -> Result<String> {
        self.time.run(self.aws.create(place, create)).await
    }

    async fn finish(&self, place: Place<'_>, create: &Create, id: &str) -> Result<()> {
        self.time.run(self.aws.finish(place, create, id)).await
    }

    async fn update(&self, place: Place<'_>, update: &Update) -> Result<()> {
        self.time.run(self.aws.update(place, update)).await
    }

    async fn own(&self, place: Place<'_>, own: &Own) -> Result<()> {
        self.time.run(self.aws.own(place, own)).await
    }

    async fn delete(&self, place: Place<'_>, delete: &Delete) -> Result<()> {
        self.time.run(self.aws.delete(place, delete)).await
    }

    async fn read(&self, place: Place<'_>, properties: &Json) -> Result<Observed> {
        self.time.run(self.aws.read(place, properties)).await
    }

    fn permissions(&self, type_name: &str) -> &'static [&'static str] {
        self.aws.permissions(type_name)
    }

    fn parallelism(&self, service: &str) -> usize {
        self.aws.parallelism(service)
    }

    fn time(&self) -> Option<&SimulatedTime> {
        Some(&self.time)
    }
}
