//! What Elastic Load Balancing says of itself.

use serde_json::{Value, json};

use super::common;
use crate::{call::Call, error::Outcome, fields::Fields};

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>
const LIMITS: [(&str, &str); 13] = [
    ("application-load-balancers", "50"),
    ("certificates-per-application-load-balancer", "25"),
    ("certificates-per-network-load-balancer", "25"),
    ("condition-values-per-alb-rule", "5"),
    ("condition-wildcards-per-alb-rule", "6"),
    ("listeners-per-application-load-balancer", "50"),
    ("listeners-per-network-load-balancer", "50"),
    ("network-load-balancers", "50"),
    ("rules-per-application-load-balancer", "100"),
    ("target-groups", "3000"),
    ("target-groups-per-action-on-application-load-balancer", "5"),
    ("targets-per-application-load-balancer", "1000"),
    ("targets-per-target-group", "1000"),
];

/// Policies and their protocols, newest last.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html>
const POLICIES: [(&str, &[&str]); 10] = [
    (
        "ELBSecurityPolicy-2016-08",
        &["TLSv1", "TLSv1.1", "TLSv1.2"],
    ),
    ("ELBSecurityPolicy-FS-1-2-Res-2020-10", &["TLSv1.2"]),
    (
        "ELBSecurityPolicy-TLS-1-0-2015-04",
        &["TLSv1", "TLSv1.1", "TLSv1.2"],
    ),
    ("ELBSecurityPolicy-TLS-1-2-2017-01", &["TLSv1.2"]),
    ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", &["TLSv1.2"]),
    (
        "ELBSecurityPolicy-TLS13-1-0-2021-06",
        &["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
    ),
    (
        "ELBSecurityPolicy-TLS13-1-1-2021-06",
        &["TLSv1.1", "TLSv1.2", "TLSv1.3"],
    ),
    (
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        &["TLSv1.2", "TLSv1.3"],
    ),
    (
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        &["TLSv1.2", "TLSv1.3"],
    ),
    ("ELBSecurityPolicy-TLS13-1-3-2021-06", &["TLSv1.3"]),
];

/// DescribeAccountLimits.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeAccountLimits.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let rows = LIMITS.map(|(name, max)| (name.to_owned(), json!({"Name": name, "Max": max})));
    call.page(input, common::PAGE, rows, |row| row)
}

/// DescribeSSLPolicies.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeSSLPolicies.html>
pub(super) fn describe_policies(call: &mut Call<'_>, input: &Value) -> Outcome {
    let names: Vec<&str> = input.texts("Names").collect();
    if let Some(unknown) = names.iter().find(|name| !is_policy(name)) {
        return Err(no_policy(unknown));
    }
    let rows = POLICIES.iter();
    let rows = rows
        .filter(|(name, _)| names.is_empty() || names.contains(name))
        .map(|(name, protocols)| {
            let ciphers = [json!({"Name": "ECDHE-RSA-AES128-GCM-SHA256", "Priority": 1})];
            let row = json!({
                "Ciphers": ciphers,
                "Name": name,
                "SslProtocols": protocols,
                "SupportedLoadBalancerTypes": ["application", "network"],
            });
            ((*name).to_owned(), row)
        });
    call.page(input, common::PAGE, rows, |row| row)
}

/// AWS adds policies; whatever has their form is taken.
pub(super) fn is_policy(name: &str) -> bool {
    name.starts_with("ELBSecurityPolicy-")
}

pub(super) fn no_policy(name: &str) -> crate::error::AwsError {
    let message = format!("SSL policy '{name}' not found");
    crate::error::AwsError::new("SSLPolicyNotFound", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn limits_and_policies_are_told() {
        let aws = Aws::new();
        let limits = aws.ok("elbv2", "DescribeAccountLimits", json!({}));
        assert_eq!(limits["Limits"][0]["Name"], "application-load-balancers");
        let name = json!({"Names": ["ELBSecurityPolicy-TLS13-1-2-2021-06"]});
        let policies = aws.ok("elbv2", "DescribeSSLPolicies", name);
        assert_eq!(
            policies["SslPolicies"][0]["SslProtocols"],
            json!(["TLSv1.2", "TLSv1.3"])
        );
        let code = aws.code("elbv2", "DescribeSSLPolicies", json!({"Names": ["x"]}));
        assert_eq!(code, "SSLPolicyNotFound");
    }
}
