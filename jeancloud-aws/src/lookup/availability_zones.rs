//! The zones of a region that the account may use.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_ec2::types::{AvailabilityZoneOptInStatus, Filter};
use jeancloud_model::{
    Resource,
    lookup::{AvailabilityZones, ZoneType},
};
use jeancloud_stack::provider::{ErrorKind, ProviderError};
use serde_json::json;

use crate::{
    Clients, error,
    handler::{Answer, LookupHandler, Result},
};

pub(super) struct AvailabilityZonesHandler;

#[async_trait]
impl LookupHandler for AvailabilityZonesHandler {
    type Lookup = AvailabilityZones;

    const PERMISSIONS: &'static [&'static str] = &["ec2:DescribeAvailabilityZones"];

    async fn read(&self, aws: &Clients, lookup: &AvailabilityZones) -> Result<Answer> {
        let kind = lookup.zone_type.as_ref();
        let kind = kind.map_or(ZoneType::AvailabilityZone, |kind| *kind.value());
        let filter = |name: &str, value: &str| Filter::builder().name(name).values(value).build();
        let call = aws
            .ec2()
            .describe_availability_zones()
            .filters(filter("zone-type", kind.as_str()))
            .filters(filter("state", "available"));
        let answer = call.send().await;
        let answer = answer.map_err(error::of("DescribeAvailabilityZones"))?;
        let open = answer
            .availability_zones()
            .iter()
            .filter(|zone| zone.opt_in_status() != Some(&AvailabilityZoneOptInStatus::NotOptedIn));
        let names: BTreeSet<&str> = open.filter_map(|zone| zone.zone_name()).collect();
        if names.is_empty() {
            let message = format!("{} has no {kind} that the account may use", aws.region());
            return Err(ProviderError::new(
                ErrorKind::NotFound,
                "DescribeAvailabilityZones",
                message,
            ));
        }
        let outputs = AvailabilityZones::FACTS.outputs;
        let zones = outputs.iter().zip(names);
        Ok(Answer {
            id: aws.region().to_string(),
            outputs: zones
                .map(|(output, zone)| ((*output).to_owned(), json!(zone)))
                .collect::<BTreeMap<_, _>>(),
        })
    }
}
