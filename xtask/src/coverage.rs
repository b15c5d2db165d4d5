//! `cargo xtask coverage`: docs/coverage.md, which properties are modelled and why others are not.

use std::fmt::Write;

use jeancloud_model::catalogue::{self, TypeInfo};

use crate::{
    Result,
    reference::{self, Reference},
    workspace::Workspace,
};

/// The file that is written.
pub const FILE: &str = "docs/coverage.md";

const INTRODUCTION: &str = "\
# Coverage

Every resource type, and every property that CloudFormation lets an author set: modelled, or the
reason why not. Written by `cargo xtask coverage` from the types themselves and the files in
`jeancloud-model/reference/`; a test holds them together.

";

/// Writes the file.
pub fn run(workspace: &Workspace) -> Result {
    workspace.write(FILE, &text(workspace)?)?;
    println!("wrote {FILE}");
    Ok(())
}

/// What the file has to say.
pub fn text(workspace: &Workspace) -> Result<String> {
    let reference = Reference::load(workspace)?;
    let mut types: Vec<&TypeInfo> = catalogue::types().iter().collect();
    types.sort_by_key(|info| info.type_name);
    let of_kind = |prefix: &str| -> Vec<&TypeInfo> {
        let types = types.iter().copied();
        types
            .filter(|info| info.type_name.starts_with(prefix))
            .collect()
    };
    let managed = of_kind("AWS::");

    let mut text = INTRODUCTION.to_owned();
    summarise(&mut text, &managed, &reference)?;
    for info in &managed {
        describe(&mut text, info, &reference)?;
    }
    describe_others(&mut text, "Lookups", &of_kind("Lookup::"))?;
    describe_others(&mut text, "Waits", &of_kind("Wait::"))?;
    Ok(text)
}

fn summarise(text: &mut String, types: &[&TypeInfo], reference: &Reference) -> Result {
    text.push_str("| type | modelled | left out |\n|---|--:|--:|\n");
    for info in types {
        let facts = facts_of(info, reference)?;
        let all = reference::writable(facts).count();
        let modelled = reference::writable(facts)
            .filter(|name| info.properties.contains(name))
            .count();
        let name = info.type_name;
        writeln!(text, "| `{name}` | {modelled} | {} |", all - modelled)?;
    }
    Ok(())
}

fn describe(text: &mut String, info: &TypeInfo, reference: &Reference) -> Result {
    let name = info.type_name;
    let facts = facts_of(info, reference)?;
    let left_out = reference.not_modelled.get(name);
    writeln!(text, "\n## {name}\n\n| property | |\n|---|---|")?;
    for property in reference::writable(facts) {
        let state = if info.properties.contains(&property) {
            "modelled"
        } else {
            left_out
                .and_then(|reasons| reasons.get(property))
                .map_or("not modelled, without a reason", String::as_str)
        };
        writeln!(text, "| `{property}` | {} |", cell(state))?;
    }
    let ours = reference
        .exceptions
        .get(name)
        .and_then(|of_type| of_type.get("ours"));
    for (property, reason) in ours.into_iter().flatten() {
        writeln!(text, "| `{property}` | jeancloud's own: {} |", cell(reason))?;
    }
    Ok(())
}

/// Types that CloudFormation doesn't have: what they take and what they give.
fn describe_others(text: &mut String, title: &str, types: &[&TypeInfo]) -> Result {
    if types.is_empty() {
        return Ok(());
    }
    writeln!(
        text,
        "\n## {title}\n\n| type | takes | gives |\n|---|---|---|"
    )?;
    for info in types {
        let gives = [info.id]
            .into_iter()
            .chain(info.facts.outputs.iter().copied());
        let name = info.type_name;
        let (takes, gives) = (list(info.properties.iter().copied()), list(gives));
        writeln!(text, "| `{name}` | {takes} | {gives} |")?;
    }
    Ok(())
}

fn facts_of<'r>(info: &TypeInfo, reference: &'r Reference) -> Result<&'r reference::TypeFacts> {
    let name = info.type_name;
    reference.facts.get(name).ok_or_else(|| {
        format!("{name} is not in the reference; `cargo xtask new-resource {name}` adds it").into()
    })
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut quoted: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    quoted.dedup();
    quoted.join(", ")
}

/// A text that can't end its table's cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
