//! [`Plan`] and [`Action`]: the data that a plan is.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jeancloud_model::{Address, Region};
use serde::Serialize;
use serde_json::Value as Json;

use crate::{
    provider::Ownership,
    state::{Record, Remembered},
};

/// Every step that makes AWS what a stack asks for, in an order in which they can be done.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[must_use = "a plan does nothing until it is applied"]
#[non_exhaustive]
pub struct Plan {
    /// The format of the JSON document: 1.
    pub version: u32,
    /// The stack's identity.
    pub stack: String,
    /// The steps; each waits for those named in its `after`, which all stand before it.
    pub actions: Vec<Action>,
    /// How many there are of each kind.
    pub summary: Summary,
    /// What was found by identity and the state does not know, and what its lifecycle has to
    /// remember: written down before anything else.
    #[serde(skip)]
    pub found: Vec<(Address, Record)>,
    /// The renamings that the state follows, before that.
    #[serde(skip)]
    pub moves: Vec<(Address, Address)>,
    /// What would be made or changed and is at no target: an output that refers to it is not known
    /// before that is done.
    #[serde(skip)]
    pub left_out: BTreeSet<Address>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Action {
    /// Its number, from 0 in the order of the plan.
    pub id: usize,
    /// What is done.
    pub op: Op,
    /// To what.
    pub address: Address,
    /// CloudFormation's name of the type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Where.
    pub region: Region,
    /// The numbers of the actions that it waits for.
    pub after: Vec<usize>,
    /// Why it is there: a fragment, as `new` or `CidrBlock can't be changed in place`.
    pub reason: String,
    /// Whether it is one half of a replacement.
    pub replacement: bool,
    /// What changes, by property; of a deletion, nothing.
    pub changes: Vec<PropertyChange>,
    /// What the engine needs to do it.
    #[serde(skip)]
    pub work: Work,
}

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// It is looked up.
    Read,
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted.
    Delete,
    /// It is let go of: it leaves the state, jeancloud's tags are taken off it, and it stays in AWS.
    Forget,
}

impl Op {
    /// As a plan's document has it.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Forget => "forget",
        }
    }
}

/// What changes at one path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PropertyChange {
    /// Where, as `/CidrBlock` or `/Tags/Name`.
    pub path: String,
    /// As it is; null where there is nothing. What AWS filled in and nobody ever set is left out.
    pub before: Json,
    /// As it is to be; null where there is to be nothing. What is known later is
    /// `{"unknown": {"action": 3, "output": "VpcId"}}`, in texts a member of `{"text": […]}`; what
    /// must not be shown is `{"sensitive": true}`.
    pub after: Json,
    /// Whether this is why the resource is replaced.
    pub forces_replacement: bool,
    /// Whether it stays the same value and what it names is made anew, as a subnet group under its
    /// name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub made_anew: bool,
    /// Whether somebody changed it in AWS: the author wants what was last applied.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub drifted: bool,
}

/// What the engine needs to do an action.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// The generation that it is about.
    pub generation: u32,
    /// The physical id, of what exists; of what the plan makes before, none.
    pub id: Option<String>,
    /// The properties to create or to have after the update, with markers for what is known later;
    /// of a deletion, as last applied or observed.
    pub properties: Json,
    /// The properties that the author set, to remember; markers as above.
    pub declared: Json,
    /// The properties before an update.
    pub before: Json,
    /// The top-level properties that an update changes.
    pub changed: Vec<String>,
    /// Those of them that AWS does not tell: the state has to know that they are being changed.
    pub untold: Vec<String>,
    /// What it depends on, to remember for its deletion.
    pub depends_on: Vec<Address>,
    /// Properties that must not be kept.
    pub sensitive: Vec<String>,
    /// What its lifecycle has to remember; markers as above.
    pub remembered: Remembered,
    /// How long AWS may take, where the author says it.
    pub timeout: Option<Duration>,
    /// Other ownership tags, where they have to be written or taken off.
    pub own: Option<Retag>,
    /// Whether it is let go of instead of being deleted.
    pub forget: bool,
}

/// That the ownership tags of something change.
#[derive(Clone, Debug, PartialEq)]
pub struct Retag {
    /// Whose it is by its tags; `None`: no stack's.
    pub before: Option<Ownership>,
}

impl From<Ownership> for Retag {
    fn from(before: Ownership) -> Self {
        let before = Some(before);
        Self { before }
    }
}

