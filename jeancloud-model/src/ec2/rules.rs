//! The language of security group rules: [`tcp`], [`udp`], [`icmp`], [`all_traffic`], [`Anywhere`].
//!
//! ```
//! # use jeancloud_model::{Address, Handle, cidr, ec2::*};
//! # let alb = Handle::<SecurityGroup>::declared(Address::new("france/sg-alb"));
//! # let ecs = Handle::<SecurityGroup>::declared(Address::new("france/sg-ecs"));
//! let public = tcp(80).from(Anywhere).to(&alb);       // one ingress
//! let inside = tcp(8000).from(&alb).to(&ecs);         // an egress of alb and an ingress of ecs
//! let office = tcp(22).from(cidr!("192.0.2.0/24")).to(&ecs).description("the office");
//! let names: Vec<String> = inside.rules().into_iter().map(|(name, _)| name).collect();
//! assert_eq!(names, ["sg-alb/egress/tcp-8000-to-sg-ecs", "sg-ecs/ingress/tcp-8000-from-sg-alb"]);
//! # let _ = (public, office);
//! ```
//!
//! A rule does nothing by itself: `scope.allow(rule)` declares what it says. Where neither side is a
//! group of the stack, it does not compile:
//!
//! ```compile_fail
//! # use jeancloud_model::ec2::*;
//! tcp(80).from(Anywhere).to(Anywhere).rules();
//! ```

use crate::{
    Address, Cidr, Handle, Input, IntoInput, Ipv6Cidr, Output,
    lookup::{ManagedPrefixList, PrefixListId},
};

use super::{
    Icmp, IntoPorts, Peer, SecurityGroup, SecurityGroupEgress, SecurityGroupId,
    SecurityGroupIngress, SecurityGroupRuleDescription, Traffic,
};

/// TCP to a port, a range or every port: `tcp(80)`, `tcp(8000..=8010)`, `tcp(1024..)`, `tcp(..)`.
pub fn tcp(ports: impl IntoPorts) -> Traffic {
    Traffic::Tcp(ports.into_ports())
}

/// UDP to a port, a range or every port.
pub fn udp(ports: impl IntoPorts) -> Traffic {
    Traffic::Udp(ports.into_ports())
}

/// ICMP: `icmp(Icmp::Any)`, `icmp(Icmp::Type(8))` for pings.
pub fn icmp(messages: Icmp) -> Traffic {
    Traffic::Icmp(messages)
}

/// ICMP for IPv6.
pub fn icmpv6(messages: Icmp) -> Traffic {
    Traffic::Icmpv6(messages)
}

/// Every protocol and port.
pub fn all_traffic() -> Traffic {
    Traffic::All
}

/// Every IPv4 address, 0.0.0.0/0. IPv6 is another line: [`AnywhereIpv6`].
#[derive(Clone, Copy, Debug)]
pub struct Anywhere;

/// Every IPv6 address, ::/0.
#[derive(Clone, Copy, Debug)]
pub struct AnywhereIpv6;

/// A side that is a group of the stack: the rule is written on it.
#[derive(Clone, Copy, Debug)]
pub struct Group(Handle<SecurityGroup>);

/// A side that is no group of the stack: the rule only names it.
#[derive(Clone, Debug)]
pub struct Outside(Peer);

/// What stands on a side of a rule.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no side of a rule",
    label = "expected a security group's handle, a block (`cidr!(\"…\")`), `Anywhere` or a prefix list's handle"
)]
pub trait Side {
    /// Which kind of side it is: [`Group`] or [`Outside`].
    type Kind;
    /// The side.
    fn into_side(self) -> Self::Kind;
}

impl Side for &Handle<SecurityGroup> {
    type Kind = Group;
    fn into_side(self) -> Group {
        Group(*self)
    }
}

impl Side for Handle<SecurityGroup> {
    type Kind = Group;
    fn into_side(self) -> Group {
        Group(self)
    }
}

