//! [`Extra`]: what can be added to the system, and taken away again.

use std::collections::BTreeMap;

use jeancloud::prelude::*;
use jeancloud_model::{
    elastic_load_balancing_v2::{Condition as Requests, FixedResponseConfig},
    s3::Bucket,
};

use super::{dice::Dice, program::Program};

/// Something more in the system, under a number of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Extra {
    pub(super) kind: Kind,
    number: u8,
}

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Bucket,
    LogGroup,
    /// With rules, one of which the tasks' group has.
    SecurityGroup,
    /// With its place in a route table.
    Subnet,
    Record,
    Secret,
    Role,
    Repository,
    /// Of the listener.
    ListenerRule,
    /// With a rule of the listener that leads there.
    TargetGroup,
    /// With its address, in a public subnet.
    NatGateway,
    Key,
    OidcProvider,
    Zone,
    Cluster,
    Endpoint,
    /// Of the private subnets.
    DbSubnetGroup,
    Vpc,
    AccessControl,
    /// With the record that proves it.
    Certificate,
}

const KINDS: &[Kind] = &[
    Kind::Bucket,
    Kind::LogGroup,
    Kind::SecurityGroup,
    Kind::Subnet,
    Kind::Record,
    Kind::Secret,
    Kind::Role,
    Kind::Repository,
    Kind::ListenerRule,
    Kind::TargetGroup,
    Kind::NatGateway,
    Kind::Key,
    Kind::OidcProvider,
    Kind::Zone,
    Kind::Cluster,
    Kind::Endpoint,
    Kind::DbSubnetGroup,
    Kind::Vpc,
    Kind::AccessControl,
    Kind::Certificate,
];

impl Extra {
    /// One that the program doesn't have.
    pub(super) fn drawn(program: &Program, dice: &mut Dice) -> Option<Self> {
        let kind = *dice.pick(KINDS)?;
        let number = 1 + dice.roll(5) as u8;
        let one_is_enough = matches!(kind, Kind::Endpoint | Kind::OidcProvider);
        let number = if one_is_enough { 1 } else { number };
        let taken = program
            .extras
            .iter()
            .any(|extra| extra.number == number && extra.kind == kind);
        (!taken).then_some(Self { kind, number })
    }

