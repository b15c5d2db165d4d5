//! [`Verdict`]: what becomes of a row's resource, as a plan says it; ours and Terraform's.

use std::{collections::BTreeMap, fmt};

use jeancloud_stack::plan::{Action, Op, PlanError, between};
use serde_json::Value as Json;

use crate::{
    change::Change,
    configurations::address,
    table::{Row, SUBJECT},
};

/// What a plan does to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing.
    Nothing,
    /// It is changed in place.
    Update,
    /// Another one takes its place.
    Replace,
}

impl Verdict {
    /// As the document says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Update => "update",
            Self::Replace => "replace",
        }
    }

    /// What our planner says about a row.
    ///
    /// # Errors
    /// Where a version has mistakes, or something else changes too.
    pub fn ours(row: &Row) -> Result<Self, String> {
        let [before, after] = row.stacks();
        let (plan, _) = between(&before, &after).map_err(|error| refused(row, &error))?;
        let mut verdict = Self::Nothing;
        for action in &plan.actions {
            match action.op {
                _ if action.address.name() != SUBJECT => return Err(spreads(row, action)),
                Op::Create => verdict = Self::Replace,
                Op::Update => verdict = verdict.max(Self::Update),
                Op::Read | Op::Delete | Op::Forget => {}
            }
        }
        Ok(verdict)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Terraform's verdicts, by its addresses.
pub struct Theirs(BTreeMap<String, Verdict>);

impl Theirs {
    /// From the actions that a plan's JSON gives for each address.
    pub fn read(actions: BTreeMap<String, Json>) -> Result<Self, String> {
        let read = |(address, actions): (String, Json)| {
            let actions: Vec<&str> = actions.as_array().map_or_else(Vec::new, |actions| {
                actions.iter().filter_map(Json::as_str).collect()
            });
            let verdict = match actions[..] {
                ["no-op"] => Verdict::Nothing,
                ["update"] => Verdict::Update,
                ["create", "delete"] | ["delete", "create"] => Verdict::Replace,
                _ => return Err(format!("{address}: {actions:?} is no verdict")),
            };
            Ok((address, verdict))
        };
        actions
            .into_iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Those of the rows, in their order.
    pub fn of(&self, rows: &[Row]) -> Result<Vec<Verdict>, String> {
        let of = |(index, row): (usize, &Row)| {
            let address = address(index, row);
            let verdict = self.0.get(&address).copied();
            verdict.ok_or_else(|| format!("terraform's plan does not know {address}"))
        };
        rows.iter().enumerate().map(of).collect()
    }
}

fn refused(row: &Row, error: &PlanError) -> String {
    let what = match error {
        PlanError::Problems(problems) => problems.iter().map(|it| format!("\n{it}")).collect(),
        error => error.to_string(),
    };
    let Change { property, .. } = Change::of(row);
    format!("{} {property} can't be planned: {what}", row.type_name)
}

fn spreads(row: &Row, action: &Action) -> String {
    let Change { property, .. } = Change::of(row);
    let (type_name, address) = (row.type_name, action.address);
    format!("{type_name} {property} changes {address} as well")
}
