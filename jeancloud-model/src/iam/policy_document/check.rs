//! What AWS refuses in a policy document, by the kind of place that it stands in.

use std::collections::BTreeSet;

use crate::{Checked, Invalid, Text, shaped_as_value};

use super::{
    PolicyDocument, Statement, condition,
    elements::{bad_action, bad_condition_value, bad_principal, bad_resource},
};

const ELEMENTS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html";

/// Where a policy document stands, which decides what its statements must name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyKind {
    /// On a role, user or group: names resources, no principals.
    Identity,
    /// Who may assume a role: names principals, no resources.
    Trust,
    /// On a resource, as a bucket policy: names principals and resources.
    Resource,
    /// On a repository of ECR: names principals and no resources.
    Repository,
}

impl PolicyDocument {
    /// What AWS would refuse in this document where it stands: paths (`/Statement/0/Action`) and
    /// faults. The faults that don't depend on the place are found by `check_values`.
    pub fn faults(&self, kind: PolicyKind) -> Vec<(String, Invalid)> {
        let mut faults = Vec::new();
        if self.statements().is_empty() {
            let wrong = "is empty";
            faults.push((
                "/Statement".to_owned(),
                invalid(wrong, "a policy has at least one statement"),
            ));
        }
        for (index, statement) in self.statements().iter().enumerate() {
            let at = format!("/Statement/{index}");
            faults.extend(
                statement
                    .misplaced(kind)
                    .map(|(element, invalid)| (format!("{at}/{element}"), invalid)),
            );
        }
        faults
    }
}

impl Statement {
    fn misplaced(&self, kind: PolicyKind) -> impl Iterator<Item = (&'static str, Invalid)> {
        let faults = [
            ("Principal", self.misplaced_principal(kind)),
            ("Resource", self.misplaced_resource(kind)),
            ("Sid", self.misplaced_sid(kind)),
        ];
        let faults = faults.into_iter();
        faults.filter_map(|(element, invalid)| Some((element, invalid?)))
    }

    fn misplaced_principal(&self, kind: PolicyKind) -> Option<Invalid> {
        let is_there = !self.principal.is_empty() || !self.not_principal.is_empty();
        Some(match (kind, is_there) {
            (PolicyKind::Identity, true) => invalid(
                "is there",
                "a policy of a role is about that role and names no principal",
            ),
            (PolicyKind::Trust, false) => invalid(
                "is missing",
                "a trust policy says who may assume the role",
            )
            .hint("add `.principal(Principal::service(\"ecs-tasks.amazonaws.com\"))` or another principal"),
            (PolicyKind::Resource | PolicyKind::Repository, false) => invalid(
                "is missing",
                "a policy of a resource says whom it is about",
            )
            .hint("add `.principal(…)`"),
            _ => return None,
        })
    }

    fn misplaced_resource(&self, kind: PolicyKind) -> Option<Invalid> {
        let is_there = !self.resource.is_empty() || !self.not_resource.is_empty();
        Some(match (kind, is_there) {
            (PolicyKind::Identity | PolicyKind::Resource, false) => {
                invalid("is missing", "a statement says which resources it is about")
                    .hint("add `.on(…)`")
            }
            (PolicyKind::Trust, true) => invalid(
                "is there",
                "a trust policy is about the role that carries it and names no resource",
            ),
            (PolicyKind::Repository, true) => invalid(
                "is there",
                "a repository's policy is about the repository that carries it and names no resource",
            )
            .hint("leave `.on(…)` out"),
            _ => return None,
        })
    }

    /// S3 and KMS take any text; IAM does not.
    fn misplaced_sid(&self, kind: PolicyKind) -> Option<Invalid> {
        let sid = self.sid.as_deref()?;
        let of_iam = matches!(kind, PolicyKind::Identity | PolicyKind::Trust);
        if !of_iam || sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        let letters: String = sid.chars().filter(char::is_ascii_alphanumeric).collect();
        let fault = invalid(
            format!("`{sid}` holds something else than letters and digits"),
            "in IAM, a Sid has letters and digits only",
        );
        Some(fault.hint(format!("write `.sid(\"{letters}\")`")))
    }
}

// AWS takes a policy whole.
shaped_as_value!(PolicyDocument);

impl Checked for PolicyDocument {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        let mut sids = BTreeSet::new();
        for (index, statement) in self.statements().iter().enumerate() {
            let at = format!("{path}/Statement/{index}");
            statement.check_values(&at, found);
            if let Some(twice) = statement.sid.as_deref().filter(|sid| !sids.insert(*sid)) {
                let wrong = format!("`{twice}` is there twice");
                found(
                    &format!("{at}/Sid"),
                    invalid(wrong, "a Sid is unique in its document"),
                );
            }
        }
    }
}

impl Checked for Statement {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        let mut report = |element: &str, fault: Invalid| found(&format!("{path}/{element}"), fault);
        self.check_elements(&mut report);
        self.check_actions_and_resources(&mut report);
        self.check_principals(&mut report);
        self.check_conditions(&mut report);
    }
}

impl Statement {
    fn check_elements(&self, report: &mut dyn FnMut(&str, Invalid)) {
        if self.action.is_empty() && self.not_action.is_empty() {
            report("Action", invalid("is missing", "a statement names actions"));
        }
        let both = [
            (
                "NotAction",
                !self.action.is_empty() && !self.not_action.is_empty(),
            ),
            (
                "NotResource",
                !self.resource.is_empty() && !self.not_resource.is_empty(),
            ),
            (
                "NotPrincipal",
                !self.principal.is_empty() && !self.not_principal.is_empty(),
            ),
        ];
        for (element, _) in both.into_iter().filter(|(_, both)| *both) {
            let fault = invalid(
                "stands beside its counterpart",
                "of an element and its Not counterpart, a statement has one",
            );
            report(element, fault);
        }
    }

