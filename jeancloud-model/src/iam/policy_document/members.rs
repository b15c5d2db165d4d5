//! [`Members`]: the sets of actions, resources, principals and condition values of a statement.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{IntoText, Text};

/// A set of texts: always written as a list, sorted, without repetitions; read from a list or
/// from its only member.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Members(Vec<Text>);

impl Members {
    pub fn add(&mut self, members: impl IntoMembers) {
        self.0.extend(members.into_members());
        self.sort();
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn all(&self) -> &[Text] {
        &self.0
    }

    /// Rewrites each known member.
    pub fn spell(&mut self, spelling: impl Fn(&str) -> String) {
        for member in &mut self.0 {
            if let Some(known) = member.as_known() {
                *member = Text::known(spelling(known));
            }
        }
        self.sort();
    }

    fn sort(&mut self) {
        self.0.sort_by_cached_key(Text::pattern);
        self.0.dedup();
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Condition values may be booleans and numbers, which AWS gives back as texts.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Member {
            Text(String),
            Truth(bool),
            Number(serde_json::Number),
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum OneOrMany {
            One(Member),
            Many(Vec<Member>),
        }
        let members = match OneOrMany::deserialize(deserializer)? {
            OneOrMany::One(member) => vec![member],
            OneOrMany::Many(members) => members,
        };
        let text = |member| match member {
            Member::Text(text) => text,
            Member::Truth(truth) => truth.to_string(),
            Member::Number(number) => number.to_string(),
        };
        let mut set = Self::default();
        set.add(members.into_iter().map(text).collect::<Vec<_>>());
        Ok(set)
    }
}

/// What a set of a statement takes: one text or output, or a list of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be part of a policy",
    label = "expected a text, an output (`bucket.arn()`), or a list of those",
    note = "where members differ in kind, call the method once for each: `.on(a).on(b)`"
)]
pub trait IntoMembers {
    /// The texts.
    fn into_members(self) -> Vec<Text>;
}

#[diagnostic::do_not_recommend]
impl<T: IntoText> IntoMembers for T {
    fn into_members(self) -> Vec<Text> {
        vec![self.into_text()]
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoText, const N: usize> IntoMembers for [T; N] {
    fn into_members(self) -> Vec<Text> {
        self.into_iter().map(IntoText::into_text).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoText> IntoMembers for Vec<T> {
    fn into_members(self) -> Vec<Text> {
        self.into_iter().map(IntoText::into_text).collect()
    }
}
