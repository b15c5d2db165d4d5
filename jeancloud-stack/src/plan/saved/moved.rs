//! [`Moved`]: something that is not as it was when a plan was saved.

use std::fmt;

use jeancloud_model::Address;
use serde::Serialize;
use serde_json::Value as Json;

use super::super::PropertyChange;

/// What a plan stands on, by who may have changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ground {
    /// The program: what is declared.
    Stack,
    /// The state: what was applied since.
    State,
    /// AWS: what somebody changed there.
    Aws,
    /// The planner: on the same ground it plans something else. Another version of jeancloud does,
    /// and so does a file that was changed.
    Planner,
}

/// Something that is not as it was when a plan was saved.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Moved {
    /// Where it was changed.
    pub ground: Ground,
    /// Of which resource; `None` of the stack's outputs.
    pub address: Option<Address>,
    /// How.
    pub what: What,
}

/// How something moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It was not there.
    Appeared,
    /// It is not there any more.
    Gone,
    /// It has other values: `before` when the plan was saved, `after` now.
    Changed(Vec<PropertyChange>),
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stack => "the stack",
            Self::State => "the state",
            Self::Aws => "AWS",
            Self::Planner => "the planner",
        })
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            ground,
            address,
            what,
        } = self;
        write!(f, "{ground}: ")?;
        match address {
            Some(address) => write!(f, "{address}")?,
            None => write!(f, "the outputs")?,
        }
        match what {
            What::Appeared => write!(f, " was not there"),
            What::Gone => write!(f, " is not there any more"),
            What::Changed(changes) => {
                let change = |change: &PropertyChange| {
                    let value = |value: &Json| match value {
                        Json::Null => "nothing".to_owned(),
                        value => value.to_string(),
                    };
                    let path = change.path.trim_start_matches('/');
                    format!(
                        " {path} {} → {}",
                        value(&change.before),
                        value(&change.after)
                    )
                };
                let changes: Vec<_> = changes.iter().map(change).collect();
                f.write_str(&changes.join(","))
            }
        }
    }
}
