//! Name servers: those of a zone, and reusable sets of them.

use serde_json::{Value, json};

use super::{common, hosted_zone::HostedZone};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

resource! {
    /// A reusable delegation set.
    pub(crate) struct DelegationSet: "route53/delegation-set" in Account {}
    found by |set: &DelegationSet| vec![format!("reference/{}", set.view.text("CallerReference"))]
}

/// CreateReusableDelegationSet.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateReusableDelegationSet.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let reference = input.text("CallerReference");
    let key = format!("reference/{reference}");
    if call.table::<DelegationSet>().any_with(&key) {
        let message = "A delegation set with the same owner and caller reference combination has \
                       already been created.";
        return Err(AwsError::new("DelegationSetAlreadyCreated", message));
    }
    let servers = match input.some_text("HostedZoneId").map(common::bare) {
        None => name_servers(call),
        Some(zone) => {
            let message = format!("The specified HostedZone can't be found: {zone}");
            let found = call.get::<HostedZone>(zone);
            let found = found.ok_or_else(|| AwsError::new("HostedZoneNotFound", message))?;
            found.name_servers.clone()
        }
    };
    let id = common::new_id(call, "N");
    let view = json!({
        "CallerReference": reference,
        "Id": format!("/delegationset/{id}"),
        "NameServers": servers,
    });
    call.insert(id.clone(), DelegationSet { view: view.clone() });
    let location = format!("https://route53.amazonaws.com/2013-04-01/delegationset/{id}");
    Ok(json!({"DelegationSet": view, "Location": location}))
}

/// GetReusableDelegationSet.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetReusableDelegationSet.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let set = named(call, input.text("Id"))?;
    Ok(json!({"DelegationSet": set.view}))
}

/// ListReusableDelegationSets.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListReusableDelegationSets.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let marker = common::bare(input.text("Marker"));
    let sets = call.table::<DelegationSet>().from(marker);
    let (sets, next) = common::cut(sets, common::limit(input)?);
    Ok(json!({
        "DelegationSets": sets.iter().map(|(_, set)| &set.view).collect::<Vec<_>>(),
        "IsTruncated": next.is_some(),
        "Marker": marker,
        "MaxItems": common::limit(input)?.to_string(),
        "NextMarker": next.map(|(id, _)| id),
    }))
}

/// DeleteReusableDelegationSet: not while a zone uses it.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteReusableDelegationSet.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = common::bare(input.text("Id")).to_owned();
    named(call, &id)?;
    if call.table::<HostedZone>().any_with(&zone_key(&id)) {
        let message = "The specified delegation set contains associated hosted zones which must be \
                       deleted before the reusable delegation set can be deleted.";
        return Err(AwsError::new("DelegationSetInUse", message));
    }
    call.table_mut::<DelegationSet>().remove(&id);
    Ok(json!({}))
}

/// What zones of a set are found by.
pub(super) fn zone_key(set: &str) -> String {
    format!("delegation-set/{set}")
}

pub(super) fn named<'c>(call: &'c Call<'_>, id: &str) -> Result<&'c DelegationSet, AwsError> {
    let id = common::bare(id);
    call.get::<DelegationSet>(id).ok_or_else(|| {
        let message = format!("No delegation set found with ID: {id}");
        AwsError::new("NoSuchDelegationSet", message)
    })
}

/// Four servers in four top-level domains.
pub(super) fn name_servers(call: &mut Call<'_>) -> Vec<String> {
    let mut draw = call.draw("name-servers");
    let domains = [
        ("awsdns", "com"),
        ("awsdns", "net"),
        ("awsdns", "org"),
        ("awsdns", "co.uk"),
    ];
    let server = |(at, (host, domain)): (u64, (&str, &str))| {
        let number = at * 512 + draw.below(512);
        format!("ns-{number}.{host}-{:02}.{domain}", draw.below(64))
    };
    (0..).zip(domains).map(server).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// Zones of a reusable delegation set have the same four name servers; see "Configuring
    /// white-label name
    /// servers", and "You can delete a reusable delegation set only if it isn't associated with any
    /// hosted zones", API_DeleteReusableDelegationSet.
    #[test]
    fn zones_of_a_set_have_its_servers_and_keep_it() {
        let aws = Aws::new();
        let set = aws.ok(
            "route53",
            "CreateReusableDelegationSet",
            json!({"CallerReference": "a"}),
        );
        let again = json!({"CallerReference": "a"});
        let code = aws.code("route53", "CreateReusableDelegationSet", again);
        assert_eq!(code, "DelegationSetAlreadyCreated");
        let id = set["DelegationSet"]["Id"].as_str().unwrap();
        let id = id.strip_prefix("/delegationset/").unwrap();
        let zone = json!({"Name": "a.fr", "CallerReference": "1", "DelegationSetId": id});
        let zone = aws.ok("route53", "CreateHostedZone", zone);
        let servers = &set["DelegationSet"]["NameServers"];
        assert_eq!(&zone["DelegationSet"]["NameServers"], servers);
        let id = json!({"Id": id});
        let code = aws.code("route53", "DeleteReusableDelegationSet", id.clone());
        assert_eq!(code, "DelegationSetInUse");
        let zone = zone["HostedZone"]["Id"].as_str().unwrap();
        let zone = json!({"Id": zone.strip_prefix("/hostedzone/").unwrap()});
        aws.ok("route53", "DeleteHostedZone", zone);
        aws.ok("route53", "DeleteReusableDelegationSet", id.clone());
        let code = aws.code("route53", "GetReusableDelegationSet", id);
        assert_eq!(code, "NoSuchDelegationSet");
    }
}
