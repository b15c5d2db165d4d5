//! [`RecordSet`]: `AWS::Route53::RecordSet`, the records of one name and type.

use crate::{
    Bounded, Facts, Handle, IntoInput, Placement, Region, Unique, certificate_manager::Certificate,
    choice, id_value, outputs, properties, resource, text_value,
};

use super::{AliasTarget, HostedZoneId, hosted_zone::name_fault};

id_value! {
    /// A record set: its name, zone, type and set identifier, where it has one, as
    /// `api.example.com|Z0123456789ABCDEFGHIJ|A`.
    RecordSetId,
    /// The id of a Route 53 health check.
    HealthCheckId,
}

text_value! {
    /// The whole name of a record, as `api.example.com` or `*.example.com`.
    RecordName {
        rule: "a record's name is a domain name of at most 255 characters, in lower case, without a dot at its end",
        document: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
        check: name_fault,
    },
    /// What tells record sets of one name and type apart.
    SetIdentifier {
        rule: "a set identifier has 1 to 128 characters",
        document: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html",
        check: |text| match text.chars().count() {
            1..=128 => None,
            0 => Some("is empty"),
            _ => Some("is longer than 128 characters"),
        },
    },
}

choice! {
    /// The type of a record.
    RecordType {
        /// IPv4 addresses.
        A = "A",
        /// IPv6 addresses.
        AAAA = "AAAA",
        /// The certificate authorities that may issue for the domain.
        CAA = "CAA",
        /// Another name for a name; never at the zone's own.
        CNAME = "CNAME",
        /// The key of a signed child zone.
        DS = "DS",
        /// How to reach a web server.
        HTTPS = "HTTPS",
        /// Mail servers.
        MX = "MX",
        /// Rewriting rules.
        NAPTR = "NAPTR",
        /// Name servers.
        NS = "NS",
        /// The name of an address.
        PTR = "PTR",
        /// The start of a zone; AWS writes it.
        SOA = "SOA",
        /// Mail senders, superseded by `TXT`.
        SPF = "SPF",
        /// The servers of a service.
        SRV = "SRV",
        /// Fingerprints of SSH keys.
        SSHFP = "SSHFP",
        /// How to reach a service.
        SVCB = "SVCB",
        /// Certificates of a TLS server.
        TLSA = "TLSA",
        /// Text; see [`quoted`](super::quoted).
        TXT = "TXT",
    }

    /// Which of two record sets answers.
    Failover {
        /// The one that answers while it is healthy.
        Primary = "PRIMARY",
        /// The one that answers otherwise.
        Secondary = "SECONDARY",
    }
}

properties! {
    /// From where a question comes.
    GeoLocation;
    /// A continent: `AF`, `AN`, `AS`, `EU`, `OC`, `NA` or `SA`. Without a country.
    opt_text continent_code "ContinentCode",
    /// A country, by its two letters of ISO 3166-1; `*` for everywhere else.
    opt_text country_code "CountryCode",
    /// A part of a country, as a state of the United States.
    opt_text subdivision_code "SubdivisionCode",
}

