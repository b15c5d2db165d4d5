//! How a distribution takes over the domain names of the one that it replaces, so that each of them leads
//! somewhere at every moment: CloudFront's `AssociateAlias` moves them one by one, each in one step.
//!
//! CloudFront wants a TXT record as proof for each, also inside an account ("Set up the target standard
//! distribution", Amazon CloudFront Developer Guide). It stands in the account's own zone for as long as
//! that takes. Whatever another generation of the same address has is taken over, and nobody else's.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use aws_sdk_cloudfront::types::DistributionSummary;
use jeancloud_model::cloud_front::DistributionConfig;
use jeancloud_stack::provider::{ErrorKind, Ownership, ProviderError};
use serde_json::Value as Json;

use super::distribution::{all, current, pairs, tags};
use crate::{
    Clients, error,
    handler::Result,
    route53::proof::{self, Proof, public_zones},
    wait::{self, Wait},
};

/// How long CloudFront may not see a proof that stands on all name servers.
///
/// Resolvers remember for 15 minutes that there was none: the TTL of a zone's SOA record.
const PROVED: Wait = Wait {
    operation: "AssociateAlias",
    what: "CloudFront to see the TXT record that proves the domain name",
    at_most: Duration::from_secs(16 * 60),
    pause: Duration::from_secs(15),
};

/// Whether AWS refused a configuration since another distribution has one of its domain names.
pub(super) fn is_taken(error: &ProviderError) -> bool {
    error.code.as_deref() == Some("CNAMEAlreadyExists")
}

/// Domain names that another generation of the same address has, each with that one's own name.
pub(super) type Held = BTreeMap<String, String>;

/// What other generations of the same address have: older ones, or where a replacement is taken back, the
/// newer one.
pub(super) async fn held_beside(aws: &Clients, ownership: &Ownership) -> Result<Held> {
    let has_names = |it: &DistributionSummary| !names_of(it).is_empty();
    let others = beside(aws, ownership, has_names).await?;
    Ok(held_by(&others))
}

/// The other generations of the same address, of those distributions that may be one.
async fn beside(
    aws: &Clients,
    ownership: &Ownership,
    may_be: impl Fn(&DistributionSummary) -> bool,
) -> Result<Vec<DistributionSummary>> {
    let mut others = Vec::new();
    for other in all(aws).await?.into_iter().filter(may_be) {
        let owner = owner(aws, other.arn()).await?;
        if owner.is_some_and(|owner| is_beside(&owner, ownership)) {
            others.push(other);
        }
    }
    Ok(others)
}

fn held_by(others: &[DistributionSummary]) -> Held {
    let names = |other: &DistributionSummary| {
        let host = other.domain_name().to_owned();
        let names = names_of(other).to_vec().into_iter();
        names.map(move |name| (name, host.clone()))
    };
    others.iter().flat_map(names).collect()
}

fn names_of(distribution: &DistributionSummary) -> &[String] {
    let aliases = distribution.aliases();
    aliases.map(|it| it.items()).unwrap_or_default()
}

/// Lets these domain names lead to the distribution `id` with the name `host`.
pub(super) async fn take_over(aws: &Clients, id: &str, host: &str, held: &Held) -> Result<()> {
    let zones = public_zones(aws).await?;
    let mut proofs = Vec::new();
    for (name, other) in held {
        // What the other one had to prove, a killed run may have left.
        let left = Proof::for_cloud_front(name, other, &zones);
        left.take_away(aws).await?;
        let proof = Proof::for_cloud_front(name, host, &zones);
        proof.stand(aws).await?;
        proofs.push((name, proof));
    }
    for (name, proof) in &proofs {
        associate(aws, id, name, proof).await?;
    }
    for (_, proof) in &proofs {
        proof.take_away(aws).await?;
    }
    Ok(())
}

