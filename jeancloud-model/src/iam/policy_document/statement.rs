//! [`Statement`]: one rule of a policy.

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    Effect, Principal, PrincipalKind,
    condition::{Condition, Conditions},
    members::{IntoMembers, Members},
    principal::Principals,
};
use crate::Text;

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
    pub(super) sid: Option<String>,
    effect: Effect,
    #[serde(default, skip_serializing_if = "Principals::is_empty")]
    pub(super) principal: Principals,
    #[serde(default, skip_serializing_if = "Principals::is_empty")]
    pub(super) not_principal: Principals,
    #[serde(default, skip_serializing_if = "Members::is_empty")]
    pub(super) action: Members,
    #[serde(default, skip_serializing_if = "Members::is_empty")]
    pub(super) not_action: Members,
    #[serde(default, skip_serializing_if = "Members::is_empty")]
    pub(super) resource: Members,
    #[serde(default, skip_serializing_if = "Members::is_empty")]
    pub(super) not_resource: Members,
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub(super) condition: Conditions,
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

    /// The keys of the request's context that its conditions look at.
    pub fn condition_keys(&self) -> impl Iterator<Item = &str> {
        self.condition.each().map(|(_, key, _)| key)
    }

    /// Its conditions: operator, key and values.
    pub fn conditions(&self) -> impl Iterator<Item = (&str, &str, &[Text])> {
        self.condition.each()
    }

    /// The principals whom it leaves out (`NotPrincipal`), with what each is.
    pub fn excluded_principals(&self) -> impl Iterator<Item = (PrincipalKind, &Text)> {
        self.not_principal.each()
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

/// Some services give `"Sid": ""` where the author wrote none.
fn not_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|sid| !sid.is_empty()))
}
