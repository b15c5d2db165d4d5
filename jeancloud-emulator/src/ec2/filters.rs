//! [`Filters`]: `Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-…`.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html>

use std::collections::BTreeSet;

use serde_json::Value;

use super::common::Listing;
use crate::{
    call::Call,
    error::AwsError,
    fields::Fields,
    model::{Kind, Model, ShapeId},
    world::{Resource, is_reference},
};

/// Filters of one request: a resource has to fit all of them, by any of their values.
pub(super) struct Filters(Vec<Filter>);

struct Filter {
    what: What,
    /// The key of the table's index for a value, where resources are indexed by what it looks at.
    indexed: Option<String>,
    values: Vec<String>,
}

enum What {
    /// `tag:KEY`
    Tag(String),
    /// `tag-key`
    TagKey,
    /// Members from the view down; lists are looked through.
    Path(Vec<String>),
}

impl Filters {
    /// Reads the filters. Their names are those of members, as `cidr-block` of `CidrBlock`, unless
    /// the listing says otherwise.
    pub fn of(call: &Call<'_>, input: &Value, listing: &Listing) -> Result<Self, AwsError> {
        // DescribeNatGateways has its own name for them.
        let given = input.items("Filters").iter().chain(input.items("Filter"));
        let filters = given.map(|filter| {
            let name = filter.text("Name");
            let indexed = listing.indexed.contains(&name).then(|| name.to_owned());
            Ok(Filter {
                what: what(call, name, listing)?,
                indexed,
                values: filter.texts("Values").map(str::to_owned).collect(),
            })
        });
        filters.collect::<Result<_, _>>().map(Self)
    }

    /// Ids among which all are that fit, in order: those that a filter's values lead to by the
    /// index, or all. They come as they are asked for: a page doesn't cost more where there are many.
    pub fn candidates<'t, R: Resource>(
        &self,
        call: &'t Call<'_>,
        listing: &Listing,
    ) -> Box<dyn Iterator<Item = &'t str> + 't> {
        let table = call.table::<R>();
        let leads = self.0.iter().filter_map(Filter::keys);
        let fewest =
            leads.min_by_key(|keys| keys.iter().map(|key| table.count_with(key)).sum::<usize>());
        let Some(keys) = fewest else {
            return Box::new(table.iter().map(|(id, _)| id));
        };
        let mut lists: Vec<Box<dyn Iterator<Item = &'t str> + 't>> = Vec::new();
        let mut themselves = BTreeSet::new();
        for key in &keys {
            lists.push(Box::new(table.with(key).map(|(id, _)| id)));
            let through = listing.via.map(|via| via(call, key)).unwrap_or_default();
            let through = through.iter().chain([key]);
            themselves.extend(through.filter_map(|id| Some(table.key_value(id)?.0)));
        }
        lists.push(Box::new(themselves.into_iter()));
        Box::new(merged(lists))
    }

    /// Whether a resource fits.
    pub fn fit(&self, view: &Value) -> bool {
        self.0.iter().all(|filter| filter.fits(view))
    }
}

/// What lists in order have together, in order, each once.
fn merged<'t>(lists: Vec<Box<dyn Iterator<Item = &'t str> + 't>>) -> impl Iterator<Item = &'t str> {
    let mut lists: Vec<_> = lists.into_iter().map(Iterator::peekable).collect();
    std::iter::from_fn(move || {
        let next = lists.iter_mut().filter_map(|list| list.peek().copied());
        let next = next.min()?;
        for list in &mut lists {
            list.next_if_eq(&next);
        }
        Some(next)
    })
}

impl Filter {
    /// The keys of the table's index that lead to all that fits, where there are such.
    fn keys(&self) -> Option<Vec<String>> {
        let plain = |value: &String| !value.contains(['*', '?', '\\']);
        if !self.values.iter().all(plain) {
            return None;
        }
        if let Some(name) = &self.indexed {
            let keys = self.values.iter().map(|value| format!("{name}={value}"));
            return Some(keys.collect());
        }
        match &self.what {
            What::Tag(key) => {
                let keys = self.values.iter().map(|value| format!("tag:{key}={value}"));
                Some(keys.collect())
            }
            What::Path(_) if self.values.iter().all(|value| is_reference(value)) => {
                Some(self.values.clone())
            }
            _ => None,
        }
    }

    fn fits(&self, view: &Value) -> bool {
        let any = |text: &str| self.values.iter().any(|pattern| like(pattern, text));
        match &self.what {
            What::Tag(key) => {
                let mut tags = tags(view).iter();
                tags.any(|tag| tag.text("Key") == key && any(tag.text("Value")))
            }
            What::TagKey => tags(view).iter().any(|tag| any(tag.text("Key"))),
            What::Path(path) => found(view, path, &any),
        }
    }
}

