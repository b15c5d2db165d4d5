//! [`PolicyDocument`]: IAM's language for who may do what to which resource.
//!
//! A document is a list of [`Statement`]s. It serialises to AWS's JSON in one canonical form
//! (version 2012-10-17, every list a sorted list without repetitions) and deserialises from every
//! spelling that AWS gives back, so two documents that mean the same compare equal.
//! It never decides whether a policy is wise; what AWS would refuse, [`PolicyDocument::faults`]
//! finds.
//!
//! ```
//! use jeancloud_model::iam::{PolicyDocument, Principal, Statement};
//! let trust = PolicyDocument::from(
//!     Statement::allow("sts:AssumeRole").principal(Principal::service("ecs-tasks.amazonaws.com")),
//! );
//! assert_eq!(
//!     serde_json::to_value(trust).unwrap(),
//!     serde_json::json!({"Version": "2012-10-17", "Statement": [{
//!         "Effect": "Allow",
//!         "Principal": {"Service": ["ecs-tasks.amazonaws.com"]},
//!         "Action": ["sts:AssumeRole"],
//!     }]})
//! );
//! ```

mod check;
mod condition;
mod members;
mod principal;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Text, choice};

pub use check::PolicyKind;
pub use condition::Condition;
pub use members::IntoMembers;
pub use principal::{Principal, PrincipalKind};

use condition::Conditions;
use members::Members;
use principal::Principals;

choice! {
    /// What a statement does to the requests that it matches.
    Effect {
        /// Lets them through, unless another statement denies them.
        Allow = "Allow",
        /// Refuses them, whatever else allows them.
        Deny = "Deny",
    }
    /// The version of the policy language.
    PolicyVersion {
        /// The current one: policy variables work.
        V2012 = "2012-10-17",
        /// The one before; AWS assumes it where a document names none.
        V2008 = "2008-10-17",
    }
}

/// A policy: a list of statements.
///
/// Follows the "IAM JSON policy reference" of the IAM User Guide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyDocument {
    #[serde(default = "assumed_version")]
    version: PolicyVersion,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    statement: Vec<Statement>,
}

impl PolicyDocument {
    /// A document of these statements.
    pub fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self {
            version: PolicyVersion::V2012,
            id: None,
            statement: statements.into_iter().collect(),
        }
    }

    /// With an identifier, which some services keep and none interprets.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// With one more statement.
    #[must_use]
    pub fn and(mut self, statement: Statement) -> Self {
        self.statement.push(statement);
        self
    }

    /// The statements, in the author's order.
    pub fn statements(&self) -> &[Statement] {
        &self.statement
    }

    /// The document of an answer of AWS, which gives it as JSON text.
    ///
    /// # Errors
    /// Where the text is no policy document.
    pub fn from_aws(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The JSON text that AWS takes.
    ///
    /// # Panics
    /// Where something in it is still unknown, which can't be in a resolved resource.
    pub fn to_aws(&self) -> String {
        let json = serde_json::to_value(self).expect("broken invariant: a policy serialises");
        assert!(
            !crate::reference::is_unknown(&json),
            "broken invariant: an output is unknown in a resolved policy: {json}"
        );
        json.to_string()
    }
}

impl From<Statement> for PolicyDocument {
    fn from(statement: Statement) -> Self {
        Self::new([statement])
    }
}

impl From<Statement> for Option<PolicyDocument> {
    fn from(statement: Statement) -> Self {
        Some(statement.into())
    }
}

impl<const N: usize> From<[Statement; N]> for PolicyDocument {
    fn from(statements: [Statement; N]) -> Self {
        Self::new(statements)
    }
}

impl From<Vec<Statement>> for PolicyDocument {
    fn from(statements: Vec<Statement>) -> Self {
        Self::new(statements)
    }
}

/// One rule of a policy: these principals may (or may not) do these actions on these resources,
/// under these conditions.
///
/// Every method adds to what is there: `.on(a).on(b)` is about both.
#[must_use = "put it into a policy document"]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Statement {
    #[serde(
        default,
        deserialize_with = "not_empty",
        skip_serializing_if = "Option::is_none"
    )]
    sid: Option<String>,
    effect: Effect,
    #[serde(default, skip_serializing_if = "Principals::is_empty")]
    principal: Principals,
    #[serde(default, skip_serializing_if = "Principals::is_empty")]
    not_principal: Principals,
    #[serde(default, skip_serializing_if = "Members::is_empty")]
    action: Members,
    #[serde(default, skip_serializing_if = "Members::is_empty")]
    not_action: Members,
    #[serde(default, skip_serializing_if = "Members::is_empty")]
    resource: Members,
    #[serde(default, skip_serializing_if = "Members::is_empty")]
    not_resource: Members,
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    condition: Conditions,
}

impl Statement {
    /// Allows these actions, each `service:Action`, with `*` and `?` as wildcards.
    pub fn allow(actions: impl IntoMembers) -> Self {
        Self::new(Effect::Allow).action(actions)
    }

    /// Denies these actions, whatever else allows them.
    pub fn deny(actions: impl IntoMembers) -> Self {
        Self::new(Effect::Deny).action(actions)
    }

    /// Allows every action but these (`NotAction`).
    pub fn allow_all_but(actions: impl IntoMembers) -> Self {
        let mut statement = Self::new(Effect::Allow);
        statement.not_action.add(actions);
        statement
    }

