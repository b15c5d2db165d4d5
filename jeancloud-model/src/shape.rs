//! [`Shape`]: which properties a type can have, without a value of it.
//!
//! Written by [`properties!`](crate::properties!) from the fields themselves, so that a new property
//! is in it at once. What walks every property of every type begins at
//! [`TypeInfo::paths`](crate::catalogue::TypeInfo::paths).

use std::collections::BTreeMap;

use crate::{Input, Text, Value};

/// What may stand at a place in a resource's properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One value: a text, a number, a choice, or a document that AWS takes whole.
    Value,
    /// Properties by name.
    Object(Vec<Member>),
    /// Any number of what is inside.
    List(Box<Shape>),
    /// Any number of what is inside, by names that the author chooses.
    Map(Box<Shape>),
}

/// A property of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// CloudFormation's name.
    pub name: &'static str,
    /// What may stand there.
    pub shape: Shape,
    /// Whether it can be left out.
    pub optional: bool,
    /// Whether jeancloud writes a default of its own where the author says nothing.
    pub has_default: bool,
}

/// A place in a resource's properties, as `DistributionConfig/Origins/*/DomainName`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The names, with `*` for every member of a list or map. A setting of a keyed list stands
    /// under its key, as in [`Facts::keyed`](crate::Facts::keyed).
    pub pattern: String,
    /// Whether it can be left out where what is around it stands.
    pub optional: bool,
    /// Whether nothing stands below it.
    pub is_leaf: bool,
    /// Whether jeancloud writes a default of its own where the author says nothing.
    pub has_default: bool,
}

/// Anything that stands among properties.
pub trait Shaped {
    /// What it may hold.
    fn shape() -> Shape;
}

impl Shape {
    /// One of several: what any of them may have, of which only what all of them need is needed.
    pub fn either(alternatives: impl IntoIterator<Item = Shape>) -> Shape {
        let alternatives: Vec<Vec<Member>> =
            alternatives.into_iter().map(Shape::into_members).collect();
        let count = alternatives.len();
        let mut all: Vec<(Member, usize)> = Vec::new();
        for member in alternatives.into_iter().flatten() {
            match all.iter_mut().find(|(there, _)| there.name == member.name) {
                Some((there, times)) => {
                    there.optional |= member.optional;
                    there.has_default |= member.has_default;
                    *times += 1;
                }
                None => all.push((member, 1)),
            }
        }
        let everywhere = |(member, times): (Member, usize)| Member {
            optional: member.optional || times < count,
            ..member
        };
        Shape::Object(all.into_iter().map(everywhere).collect())
    }

    /// What either of two has.
    pub fn both(one: Shape, other: Shape) -> Shape {
        let (mut members, other) = (one.into_members(), other.into_members());
        members.extend(other);
        Shape::Object(members)
    }

    /// One of these values, each under its own name.
    pub fn one_of(names: &[&'static str]) -> Shape {
        let members = names
            .iter()
            .map(|name| Member::new(name, Shape::Value, true));
        Shape::Object(members.collect())
    }

    /// Every place in it, from the outside to the inside.
    pub fn paths(&self) -> Vec<Path> {
        let mut paths = Vec::new();
        self.collect("", &mut paths);
        paths
    }

    fn collect(&self, at: &str, paths: &mut Vec<Path>) {
        match self {
            Shape::Value => {}
            Shape::Object(members) => {
                for member in members {
                    let pattern = match at {
                        "" => member.name.to_owned(),
                        at => format!("{at}/{}", member.name),
                    };
                    let mut below = Vec::new();
                    member.shape.collect(&pattern, &mut below);
                    paths.push(Path {
                        pattern,
                        optional: member.optional,
                        is_leaf: below.is_empty(),
                        has_default: member.has_default,
                    });
                    paths.append(&mut below);
                }
            }
            Shape::List(inner) => inner.collect(&format!("{at}/*"), paths),
            // A map's members have nothing but a value, under a name that no type knows.
            Shape::Map(inner) => inner.collect(&format!("{at}/*"), paths),
        }
    }

    fn into_members(self) -> Vec<Member> {
        match self {
            Shape::Object(members) => members,
            other => panic!("broken invariant: {other:?} has no properties by name"),
        }
    }
}

impl Member {
    /// A property that is always there.
    pub fn one<S, F: Shaped>(name: &'static str, _: fn(&S) -> &F) -> Self {
        Self::new(name, F::shape(), false)
    }

