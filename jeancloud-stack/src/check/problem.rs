//! [`Problem`]: one mistake, with its way out; [`Report`]: where a rule puts them.

use std::{fmt, panic::Location};

use jeancloud_model::Address;
use serde::Serialize;

use crate::Declaration;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// AWS refuses it, or it can't work: nothing is planned.
    Error,
    /// It deploys and does less than it seems to: shown, and planned all the same.
    Warning,
}

/// One mistake in a stack. In JSON, what is empty is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The name of the rule that found it.
    pub code: &'static str,
    /// Where.
    pub address: Address,
    /// The property, as a path in CloudFormation's names; empty where it is the whole resource.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub property: String,
    /// What is wrong: a lower-case fragment that follows the property.
    pub wrong: String,
    /// AWS's rule.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// A way out.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// The AWS document that states the rule; empty where it is jeancloud's own.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// The source line that declared it, as `src/main.rs:12`; empty for the stack itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub declared_at: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}: {}: ", self.address)?;
        if !self.property.is_empty() {
            write!(f, "{} ", self.property)?;
        }
        write!(f, "{}", self.wrong)?;
        for (label, text) in [
            ("rule", &self.rule),
            ("hint", &self.hint),
            ("see", &self.document),
        ] {
            if !text.is_empty() {
                write!(f, "\n  {label}: {text}")?;
            }
        }
        match self.declared_at.as_str() {
            "" => Ok(()),
            at => write!(f, "\n  at {at}"),
        }
    }
}

/// Where a rule puts what it finds.
#[derive(Debug)]
pub struct Report {
    code: &'static str,
    problems: Vec<Problem>,
}

impl Report {
    pub(crate) fn new(code: &'static str) -> Self {
        Self {
            code,
            problems: Vec::new(),
        }
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Reports an error at `declaration`; the returned problem takes rule, hint and document:
    /// `report.error(subnet.declaration, "CidrBlock", format!("…")).rule("…").hint("…")`.
    pub fn error(
        &mut self,
        declaration: &Declaration,
        property: impl Into<String>,
        wrong: impl Into<String>,
    ) -> &mut Problem {
        self.add(Severity::Error, declaration, property.into(), wrong.into())
    }

    /// Reports a doubt: what deploys and then does less than it seems to.
    pub fn warning(
        &mut self,
        declaration: &Declaration,
        property: impl Into<String>,
        wrong: impl Into<String>,
    ) -> &mut Problem {
        self.add(
            Severity::Warning,
            declaration,
            property.into(),
            wrong.into(),
        )
    }

    /// Reports an error of the stack itself, which no declaration made.
    pub(crate) fn of_stack(
        &mut self,
        address: Address,
        property: impl Into<String>,
        wrong: impl Into<String>,
    ) -> &mut Problem {
        let (property, wrong) = (property.into(), wrong.into());
        self.push(Severity::Error, address, property, wrong, String::new())
    }

    /// Reports something that stands in a line of its own and declares no resource.
    pub(crate) fn at_line(
        &mut self,
        severity: Severity,
        address: Address,
        at: &Location<'_>,
        wrong: String,
    ) -> &mut Problem {
        self.push(severity, address, String::new(), wrong, line(at))
    }

    fn add(
        &mut self,
        severity: Severity,
        declaration: &Declaration,
        property: String,
        wrong: String,
    ) -> &mut Problem {
        let at = line(declaration.at);
        self.push(severity, declaration.address, property, wrong, at)
    }

    fn push(
        &mut self,
        severity: Severity,
        address: Address,
        property: String,
        wrong: String,
        declared_at: String,
    ) -> &mut Problem {
        self.problems.push(Problem {
            severity,
            code: self.code,
            address,
            property,
            wrong,
            rule: String::new(),
            hint: String::new(),
            document: String::new(),
            declared_at,
        });
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }
}

impl Problem {
    /// Says AWS's rule.
    pub fn rule(&mut self, rule: impl Into<String>) -> &mut Self {
        self.rule = rule.into();
        self
    }

    /// Says a way out.
    pub fn hint(&mut self, hint: impl Into<String>) -> &mut Self {
        self.hint = hint.into();
        self
    }

    /// Names the AWS document.
    pub fn document(&mut self, document: impl Into<String>) -> &mut Self {
        self.document = document.into();
        self
    }
}

/// A source line, as `src/main.rs:12`.
pub(crate) fn line(at: &Location<'_>) -> String {
    format!("{}:{}", at.file(), at.line())
}
