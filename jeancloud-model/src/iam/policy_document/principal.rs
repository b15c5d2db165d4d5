//! [`Principal`]: who a statement is about.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    AccountId, Handle, Input, IntoInput, IntoText, Output, Text, choice, lookup::CallerIdentity,
    text,
};

use super::members::Members;

choice! {
    /// What a principal is.
    PrincipalKind {
        /// An account, role, user or session of AWS; `*` is anyone.
        Aws = "AWS",
        /// An Amazon S3 canonical user.
        CanonicalUser = "CanonicalUser",
        /// An identity provider.
        Federated = "Federated",
        /// A service of AWS.
        Service = "Service",
    }
}

/// Who a statement is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    kind: PrincipalKind,
    name: Text,
}

impl Principal {
    /// A service of AWS, as `ecs-tasks.amazonaws.com`.
    pub fn service(name: impl IntoText) -> Self {
        Self::new(PrincipalKind::Service, name)
    }

    /// A role, user or session by its ARN, or an account by its twelve digits.
    pub fn aws(arn: impl IntoText) -> Self {
        Self::new(PrincipalKind::Aws, arn)
    }

    /// An account: whoever its own policies allow. Written as the ARN of its root, as AWS gives it
    /// back; outside of the partition `aws`, give that ARN to [`Principal::aws`].
    pub fn account(id: impl IntoInput<AccountId>) -> Self {
        match id.into_input() {
            Input::Known(id) => Self::aws(root_of(id.as_str())),
            Input::Output(id) => {
                let declarer = Handle::<CallerIdentity>::declared_in(id.stack, id.address);
                let account: Output<AccountId> = declarer.output(id.output);
                Self::aws(text!("arn:aws:iam::{}:root", account))
            }
        }
    }

    /// An identity provider: the ARN of an OIDC or SAML provider, or a public provider's name.
    pub fn federated(provider: impl IntoText) -> Self {
        Self::new(PrincipalKind::Federated, provider)
    }

    /// An Amazon S3 canonical user.
    pub fn canonical_user(id: impl IntoText) -> Self {
        Self::new(PrincipalKind::CanonicalUser, id)
    }

    /// Anyone at all, signed in or not. Written as `{"AWS": ["*"]}`, which AWS documents as the
    /// same as `"*"`.
    pub fn anyone() -> Self {
        Self::aws("*")
    }

    fn new(kind: PrincipalKind, name: impl IntoText) -> Self {
        let name = name.into_text();
        Self { kind, name }
    }
}

/// The principals of a statement, by kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Principals(BTreeMap<PrincipalKind, Members>);

impl Principals {
    pub fn add(&mut self, principal: Principal) {
        let Principal { kind, name } = principal;
        self.0.entry(kind).or_default().add(name);
        self.spell();
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn each(&self) -> impl Iterator<Item = (PrincipalKind, &Text)> {
        self.0
            .iter()
            .flat_map(|(kind, members)| members.all().iter().map(|name| (*kind, name)))
    }

    /// An account's digits and the ARN of its root mean the same, and AWS gives the ARN back for
    /// the digits.
    fn spell(&mut self) {
        let account = |name: &str| name.len() == 12 && name.bytes().all(|b| b.is_ascii_digit());
        if let Some(members) = self.0.get_mut(&PrincipalKind::Aws) {
            members.spell(|name| match account(name) {
                true => root_of(name),
                false => name.to_owned(),
            });
        }
    }
}

impl<'de> Deserialize<'de> for Principals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Spelling {
            Anyone(String),
            Kinds(BTreeMap<PrincipalKind, Members>),
        }
        let mut principals = match Spelling::deserialize(deserializer)? {
            Spelling::Kinds(kinds) => Self(kinds),
            Spelling::Anyone(star) => {
                let mut members = Members::default();
                members.add(star);
                Self([(PrincipalKind::Aws, members)].into())
            }
        };
        principals.spell();
        Ok(principals)
    }
}

/// The root of an account.
fn root_of(account: &str) -> String {
    format!("arn:aws:iam::{account}:root")
}