/// Whether a configuration has all that another one says; what that leaves out is CloudFront's to say.
pub(super) fn has_all(there: &DistributionConfig, wanted: &DistributionConfig) -> bool {
    match (serde_json::to_value(there), serde_json::to_value(wanted)) {
        (Ok(there), Ok(wanted)) => holds(&there, &wanted),
        _ => false,
    }
}

fn holds(there: &Json, wanted: &Json) -> bool {
    match (there, wanted) {
        (Json::Object(there), Json::Object(wanted)) => wanted
            .iter()
            .all(|(name, wanted)| there.get(name).is_some_and(|there| holds(there, wanted))),
        (Json::Array(there), Json::Array(wanted)) => {
            let mut both = there.iter().zip(wanted);
            there.len() == wanted.len() && both.all(|(there, wanted)| holds(there, wanted))
        }
        (there, wanted) => there == wanted,
    }
}

/// Takes away the proofs that killed runs left, for any generation of the address: `old` has the name
/// `host`, and goes.
pub(super) async fn forget_proofs(aws: &Clients, old: &Ownership, host: &str) -> Result<()> {
    let others = beside(aws, old, |_| true).await?;
    let mut hosts = BTreeSet::from([host.to_owned()]);
    for other in &others {
        hosts.insert(other.domain_name().to_owned());
    }
    proof::forget_all(aws, &old.stack, &hosts).await?;
    let held = held_by(&others);
    if held.is_empty() {
        return Ok(());
    }
    let zones = public_zones(aws).await?;
    for name in held.keys() {
        for host in &hosts {
            let proof = Proof::for_cloud_front(name, host, &zones);
            proof.take_away(aws).await?;
        }
    }
    Ok(())
}

async fn associate(aws: &Clients, id: &str, name: &str, proof: &Proof) -> Result<()> {
    wait::until(PROVED, || async {
        let call = aws.cloud_front().associate_alias();
        let call = call.target_distribution_id(id).alias(name).send().await;
        let error = match call.map_err(error::of("AssociateAlias")) {
            Ok(_) => return Ok(Some(())),
            Err(error) => error,
        };
        // The answer to the call before may have been lost.
        if has(aws, id, name).await? {
            return Ok(Some(()));
        }
        match error.code.as_deref() == Some("IllegalUpdate") {
            true if proof.can_stand() => Ok(None),
            true => Err(unproved(error, name, proof)),
            false => Err(error),
        }
    })
    .await
}

fn unproved(mut error: ProviderError, name: &str, proof: &Proof) -> ProviderError {
    error.kind = ErrorKind::Denied;
    error.with_hint(&format!(
        "no public zone of this account has {name}: write a TXT record {} with the text {} where it is, and apply again; until then {name} leads to the old one",
        proof.name, proof.text
    ))
}

async fn has(aws: &Clients, id: &str, name: &str) -> Result<bool> {
    let current = current(aws, id).await?;
    let aliases = current.and_then(|(config, _)| config.aliases);
    Ok(aliases.is_some_and(|it| it.items().iter().any(|alias| alias == name)))
}

async fn owner(aws: &Clients, arn: &str) -> Result<Option<Ownership>> {
    let tags = tags(aws, arn).await?;
    Ok(Ownership::from_tags(pairs(&tags)))
}

/// Whether these are two generations of one address.
fn is_beside(one: &Ownership, other: &Ownership) -> bool {
    (&one.stack, one.address) == (&other.stack, other.address) && one.generation != other.generation
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cloud_front_fills_in_makes_no_difference() {
        let there = json!({"Origins": [{"Id": "a", "ConnectionAttempts": 3}], "Enabled": true});
        for had in [json!({}), json!({"Origins": [{"Id": "a"}]}), there.clone()] {
            assert!(holds(&there, &had), "{had}");
        }
        let others = [
            json!({"Origins": [{"Id": "b"}]}),
            json!({"Origins": []}),
            json!({"Enabled": false}),
            json!({"Comment": "new"}),
        ];
        for other in others {
            assert!(!holds(&there, &other), "{other}");
        }
    }
}
