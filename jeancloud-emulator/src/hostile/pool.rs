//! [`Pool`]: what is known of a world, by the names under which AWS speaks of it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::Draw;

/// Values that are kept of a name: the last ones.
const MOST: usize = 24;

/// Texts that were put in or came out, by service and name.
#[derive(Default)]
pub struct Pool(BTreeMap<(&'static str, String), Vec<String>>);

impl Pool {
    /// Takes over the texts in what was said or answered.
    pub fn learn(&mut self, service: &'static str, name: &str, value: &Value) {
        match value {
            Value::String(text) if !text.is_empty() && text.len() < 500 => {
                self.add(service, name, text);
                // Route 53 answers `/hostedzone/Z1` and takes `Z1`.
                if let Some((_, id)) = text.strip_prefix('/').and_then(|it| it.split_once('/')) {
                    self.add(service, name, id);
                    self.add(service, "hostedzoneid", id);
                }
                if text.starts_with("arn:") {
                    self.add(service, "arn", text);
                }
                if crate::world::is_reference(text) {
                    self.add(service, "resourceid", text);
                }
            }
            Value::Array(list) => list.iter().for_each(|it| self.learn(service, name, it)),
            Value::Object(object) => {
                for (name, value) in object {
                    self.learn(service, name, value);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, service: &'static str, name: &str, text: &str) {
        let known = self.0.entry((service, key(name))).or_default();
        known.retain(|it| it != text);
        known.push(text.to_owned());
        if known.len() > MOST {
            known.remove(0);
        }
    }

    /// The last value of a name.
    pub fn last(&self, service: &'static str, name: &str) -> Option<&str> {
        let known = self.0.get(&(service, key(name)))?;
        known.last().map(String::as_str)
    }

    /// A value that fits a name: of the same name, of one that means the same, or of its end.
    pub fn find(&self, service: &'static str, name: &str, draw: &mut Draw) -> Option<&str> {
        let mut rest = name;
        loop {
            let name = key(rest);
            let names = [
                alias(&name).to_owned(),
                format!("{name}id"),
                format!("{name}arn"),
                format!("{name}name"),
                format!("{name}identifier"),
                name,
            ];
            let known: Vec<&Vec<String>> = names
                .iter()
                .filter_map(|name| self.0.get(&(service, name.clone())))
                .collect();
            if let Some(known) = known.get(draw.below(known.len() as u64) as usize) {
                return known
                    .get(draw.below(known.len() as u64) as usize)
                    .map(String::as_str);
            }
            rest = without_first_word(rest)?;
        }
    }

    /// Any value at all.
    pub fn any(&self, draw: &mut Draw) -> Option<&str> {
        let known = self
            .0
            .values()
            .nth(draw.below(self.0.len() as u64) as usize)?;
        known
            .get(draw.below(known.len() as u64) as usize)
            .map(String::as_str)
    }
}

/// `SubnetIds` and `subnetId` are one name.
fn key(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix("list").unwrap_or(&name);
    name.strip_suffix('s').unwrap_or(name).to_owned()
}

/// Names of inputs that no answer has.
fn alias(name: &str) -> &str {
    match name {
        "ifmatch" | "ifnonematch" => "etag",
        "resource" | "resourcearn" | "resourcename" => "arn",
        "marker" | "startingtoken" => "nexttoken",
        "target" | "targetkeyid" => "keyid",
        "secret" => "arn",
        "copysource" => "copysource",
        "hostedzone" | "distribution" => "id",
        other => other,
    }
}

/// `DBInstanceArn` of `SourceDBInstanceArn`.
fn without_first_word(name: &str) -> Option<&str> {
    let mut letters = name.char_indices().skip(1);
    let (at, _) = letters.find(|(_, letter)| letter.is_ascii_uppercase())?;
    Some(&name[at..])
}