    fn check_actions_and_resources(&self, report: &mut dyn FnMut(&str, Invalid)) {
        let actions = known("Action", self.action.all());
        for (element, text) in actions.chain(known("NotAction", self.not_action.all())) {
            if let Some(fault) = bad_action(text) {
                report(element, fault);
            }
        }
        let resources = known("Resource", self.resource.all());
        for (element, text) in resources.chain(known("NotResource", self.not_resource.all())) {
            if let Some(fault) = bad_resource(text) {
                report(element, fault);
            }
        }
    }

    fn check_principals(&self, report: &mut dyn FnMut(&str, Invalid)) {
        for (element, principals) in [
            ("Principal", &self.principal),
            ("NotPrincipal", &self.not_principal),
        ] {
            let known = principals
                .each()
                .filter_map(|(kind, name)| Some((kind, name.as_known()?)));
            for fault in known.filter_map(|(kind, name)| bad_principal(kind, name)) {
                report(element, fault);
            }
        }
    }

    fn check_conditions(&self, report: &mut dyn FnMut(&str, Invalid)) {
        let mut report = |fault: Invalid| report("Condition", fault);
        for (operator, key, values) in self.condition.each() {
            for value in values.iter().filter_map(Text::as_known) {
                if let Some(fault) = bad_condition_value(operator, value) {
                    report(fault);
                }
            }
            if !is_operator(operator) {
                let wrong = format!("`{operator}` is no condition operator");
                report(invalid(
                    wrong,
                    "IAM knows a fixed list of condition operators",
                ));
            }
            if !key.contains(':') {
                let wrong = format!("`{key}` is no condition key");
                report(invalid(
                    wrong,
                    "a condition key is `prefix:name`, as `aws:SourceArn`",
                ));
            }
        }
    }
}

pub(super) fn invalid(wrong: impl Into<String>, rule: &'static str) -> Invalid {
    Invalid::new(wrong, rule).document(ELEMENTS)
}

fn known<'t>(
    element: &'static str,
    texts: &'t [Text],
) -> impl Iterator<Item = (&'static str, &'t str)> {
    texts
        .iter()
        .filter_map(move |text| Some((element, text.as_known()?)))
}

fn is_operator(text: &str) -> bool {
    let text = text
        .strip_prefix("ForAnyValue:")
        .or(text.strip_prefix("ForAllValues:"))
        .unwrap_or(text);
    let text = text.strip_suffix("IfExists").unwrap_or(text);
    condition::OPERATORS.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::{Condition, Principal};

    fn wrong(statement: Statement) -> Vec<String> {
        let mut all = Vec::new();
        PolicyDocument::from(statement).check_values("", &mut |path, fault| {
            all.push(format!("{path}: {}", fault.wrong))
        });
        all
    }

    #[test]
    fn a_sound_statement_has_no_fault() {
        let statement = Statement::allow(["s3:Get*", "*", "ecr:BatchGetImage"])
            .on("arn:aws:s3:::b/*")
            .principal(Principal::service("cloudfront.amazonaws.com"))
            .principal(Principal::aws("123456789012"))
            .principal(Principal::anyone())
            .when(
                Condition::string_like("aws:SourceArn", "a*")
                    .if_exists()
                    .for_any_value(),
            );
        assert_eq!(wrong(statement), [""; 0]);
    }

    #[test]
    fn each_fault_of_a_statement_is_named_where_it_stands() {
        let statement = Statement::allow(["GetObject", "s3:"])
            .on("my-bucket")
            .principal(Principal::service("cloudfront"))
            .principal(Principal::aws("12345"))
            .when(Condition::string_equals("SourceArn", "a"));
        assert_eq!(
            wrong(statement),
            [
                "/Statement/0/Action: `GetObject` is no action",
                "/Statement/0/Action: `s3:` is no action",
                "/Statement/0/Resource: `my-bucket` names no resource",
                "/Statement/0/Principal: `12345` is no AWS principal",
                "/Statement/0/Principal: `cloudfront` is no Service principal",
                "/Statement/0/Condition: `SourceArn` is no condition key",
            ]
        );
    }

    #[test]
    fn a_place_decides_what_must_be_named() {
        let paths = |statement: Statement, kind| {
            let faults = PolicyDocument::from(statement).faults(kind);
            faults.into_iter().map(|(path, _)| path).collect::<Vec<_>>()
        };
        let bare = Statement::allow("s3:GetObject");
        assert_eq!(
            paths(bare.clone(), PolicyKind::Identity),
            ["/Statement/0/Resource"]
        );
        assert_eq!(
            paths(bare.clone(), PolicyKind::Trust),
            ["/Statement/0/Principal"]
        );
        assert_eq!(
            paths(bare.clone(), PolicyKind::Resource),
            ["/Statement/0/Principal", "/Statement/0/Resource"]
        );
        let full = bare.on("*").principal(Principal::anyone());
        assert_eq!(
            paths(full.clone(), PolicyKind::Identity),
            ["/Statement/0/Principal"]
        );
        assert_eq!(
            paths(full.clone(), PolicyKind::Trust),
            ["/Statement/0/Resource"]
        );
        assert!(paths(full, PolicyKind::Resource).is_empty());
        assert_eq!(PolicyDocument::new([]).faults(PolicyKind::Trust).len(), 1);
    }
}
