//! Every operation that a handler calls exists in the emulator.
//!
//! The tests tell of a call that the emulator refuses as unknown, but only of a call that a test
//! makes. This reads the calls from the handlers' text: `aws.ec2().describe_vpcs()`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Result, workspace::Workspace};

use super::sources::{Finding, Sources};

/// Where the handlers are.
const HANDLERS: &str = "jeancloud-aws/src/";

/// What `Clients` calls a service, and what its model is called.
const SERVICES: [(&str, &str); 15] = [
    ("acm", "acm"),
    ("auto_scaling", "application-autoscaling"),
    ("cloud_front", "cloudfront"),
    ("ec2", "ec2"),
    ("ecr", "ecr"),
    ("ecs", "ecs"),
    ("elb", "elbv2"),
    ("iam", "iam"),
    ("kms", "kms"),
    ("logs", "logs"),
    ("rds", "rds"),
    ("route53", "route53"),
    ("s3", "s3"),
    ("secrets_manager", "secretsmanager"),
    ("sts", "sts"),
];

/// Finds calls of operations that no list of the emulator names.
pub fn check(workspace: &Workspace, sources: &Sources) -> Result<Vec<Finding>> {
    let mut known = BTreeMap::new();
    for (client, service) in SERVICES {
        let list = workspace.read(format!("jeancloud-emulator/operations/{service}.txt"))?;
        known.insert(client, list.lines().map(str::to_lowercase).collect());
    }
    let mut findings = Vec::new();
    for (path, text) in sources
        .rust()
        .filter(|(path, _)| path.starts_with(HANDLERS))
    {
        for (line, client, operation) in unknown(&known, text) {
            let what = format!("the emulator has no {operation} of {client}");
            findings.push(Finding::in_line(path, line, what));
        }
    }
    Ok(findings)
}

/// The lines, clients and names of the calls that are not `known`.
fn unknown<'t>(
    known: &BTreeMap<&str, BTreeSet<String>>,
    text: &'t str,
) -> Vec<(usize, &'t str, &'t str)> {
    calls(text)
        .filter(|(_, client, operation)| {
            let operations = known.get(client.trim_end_matches("_once"));
            operations.is_some_and(|operations| !operations.contains(&operation.replace('_', "")))
        })
        .map(|(at, client, operation)| (text[..at].matches('\n').count(), client, operation))
        .collect()
}

/// Whatever stands as `.client().operation(` or `.client.operation(`, and where.
fn calls(text: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    let dots = text.match_indices('.');
    dots.filter_map(move |(at, _)| {
        let (client, rest) = word(&text[at + 1..])?;
        let rest = rest.strip_prefix("()").unwrap_or(rest);
        let (operation, rest) = word(rest.trim_start().strip_prefix('.')?)?;
        rest.starts_with("()").then_some((at, client, operation))
    })
}

/// The name that a text begins with, and the rest.
fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let (word, rest) = text.split_at(end?);
    (!word.is_empty()).then_some((word, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_from_the_text() {
        let operations = ["describevpcs", "createvpc"].map(str::to_owned);
        let known = BTreeMap::from([("ec2", BTreeSet::from(operations))]);
        let text = "aws.ec2()\n    .describe_vpcs()\n    .send();\naws.ec2_once().create_vpc();\n\
                    self.ec2.run_instances();\naws.region().as_str();";
        assert_eq!(unknown(&known, text), [(4, "ec2", "run_instances")]);
        assert_eq!(unknown(&BTreeMap::new(), text), []);
    }
}
