//! What an interrupted run made and did not finish, and a plan has nothing to do about: it is finished
//! before anybody relies on it.

use crate::{
    plan::{Action, Op, Plan, Work},
    state::{Record, State},
};

/// The plan, with a step for everything that was begun, is there as it is declared, and may not be
/// ready: a database that is still starting. What depends on it waits for that step.
///
/// Where the plan changes such a resource, finishing it is part of the change.
pub(super) fn with_what_was_begun(plan: &Plan, state: &State) -> Plan {
    let mut plan = plan.clone();
    for (address, record) in plan.found.clone() {
        let planned = plan
            .at(address.as_str())
            .any(|action| action.work.generation == record.generation);
        if planned || state.begun(address, record.generation).is_none() {
            continue;
        }
        let id = plan.actions.len();
        for action in &mut plan.actions {
            let relies_on_it = match action.op {
                // The generation before it goes once it is ready.
                Op::Delete => action.address == address,
                _ => action.work.depends_on.contains(&address),
            };
            if relies_on_it {
                action.after.push(id);
            }
        }
        plan.actions.push(Action {
            id,
            op: Op::Update,
            address,
            type_name: record.type_name.clone(),
            region: record.region,
            after: Vec::new(),
            reason: "an interrupted run began it".to_owned(),
            replacement: false,
            changes: Vec::new(),
            work: finishing(record),
        });
    }
    plan
}

fn finishing(record: Record) -> Work {
    Work {
        generation: record.generation,
        id: Some(record.id),
        properties: record.properties.clone(),
        declared: record.properties,
        depends_on: record.depends_on,
        ..Work::default()
    }
}
