//! Permissions, as requests and groups spell rules, and rules, as they are kept.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    cidr::Cidr,
    cidr6::Cidr6,
    common::{invalid, missing},
    prefix_list,
    security_group::{self, SecurityGroup},
};
use crate::{call::Call, error::AwsError, fields::Fields};

/// The lists of a permission, and how one of their items names its peer.
const PEERS: [(&str, &str); 4] = [
    ("IpRanges", "CidrIp"),
    ("Ipv6Ranges", "CidrIpv6"),
    ("PrefixListIds", "PrefixListId"),
    ("UserIdGroupPairs", "GroupId"),
];

/// The permissions in a request, also in the old flat form.
pub(super) fn permissions_of(input: &Value) -> Result<Vec<Value>, AwsError> {
    if let Some(name) = input.some_text("SourceSecurityGroupName") {
        return Err(security_group::by_name(name));
    }
    if input.at("IpPermissions").is_some() || input.at("IpProtocol").is_none() {
        return Ok(input.items("IpPermissions").to_vec());
    }
    let mut permission = json!({});
    permission.take_over(input, &["IpProtocol", "FromPort", "ToPort"]);
    if let Some(block) = input.some_text("CidrIp") {
        permission["IpRanges"] = json!([{"CidrIp": block}]);
    }
    Ok(vec![permission])
}

/// The rules that permissions mean for a group: views without ids.
pub(super) fn rules_of(
    call: &Call<'_>,
    group: &str,
    egress: bool,
    permissions: &[Value],
) -> Result<Vec<Value>, AwsError> {
    let mut rules = Vec::new();
    for permission in permissions {
        let traffic = traffic(permission)?;
        let before = rules.len();
        for (list, member) in PEERS {
            for item in permission.items(list) {
                let mut rule = traffic.clone();
                rule["GroupId"] = group.into();
                rule["GroupOwnerId"] = call.account.clone().into();
                rule["IsEgress"] = egress.into();
                peer(call, group, member, item, &mut rule)?;
                describe(&mut rule, item.some_text("Description"))?;
                rules.push(rule);
            }
        }
        if rules.len() == before {
            let message = "Missing source specification: include source security group or CIDR \
                           information";
            return Err(AwsError::new("MissingParameter", message));
        }
    }
    Ok(rules)
}

/// The rule that ModifySecurityGroupRules asks for.
pub(super) fn rule_of(call: &Call<'_>, old: &Value, request: &Value) -> Result<Value, AwsError> {
    let mut rule = old.clone();
    for member in [
        "CidrIpv4",
        "CidrIpv6",
        "PrefixListId",
        "ReferencedGroupInfo",
        "Description",
    ] {
        rule.clear(member);
    }
    let traffic = traffic(request)?;
    rule.take_over(&traffic, &["IpProtocol", "FromPort", "ToPort"]);
    let peers = [
        ("CidrIpv4", "CidrIp"),
        ("CidrIpv6", "CidrIpv6"),
        ("PrefixListId", "PrefixListId"),
        ("ReferencedGroupId", "GroupId"),
    ];
    let given = peers
        .into_iter()
        .filter(|(name, _)| request.at(name).is_some());
    let given: Vec<_> = given.collect();
    let [(name, member)] = given[..] else {
        let message = "Exactly one of cidrIpv4, cidrIpv6, prefixListId and referencedGroupId must \
                       be specified";
        return Err(AwsError::new("InvalidParameterCombination", message));
    };
    let group = old.text("GroupId");
    peer(
        call,
        group,
        member,
        &json!({member: request[name]}),
        &mut rule,
    )?;
    describe(&mut rule, request.some_text("Description"))?;
    Ok(rule)
}

/// Sets a rule's description, or takes it away.
pub(super) fn describe(rule: &mut Value, text: Option<&str>) -> Result<(), AwsError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        rule.clear("Description");
        return Ok(());
    };
    if !security_group::is_plain(text) {
        return Err(invalid(
            "Invalid rule description. Valid descriptions are strings less than 256 characters \
             from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
        ));
    }
    rule["Description"] = text.into();
    Ok(())
}

fn peer(
    call: &Call<'_>,
    group: &str,
    member: &str,
    item: &Value,
    rule: &mut Value,
) -> Result<(), AwsError> {
    let malformed = |_| invalid(format!("CIDR block {} is malformed", item.text(member)));
    match member {
        // AWS canonicalizes IPv4 and IPv6 CIDRs; see API_AuthorizeSecurityGroupIngress.
        "CidrIp" => {
            let block = Cidr::parse("cidrIp", item.text(member)).map_err(malformed)?;
            rule["CidrIpv4"] = block.to_string().into();
        }
        "CidrIpv6" => {
            let block = Cidr6::parse("cidrIpv6", item.text(member)).map_err(malformed)?;
            rule["CidrIpv6"] = block.to_string().into();
        }
        "PrefixListId" => {
            let id = item.text(member);
            prefix_list::named(&call.region, id)?;
            rule["PrefixListId"] = id.into();
        }
        _ => {
            if let (None, Some(name)) = (item.some_text("GroupId"), item.some_text("GroupName")) {
                return Err(security_group::by_name(name));
            }
            let id = item.text("GroupId");
            let other = call.get::<SecurityGroup>(id);
            let other = other.ok_or_else(|| security_group::not_found(id))?;
            let here = call.get::<SecurityGroup>(group);
            if here.is_some_and(|here| here.view["VpcId"] != other.view["VpcId"]) {
                let message = "You have specified two resources that belong to different networks.";
                return Err(AwsError::new("InvalidGroup.NotFound", message));
            }
            rule["ReferencedGroupInfo"] = json!({"GroupId": id, "UserId": call.account});
        }
    }
    Ok(())
}

