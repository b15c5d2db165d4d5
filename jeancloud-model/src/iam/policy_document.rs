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
mod elements;
mod members;
mod principal;
mod statement;

use serde::{Deserialize, Deserializer, Serialize};

use crate::choice;

pub use check::PolicyKind;
pub use condition::Condition;
pub use members::IntoMembers;
pub use principal::{Principal, PrincipalKind};
pub use statement::Statement;

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

/// The paths of the lists without order in the policies at these properties, and further ones, for
/// [`Facts::unordered`](crate::Facts::unordered): `policy_sets!("BucketPolicy"; "Other")`.
///
/// A document sorts its sets, but an output that stands in one is sorted by its name, and AWS gives
/// its value back.
#[macro_export]
macro_rules! policy_sets {
    ($($policy:literal),+ $(; $($more:literal),* $(,)?)?) => {
        &[
            $(
                concat!($policy, "/Statement/*/Action"),
                concat!($policy, "/Statement/*/NotAction"),
                concat!($policy, "/Statement/*/Resource"),
                concat!($policy, "/Statement/*/NotResource"),
                concat!($policy, "/Statement/*/Principal/*"),
                concat!($policy, "/Statement/*/NotPrincipal/*"),
                concat!($policy, "/Statement/*/Condition/*/*"),
            )+
            $($($more,)*)?
        ]
    };
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Address, Arn, Handle, Output, ec2::Vpc, lookup::CallerIdentity, text};

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
                .principal(Principal::account("123456789012"))
                .principal(Principal::service("b.amazonaws.com"))
                .principal(Principal::service("a.amazonaws.com"))
                .when(Condition::bool("aws:MultiFactorAuthPresent", true)),
        );
        let theirs = PolicyDocument::from_aws(
            r#"{"Statement": {"Sid": "", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": true}},
                "Action": ["sts:AssumeRole", "sts:TagSession"], "Effect": "Allow",
                "Principal": {"Service": ["a.amazonaws.com", "b.amazonaws.com"],
                              "AWS": "123456789012"}},
                "Version": "2012-10-17"}"#,
        );
        assert_eq!(theirs.unwrap(), ours);
    }

    #[test]
    fn an_account_that_is_known_later_is_its_root() {
        let caller = Handle::<CallerIdentity>::declared(Address::new("account"));
        let statement = Statement::allow("kms:*").principal(Principal::account(&caller));
        assert_eq!(
            serde_json::to_value(&statement).unwrap()["Principal"]["AWS"],
            json!([{"$text": ["arn:aws:iam::", {"$output": ["account", "Account"]}, ":root"]}])
        );
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
