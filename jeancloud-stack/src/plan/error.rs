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
    /// AWS protects these from deletion: addresses, and the property that says so.
    #[error("{} protected from deletion: {}", if .0.len() == 1 { "1 resource is".to_owned() } else { format!("{} resources are", .0.len()) }, listed(.0))]
    Protected(Vec<(Address, &'static str)>),
    /// What the references leave no order for.
    #[error("these wait for each other: {}", .0.join(" -> "))]
    Cycle(Vec<String>),
}

fn listed(protected: &[(Address, &'static str)]) -> String {
    let one = |(address, property): &(Address, &str)| format!("{address} ({property})");
    protected.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