resource! {
    /// The records of one name and type: values, or an alias to an AWS resource.
    ///
    /// Either `alias_target` or `resource_records` with `ttl`. Several record sets of one name and
    /// type need a `set_identifier` each and one and the same way to choose among them: `weight`,
    /// `region`, `failover`, `geo_location` or `multi_value_answer`.
    ///
    /// Follows [`AWS::Route53::RecordSet`] and Route 53's [`ChangeResourceRecordSets`]. A record
    /// has no tags: it belongs to whoever owns its zone.
    ///
    /// [`AWS::Route53::RecordSet`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-recordset.html
    /// [`ChangeResourceRecordSets`]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    RecordSet = "AWS::Route53::RecordSet", id "Id": RecordSetId,
    facts Facts {
        // Name, type and set identifier are its identity: with another one it is another record.
        create_only: &["HostedZoneId", "Name", "Type", "SetIdentifier"],
        outputs: &["Name"],
        unordered: &["ResourceRecords"],
        // A record is written whole: what it no longer says is gone.
        defaults: &[
            ("AliasTarget", "null"),
            ("AliasTarget/EvaluateTargetHealth", "false"),
            ("Failover", "null"),
            ("GeoLocation", "null"),
            ("GeoLocation/ContinentCode", "null"),
            ("GeoLocation/CountryCode", "null"),
            ("GeoLocation/SubdivisionCode", "null"),
            ("HealthCheckId", "null"),
            ("MultiValueAnswer", "null"),
            ("Region", "null"),
            ("ResourceRecords", "[]"),
            ("TTL", "null"),
            ("Weight", "null"),
        ],
        name: Some(Unique {
            property: "Name",
            within: &["HostedZoneId", "Type", "SetIdentifier"],
            generated: None,
        }),
        placement: Placement::Global,
        ..Facts::UNTAGGED
    };

    /// The zone that it is in; another one replaces it.
    one hosted_zone_id "HostedZoneId": HostedZoneId,
    /// The whole name, the zone's with it, as `api.example.com`; `*.example.com` answers for what
    /// has no record of its own.
    one name "Name": RecordName,
    /// The type; another one replaces it.
    one record_type "Type": RecordType,
    /// Where an alias points: `&alb`, `&distribution`.
    opt_plain alias_target "AliasTarget": AliasTarget,
    /// The values, in the form of their type; [`quoted`](super::quoted) writes one of `TXT`.
    texts resource_records "ResourceRecords",
    /// How long resolvers keep the values, in seconds. Not for an alias.
    opt ttl "TTL": Bounded<0, 2147483647>,
    /// What tells it from other record sets of its name and type.
    opt set_identifier "SetIdentifier": SetIdentifier,
    /// Its share among the weighted record sets of its name and type: 0 (never, unless all have 0)
    /// to 255.
    opt weight "Weight": Bounded<0, 255>,
    /// The region of its target, as `eu-west-3`: the nearest one answers.
    opt_text region "Region",
    /// Whether it answers at first or when the other one is unhealthy.
    opt failover "Failover": Failover,
    /// Where the questions come from that it answers.
    opt_plain geo_location "GeoLocation": GeoLocation,
    /// Whether it is one of up to eight healthy answers, chosen at random.
    opt multi_value_answer "MultiValueAnswer": bool,
    /// A health check: it is left out of answers while that fails.
    opt health_check_id "HealthCheckId": HealthCheckId,
}

outputs! { RecordSet {
    /// The record set itself.
    record_set_id "Id": RecordSetId,
    /// Its name.
    name "Name": RecordName,
} }

impl RecordSet {
    /// An alias: `name`, in `zone`, has the IPv4 addresses of a load balancer or a distribution.
    pub fn alias(
        zone: impl IntoInput<HostedZoneId>,
        name: impl IntoInput<RecordName>,
        target: impl Into<AliasTarget>,
    ) -> Self {
        Self::builder()
            .hosted_zone_id(zone.into_input())
            .name(name.into_input())
            .record_type(RecordType::A)
            .alias_target(target.into())
            .build()
    }

    /// The record in `zone` that validates `domain`, one of those of `certificate`.
    ///
    /// A domain and its wildcard share one record: declare it once.
    pub fn validating(
        certificate: &Handle<Certificate>,
        domain: &str,
        zone: impl IntoInput<HostedZoneId>,
    ) -> Self {
        Self::builder()
            .hosted_zone_id(zone)
            .name(certificate.validation_record_name(domain))
            .record_type(RecordType::CNAME)
            .resource_records([certificate.validation_record_value(domain)])
            .ttl(300)
            .build()
    }

    /// The region whose latency decides, where that is how it is chosen.
    pub fn latency_region(&self) -> Option<Region> {
        self.region.as_ref()?.as_known()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Address, elastic_load_balancing_v2::LoadBalancer, route53::HostedZone};

    #[test]
    fn an_alias_takes_the_load_balancer_itself() {
        let zone = Handle::<HostedZone>::declared(Address::new("global/zone"));
        let balancer = Handle::<LoadBalancer>::declared(Address::new("france/alb"));
        let record = RecordSet::alias(&zone, "api.example.com", &balancer);
        assert_eq!(
            serde_json::to_value(record).unwrap()["AliasTarget"],
            json!({
                "DNSName": {"$output": ["france/alb", "DNSName"]},
                "HostedZoneId": {"$output": ["france/alb", "CanonicalHostedZoneID"]},
                "EvaluateTargetHealth": true,
            })
        );
    }

    #[test]
    fn a_validating_record_is_made_of_the_certificate_s_outputs() {
        let zone = Handle::<HostedZone>::declared(Address::new("global/zone"));
        let certificate = Handle::<Certificate>::declared(Address::new("france/cert"));
        let record = RecordSet::validating(&certificate, "example.com", &zone);
        let json = serde_json::to_value(&record).unwrap();
        assert_eq!(
            json["Name"],
            json!({"$output": ["france/cert", "ValidationRecord/example.com/Name"]})
        );
        assert_eq!(
            json["ResourceRecords"],
            json!([{"$output": ["france/cert", "ValidationRecord/example.com/Value"]}])
        );
    }
}
