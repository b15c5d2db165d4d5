//! What an import would adopt, what it would not and why, and how it ended.

use std::collections::BTreeMap;

use jeancloud_model::Address;
use jeancloud_stack::{
    ProviderError, View,
    engine::{Match, Origin, Proposal},
};

use super::{
    physical_id,
    style::{CREATE, ERROR, FAINT, HINT, STRONG, WARNING, counted, padded, paint, width},
};

/// The whole page.
pub(crate) fn page(proposal: &Proposal, view: &View) -> String {
    let Proposal {
        matches,
        ambiguous,
        unlike,
        undeclared,
        taken,
        ours,
        gone,
        children,
        unknown,
        ..
    } = proposal;
    let mut page = adopted(matches);
    page += &kept(matches);
    page += &doubtful(ambiguous, view);
    page += &others(unlike);
    let taken = taken.iter().map(|(origin, owner)| {
        let whose = format!("is {} of the stack {}", owner.address, owner.stack);
        (name(origin), whose)
    });
    page += &list("Another stack's, left as it is", taken);
    page += &list("Not in AWS any more", gone.iter().map(named));
    page += &list(
        "Not declared here, left as it is",
        undeclared.iter().map(named),
    );
    page += &list(
        "Of types that jeancloud has not, left as it is",
        unknown.iter().map(|it| (it.clone(), String::new())),
    );
    if !ours.is_empty() {
        let ours = counted(ours.len(), "resource");
        page += &remark(format!("{ours} of Terraform's are this stack's already."));
    }
    let parents = matches.len() + ours.len();
    if !children.is_empty() && parents > 0 {
        let children = counted(children.len(), "resource");
        page += &remark(format!(
            "{children} of Terraform's belong to others: routes, rules, records, settings. `plan` looks for those that are declared."
        ));
    }
    page
}

fn remark(text: String) -> String {
    format!("{}\n", paint(FAINT, text))
}

/// How it ended.
pub(crate) fn end(done: usize, failed: &[(Address, ProviderError)], terraform: bool) -> String {
    let mut text = String::new();
    for (address, error) in failed {
        text += &format!("{} {address}: {error}\n", paint(ERROR, "error:"));
    }
    text += &format!(
        "{} adopted. `plan` shows what differs from what is declared.\n",
        counted(done, "resource")
    );
    if terraform && done > 0 {
        text += &format!(
            "{} Terraform still has them in its state: run it no more here, or take them out with `terraform state rm`\n",
            paint(HINT, "hint:")
        );
    }
    text
}

/// What a physical id of a type looks like.
pub(crate) fn form_of_id(type_name: &str) -> String {
    let form = physical_id::form(type_name);
    format!("{type_name} is imported by {form}, in the region where it is declared")
}

/// A line for each, in columns: where it is declared, what it is called where it comes from, its id.
fn adopted(matches: &[Match]) -> String {
    if matches.is_empty() {
        return "Nothing to adopt.\n".to_owned();
    }
    let widest = |text: &dyn Fn(&Match) -> String| {
        let widths = matches.iter().map(|it| width(&text(it)));
        widths.max().unwrap_or_default()
    };
    let theirs = |it: &Match| it.origin.terraform.clone().unwrap_or_default();
    let addresses = widest(&|it| it.address.to_string());
    let origins = widest(&theirs);
    let mut page = format!("To adopt: {}\n", counted(matches.len(), "resource"));
    for matched in matches {
        let origin = match origins {
            0 => String::new(),
            _ => format!("{}  ", padded(&theirs(matched), origins)),
        };
        page += &format!(
            "  {} {}  {origin}{}\n",
            paint(CREATE, "="),
            paint(STRONG, padded(matched.address.as_str(), addresses)),
            paint(FAINT, short(&matched.origin.id))
        );
    }
    page + "\n"
}

/// What stays other than declared, by property: it is mostly one and the same of many.
fn kept(matches: &[Match]) -> String {
    let mut kept: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for matched in matches {
        for property in &matched.kept {
            let all = kept.entry(property).or_default();
            all.push(matched.address.as_str());
        }
    }
    let lines = kept.into_iter();
    list(
        "Stays other than declared, since AWS can't change it and it means nothing any more",
        lines.map(|(property, of)| (property.to_owned(), format!("of {}", of.join(", ")))),
    )
}

fn doubtful(ambiguous: &[(Address, Vec<Origin>)], view: &View) -> String {
    let mut page = String::new();
    for (address, origins) in ambiguous {
        let origins: Vec<String> = origins.iter().map(name).collect();
        let at = view
            .get(*address)
            .map(|it| format!("\n  at: {}", it.at))
            .unwrap_or_default();
        page += &format!(
            "{} {address} may be one of several, or one may be several: {}\n  {} `import {address} ID` says which{at}\n\n",
            paint(WARNING, "unclear:"),
            origins.join(", "),
            paint(HINT, "hint:")
        );
    }
    page
}

fn others(unlike: &[(Address, Origin, Vec<String>)]) -> String {
    let lines = unlike.iter().map(|(address, origin, properties)| {
        let differs = properties.join(", ");
        let why = format!("{} differs in {differs}", name(origin));
        (address.to_string(), why)
    });
    list(
        "To be created, since the nearest that is there differs in what AWS can't change",
        lines,
    )
}

/// Lines of two columns below a heading; nothing where there are none.
fn list(heading: &str, lines: impl Iterator<Item = (String, String)>) -> String {
    let lines: Vec<(String, String)> = lines.collect();
    let widest = lines.iter().map(|(first, _)| width(first)).max();
    let Some(widest) = widest else {
        return String::new();
    };
    let line = |(first, second): &(String, String)| match second.is_empty() {
        true => format!("  {first}"),
        false => format!("  {}  {}", padded(first, widest), paint(FAINT, second)),
    };
    let lines: Vec<String> = lines.iter().map(line).collect();
    format!("{heading}:\n{}\n\n", lines.join("\n"))
}

/// What it is called where it comes from.
fn name(origin: &Origin) -> String {
    let (name, _) = named(origin);
    name
}

/// The same, and its id beside it.
fn named(origin: &Origin) -> (String, String) {
    match &origin.terraform {
        Some(terraform) => (terraform.clone(), short(&origin.id).to_owned()),
        None => (short(&origin.id).to_owned(), String::new()),
    }
}

/// The part of an ARN that names the resource; any other id as it is.
fn short(id: &str) -> &str {
    match id.starts_with("arn:") {
        true => id.splitn(6, ':').last().unwrap_or(id),
        false => id,
    }
}
