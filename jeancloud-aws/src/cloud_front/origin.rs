//! Origins between jeancloud's spelling and CloudFront's.

use aws_sdk_cloudfront::types::{
    CustomHeaders, CustomOriginConfig as SdkCustom, IpAddressType, Origin as SdkOrigin,
    OriginCustomHeader as SdkHeader, OriginGroup as SdkGroup, OriginGroupFailoverCriteria,
    OriginGroupMember as SdkMember, OriginGroupMembers as SdkMembers, OriginGroups as SdkGroups,
    OriginProtocolPolicy as SdkPolicy, OriginShield as SdkShield, OriginSslProtocols, Origins,
    S3OriginConfig as SdkS3, SslProtocol, StatusCodes as SdkStatusCodes,
};
use jeancloud_model::{
    DnsName, Input, Port, Text,
    cloud_front::{
        CustomOrigin, CustomOriginConfig, Origin, OriginAccessControlId, OriginCustomHeader,
        OriginGroup, OriginGroups, OriginId, OriginIpAddressType, OriginProtocolPolicy,
        OriginShield, OriginShieldRegion, OriginSslProtocol, S3Origin, S3OriginConfig,
    },
};

use super::common::{bounded, built, quantity, sdk_bounded, sdk_text, text};

/// Origins as CloudFront takes them.
pub(super) fn to_sdk(origins: &[Origin]) -> Origins {
    let items = origins.iter().map(origin).collect();
    built(
        Origins::builder()
            .quantity(quantity(origins))
            .set_items(Some(items))
            .build(),
    )
}

// Both kinds have these fields, in types of their own.
macro_rules! shared {
    ($origin:expr) => {{
        let origin = $origin;
        let headers = headers(&origin.origin_custom_headers);
        let control = origin.origin_access_control_id.as_ref();
        SdkOrigin::builder()
            .id(origin.id.value().as_str())
            .domain_name(origin.domain_name.value().as_str())
            .origin_path(sdk_text(&origin.origin_path))
            .custom_headers(headers)
            .set_connection_attempts(sdk_bounded(&origin.connection_attempts))
            .set_connection_timeout(sdk_bounded(&origin.connection_timeout))
            .set_response_completion_timeout(
                origin
                    .response_completion_timeout
                    .as_ref()
                    .map(|s| int(*s.value())),
            )
            .set_origin_shield(origin.origin_shield.as_ref().map(shield))
            .origin_access_control_id(control.map_or("", |id| id.value().as_str()))
    }};
}

fn origin(origin: &Origin) -> SdkOrigin {
    built(match origin {
        Origin::S3(s3) => {
            let identity = s3.s3_origin_config.origin_access_identity.as_str();
            let config = SdkS3::builder().origin_access_identity(identity).build();
            shared!(s3).s3_origin_config(config).build()
        }
        Origin::Custom(custom) => {
            let config = custom_config(&custom.custom_origin_config);
            shared!(custom).custom_origin_config(config).build()
        }
    })
}

/// An origin as CloudFront gives it.
pub(super) fn read(origin: &SdkOrigin) -> Origin {
    let id = Input::Known(OriginId::new(origin.id().to_owned()));
    let domain_name = Input::Known(DnsName::new(origin.domain_name().to_owned()));
    let origin_path = text(origin.origin_path());
    let headers = origin
        .custom_headers()
        .map(|headers| headers.items())
        .unwrap_or_default();
    let origin_custom_headers = headers.iter().map(read_header).collect();
    let connection_attempts = bounded(origin.connection_attempts());
    let connection_timeout = bounded(origin.connection_timeout());
    let response_completion_timeout = origin
        .response_completion_timeout()
        .and_then(|seconds| u32::try_from(seconds).ok())
        .filter(|seconds| *seconds > 0)
        .map(Input::Known);
    let origin_shield = origin.origin_shield().map(read_shield);
    // An origin without one has it empty: where even that is missing, the endpoint doesn't tell.
    let origin_access_control_id = origin
        .origin_access_control_id()
        .map(|id| Input::Known(OriginAccessControlId::new(id.to_owned())));
    match origin.custom_origin_config() {
        Some(config) => Origin::Custom(CustomOrigin {
            id,
            domain_name,
            origin_path,
            origin_custom_headers,
            connection_attempts,
            connection_timeout,
            response_completion_timeout,
            origin_shield,
            origin_access_control_id,
            custom_origin_config: read_custom_config(config),
        }),
        None => Origin::S3(S3Origin {
            id,
            domain_name,
            origin_path,
            origin_custom_headers,
            connection_attempts,
            connection_timeout,
            response_completion_timeout,
            origin_shield,
            origin_access_control_id,
            s3_origin_config: S3OriginConfig {
                origin_access_identity: origin
                    .s3_origin_config()
                    .map(|s3| s3.origin_access_identity().to_owned())
                    .unwrap_or_default(),
            },
        }),
    }
}

/// Origin groups as CloudFront takes them.
pub(super) fn groups_to_sdk(groups: &OriginGroups) -> SdkGroups {
    let items: Vec<_> = groups.items.iter().map(group).collect();
    let count = quantity(&items);
    built(
        SdkGroups::builder()
            .quantity(count)
            .set_items(Some(items).filter(|i| !i.is_empty()))
            .build(),
    )
}

