//! Every property of the smaller types.

use jeancloud_model::{
    Arn, Az, Bounded, Handle, Input, IntoText, Region, cidr,
    cloud_front::{OriginAccessControl, OriginAccessControlConfig, OriginAccessControlOriginType},
    ec2::{
        Connectivity, DnsOptions, DnsRecordIpType, EndpointIpAddressType, EndpointServiceName,
        GatewayEndpoint, HostnameType, InstanceTenancy, InterfaceEndpoint, InternetGateway,
        NatGateway, PrivateDnsNameOptions, PrivateDnsScope, Route, RouteTable, RouteTarget,
        SecurityGroup, Subnet, Vpc, VpcEndpoint, VpcGatewayAttachment,
    },
    ecr::{
        ImageScanningConfiguration, ImageTagMutability, ImageTagMutabilityExclusionFilter,
        ImageTagMutabilityExclusionFilterType, Repository,
    },
    ecs::{ContainerDefinition, FargateSize, TaskDefinition},
    iam::{OidcProvider, Principal, Statement},
    kms::{Key, KeyArn},
    logs::LogGroup,
    route53::{
        AliasTarget, Failover, GeoLocation, HealthCheckId, HostedZone, HostedZoneId, RecordSet,
        RecordType,
    },
    secrets_manager::{GenerateSecretString, ReplicaRegion, Secret},
};
use jeancloud_stack::{Scope, Stack};

use super::lacking;
use crate::{gaps, harness::Case};

