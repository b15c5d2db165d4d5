//! [`Proof`]: a TXT record that stands for a while, so that another service believes that a domain name
//! is the account's.

use std::collections::BTreeSet;

use aws_sdk_route53::types::{ChangeAction, ResourceRecord, ResourceRecordSet, RrType};

use jeancloud_stack::provider::Ownership;

use super::{
    common::{bare_id, bare_name, incomplete, tags_of},
    hosted_zone,
    record_set::{Key, change, every, record, taken},
};
use crate::{Clients, handler::Result};

/// How long resolvers may remember the record.
const TTL: i64 = 60;

/// A TXT record of one text, in every public zone of the account that the name may stand in: of two zones
/// of one name only DNS knows which is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    pub(crate) name: String,
    pub(crate) text: String,
    zones: Vec<String>,
}

/// A public zone: its id and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    id: String,
    name: String,
}

/// The account's public zones.
pub(crate) async fn public_zones(aws: &Clients) -> Result<Vec<Zone>> {
    let zones = hosted_zone::all(aws).await?.into_iter();
    let public = zones.filter(|zone| !zone.config().is_some_and(|it| it.private_zone()));
    let zone = |zone: aws_sdk_route53::types::HostedZone| Zone {
        id: bare_id(zone.id()).to_owned(),
        name: bare_name(zone.name()),
    };
    Ok(public.map(zone).collect())
}

/// Takes away, in the stack's own public zones, what killed runs left of proofs with one of these texts.
pub(crate) async fn forget_all(aws: &Clients, stack: &str, texts: &BTreeSet<String>) -> Result<()> {
    let zones = public_zones(aws).await?;
    let ids: Vec<String> = zones.iter().map(|zone| zone.id.clone()).collect();
    let tags = tags_of(aws, &ids).await?;
    let is_own = |zone: &&Zone| {
        let tags = tags.get(&zone.id).into_iter().flatten();
        let owner = Ownership::from_tags(tags.map(|(k, v)| (k.as_str(), v.as_str())));
        owner.is_some_and(|owner| owner.stack == stack)
    };
    for zone in zones.iter().filter(is_own) {
        for record in every(aws, &zone.id).await? {
            if record.r#type() == &RrType::Txt && is_one(&record, texts) {
                change(aws, &zone.id, ChangeAction::Delete, record, false).await?;
            }
        }
    }
    Ok(())
}

fn is_one(record: &ResourceRecordSet, texts: &BTreeSet<String>) -> bool {
    let name = bare_name(record.name());
    let says = |text: &String| {
        let proof = Proof {
            name: name.clone(),
            text: text.clone(),
            zones: Vec::new(),
        };
        proof.says(record)
    };
    name.starts_with('_') && texts.iter().any(says)
}

impl Proof {
    /// The record by which CloudFront believes that `domain` may lead to the distribution called `text`:
    /// `_www.example.com`, and `_.example.com` for `example.com` itself, before which nothing stands in
    /// its zone.
    pub(crate) fn for_cloud_front(domain: &str, text: &str, zones: &[Zone]) -> Self {
        let above = |zone: &&Zone| {
            let before = domain.strip_suffix(&zone.name);
            before.is_some_and(|before| before.ends_with('.'))
        };
        let named = |name: &str| {
            let zones = zones.iter().filter(|zone| zone.name == name);
            zones.map(|zone| zone.id.clone()).collect::<Vec<_>>()
        };
        let nearest = zones.iter().filter(above).max_by_key(|it| it.name.len());
        let (name, zones) = match nearest {
            Some(zone) => (format!("_{domain}"), named(&zone.name)),
            None if named(domain).is_empty() => (format!("_{domain}"), Vec::new()),
            None => (format!("_.{domain}"), named(domain)),
        };
        Self {
            name,
            text: text.to_owned(),
            zones,
        }
    }

    /// Whether the account has a zone that it can stand in.
    pub(crate) fn can_stand(&self) -> bool {
        !self.zones.is_empty()
    }

    /// Writes it, and waits until all name servers tell it. What says the same is left as it is.
    ///
    /// # Errors
    /// A record of this name and type that says something else.
    pub(crate) async fn stand(&self, aws: &Clients) -> Result<()> {
        for zone in &self.zones {
            let key = self.key(zone);
            match record(aws, &key).await? {
                Some(there) if self.says(&there) => {}
                Some(there) => return Err(taken(&key, &there)),
                None => change(aws, zone, ChangeAction::Upsert, self.record()?, false).await?,
            }
        }
        Ok(())
    }

    /// Takes it away, where it stands as it was written.
    pub(crate) async fn take_away(&self, aws: &Clients) -> Result<()> {
        for zone in &self.zones {
            let there = record(aws, &self.key(zone)).await?;
            if let Some(there) = there.filter(|there| self.says(there)) {
                change(aws, zone, ChangeAction::Delete, there, false).await?;
            }
        }
        Ok(())
    }

    fn key(&self, zone: &str) -> Key {
        Key {
            zone: zone.to_owned(),
            name: self.name.clone(),
            kind: RrType::Txt.as_str().to_owned(),
            set: None,
        }
    }

    fn quoted(&self) -> String {
        format!("\"{}\"", self.text)
    }

    fn says(&self, record: &ResourceRecordSet) -> bool {
        let values: Vec<&str> = record
            .resource_records()
            .iter()
            .map(|it| it.value())
            .collect();
        values == [self.quoted()] && record.ttl() == Some(TTL)
    }

    fn record(&self) -> Result<ResourceRecordSet> {
        let value = ResourceRecord::builder().value(self.quoted()).build();
        let record = ResourceRecordSet::builder()
            .name(&self.name)
            .r#type(RrType::Txt)
            .ttl(TTL)
            .resource_records(value.map_err(incomplete)?);
        record.build().map_err(incomplete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones(names: &[&str]) -> Vec<Zone> {
        let zone = |(id, name): (usize, &&str)| Zone {
            id: id.to_string(),
            name: (*name).to_owned(),
        };
        names.iter().enumerate().map(zone).collect()
    }

    /// "Set up the target standard distribution", Amazon CloudFront Developer Guide.
    #[test]
    fn a_proof_stands_in_the_nearest_zone_above_its_domain() {
        let proved = |domain: &str, names: &[&str]| {
            let proof = Proof::for_cloud_front(domain, "d1.cloudfront.net", &zones(names));
            (proof.name, proof.zones.join(" "))
        };
        let expect = |name: &str, zones: &str| (name.to_owned(), zones.to_owned());
        let www = "www.example.com";
        assert_eq!(
            proved(www, &["example.com"]),
            expect("_www.example.com", "0")
        );
        let nearer = [
            "com",
            "example.com",
            "ample.com",
            "www.example.com",
            "example.com",
        ];
        assert_eq!(proved(www, &nearer), expect("_www.example.com", "1 4"));
        assert_eq!(proved(www, &[www]), expect("_.www.example.com", "0"));
        let apex = proved("example.com", &["example.com"]);
        assert_eq!(apex, expect("_.example.com", "0"));
        assert_eq!(
            proved(www, &["example.org"]),
            expect("_www.example.com", "")
        );
    }
}