macro_rules! outside {
    ($($(#[$meta:meta])* $type:ty => |$side:pat_param| $peer:expr),* $(,)?) => {$(
        $(#[$meta])*
        impl Side for $type {
            type Kind = Outside;
            fn into_side(self) -> Outside {
                let $side = self;
                Outside($peer)
            }
        }
    )*};
}

outside! {
    Anywhere => |_| Peer::Ipv4(Input::Known(Cidr::ANYWHERE)),
    AnywhereIpv6 => |_| Peer::Ipv6(Input::Known(Ipv6Cidr::ANYWHERE)),
    Cidr => |block| Peer::Ipv4(Input::Known(block)),
    Ipv6Cidr => |block| Peer::Ipv6(Input::Known(block)),
    Output<Cidr> => |block| Peer::Ipv4(block.into_input()),
    Handle<ManagedPrefixList> => |list| Peer::PrefixList(list.into_input()),
    &Handle<ManagedPrefixList> => |list| Peer::PrefixList(list.into_input()),
    PrefixListId => |list| Peer::PrefixList(Input::Known(list)),
    /// A group that the stack does not declare: its own rules are not ours to write.
    SecurityGroupId => |group| Peer::Group(Input::Known(group)),
}

impl Traffic {
    /// Says where it comes from.
    pub fn from<S: Side>(self, side: S) -> TrafficFrom<S::Kind> {
        TrafficFrom {
            traffic: self,
            from: side.into_side(),
        }
    }
}

/// Traffic and where it comes from: half a rule.
#[must_use = "say where to: `.to(&group)`"]
#[derive(Clone, Debug)]
pub struct TrafficFrom<F> {
    traffic: Traffic,
    from: F,
}

impl<F> TrafficFrom<F> {
    /// Says where it goes to.
    pub fn to<S: Side>(self, side: S) -> Rule<F, S::Kind> {
        let Self { traffic, from } = self;
        Rule {
            traffic,
            from,
            to: side.into_side(),
            description: None,
        }
    }
}

/// What may go from where to where.
#[must_use = "a rule does nothing until `scope.allow(…)` declares it"]
#[derive(Clone, Debug)]
pub struct Rule<F, T> {
    traffic: Traffic,
    from: F,
    to: T,
    description: Option<SecurityGroupRuleDescription>,
}

impl<F, T> Rule<F, T> {
    /// What the rule is for, up to 255 characters; written on every side.
    pub fn description(mut self, description: impl Into<SecurityGroupRuleDescription>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// A resource that a [`Rule`] declares.
#[derive(Clone, Debug, PartialEq)]
pub enum DeclaredRule {
    /// What a group lets in.
    Ingress(SecurityGroupIngress),
    /// What a group lets out.
    Egress(SecurityGroupEgress),
}

/// What `scope.allow` takes: a rule with a group of the stack on at least one side.
#[diagnostic::on_unimplemented(
    message = "a rule needs a security group of the stack on at least one side",
    label = "neither side of this rule is one",
    note = "write `.from(&group)` or `.to(&group)` with the handle that `scope.add(…, SecurityGroup…)` gave"
)]
pub trait Allow {
    /// The resources that it declares, each with its name below the scope of its group's region:
    /// the group's name, the direction, the traffic and the other side in full.
    fn rules(self) -> Vec<(String, DeclaredRule)>;
}

impl Allow for Rule<Group, Group> {
    fn rules(self) -> Vec<(String, DeclaredRule)> {
        let Self {
            traffic,
            from,
            to,
            description,
        } = self;
        vec![
            egress(
                from,
                traffic,
                Peer::Group(to.0.into_input()),
                description.clone(),
            ),
            ingress(to, traffic, Peer::Group(from.0.into_input()), description),
        ]
    }
}

impl Allow for Rule<Outside, Group> {
    fn rules(self) -> Vec<(String, DeclaredRule)> {
        vec![ingress(
            self.to,
            self.traffic,
            self.from.0,
            self.description,
        )]
    }
}

impl Allow for Rule<Group, Outside> {
    fn rules(self) -> Vec<(String, DeclaredRule)> {
        vec![egress(self.from, self.traffic, self.to.0, self.description)]
    }
}

fn ingress(
    Group(group): Group,
    traffic: Traffic,
    source: Peer,
    description: Option<SecurityGroupRuleDescription>,
) -> (String, DeclaredRule) {
    let of = group.address();
    let name = format!(
        "{}/ingress/{traffic}-from-{}",
        of.name(),
        peer_name(of, &source)
    );
    let rule = SecurityGroupIngress::builder()
        .group_id(group)
        .traffic(traffic)
        .source(source)
        .description(description)
        .build();
    (name, DeclaredRule::Ingress(rule))
}

fn egress(
    Group(group): Group,
    traffic: Traffic,
    destination: Peer,
    description: Option<SecurityGroupRuleDescription>,
) -> (String, DeclaredRule) {
    let of = group.address();
    let name = format!(
        "{}/egress/{traffic}-to-{}",
        of.name(),
        peer_name(of, &destination)
    );
    let rule = SecurityGroupEgress::builder()
        .group_id(group)
        .traffic(traffic)
        .destination(destination)
        .description(description)
        .build();
    (name, DeclaredRule::Egress(rule))
}

/// The other side as a rule of the group at `of` names it: a block in full, a resource by its name
/// in the group's scope or, of another scope, by its address.
fn peer_name(of: Address, peer: &Peer) -> String {
    let in_scope = |address: Address| {
        if address.scope() == of.scope() {
            address.name()
        } else {
            address.as_str()
        }
    };
    match peer {
        Peer::Ipv4(Input::Known(block)) => block.to_string(),
        Peer::Ipv6(Input::Known(block)) => block.to_string(),
        Peer::PrefixList(Input::Known(list)) => list.to_string(),
        Peer::Group(Input::Known(group)) => group.to_string(),
        Peer::PrefixList(Input::Output(list)) => in_scope(list.address).to_owned(),
        Peer::Group(Input::Output(group)) => in_scope(group.address).to_owned(),
        Peer::Ipv4(Input::Output(block)) | Peer::Ipv6(Input::Output(block)) => {
            format!("{}.{}", in_scope(block.address), block.output)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::{Resource, cidr, ec2::Vpc, port};

    fn group(address: &str) -> Handle<SecurityGroup> {
        Handle::declared(Address::new(address))
    }

    fn names(rule: impl Allow) -> Vec<String> {
        rule.rules().into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn between_two_groups_both_sides_are_written() {
        let (alb, ecs) = (group("france/sg-alb"), group("france/sg-ecs"));
        let rules = tcp(8000).from(&alb).to(&ecs).description("web").rules();
        let [
            (_, DeclaredRule::Egress(out)),
            (_, DeclaredRule::Ingress(into)),
        ] = &rules[..]
        else {
            panic!("{rules:?}");
        };
        assert_eq!(
            serde_json::to_value(out).unwrap(),
            json!({
                "GroupId": {"$output": ["france/sg-alb", "GroupId"]},
                "IpProtocol": "tcp", "FromPort": 8000, "ToPort": 8000,
                "DestinationSecurityGroupId": {"$output": ["france/sg-ecs", "GroupId"]},
                "Description": "web",
            })
        );
        assert_eq!(
            serde_json::to_value(into).unwrap(),
            json!({
                "GroupId": {"$output": ["france/sg-ecs", "GroupId"]},
                "IpProtocol": "tcp", "FromPort": 8000, "ToPort": 8000,
                "SourceSecurityGroupId": {"$output": ["france/sg-alb", "GroupId"]},
                "Description": "web",
            })
        );
    }

    #[test]
    fn every_different_rule_has_a_name_of_its_own() {
        let (a, b) = (group("x/a"), group("x/b"));
        let vpc = Handle::<Vpc>::declared(Address::new("x/vpc"));
        let s3 = Handle::<ManagedPrefixList>::declared(Address::new("x/s3"));
        let all: Vec<String> = [
            names(tcp(80).from(Anywhere).to(a)),
            names(tcp(80).from(AnywhereIpv6).to(a)),
            names(udp(80).from(Anywhere).to(a)),
            names(tcp(80..=81).from(Anywhere).to(a)),
            names(tcp(..).from(Anywhere).to(a)),
            names(tcp(port!(80)).from(cidr!("10.0.0.0/16")).to(a)),
            names(tcp(80).from(cidr!("10.0.0.0/24")).to(a)),
            names(tcp(80).from(vpc.cidr_block()).to(a)),
            names(tcp(80).from(a).to(&b)),
            names(tcp(80).from(&b).to(a)),
            names(tcp(80).from(group("y/b")).to(a)),
            names(tcp(80).from(SecurityGroupId::new("sg-1")).to(a)),
            names(tcp(443).from(a).to(&s3)),
            names(tcp(443).from(a).to(PrefixListId::new("pl-1"))),
            names(icmp(Icmp::Any).from(Anywhere).to(a)),
            names(icmp(Icmp::Type(8)).from(Anywhere).to(a)),
            names(icmpv6(Icmp::Any).from(AnywhereIpv6).to(a)),
            names(all_traffic().from(a).to(Anywhere)),
        ]
        .concat();
        assert_eq!(
            all.iter().collect::<BTreeSet<_>>().len(),
            all.len(),
            "{all:#?}"
        );
        assert_eq!(all[0], "a/ingress/tcp-80-from-0.0.0.0/0");
        assert!(all.contains(&"a/egress/tcp-443-to-s3".to_owned()));
        // What a tag value takes, since a name is part of one.
        let allowed = |c: char| c.is_ascii_alphanumeric() || " _.:/=+-@".contains(c);
        assert!(all.iter().all(|name| name.chars().all(allowed)), "{all:#?}");
    }

    #[test]
    fn a_rule_says_every_property_that_replaces_it() {
        for (name, rule) in tcp(1).from(group("x/a")).to(group("x/b")).rules() {
            let (json, facts) = match rule {
                DeclaredRule::Ingress(rule) => (crate::to_json(&rule), SecurityGroupIngress::FACTS),
                DeclaredRule::Egress(rule) => (crate::to_json(&rule), SecurityGroupEgress::FACTS),
            };
            let written = json.as_object().unwrap().keys();
            assert_eq!(
                written
                    .filter(|key| facts.create_only.contains(&key.as_str()))
                    .count(),
                5,
                "{name}"
            );
        }
    }
}
