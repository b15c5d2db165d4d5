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

    /// The schema of a test.
    #[cfg(test)]
    pub fn of(schema: Json) -> Self {
        Self(schema)
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
        self.shape_of(&self.0["properties"][property])
    }

    /// The properties of a definition: name, whether it is required, and what it holds.
    pub fn members(&self, definition: &str) -> Vec<(String, bool, Shape)> {
        let definition = &self.0["definitions"][definition];
        let required = strings(&definition["required"]);
        let properties = definition["properties"].as_object();
        let member = |(name, property): (&String, &Json)| {
            let shape = self.shape_of(property);
            (name.clone(), required.contains(name), shape)
        };
        properties.into_iter().flatten().map(member).collect()
    }

    fn shape_of(&self, property: &Json) -> Shape {
        let name = definition(property);
        let property = name.map_or(property, |name| &self.0["definitions"][name]);
        match property["type"].as_str() {
            Some("boolean") => Shape::Bool,
            Some("integer" | "number") => Shape::Number,
            Some("array") => match definition(&property["items"]) {
                Some(item) if self.0["definitions"][item]["properties"].is_object() => {
                    Shape::Structs(item.to_owned())
                }
                _ => Shape::Strings,
            },
            Some("string") if property["enum"].is_array() => {
                Shape::Choice(strings(&property["enum"]))
            }
            Some("object") if property["properties"].is_object() => match name {
                Some(name) => Shape::Struct(name.to_owned()),
                None => Shape::String,
            },
            _ => Shape::String,
        }
    }
}

/// What a property holds, as far as its schema tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// True or false.
    Bool,
    /// A number.
    Number,
    /// A text, or what is written as one: a document.
    String,
    /// One of these texts.
    Choice(Vec<String>),
    /// A list of texts.
    Strings,
    /// An object, with the name of its definition.
    Struct(String),
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
            "definitions": {
                "Tag": {
                    "type": "object",
                    "properties": {"Key": {"type": "string"}, "Kind": {"type": "string", "enum": ["A"]}},
                    "required": ["Key"],
                },
                "Size": {"type": "integer"},
            },
            "properties": {
                "Policy": {"type": "object"},
                "Tags": {"type": "array", "items": {"$ref": "#/definitions/Tag"}},
                "Size": {"$ref": "#/definitions/Size"},
                "Names": {"type": "array", "items": {"type": "string"}},
            },
            "createOnlyProperties": ["/properties/Size"],
        }));
        assert_eq!(schema.shape("Tags"), Shape::Structs("Tag".into()));
        assert_eq!(schema.shape("Size"), Shape::Number);
        assert_eq!(schema.shape("Names"), Shape::Strings);
        assert_eq!(schema.shape("Policy"), Shape::String);
        assert_eq!(schema.facts()["createOnly"], ["Size"]);
        assert_eq!(
            schema.members("Tag"),
            [
                ("Key".to_owned(), true, Shape::String),
                ("Kind".to_owned(), false, Shape::Choice(vec!["A".into()])),
            ]
        );
    }
}
