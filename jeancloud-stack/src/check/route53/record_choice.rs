//! Rules for what tells record sets of one name and type apart: each answers in a case of its own.

use jeancloud_model::{
    Input, Text,
    route53::{Failover, GeoLocation, RecordSet},
};

use super::super::{Report, Rule};
use crate::{Declared, View};

const ROUTING_DOCUMENT: &str =
    "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html";
const FAILOVER_GUIDE: &str =
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-problems.html";
const GEO: &str = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoLocation.html";

pub(super) const TWICE: Rule = Rule {
    name: "record-choice-once",
    check: each_case_has_one_record_set,
};
pub(super) const FAILOVER: Rule = Rule {
    name: "record-failover",
    check: a_primary_can_be_found_unhealthy,
};
pub(super) const PLACES: Rule = Rule {
    name: "record-places",
    check: places_are_ones_that_route_53_knows,
};

/// The case in which a record set answers, where only one may have it.
fn case(record: &RecordSet) -> Option<String> {
    let known = |text: &Option<Text>| Some(text.as_ref()?.as_known()?.to_owned());
    if let Some(failover) = record.failover.as_ref().and_then(Input::known) {
        return Some(failover.to_string());
    }
    if let Some(region) = known(&record.region) {
        return Some(region);
    }
    let place = record.geo_location.as_ref()?;
    Some(format!(
        "{:?} {:?} {:?}",
        known(&place.continent_code),
        known(&place.country_code),
        known(&place.subdivision_code)
    ))
}

fn same_question(view: &View, one: &RecordSet, other: &RecordSet) -> bool {
    view.same(&one.hosted_zone_id, &other.hosted_zone_id)
        && one.name.known().is_some()
        && one.name == other.name
        && one.record_type == other.record_type
}

fn each_case_has_one_record_set(view: &View, report: &mut Report) {
    let records: Vec<_> = view.all::<RecordSet>().collect();
    for (index, record) in records.iter().enumerate() {
        let Some(own) = case(record.resource) else {
            continue;
        };
        let twin = |earlier: &&Declared<'_, RecordSet>| {
            same_question(view, record.resource, earlier.resource)
                && record.resource.set_identifier != earlier.resource.set_identifier
                && case(earlier.resource).as_ref() == Some(&own)
        };
        if let Some(first) = records[..index].iter().find(twin) {
            let property = match (&record.resource.failover, &record.resource.region) {
                (Some(_), _) => "Failover",
                (None, Some(_)) => "Region",
                (None, None) => "GeoLocation",
            };
            report
                .error(
                    record.declaration,
                    property,
                    format!("is that of {} too", first.address()),
                )
                .rule("of the record sets of a name and type, one is PRIMARY and one SECONDARY, and each region and place has one (InvalidChangeBatch)")
                .hint("give one of them another case, or write all values into one record set")
                .document(ROUTING_DOCUMENT);
        }
    }
}

fn a_primary_can_be_found_unhealthy(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let primary =
            record.resource.failover.as_ref().and_then(Input::known) == Some(&Failover::Primary);
        let evaluated = record.resource.alias_target.as_ref().is_some_and(|alias| {
            let evaluate = alias.evaluate_target_health.as_ref();
            evaluate.is_some_and(|on| on.known() != Some(&false))
        });
        if primary && record.resource.health_check_id.is_none() && !evaluated {
            report
                .warning(
                    record.declaration,
                    "HealthCheckId",
                    "is missing: the primary record always counts as healthy",
                )
                .rule("the secondary record answers while the health check of the primary one fails, or its alias's target is unhealthy")
                .hint("add `.health_check_id(…)`, or let an alias `.evaluate_target_health(true)`")
                .document(FAILOVER_GUIDE);
        }
        let several = record
            .resource
            .multi_value_answer
            .as_ref()
            .and_then(Input::known);
        if several == Some(&true) && record.resource.alias_target.is_some() {
            report
                .error(
                    record.declaration,
                    "MultiValueAnswer",
                    "is true for an alias",
                )
                .rule("an alias can't be one of several answers (InvalidInput)")
                .hint("take `.weight(1)` for each of them")
                .document(ROUTING_DOCUMENT);
        }
    }
}

fn places_are_ones_that_route_53_knows(view: &View, report: &mut Report) {
    let records: Vec<_> = view.all::<RecordSet>().collect();
    for record in &records {
        let Some(place) = &record.resource.geo_location else {
            continue;
        };
        if let Some((wrong, hint)) = bad_place(place) {
            report
                .error(record.declaration, "GeoLocation", wrong)
                .rule("a place is a continent (AF, AN, AS, EU, NA, OC, SA), a country by two capital letters, a part of one beside its country, or `*` for everywhere else (InvalidInput)")
                .hint(hint)
                .document(GEO);
            continue;
        }
        let everywhere = |other: &Declared<'_, RecordSet>| {
            let country = other
                .resource
                .geo_location
                .as_ref()
                .and_then(|it| it.country_code.as_ref());
            country.is_some_and(|country| country.as_known().is_none_or(|code| code == "*"))
        };
        let kin =
            |other: &&Declared<'_, RecordSet>| same_question(view, record.resource, other.resource);
        let first = records
            .iter()
            .find(kin)
            .is_some_and(|first| first.address() == record.address());
        if first && !records.iter().filter(kin).any(everywhere) {
            report
                .warning(
                    record.declaration,
                    "GeoLocation",
                    "and its likes name some places: whoever is elsewhere gets no answer",
                )
                .rule("a question from a place that no record set names is answered by the one with the country `*`, or not at all")
                .hint("add a record set whose country_code is \"*\"")
                .document("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geo.html");
        }
    }
}

