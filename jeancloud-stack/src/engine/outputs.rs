//! The values of a stack's declared outputs after a run.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, Region, reference};
use serde_json::Value as Json;

/// The declared outputs after a run.
#[derive(Debug, PartialEq)]
pub(super) struct Resolved {
    /// As far as they are known.
    pub(super) values: BTreeMap<String, Json>,
    /// Those that refer to what the plan left out, with what that is.
    pub(super) left_out: BTreeMap<String, Address>,
}

/// Puts what is known into the declared outputs. One that refers to something `left_out` has its `former`
/// value or none: what is known of it is about to be another, and half of it would be of one apply and
/// half of another.
pub(super) fn resolved(
    outputs: &[(String, Json)],
    known: &BTreeMap<Address, BTreeMap<String, Json>>,
    left_out: &BTreeSet<Address>,
    former: &BTreeMap<String, Json>,
) -> Resolved {
    let mut resolved = Resolved {
        values: BTreeMap::new(),
        left_out: BTreeMap::new(),
    };
    for (name, declared) in outputs {
        let out = first_of(left_out, declared);
        let value = match out {
            Some(_) => former.get(name).cloned(),
            None => put_in(declared, known),
        };
        resolved.left_out.extend(out.map(|out| (name.clone(), out)));
        resolved
            .values
            .extend(value.map(|value| (name.clone(), value)));
    }
    resolved
}

/// The first of these that a value refers to.
fn first_of(addresses: &BTreeSet<Address>, value: &Json) -> Option<Address> {
    let mut named = None;
    reference::each(value, &mut |address, _| {
        let address = Address::new(address);
        if addresses.contains(&address) {
            named.get_or_insert(address);
        }
    });
    named
}

fn put_in(value: &Json, known: &BTreeMap<Address, BTreeMap<String, Json>>) -> Option<Json> {
    let value = reference::resolve_alone(value, Region::Global, &|address, output| {
        known.get(&Address::new(address))?.get(output).cloned()
    });
    (!reference::is_unknown(&value)).then_some(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_output_of_what_is_left_out_is_as_before_and_never_half_known() {
        let [web, db] = ["main/web", "main/db"].map(Address::new);
        let ip = |address: Address| json!({reference::OUTPUT: [address.to_string(), "Ip"]});
        let both = json!({reference::TEXT: [ip(web), "+", ip(db)]});
        let outputs = [("web", ip(web)), ("db", ip(db)), ("both", both)];
        let outputs = outputs.map(|(name, value)| (name.to_owned(), value));
        let of = |address: Address, ip: &str| (address, [("Ip".to_owned(), json!(ip))].into());
        let known = [of(web, "2"), of(db, "1")].into();
        let former = [("both".to_owned(), json!("0+1"))].into();
        let left_out = [db].into();
        let Resolved { values, left_out } = resolved(&outputs, &known, &left_out, &former);
        let expected = [("web", json!("2")), ("both", json!("0+1"))];
        assert_eq!(
            values,
            expected
                .map(|(name, value)| (name.to_owned(), value))
                .into()
        );
        let expected = ["db", "both"].map(|name| (name.to_owned(), db));
        assert_eq!(left_out, expected.into());
    }
}
