//! [`State`] and the journal entries that change it.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jeancloud_model::{Address, Region};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::provider::{Account, Marks, Observed};

/// The format that this program writes. Older ones are migrated, newer ones refused.
pub const VERSION: u32 = 1;

/// What was done, by address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The format: [`VERSION`].
    pub version: u32,
    /// The stack's identity.
    pub stack: String,
    /// Who it was done to; `None` before the first apply.
    #[serde(default)]
    pub account: Option<Account>,
    /// What exists, by address.
    #[serde(default)]
    pub resources: BTreeMap<Address, Record>,
    /// Old generations that are left to delete.
    #[serde(default)]
    pub retired: Vec<(Address, Record)>,
    /// What was begun and whose end is not known.
    #[serde(default)]
    pub intents: BTreeMap<Address, Intent>,
    /// What AWS answered to lookups when it was last asked; the properties are the questions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lookups: BTreeMap<Address, Observed>,
    /// The declared outputs, as last resolved.
    #[serde(default)]
    pub outputs: BTreeMap<String, Json>,
}

/// A resource that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// CloudFormation's name of the type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Where it is.
    pub region: Region,
    /// Its physical id.
    pub id: String,
    /// 1, and one more with each replacement.
    pub generation: u32,
    /// What the author set when it was last applied, resolved; without what must not be kept.
    pub properties: Json,
    /// Its outputs.
    pub outputs: BTreeMap<String, Json>,
    /// What it depends on: it is deleted before them.
    pub depends_on: Vec<Address>,
    /// What its lifecycle has to know when its declaration is gone or has changed.
    #[serde(default, skip_serializing_if = "Remembered::is_nothing")]
    pub lifecycle: Remembered,
    /// Whether its deletion was begun: that it is gone is nobody else's doing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleting: bool,
    /// What updates began to make of it whose end is not known, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
}

/// An update that was begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// What the author set, as in a record.
    pub properties: Json,
    /// What it changes and AWS does not tell, by top-level name.
    pub untold: Vec<String>,
}

impl Record {
    /// What the author set when it was last applied, as far as AWS has it for certain.
    pub(crate) fn settled(&self) -> Cow<'_, Json> {
        let mut settled = Cow::Borrowed(&self.properties);
        let untold = self.attempts.iter().flat_map(|attempt| &attempt.untold);
        for property in untold {
            if let Some(all) = settled.to_mut().as_object_mut() {
                all.remove(property);
            }
        }
        settled
    }
}

/// What a resource's lifecycle has to know when its declaration is gone or has changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// What its author wants of its end.
    pub marks: Marks,
    /// The values whose change replaces it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replace_when: Vec<Json>,
    /// How long its deletion may take, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_timeout: Option<u64>,
}

impl Remembered {
    /// Whether its author said nothing.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A creation that was begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// CloudFormation's name of the type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Where.
    pub region: Region,
    /// Which generation.
    pub generation: u32,
    /// The token of the creating call: used again when the intent is taken up again.
    pub token: String,
    /// The physical id, once AWS gave it.
    pub id: Option<String>,
    /// What the author set, as in a record; null: not known.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub properties: Json,
    /// The values whose change replaces it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replace_when: Vec<Json>,
    /// When it was begun, in seconds since 1970.
    #[serde(default)]
    pub since: u64,
}

/// A line of the journal: one change of the state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Entry {
    /// Who is talked to.
    Account {
        /// Who.
        account: Account,
    },
    /// A creation begins.
    Began {
        /// Of what.
        address: Address,
        /// How.
        intent: Intent,
    },
    /// AWS gave a physical id.
    Born {
        /// To what.
        address: Address,
        /// The id.
        id: String,
    },
    /// A creation came to nothing: AWS refused it.
    Abandoned {
        /// Of what.
        address: Address,
    },
    /// A resource exists so; any other generation of its address is retired.
    Put {
        /// Which.
        address: Address,
        /// How.
        record: Record,
    },
    /// An update begins.
    Attempted {
        /// Of what.
        address: Address,
        /// To what.
        attempt: Attempt,
    },
    /// The deletion of a generation of an address begins.
    Deleting {
        /// Which.
        address: Address,
        /// Its generation.
        generation: u32,
    },
    /// A generation of an address is gone.
    Removed {
        /// Which.
        address: Address,
        /// Its generation.
        generation: u32,
    },
    /// What was at one address is at another: the program says so.
    Moved {
        /// Where it was.
        from: Address,
        /// Where it is.
        to: Address,
    },
    /// All answers to lookups.
    Lookups {
        /// By address.
        answers: BTreeMap<Address, Observed>,
    },
    /// The declared outputs.
    Outputs {
        /// By name.
        outputs: BTreeMap<String, Json>,
    },
}

