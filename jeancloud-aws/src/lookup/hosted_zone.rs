//! Hosted zones that exist already, by their domain.

use async_trait::async_trait;
use aws_sdk_route53::types::HostedZone as SdkZone;
use jeancloud_model::lookup::HostedZone;
use jeancloud_stack::provider::{ErrorKind, ProviderError};
use serde_json::json;

use crate::{
    Clients, error,
    handler::{Answer, LookupHandler, Result},
    route53::{bare_id, bare_name},
};

pub(super) struct HostedZoneHandler;

const OPERATION: &str = "ListHostedZonesByName";

#[async_trait]
impl LookupHandler for HostedZoneHandler {
    type Lookup = HostedZone;

    const PERMISSIONS: &'static [&'static str] =
        &["route53:GetHostedZone", "route53:ListHostedZonesByName"];

    async fn read(&self, aws: &Clients, lookup: &HostedZone) -> Result<Answer> {
        let name = lookup.name.value().as_str();
        let private = lookup
            .private_zone
            .as_ref()
            .is_some_and(|private| *private.value());
        let kind = if private { "private" } else { "public" };
        let zones: Vec<SdkZone> = named(aws, name)
            .await?
            .into_iter()
            .filter(|zone| zone.config().is_some_and(|config| config.private_zone()) == private)
            .collect();
        let zone = match &zones[..] {
            [one] => one,
            [] => {
                let wrong = format!("the account has no {kind} hosted zone {name}");
                let error = ProviderError::new(ErrorKind::NotFound, OPERATION, wrong);
                return Err(error
                    .with_hint("declare it with `HostedZone::builder()`, or check the account"));
            }
            several => {
                let ids: Vec<&str> = several.iter().map(|zone| bare_id(zone.id())).collect();
                let wrong = format!("{name} has several {kind} hosted zones: {}", ids.join(", "));
                let error = ProviderError::new(ErrorKind::Invalid, OPERATION, wrong);
                return Err(
                    error.with_hint("name the one that is meant: `HostedZoneId::new(\"Z…\")`")
                );
            }
        };
        let id = bare_id(zone.id()).to_owned();
        let call = aws.route53().get_hosted_zone().id(&id).send().await;
        let detail = call.map_err(error::of("GetHostedZone"))?;
        let servers = detail.delegation_set().map(|set| set.name_servers());
        let outputs = [
            ("Name".to_owned(), json!(bare_name(zone.name()))),
            ("NameServers".to_owned(), json!(servers.unwrap_or_default())),
        ];
        Ok(Answer {
            id,
            outputs: outputs.into(),
        })
    }
}

/// The zones of exactly this name: Route 53 lists all from that name on.
async fn named(aws: &Clients, name: &str) -> Result<Vec<SdkZone>> {
    let mut found = Vec::new();
    let mut call = aws.route53().list_hosted_zones_by_name().dns_name(name);
    loop {
        let answer = call.send().await.map_err(error::of(OPERATION))?;
        for zone in answer.hosted_zones() {
            if bare_name(zone.name()) != name {
                return Ok(found);
            }
            found.push(zone.clone());
        }
        if !answer.is_truncated() {
            return Ok(found);
        }
        call = aws
            .route53()
            .list_hosted_zones_by_name()
            .set_dns_name(answer.next_dns_name().map(str::to_owned))
            .set_hosted_zone_id(answer.next_hosted_zone_id().map(str::to_owned));
    }
}
