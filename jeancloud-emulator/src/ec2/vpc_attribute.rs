//! Attributes of VPCs, which are read and written one at a time.

use serde_json::{Value, json};

use super::{
    common,
    vpc::{Vpc, not_found},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// DescribeVpcAttribute.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("VpcId");
    let vpc = call.get::<Vpc>(id).ok_or_else(|| not_found(id))?;
    let (member, value) = match input.text("Attribute") {
        "enableDnsSupport" => ("EnableDnsSupport", vpc.dns_support),
        "enableDnsHostnames" => ("EnableDnsHostnames", vpc.dns_hostnames),
        _ => ("EnableNetworkAddressUsageMetrics", vpc.usage_metrics),
    };
    Ok(json!({"VpcId": id, member: {"Value": value}}))
}

/// ModifyVpcAttribute: one attribute a call.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html>
pub(super) fn modify(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("VpcId");
    let mut vpc = call
        .table_mut::<Vpc>()
        .get_mut(id)
        .ok_or_else(|| not_found(id))?;
    let names = [
        "EnableDnsSupport",
        "EnableDnsHostnames",
        "EnableNetworkAddressUsageMetrics",
    ];
    let given: Vec<&str> = names
        .into_iter()
        .filter(|name| input.at(name).is_some())
        .collect();
    let [name] = given[..] else {
        let message = "Exactly one attribute can be modified at a time";
        return Err(AwsError::new("InvalidParameterCombination", message));
    };
    let value = input[name].flag("Value");
    match name {
        "EnableDnsSupport" => vpc.dns_support = value,
        "EnableDnsHostnames" => vpc.dns_hostnames = value,
        _ => vpc.usage_metrics = value,
    }
    common::done()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn value(aws: &Aws, vpc: &Value, attribute: &str, member: &str) -> Value {
        let input = json!({"VpcId": vpc, "Attribute": attribute});
        let told = aws.ok("ec2", "DescribeVpcAttribute", input);
        told[member]["Value"].clone()
    }

    /// `enableDnsHostnames` is off at first, `enableDnsSupport` on; see "DNS
    /// attributes for your VPC", Amazon VPC User Guide.
    #[test]
    fn attributes_have_defaults_and_are_changed_one_by_one() {
        let aws = Aws::new();
        let vpc = aws.ok("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}));
        let id = &vpc["Vpc"]["VpcId"];
        assert_eq!(
            value(&aws, id, "enableDnsSupport", "EnableDnsSupport"),
            true
        );
        assert_eq!(
            value(&aws, id, "enableDnsHostnames", "EnableDnsHostnames"),
            false
        );
        let on = json!({"VpcId": id, "EnableDnsHostnames": {"Value": true}});
        aws.ok("ec2", "ModifyVpcAttribute", on);
        assert_eq!(
            value(&aws, id, "enableDnsHostnames", "EnableDnsHostnames"),
            true
        );
    }

    /// "You cannot modify the DNS resolution and DNS hostnames attributes in the same request",
    /// API_ModifyVpcAttribute.
    #[test]
    fn two_attributes_at_once_are_refused() {
        let aws = Aws::new();
        let vpc = aws.ok("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}));
        let both = json!({
            "VpcId": vpc["Vpc"]["VpcId"],
            "EnableDnsHostnames": {"Value": true},
            "EnableDnsSupport": {"Value": true},
        });
        assert_eq!(
            aws.code("ec2", "ModifyVpcAttribute", both),
            "InvalidParameterCombination"
        );
    }
}