    /// One of each kind.
    pub(super) fn one_of_each() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|&kind| Self { kind, number: 1 })
    }

    /// What its addresses begin with.
    pub(super) fn address(&self) -> Address {
        let scope = match self.kind {
            Kind::Record | Kind::Role | Kind::OidcProvider | Kind::Zone | Kind::AccessControl => {
                "global"
            }
            Kind::Key => "germany",
            Kind::Certificate => "virginia",
            _ => "france",
        };
        Address::new(&format!("{scope}/{}", self.name()))
    }

    fn name(&self) -> String {
        let kind = format!("{:?}", self.kind).to_lowercase();
        format!("{kind}{}", self.number)
    }

    /// Whether it is declared there.
    pub(super) fn has(&self, address: Address) -> bool {
        let rest = address.as_str().strip_prefix(self.address().as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '-']))
    }

    /// Declares it, where the rest of the stack is under these names.
    #[rustfmt::skip] // As the example: what belongs together stands on a line.
    pub(super) fn declare(&self, stack: &Stack, names: &BTreeMap<Address, Address>) {
        let there = There { names };
        let [france, germany] = [("france", Region::EuWest3), ("germany", Region::EuCentral1)]
            .map(|(name, region)| stack.region(name, region));
        let global = stack.global();
        let (name, number) = (self.name(), self.number);
        let part = |what: &str| format!("{name}-{what}");
        match self.kind {
            Kind::Bucket => drop(france.add(name, Bucket::builder().empty_on_delete(true).build())),
            Kind::LogGroup => drop(france.add(name, LogGroup::builder().build())),
            Kind::SecurityGroup => {
                let group = SecurityGroup::builder().vpc_id(there.vpc()).group_description("One more").build();
                let group = france.add(name, group);
                let tasks = there.handle::<SecurityGroup>("france/sg-ecs");
                france.allow(tcp(9000 + u16::from(number)).from(&tasks).to(&group));
                france.allow(tcp(443).from(&group).to(cidr!("203.0.113.0/24")));
            }
            Kind::Subnet => {
                let block = cidr!("10.0.0.0/16").part(24, 16 + u32::from(number));
                let subnet = france.add(&name, Subnet::builder()
                    .vpc_id(there.vpc()).cidr_block(block).availability_zone(Az::A).build());
                let table = there.handle::<RouteTable>("france/route-private");
                france.add(part("route"), SubnetRouteTableAssociation::new(&subnet, &table));
            }
            Kind::Record => drop(global.add(&name, RecordSet::builder()
                .hosted_zone_id(there.handle::<HostedZone>("global/zone"))
                .name(format!("{name}.jeancloud.rocks")).record_type(RecordType::TXT)
                .resource_records([r#""one more""#]).ttl(60).build())),
            Kind::Secret => drop(france.add(name, Secret::builder()
                .generate_secret_string(GenerateSecretString::builder().password_length(20).build()).build())),
            Kind::Role => {
                let trust = Statement::allow("sts:AssumeRole").principal(Principal::service("ecs-tasks.amazonaws.com"));
                global.add(name, Role::builder().assume_role_policy_document(trust).build());
            }
            Kind::Repository => drop(france.add(name, Repository::builder().empty_on_delete(true).build())),
            Kind::ListenerRule => drop(france.add(&name, ListenerRule::builder()
                .listener_arn(there.handle::<Listener>("france/listener-http")).priority(u32::from(number))
                .conditions([Requests::path([format!("/{name}/*")])])
                .actions(Action::FixedResponse { config: FixedResponseConfig::builder().status_code("404").build() })
                .build())),
            Kind::TargetGroup => {
                let targets = france.add(&name, TargetGroup::builder()
                    .vpc_id(there.vpc()).target_type(TargetType::Ip).protocol(Protocol::Http).port(8000).build());
                france.add(part("rule"), ListenerRule::builder()
                    .listener_arn(there.handle::<Listener>("france/listener-http")).priority(100 + u32::from(number))
                    .conditions([Requests::path([format!("/{name}/*")])]).actions(Action::forward(&targets)).build());
            }
            Kind::NatGateway => {
                let address = france.add(part("address"), Eip::builder().build());
                let subnet = there.handle::<Subnet>("france/public-a");
                france.add(name, NatGateway::builder().subnet_id(subnet).connectivity(&address).build());
            }
            Kind::Key => drop(germany.add(name, Key::builder().pending_window_in_days(7).build())),
            Kind::OidcProvider => drop(global.add(name, OidcProvider::builder()
                .url("https://token.actions.githubusercontent.com")
                .thumbprint_list(["6938fd4d98bab03faadb97b34396831e3780aea1"]).build())),
            Kind::Zone => drop(global.add(name, HostedZone::builder().name(format!("more{number}.example.com")).build())),
            Kind::Cluster => drop(france.add(name, Cluster::builder().build())),
            Kind::Endpoint => drop(france.add(name, VpcEndpoint::builder()
                .vpc_id(there.vpc()).service_name(EndpointServiceName::of(Region::EuWest3, "dynamodb"))
                .kind(EndpointKind::gateway([&there.handle::<RouteTable>("france/route-private")])).build())),
            Kind::DbSubnetGroup => drop(france.add(name, DbSubnetGroup::builder()
                .db_subnet_group_description("One more")
                .subnet_ids(["france/private-a", "france/private-b"].map(|subnet| there.handle::<Subnet>(subnet)))
                .build())),
            Kind::Vpc => {
                let block = cidr!("10.128.0.0/9").part(16, u32::from(number));
                let vpc = france.add(&name, Vpc::builder().cidr_block(block).build());
                france.add(part("subnet"), Subnet::builder()
                    .vpc_id(&vpc).cidr_block(block.part(24, 1)).availability_zone(Az::B).build());
            }
            Kind::AccessControl => drop(global.add(&name, OriginAccessControl::s3(&name))),
            Kind::Certificate => {
                let virginia = stack.region("virginia", Region::UsEast1);
                let domain = format!("{name}.jeancloud.rocks");
                let asked = virginia.add(&name, Certificate::builder().domain_name(&domain).build());
                let zone = there.handle::<HostedZone>("global/zone");
                let proof = global.add(part("validation"), RecordSet::validating(&asked, &domain, &zone));
                virginia.add(part("issued"), CertificateIssued::of(&asked, [&proof]));
            }
        }
    }
}

/// What the rest of the stack is called by now.
struct There<'n> {
    names: &'n BTreeMap<Address, Address>,
}

impl There<'_> {
    fn handle<R: jeancloud_model::Resource>(&self, written: &str) -> Handle<R> {
        let written = Address::new(written);
        Handle::declared(self.names.get(&written).copied().unwrap_or(written))
    }

    fn vpc(&self) -> Handle<Vpc> {
        self.handle("france/vpc")
    }
}
