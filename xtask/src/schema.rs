//! CloudFormation's published schema of a resource type, as cfn-lint carries it.

use std::path::PathBuf;

use serde_json::Value as Json;

use crate::{Result, reference::TypeFacts, tools::Tools, workspace::Workspace};

/// The region whose list of resource types is the longest.
const REGION: &str = "us-east-1";

/// The schema of one resource type.
pub struct Schema(Json);

impl Schema {
    /// Finds the schema of `type_name`.
    pub fn load(workspace: &Workspace, type_name: &str) -> Result<Self> {
        let folder = Tools::install(workspace)?
            .package("cfnlint")?
            .join("data/schemas");
        let index = read(folder.join(format!("providers/{REGION}.json")))?;
        let Some(name) = index[type_name].as_str() else {
            return Err(format!("CloudFormation has no type {type_name}").into());
        };
        Ok(Self(read(folder.join(format!("resources/{name}.json")))?))
    }

    /// The lists of property names that the reference file holds.
    pub fn facts(&self) -> TypeFacts {
        let properties = self.0["properties"].as_object();
        let mut facts = TypeFacts::from([
            (
                "properties".to_owned(),
                properties
                    .into_iter()
                    .flatten()
                    .map(|(name, _)| name.clone())
                    .collect(),
            ),
            ("required".to_owned(), strings(&self.0["required"])),
        ]);
        for (list, key) in [
            ("conditionalCreateOnly", "conditionalCreateOnlyProperties"),
            ("createOnly", "createOnlyProperties"),
            ("deprecated", "deprecatedProperties"),
            ("primaryIdentifier", "primaryIdentifier"),
            ("readOnly", "readOnlyProperties"),
            ("writeOnly", "writeOnlyProperties"),
        ] {
            let paths = strings(&self.0[key]).into_iter();
            let names = paths.map(|path| path.trim_start_matches("/properties/").to_owned());
            facts.insert(list.to_owned(), names.collect());
        }
        facts
    }

    /// What a property holds.
    pub fn shape(&self, property: &str) -> Shape {
        let mut property = &self.0["properties"][property];
        if let Some(definition) = definition(property) {
            property = &self.0["definitions"][definition];
        }
        match property["type"].as_str() {
            Some("boolean") => Shape::Bool,
            Some("integer" | "number") => Shape::Number,
            Some("array") => match definition(&property["items"]) {
                Some(item) => Shape::Structs(item.to_owned()),
                None => Shape::Strings,
            },
            Some("string") if property["enum"].is_array() => Shape::Choice,
            Some("string") => Shape::String,
            _ => Shape::Struct,
        }
    }
}

/// What a property holds, as far as its schema tells.
#[derive(Debug, PartialEq)]
pub enum Shape {
    /// True or false.
    Bool,
    /// A number.
    Number,
    /// A text.
    String,
    /// One of a few texts.
    Choice,
    /// A list of texts.
    Strings,
    /// An object.
    Struct,
    /// A list of objects, with the name of their definition.
    Structs(String),
}

/// The name that `{"$ref": "#/definitions/NAME"}` refers to.
fn definition(property: &Json) -> Option<&str> {
    property["$ref"].as_str()?.strip_prefix("#/definitions/")
}

fn strings(list: &Json) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}

fn read(path: PathBuf) -> Result<Json> {
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("can't read {}: {error}", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shapes_follow_definitions() {
        let schema = Schema(json!({
            "definitions": {"Tag": {"type": "object"}, "Size": {"type": "integer"}},
            "properties": {
                "Tags": {"type": "array", "items": {"$ref": "#/definitions/Tag"}},
                "Size": {"$ref": "#/definitions/Size"},
                "Names": {"type": "array", "items": {"type": "string"}},
            },
            "createOnlyProperties": ["/properties/Size"],
        }));
        assert_eq!(schema.shape("Tags"), Shape::Structs("Tag".into()));
        assert_eq!(schema.shape("Size"), Shape::Number);
        assert_eq!(schema.shape("Names"), Shape::Strings);
        assert_eq!(schema.facts()["createOnly"], ["Size"]);
    }
}