impl State {
    /// Nothing done yet.
    pub fn empty(stack: impl Into<String>) -> Self {
        Self {
            version: VERSION,
            stack: stack.into(),
            account: None,
            resources: BTreeMap::new(),
            retired: Vec::new(),
            intents: BTreeMap::new(),
            lookups: BTreeMap::new(),
            outputs: BTreeMap::new(),
        }
    }

    /// The state after `entry`.
    pub fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Account { account } => self.account = Some(account),
            Entry::Began { address, intent } => {
                self.intents.insert(address, intent);
            }
            Entry::Born { address, id } => {
                if let Some(intent) = self.intents.get_mut(&address) {
                    intent.id = Some(id);
                }
            }
            Entry::Abandoned { address } => {
                self.intents.remove(&address);
            }
            Entry::Put { address, record } => {
                self.intents.remove(&address);
                let generation = record.generation;
                let same = |(at, other): &(Address, Record)| {
                    (*at, other.generation) == (address, generation)
                };
                self.retired.retain(|retired| !same(retired));
                if let Some(other) = self.resources.insert(address, record)
                    && other.generation != generation
                {
                    self.retired.push((address, other));
                }
            }
            Entry::Attempted { address, attempt } => {
                let record = self.resources.get_mut(&address);
                let attempts = record.map(|record| &mut record.attempts);
                if let Some(attempts) = attempts.filter(|all| !all.contains(&attempt)) {
                    attempts.push(attempt);
                }
            }
            Entry::Deleting {
                address,
                generation,
            } => {
                let retired = self.retired.iter_mut().filter(|(at, _)| *at == address);
                let retired = retired.map(|(_, record)| record);
                let current = self.resources.get_mut(&address).into_iter();
                let mut all = current.chain(retired);
                if let Some(record) = all.find(|record| record.generation == generation) {
                    record.deleting = true;
                }
            }
            Entry::Removed {
                address,
                generation,
            } => {
                self.retired
                    .retain(|(at, old)| (*at, old.generation) != (address, generation));
                if self
                    .resources
                    .get(&address)
                    .is_some_and(|record| record.generation == generation)
                {
                    self.resources.remove(&address);
                }
                if self
                    .intents
                    .get(&address)
                    .is_some_and(|intent| intent.generation == generation)
                {
                    self.intents.remove(&address);
                }
            }
            Entry::Moved { from, to } => self.rename(from, to),
            Entry::Lookups { answers } => self.lookups = answers,
            Entry::Outputs { outputs } => self.outputs = outputs,
        }
    }

    fn rename(&mut self, from: Address, to: Address) {
        if let Some(record) = self.resources.remove(&from) {
            self.resources.insert(to, record);
        }
        if let Some(intent) = self.intents.remove(&from) {
            self.intents.insert(to, intent);
        }
        let retired = self.retired.iter_mut();
        retired
            .filter(|(address, _)| *address == from)
            .for_each(|(address, _)| *address = to);
        let retired = self.retired.iter_mut().map(|(_, record)| record);
        for record in retired.chain(self.resources.values_mut()) {
            let named = record.depends_on.iter_mut();
            named
                .filter(|address| **address == from)
                .for_each(|address| *address = to);
        }
    }

    /// Every address that it has something at.
    pub fn addresses(&self) -> BTreeSet<Address> {
        let retired = self.retired.iter().map(|(address, _)| address);
        let all = self.resources.keys().chain(self.intents.keys());
        all.chain(retired).copied().collect()
    }
}

