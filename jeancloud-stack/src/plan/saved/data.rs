//! [`SavedPlan`]: what is kept of a plan and of the ground that it stands on.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, Facts, Region, catalogue, reference};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    super::{Generation, Goal, Observations, Plan},
    SavedPlanError,
    made::Made,
    seal::Seal,
};
use crate::{
    View,
    provider::{Account, Observed},
    state::State,
};

/// The format that this program writes and reads.
pub(super) const VERSION: u32 = 1;

/// What a plan stands on.
#[derive(Clone, Copy)]
pub struct Basis<'a> {
    /// What is declared.
    pub view: &'a View,
    /// What was done before.
    pub state: &'a State,
    /// What AWS has.
    pub observed: &'a Observations,
    /// Whose AWS it is.
    pub account: &'a Account,
    /// Where the plan leads to.
    pub goal: &'a Goal,
}

/// A plan, and the ground that it stands on.
///
/// ```
/// use jeancloud_model::{Region, cidr, ec2::Vpc};
/// use jeancloud_stack::{Stack, plan::*, provider::Account, state::State};
///
/// let stack = Stack::new("web");
/// let france = stack.region("france", Region::EuWest3);
/// france.add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build());
///
/// // A program has these from a survey.
/// let (view, state) = (&stack.view(), &State::empty(stack.identity()));
/// let observed = &Observations { asked: true, ..Observations::default() };
/// let account = &Account { partition: "aws".into(), id: "123456789012".into(), endpoint: None };
/// let basis = Basis { view, state, observed, account, goal: &Goal::stack() };
///
/// let folder = tempfile::tempdir()?;
/// let (plan, _) = plan(PlanInput { view, state, observed })?;
/// SavedPlan::new(&plan, basis)?.write(&folder.path().join("web.plan"))?;
///
/// let saved = SavedPlan::read(&folder.path().join("web.plan"))?;
/// assert_eq!(saved.document()["summary"]["create"], 1);
/// assert!(saved.fits(&plan, basis).is_ok());
///
/// // The program declares another network meanwhile.
/// france.add("more", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
/// let basis = Basis { view: &stack.view(), ..basis };
/// let refused = saved.fits(&plan, basis).unwrap_err();
/// assert_eq!(refused.to_string(),
///     "what the plan stands on has changed since: the stack: france/more was not there");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// Holds no secret in clear text: of a value that must
/// not be shown there is a salted SHA-256, so that another value is noticed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedPlan {
    pub(super) version: u32,
    pub(super) stack: String,
    pub(super) account: Account,
    pub(super) goal: Goal,
    pub(super) salt: String,
    /// The document of `plan --json`.
    pub(super) plan: Json,
    pub(super) declared: BTreeMap<Address, Declared>,
    pub(super) outputs: BTreeMap<String, Json>,
    pub(super) state: State,
    pub(super) observed: BTreeMap<Address, Vec<Generation>>,
    /// Of what is looked up, what the stack makes use of: who asks has another `UserId` with each
    /// session, and a plan that was made by somebody is applied by somebody else.
    pub(super) lookups: BTreeMap<Address, Observed>,
    #[serde(flatten)]
    pub(super) made: Made,
}

/// A declaration, as far as a plan depends on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Declared {
    #[serde(rename = "type")]
    pub(super) type_name: String,
    pub(super) region: Region,
    pub(super) properties: Json,
}

impl SavedPlan {
    /// What is to be kept of `plan`, which was made on this ground.
    ///
    /// # Errors
    /// Where AWS was not asked: then nothing could tell later whether it has changed.
    pub fn new(plan: &Plan, basis: Basis<'_>) -> Result<Self, SavedPlanError> {
        if !basis.observed.asked {
            return Err(SavedPlanError::NotAsked);
        }
        let salt = uuid::Uuid::new_v4().to_string();
        Ok(Self::salted(plan, basis, salt))
    }

    /// The same with this salt, to be compared with one that has it.
    pub(super) fn salted(plan: &Plan, basis: Basis<'_>, salt: String) -> Self {
        let Basis {
            view,
            state,
            observed,
            account,
            goal,
        } = basis;
        let seal = Seal::new(&salt);
        let declared = view.declarations().iter().map(|declaration| {
            let declared = Declared {
                type_name: declaration.type_name.to_owned(),
                region: declaration.region,
                properties: seal.of(declaration.facts, &declaration.properties),
            };
            (declaration.address, declared)
        });
        let outputs = view.outputs().iter();
        let outputs = outputs.map(|output| (output.name.clone(), output.value.clone()));
        let generations = observed.resources.iter().map(|(address, generations)| {
            let sealed = generations.iter().map(|generation| Generation {
                observed: seal.observed(&generation.type_name, &generation.observed),
                ..generation.clone()
            });
            (*address, sealed.collect())
        });
        let used = used(view);
        let lookups = observed.lookups.iter().map(|(address, found)| {
            let mut found = found.clone();
            let is_used = |output: &str| used.contains(&(address.to_string(), output.to_owned()));
            found.outputs.retain(|output, _| is_used(output));
            (*address, found)
        });
        Self {
            version: VERSION,
            stack: view.stack().to_owned(),
            account: account.clone(),
            goal: goal.clone(),
            plan: plan.to_json(),
            declared: declared.collect(),
            outputs: outputs.collect(),
            state: state.clone(),
            observed: generations.collect(),
            lookups: lookups.collect(),
            salt,
            made: Made::default(),
        }
    }

    /// The stack's identity.
    pub fn stack(&self) -> &str {
        &self.stack
    }

    /// Whose AWS it is for.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Where it leads to.
    pub fn goal(&self) -> &Goal {
        &self.goal
    }

    /// What was shown: the document of `plan --json`.
    pub fn document(&self) -> &Json {
        &self.plan
    }
}

/// What is known of a type by its name.
pub(super) fn facts_of(type_name: &str) -> &'static Facts {
    let mut types = catalogue::types().iter();
    let info = types.find(|info| info.type_name == type_name);
    info.map_or(&Facts::DEFAULT, |info| &info.facts)
}

/// The outputs that a stack refers to, each with its address.
fn used(view: &View) -> BTreeSet<(String, String)> {
    let declared = view.declarations().iter();
    let declared = declared.map(|declaration| &declaration.properties);
    let outputs = view.outputs().iter().map(|output| &output.value);
    let mut used = BTreeSet::new();
    for value in declared.chain(outputs) {
        reference::each(value, &mut |address, output| {
            used.insert((address.to_owned(), output.to_owned()));
        });
    }
    used
}