/// Protocol and ports, as rules have them. Protocols without ports have -1 for them.
fn traffic(permission: &Value) -> Result<Value, AwsError> {
    let given = permission.text("IpProtocol");
    let protocol = match given.to_ascii_lowercase().as_str() {
        "6" | "tcp" => "tcp".to_owned(),
        "17" | "udp" => "udp".to_owned(),
        "1" | "icmp" => "icmp".to_owned(),
        "58" | "icmpv6" => "icmpv6".to_owned(),
        "-1" | "all" => "-1".to_owned(),
        "" => return Err(missing("ipProtocol")),
        number if number.parse::<u8>().is_ok() => number.to_owned(),
        _ => {
            let message = format!("Invalid value '{given}' for IP protocol. Unknown protocol.");
            return Err(invalid(message));
        }
    };
    let (from, to) = (permission.int("FromPort"), permission.int("ToPort"));
    let (from, to) = match protocol.as_str() {
        "tcp" | "udp" => {
            let from = from.ok_or_else(|| missing("fromPort"))?;
            let to = to.ok_or_else(|| missing("toPort"))?;
            if !(0..=65535).contains(&from) || !(0..=65535).contains(&to) || from > to {
                return Err(invalid(format!("Invalid TCP/UDP port range ({from}:{to})")));
            }
            (from, to)
        }
        "icmp" | "icmpv6" => {
            let (kind, code) = (from.unwrap_or(-1), to.unwrap_or(-1));
            let known = (-1..=255).contains(&kind) && (-1..=255).contains(&code);
            if !known || (kind == -1 && code != -1) {
                return Err(invalid(format!("Invalid ICMP type/code ({kind}:{code})")));
            }
            (kind, code)
        }
        _ => (-1, -1),
    };
    Ok(json!({"IpProtocol": protocol, "FromPort": from, "ToPort": to}))
}

/// What makes a rule the same as another: all but its description and tags.
pub(super) fn identity(rule: &Value) -> String {
    format!(
        "rule={}/{}/{}/{}/{}/{}",
        rule.text("GroupId"),
        rule.flag("IsEgress"),
        rule.text("IpProtocol"),
        rule.int("FromPort").unwrap_or(-1),
        rule.int("ToPort").unwrap_or(-1),
        peer_of(rule).2,
    )
}

/// How a rule's peer is shown in a permission, and the peer.
fn peer_of(rule: &Value) -> (&'static str, &'static str, &str) {
    for (member, list, name) in [
        ("CidrIpv4", "IpRanges", "CidrIp"),
        ("CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
        ("PrefixListId", "PrefixListIds", "PrefixListId"),
    ] {
        if let Some(peer) = rule.some_text(member) {
            return (list, name, peer);
        }
    }
    (
        "UserIdGroupPairs",
        "GroupId",
        rule["ReferencedGroupInfo"].text("GroupId"),
    )
}

/// A rule as an error message names it.
pub(super) fn spelt(rule: &Value) -> String {
    let protocol = match rule.text("IpProtocol") {
        "-1" => "ALL".to_owned(),
        protocol => protocol.to_ascii_uppercase(),
    };
    let ports = match (rule.int("FromPort"), rule.int("ToPort")) {
        (Some(from), Some(to)) if from >= 0 => format!(", from port: {from}, to port: {to}"),
        _ => String::new(),
    };
    format!("peer: {}, {protocol}{ports}, ALLOW", peer_of(rule).2)
}

/// Rules as their group shows them: those of the same traffic together.
pub(super) fn shown<'r>(rules: impl Iterator<Item = &'r Value>) -> Value {
    let mut permissions: BTreeMap<(&str, i64, i64), Value> = BTreeMap::new();
    for rule in rules {
        let protocol = rule.text("IpProtocol");
        let ports = [rule.int("FromPort"), rule.int("ToPort")].map(|port| port.unwrap_or(-1));
        let permission = permissions.entry((protocol, ports[0], ports[1]));
        let permission = permission.or_insert_with(|| {
            let mut empty = json!({
                "IpProtocol": protocol,
                "IpRanges": [],
                "Ipv6Ranges": [],
                "PrefixListIds": [],
                "UserIdGroupPairs": [],
            });
            if ["tcp", "udp", "icmp", "icmpv6"].contains(&protocol) {
                empty["FromPort"] = ports[0].into();
                empty["ToPort"] = ports[1].into();
            }
            empty
        });
        let (list, name, peer) = peer_of(rule);
        let mut item = json!({name: peer});
        if list == "UserIdGroupPairs" {
            item["UserId"] = rule["ReferencedGroupInfo"]["UserId"].clone();
        }
        item.take_over(rule, &["Description"]);
        if let Some(items) = permission[list].as_array_mut() {
            items.push(item);
        }
    }
    permissions.into_values().collect()
}