/// Origin groups as CloudFront gives them; none at all are no value.
pub(super) fn read_groups(groups: &SdkGroups) -> Option<OriginGroups> {
    let groups = groups.items().iter().map(|group| {
        let codes = group
            .failover_criteria()
            .and_then(|criteria| criteria.status_codes());
        let codes = codes.map(|codes| codes.items()).unwrap_or_default();
        let mut members = group
            .members()
            .map(|members| members.items())
            .unwrap_or_default()
            .iter();
        let mut member = || {
            OriginId::new(
                members
                    .next()
                    .map(|m| m.origin_id().to_owned())
                    .unwrap_or_default(),
            )
        };
        let (first, second) = (member(), member());
        let codes = codes.iter().filter_map(|code| u16::try_from(*code).ok());
        OriginGroup::new(OriginId::new(group.id().to_owned()), first, second, codes)
    });
    let groups: Vec<_> = groups.collect();
    (!groups.is_empty()).then(|| OriginGroups::new(groups))
}

fn group(group: &OriginGroup) -> SdkGroup {
    let codes = &group.failover_criteria.status_codes.items;
    let codes = SdkStatusCodes::builder()
        .quantity(quantity(codes))
        .set_items(Some(codes.iter().map(|code| i32::from(*code)).collect()));
    let criteria = OriginGroupFailoverCriteria::builder()
        .status_codes(built(codes.build()))
        .build();
    let member =
        |id: &Input<OriginId>| built(SdkMember::builder().origin_id(id.value().as_str()).build());
    let members: Vec<_> = group
        .members
        .items
        .iter()
        .map(|m| member(&m.origin_id))
        .collect();
    let members = SdkMembers::builder()
        .quantity(quantity(&members))
        .set_items(Some(members));
    let group = SdkGroup::builder()
        .id(group.id.value().as_str())
        .failover_criteria(criteria)
        .members(built(members.build()));
    built(group.build())
}

fn custom_config(config: &CustomOriginConfig) -> SdkCustom {
    let port = |port: &Option<Input<Port>>, default: u16| {
        i32::from(port.as_ref().map_or(default, |port| port.value().number()))
    };
    let protocols: Vec<_> = config
        .origin_ssl_protocols
        .iter()
        .map(|protocol| SslProtocol::from(protocol.as_str()))
        .collect();
    let protocols = OriginSslProtocols::builder()
        .quantity(quantity(&protocols))
        .set_items(Some(protocols));
    let ip = config.ip_address_type.as_ref();
    let sdk = SdkCustom::builder()
        .http_port(port(&config.http_port, 80))
        .https_port(port(&config.https_port, 443))
        .origin_protocol_policy(SdkPolicy::from(config.origin_protocol_policy.as_str()))
        .origin_ssl_protocols(built(protocols.build()))
        .set_origin_read_timeout(sdk_bounded(&config.origin_read_timeout))
        .set_origin_keepalive_timeout(sdk_bounded(&config.origin_keepalive_timeout))
        .set_ip_address_type(ip.map(|ip| IpAddressType::from(ip.value().as_str())));
    built(sdk.build())
}

fn read_custom_config(config: &SdkCustom) -> CustomOriginConfig {
    let port = |port: i32| {
        u16::try_from(port)
            .ok()
            .map(|port| Input::Known(Port::new(port)))
    };
    let protocols = config
        .origin_ssl_protocols()
        .map(|protocols| protocols.items());
    CustomOriginConfig {
        http_port: port(config.http_port()),
        https_port: port(config.https_port()),
        origin_protocol_policy: OriginProtocolPolicy::from_aws(
            config.origin_protocol_policy().as_str(),
        )
        .unwrap_or(OriginProtocolPolicy::MatchViewer),
        origin_ssl_protocols: protocols
            .unwrap_or_default()
            .iter()
            .filter_map(|protocol| OriginSslProtocol::from_aws(protocol.as_str()))
            .collect(),
        origin_read_timeout: bounded(config.origin_read_timeout()),
        origin_keepalive_timeout: bounded(config.origin_keepalive_timeout()),
        ip_address_type: config
            .ip_address_type()
            .and_then(|ip| OriginIpAddressType::from_aws(ip.as_str()))
            .map(Input::Known),
    }
}

fn headers(headers: &[OriginCustomHeader]) -> CustomHeaders {
    let header = |header: &OriginCustomHeader| {
        let (name, value) = (header.header_name.value(), header.header_value.value());
        built(
            SdkHeader::builder()
                .header_name(name)
                .header_value(value)
                .build(),
        )
    };
    let items: Vec<_> = headers.iter().map(header).collect();
    let count = quantity(&items);
    built(
        CustomHeaders::builder()
            .quantity(count)
            .set_items(Some(items).filter(|i| !i.is_empty()))
            .build(),
    )
}

fn read_header(header: &SdkHeader) -> OriginCustomHeader {
    OriginCustomHeader {
        header_name: Text::known(header.header_name()),
        header_value: Text::known(header.header_value()),
    }
}

fn shield(shield: &OriginShield) -> SdkShield {
    let region = shield.origin_shield_region.as_ref();
    let sdk = SdkShield::builder()
        .enabled(shield.enabled)
        .set_origin_shield_region(region.map(|region| region.value().to_string()));
    built(sdk.build())
}

fn read_shield(shield: &SdkShield) -> OriginShield {
    OriginShield {
        enabled: shield.enabled(),
        origin_shield_region: shield
            .origin_shield_region()
            .and_then(OriginShieldRegion::from_aws)
            .map(Input::Known),
    }
}

fn int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