    /// A property that can be left out.
    pub fn opt<S, F: Shaped>(name: &'static str, _: fn(&S) -> &F) -> Self {
        Self::new(name, F::shape(), true)
    }

    /// The property `name` of a field that is written as several.
    pub fn flat<S, F: Shaped>(name: &'static str, _: fn(&S) -> &F) -> Self {
        let members = F::shape().into_members();
        let named = members.into_iter().find(|member| member.name == name);
        named.unwrap_or_else(|| panic!("broken invariant: no property {name} in the shape"))
    }

    /// A property whose shape is known.
    pub fn new(name: &'static str, shape: Shape, optional: bool) -> Self {
        Self {
            name,
            shape,
            optional,
            has_default: false,
        }
    }

    /// A value that is always there.
    pub fn value(name: &'static str) -> Self {
        Self::new(name, Shape::Value, false)
    }

    /// The same, with a default of jeancloud's.
    #[must_use]
    pub fn with_default(self, _: &'static str) -> Self {
        Self {
            has_default: true,
            ..self
        }
    }
}

impl<T: Value> Shaped for Input<T> {
    fn shape() -> Shape {
        Shape::Value
    }
}

impl<S: Shaped> Shaped for Option<S> {
    fn shape() -> Shape {
        S::shape()
    }
}

impl<S: Shaped> Shaped for Box<S> {
    fn shape() -> Shape {
        S::shape()
    }
}

impl<S: Shaped> Shaped for Vec<S> {
    fn shape() -> Shape {
        Shape::List(Box::new(S::shape()))
    }
}

impl<S: Shaped> Shaped for BTreeMap<String, S> {
    fn shape() -> Shape {
        Shape::Map(Box::new(S::shape()))
    }
}

/// Types that are one value.
#[doc(hidden)]
#[macro_export]
macro_rules! shaped_as_value {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::shape::Shaped for $type {
            fn shape() -> $crate::shape::Shape {
                $crate::shape::Shape::Value
            }
        }
    )*};
}
shaped_as_value!(
    bool,
    u16,
    u32,
    u64,
    i32,
    i64,
    f64,
    String,
    Text,
    serde_json::Value,
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Facts, Resource, id_value, properties, resource};

    id_value! { /** The id of a thing. */ ThingId }
    properties! {
        /// A part.
        Part;
        /// Its name.
        text name "Name",
        /// Its size.
        opt size "Size": u32,
    }
    resource! {
        /// A thing.
        Thing = "AWS::Example::Thing",
            id "ThingId": ThingId, facts Facts::DEFAULT;
        /// Its parts.
        plain_list parts "Parts": Part,
        /// Whether it is on.
        opt on "On": bool = true,
        /// Names.
        texts names "Names",
        tags,
    }

    #[test]
    fn every_property_has_its_place() {
        assert_eq!(Thing::TYPE, "AWS::Example::Thing");
        let paths = Thing::shape().paths();
        let found: Vec<(&str, bool, bool)> = paths
            .iter()
            .map(|path| (path.pattern.as_str(), path.optional, path.is_leaf))
            .collect();
        assert_eq!(
            found,
            [
                ("Parts", true, false),
                ("Parts/*/Name", false, true),
                ("Parts/*/Size", true, true),
                ("On", true, true),
                ("Names", true, true),
                ("Tags", true, true),
            ]
        );
        assert!(paths[3].has_default);
    }

    #[test]
    fn what_only_one_alternative_has_can_be_left_out() {
        let one = Shape::Object(vec![Member::value("Kind"), Member::value("A")]);
        let other = Shape::Object(vec![Member::value("Kind"), Member::value("B")]);
        let paths = Shape::either([one, other]).paths();
        let optional: Vec<bool> = paths.iter().map(|path| path.optional).collect();
        assert_eq!(optional, [false, true, true]);
    }
}
