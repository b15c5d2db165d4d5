//! [`PlanError`]: why nothing was planned.

use jeancloud_model::Address;
use thiserror::Error;

use crate::Problem;

/// Why nothing was planned.
#[derive(Debug, Error)]
pub enum PlanError {
    /// The stack has mistakes.
    #[error("the stack has {} to mend before it can be planned", counted(.0.len(), "mistake"))]
    Problems(Vec<Problem>),
    /// These would be deleted and must not be.
    #[error("{} protected from deletion: {}", if .0.len() == 1 { "1 resource is".to_owned() } else { format!("{} resources are", .0.len()) }, listed(.0))]
    Protected(Vec<Protected>),
    /// Nothing is at these addresses.
    #[error("nothing is at {}", .0.iter().map(|target| target.pattern.as_str()).collect::<Vec<_>>().join(", "))]
    NoSuchTargets(Vec<NoSuchTarget>),
    /// What the references leave no order for.
    #[error("these wait for each other: {}", .0.join(" -> "))]
    Cycle(Vec<String>),
}

/// A resource that would be deleted and must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Protected {
    /// Which one.
    pub address: Address,
    /// The source line that declares it, as `src/main.rs:12`; `None` where nothing does any more.
    pub declared_at: Option<String>,
    /// Why it must not be deleted.
    pub why: String,
    /// The way out.
    pub hint: String,
}

/// An address that a plan was asked for, and that names nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoSuchTarget {
    /// As it was given.
    pub pattern: String,
    /// Addresses that look like it.
    pub near: Vec<Address>,
}

impl NoSuchTarget {
    /// The way out, as a fragment.
    pub fn hint(&self) -> String {
        let Self { pattern, near } = self;
        let near: Vec<&str> = near.iter().map(|address| address.as_str()).collect();
        match near.is_empty() {
            true => format!(
                "no address looks like {pattern}; `*` stands for any text, as in `france/*`"
            ),
            false => format!("near {pattern} there is {}", near.join(", ")),
        }
    }
}

fn listed(protected: &[Protected]) -> String {
    let one = |protected: &Protected| format!("{} ({})", protected.address, protected.why);
    protected.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
