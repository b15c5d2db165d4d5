//! [`HostedZone`]: `AWS::Route53::HostedZone`, a domain whose records are ours.

use crate::{
    Conditional, DnsName, Facts, Input, IntoInput, IntoText, Placement, Tagging, change,
    ec2::VpcId, id_value, outputs, properties, resource, text_value,
};

id_value! {
    /// The id of a hosted zone, as `Z0123456789ABCDEFGHIJ`, without `/hostedzone/` before it.
    HostedZoneId starts "Z",
    /// The id of a reusable delegation set, as `N1PA6795SAMPLE`.
    DelegationSetId starts "N",
}

text_value! {
    /// The four name servers of a zone: a list as a stack's output, separated by `, ` in a text.
    NameServers,
    /// The domain of a hosted zone, as `example.com`.
    ZoneName {
        rule: "a zone's name is a domain name of at most 255 characters, in lower case, without `*` and without a dot at its end",
        document: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
        check: |text| match name_fault(text) {
            None if text.contains('*') => Some("holds a wildcard"),
            fault => fault,
        },
    },
}

/// What is wrong with a name, as jeancloud writes names: the way Route 53 gives them back, without
/// the dot at the end.
pub(super) fn name_fault(text: &str) -> Option<&'static str> {
    if text.ends_with('.') {
        return Some("ends with a dot");
    }
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Some("has capital letters");
    }
    let name = DnsName::new(text.to_owned());
    crate::Value::check(&name)
        .err()
        .map(|_| "is no domain name")
}

properties! {
    /// What is said about a zone.
    HostedZoneConfig;
    /// A comment, at most 256 characters.
    text comment "Comment",
}

impl HostedZoneConfig {
    /// A zone with this comment.
    pub fn comment(comment: impl IntoText) -> Self {
        Self {
            comment: comment.into_text(),
        }
    }
}

properties! {
    /// A VPC in which a private zone answers.
    HostedZoneVpc;
    /// The VPC.
    one vpc_id "VPCId": VpcId,
    /// The region that the VPC is in, as `eu-west-3`.
    text vpc_region "VPCRegion",
}

impl HostedZoneVpc {
    /// The VPC `vpc` in `region`.
    pub fn new(vpc: impl IntoInput<VpcId>, region: crate::Region) -> Self {
        let vpc_id: Input<VpcId> = vpc.into_input();
        let vpc_region = region.as_str().into_text();
        Self { vpc_id, vpc_region }
    }
}

resource! {
    /// A domain, and the name servers that answer for it: public, or private to VPCs.
    ///
    /// A new public zone answers to nobody until the domain's registrar names its name servers
    /// (output `NameServers`). AWS deletes a zone only when nothing but its own `NS` and `SOA`
    /// records are left.
    ///
    /// Follows [`AWS::Route53::HostedZone`] and Route 53's [`CreateHostedZone`].
    ///
    /// [`AWS::Route53::HostedZone`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-hostedzone.html
    /// [`CreateHostedZone`]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
    HostedZone = "AWS::Route53::HostedZone", id "Id": HostedZoneId,
    facts Facts {
        create_only: &["Name", "DelegationSetId"],
        conditional: &[Conditional {
            property: "VPCs",
            rule: "a public zone takes no VPC, and a private one keeps its last",
            document: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html",
            replaces: |before, after| change::is_something(before) != change::is_something(after),
        }],
        outputs: &["Name", "NameServers"],
        unordered: &["VPCs"],
        defaults: &[("HostedZoneConfig", "{\"Comment\":\"\"}"), ("VPCs", "[]")],
        tagging: Tagging::AfterCreate,
        placement: Placement::Global,
        ..Facts::DEFAULT
    };

    /// The domain, as `example.com`. AWS keeps it with a trailing dot and in lower case.
    one name "Name": ZoneName,
    /// A comment on the zone. Left out: none.
    opt_plain hosted_zone_config "HostedZoneConfig": HostedZoneConfig,
    /// The VPCs in which it answers. With one or more, it is private; a zone can't become private
    /// or public later.
    plain_list vpcs "VPCs": HostedZoneVpc,
    /// A reusable delegation set: name servers shared by several zones. Public zones only.
    opt delegation_set_id "DelegationSetId": DelegationSetId,
    tags "HostedZoneTags",
}

outputs! { HostedZone {
    /// The zone's id.
    zone_id "Id": HostedZoneId,
    /// Its domain, as it was declared: without a trailing dot.
    name "Name": ZoneName,
    /// The name servers that the domain's registrar has to name.
    name_servers "NameServers": NameServers,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn names_are_written_as_route_53_gives_them_back() {
        assert!(ZoneName::new("jeancloud.rocks").check().is_ok());
        assert!(ZoneName::new("jeancloud.rocks.").check().is_err());
        assert!(ZoneName::new("JeanCloud.rocks").check().is_err());
        assert!(ZoneName::new("*.jeancloud.rocks").check().is_err());
        assert!(ZoneName::new("jean cloud").check().is_err());
    }
}
