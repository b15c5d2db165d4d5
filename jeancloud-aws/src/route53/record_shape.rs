//! Record sets: from the model to the SDK and back.

use aws_sdk_route53::types::{
    AliasTarget as SdkAlias, GeoLocation as SdkGeo, ResourceRecord, ResourceRecordSet,
    ResourceRecordSetFailover, ResourceRecordSetRegion, RrType,
};
use jeancloud_model::{
    Bounded, DnsName, Input, Text,
    route53::{
        AliasTarget, Failover, GeoLocation, HealthCheckId, HostedZoneId, RecordName, RecordSet,
        RecordType, SetIdentifier,
    },
};

use super::{
    common::{bare_name, incomplete},
    record_set::Key,
};
use crate::handler::{Result, Seen};

/// A record set as AWS takes it.
pub(super) fn to_sdk(record: &RecordSet) -> Result<ResourceRecordSet> {
    let values = record.resource_records.iter().map(|value| {
        ResourceRecord::builder()
            .value(value.value())
            .build()
            .map_err(incomplete)
    });
    let values: Vec<ResourceRecord> = values.collect::<Result<_>>()?;
    let alias = record.alias_target.as_ref().map(|alias| {
        let evaluate = alias.evaluate_target_health.as_ref();
        SdkAlias::builder()
            .dns_name(alias.dns_name.value().as_str())
            .hosted_zone_id(alias.hosted_zone_id.value().as_str())
            .evaluate_target_health(evaluate.is_some_and(|evaluate| *evaluate.value()))
            .build()
            .map_err(incomplete)
    });
    let geo = record.geo_location.as_ref().map(|geo| {
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.value().to_owned());
        SdkGeo::builder()
            .set_continent_code(text(&geo.continent_code))
            .set_country_code(text(&geo.country_code))
            .set_subdivision_code(text(&geo.subdivision_code))
            .build()
    });
    let failover = record.failover.as_ref();
    let health = record.health_check_id.as_ref();
    ResourceRecordSet::builder()
        .name(record.name.value().as_str())
        .r#type(RrType::from(record.record_type.value().as_str()))
        .set_alias_target(alias.transpose()?)
        .set_resource_records(Some(values).filter(|values| !values.is_empty()))
        .set_ttl(record.ttl.as_ref().map(|ttl| ttl.value().number().into()))
        .set_set_identifier(
            record
                .set_identifier
                .as_ref()
                .map(|set| set.value().to_string()),
        )
        .set_weight(
            record
                .weight
                .as_ref()
                .map(|weight| weight.value().number().into()),
        )
        .set_region(
            record
                .region
                .as_ref()
                .map(|region| ResourceRecordSetRegion::from(region.value())),
        )
        .set_failover(
            failover.map(|failover| ResourceRecordSetFailover::from(failover.value().as_str())),
        )
        .set_geo_location(geo)
        .set_multi_value_answer(
            record
                .multi_value_answer
                .as_ref()
                .map(|multi| *multi.value()),
        )
        .set_health_check_id(health.map(|health| health.value().to_string()))
        .build()
        .map_err(incomplete)
}

/// A record set as AWS tells it; `None` where its type is not modelled.
pub(super) fn from_sdk(key: &Key, record: &ResourceRecordSet) -> Option<Seen<RecordSet>> {
    let alias = record.alias_target().map(|alias| AliasTarget {
        dns_name: Input::Known(DnsName::new(
            bare_name(alias.dns_name()).to_ascii_lowercase(),
        )),
        hosted_zone_id: Input::Known(HostedZoneId::new(alias.hosted_zone_id().to_owned())),
        evaluate_target_health: Some(Input::Known(alias.evaluate_target_health())),
    });
    let geo = record.geo_location().map(|geo| GeoLocation {
        continent_code: geo.continent_code().map(Text::known),
        country_code: geo.country_code().map(Text::known),
        subdivision_code: geo.subdivision_code().map(Text::known),
    });
    let values = record.resource_records().iter();
    let resource = RecordSet {
        hosted_zone_id: Input::Known(HostedZoneId::new(key.zone.clone())),
        name: Input::Known(RecordName::new(key.name.clone())),
        record_type: Input::Known(RecordType::from_aws(&key.kind)?),
        alias_target: alias,
        resource_records: values.map(|value| Text::known(value.value())).collect(),
        ttl: number(record.ttl()),
        set_identifier: key
            .set
            .clone()
            .map(|set| Input::Known(SetIdentifier::new(set))),
        weight: number(record.weight()),
        region: record.region().map(|region| Text::known(region.as_str())),
        failover: record
            .failover()
            .and_then(|failover| Failover::from_aws(failover.as_str()))
            .map(Input::Known),
        geo_location: geo,
        multi_value_answer: record.multi_value_answer().map(Input::Known),
        health_check_id: record
            .health_check_id()
            .map(|id| Input::Known(HealthCheckId::new(id.to_owned()))),
    };
    Some(Seen::new(key.id(), resource).output_text("Name", Some(&key.name)))
}

fn number<const MIN: u32, const MAX: u32>(number: Option<i64>) -> Option<Input<Bounded<MIN, MAX>>> {
    let number = u32::try_from(number?).ok()?;
    Some(Input::Known(Bounded::new(number)))
}
