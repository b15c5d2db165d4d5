//! [`HostedZone`]: a hosted zone that exists already, by its domain.

use crate::{
    Facts, Placement, outputs, resource,
    route53::{HostedZoneId, NameServers, ZoneName},
};

resource! {
    /// A hosted zone that somebody else made, by its domain.
    ///
    /// Exactly one zone of the account has to have this name and be public or private as asked.
    /// Follows Route 53's [`ListHostedZonesByName`].
    ///
    /// [`ListHostedZonesByName`]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html
    lookup HostedZone = "Lookup::Route53::HostedZone", id "Id": HostedZoneId,
    facts Facts {
        outputs: &["Name", "NameServers"],
        placement: Placement::Global,
        ..Facts::UNTAGGED
    };

    /// Its domain, as `example.com`.
    one name "Name": ZoneName,
    /// Whether a private zone is meant. Left out: a public one.
    opt private_zone "PrivateZone": bool,
}

outputs! { HostedZone {
    /// The zone's id.
    zone_id "Id": HostedZoneId,
    /// Its domain, without a trailing dot.
    name "Name": ZoneName,
    /// Its name servers; empty for a private zone.
    name_servers "NameServers": NameServers,
} }
