//! What an import would adopt, what it would not and why, and how it ended.

use jeancloud_model::Address;
use jeancloud_stack::{
    ProviderError, View,
    engine::{Match, Origin, Proposal},
};

use super::style::{CREATE, ERROR, FAINT, HINT, STRONG, WARNING, counted, padded, paint, width};

/// The whole page.
pub(crate) fn page(proposal: &Proposal, view: &View) -> String {
    let Proposal {
        matches,
        ambiguous,
        unlike,
        undeclared,
        taken,
        gone,
        children,
        unknown,
        ..
    } = proposal;
    let mut page = adopted(matches);
    page += &kept(matches);
    page += &doubtful(ambiguous, view);
    page += &others(unlike);
    let taken = taken.iter().map(|(origin, owner)| {
        format!(
            "{}  of {} in the stack {}",
            name(origin),
            owner.address,
            owner.stack
        )
    });
    page += &list("Another stack's", taken.collect());
    page += &list("Not in AWS any more", gone.iter().map(name).collect());
    page += &list(
        "Not declared here, left as it is",
        undeclared.iter().map(name).collect(),
    );
    page += &list(
        "Of types that jeancloud has not, left as it is",
        unknown.clone(),
    );
    if !children.is_empty() {
        let children = counted(children.len(), "resource");
        page += &format!(
            "{}\n",
            paint(
                FAINT,
                format!(
                    "{children} of Terraform's come along with what they belong to: routes, rules, records, settings."
                )
            )
        );
    }
    page
}

/// How it ended.
pub(crate) fn end(done: usize, failed: &[(Address, ProviderError)], terraform: bool) -> String {
    let mut text = String::new();
    for (address, error) in failed {
        text += &format!("{} {address}: {error}\n", paint(ERROR, "error:"));
    }
    text += &format!(
        "{} adopted. `plan` shows what differs from what is declared.\n",
        counted(done, "resource")
    );
    if terraform && done > 0 {
        text += &format!(
            "{} Terraform still has them in its state: run it no more here, or take them out with `terraform state rm`\n",
            paint(HINT, "hint:")
        );
    }
    text
}

/// What a physical id of a type looks like.
pub(crate) fn form_of_id(type_name: &str) -> String {
    let form = match type_name {
        "AWS::EC2::VPC" => "a VPC's id: vpc-0123456789abcdef0",
        "AWS::ECS::Service" => "the service's ARN",
        name if name.starts_with("AWS::ElasticLoadBalancingV2::") => "its ARN",
        "AWS::ECS::TaskDefinition" => "the ARN with its revision",
        "AWS::CertificateManager::Certificate" | "AWS::SecretsManager::Secret" => "its ARN",
        "AWS::IAM::OIDCProvider" => "its ARN",
        _ => "the id or name that AWS's console shows, in the region where it is declared",
    };
    format!("the id is {form}; docs/identity.md has every type's")
}

fn adopted(matches: &[Match]) -> String {
    let widest = matches.iter().map(|it| width(it.address.as_str())).max();
    let line = |matched: &Match| {
        let address = padded(matched.address.as_str(), widest.unwrap_or_default());
        format!(
            "  {} {}  {}\n",
            paint(CREATE, "="),
            paint(STRONG, address),
            paint(FAINT, name(&matched.origin))
        )
    };
    let lines: String = matches.iter().map(line).collect();
    match matches.len() {
        0 => "Nothing to adopt.\n".to_owned(),
        number => format!("To adopt: {}\n{lines}\n", counted(number, "resource")),
    }
}

fn kept(matches: &[Match]) -> String {
    let kept = matches.iter().filter(|matched| !matched.kept.is_empty());
    let lines = kept.map(|matched| format!("{}  {}", matched.address, matched.kept.join(", ")));
    list(
        "Kept as it is, since AWS can't change it and it means nothing any more",
        lines.collect(),
    )
}

fn doubtful(ambiguous: &[(Address, Vec<Origin>)], view: &View) -> String {
    let mut page = String::new();
    for (address, origins) in ambiguous {
        let origins: Vec<String> = origins.iter().map(name).collect();
        let at = view
            .get(*address)
            .map(|it| format!("\n  at: {}", it.at))
            .unwrap_or_default();
        page += &format!(
            "{} {address} may be one of several, or one may be several: {}\n  {} `import {address} ID` says which{at}\n\n",
            paint(WARNING, "unclear:"),
            origins.join(", "),
            paint(HINT, "hint:")
        );
    }
    page
}

fn others(unlike: &[(Address, Origin, Vec<String>)]) -> String {
    let lines = unlike.iter().map(|(address, origin, properties)| {
        format!(
            "{address}  {} is nearest, but differs in {}",
            name(origin),
            properties.join(", ")
        )
    });
    list("Not found, will be created", lines.collect())
}

fn list(heading: &str, lines: Vec<String>) -> String {
    match lines.is_empty() {
        true => String::new(),
        false => format!("{heading}:\n  {}\n\n", lines.join("\n  ")),
    }
}

fn name(origin: &Origin) -> String {
    match &origin.terraform {
        Some(terraform) => format!("{terraform} ({})", origin.id),
        None => origin.id.clone(),
    }
}