/// The tags in a view. Network interfaces have another name for them.
pub(super) fn tags(view: &Value) -> &[Value] {
    let name = tags_member(view);
    view.items(name)
}

/// The member of a view that holds its tags.
pub(super) fn tags_member(view: &Value) -> &'static str {
    if view.get("TagSet").is_some() {
        "TagSet"
    } else {
        "Tags"
    }
}

fn found(value: &Value, path: &[String], any: &impl Fn(&str) -> bool) -> bool {
    match (value, path) {
        (Value::Array(list), _) => list.iter().any(|item| found(item, path, any)),
        (Value::Object(object), [first, rest @ ..]) => object
            .get(first)
            .is_some_and(|value| found(value, rest, any)),
        (Value::String(text), []) => any(text),
        (Value::Bool(_) | Value::Number(_), []) => any(&value.to_string()),
        _ => false,
    }
}

fn what(call: &Call<'_>, name: &str, listing: &Listing) -> Result<What, AwsError> {
    if let Some(key) = name.strip_prefix("tag:") {
        return Ok(What::Tag(key.to_owned()));
    }
    if name == "tag-key" {
        return Ok(What::TagKey);
    }
    let special = listing.filters.iter().find(|(special, _)| *special == name);
    let path = match special {
        Some((_, path)) => Some(path.split('.').map(str::to_owned).collect()),
        None => {
            let model = call.model();
            let shape = model.shape_named(listing.shape);
            shape.and_then(|shape| path_of(model, shape, name))
        }
    };
    let unknown = || {
        let message = format!("The filter '{name}' is invalid");
        AwsError::new("InvalidParameterValue", message)
    };
    path.map(What::Path).ok_or_else(unknown)
}

/// `attachment.vpc-id` is `Attachments.VpcId`.
fn path_of(model: &Model, shape: ShapeId, name: &str) -> Option<Vec<String>> {
    let structure = match &model.shape(shape).kind {
        Kind::Structure(structure) => structure,
        Kind::List { member, .. } => return path_of(model, member.shape, name),
        _ => return None,
    };
    let (head, rest) = match name.split_once('.') {
        Some((head, rest)) => (head, Some(rest)),
        None => (name, None),
    };
    let head = head.replace('-', "");
    let member = structure.members.iter().find(|member| {
        let name = member.name.to_ascii_lowercase();
        name == head
            || name.strip_suffix('s') == Some(&head)
            || name.strip_suffix("set") == Some(&head)
    })?;
    let mut path = vec![member.name.clone()];
    if let Some(rest) = rest {
        path.extend(path_of(model, member.shape, rest)?);
    }
    Some(path)
}

/// Whether `text` is like `pattern`, in which `*` is any text, `?` any letter, and `\` takes the
/// meaning of what follows.
pub(super) fn like(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    // Where to go on when a guess of what the last star covers was too short.
    let (mut p, mut t, mut retry) = (0, 0, None);
    loop {
        match (pattern.get(p), text.get(t)) {
            (Some('*'), _) => {
                retry = Some((p + 1, t));
                p += 1;
                continue;
            }
            (Some('?'), Some(_)) => (p, t) = (p + 1, t + 1),
            (Some('\\'), Some(letter)) if pattern.get(p + 1) == Some(letter) => {
                (p, t) = (p + 2, t + 1);
            }
            (Some(wanted), Some(letter)) if wanted == letter => (p, t) = (p + 1, t + 1),
            (None, None) => return true,
            _ => match retry {
                Some((star, covered)) if covered < text.len() => {
                    retry = Some((star, covered + 1));
                    (p, t) = (star, covered + 1);
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{like, merged};

    #[test]
    fn lists_are_merged_in_order() {
        let lists: Vec<Box<dyn Iterator<Item = &str>>> = vec![
            Box::new(["a", "c", "d"].into_iter()),
            Box::new([].into_iter()),
            Box::new(["b", "c"].into_iter()),
        ];
        assert_eq!(merged(lists).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn patterns_have_wildcards() {
        for (pattern, text) in [
            ("a*c", "abbc"),
            ("*", ""),
            ("a?c", "abc"),
            ("\\*", "*"),
            ("*b*", "abc"),
        ] {
            assert!(like(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a*c", "abb"), ("a?c", "ac"), ("\\*", "a"), ("", "a")] {
            assert!(!like(pattern, text), "{pattern} {text}");
        }
    }
}
