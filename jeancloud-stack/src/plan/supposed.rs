//! [`between`]: the plan from one version of a stack to another, as if the first one was applied.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, ResourceKind, Tagging, reference};
use serde_json::{Value as Json, json};

use super::{
    Generation, Observations, Plan, PlanError, PlanInput, PlanReport, draft::seconds, needs::Needs,
    order, plan,
};
use crate::{
    Stack, View,
    provider::{Observed, Ownership},
    state::{Record, Remembered, State},
};

/// The plan from one version of a stack to another, without AWS: as if `before` was applied just now,
/// and AWS had chosen an id for everything. For tests of what a change does.
///
/// ```
/// use jeancloud_model::{Region, cidr, ec2::Vpc};
/// use jeancloud_stack::{Stack, plan::between};
///
/// let version = |block| {
///     let stack = Stack::new("web");
///     stack.region("france", Region::EuWest3).add("vpc", Vpc::builder().cidr_block(block).build());
///     stack
/// };
/// let (plan, _report) = between(&version(cidr!("10.0.0.0/16")), &version(cidr!("10.1.0.0/16")))?;
/// assert_eq!(plan.summary.replace, 1);
/// # Ok::<(), jeancloud_stack::plan::PlanError>(())
/// ```
///
/// # Errors
/// As [`plan()`].
pub fn between(before: &Stack, after: &Stack) -> Result<(Plan, PlanReport), PlanError> {
    let (state, observed) = applied(before)?;
    plan(PlanInput {
        view: &View::new(after),
        state: &state,
        observed: &observed,
    })
}

/// What the state and AWS hold after `stack` was applied: every output is its address and its name.
///
/// # Errors
/// Where the references leave no order.
pub(super) fn applied(stack: &Stack) -> Result<(State, Observations), PlanError> {
    let view = View::new(stack);
    let needs = Needs::new(&view);
    let asked = asked(&view);
    let mut state = State::empty(view.stack());
    let mut observed = Observations {
        asked: true,
        ..Observations::default()
    };
    let mut known: BTreeMap<Address, BTreeMap<String, Json>> = BTreeMap::new();
    for declaration in order::declarations(&view, &needs)? {
        let address = declaration.address;
        let properties = super::named(&view, None, declaration, address, 1);
        let properties = reference::resolve(&properties, declaration.region, &|at, output| {
            known.get(&Address::new(at))?.get(output).cloned()
        });
        let replace_when = declaration.lifecycle.replace_when.iter();
        let replace_when = replace_when.map(|value| {
            reference::resolve(value, declaration.region, &|at, output| {
                known.get(&Address::new(at))?.get(output).cloned()
            })
        });
        let replace_when = replace_when.collect();
        let names = declaration.facts.outputs.iter().chain([&declaration.id]);
        let further = asked.get(address.as_str()).into_iter().flatten();
        let names = names.chain(further).copied();
        let output = |name: &str| {
            let repeated = properties.get(name).cloned();
            let made = json!(format!("{address}.{name}"));
            (name.to_owned(), repeated.unwrap_or(made))
        };
        let outputs: BTreeMap<String, Json> = names.map(output).collect();
        known.insert(address, outputs.clone());
        let owned = declaration.facts.tagging != Tagging::None;
        let id = outputs.get(declaration.id).and_then(Json::as_str);
        let id = id.map_or_else(|| address.to_string(), str::to_owned);
        let told = Observed {
            id: id.clone(),
            properties: properties.clone(),
            outputs: outputs.clone(),
            ownership: owned.then(|| Ownership {
                stack: view.stack().to_owned(),
                address,
                generation: 1,
                marks: declaration.lifecycle.marks(),
            }),
            going: false,
        };
        if declaration.kind == ResourceKind::Lookup {
            observed.lookups.insert(address, told);
            continue;
        }
        state.resources.insert(
            address,
            Record {
                type_name: declaration.type_name.to_owned(),
                region: declaration.region,
                id,
                generation: 1,
                properties,
                outputs,
                depends_on: needs.of(address).collect(),
                lifecycle: Remembered {
                    marks: declaration.lifecycle.marks(),
                    replace_when,
                    delete_timeout: seconds(declaration.lifecycle.timeouts.delete),
                },
                deleting: false,
                attempts: Vec::new(),
            },
        );
        let generation = Generation {
            number: 1,
            type_name: declaration.type_name.to_owned(),
            region: declaration.region,
            observed: told,
        };
        observed.resources.insert(address, vec![generation]);
    }
    Ok((state, observed))
}

/// The outputs that something refers to, by address: not all are in the facts of a type, as those of a
/// certificate, which has some for each of its domains.
fn asked(view: &View) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut asked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for declaration in view.declarations() {
        declaration.each_reference(&mut |address, output| {
            asked.entry(address).or_default().insert(output);
        });
    }
    asked
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        Region, certificate_manager::Certificate, route53::HostedZone, route53::RecordSet,
    };

    use super::*;

    #[test]
    fn what_validates_a_certificate_is_there_once_it_was_applied() {
        let stack = Stack::new("test");
        let (main, global) = (stack.region("main", Region::EuWest3), stack.global());
        let zone = global.add("zone", HostedZone::builder().name("example.com").build());
        let certificate = Certificate::builder().domain_name("www.example.com");
        let certificate = main.add("certificate", certificate.build());
        let record = RecordSet::validating(&certificate, "www.example.com", &zone);
        global.add("record", record);
        let (plan, _) = between(&stack, &stack).expect("it has no mistakes");
        assert!(plan.is_empty(), "{plan:#?}");
    }
}
