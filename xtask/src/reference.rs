//! What CloudFormation says of resource types, and what jeancloud leaves out and why: the files in
//! `jeancloud-model/reference/`.

use std::{collections::BTreeMap, fs};

use serde_json::Value as Json;

use crate::{Result, workspace::Workspace};

const FACTS: &str = "jeancloud-model/reference/cloudformation-properties.json";
const NOT_MODELLED: &str = "jeancloud-model/reference/not-modelled";
const EXCEPTIONS: &str = "jeancloud-model/reference/exceptions.json";

/// CloudFormation's lists of property names, by what the list is: `properties`, `readOnly`, ….
pub type TypeFacts = BTreeMap<String, Vec<String>>;

/// A reason by property name.
pub type Reasons = BTreeMap<String, String>;

/// The files in `jeancloud-model/reference/`.
pub struct Reference {
    /// What CloudFormation says, by type.
    pub facts: BTreeMap<String, TypeFacts>,
    /// Why a property is not modelled, by type.
    pub not_modelled: BTreeMap<String, Reasons>,
    /// Why jeancloud differs from CloudFormation, by type and by what differs: `ours`,
    /// `change`.
    pub exceptions: BTreeMap<String, BTreeMap<String, Reasons>>,
}

impl Reference {
    /// Reads the files.
    pub fn load(workspace: &Workspace) -> Result<Self> {
        let mut not_modelled = BTreeMap::new();
        for entry in fs::read_dir(workspace.root().join(NOT_MODELLED))? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let of_a_service: BTreeMap<String, Reasons> = parse(workspace, &path)?;
            not_modelled.extend(of_a_service);
        }
        Ok(Self {
            facts: parse(workspace, FACTS.as_ref())?,
            not_modelled,
            exceptions: parse(workspace, EXCEPTIONS.as_ref())?,
        })
    }

    /// Writes the facts back.
    pub fn save_facts(&self, workspace: &Workspace) -> Result {
        workspace.write(FACTS, &text_of(&self.facts))
    }
}

/// The properties of a type that an author can set, in CloudFormation's order.
pub fn writable(facts: &TypeFacts) -> impl Iterator<Item = &str> {
    let read_only = names(facts, "readOnly");
    names(facts, "properties")
        .iter()
        .filter(|name| !read_only.contains(name))
        .map(String::as_str)
}

/// One list of a type's facts.
pub fn names<'f>(facts: &'f TypeFacts, list: &str) -> &'f [String] {
    facts.get(list).map_or(&[], Vec::as_slice)
}

/// CloudFormation's page of a type; what is not CloudFormation's has none.
pub fn page(type_name: &str) -> Option<String> {
    let name = type_name.strip_prefix("AWS::")?;
    let name = name.replace("::", "-").to_lowercase();
    Some(format!(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-{name}.html"
    ))
}

fn parse<T: serde::de::DeserializeOwned>(
    workspace: &Workspace,
    path: &std::path::Path,
) -> Result<T> {
    serde_json::from_str(&workspace.read(path)?)
        .map_err(|error| format!("{}: {error}", path.display()).into())
}

/// One type a group, one list a line: a change of a type is a change of its lines.
fn text_of(types: &BTreeMap<String, TypeFacts>) -> String {
    let groups: Vec<String> = types
        .iter()
        .map(|(type_name, facts)| {
            let lists: Vec<String> = facts
                .iter()
                .map(|(list, names)| format!("    \"{list}\": {}", Json::from(names.clone())))
                .collect();
            format!("  \"{type_name}\": {{\n{}\n  }}", lists.join(",\n"))
        })
        .collect();
    format!("{{\n{}\n}}\n", groups.join(",\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_written_one_list_a_line_and_read_back() {
        let facts: BTreeMap<String, TypeFacts> = serde_json::from_str(
            r#"{"A::B::C": {"readOnly": ["Id"], "properties": ["Id", "Size"]}}"#,
        )
        .unwrap();
        let text = text_of(&facts);
        assert_eq!(text.lines().count(), 6);
        let again: BTreeMap<String, TypeFacts> = serde_json::from_str(&text).unwrap();
        assert_eq!(again, facts);
        assert_eq!(writable(&facts["A::B::C"]).collect::<Vec<_>>(), ["Size"]);
    }
}
