//! [`Shape`]: what a value may look like, and how it is spelt in each protocol.

use super::pattern::Pattern;

/// A shape's place in its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ShapeId(pub(super) usize);

/// The form of a value.
#[derive(Debug)]
pub(crate) struct Shape {
    pub name: String,
    pub kind: Kind,
    /// Bounds of a number, or of the length of anything else.
    pub min: Option<f64>,
    pub max: Option<f64>,
}

/// What kind of value a shape is.
#[derive(Debug)]
pub(crate) enum Kind {
    Structure(Structure),
    List {
        member: Member,
        flattened: bool,
    },
    Map {
        key: Member,
        value: Member,
        flattened: bool,
    },
    String {
        choices: Vec<String>,
        pattern: Option<Pattern>,
    },
    Integer,
    Float,
    Boolean,
    Timestamp(Option<TimestampFormat>),
    Blob,
}

/// Named members, in alphabetical order.
#[derive(Debug)]
pub(crate) struct Structure {
    pub members: Vec<Member>,
    /// The member that is the whole body.
    pub payload: Option<usize>,
}

impl Structure {
    /// The member of this name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        let at = self
            .members
            .binary_search_by(|member| member.name.as_str().cmp(name));
        at.ok().map(|at| &self.members[at])
    }
}

/// A value inside another.
#[derive(Debug)]
pub(crate) struct Member {
    pub name: String,
    pub shape: ShapeId,
    pub required: bool,
    pub location: Location,
    /// The name on the wire, where the model gives one.
    pub wire: Option<String>,
    /// The name in EC2's query protocol, which spells inputs in a way of its own.
    pub ec2: String,
    pub flattened: bool,
    pub xml_attribute: bool,
    pub timestamp: Option<TimestampFormat>,
    pub namespace: Option<Namespace>,
}

impl Member {
    /// The name on the wire.
    pub fn wire(&self) -> &str {
        self.wire.as_deref().unwrap_or(&self.name)
    }
}

/// Where a member stands in a request or an answer of a REST protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Body,
    Header,
    /// All headers that begin with the member's wire name.
    Headers,
    Query,
    Path,
    Status,
}

/// An XML namespace that an element declares.
#[derive(Clone, Debug)]
pub(crate) struct Namespace {
    pub prefix: Option<String>,
    pub uri: String,
}

/// How a time is spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimestampFormat {
    /// `2026-01-31T12:00:00Z`
    Iso8601,
    /// `Sat, 31 Jan 2026 12:00:00 GMT`
    Rfc822,
    /// Seconds since 1970.
    Unix,
}
