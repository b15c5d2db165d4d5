//! [`Origin`]: where CloudFront gets what it doesn't have.

use serde::{Deserialize, Serialize};

use crate::{
    Checked, DnsName, Handle, Input, IntoInput, Invalid, Port, choice, properties,
    s3::Bucket,
    shape::{Shape, Shaped},
    text_value,
};

use super::{OriginAccessControl, OriginAccessControlId};

text_value! {
    /// The name of an origin or an origin group inside its distribution: 1 to 128 characters.
    OriginId {
        rule: "an origin's id has 1 to 128 characters",
        document: "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html",
        check: |text| match text.chars().count() {
            1..=128 => None,
            0 => Some("is empty"),
            _ => Some("is longer than 128 characters"),
        },
    },
}

/// Where CloudFront gets what it doesn't have: a bucket, or a server of any other kind.
///
/// [`Origin::s3`] and [`Origin::custom`] make the usual ones, [`S3Origin`] and [`CustomOrigin`]
/// all others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "a stack has a handful of them")]
pub enum Origin {
    /// Any server that speaks HTTP: a load balancer, a bucket's web site, a host elsewhere.
    Custom(CustomOrigin),
    /// A bucket.
    S3(S3Origin),
}

impl Origin {
    /// The objects of `bucket`, in requests that `control` signs.
    pub fn s3(
        id: impl IntoInput<OriginId>,
        bucket: &Handle<Bucket>,
        control: &Handle<OriginAccessControl>,
    ) -> Self {
        S3Origin::builder()
            .id(id.into_input())
            .domain_name(bucket.regional_domain_name())
            .origin_access_control_id(control)
            .build()
            .into()
    }

    /// A server by its host name, over HTTPS with TLS 1.2.
    pub fn custom(id: impl IntoInput<OriginId>, host: impl IntoInput<DnsName>) -> Self {
        CustomOrigin::builder()
            .id(id.into_input())
            .domain_name(host.into_input())
            .build()
            .into()
    }

    /// Its name inside the distribution.
    pub fn id(&self) -> &Input<OriginId> {
        match self {
            Self::Custom(custom) => &custom.id,
            Self::S3(s3) => &s3.id,
        }
    }

    /// Its host name.
    pub fn domain_name(&self) -> &Input<DnsName> {
        match self {
            Self::Custom(custom) => &custom.domain_name,
            Self::S3(s3) => &s3.domain_name,
        }
    }
}

impl From<S3Origin> for Origin {
    fn from(origin: S3Origin) -> Self {
        Self::S3(origin)
    }
}

impl From<CustomOrigin> for Origin {
    fn from(origin: CustomOrigin) -> Self {
        Self::Custom(origin)
    }
}

impl Shaped for Origin {
    fn shape() -> Shape {
        Shape::either([CustomOrigin::shape(), S3Origin::shape()])
    }
}

impl Checked for Origin {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        match self {
            Self::Custom(custom) => custom.check_values(path, found),
            Self::S3(s3) => s3.check_values(path, found),
        }
    }
}