fn bad_place(place: &GeoLocation) -> Option<(String, &'static str)> {
    const CONTINENTS: [&str; 7] = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"];
    let known = |text: &'_ Option<Text>| {
        text.as_ref()
            .and_then(|text| text.as_known().map(str::to_owned))
    };
    let (continent, country) = (known(&place.continent_code), known(&place.country_code));
    let two =
        |code: &str| code == "*" || code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    if place.continent_code.is_some() && place.country_code.is_some() {
        return Some((
            "names a continent and a country".to_owned(),
            "leave the continent out",
        ));
    }
    if place.continent_code.is_none() && place.country_code.is_none() {
        return Some((
            "names no place".to_owned(),
            "add `.country_code(\"*\")` for everywhere",
        ));
    }
    if let Some(code) = continent.filter(|code| !CONTINENTS.contains(&code.as_str())) {
        return Some((format!("`{code}` is no continent's code"), "as \"EU\""));
    }
    let country = country?;
    if !two(&country) {
        return Some((format!("`{country}` is no country's code"), "as \"FR\""));
    }
    let apart = place.subdivision_code.is_some() && !["US", "UA"].contains(&country.as_str());
    apart.then(|| {
        let wrong = format!("names a part of {country}");
        (
            wrong,
            "leave the subdivision out: Route 53 knows those of the United States and of Ukraine",
        )
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle, Input, IntoText,
        route53::{Failover, GeoLocation, HostedZone, RecordSet, RecordType},
    };

    use crate::check::testing::{Healthy, broken, healthy};

    fn zone(h: &Healthy<'_>) -> Handle<HostedZone> {
        h.stack
            .global()
            .add("zone", HostedZone::builder().name("example.com").build())
    }

    fn add(
        h: &Healthy<'_>,
        zone: &Handle<HostedZone>,
        name: &str,
        change: impl FnOnce(&mut RecordSet),
    ) {
        let mut record = RecordSet::builder()
            .hosted_zone_id(zone)
            .name("a.example.com")
            .record_type(RecordType::A)
            .resource_records(["192.0.2.1"])
            .ttl(60)
            .set_identifier(name)
            .build();
        change(&mut record);
        h.stack.global().add(name, record);
    }

    fn country(code: &str) -> Option<GeoLocation> {
        Some(GeoLocation::builder().country_code(code).build())
    }

    #[test]
    fn each_region_has_one_record_set() {
        assert_snapshot!(broken("record-choice-once", |h| {
            let zone = zone(h);
            for name in ["blue", "green"] {
                add(h, &zone, name, |it| it.region = Some("eu-west-3".into_text()));
            }
        }), @"
        error: global/green: Region is that of global/blue too
          rule: of the record sets of a name and type, one is PRIMARY and one SECONDARY, and each region and place has one (InvalidChangeBatch)
          hint: give one of them another case, or write all values into one record set
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
        ");
    }

    #[test]
    fn a_primary_has_a_health_check() {
        assert_snapshot!(broken("record-failover", |h| {
            let zone = zone(h);
            add(h, &zone, "one", |it| it.failover = Some(Input::Known(Failover::Primary)));
            add(h, &zone, "two", |it| it.failover = Some(Input::Known(Failover::Secondary)));
        }), @"
        warning: global/one: HealthCheckId is missing: the primary record always counts as healthy
          rule: the secondary record answers while the health check of the primary one fails, or its alias's target is unhealthy
          hint: add `.health_check_id(…)`, or let an alias `.evaluate_target_health(true)`
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-problems.html
        ");
    }

    #[test]
    fn a_place_is_known() {
        assert_snapshot!(broken("record-places", |h| {
            let zone = zone(h);
            add(h, &zone, "france", |it| it.geo_location = country("FRA"));
        }), @r#"
        error: global/france: GeoLocation `FRA` is no country's code
          rule: a place is a continent (AF, AN, AS, EU, NA, OC, SA), a country by two capital letters, a part of one beside its country, or `*` for everywhere else (InvalidInput)
          hint: as "FR"
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoLocation.html
        "#);
        assert_snapshot!(broken("record-places", |h| {
            let zone = zone(h);
            add(h, &zone, "france", |it| it.geo_location = country("FR"));
            add(h, &zone, "germany", |it| it.geo_location = country("DE"));
        }), @r#"
        warning: global/france: GeoLocation and its likes name some places: whoever is elsewhere gets no answer
          rule: a question from a place that no record set names is answered by the one with the country `*`, or not at all
          hint: add a record set whose country_code is "*"
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geo.html
        "#);
        healthy(|h| {
            let zone = zone(h);
            add(h, &zone, "france", |it| it.geo_location = country("FR"));
            add(h, &zone, "elsewhere", |it| it.geo_location = country("*"));
        });
    }
}
