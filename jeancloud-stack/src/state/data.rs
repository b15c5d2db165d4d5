//! [`State`] and the journal entries that change it.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jeancloud_model::{Address, Region};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::provider::Account;

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
    /// A resource exists so; an older generation of its address is retired.
    Put {
        /// Which.
        address: Address,
        /// How.
        record: Record,
    },
    /// A generation of an address is gone.
    Removed {
        /// Which.
        address: Address,
        /// Its generation.
        generation: u32,
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
                if let Some(older) = self.resources.insert(address, record)
                    && older.generation < generation
                    && !self.retired.contains(&(address, older.clone()))
                {
                    self.retired.push((address, older));
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
            Entry::Outputs { outputs } => self.outputs = outputs,
        }
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
}
