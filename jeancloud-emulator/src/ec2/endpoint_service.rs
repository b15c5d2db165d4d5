//! Services that have VPC endpoints.

use serde_json::{Value, json};

use super::{common, zone};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// "If the value is greater than 1000, we return only 1000 items", API_DescribeVpcEndpointServices.
const PAGE: usize = 1000;

/// Services of gateway endpoints.
pub(super) const GATEWAYS: [&str; 2] = ["dynamodb", "s3"];

/// Services of interface endpoints, and what their own names begin with: "AWS services that
/// integrate with AWS PrivateLink".
///
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html>
const INTERFACES: [(&str, &str); 29] = [
    ("application-autoscaling", "application-autoscaling"),
    ("autoscaling", "autoscaling"),
    ("cloudformation", "cloudformation"),
    ("cloudtrail", "cloudtrail"),
    ("dynamodb", "dynamodb"),
    ("ec2", "ec2"),
    ("ec2messages", "ec2messages"),
    ("ecr.api", "api.ecr"),
    ("ecr.dkr", "*.dkr.ecr"),
    ("ecs", "ecs"),
    ("ecs-agent", "ecs-a"),
    ("ecs-telemetry", "ecs-t"),
    ("elasticfilesystem", "elasticfilesystem"),
    ("elasticloadbalancing", "elasticloadbalancing"),
    ("events", "events"),
    ("execute-api", "*.execute-api"),
    ("kinesis-streams", "kinesis"),
    ("kms", "kms"),
    ("lambda", "lambda"),
    ("logs", "logs"),
    ("monitoring", "monitoring"),
    ("rds", "rds"),
    ("s3", "s3"),
    ("secretsmanager", "secretsmanager"),
    ("sns", "sns"),
    ("sqs", "sqs"),
    ("ssm", "ssm"),
    ("ssmmessages", "ssmmessages"),
    ("sts", "sts"),
];

/// What a service's own name is in a region, if it has interface endpoints: `api.ecr.eu-west-3…`.
pub(super) fn private_name(region: &str, service: &str) -> Option<String> {
    let name = short_name(region, service)?;
    let (_, host) = INTERFACES.iter().find(|(known, _)| *known == name)?;
    Some(format!("{host}.{region}.amazonaws.com"))
}

/// Whether a service has gateway endpoints.
pub(super) fn has_gateway(region: &str, service: &str) -> bool {
    short_name(region, service).is_some_and(|name| GATEWAYS.contains(&name))
}

/// `ecr.api` of `com.amazonaws.eu-west-3.ecr.api`.
pub(super) fn short_name<'s>(region: &str, service: &'s str) -> Option<&'s str> {
    let name = service.strip_prefix("com.amazonaws.")?;
    name.strip_prefix(region)?.strip_prefix('.')
}

/// DescribeVpcEndpointServices.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let region = call.region.clone();
    let mut services = Vec::new();
    for name in GATEWAYS {
        services.push(service(&region, name, "Gateway", None));
    }
    for (name, host) in INTERFACES {
        let private = format!("{host}.{region}.amazonaws.com");
        services.push(service(&region, name, "Interface", Some(private)));
    }
    services.sort_by(|one, other| one.text("ServiceName").cmp(other.text("ServiceName")));
    let named: Vec<&str> = input.texts("ServiceNames").collect();
    for name in &named {
        if !services
            .iter()
            .any(|service| service.text("ServiceName") == *name)
        {
            return Err(unknown(name));
        }
    }
    services.retain(|it| named.is_empty() || named.contains(&it.text("ServiceName")));
    for filter in input.items("Filters") {
        let name = filter.text("Name");
        let of = |service: &Value| match name {
            "service-name" => Some(service.text("ServiceName").to_owned()),
            "service-type" => Some(service["ServiceType"][0].text("ServiceType").to_owned()),
            "service-region" => Some(region.clone()),
            "owner" => Some("amazon".to_owned()),
            _ => None,
        };
        if services.first().is_some_and(|first| of(first).is_none()) {
            return Err(common::invalid(format!("The filter '{name}' is invalid")));
        }
        services.retain(|service| {
            let value = of(service).unwrap_or_default();
            filter
                .texts("Values")
                .any(|pattern| super::filters::like(pattern, &value))
        });
    }
    let rows = services.into_iter().map(|it| {
        let kind = it["ServiceType"][0].text("ServiceType");
        (format!("{}/{kind}", it.text("ServiceName")), it)
    });
    let mut output = call.page(input, PAGE, rows, |it| it)?;
    let shown = output.items("ServiceDetails").iter();
    let mut names: Vec<Value> = shown.map(|it| it["ServiceName"].clone()).collect();
    names.dedup();
    output["ServiceNames"] = names.into();
    Ok(output)
}

fn service(region: &str, name: &str, kind: &str, private: Option<String>) -> Value {
    let mut view = json!({
        "AcceptanceRequired": false,
        "AvailabilityZones": zone::names(region),
        "BaseEndpointDnsNames": [format!("{name}.{region}.vpce.amazonaws.com")],
        "ManagesVpcEndpoints": false,
        "Owner": "amazon",
        "ServiceName": format!("com.amazonaws.{region}.{name}"),
        "ServiceRegion": region,
        "ServiceType": [{"ServiceType": kind}],
        "SupportedIpAddressTypes": ["ipv4"],
        "Tags": [],
        "VpcEndpointPolicySupported": true,
    });
    if let Some(private) = private {
        view["PrivateDnsName"] = private.clone().into();
        view["PrivateDnsNameVerificationState"] = "verified".into();
        view["PrivateDnsNames"] = json!([{"PrivateDnsName": private}]);
    }
    view
}

pub(super) fn unknown(service: &str) -> AwsError {
    let message = format!("The Vpc Endpoint Service '{service}' does not exist");
    AwsError::new("InvalidServiceName", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn services_are_listed_with_their_names() {
        let aws = Aws::new();
        let name = json!("com.amazonaws.eu-west-3.ecr.api");
        let found = aws.found(
            "DescribeVpcEndpointServices",
            "ServiceDetails",
            "service-name",
            &name,
        );
        assert_eq!(
            found[0]["PrivateDnsName"],
            "api.ecr.eu-west-3.amazonaws.com"
        );
        let both = json!({"ServiceNames": ["com.amazonaws.eu-west-3.s3"]});
        let both = aws.ok("ec2", "DescribeVpcEndpointServices", both);
        assert_eq!(both["ServiceDetails"].as_array().unwrap().len(), 2);
        let first = aws.ok(
            "ec2",
            "DescribeVpcEndpointServices",
            json!({"MaxResults": 3}),
        );
        assert_eq!(first["ServiceDetails"].as_array().unwrap().len(), 3);
        let rest = json!({"NextToken": first["NextToken"]});
        let rest = aws.ok("ec2", "DescribeVpcEndpointServices", rest);
        assert_eq!(rest["ServiceDetails"].as_array().unwrap().len(), 28);
        let unknown = json!({"ServiceNames": ["com.amazonaws.eu-west-3.nothing"]});
        let code = aws.code("ec2", "DescribeVpcEndpointServices", unknown);
        assert_eq!(code, "InvalidServiceName");
    }
}
