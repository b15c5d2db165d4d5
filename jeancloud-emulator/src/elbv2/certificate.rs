//! Certificates of listeners besides the default one.

use serde_json::{Value, json};

use super::{common, listener::Listener};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// Certificates per Application Load Balancer (not counting default certificates): 25.
const MOST: usize = 25;

/// AddListenerCertificates: If the certificate is already in the certificate list, the call is
/// successful but the certificate is not added again.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddListenerCertificates.html>
pub(super) fn add(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut listener = common::listener(call, input)?;
    if !matches!(listener.view.text("Protocol"), "HTTPS" | "TLS") {
        let message = "Certificates cannot be added to a listener without TLS";
        return Err(common::invalid(message));
    }
    let mut added = Vec::new();
    for certificate in input.items("Certificates") {
        let arn = certificate.text("CertificateArn");
        if !listener.certificates.iter().any(|it| it == arn) {
            listener.certificates.push(arn.to_owned());
        }
        added.push(json!({"CertificateArn": arn, "IsDefault": false}));
    }
    if listener.certificates.len() > MOST {
        listener.certificates.truncate(MOST);
        let message = "The maximum number of certificates has been reached";
        return Err(AwsError::new("TooManyCertificates", message));
    }
    Ok(json!({"Certificates": added}))
}

/// RemoveListenerCertificates.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RemoveListenerCertificates.html>
pub(super) fn remove(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut listener = common::listener(call, input)?;
    let gone: Vec<&str> = input
        .items("Certificates")
        .iter()
        .map(|it| it.text("CertificateArn"))
        .collect();
    let default = listener.view["Certificates"][0].text("CertificateArn");
    if gone.contains(&default) {
        let message = "Default certificate cannot be removed";
        return Err(AwsError::new("OperationNotPermitted", message));
    }
    listener
        .certificates
        .retain(|it| !gone.contains(&it.as_str()));
    Ok(json!({}))
}

/// DescribeListenerCertificates: the default one first.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListenerCertificates.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("ListenerArn");
    let listener = call.get::<Listener>(arn).ok_or_else(common::no_listener)?;
    let default = listener.view.items("Certificates").iter();
    let default = default.map(|it| (it.text("CertificateArn"), true));
    let more = listener.certificates.iter().map(|it| (it.as_str(), false));
    let rows = default.chain(more).enumerate().map(|(at, (arn, default))| {
        let row = json!({"CertificateArn": arn, "IsDefault": default});
        (format!("{at:03}"), row)
    });
    call.page(input, common::PAGE, rows, |row| row)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::load_balancer::tests::Net;

    #[test]
    fn certificates_are_added_once() {
        let net = Net::new();
        let (balancer, group) = (net.balancer("web"), net.group("web"));
        let arn = |id: u8| format!("arn:aws:acm:eu-west-3:123456789012:certificate/{id}");
        let listener = json!({
            "LoadBalancerArn": balancer, "Protocol": "HTTPS", "Port": 443,
            "Certificates": [{"CertificateArn": arn(1)}],
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}],
        });
        let made = net.aws.ok("elbv2", "CreateListener", listener);
        let listener = &made["Listeners"][0]["ListenerArn"];
        let with = |id: u8| json!({"ListenerArn": listener, "Certificates": [{"CertificateArn": arn(id)}]});
        for _ in 0..2 {
            net.aws.ok("elbv2", "AddListenerCertificates", with(2));
        }
        let of = json!({"ListenerArn": listener});
        let told = net.aws.ok("elbv2", "DescribeListenerCertificates", of);
        assert_eq!(told["Certificates"].as_array().unwrap().len(), 2);
        assert_eq!(told["Certificates"][0]["IsDefault"], true);
        let code = net.aws.code("elbv2", "RemoveListenerCertificates", with(1));
        assert_eq!(code, "OperationNotPermitted");
        net.aws.ok("elbv2", "RemoveListenerCertificates", with(2));
    }
}
