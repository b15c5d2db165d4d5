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
    #[error("nothing is at {}", .0.iter().map(NoSuchTarget::shown).collect::<Vec<_>>().join(", "))]
    NoSuchTargets(Vec<NoSuchTarget>),
    /// These are to be made anew, and the targets leave them out.
    #[error("{}", .0.said())]
    NotTargeted(NotTargeted),
    /// These are to be made anew, and are only looked up.
    #[error("{}", looked_up(.0))]
    Lookups(Vec<Address>),
    /// There is no order: what waits for what, each for the next, and the last is the first.
    #[error("these wait for each other: {}", .0.join(" -> "))]
    Cycle(Vec<String>),
}

impl PlanError {
    /// Ways out, as fragments. Problems and protected resources have their own, each beside what it is
    /// about.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NoSuchTargets(targets) => targets.iter().map(NoSuchTarget::hint).collect(),
            Self::NotTargeted(left) => vec![left.hint()],
            Self::Cycle(_) => vec![
                "change less at once: leave one of them as it is for now, apply, and change it then"
                    .to_owned(),
            ],
            Self::Problems(_) | Self::Protected(_) | Self::Lookups(_) => Vec::new(),
        }
    }
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
        if self.is_blank() {
            return "it is empty: an address looks like france/vpc, and `*` stands for any text, as in `france/*`".to_owned();
        }
        let near: Vec<&str> = near.iter().map(|address| address.as_str()).collect();
        match near.is_empty() {
            true => format!(
                "no address looks like {pattern}; `*` stands for any text, as in `france/*`"
            ),
            false => format!("near {pattern} there is {}", near.join(", ")),
        }
    }
}

impl NoSuchTarget {
    fn is_blank(&self) -> bool {
        self.pattern.trim().is_empty()
    }

    fn shown(&self) -> String {
        match self.is_blank() {
            true => format!("{:?}", self.pattern),
            false => self.pattern.clone(),
        }
    }
}

/// What is to be made anew, and is neither at a target nor needed there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotTargeted {
    /// What is to be made anew.
    pub replace: Vec<Address>,
    /// What is at the targets.
    pub targets: Vec<Address>,
}

impl NotTargeted {
    fn said(&self) -> String {
        let Self { replace, targets } = self;
        let be = if replace.len() == 1 { "is" } else { "are" };
        let at = match targets.len() {
            1 => "the target",
            _ => "any of the targets",
        };
        format!(
            "{} {be} to be replaced, and {be} neither at {at} {} nor needed there",
            some(replace),
            some(targets)
        )
    }

    /// The way out, as a fragment.
    pub fn hint(&self) -> String {
        let named = self.replace.iter().take(SOME);
        let flags: Vec<String> = named.map(|at| format!("--target {at}")).collect();
        match self.replace.len() > SOME {
            false => format!("add `{}`", flags.join(" ")),
            true => {
                "add a --target for each of them, as a pattern, or leave --target out".to_owned()
            }
        }
    }
}

/// How many addresses a message names.
const SOME: usize = 5;

/// `a, b and c`; of many, the first and how many more there are.
fn some(addresses: &[Address]) -> String {
    let mut names: Vec<String> = addresses.iter().map(Address::to_string).collect();
    if names.len() > SOME {
        let more = names.len() - SOME;
        names.truncate(SOME);
        names.push(format!("{more} more"));
    }
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

fn looked_up(lookups: &[Address]) -> String {
    match lookups {
        [one] => {
            format!("{one} is a lookup: each plan reads it anew, and there is nothing to replace")
        }
        _ => format!(
            "{} are lookups: each plan reads them anew, and there is nothing to replace",
            some(lookups)
        ),
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