changes! {
    undedicated_vpc: Case {
        type_name: "AWS::EC2::VPC",
        address: "main/vpc",
        base: |stack| { main(stack).add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).instance_tenancy(InstanceTenancy::Dedicated).build()); },
        updates: &[("clear", |stack| { vpc(main(stack)); })],
        replaced: None,
        gaps: &[],
    },
    origin_access_control: Case {
        type_name: "AWS::CloudFront::OriginAccessControl",
        address: "global/control",
        base: |stack| control(stack, OriginAccessControlOriginType::S3),
        updates: &[("change", |stack| control(stack, OriginAccessControlOriginType::Lambda))],
        replaced: None,
        gaps: &[],
    },
    vpc: Case {
        type_name: "AWS::EC2::VPC",
        address: "main/vpc",
        base: |stack| { main(stack).add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).enable_dns_support(true).build()); },
        updates: &[
            ("change", |stack| { main(stack).add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).enable_dns_support(false).build()); }),
            ("clear", |stack| { vpc(main(stack)); }),
        ],
        replaced: None,
        gaps: &[],
    },
    subnet: Case {
        type_name: "AWS::EC2::Subnet",
        address: "main/subnet",
        base: |stack| subnet_with(stack, |subnet| subnet),
        updates: &[
            ("set", |stack| subnet_with(stack, |mut subnet| {
                subnet.map_public_ip_on_launch = Some(known(true));
                subnet.private_dns_name_options_on_launch = Some(names(true));
                subnet
            })),
            ("change", |stack| subnet_with(stack, |mut subnet| {
                subnet.map_public_ip_on_launch = Some(known(false));
                subnet.private_dns_name_options_on_launch = Some(names(false));
                subnet
            })),
            ("set again", |stack| subnet_with(stack, |mut subnet| {
                subnet.map_public_ip_on_launch = Some(known(true));
                subnet.private_dns_name_options_on_launch = Some(names(true));
                subnet
            })),
            ("less", |stack| subnet_with(stack, |mut subnet| {
                subnet.private_dns_name_options_on_launch = Some(PrivateDnsNameOptions::builder().enable_resource_name_dns_a_record(true).build());
                subnet
            })),
            ("other", |stack| subnet_with(stack, |mut subnet| {
                subnet.private_dns_name_options_on_launch = Some(PrivateDnsNameOptions::builder().hostname_type(HostnameType::ResourceName).build());
                subnet
            })),
            ("clear", |stack| subnet_with(stack, |subnet| subnet)),
        ],
        replaced: None,
        gaps: &[lacking(gaps::HOST_NAMES_BY_ADDRESS)],
    },
    route: Case {
        type_name: "AWS::EC2::Route",
        address: "main/route",
        base: |stack| routed(stack, |way| way.gateway),
        updates: &[
            ("nat", |stack| routed(stack, |way| way.nat)),
            ("other nat", |stack| routed(stack, |way| way.other_nat)),
            ("back", |stack| routed(stack, |way| way.gateway)),
        ],
        replaced: None,
        gaps: &[],
    },
    interface_endpoint: Case {
        type_name: "AWS::EC2::VPCEndpoint",
        address: "main/endpoint",
        base: |stack| endpoint(stack, 0, |_| {}),
        updates: &[
            ("set", |stack| endpoint(stack, 0, |endpoint| {
                endpoint.ip_address_type = Some(known(EndpointIpAddressType::Ipv4));
                endpoint.dns_options = Some(dns(DnsRecordIpType::Ipv4, PrivateDnsScope::AllResolvers));
            })),
            ("change", |stack| endpoint(stack, 1, |endpoint| {
                endpoint.private_dns_enabled = Some(known(false));
                endpoint.ip_address_type = Some(known(EndpointIpAddressType::Ipv4));
                endpoint.dns_options = Some(dns(DnsRecordIpType::ServiceDefined, PrivateDnsScope::AllResolvers));
            })),
        ],
        replaced: None,
        gaps: &[lacking(gaps::ENDPOINTS_HAVE_NO_DNS_OPTIONS)],
    },
    tables_of_an_endpoint: Case {
        type_name: "AWS::EC2::VPCEndpoint",
        address: "main/endpoint",
        base: |stack| tabled(stack, None),
        updates: &[
            ("set", |stack| tabled(stack, Some(0))),
            ("change", |stack| tabled(stack, Some(1))),
            ("clear", |stack| tabled(stack, None)),
        ],
        replaced: None,
        gaps: &[],
    },
    policy_of_an_endpoint: Case {
        type_name: "AWS::EC2::VPCEndpoint",
        address: "main/endpoint",
        base: |stack| allowing(stack, "s3:GetObject"),
        updates: &[("change", |stack| allowing(stack, "s3:PutObject"))],
        replaced: None,
        gaps: &[],
    },
    repository: Case {
        type_name: "AWS::ECR::Repository",
        address: "main/repository",
        base: |stack| repository(stack, |_| {}),
        updates: &[
            ("set", |stack| repository(stack, |repository| {
                repository.image_tag_mutability = Some(known(ImageTagMutability::ImmutableWithExclusion));
                repository.image_tag_mutability_exclusion_filters = vec![except("dev-*")];
                repository.image_scanning_configuration = Some(scanning(true));
                repository.empty_on_delete = Some(known(true));
            })),
            ("change", |stack| repository(stack, |repository| {
                repository.image_tag_mutability = Some(known(ImageTagMutability::MutableWithExclusion));
                repository.image_tag_mutability_exclusion_filters = vec![except("v*")];
                repository.image_scanning_configuration = Some(scanning(false));
                repository.empty_on_delete = Some(known(false));
            })),
            ("set again", |stack| repository(stack, |repository| {
                repository.image_scanning_configuration = Some(scanning(true));
            })),
            ("less", |stack| repository(stack, |repository| {
                repository.image_scanning_configuration = Some(ImageScanningConfiguration::builder().build());
            })),
        ],
        replaced: None,
        gaps: &[lacking(gaps::SCANNING_STAYS_ON)],
    },
    task_definition: Case {
        type_name: "AWS::ECS::TaskDefinition",
        address: "main/task",
        base: |stack| task(stack, &[("Name", "one")]),
        updates: &[("change", |stack| task(stack, &[("Name", "two")]))],
        replaced: None,
        gaps: &[],
    },
    key: Case {
        type_name: "AWS::KMS::Key",
        address: "main/key",
        base: |stack| key(stack, |_| {}),
        updates: &[
            ("set", |stack| key(stack, |key| {
                key.enabled = Some(known(false));
                key.pending_window_in_days = Some(known(Bounded::new(7)));
                key.bypass_policy_lockout_safety_check = Some(known(true));
            })),
            ("change", |stack| key(stack, |key| {
                key.enabled = Some(known(true));
                key.enable_key_rotation = Some(known(true));
                key.pending_window_in_days = Some(known(Bounded::new(8)));
                key.bypass_policy_lockout_safety_check = Some(known(false));
            })),
            ("set again", |stack| key(stack, |key| {
                key.enable_key_rotation = Some(known(false));
                key.pending_window_in_days = Some(known(Bounded::new(9)));
                key.bypass_policy_lockout_safety_check = Some(known(true));
            })),
            ("clear", |stack| key(stack, |_| {})),
        ],
        replaced: None,
        gaps: &[],
    },
    log_group: Case {
        type_name: "AWS::Logs::LogGroup",
        address: "main/logs",
        base: |stack| logs(stack, None, None),
        updates: &[
            ("set", |stack| logs(stack, Some("1"), Some(true))),
            ("change", |stack| logs(stack, Some("2"), Some(false))),
            ("set again", |stack| logs(stack, Some("2"), Some(true))),
            ("clear", |stack| logs(stack, None, None)),
        ],
        replaced: None,
        gaps: &[lacking(gaps::LOGS_ARE_NEVER_PROTECTED)],
    },
    oidc_provider: Case {
        type_name: "AWS::IAM::OIDCProvider",
        address: "global/provider",
        base: |stack| provider(stack, &[]),
        updates: &[
            ("set", |stack| provider(stack, &["one"])),
            ("change", |stack| provider(stack, &["two", "three"])),
            ("clear", |stack| provider(stack, &[])),
        ],
        replaced: None,
        gaps: &[lacking(gaps::CLIENT_IDS_STAY)],
    },
    alias: Case {
        type_name: "AWS::Route53::RecordSet",
        address: "global/record",
        base: |stack| record(stack, |record| {
            record.alias_target = Some(alias("d111111abcdef8.cloudfront.net", "Z2FDTNDATAQYW2", Some(false)));
        }),
        updates: &[
            ("change", |stack| record(stack, |record| {
                record.alias_target = Some(alias("dualstack.alb.eu-west-3.elb.amazonaws.com", "Z3Q77PNBQS71R4", Some(true)));
            })),
            ("less", |stack| record(stack, |record| {
                record.alias_target = Some(alias("dualstack.alb.eu-west-3.elb.amazonaws.com", "Z3Q77PNBQS71R4", None));
            })),
            ("addresses", |stack| record(stack, |record| addresses(record, "192.0.2.1", 60))),
            ("checked addresses", |stack| record(stack, |record| {
                addresses(record, "192.0.2.2", 120);
                record.health_check_id = Some(known(check("1")));
            })),
            ("otherwise checked", |stack| record(stack, |record| {
                addresses(record, "192.0.2.2", 120);
                record.health_check_id = Some(known(check("2")));
            })),
            ("unchecked", |stack| record(stack, |record| addresses(record, "192.0.2.2", 120))),
            ("alias again", |stack| record(stack, |record| {
                record.alias_target = Some(alias("d111111abcdef8.cloudfront.net", "Z2FDTNDATAQYW2", Some(false)));
            })),
        ],
        replaced: None,
        gaps: &[],
    },
    routed_record: Case {
        type_name: "AWS::Route53::RecordSet",
        address: "global/record",
        base: |stack| one_of(stack, |record| record.weight = Some(known(Bounded::new(1)))),
        updates: &[
            ("another weight", |stack| one_of(stack, |record| record.weight = Some(known(Bounded::new(2))))),
            ("latency", |stack| one_of(stack, |record| record.region = Some("eu-west-3".into_text()))),
            ("another latency", |stack| one_of(stack, |record| record.region = Some("eu-west-1".into_text()))),
            ("failover", |stack| one_of(stack, |record| {
                record.failover = Some(known(Failover::Secondary));
                record.health_check_id = Some(known(check("1")));
            })),
            ("another failover", |stack| one_of(stack, |record| {
                record.failover = Some(known(Failover::Primary));
                record.health_check_id = Some(known(check("1")));
            })),
            ("a continent", |stack| one_of(stack, |record| record.geo_location = Some(place(Some("EU"), None, None)))),
            ("another continent", |stack| one_of(stack, |record| record.geo_location = Some(place(Some("AS"), None, None)))),
            ("a country", |stack| one_of(stack, |record| record.geo_location = Some(place(None, Some("FR"), None)))),
            ("a state", |stack| one_of(stack, |record| record.geo_location = Some(place(None, Some("US"), Some("CA"))))),
            ("another state", |stack| one_of(stack, |record| record.geo_location = Some(place(None, Some("US"), Some("NY"))))),
            ("no state", |stack| one_of(stack, |record| record.geo_location = Some(place(None, Some("US"), None)))),
            ("a continent again", |stack| one_of(stack, |record| record.geo_location = Some(place(Some("EU"), None, None)))),
            ("several answers", |stack| one_of(stack, |record| record.multi_value_answer = Some(known(true)))),
            ("a weight again", |stack| one_of(stack, |record| record.weight = Some(known(Bounded::new(1))))),
        ],
        replaced: None,
        gaps: &[],
    },
    secret: Case {
        type_name: "AWS::SecretsManager::Secret",
        address: "main/secret",
        base: |stack| secret(stack, |_| {}),
        updates: &[
            ("set", |stack| secret(stack, |secret| {
                secret.kms_key_id = Some(known(key_arn("eu-west-3", 1)));
                secret.generate_secret_string = Some(generated(true));
                secret.replica_regions = vec![copy(Some(1))];
                secret.recovery_window_in_days = Some(known(Bounded::new(7)));
            })),
            ("change", |stack| secret(stack, |secret| {
                secret.kms_key_id = Some(known(key_arn("eu-west-3", 2)));
                secret.generate_secret_string = Some(generated(false));
                secret.replica_regions = vec![copy(Some(2))];
                secret.recovery_window_in_days = Some(known(Bounded::new(8)));
            })),
            ("less", |stack| secret(stack, |secret| {
                secret.generate_secret_string = Some(GenerateSecretString::builder().build());
                secret.replica_regions = vec![copy(None)];
            })),
            ("clear", |stack| secret(stack, |_| {})),
            ("force", |stack| secret(stack, |secret| secret.force_delete_without_recovery = Some(known(true)))),
            ("no force", |stack| secret(stack, |secret| secret.force_delete_without_recovery = Some(known(false)))),
            ("force again", |stack| secret(stack, |secret| secret.force_delete_without_recovery = Some(known(true)))),
            ("force or not", |stack| secret(stack, |_| {})),
        ],
        replaced: None,
        gaps: &[lacking(gaps::COPIES_HAVE_NO_KEY)],
    },
}

