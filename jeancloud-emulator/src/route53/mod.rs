//! Amazon Route 53: hosted zones, the records in them, and their changes.

mod change;
mod common;
mod delegation_set;
mod hosted_zone;
mod name;
mod record_batch;
pub(crate) mod record_set;
mod record_shape;
mod record_value;
mod tags;
mod vpc_association;
mod zone_listing;

crate::services::service! {
    "route53" signs "route53";
    operations {
        AssociateVPCWithHostedZone => vpc_association::associate,
        ChangeResourceRecordSets => record_batch::change,
        ChangeTagsForResource => tags::change,
        CreateHostedZone => hosted_zone::create,
        CreateReusableDelegationSet => delegation_set::create,
        DeleteHostedZone => hosted_zone::delete,
        DeleteReusableDelegationSet => delegation_set::delete,
        DisassociateVPCFromHostedZone => vpc_association::disassociate,
        GetChange => change::get,
        GetDNSSEC => hosted_zone::dnssec,
        GetHostedZone => hosted_zone::get,
        GetHostedZoneCount => zone_listing::count,
        GetReusableDelegationSet => delegation_set::get,
        ListHostedZones => zone_listing::list,
        ListHostedZonesByName => zone_listing::by_name,
        ListHostedZonesByVPC => zone_listing::by_vpc,
        ListResourceRecordSets => record_set::list,
        ListReusableDelegationSets => delegation_set::list,
        ListTagsForResource => tags::list,
        ListTagsForResources => tags::list_many,
        UpdateHostedZoneComment => hosted_zone::update_comment,
    }
    kinds [
        change::Change,
        delegation_set::DelegationSet,
        hosted_zone::HostedZone,
        record_set::RecordSet,
    ]
    tasks [change::IN_SYNC]
}
