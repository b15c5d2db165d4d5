//! Differences between what the author set, what was last applied, and what AWS has.
//!
//! Compared is what the author set. What the author once set and then removed goes back to AWS's
//! documented default (`removed.rs`). What the author never set is AWS's business.

mod removed;

use jeancloud_model::{Facts, reference};
use serde_json::{Map, Value as Json};

use super::json::{are_partners, by_key, get, is_at, is_masked, is_tags, same_scalar};

/// One difference.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    /// Where, as CloudFormation's names.
    pub(super) path: Vec<String>,
    pub(super) before: Json,
    pub(super) after: Json,
}

impl Difference {
    /// The path as plans write it: `/Tags/Name`.
    pub(super) fn pointer(&self) -> String {
        self.path
            .iter()
            .map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1")))
            .collect()
    }

    /// The top-level property.
    pub(super) fn property(&self) -> &str {
        &self.path[0]
    }
}

/// What is compared.
#[derive(Clone, Copy)]
pub(super) struct Comparison<'a> {
    pub(super) facts: &'a Facts,
    /// What the author sets, resolved as far as it is known.
    pub(super) desired: &'a Json,
    /// What the author set when it was last applied.
    pub(super) applied: Option<&'a Json>,
    /// What AWS has.
    pub(super) observed: &'a Json,
    /// What AWS moves on the author's behalf: only the author's own change counts.
    pub(super) moved: &'a [&'static str],
}

/// What a comparison found.
#[derive(Default)]
pub(super) struct Differences {
    pub(super) found: Vec<Difference>,
    /// Properties that were removed and stay as they are: no default is documented.
    pub(super) staying: Vec<String>,
}