fn known<T>(value: T) -> Input<T> {
    Input::Known(value)
}

fn main(stack: &Stack) -> Scope<'_> {
    stack.region("main", Region::EuWest3)
}

fn control(stack: &Stack, kind: OriginAccessControlOriginType) {
    let config = OriginAccessControlConfig::builder()
        .name("changes")
        .origin_access_control_origin_type(kind);
    let control = OriginAccessControl::builder().origin_access_control_config(config.build());
    stack.global().add("control", control.build());
}

fn vpc(scope: Scope<'_>) -> Handle<Vpc> {
    scope.add(
        "vpc",
        Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build(),
    )
}

fn subnet_of(vpc: &Handle<Vpc>) -> Subnet {
    Subnet::builder()
        .vpc_id(vpc)
        .cidr_block(cidr!("10.0.1.0/24"))
        .availability_zone(Az::A)
        .build()
}

fn subnet_with(stack: &Stack, finish: fn(Subnet) -> Subnet) {
    let vpc = vpc(main(stack));
    main(stack).add("subnet", finish(subnet_of(&vpc)));
}

fn names(first: bool) -> PrivateDnsNameOptions {
    PrivateDnsNameOptions::builder()
        .hostname_type(match first {
            true => HostnameType::ResourceName,
            false => HostnameType::IpName,
        })
        .enable_resource_name_dns_a_record(first)
        .enable_resource_name_dns_aaaa_record(false)
        .build()
}

