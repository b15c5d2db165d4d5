//! Availability zones.

use serde_json::{Value, json};

use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// Regions with another number of zones than three.
///
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html>
const LETTERS: [(&str, &str); 6] = [
    ("us-east-1", "abcdef"),
    ("us-west-1", "ac"),
    ("us-west-2", "abcd"),
    ("ap-northeast-1", "acd"),
    ("ap-northeast-2", "abcd"),
    ("ca-central-1", "abd"),
];

/// DescribeAvailabilityZones.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let all = names(&call.region);
    let wanted: Vec<&str> = input.texts("ZoneNames").collect();
    if let Some(unknown) = wanted.iter().find(|name| !all.iter().any(|it| it == *name)) {
        let message = format!("Invalid availability zone: [{unknown}]");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    let region = call.region.clone();
    let zones = all.iter().filter(|name| {
        let filters = input.items("Filters").iter();
        let mut fits = filters.map(|filter| {
            let mut values = filter.texts("Values");
            match filter.text("Name") {
                "zone-name" => values.any(|value| value == *name),
                "zone-id" => values.any(|value| value == id(name)),
                "region-name" => values.any(|value| value == region),
                "state" => values.any(|value| value == "available"),
                "zone-type" => values.any(|value| value == "availability-zone"),
                "opt-in-status" => values.any(|value| value == "opt-in-not-required"),
                _ => true,
            }
        });
        (wanted.is_empty() || wanted.contains(&name.as_str())) && fits.all(|fits| fits)
    });
    let zones: Vec<Value> = zones
        .map(|name| {
            json!({
                "GroupName": format!("{region}-zg-1"),
                "NetworkBorderGroup": region,
                "OptInStatus": "opt-in-not-required",
                "RegionName": region,
                "State": "available",
                "ZoneId": id(name),
                "ZoneName": name,
                "ZoneType": "availability-zone",
            })
        })
        .collect();
    Ok(json!({"AvailabilityZones": zones}))
}

/// The zones of a region.
pub(super) fn names(region: &str) -> Vec<String> {
    let special = LETTERS.iter().find(|(special, _)| *special == region);
    let letters = special.map_or("abc", |(_, letters)| letters);
    letters
        .chars()
        .map(|letter| format!("{region}{letter}"))
        .collect()
}

/// The id of a zone: `eu-west-3a` is `euw3-az1`. In AWS, which number a letter has differs between
/// accounts; here it is the same in all.
pub(super) fn id(name: &str) -> String {
    let (region, letter) = name.split_at(name.len().saturating_sub(1));
    let number = names(region)
        .iter()
        .position(|it| it.ends_with(letter))
        .unwrap_or(0)
        + 1;
    let mut parts = region.split('-');
    let continent = parts.next().unwrap_or_default();
    let (direction, digit) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let short = match direction {
        "northeast" => "ne",
        "northwest" => "nw",
        "southeast" => "se",
        "southwest" => "sw",
        other => other.get(..1).unwrap_or_default(),
    };
    format!("{continent}{short}{digit}-az{number}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn zones_have_names_and_ids() {
        let aws = Aws::new();
        let zones = aws.ok("ec2", "DescribeAvailabilityZones", json!({}));
        let zones = zones["AvailabilityZones"].as_array().unwrap();
        let ids: Vec<_> = zones
            .iter()
            .map(|zone| (&zone["ZoneName"], &zone["ZoneId"]))
            .collect();
        assert_eq!(ids[0], (&json!("eu-west-3a"), &json!("euw3-az1")));
        assert_eq!(ids.len(), 3);
        let tokyo = aws.in_region("ap-northeast-1");
        let zone = json!({"ZoneNames": ["ap-northeast-1c"]});
        let zone = tokyo.ok("ec2", "DescribeAvailabilityZones", zone);
        assert_eq!(zone["AvailabilityZones"][0]["ZoneId"], "apne1-az2");
    }
}
