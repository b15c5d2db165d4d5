//! Rules for security groups and their rules.

use jeancloud_model::{
    Cidr, Input,
    ec2::{Icmp, Peer, SecurityGroup, Traffic},
    lookup::{ManagedPrefixList, PrefixListId, PrefixListName},
};

use super::super::{Report, Rule};
use super::{
    network,
    traffic::{self, Passage},
};
use crate::View;

const AUTHORIZE: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html";
const GROUP_RULES: &str =
    "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html";
const QUOTAS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups";
const HIGH_RISK: &str =
    "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19";

pub(super) const ONCE: Rule = Rule {
    name: "rule-once",
    check: a_rule_is_written_once,
};
pub(super) const SAME_VPC: Rule = Rule {
    name: "rule-same-vpc",
    check: groups_of_a_rule_are_in_one_vpc,
};
pub(super) const ICMP_FAMILY: Rule = Rule {
    name: "rule-icmp-family",
    check: icmp_fits_the_addresses,
};
pub(super) const BOTH_SIDES: Rule = Rule {
    name: "rule-both-sides",
    check: what_one_group_lets_out_the_other_lets_in,
};
pub(super) const LIMIT: Rule = Rule {
    name: "rule-limit",
    check: a_group_has_at_most_60_rules_each_way,
};
pub(super) const OPEN: Rule = Rule {
    name: "rule-open-to-everyone",
    check: risky_ports_are_not_open_to_everyone,
};

fn a_rule_is_written_once(view: &View, report: &mut Report) {
    let all = traffic::passages(view);
    for (index, rule) in all.iter().enumerate() {
        let first = all[..index].iter().find(|first| {
            first.egress == rule.egress
                && first.traffic == rule.traffic
                && view.same(first.group, rule.group)
                && same_peer(view, &first.peer, &rule.peer)
        });
        // The same address twice is a problem of its own.
        let first = first.filter(|first| first.declaration.address != rule.declaration.address);
        if let Some(first) = first {
            let wrong = format!("says what {} says already", first.declaration.address);
            report
                .error(rule.declaration, "", wrong)
                .rule("a group has one rule of the same direction, protocol, ports and other side, whatever its description (InvalidPermission.Duplicate)")
                .hint("declare it once")
                .document(AUTHORIZE);
        }
    }
}

fn same_peer(view: &View, one: &Peer, other: &Peer) -> bool {
    match (one, other) {
        (Peer::Ipv4(one), Peer::Ipv4(other)) => view.same(one, other),
        (Peer::Ipv6(one), Peer::Ipv6(other)) => view.same(one, other),
        (Peer::PrefixList(one), Peer::PrefixList(other)) => view.same(one, other),
        (Peer::Group(one), Peer::Group(other)) => view.same(one, other),
        _ => false,
    }
}

fn groups_of_a_rule_are_in_one_vpc(view: &View, report: &mut Report) {
    for rule in traffic::passages(view) {
        let Peer::Group(peer) = &rule.peer else {
            continue;
        };
        let group = view.target::<SecurityGroup>(rule.group);
        let (Some(group), Some(peer)) = (group, view.target::<SecurityGroup>(peer)) else {
            continue;
        };
        let one_region = group.declaration.region == peer.declaration.region;
        let peered = network::is_joined(view, &[&group.vpc_id, &peer.vpc_id]);
        if one_region && !peered && traffic::are_other_vpcs(view, &group.vpc_id, &peer.vpc_id) {
            let wrong = format!("names {}, which is in another VPC", peer.address());
            report
                .error(rule.declaration, rule.peer_property(), wrong)
                .rule("a rule names groups of its own VPC, or of one that is peered with it (InvalidGroup.NotFound)")
                .hint("name the other side by its addresses: `cidr!(\"…\")`")
                .document(AUTHORIZE);
        }
    }
}

fn icmp_fits_the_addresses(view: &View, report: &mut Report) {
    for rule in traffic::passages(view) {
        let (is, write) = match (rule.traffic, &rule.peer) {
            (Traffic::Icmp(_), Peer::Ipv6(_)) => {
                ("ICMP for IPv4, and the other side is IPv6", "icmpv6")
            }
            (Traffic::Icmpv6(_), Peer::Ipv4(_)) => {
                ("ICMP for IPv6, and the other side is IPv4", "icmp")
            }
            _ => continue,
        };
        report
            .error(rule.declaration, "IpProtocol", format!("is {is}"))
            .rule("icmp is IPv4's and icmpv6 is IPv6's: nothing ever matches such a rule")
            .hint(format!("write `{write}(…)`"))
            .document(GROUP_RULES);
    }
}

fn what_one_group_lets_out_the_other_lets_in(view: &View, report: &mut Report) {
    for rule in traffic::passages(view) {
        let Peer::Group(peer) = &rule.peer else {
            continue;
        };
        let declared = |group| view.target::<SecurityGroup>(group);
        let (Some(group), Some(other)) = (declared(rule.group), declared(peer)) else {
            continue;
        };
        // The other side may be narrower: what both let through passes.
        if traffic::may_pass_some(view, peer, !rule.egress, rule.traffic, rule.group) {
            continue;
        }
        let (does, lacks) = match rule.egress {
            true => ("lets out what", "does not let in"),
            false => ("lets in what", "does not let out"),
        };
        let wrong = format!("{does} {} {lacks}", other.address());
        let (from, to) = match rule.egress {
            true => (group.address(), other.address()),
            false => (other.address(), group.address()),
        };
        report
            .warning(rule.declaration, rule.peer_property(), wrong)
            .rule("between two groups a connection needs a rule out of the one and a rule into the other")
            .hint(format!("`scope.allow(….from(&group).to(&group))` writes both: from {from} to {to}"))
            .document(GROUP_RULES);
    }
}