impl Intent {
    /// How long AWS may not show yet what a creating call made.
    ///
    /// EC2's "Eventual consistency" names no bound; what it shows late, it shows within seconds.
    pub const CONSISTENCY: Duration = Duration::from_secs(20);

    /// How long AWS may still hide what this creation made.
    pub fn unsettled_for(&self) -> Duration {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs());
        Self::CONSISTENCY.saturating_sub(Duration::from_secs(now.saturating_sub(self.since)))
    }

    /// Whether this is about the same thing with the same properties, as far as both are known.
    pub(crate) fn asks_the_same(&self, other: &Self) -> bool {
        let unknown = self.properties.is_null();
        self.generation == other.generation && (unknown || self.properties == other.properties)
    }

    /// Whether what AWS does not show now is not there.
    pub fn is_settled(&self) -> bool {
        self.unsettled_for().is_zero()
    }
}

impl State {
    /// The creation of this generation of an address, if it was begun and its end is not known.
    pub fn begun(&self, address: Address, generation: u32) -> Option<&Intent> {
        let intent = self.intents.get(&address);
        intent.filter(|intent| intent.generation == generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(generation: u32) -> Record {
        Record {
            type_name: "AWS::EC2::VPC".into(),
            region: Region::EuWest3,
            id: format!("vpc-{generation}"),
            generation,
            properties: Json::Null,
            outputs: BTreeMap::new(),
            depends_on: vec![],
            lifecycle: Remembered::default(),
            deleting: false,
            attempts: vec![],
        }
    }

    #[test]
    fn a_replacement_retires_the_older_generation() {
        let mut state = State::empty("s");
        let address = Address::new("a/b");
        for generation in [1, 2] {
            state.apply(Entry::Put {
                address,
                record: record(generation),
            });
        }
        assert_eq!(state.retired, [(address, record(1))]);
        state.apply(Entry::Removed {
            address,
            generation: 1,
        });
        assert!(state.retired.is_empty());
        assert_eq!(state.resources[&address], record(2));
    }

    #[test]
    fn an_older_generation_that_goes_on_retires_the_newer() {
        let mut state = State::empty("s");
        let address = Address::new("a/b");
        for generation in [1, 2, 1] {
            state.apply(Entry::Put {
                address,
                record: record(generation),
            });
        }
        assert_eq!(state.resources[&address], record(1));
        assert_eq!(state.retired, [(address, record(2))]);
        state.apply(Entry::Removed {
            address,
            generation: 2,
        });
        assert!(state.retired.is_empty());
        assert_eq!(state.resources[&address], record(1));
    }

    #[test]
    fn a_deletion_that_begins_is_known_of_the_generation_that_it_is_about() {
        let mut state = State::empty("s");
        let address = Address::new("a/b");
        for generation in [1, 2] {
            state.apply(Entry::Put {
                address,
                record: record(generation),
            });
        }
        state.apply(Entry::Deleting {
            address,
            generation: 1,
        });
        assert!(state.retired[0].1.deleting && !state.resources[&address].deleting);
    }

    #[test]
    fn a_renaming_takes_everything_along() {
        let mut state = State::empty("s");
        let [old, new, other] = ["a/old", "a/new", "a/other"].map(Address::new);
        for (address, generation) in [(old, 1), (old, 2), (other, 1)] {
            let mut record = record(generation);
            if address == other {
                record.depends_on = vec![old];
            }
            state.apply(Entry::Put { address, record });
        }
        for _ in 0..2 {
            state.apply(Entry::Moved { from: old, to: new });
            assert_eq!(state.addresses(), BTreeSet::from([new, other]));
            assert_eq!(state.retired, [(new, record(1))]);
            assert_eq!(state.resources[&other].depends_on, [new]);
        }
    }

    #[test]
    fn a_state_without_lifecycles_is_read() {
        let written = serde_json::to_value(record(1)).expect("a record is JSON");
        assert_eq!(written.get("lifecycle"), None);
        let read: Record = serde_json::from_value(written).expect("it is a record");
        assert_eq!(read, record(1));
    }
}