/// How many actions there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// New resources.
    pub create: usize,
    /// Changes in place.
    pub update: usize,
    /// Resources made anew, the old one deleted.
    pub replace: usize,
    /// Resources deleted for good.
    pub delete: usize,
    /// Resources that are let go of and stay in AWS.
    #[serde(skip_serializing_if = "is_zero")]
    pub forget: usize,
    /// Resources that stay as they are.
    pub unchanged: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Plan {
    pub(super) fn new(
        stack: &str,
        mut actions: Vec<Action>,
        unchanged: usize,
        found: Vec<(Address, Record)>,
        moves: Vec<(Address, Address)>,
    ) -> Self {
        // Ordered as the deletion that it takes the place of.
        for action in actions.iter_mut().filter(|action| action.work.forget) {
            action.op = Op::Forget;
        }
        let mut summary = Summary {
            unchanged,
            ..Summary::default()
        };
        // What something stands in for is replaced once, however often that takes.
        let addresses = |op: Op, replacement: Option<bool>| {
            let wanted = actions.iter().filter(|action| {
                action.op == op && replacement.is_none_or(|it| it == action.replacement)
            });
            wanted.map(|action| action.address).collect::<BTreeSet<_>>()
        };
        let created = addresses(Op::Create, Some(false));
        let replaced = &addresses(Op::Create, Some(true)) - &created;
        let updated = &addresses(Op::Update, None) - &(&created | &replaced);
        summary.create = created.len();
        summary.replace = replaced.len();
        summary.update = updated.len();
        let leftovers = leftovers(&actions);
        let ends = |op: Op| {
            let ends = actions.iter().filter(|action| {
                action.op == op && (!action.replacement || leftovers.contains(&action.id))
            });
            ends.count()
        };
        summary.delete = ends(Op::Delete);
        summary.forget = ends(Op::Forget);
        Self {
            version: 1,
            stack: stack.to_owned(),
            actions,
            summary,
            found,
            moves,
            left_out: BTreeSet::new(),
        }
    }

    /// Whether there is nothing to do. Lookups alone are nothing.
    pub fn is_empty(&self) -> bool {
        self.actions.iter().all(|action| action.op == Op::Read)
    }

    /// The ends of what an earlier replacement left to delete, by their numbers: no half of any
    /// replacement in this plan.
    pub fn leftovers(&self) -> BTreeSet<usize> {
        leftovers(&self.actions)
    }

    /// Whether this plan leaves a generation of an address be, or changes it.
    pub(crate) fn goes_on(&self, address: Address, generation: u32) -> bool {
        let others = |action: &Action| {
            action.op == Op::Create
                || matches!(action.op, Op::Delete | Op::Forget)
                    && action.work.generation == generation
        };
        !self.at(address.as_str()).any(others)
    }

    /// The actions on an address.
    pub fn at<'p>(&'p self, address: &'p str) -> impl Iterator<Item = &'p Action> {
        self.actions
            .iter()
            .filter(move |action| action.address.as_str() == address)
    }

    /// The plan as the JSON document of `plan --json`.
    pub fn to_json(&self) -> Json {
        serde_json::to_value(self)
            .unwrap_or_else(|error| panic!("broken invariant: a plan does not serialise: {error}"))
    }
}

/// Those who end a generation that nothing here replaces: at their address nothing is made, or the
/// generation before what is made is a newer one.
fn leftovers(actions: &[Action]) -> BTreeSet<usize> {
    let ended = |action: &&Action| matches!(action.op, Op::Delete | Op::Forget);
    let mut made: BTreeMap<Address, u32> = BTreeMap::new();
    for action in actions.iter().filter(|action| action.op == Op::Create) {
        let first = made.entry(action.address).or_insert(u32::MAX);
        *first = action.work.generation.min(*first);
    }
    let mut replaced: BTreeMap<Address, u32> = BTreeMap::new();
    for action in actions.iter().filter(ended) {
        let generation = action.work.generation;
        if made
            .get(&action.address)
            .is_some_and(|made| generation < *made)
        {
            let newest = replaced.entry(action.address).or_default();
            *newest = generation.max(*newest);
        }
    }
    let left = actions.iter().filter(ended).filter(|action| {
        let generation = action.work.generation;
        let newest = replaced.get(&action.address);
        let older = newest.is_some_and(|newest| generation < *newest);
        action.replacement && (older || !made.contains_key(&action.address))
    });
    left.map(|action| action.id).collect()
}
