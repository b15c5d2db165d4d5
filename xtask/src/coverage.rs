//! `cargo xtask coverage`: docs/coverage.md, which properties are modelled and why others are not.

use std::fmt::{self, Display, Formatter, Write};

use jeancloud_model::{
    Verdict,
    catalogue::{self, TypeInfo},
};

use crate::{
    Result,
    reference::{self, Reference},
    workspace::Workspace,
};

/// The file that is written.
pub const FILE: &str = "docs/coverage.md";

const INTRODUCTION: &str = "\
# Coverage

Every resource type, and every property that CloudFormation lets an author set: what a change of it
does (changed in place, replaces the resource, or as the values say), or the reason why it is not
modelled. Written by `cargo xtask coverage` from the types themselves and the files in
`jeancloud-model/reference/`; tests hold them together. docs/update-or-replace.md says how a plan
decides.

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
    text.push_str(
        "| type | modelled | left out | places | in place | replaces | conditional |\n|---|--:|--:|--:|--:|--:|--:|\n",
    );
    let mut sum = Walked::default();
    for info in types {
        let facts = facts_of(info, reference)?;
        let facts_count = reference::writable(facts).count();
        let modelled = reference::writable(facts)
            .filter(|name| info.properties.contains(name))
            .count();
        let (name, left_out) = (info.type_name, facts_count - modelled);
        let walked = Walked::of(info);
        writeln!(text, "| `{name}` | {modelled} | {left_out} | {walked} |")?;
        sum.add(&walked);
    }
    writeln!(text, "| all | | | {sum} |")?;
    writeln!(
        text,
        "\nA place is a property, or one inside of it, as `DistributionConfig/Origins/*/DomainName`: \
         each of them is walked."
    )?;
    Ok(())
}

/// How many places there are, by what a change of them does.
#[derive(Default)]
struct Walked {
    in_place: usize,
    replaces: usize,
    conditional: usize,
}

impl Walked {
    fn of(info: &TypeInfo) -> Self {
        let mut walked = Self::default();
        for path in info.paths() {
            match info.facts.verdict(&path.pattern) {
                Verdict::InPlace => walked.in_place += 1,
                Verdict::Replaces => walked.replaces += 1,
                Verdict::Conditional => walked.conditional += 1,
            }
        }
        walked
    }

    fn add(&mut self, other: &Self) {
        self.in_place += other.in_place;
        self.replaces += other.replaces;
        self.conditional += other.conditional;
    }
}

impl Display for Walked {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self {
            in_place,
            replaces,
            conditional,
        } = self;
        let all = in_place + replaces + conditional;
        write!(f, "{all} | {in_place} | {replaces} | {conditional}")
    }
}

/// What a change of a property does, with what AWS can't change of it.
fn change_of(info: &TypeInfo, property: &str) -> String {
    let verdict = info.facts.verdict(property).as_str();
    let mut conditions = info.facts.conditional.iter();
    let condition = conditions.find(|condition| condition.property == property);
    let below: Vec<String> = info
        .paths()
        .into_iter()
        .filter(|path| path.pattern.starts_with(&format!("{property}/")))
        .filter(|path| info.facts.verdict(&path.pattern) != info.facts.verdict(property))
        .map(|path| format!("`{}` {}", path.pattern, info.facts.verdict(&path.pattern)))
        .collect();
    match (condition, &below[..]) {
        (Some(condition), _) => {
            format!(
                "{verdict}: {} ([AWS]({}))",
                condition.rule, condition.document
            )
        }
        (None, []) => verdict.to_owned(),
        (None, below) => format!("{verdict}; {}", below.join(", ")),
    }
}

fn describe(text: &mut String, info: &TypeInfo, reference: &Reference) -> Result {
    let name = info.type_name;
    let facts = facts_of(info, reference)?;
    let left_out = reference.not_modelled.get(name);
    writeln!(
        text,
        "\n## {name}\n\n| property | a change of it |\n|---|---|"
    )?;
    for property in reference::writable(facts) {
        let state = if info.properties.contains(&property) {
            change_of(info, property)
        } else {
            let reason = left_out.and_then(|reasons| reasons.get(property));
            let reason = reason.map_or("without a reason", String::as_str);
            format!("not modelled: {reason}")
        };
        writeln!(text, "| `{property}` | {} |", cell(&state))?;
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