// What both kinds have.
macro_rules! origin {
    ($(#[$meta:meta])* $name:ident; $($own:tt)*) => {
        properties! {
            $(#[$meta])*
            $name;
            /// Its name inside the distribution; cache behaviours name it so.
            one id "Id": OriginId,
            /// Its host name.
            one domain_name "DomainName": DnsName,
            /// What CloudFront writes before the path of every request, as `/production`; it
            /// begins with a slash and doesn't end with one. AWS's default: nothing.
            opt_text origin_path "OriginPath",
            /// Headers that CloudFront adds to its requests.
            plain_list origin_custom_headers "OriginCustomHeaders": OriginCustomHeader,
            /// How often CloudFront tries to connect, 1 to 3 times. AWS's default: 3.
            opt connection_attempts "ConnectionAttempts": crate::Bounded<1, 3>,
            /// How long it waits for a connection, 1 to 10 seconds. AWS's default: 10.
            opt connection_timeout "ConnectionTimeout": crate::Bounded<1, 10>,
            /// How long a whole answer may take, in seconds. AWS's default: no limit.
            opt response_completion_timeout "ResponseCompletionTimeout": u32,
            /// A cache before the origin that all edge locations ask. AWS's default: none.
            opt_plain origin_shield "OriginShield": OriginShield,
            $($own)*
        }
    };
}

origin! {
    /// A bucket.
    S3Origin;
    /// How CloudFront signs its requests. AWS's default: not at all, which a private bucket
    /// refuses.
    opt origin_access_control_id "OriginAccessControlId": OriginAccessControlId,
    /// What makes it a bucket for CloudFront.
    plain s3_origin_config "S3OriginConfig": S3OriginConfig = S3OriginConfig::builder().build(),
}

origin! {
    /// Any server that speaks HTTP.
    CustomOrigin;
    /// How CloudFront signs its requests: for the URL of a Lambda function. AWS's default: not at
    /// all.
    opt origin_access_control_id "OriginAccessControlId": OriginAccessControlId,
    /// How CloudFront speaks to it. HTTPS with TLS 1.2 unless this says otherwise.
    plain custom_origin_config "CustomOriginConfig": CustomOriginConfig = CustomOriginConfig::builder().build(),
}

properties! {
    /// What makes an origin a bucket. AWS wants it there, with an empty identity, beside an
    /// origin access control.
    S3OriginConfig;
    /// The origin access identity, an older way to sign, as
    /// `origin-access-identity/cloudfront/E1A2B3C4D5E6F7`. Not together with an origin access
    /// control.
    plain origin_access_identity "OriginAccessIdentity": String = String::new(),
}

choice! {
    /// Which scheme CloudFront uses towards an origin.
    OriginProtocolPolicy {
        /// Plain HTTP only.
        HttpOnly = "http-only",
        /// That of the viewer.
        MatchViewer = "match-viewer",
        /// HTTPS only.
        HttpsOnly = "https-only",
    }

    /// A protocol that CloudFront may use towards an origin over HTTPS.
    OriginSslProtocol {
        /// SSL 3, broken.
        Ssl3 = "SSLv3",
        /// TLS 1.0, withdrawn.
        Tls1 = "TLSv1",
        /// TLS 1.1, withdrawn.
        Tls1_1 = "TLSv1.1",
        /// TLS 1.2.
        Tls1_2 = "TLSv1.2",
    }

    /// Over which kind of addresses CloudFront reaches an origin.
    OriginIpAddressType {
        /// IPv4.
        Ipv4 = "ipv4",
        /// IPv6.
        Ipv6 = "ipv6",
        /// Both.
        DualStack = "dualstack",
    }

    /// A region that has an origin shield; choose the one next to the origin.
    OriginShieldRegion {
        /// Mumbai.
        ApSouth1 = "ap-south-1",
        /// Tokyo.
        ApNortheast1 = "ap-northeast-1",
        /// Seoul.
        ApNortheast2 = "ap-northeast-2",
        /// Singapore.
        ApSoutheast1 = "ap-southeast-1",
        /// Sydney.
        ApSoutheast2 = "ap-southeast-2",
        /// Frankfurt; next to Paris, Milan and Zürich too.
        EuCentral1 = "eu-central-1",
        /// Ireland.
        EuWest1 = "eu-west-1",
        /// London.
        EuWest2 = "eu-west-2",
        /// United Arab Emirates.
        MeCentral1 = "me-central-1",
        /// São Paulo.
        SaEast1 = "sa-east-1",
        /// Northern Virginia.
        UsEast1 = "us-east-1",
        /// Ohio.
        UsEast2 = "us-east-2",
        /// Oregon.
        UsWest2 = "us-west-2",
    }
}

properties! {
    /// How CloudFront speaks to a server.
    CustomOriginConfig;
    /// Its port for HTTP. AWS's default: 80.
    opt http_port "HTTPPort": Port,
    /// Its port for HTTPS. AWS's default: 443.
    opt https_port "HTTPSPort": Port,
    /// The scheme. HTTPS unless written otherwise.
    plain origin_protocol_policy "OriginProtocolPolicy": OriginProtocolPolicy = OriginProtocolPolicy::HttpsOnly,
    /// The protocols for HTTPS. TLS 1.2 alone unless written otherwise.
    plain origin_ssl_protocols "OriginSSLProtocols": Vec<OriginSslProtocol> = vec![OriginSslProtocol::Tls1_2],
    /// How long CloudFront waits for an answer, 1 to 120 seconds. AWS's default: 30.
    opt origin_read_timeout "OriginReadTimeout": crate::Bounded<1, 120>,
    /// How long it keeps an idle connection, 1 to 120 seconds. AWS's default: 5.
    opt origin_keepalive_timeout "OriginKeepaliveTimeout": crate::Bounded<1, 120>,
    /// Over which kind of addresses. AWS's default: IPv4.
    opt ip_address_type "IpAddressType": OriginIpAddressType,
}

properties! {
    /// A header that CloudFront adds to its requests to an origin.
    OriginCustomHeader;
    /// Its name.
    text header_name "HeaderName",
    /// Its value. Often a secret that the origin asks for, so it is never shown nor kept.
    text header_value "HeaderValue",
}

properties! {
    /// A cache before an origin that all edge locations ask.
    OriginShield;
    /// Whether there is one. On here, where the shield is written at all.
    plain enabled "Enabled": bool = true,
    /// The region that it is in, best the origin's own; needed where there is one.
    opt origin_shield_region "OriginShieldRegion": OriginShieldRegion,
}

impl From<OriginShieldRegion> for Option<OriginShield> {
    fn from(region: OriginShieldRegion) -> Self {
        Some(OriginShield::builder().origin_shield_region(region).build())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Address;

    #[test]
    fn a_bucket_is_reached_through_its_control() {
        let bucket = Handle::declared(Address::new("france/frontend"));
        let control = Handle::declared(Address::new("global/frontend"));
        assert_eq!(
            serde_json::to_value(Origin::s3("frontend", &bucket, &control)).unwrap(),
            json!({
                "Id": "frontend",
                "DomainName": {"$output": ["france/frontend", "RegionalDomainName"]},
                "OriginAccessControlId": {"$output": ["global/frontend", "Id"]},
                "S3OriginConfig": {"OriginAccessIdentity": ""},
            })
        );
    }

    #[test]
    fn both_kinds_are_told_apart() {
        let s3 = S3Origin::builder()
            .id("a")
            .domain_name("a.s3.eu-west-3.amazonaws.com")
            .build();
        for origin in [Origin::custom("a", "api.example.com"), s3.into()] {
            let json = serde_json::to_value(&origin).unwrap();
            assert_eq!(serde_json::from_value::<Origin>(json).unwrap(), origin);
        }
    }
}
