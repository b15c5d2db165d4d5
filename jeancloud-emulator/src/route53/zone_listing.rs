//! Lists of hosted zones.

use serde_json::{Value, json};

use super::{
    common::{self, cut, limit},
    delegation_set,
    hosted_zone::HostedZone,
    name, vpc_association,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// ListHostedZones.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZones.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let marker = common::bare(input.text("Marker"));
    let set = input.some_text("DelegationSetId").map(common::bare);
    if let Some(set) = set {
        delegation_set::named(call, set)?;
    }
    let private = input.some_text("HostedZoneType").is_some();
    let zones = call.table::<HostedZone>().from(marker);
    let zones = zones.filter(|(_, zone)| {
        (set.is_none() || zone.delegation_set.as_deref() == set)
            && (!private || !zone.vpcs.is_empty())
    });
    let (zones, next) = cut(zones, limit(input)?);
    Ok(json!({
        "HostedZones": zones.iter().map(|(_, zone)| &zone.view).collect::<Vec<_>>(),
        "IsTruncated": next.is_some(),
        "Marker": marker,
        "MaxItems": limit(input)?.to_string(),
        "NextMarker": next.map(|(id, _)| id),
    }))
}

/// ListHostedZonesByName: sorted by name with the labels reversed.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html>
pub(super) fn by_name(call: &mut Call<'_>, input: &Value) -> Outcome {
    let from = input.some_text("DNSName").map(name::normal);
    let id = input.some_text("HostedZoneId").map(common::bare);
    if id.is_some() && from.is_none() {
        let message = "If you specify a value for HostedZoneId, you must also specify a value for \
                       DNSName.";
        return Err(AwsError::new("InvalidInput", message));
    }
    let start = from.as_deref().map(name::reversed).unwrap_or_default();
    let start = (start, id.unwrap_or_default());
    let zones = call.table::<HostedZone>().iter();
    let mut zones: Vec<_> = zones
        .map(|(id, zone)| (name::reversed(zone.view.text("Name")), id, zone))
        .filter(|(name, id, _)| (name.as_str(), *id) >= (start.0.as_str(), start.1))
        .collect();
    zones.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    let (zones, next) = cut(zones.into_iter(), limit(input)?);
    Ok(json!({
        "DNSName": input.at("DNSName"),
        "HostedZoneId": input.at("HostedZoneId"),
        "HostedZones": zones.iter().map(|(_, _, zone)| &zone.view).collect::<Vec<_>>(),
        "IsTruncated": next.is_some(),
        "MaxItems": limit(input)?.to_string(),
        "NextDNSName": next.as_ref().map(|(_, _, zone)| zone.view.text("Name")),
        "NextHostedZoneId": next.as_ref().map(|(_, id, _)| id),
    }))
}

/// ListHostedZonesByVPC.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html>
pub(super) fn by_vpc(call: &mut Call<'_>, input: &Value) -> Outcome {
    vpc_association::check(call, input)
        .map_err(|error| AwsError::new("InvalidInput", error.message))?;
    let token = input.text("NextToken");
    let key = vpc_association::key(input);
    let zones = call.table::<HostedZone>().with(&key);
    let zones = zones.filter(|(id, _)| *id >= token);
    let (zones, next) = cut(zones, limit(input)?);
    let zones = zones.iter().map(|(id, zone)| {
        json!({
            "HostedZoneId": id,
            "Name": zone.view["Name"],
            "Owner": {"OwningAccount": call.account},
        })
    });
    Ok(json!({
        "HostedZoneSummaries": zones.collect::<Vec<_>>(),
        "MaxItems": limit(input)?.to_string(),
        "NextToken": next.map(|(id, _)| id),
    }))
}

/// GetHostedZoneCount.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZoneCount.html>
pub(super) fn count(call: &mut Call<'_>, _: &Value) -> Outcome {
    Ok(json!({"HostedZoneCount": call.table::<HostedZone>().iter().count()}))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn with_zones(names: &[&str]) -> Aws {
        let aws = Aws::new();
        for name in names {
            let zone = json!({"Name": name, "CallerReference": name});
            aws.ok("route53", "CreateHostedZone", zone);
        }
        aws
    }

    fn names(page: &Value) -> Vec<&str> {
        let zones = page["HostedZones"].as_array().unwrap().iter();
        zones.map(|zone| zone["Name"].as_str().unwrap()).collect()
    }

    #[test]
    fn pages_follow_one_another() {
        let aws = with_zones(&["a.fr", "b.fr", "c.fr"]);
        let first = aws.ok("route53", "ListHostedZones", json!({"MaxItems": "2"}));
        assert_eq!(first["IsTruncated"], true);
        let second = json!({"MaxItems": "2", "Marker": first["NextMarker"]});
        let second = aws.ok("route53", "ListHostedZones", second);
        assert_eq!(second["IsTruncated"], false);
        let mut all = [names(&first), names(&second)].concat();
        all.sort_unstable();
        assert_eq!(all, ["a.fr.", "b.fr.", "c.fr."]);
        let count = aws.ok("route53", "GetHostedZoneCount", json!({}));
        assert_eq!(count["HostedZoneCount"], 3);
        let wrong = json!({"MaxItems": "none"});
        assert_eq!(
            aws.code("route53", "ListHostedZones", wrong),
            "InvalidInput"
        );
    }

    /// "sorts hosted zones by name with the labels reversed", API_ListHostedZonesByName.
    #[test]
    fn by_name_labels_are_reversed() {
        let aws = with_zones(&["b.fr", "a.org", "x.b.fr", "a.com"]);
        let all = aws.ok("route53", "ListHostedZonesByName", json!({}));
        assert_eq!(names(&all), ["a.com.", "b.fr.", "x.b.fr.", "a.org."]);
        let from = json!({"DNSName": "b.fr", "MaxItems": "2"});
        let from = aws.ok("route53", "ListHostedZonesByName", from);
        assert_eq!(names(&from), ["b.fr.", "x.b.fr."]);
        assert_eq!(from["NextDNSName"], "a.org.");
    }

    #[test]
    fn by_vpc_private_zones_are_told() {
        let aws = with_zones(&["a.fr"]);
        let vpc = aws.ok("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}));
        let vpc = json!({"VPCId": vpc["Vpc"]["VpcId"], "VPCRegion": "eu-west-3"});
        let zone = json!({"Name": "a.internal", "CallerReference": "1", "VPC": vpc});
        aws.ok("route53", "CreateHostedZone", zone);
        let told = aws.ok("route53", "ListHostedZonesByVPC", vpc);
        let told = told["HostedZoneSummaries"].as_array().unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["Name"], "a.internal.");
    }
}