/// Where a route may lead.
struct Ways {
    gateway: RouteTarget,
    nat: RouteTarget,
    other_nat: RouteTarget,
}

fn routed(stack: &Stack, way: fn(Ways) -> RouteTarget) {
    let scope = main(stack);
    let vpc = vpc(scope);
    let gateway = scope.add("gateway", InternetGateway::builder().build());
    let attachment = VpcGatewayAttachment::builder()
        .vpc_id(&vpc)
        .internet_gateway_id(&gateway);
    scope.add("attachment", attachment.build());
    let subnet = scope.add("subnet", subnet_of(&vpc));
    let [nat, other_nat] = ["nat", "other-nat"].map(|name| {
        let nat = NatGateway::builder()
            .subnet_id(&subnet)
            .connectivity(Connectivity::Private);
        scope.add(name, nat.build())
    });
    let table = scope.add("table", RouteTable::builder().vpc_id(&vpc).build());
    let ways = Ways {
        gateway: (&gateway).into(),
        nat: (&nat).into(),
        other_nat: (&other_nat).into(),
    };
    let route = Route::builder()
        .route_table_id(&table)
        .destination(cidr!("203.0.113.0/24"))
        .target(way(ways));
    scope.add("route", route.build());
}

fn dns(records: DnsRecordIpType, scope: PrivateDnsScope) -> DnsOptions {
    DnsOptions::builder()
        .dns_record_ip_type(records)
        .private_dns_only_for_inbound_resolver_endpoint(scope)
        .build()
}

