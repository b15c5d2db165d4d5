//! [`Observations`]: what the planner is told of AWS.

use std::collections::BTreeMap;

use jeancloud_model::Address;
use serde::{Deserialize, Serialize};

use crate::{provider::Observed, state::State};

/// What AWS has of a stack, by address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observations {
    /// Every generation of every address, the newest last.
    pub resources: BTreeMap<Address, Vec<Generation>>,
    /// The answers to lookups that could be asked; their properties are the questions.
    pub lookups: BTreeMap<Address, Observed>,
    /// The number of the account that was asked, which is part of the names of buckets.
    pub account: Option<String>,
    /// False: nothing was asked (`--offline`), so nothing is known to exist.
    pub asked: bool,
}

impl Observations {
    /// What the state says that AWS has, without asking AWS (`--refresh=false`).
    pub fn from_state(state: &State) -> Self {
        let mut observations = Self {
            account: state.account.as_ref().map(|account| account.id.clone()),
            lookups: state.lookups.clone(),
            ..Self::default()
        };
        let retired = state
            .retired
            .iter()
            .map(|(address, record)| (address, record));
        for (address, record) in retired.chain(&state.resources) {
            observations
                .resources
                .entry(*address)
                .or_default()
                .push(Generation {
                    number: record.generation,
                    type_name: record.type_name.clone(),
                    region: record.region,
                    observed: Observed {
                        id: record.id.clone(),
                        properties: record.properties.clone(),
                        outputs: record.outputs.clone(),
                        ownership: None,
                        going: false,
                    },
                });
        }
        observations
    }
}

/// One generation of an address, as AWS has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// 1, and one more with each replacement.
    pub number: u32,
    /// CloudFormation's name of its type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Where it is.
    pub region: jeancloud_model::Region,
    /// What AWS has.
    pub observed: Observed,
}
