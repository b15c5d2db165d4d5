//! Amazon Route 53: hosted zones and their records.

mod alias_target;
mod hosted_zone;
mod record_set;
mod record_value;

pub use alias_target::AliasTarget;
pub use hosted_zone::{
    DelegationSetId, HostedZone, HostedZoneConfig, HostedZoneId, HostedZoneVpc, NameServers,
    ZoneName,
};
pub use record_set::{
    Failover, GeoLocation, HealthCheckId, RecordName, RecordSet, RecordSetId, RecordType,
    SetIdentifier,
};
pub use record_value::quoted;
