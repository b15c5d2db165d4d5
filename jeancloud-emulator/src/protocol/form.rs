//! The protocols `ec2` and `query`: forms whose keys are paths.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{Parsed, scalar};
use crate::{
    error::AwsError,
    http::Request,
    model::{Kind, Member, Model, Protocol, ShapeId},
};

/// AWS's deepest inputs have fewer levels; more is nobody's honest request.
const DEEPEST: usize = 32;

/// Reads the form in the body, or in the query of a GET.
pub fn read(model: &'static Model, request: &Request) -> Result<Parsed, AwsError> {
    let form = Form::of(request);
    let Some(action) = form.root.text("Action") else {
        return Err(AwsError::new(
            "MissingAction",
            "The request must contain the parameter Action",
        ));
    };
    let Some(operation) = model.operation(action) else {
        return Err(AwsError::unknown_operation(model.service, action));
    };
    let input = match operation.input {
        Some(shape) => form.value(model, shape, &form.root, "")?,
        None => Some(Map::new().into()),
    };
    Ok(Parsed {
        operation,
        input: input.unwrap_or_else(|| Map::new().into()),
        body: Bytes::new(),
    })
}

/// The action that a form names.
pub fn action(request: &Request) -> Option<String> {
    Form::of(request).root.text("Action").map(str::to_owned)
}

/// A form as a tree: `Filter.1.Name` is three levels deep.
struct Form {
    root: Node,
}

#[derive(Default)]
struct Node {
    text: Option<String>,
    children: BTreeMap<String, Node>,
}

impl Node {
    fn text(&self, name: &str) -> Option<&str> {
        self.children.get(name)?.text.as_deref()
    }

    /// Children with numbers for names, in the order of the numbers.
    fn numbered(&self) -> Vec<&Node> {
        let numbered = self.children.iter();
        let mut numbered: Vec<(u64, &Node)> = numbered
            .filter_map(|(name, node)| Some((name.parse().ok()?, node)))
            .collect();
        numbered.sort_by_key(|(number, _)| *number);
        numbered.into_iter().map(|(_, node)| node).collect()
    }
}

impl Form {
    fn of(request: &Request) -> Self {
        let mut form = Self {
            root: Node::default(),
        };
        form.add(&request.query);
        form.add(&String::from_utf8_lossy(&request.body));
        form
    }

    fn add(&mut self, text: &str) {
        for (key, value) in scalar::pairs(text) {
            let mut node = &mut self.root;
            for part in key.splitn(DEEPEST, '.') {
                node = node.children.entry(part.to_owned()).or_default();
            }
            node.text = Some(value.unwrap_or_default());
        }
    }

    fn value(
        &self,
        model: &Model,
        shape: ShapeId,
        node: &Node,
        path: &str,
    ) -> Result<Option<Value>, AwsError> {
        let value = match &model.shape(shape).kind {
            Kind::Structure(structure) => {
                let mut object = Map::new();
                for member in &structure.members {
                    let (name, node) = match self.find(model, member, node) {
                        Some(found) => found,
                        None => continue,
                    };
                    let path = joined(path, name);
                    if let Some(value) = self.value(model, member.shape, node, &path)? {
                        object.insert(member.name.clone(), value);
                    }
                }
                object.into()
            }
            Kind::List { member, flattened } => {
                // `Names.member.1`, unless the list is flat: `Names.1`. An item's own name stands
                // in the place of the list's then, which `find` has seen to.
                let flat = *flattened || model.protocol == Protocol::Ec2;
                let items = match flat {
                    true => Some(node),
                    false => node
                        .children
                        .get(member.wire.as_deref().unwrap_or("member")),
                };
                let items = items.map(Node::numbered).unwrap_or_default();
                let items = items.into_iter().zip(1..).filter_map(|(item, at)| {
                    self.value(model, member.shape, item, &format!("{path}.{at}"))
                        .transpose()
                });
                items.collect::<Result<Vec<_>, _>>()?.into()
            }
            Kind::Map {
                key,
                value,
                flattened,
            } => {
                let entries = match flattened {
                    true => Some(node),
                    false => node.children.get("entry"),
                };
                let mut object = Map::new();
                for entry in entries.map(Node::numbered).unwrap_or_default() {
                    let name = entry.text(key.wire.as_deref().unwrap_or("key"));
                    let content = entry.children.get(value.wire.as_deref().unwrap_or("value"));
                    if let (Some(name), Some(content)) = (name, content)
                        && let Some(value) = self.value(model, value.shape, content, path)?
                    {
                        object.insert(name.to_owned(), value);
                    }
                }
                object.into()
            }
            _ => {
                let Some(text) = &node.text else {
                    return Ok(None);
                };
                let value = scalar::read(model, shape, text);
                value.ok_or_else(|| malformed(model, path, text))?
            }
        };
        Ok(Some(value))
    }

    /// A member's name in the form, and what stands under it.
    fn find<'a, 'n>(
        &self,
        model: &'a Model,
        member: &'a Member,
        node: &'n Node,
    ) -> Option<(&'a str, &'n Node)> {
        let name = match model.protocol {
            Protocol::Ec2 => member.ec2.as_str(),
            _ => member.wire(),
        };
        if let Some(found) = node.children.get(name) {
            return Some((name, found));
        }
        // The items of a flattened list give their name to the list.
        match &model.shape(member.shape).kind {
            Kind::List {
                member: item,
                flattened: true,
            } if model.protocol != Protocol::Ec2 => {
                let name = item.wire.as_deref()?;
                Some((name, node.children.get(name)?))
            }
            _ => None,
        }
    }
}

fn joined(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

fn malformed(model: &Model, path: &str, text: &str) -> AwsError {
    match model.protocol {
        Protocol::Ec2 => AwsError::new(
            "InvalidParameterValue",
            format!("Value ({text}) for parameter {path} is invalid."),
        ),
        _ => AwsError::new(
            "MalformedInput",
            format!("Value '{text}' at '{path}' can not be converted to its type"),
        ),
    }
}