    /// Denies every action but these (`NotAction`).
    pub fn deny_all_but(actions: impl IntoMembers) -> Self {
        let mut statement = Self::new(Effect::Deny);
        statement.not_action.add(actions);
        statement
    }

    /// With an identifier: letters and digits, unique in its document.
    pub fn sid(mut self, sid: impl Into<String>) -> Self {
        self.sid = Some(sid.into());
        self
    }

    /// About these actions as well.
    pub fn action(mut self, actions: impl IntoMembers) -> Self {
        self.action.add(actions);
        self
    }

    /// About these resources: ARNs, with `*` and `?` as wildcards; `"*"` is every one.
    ///
    /// A trust policy names none: it is about the role that carries it.
    pub fn on(mut self, resources: impl IntoMembers) -> Self {
        self.resource.add(resources);
        self
    }

    /// About every resource but these (`NotResource`).
    pub fn on_all_but(mut self, resources: impl IntoMembers) -> Self {
        self.not_resource.add(resources);
        self
    }

    /// For this principal. A policy of a role or user names none: it is about its carrier.
    pub fn principal(mut self, principal: Principal) -> Self {
        self.principal.add(principal);
        self
    }

    /// For everyone but this principal (`NotPrincipal`).
    pub fn all_principals_but(mut self, principal: Principal) -> Self {
        self.not_principal.add(principal);
        self
    }

    /// Only where this holds. Several conditions must all hold; of several values for one
    /// operator and key, one must match.
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition.add(condition);
        self
    }

    /// What it does to the requests that it matches.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The actions that it names.
    pub fn actions(&self) -> &[Text] {
        self.action.all()
    }

    /// The resources that it names.
    pub fn resources(&self) -> &[Text] {
        self.resource.all()
    }

    /// The principals that it names, with what each is.
    pub fn principals(&self) -> impl Iterator<Item = (PrincipalKind, &Text)> {
        self.principal.each()
    }

    fn new(effect: Effect) -> Self {
        Self {
            sid: None,
            effect,
            principal: Principals::default(),
            not_principal: Principals::default(),
            action: Members::default(),
            not_action: Members::default(),
            resource: Members::default(),
            not_resource: Members::default(),
            condition: Conditions::default(),
        }
    }
}

fn assumed_version() -> PolicyVersion {
    PolicyVersion::V2008
}

/// AWS gives the only statement of a document without the list around it.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Statement>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        Many(Vec<Statement>),
        One(Box<Statement>),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::Many(statements) => statements,
        OneOrMany::One(statement) => vec![*statement],
    })
}

/// Some services give `"Sid": ""` where the author wrote none.
fn not_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|sid| !sid.is_empty()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Address, Arn, Handle, Output, ec2::Vpc, text};

    fn arn() -> Output<Arn> {
        Handle::<Vpc>::declared(Address::new("france/bucket")).output("Arn")
    }

    #[test]
    fn a_document_is_written_with_lists_in_one_order() {
        let document = PolicyDocument::from([
            Statement::allow(["s3:PutObject", "s3:GetObject", "s3:GetObject"])
                .sid("Files")
                .on(text!("{}/*", arn()))
                .when(Condition::string_equals("aws:SourceArn", arn())),
            Statement::deny("s3:*").on(arn()).on("arn:aws:s3:::b"),
        ]);
        let output = json!({"$output": ["france/bucket", "Arn"]});
        assert_eq!(
            serde_json::to_value(&document).unwrap(),
            json!({"Version": "2012-10-17", "Statement": [
                {"Sid": "Files", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
                 "Resource": [{"$text": [output, "/*"]}],
                 "Condition": {"StringEquals": {"aws:SourceArn": [output]}}},
                {"Effect": "Deny", "Action": ["s3:*"], "Resource": [output, "arn:aws:s3:::b"]},
            ]})
        );
    }

    #[test]
    fn what_aws_re_encodes_compares_equal() {
        let ours = PolicyDocument::from(
            Statement::allow(["sts:TagSession", "sts:AssumeRole"])
                .principal(Principal::aws("123456789012"))
                .principal(Principal::service("b.amazonaws.com"))
                .principal(Principal::service("a.amazonaws.com"))
                .when(Condition::bool("aws:MultiFactorAuthPresent", true)),
        );
        let theirs = PolicyDocument::from_aws(
            r#"{"Statement": {"Sid": "", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": true}},
                "Action": ["sts:AssumeRole", "sts:TagSession"], "Effect": "Allow",
                "Principal": {"Service": ["a.amazonaws.com", "b.amazonaws.com"],
                              "AWS": "arn:aws:iam::123456789012:root"}},
                "Version": "2012-10-17"}"#,
        );
        assert_eq!(theirs.unwrap(), ours);
    }

    #[test]
    fn an_older_version_is_told_apart() {
        let old = PolicyDocument::from_aws(r#"{"Statement": []}"#).unwrap();
        assert_ne!(old, PolicyDocument::new([]));
    }

    #[test]
    fn everyone_has_one_spelling() {
        let short = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}"#;
        let ours = Statement::allow("s3:*")
            .principal(Principal::anyone())
            .on("*");
        assert_eq!(PolicyDocument::from_aws(short).unwrap(), ours.into());
    }

    #[test]
    fn the_text_for_aws_is_read_back_the_same() {
        let document = PolicyDocument::from(Statement::allow_all_but("iam:*").on_all_but("*"));
        assert_eq!(
            PolicyDocument::from_aws(&document.to_aws()).unwrap(),
            document
        );
    }
}
