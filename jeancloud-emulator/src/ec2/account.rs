//! What EC2 tells of the account itself: its attributes, its regions, its instances (none).

use serde_json::{Value, json};

use super::{common, default_vpc, filters};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// "The attributes": with the quotas that the emulator keeps.
const ATTRIBUTES: [(&str, &str); 5] = [
    ("max-elastic-ips", "5"),
    ("max-instances", "20"),
    ("supported-platforms", "VPC"),
    ("vpc-max-elastic-ips", "5"),
    ("vpc-max-security-groups-per-interface", "5"),
];

/// Regions that are enabled in every account.
///
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
const REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// DescribeAccountAttributes.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html>
pub(super) fn attributes(call: &mut Call<'_>, input: &Value) -> Outcome {
    let wanted: Vec<&str> = input.texts("AttributeNames").collect();
    let default_vpc = default_vpc::of(call);
    let default_vpc = default_vpc.as_deref().unwrap_or("none");
    let told = [("default-vpc", default_vpc)]
        .into_iter()
        .chain(ATTRIBUTES)
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(name));
    let told: Vec<Value> = told
        .map(|(name, value)| {
            json!({"AttributeName": name, "AttributeValues": [{"AttributeValue": value}]})
        })
        .collect();
    Ok(json!({"AccountAttributes": told}))
}

/// DescribeRegions.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html>
pub(super) fn regions(_: &mut Call<'_>, input: &Value) -> Outcome {
    let wanted: Vec<&str> = input.texts("RegionNames").collect();
    if let Some(unknown) = wanted.iter().find(|name| !REGIONS.contains(name)) {
        return Err(common::invalid(format!(
            "Invalid region provided: [{unknown}]"
        )));
    }
    let mut regions = Vec::new();
    for name in REGIONS {
        let endpoint = format!("ec2.{name}.amazonaws.com");
        let mut fits = wanted.is_empty() || wanted.contains(&name);
        for filter in input.items("Filters") {
            let of = match filter.text("Name") {
                "region-name" => name,
                "endpoint" => &endpoint,
                "opt-in-status" => "opt-in-not-required",
                other => {
                    return Err(common::invalid(format!("The filter '{other}' is invalid")));
                }
            };
            fits &= filter
                .texts("Values")
                .any(|pattern| filters::like(pattern, of));
        }
        if fits {
            regions.push(json!({
                "Endpoint": endpoint,
                "OptInStatus": "opt-in-not-required",
                "RegionName": name,
            }));
        }
    }
    Ok(json!({"Regions": regions}))
}

/// DescribeInstances: there are none.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html>
pub(super) fn instances(_: &mut Call<'_>, input: &Value) -> Outcome {
    match input.texts("InstanceIds").next() {
        Some(id) => {
            let message = format!("The instance ID '{id}' does not exist");
            Err(AwsError::new("InvalidInstanceID.NotFound", message))
        }
        None => Ok(json!({"Reservations": []})),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn regions_are_found_by_name() {
        let aws = Aws::new();
        let found = aws.found(
            "DescribeRegions",
            "Regions",
            "region-name",
            &json!("eu-west-*"),
        );
        assert_eq!(found.len(), 3);
        let unknown = json!({"RegionNames": ["eu-west-9"]});
        assert_eq!(
            aws.code("ec2", "DescribeRegions", unknown),
            "InvalidParameterValue"
        );
    }

    #[test]
    fn attributes_tell_quotas_and_there_are_no_instances() {
        let aws = Aws::new();
        let one = json!({"AttributeNames": ["supported-platforms"]});
        let told = aws.ok("ec2", "DescribeAccountAttributes", one);
        let values = &told["AccountAttributes"][0]["AttributeValues"];
        assert_eq!(values, &json!([{"AttributeValue": "VPC"}]));
        let none = aws.ok("ec2", "DescribeInstances", json!({}));
        assert_eq!(none["Reservations"], json!([]));
        let missing = json!({"InstanceIds": ["i-00000000"]});
        let code = aws.code("ec2", "DescribeInstances", missing);
        assert_eq!(code, "InvalidInstanceID.NotFound");
    }
}
