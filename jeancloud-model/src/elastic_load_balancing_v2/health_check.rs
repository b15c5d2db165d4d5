//! How a target group asks its targets whether they are well.

use crate::{Input, IntoInput, IntoText, Port, choice, properties, text_value};

text_value! {
    /// The path that a health check asks for.
    HealthCheckPath {
        rule: "a health check's path begins with / and has at most 1024 characters, without spaces",
        document: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
        check: |text| {
            if !text.starts_with('/') {
                return Some("does not begin with /");
            }
            if text.chars().count() > 1024 {
                return Some("has more than 1024 characters");
            }
            text.contains(char::is_whitespace).then_some("holds a space")
        },
    },
    /// The port that a health check asks: a number, or `traffic-port`.
    HealthCheckPort {
        rule: "a health check's port is traffic-port or 1 to 65535",
        document: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
        check: |text| {
            let number = text.parse::<u16>().is_ok_and(|port| port > 0);
            (!number && text != "traffic-port").then_some("is no port")
        },
    },
}

#[diagnostic::do_not_recommend]
impl IntoInput<HealthCheckPort> for Port {
    fn into_input(self) -> Input<HealthCheckPort> {
        Input::Known(HealthCheckPort::new(self.number().to_string()))
    }
}

#[diagnostic::do_not_recommend]
impl IntoInput<HealthCheckPort> for u16 {
    fn into_input(self) -> Input<HealthCheckPort> {
        Input::Known(HealthCheckPort::new(self.to_string()))
    }
}

choice! {
    /// How a health check asks.
    HealthCheckProtocol {
        /// HTTP, without TLS.
        Http = "HTTP",
        /// HTTP over TLS; the certificate is not verified.
        Https = "HTTPS",
        /// Whether a connection opens. Network load balancers.
        Tcp = "TCP",
    }
}

properties! {
    /// Which answers count as well.
    Matcher;
    /// HTTP codes, as `200`, `200,204` or `200-299`.
    opt_text http_code "HttpCode",
    /// gRPC codes, as `0` or `0-99`.
    opt_text grpc_code "GrpcCode",
}

impl Matcher {
    /// These HTTP codes, as `200-299`.
    pub fn http(codes: impl IntoText) -> Self {
        Self {
            http_code: Some(codes.into_text()),
            grpc_code: None,
        }
    }

    /// These gRPC codes, as `0-99`.
    pub fn grpc(codes: impl IntoText) -> Self {
        Self {
            http_code: None,
            grpc_code: Some(codes.into_text()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn paths_and_ports_follow_the_rule() {
        assert!(HealthCheckPath::new("/health").check().is_ok());
        assert!(HealthCheckPath::new("health").check().is_err());
        assert!(HealthCheckPath::new("/a b").check().is_err());
        assert!(HealthCheckPort::new("traffic-port").check().is_ok());
        assert!(HealthCheckPort::new("8000").check().is_ok());
        assert!(HealthCheckPort::new("0").check().is_err());
        assert!(HealthCheckPort::new("http").check().is_err());
    }
}
