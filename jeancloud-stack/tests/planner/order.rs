//! [`Order`]: what comes before what in a plan, by the waits of its actions alone.

use std::collections::BTreeSet;

use jeancloud_stack::plan::{Action, Op, Plan};

/// What comes before what in a plan.
pub struct Order<'p> {
    plan: &'p Plan,
    /// Everything that each action waits for, and what that waits for, and so on.
    before: Vec<BTreeSet<usize>>,
}

impl<'p> Order<'p> {
    /// Of this plan, whose actions stand after those that they wait for.
    pub fn of(plan: &'p Plan) -> Self {
        let mut before: Vec<BTreeSet<usize>> = Vec::new();
        for (index, action) in plan.actions.iter().enumerate() {
            assert_eq!(action.id, index, "actions are numbered in their order");
            let mut all = BTreeSet::new();
            for &other in &action.after {
                assert!(other < index, "{action:#?} stands before what it waits for");
                all.insert(other);
                all.extend(&before[other]);
            }
            before.push(all);
        }
        Self { plan, before }
    }

    /// Whether `later` can't begin before `earlier` is done.
    pub fn holds(&self, earlier: &Action, later: &Action) -> bool {
        self.before[later.id].contains(&earlier.id)
    }

    /// The one action of a kind on an address.
    #[track_caller]
    pub fn action(&self, op: Op, address: &str) -> &'p Action {
        let named = |action: &&Action| action.op == op && action.address.as_str() == address;
        let mut found = self.plan.actions.iter().filter(named);
        match (found.next(), found.next()) {
            (Some(action), None) => action,
            _ => panic!("expected one {op:?} of {address} in {:#?}", self.plan),
        }
    }
}
