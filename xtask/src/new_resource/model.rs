//! The model's file of a new resource type, as far as CloudFormation's schema tells.

use std::{collections::BTreeSet, fmt::Write};

use super::name::{TypeName, field_case, type_case};
use crate::{
    Result,
    reference::{self, TypeFacts},
    schema::{Schema, Shape},
};

/// What stops the build until a person has read AWS's documents.
pub(super) const UNREAD: &str =
    "compile_error!(\"read AWS's documents, correct every kind, write every doc\");\n\n";

/// Where the page of the creating call is, once it is known which.
const CALL: &str = "https://docs.aws.amazon.com/WHERE/latest/APIReference/API_WHICH.html";

/// The file: values, structs, the resource and its outputs.
pub(super) fn file(name: &TypeName<'_>, facts: &TypeFacts, schema: &Schema) -> Result<String> {
    let mut parts = Parts {
        schema,
        seen: BTreeSet::new(),
        values: String::new(),
        structs: String::new(),
    };
    let id = identifier(facts);
    let mut properties = String::new();
    for property in reference::writable(facts) {
        let required = is_in(facts, "required", property);
        properties += &parts.property(property, required, &schema.shape(property));
    }
    let outputs = outputs(facts, id);
    let resource = resource(name, facts, &outputs, &properties)?;
    let methods = methods(name, id, &outputs)?;
    let Parts {
        values, structs, ..
    } = parts;
    let texts = texts(&outputs)?;
    let imports = imports(&[&values, &structs, &texts, &methods]);
    let TypeName { full, rust, .. } = name;
    let id_type = type_case(id);
    Ok(format!(
        "//! [`{rust}`]: `{full}`, WHAT IT IS.\n\n{UNREAD}{imports}\
         id_value! {{\n    /// The id of one, as `…`.\n    {id_type} starts \"…\",\n}}\n\n\
         {texts}{values}{structs}{resource}{methods}"
    ))
}

/// What CloudFormation's `Ref` most likely gives: the primary identifier.
fn identifier(facts: &TypeFacts) -> &str {
    reference::names(facts, "primaryIdentifier")
        .first()
        .map_or("Id", String::as_str)
}

fn is_in(facts: &TypeFacts, list: &str, property: &str) -> bool {
    let mut names = reference::names(facts, list).iter();
    names.any(|name| name == property)
}

/// The outputs beside the id.
fn outputs<'f>(facts: &'f TypeFacts, id: &str) -> Vec<&'f str> {
    let read_only = reference::names(facts, "readOnly").iter();
    let names = read_only.map(String::as_str);
    names
        .filter(|name| *name != id && !name.contains('/'))
        .collect()
}

fn imports(texts: &[&str]) -> String {
    let uses = |word: &str| texts.iter().any(|text| text.contains(word));
    let mut names = vec!["Facts"];
    for (name, word) in [
        ("choice", "choice! {"),
        ("id_value", ""),
        ("outputs", ""),
        ("properties", "properties! {"),
        ("resource", ""),
        ("text_value", "text_value! {"),
    ] {
        if uses(word) {
            names.push(name);
        }
    }
    if uses(": Arn,") {
        names.insert(0, "Arn");
    }
    format!("use crate::{{{}}};\n\n", names.join(", "))
}

fn resource(
    name: &TypeName<'_>,
    facts: &TypeFacts,
    outputs: &[&str],
    properties: &str,
) -> Result<String> {
    let TypeName { full, rust, .. } = name;
    let id = identifier(facts);
    let top = |path: &String| path.split('/').next().map(str::to_owned);
    let create_only: BTreeSet<String> = reference::names(facts, "createOnly")
        .iter()
        .filter_map(top)
        .collect();
    let create_only: Vec<String> = create_only.into_iter().collect();
    let mut text = String::new();
    writeln!(text, "resource! {{\n    /// WHAT IT IS.\n    ///")?;
    writeln!(
        text,
        "    /// Follows [`{full}`] and [`WHICH CALL`].\n    ///"
    )?;
    if let Some(page) = reference::page(full) {
        writeln!(text, "    /// [`{full}`]: {page}")?;
    }
    writeln!(text, "    /// [`WHICH CALL`]: {CALL}")?;
    writeln!(
        text,
        "    {rust} = \"{full}\", id \"{id}\": {},",
        type_case(id)
    )?;
    writeln!(text, "    facts Facts {{")?;
    writeln!(text, "        create_only: &{create_only:?},")?;
    writeln!(text, "        outputs: &{outputs:?},")?;
    writeln!(text, "        ..Facts::DEFAULT\n    }};\n")?;
    writeln!(text, "{properties}}}\n")?;
    Ok(text)
}