fn endpoint(stack: &Stack, index: usize, finish: fn(&mut InterfaceEndpoint)) {
    let scope = main(stack);
    let vpc = Vpc::builder()
        .cidr_block(cidr!("10.0.0.0/16"))
        .enable_dns_hostnames(true);
    let vpc = scope.add("vpc", vpc.build());
    let subnet = scope.add("subnet", subnet_of(&vpc));
    let groups = ["one", "two"].map(|name| {
        scope.add(
            name,
            SecurityGroup::in_vpc(&vpc, name, "a group of the endpoint"),
        )
    });
    let mut kind = InterfaceEndpoint::builder()
        .subnet_ids([&subnet])
        .security_group_ids([&groups[index]])
        .build();
    finish(&mut kind);
    let endpoint = VpcEndpoint::builder()
        .vpc_id(&vpc)
        .service_name(EndpointServiceName::of(Region::EuWest3, "ecr.api"))
        .kind(kind);
    scope.add("endpoint", endpoint.build());
}

fn allowing(stack: &Stack, action: &'static str) {
    let scope = main(stack);
    let vpc = vpc(scope);
    let endpoint = VpcEndpoint::builder()
        .vpc_id(&vpc)
        .service_name(EndpointServiceName::of(Region::EuWest3, "s3"))
        .kind(GatewayEndpoint::builder().build())
        .policy_document(
            Statement::allow(action)
                .principal(Principal::anyone())
                .on("*"),
        );
    scope.add("endpoint", endpoint.build());
}

fn tabled(stack: &Stack, index: Option<usize>) {
    let scope = main(stack);
    let vpc = vpc(scope);
    let tables =
        ["one", "two"].map(|name| scope.add(name, RouteTable::builder().vpc_id(&vpc).build()));
    let tables: Vec<_> = index.map(|index| &tables[index]).into_iter().collect();
    let endpoint = VpcEndpoint::builder()
        .vpc_id(&vpc)
        .service_name(EndpointServiceName::of(Region::EuWest3, "s3"))
        .kind(GatewayEndpoint::builder().route_table_ids(tables).build());
    scope.add("endpoint", endpoint.build());
}

fn repository(stack: &Stack, finish: fn(&mut Repository)) {
    let mut repository = Repository::builder().repository_name("changes").build();
    finish(&mut repository);
    main(stack).add("repository", repository);
}

fn except(tags: &str) -> ImageTagMutabilityExclusionFilter {
    ImageTagMutabilityExclusionFilter::builder()
        .filter_type(ImageTagMutabilityExclusionFilterType::Wildcard)
        .filter_value(tags)
        .build()
}

fn scanning(on: bool) -> ImageScanningConfiguration {
    ImageScanningConfiguration::builder()
        .scan_on_push(on)
        .build()
}

fn task(stack: &Stack, tags: &[(&'static str, &'static str)]) {
    let container = ContainerDefinition::builder()
        .name("app")
        .image("app:1")
        .build();
    let task = TaskDefinition::builder()
        .family("changes")
        .size(FargateSize::Cpu256Mb512)
        .container_definitions([container])
        .tags(tags.iter().copied());
    main(stack).add("task", task.build());
}