impl Comparison<'_> {
    /// Every difference, in the order of the paths.
    pub(super) fn differences(&self) -> Differences {
        let mut all = Differences::default();
        self.compare(
            &mut Vec::new(),
            self.desired,
            Some(self.observed),
            &mut all.found,
        );
        if let Some(applied) = self.applied {
            self.removed(&mut Vec::new(), applied, self.desired, &mut all);
        }
        all.found.sort_by(|a, b| a.path.cmp(&b.path));
        all.found.dedup_by(|a, b| a.path == b.path);
        all
    }

    /// The same, with what updates left behind whose end is not known: what they added counts as set.
    pub(super) fn differences_after<'j>(
        &self,
        attempts: impl IntoIterator<Item = &'j Json>,
    ) -> Differences {
        let mut all = self.differences();
        for attempt in attempts {
            let attempted = Comparison {
                applied: Some(attempt),
                ..*self
            };
            attempted.removed(&mut Vec::new(), attempt, self.desired, &mut all);
        }
        all.found.sort_by(|a, b| a.path.cmp(&b.path));
        all.found.dedup_by(|a, b| a.path == b.path);
        all.staying.sort();
        all.staying.dedup();
        all
    }

    fn compare(
        &self,
        path: &mut Vec<String>,
        desired: &Json,
        observed: Option<&Json>,
        found: &mut Vec<Difference>,
    ) {
        if observed.is_none()
            && self
                .facts
                .told_if_known
                .iter()
                .any(|pattern| is_at(pattern, path))
        {
            return;
        }
        let told = observed;
        let observed = match self.told_by_aws(path) {
            true => observed,
            false => match self.applied.and_then(|applied| get(applied, path)) {
                Some(applied) => Some(applied),
                // Found without the state: what AWS doesn't tell is taken to be right.
                None if self.applied.is_none() => return,
                None => None,
            },
        };
        if is_masked(desired) || observed.is_some_and(is_masked) {
            return;
        }
        let differs = |found: &mut Vec<Difference>, path: &[String]| {
            found.push(Difference {
                path: path.to_vec(),
                before: told.or(observed).cloned().unwrap_or(Json::Null),
                after: desired.clone(),
            });
        };
        if reference::Marker::of(desired).is_some() {
            return differs(found, path);
        }
        if let Some(key) = self.key(path) {
            let (desired, observed) = (
                by_key(desired, key),
                by_key(observed.unwrap_or(&Json::Null), key),
            );
            return self.compare_members(path, &desired, &observed, found);
        }
        match (desired, observed) {
            (Json::Object(desired), Some(Json::Object(observed))) => {
                self.compare_members(path, desired, observed, found);
            }
            (Json::Array(wanted), Some(Json::Array(there))) => {
                let equal = match self.is_unordered(path) {
                    true => self.same_set(path, wanted, there),
                    false if is_statements(path) && same_statements(self, path, wanted, there) => {
                        true
                    }
                    false if are_partners(wanted, there) => {
                        return for_each_index(path, wanted, |path, index, wanted| {
                            self.compare(path, wanted, there.get(index), found);
                        });
                    }
                    false => false,
                };
                if !equal {
                    differs(found, path);
                }
            }
            (Json::Array(wanted), None | Some(Json::Null)) if wanted.is_empty() => {}
            (Json::Object(wanted), None | Some(Json::Null)) if wanted.is_empty() => {}
            (desired, Some(observed)) if same_scalar(desired, observed) => {}
            // AWS moved it to where the author wants it now.
            (desired, _) if told.is_some_and(|told| same_scalar(desired, told)) => {}
            (desired, None | Some(Json::Null))
                if self.default_of(path).as_ref() == Some(desired) => {}
            _ => differs(found, path),
        }
    }

    fn compare_members(
        &self,
        path: &mut Vec<String>,
        desired: &Map<String, Json>,
        observed: &Map<String, Json>,
        found: &mut Vec<Difference>,
    ) {
        for (name, inner) in desired {
            path.push(name.clone());
            self.compare(path, inner, observed.get(name), found);
            path.pop();
        }
    }

    /// Every wanted member has a partner of its own among those that are there.
    fn same_set(&self, path: &mut Vec<String>, wanted: &[Json], there: &[Json]) -> bool {
        if wanted.len() != there.len() {
            return false;
        }
        let mut left: Vec<&Json> = there.iter().collect();
        path.push("*".to_owned());
        let all = wanted.iter().all(|wanted| {
            let partner = left.iter().position(|there| {
                let mut found = Vec::new();
                self.compare(path, wanted, Some(there), &mut found);
                found.is_empty()
            });
            partner.map(|partner| left.swap_remove(partner)).is_some()
        });
        path.pop();
        all
    }

    /// Whether AWS's own answer counts at this path.
    fn told_by_aws(&self, path: &[String]) -> bool {
        let listed = |patterns: &[&str]| {
            !path.is_empty() && patterns.iter().any(|pattern| is_at(pattern, path))
        };
        !listed(self.facts.write_only) && !listed(self.moved)
    }

    /// Whether a part of the path is the place in a list.
    fn is_in_list(&self, path: &[String]) -> bool {
        let above = (0..path.len()).filter_map(|depth| get(self.applied?, &path[..depth]));
        let mut keys = (0..path.len()).map(|depth| self.key(&path[..depth]));
        let mut above = above.zip(&mut keys);
        above.any(|(value, key)| value.is_array() && key.is_none())
    }

    fn is_unordered(&self, path: &[String]) -> bool {
        self.facts
            .unordered
            .iter()
            .any(|pattern| is_at(pattern, path))
    }

    fn key(&self, path: &[String]) -> Option<&'static str> {
        if let [property] = path
            && is_tags(property)
        {
            return Some("Key");
        }
        let keyed = self
            .facts
            .keyed
            .iter()
            .find(|(pattern, _)| is_at(pattern, path));
        keyed.map(|(_, key)| *key)
    }

    fn default_of(&self, path: &[String]) -> Option<Json> {
        let (_, text) = self
            .facts
            .defaults
            .iter()
            .find(|(pattern, _)| is_at(pattern, path))?;
        serde_json::from_str(text).ok()
    }

    fn has_defaults_below(&self, path: &[String]) -> bool {
        let mut defaults = self.facts.defaults.iter();
        defaults.any(|(pattern, _)| {
            let parts: Vec<&str> = pattern.split('/').collect();
            parts.len() > path.len() && is_at(&parts[..path.len()].join("/"), path)
        })
    }

    fn observed_at(&self, path: &[String]) -> Option<Json> {
        let mut here = self.observed.clone();
        for (depth, part) in path.iter().enumerate() {
            if let Some(key) = self.key(&path[..depth]) {
                here = Json::Object(by_key(&here, key));
            }
            here = match &here {
                Json::Object(map) => map.get(part)?.clone(),
                Json::Array(items) => items.get(part.parse::<usize>().ok()?)?.clone(),
                _ => return None,
            };
        }
        Some(here)
    }
}

/// Whether the switch at `pattern`, as `DeletionProtection`, is on; it may be a setting of a keyed
/// list.
pub(super) fn is_on(facts: &Facts, properties: &Json, pattern: &str) -> bool {
    let path: Vec<String> = pattern.split('/').map(str::to_owned).collect();
    let nothing = Json::Null;
    let comparison = Comparison {
        facts,
        desired: &nothing,
        applied: None,
        observed: properties,
        moved: &[],
    };
    let there = comparison.observed_at(&path);
    there.is_some_and(|value| same_scalar(&value, &Json::Bool(true)))
}

/// Whether these are a policy's statements: their order means nothing, and each is exactly what it
/// says, so that one member more is another statement.
fn is_statements(path: &[String]) -> bool {
    path.last().is_some_and(|last| last == "Statement")
}

/// The same statements in any order. Those that aren't are compared by their place, so that a plan
/// shows what changes in which.
fn same_statements(
    comparison: &Comparison<'_>,
    path: &mut Vec<String>,
    wanted: &[Json],
    there: &[Json],
) -> bool {
    comparison.same_set(path, wanted, there) && comparison.same_set(path, there, wanted)
}

fn for_each_index<'j>(
    path: &mut Vec<String>,
    items: &'j [Json],
    mut visit: impl FnMut(&mut Vec<String>, usize, &'j Json),
) {
    for (index, item) in items.iter().enumerate() {
        path.push(index.to_string());
        visit(path, index, item);
        path.pop();
    }
}

#[cfg(test)]
mod tests;