/// The values that outputs have, where no type fits that is there already.
fn texts(outputs: &[&str]) -> Result<String> {
    let mut text = String::new();
    for output in outputs.iter().filter(|output| **output != "Arn") {
        writeln!(text, "    /// DESCRIBE.\n    {},", type_case(output))?;
    }
    Ok(match text.is_empty() {
        true => text,
        false => format!("text_value! {{\n{text}}}\n\n"),
    })
}

fn methods(name: &TypeName<'_>, id: &str, outputs: &[&str]) -> Result<String> {
    let mut text = format!("outputs! {{ {} {{\n", name.rust);
    for output in [id].iter().chain(outputs) {
        let (method, value) = (field_case(output), type_case(output));
        writeln!(
            text,
            "    /// DESCRIBE.\n    {method} \"{output}\": {value},"
        )?;
    }
    Ok(text + "} }\n")
}

/// What a resource is made of.
struct Parts<'s> {
    schema: &'s Schema,
    /// The names of values and structs that are written.
    seen: BTreeSet<String>,
    values: String,
    structs: String,
}

impl Parts<'_> {
    /// A property's line; what its type needs is written beside it.
    fn property(&mut self, property: &str, required: bool, shape: &Shape) -> String {
        if *shape == Shape::Structs("Tag".to_owned()) && property == "Tags" {
            return "    tags,\n".to_owned();
        }
        let field = field_case(property);
        let kind = |required_kind: &str, other: &str| match required {
            true => required_kind.to_owned(),
            false => other.to_owned(),
        };
        let declared = match shape {
            Shape::Bool => kind("one", "opt") + &format!(" {field} \"{property}\": bool"),
            Shape::Number => kind("one", "opt") + &format!(" {field} \"{property}\": u32"),
            Shape::String => kind("text", "opt_text") + &format!(" {field} \"{property}\""),
            Shape::Strings => format!("texts {field} \"{property}\""),
            Shape::Choice(values) => {
                let choice = self.choice(property, values);
                kind("one", "opt") + &format!(" {field} \"{property}\": {choice}")
            }
            Shape::Struct(definition) => {
                let name = self.definition(definition);
                kind("plain", "opt_plain") + &format!(" {field} \"{property}\": {name}")
            }
            Shape::Structs(definition) => {
                let name = self.definition(definition);
                format!("plain_list {field} \"{property}\": {name}")
            }
        };
        format!("    /// DESCRIBE: meaning, unit, range, default, AWS's rule.\n    {declared},\n")
    }

    fn choice(&mut self, property: &str, values: &[String]) -> String {
        let name = type_case(property);
        if self.seen.insert(name.clone()) {
            let variant = |value: &String| {
                format!(
                    "        /// DESCRIBE.\n        {} = {value:?},\n",
                    variant(value)
                )
            };
            let variants: String = values.iter().map(variant).collect();
            self.values +=
                &format!("choice! {{\n    /// DESCRIBE.\n    {name} {{\n{variants}    }}\n}}\n\n");
        }
        name
    }

    /// The struct of a definition, after those that it is made of.
    fn definition(&mut self, definition: &str) -> String {
        let name = type_case(definition);
        if self.seen.insert(name.clone()) {
            let mut lines = String::new();
            for (member, required, shape) in self.schema.members(definition) {
                lines += &self.property(&member, required, &shape);
            }
            self.structs +=
                &format!("properties! {{\n    /// DESCRIBE.\n    {name};\n\n{lines}}}\n\n");
        }
        name
    }
}

/// The name of a choice's variant: `FIFO_QUEUE` and `fifo-queue` are `FifoQueue`.
fn variant(value: &str) -> String {
    let parts = value.split(|c: char| !c.is_ascii_alphanumeric());
    let name: String = parts
        .filter(|part| !part.is_empty())
        .map(type_case)
        .collect();
    match name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => name,
        false => format!("V{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_named_after_their_values() {
        assert_eq!(variant("FIFO_QUEUE"), "FifoQueue");
        assert_eq!(variant("internet-facing"), "InternetFacing");
        assert_eq!(variant("1.2"), "V12");
    }
}
