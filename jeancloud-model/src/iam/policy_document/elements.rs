//! What AWS refuses in one element of a statement: an action, a resource, a principal, a condition's
//! value.

use std::net::IpAddr;

use crate::Invalid;

use super::{check::invalid, principal::PrincipalKind};

const ARNS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html";
const PRINCIPALS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html";
const OPERATORS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html";

/// What is wrong with an action.
pub(super) fn bad_action(text: &str) -> Option<Invalid> {
    let name = |part: &str, more: &[u8]| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
    };
    let good = text == "*"
        || text
            .split_once(':')
            .is_some_and(|(service, action)| name(service, b"-") && name(action, b"*?-_"));
    (!good).then(|| {
        invalid(
            format!("`{text}` is no action"),
            "an action is `service:Action`, or `*`",
        )
    })
}

/// What is wrong with a resource.
pub(super) fn bad_resource(text: &str) -> Option<Invalid> {
    if text == "*" {
        return None;
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let fault = |rule| invalid(format!("`{text}` names no resource"), rule).document(ARNS);
    let [arn, partition, service, ..] = parts[..] else {
        return Some(fault("a resource is named by its ARN, or `*`"));
    };
    if arn != "arn" {
        return Some(fault("a resource is named by its ARN, or `*`"));
    }
    if parts.len() < 6 || parts[5].is_empty() {
        let rule = "an ARN is arn:partition:service:region:account:resource, with all its colons: arn:aws:s3:::bucket";
        return Some(fault(rule));
    }
    if !partition.starts_with("aws") && partition != "*" {
        let rule = "the partition of an ARN is aws, aws-cn or aws-us-gov";
        return Some(fault(rule));
    }
    if service.is_empty() || service.contains(['*', '?']) {
        let rule = "the service of a resource is named whole, without wildcards (Resource vendor must be fully qualified and cannot contain regexes)";
        return Some(fault(rule));
    }
    None
}

/// What is wrong with a principal.
pub(super) fn bad_principal(kind: PrincipalKind, name: &str) -> Option<Invalid> {
    let (good, rule) = match kind {
        PrincipalKind::Aws => (
            is_identity(name),
            "an AWS principal is an account's twelve digits, the whole ARN of a role, user or session (no group, no wildcard), or `*`",
        ),
        PrincipalKind::Service => (
            name.split('.').count() >= 3
                && (name.ends_with(".amazonaws.com") || name.contains(".amazonaws.com.")),
            "a service's principal is `name.amazonaws.com`",
        ),
        PrincipalKind::Federated => (
            is_provider(name),
            "an identity provider is named by its ARN, or is accounts.google.com, graph.facebook.com, www.amazon.com or cognito-identity.amazonaws.com",
        ),
        PrincipalKind::CanonicalUser => (
            name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit()),
            "a canonical user's id has 64 hexadecimal digits",
        ),
    };
    (!good).then(|| invalid(format!("`{name}` is no {kind} principal"), rule).document(PRINCIPALS))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_identity(name: &str) -> bool {
    // Unique ids (`AROA…`) are what AWS shows for a role or user that was deleted.
    let unique = name.len() >= 16
        && name.starts_with('A')
        && name
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if name == "*" || is_account(name) || unique {
        return true;
    }
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let ["arn", _, service, "", account, resource] = parts[..] else {
        return false;
    };
    // CloudFront's origin access identities stand in an account `cloudfront`.
    let account = is_account(account) || account == "cloudfront";
    let kind = resource.split('/').next().unwrap_or_default();
    let whole = resource
        .split_once('/')
        .is_some_and(|(_, name)| !name.is_empty());
    let identity = match (service, kind) {
        ("iam", "root") => resource == "root",
        ("iam", "user" | "role") | ("sts", "assumed-role" | "federated-user") => whole,
        _ => false,
    };
    account && identity && !name.contains(['*', '?'])
}

fn is_provider(name: &str) -> bool {
    const KNOWN: [&str; 4] = [
        "accounts.google.com",
        "cognito-identity.amazonaws.com",
        "graph.facebook.com",
        "www.amazon.com",
    ];
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let arn = matches!(parts[..], ["arn", _, "iam", "", account, provider]
        if is_account(account)
            && (provider.starts_with("oidc-provider/") || provider.starts_with("saml-provider/")));
    arn || KNOWN.contains(&name)
}

/// What is wrong with a value that a condition compares with.
pub(super) fn bad_condition_value(operator: &str, value: &str) -> Option<Invalid> {
    // A policy variable is filled in with each request.
    if value.contains("${") {
        return None;
    }
    let base = operator.rsplit(':').next().unwrap_or(operator);
    let base = base.strip_suffix("IfExists").unwrap_or(base);
    let (good, rule) = if base.starts_with("Numeric") {
        (
            value.parse::<f64>().is_ok(),
            "a Numeric operator compares with a number",
        )
    } else if base.ends_with("IpAddress") {
        (
            is_block(value),
            "an IpAddress operator compares with an address or a block, as 203.0.113.0/24",
        )
    } else {
        (true, "")
    };
    (!good).then(|| invalid(format!("`{value}` does not fit {operator}"), rule).document(OPERATORS))
}

fn is_block(text: &str) -> bool {
    let (address, prefix) = text.split_once('/').unwrap_or((text, "0"));
    match (address.parse::<IpAddr>(), prefix.parse::<u8>()) {
        (Ok(IpAddr::V4(_)), Ok(prefix)) => prefix <= 32,
        (Ok(IpAddr::V6(_)), Ok(prefix)) => prefix <= 128,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_is_whole() {
        let aws = |name| bad_principal(PrincipalKind::Aws, name).is_none();
        assert!(aws("arn:aws:iam::123456789012:root") && aws("*") && aws("AROAEXAMPLEEXAMPLE12"));
        assert!(aws("arn:aws:sts::123456789012:assumed-role/deploy/session"));
        assert!(aws(
            "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"
        ));
        assert!(!aws("arn:aws:iam::123456789012:role/*") && !aws("arn:aws:s3:::bucket"));
        assert!(!aws("arn:aws:iam::123456789012:group/admins") && !aws("Administrator"));
        let federated = |name| bad_principal(PrincipalKind::Federated, name).is_none();
        assert!(federated(
            "arn:aws:iam::123456789012:oidc-provider/gitlab.com"
        ));
        assert!(!federated("gitlab.com") && federated("accounts.google.com"));
    }

    #[test]
    fn a_resource_is_a_whole_arn() {
        let good = |text| bad_resource(text).is_none();
        assert!(good("*") && good("arn:aws:s3:::bucket/*") && good("arn:*:s3:::bucket"));
        assert!(good("arn:aws:logs:*:*:log-group:/ecs/*"));
        assert!(!good("arn:aws:s3::bucket") && !good("bucket/*") && !good("arn:aws:*:::bucket"));
        assert!(!good("arn:amazon:s3:::bucket"));
    }

    #[test]
    fn a_conditions_value_fits_its_operator() {
        let good = |operator, value| bad_condition_value(operator, value).is_none();
        assert!(
            good("IpAddress", "203.0.113.0/24") && good("NotIpAddressIfExists", "2001:db8::/32")
        );
        assert!(!good("IpAddress", "203.0.113.0/33") && !good("IpAddress", "office"));
        assert!(good("NumericLessThan", "10") && !good("NumericLessThan", "ten"));
        assert!(good("ForAnyValue:StringLike", "ten") && good("IpAddress", "${aws:SourceIp}"));
    }
}
