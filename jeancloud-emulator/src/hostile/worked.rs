//! [`Worked`]: inputs that succeeded.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::Draw;

/// Inputs that are kept of an operation: the first ones, which are the plainest.
const MOST: usize = 8;

/// Inputs that succeeded, by service and operation.
#[derive(Default)]
pub struct Worked(BTreeMap<(&'static str, String), Vec<Value>>);

impl Worked {
    pub fn remember(&mut self, service: &'static str, operation: &str, input: Value) {
        let known = self.0.entry((service, operation.to_owned())).or_default();
        if known.len() < MOST {
            known.push(input);
        }
    }

    pub fn find(&self, service: &'static str, operation: &str, draw: &mut Draw) -> Option<&Value> {
        let known = self.0.get(&(service, operation.to_owned()))?;
        known.get(draw.below(known.len() as u64) as usize)
    }
}