fn a_group_has_at_most_60_rules_each_way(view: &View, report: &mut Report) {
    const MOST: usize = 60;
    let all = traffic::passages(view);
    for group in view.all::<SecurityGroup>() {
        for (egress, property) in [
            (false, "SecurityGroupIngress"),
            (true, "SecurityGroupEgress"),
        ] {
            let of_group = |rule: &&Passage<'_>| {
                let target = view.target::<SecurityGroup>(rule.group);
                rule.egress == egress
                    && target.is_some_and(|target| target.address() == group.address())
            };
            // IPv4 and IPv6 are counted apart; groups and prefix lists count as both.
            let counts = |v6: bool| -> usize {
                let rules = all.iter().filter(of_group).map(|rule| match &rule.peer {
                    Peer::Ipv4(_) => usize::from(!v6),
                    Peer::Ipv6(_) => usize::from(v6),
                    Peer::Group(_) => 1,
                    Peer::PrefixList(list) => weight(view, list),
                });
                rules.sum()
            };
            let count = counts(false).max(counts(true));
            let lists = all
                .iter()
                .filter(of_group)
                .any(|rule| matches!(&rule.peer, Peer::PrefixList(list) if weight(view, list) > 1));
            if count > MOST {
                let wrong = match lists {
                    true => format!(
                        "counts as {count} rules: a prefix list counts as many as its weight"
                    ),
                    false => format!("has {count} rules"),
                };
                report
                    .warning(group.declaration, property, wrong)
                    .rule("AWS lets a group have 60 rules each way, for IPv4 and for IPv6, unless the account's quota was raised (RulesPerSecurityGroupLimitExceeded)")
                    .hint("name groups or larger blocks, put blocks into a prefix list, or ask for a higher quota")
                    .document(QUOTAS);
            }
        }
    }
}

/// As how many rules a prefix list counts: "AWS-managed prefix list weight" of the VPC user guide.
fn weight(view: &View, list: &Input<PrefixListId>) -> usize {
    let list = view.target::<ManagedPrefixList>(list);
    let name = list.and_then(|list| list.resource.prefix_list_name.known());
    let name = name.map_or("", PrefixListName::as_str);
    let ends = |end: &str| name.starts_with("com.amazonaws.") && name.ends_with(end);
    match () {
        () if ends("cloudfront.origin-facing") => 55,
        () if ends("route53-healthchecks") => 25,
        () if ends("vpc-lattice") => 10,
        () if ends("ground-station") => 5,
        () => 1,
    }
}

/// The ports that AWS Security Hub's control EC2.19 calls high-risk.
const RISKY: &[(u16, &str)] = &[
    (20, "FTP"),
    (21, "FTP"),
    (22, "SSH"),
    (23, "Telnet"),
    (25, "SMTP"),
    (110, "POP3"),
    (135, "RPC"),
    (143, "IMAP"),
    (445, "CIFS"),
    (1433, "MSSQL"),
    (1434, "MSSQL"),
    (3000, "web development"),
    (3306, "MySQL"),
    (3389, "RDP"),
    (4333, "ahsp"),
    (5000, "web development"),
    (5432, "PostgreSQL"),
    (5500, "fcp-addr-srvr1"),
    (5601, "OpenSearch Dashboards"),
    (8080, "proxy"),
    (8088, "legacy HTTP"),
    (8888, "alternative HTTP"),
    (9200, "OpenSearch"),
    (9300, "OpenSearch"),
];

fn risky_ports_are_not_open_to_everyone(view: &View, report: &mut Report) {
    for rule in traffic::passages(view) {
        let everyone = match &rule.peer {
            Peer::Ipv4(Input::Known(block)) => *block == Cidr::ANYWHERE,
            Peer::Ipv6(Input::Known(block)) => block.network().prefix() == 0,
            _ => false,
        };
        if rule.egress || !everyone {
            continue;
        }
        let opens = match rule.traffic {
            Traffic::All => "everything".to_owned(),
            Traffic::Tcp(ports) | Traffic::Udp(ports) => {
                let Some((port, what)) = RISKY.iter().find(|(port, _)| ports.contains(*port))
                else {
                    continue;
                };
                format!("port {port} ({what})")
            }
            Traffic::Icmp(Icmp::Any | Icmp::Type(_) | Icmp::Code(..))
            | Traffic::Icmpv6(_)
            | Traffic::Protocol(_) => continue,
        };
        report
            .warning(rule.declaration, rule.peer_property(), format!("opens {opens} to everyone"))
            .rule("AWS's security standards ask that high-risk ports are not open to the whole internet (EC2.19)")
            .hint("name who needs it: a group (`.from(&group)`) or a block (`.from(cidr!(\"…\"))`)")
            .document(HIGH_RISK);
    }
}

#[cfg(test)]
#[path = "security_group_tests.rs"]
mod tests;
