//! How a distribution takes over the domain names of the one that it replaces, so that each of them leads
//! somewhere at every moment: CloudFront's `AssociateAlias` moves them one by one, each in one step.
//!
//! CloudFront wants a TXT record as proof for each, also inside an account ("Set up the target standard
//! distribution", Amazon CloudFront Developer Guide). It stands in the account's own zone for as long as
//! that takes. Whatever an older generation of the same address has is taken over, and nobody else's.

use std::{collections::BTreeSet, time::Duration};

use jeancloud_model::cloud_front::DistributionConfig;
use jeancloud_stack::provider::{ErrorKind, Ownership, ProviderError};
use serde_json::Value as Json;

use super::distribution::{all, current, pairs, tags};
use crate::{
    Clients, error,
    handler::Result,
    route53::proof::{Proof, public_zones},
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

/// Those of `wanted` that older generations of the same address have.
pub(super) async fn held_before(
    aws: &Clients,
    ownership: &Ownership,
    wanted: &BTreeSet<String>,
) -> Result<BTreeSet<String>> {
    let mut held = BTreeSet::new();
    for other in all(aws).await? {
        let names = other.aliases().map(|it| it.items()).unwrap_or_default();
        let names = names.iter().filter(|name| wanted.contains(*name));
        let names: Vec<&String> = names.collect();
        if names.is_empty() {
            continue;
        }
        let owner = owner(aws, other.arn()).await?;
        if owner.is_some_and(|owner| {
            is_generation_of(&owner, ownership) && owner.generation < ownership.generation
        }) {
            held.extend(names.into_iter().cloned());
        }
    }
    Ok(held)
}

/// Lets these domain names lead to the distribution `id` with the name `host`.
pub(super) async fn take_over(
    aws: &Clients,
    id: &str,
    host: &str,
    names: &BTreeSet<String>,
) -> Result<()> {
    let zones = public_zones(aws).await?;
    let proofs = names
        .iter()
        .map(|name| Proof::for_cloud_front(name, host, &zones));
    let proofs: Vec<Proof> = proofs.collect();
    for proof in &proofs {
        proof.stand(aws).await?;
    }
    for (name, proof) in names.iter().zip(&proofs) {
        associate(aws, id, name, proof).await?;
    }
    for proof in &proofs {
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

/// Takes away the proofs that a killed run left, of what a newer generation of the same address has taken
/// over.
pub(super) async fn forget_proofs(aws: &Clients, old: &Ownership) -> Result<()> {
    for other in all(aws).await? {
        let names = other.aliases().map(|it| it.items()).unwrap_or_default();
        if names.is_empty() {
            continue;
        }
        let owner = owner(aws, other.arn()).await?;
        if owner
            .is_some_and(|owner| is_generation_of(&owner, old) && owner.generation > old.generation)
        {
            let zones = public_zones(aws).await?;
            for name in names {
                let proof = Proof::for_cloud_front(name, other.domain_name(), &zones);
                proof.take_away(aws).await?;
            }
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

fn is_generation_of(one: &Ownership, other: &Ownership) -> bool {
    (&one.stack, one.address) == (&other.stack, other.address)
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