fn key(stack: &Stack, finish: fn(&mut Key)) {
    let mut key = Key::builder().build();
    finish(&mut key);
    main(stack).add("key", key);
}

fn logs(stack: &Stack, key: Option<&str>, protected: Option<bool>) {
    let key = key.map(|number| {
        Arn::new(format!(
            "arn:aws:kms:eu-west-3:123456789012:key/{number}234abcd-12ab-34cd-56ef-1234567890ab"
        ))
    });
    let group = LogGroup::builder()
        .log_group_name("/changes")
        .kms_key_id(key)
        .deletion_protection_enabled(protected);
    main(stack).add("logs", group.build());
}

fn provider(stack: &Stack, clients: &[&'static str]) {
    let provider = OidcProvider::builder()
        .url("https://token.actions.githubusercontent.com")
        .client_id_list(clients.to_vec())
        .thumbprint_list([match clients.len() {
            2 => "6938fd4d98bab03faadb97b34396831e3780aea1",
            _ => "1c58a3a8518e8759bf075b76b750d4f2df264fcd",
        }]);
    stack.global().add("provider", provider.build());
}

fn record(stack: &Stack, finish: fn(&mut RecordSet)) {
    let zone = HostedZone::builder().name("example.com").build();
    let zone = stack.global().add("zone", zone);
    let mut record = RecordSet::builder()
        .hosted_zone_id(&zone)
        .name("api.example.com")
        .record_type(RecordType::A)
        .build();
    finish(&mut record);
    stack.global().add("record", record);
}

/// One of several records of a name.
fn one_of(stack: &Stack, finish: fn(&mut RecordSet)) {
    let zone = HostedZone::builder().name("example.com").build();
    let zone = stack.global().add("zone", zone);
    let mut record = RecordSet::builder()
        .hosted_zone_id(&zone)
        .name("api.example.com")
        .record_type(RecordType::A)
        .set_identifier("one")
        .build();
    addresses(&mut record, "192.0.2.1", 60);
    finish(&mut record);
    stack.global().add("record", record);
}

fn addresses(record: &mut RecordSet, address: &'static str, seconds: u32) {
    record.resource_records = vec![address.into_text()];
    record.ttl = Some(known(Bounded::new(seconds)));
}

fn alias(name: &'static str, zone: &'static str, evaluates: Option<bool>) -> AliasTarget {
    AliasTarget::new(name, HostedZoneId::new(zone)).evaluate_target_health(evaluates)
}

fn check(number: &str) -> HealthCheckId {
    HealthCheckId::new(format!("{number}234abcd-12ab-34cd-56ef-1234567890ab"))
}

fn place(
    continent: Option<&'static str>,
    country: Option<&'static str>,
    state: Option<&'static str>,
) -> GeoLocation {
    let mut place = GeoLocation::builder().build();
    place.continent_code = continent.map(IntoText::into_text);
    place.country_code = country.map(IntoText::into_text);
    place.subdivision_code = state.map(IntoText::into_text);
    place
}

fn secret(stack: &Stack, finish: fn(&mut Secret)) {
    let mut secret = Secret::builder().name("changes").build();
    finish(&mut secret);
    main(stack).add("secret", secret);
}

fn generated(first: bool) -> GenerateSecretString {
    GenerateSecretString::builder()
        .password_length(if first { 30 } else { 40 })
        .exclude_characters(if first { "a" } else { "b" })
        .exclude_lowercase(first)
        .exclude_numbers(first)
        .exclude_punctuation(!first)
        .exclude_uppercase(!first)
        .include_space(first)
        .require_each_included_type(first)
        .secret_string_template(if first {
            r#"{"a":"1"}"#
        } else {
            r#"{"b":"1"}"#
        })
        .generate_string_key(if first { "c" } else { "d" })
        .build()
}

fn key_arn(region: &str, number: u8) -> KeyArn {
    KeyArn::from(format!(
        "arn:aws:kms:{region}:123456789012:key/{number}234abcd-12ab-34cd-56ef-1234567890ab"
    ))
}

fn copy(number: Option<u8>) -> ReplicaRegion {
    ReplicaRegion::builder()
        .region(Region::EuCentral1)
        .kms_key_id(number.map(|number| key_arn("eu-central-1", number)))
        .build()
}
