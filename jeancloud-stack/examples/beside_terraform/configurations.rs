//! What Terraform applies, and what it plans then.

use serde_json::{Map, Value as Json, json};

use crate::table::Row;

/// The provider, its endpoints, and what the rows stand on.
const GROUND: &str = include_str!("ground.tf");

/// `ground`: a file in Terraform's language; `before` and `after`: one of JSON beside it; `addresses`:
/// those of the rows' resources in it.
pub fn of(rows: &[Row]) -> Json {
    let addresses = rows.iter().enumerate();
    let addresses: Vec<String> = addresses.map(|(index, row)| address(index, row)).collect();
    json!({
        "ground": GROUND,
        "before": version(rows, 0),
        "after": version(rows, 1),
        "addresses": addresses,
    })
}

/// Terraform's address of a row's resource.
pub fn address(index: usize, row: &Row) -> String {
    format!("{}.{}", row.kind, name(index))
}

/// Every row's resource before (0) or after (1) its change.
fn version(rows: &[Row], version: usize) -> Json {
    let mut resources: Map<String, Json> = Map::new();
    let mut add = |kind: &str, name: String, arguments: Json| {
        let of_kind = resources.entry(kind).or_insert_with(|| json!({}));
        of_kind[name] = arguments;
    };
    for (index, row) in rows.iter().enumerate() {
        let beside = numbered(&row.beside, index);
        for (kind, named) in beside.as_object().into_iter().flatten() {
            for (name, arguments) in named.as_object().into_iter().flatten() {
                add(kind, name.clone(), arguments.clone());
            }
        }
        add(
            row.kind,
            name(index),
            numbered(&row.arguments[version], index),
        );
    }
    json!({ "resource": resources })
}

fn name(index: usize) -> String {
    format!("row_{}", index + 1)
}

/// The same with the row's number in it.
fn numbered(value: &Json, index: usize) -> Json {
    let number = (index + 1).to_string();
    let put = |text: &str| text.replace("{n}", &number);
    match value {
        Json::String(text) => put(text).into(),
        Json::Array(items) => items.iter().map(|it| numbered(it, index)).collect(),
        Json::Object(members) => {
            let members = members.iter();
            members
                .map(|(name, it)| (put(name), numbered(it, index)))
                .collect()
        }
        other => other.clone(),
    }
}
