//! Private zones and their networks.

use serde_json::{Value, json};

use super::{change, common, hosted_zone};
use crate::{
    call::Call,
    ec2::vpc::Vpc,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// AssociateVPCWithHostedZone.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html>
pub(super) fn associate(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = common::bare(input.text("HostedZoneId")).to_owned();
    let zone = hosted_zone::named(call, &id)?;
    if zone.vpcs.is_empty() {
        let message = "You're trying to associate a VPC with a public hosted zone. Amazon Route 53 \
                       doesn't support associating a VPC with a public hosted zone.";
        return Err(AwsError::new("PublicZoneVPCAssociation", message));
    }
    let name = zone.view.text("Name").to_owned();
    let vpc = input["VPC"].clone();
    check(call, &vpc)?;
    check_free(call, &vpc, &name)?;
    hosted_zone::named_mut(call, &id)?.vpcs.push(vpc);
    let comment = input.some_text("Comment");
    Ok(json!({"ChangeInfo": change::begin(call, comment)}))
}

/// DisassociateVPCFromHostedZone: the last one stays.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html>
pub(super) fn disassociate(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut zone = hosted_zone::named_mut(call, input.text("HostedZoneId"))?;
    let gone = key(&input["VPC"]);
    let Some(at) = zone.vpcs.iter().position(|vpc| key(vpc) == gone) else {
        let message = "The specified VPC and hosted zone are not currently associated.";
        return Err(AwsError::new("VPCAssociationNotFound", message));
    };
    if zone.vpcs.len() == 1 {
        let message = "The VPC that you're trying to disassociate from the private hosted zone is \
                       the last VPC that is associated with the hosted zone.";
        return Err(AwsError::new("LastVPCAssociation", message));
    }
    zone.vpcs.remove(at);
    drop(zone);
    let comment = input.some_text("Comment");
    Ok(json!({"ChangeInfo": change::begin(call, comment)}))
}

/// What zones of a network are found by.
pub(super) fn key(vpc: &Value) -> String {
    format!("vpc/{}/{}", vpc.text("VPCRegion"), vpc.text("VPCId"))
}

/// Refuses a network that isn't there.
pub(super) fn check(call: &mut Call<'_>, vpc: &Value) -> Result<(), AwsError> {
    let account = call.account.clone();
    let vpcs = call.table_of::<Vpc>(&account, vpc.text("VPCRegion"));
    if vpcs.contains(vpc.text("VPCId")) {
        return Ok(());
    }
    let message = format!(
        "The VPC: {} that you provided is not authorized to make the association.",
        vpc.text("VPCId")
    );
    Err(AwsError::new("InvalidVPCId", message))
}

/// Refuses a second zone of the same name in a network.
pub(super) fn check_free(call: &Call<'_>, vpc: &Value, name: &str) -> Result<(), AwsError> {
    let key = key(vpc);
    let mut zones = call.table::<hosted_zone::HostedZone>().with(&key);
    if !zones.any(|(_, zone)| zone.view.text("Name") == name) {
        return Ok(());
    }
    let message = format!(
        "The VPC {} in region {} has already been associated with the hosted zone {name} or with \
         one of the same name.",
        vpc.text("VPCId"),
        vpc.text("VPCRegion")
    );
    Err(AwsError::new("ConflictingDomainExists", message))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn vpc(aws: &Aws) -> Value {
        let vpc = aws.ok("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}));
        json!({"VPCId": vpc["Vpc"]["VpcId"], "VPCRegion": "eu-west-3"})
    }

    fn private(aws: &Aws, vpc: &Value) -> Value {
        let zone = json!({"Name": "a.internal", "CallerReference": "1", "VPC": vpc});
        let made = aws.ok("route53", "CreateHostedZone", zone);
        let id = made["HostedZone"]["Id"].as_str().unwrap();
        id.strip_prefix("/hostedzone/").unwrap().into()
    }

    /// You can't disassociate the last VPC from a private hosted zone; see
    /// API_DisassociateVPCFromHostedZone.
    #[test]
    fn a_private_zone_keeps_a_network() {
        let aws = Aws::new();
        let (one, two) = (vpc(&aws), vpc(&aws));
        let id = private(&aws, &one);
        let with = |vpc: &Value| json!({"HostedZoneId": id, "VPC": vpc});
        let code = aws.code("route53", "DisassociateVPCFromHostedZone", with(&one));
        assert_eq!(code, "LastVPCAssociation");
        aws.ok("route53", "AssociateVPCWithHostedZone", with(&two));
        let code = aws.code("route53", "AssociateVPCWithHostedZone", with(&two));
        assert_eq!(code, "ConflictingDomainExists");
        aws.ok("route53", "DisassociateVPCFromHostedZone", with(&one));
        let code = aws.code("route53", "DisassociateVPCFromHostedZone", with(&one));
        assert_eq!(code, "VPCAssociationNotFound");
        let told = aws.ok("route53", "GetHostedZone", json!({"Id": id}));
        assert_eq!(told["VPCs"], json!([two]));
        assert_eq!(told["HostedZone"]["Config"]["PrivateZone"], true);
    }

    #[test]
    fn networks_have_to_exist_and_zones_to_be_private() {
        let aws = Aws::new();
        let absent = json!({"VPCId": "vpc-0", "VPCRegion": "eu-west-3"});
        let zone = json!({"Name": "a.internal", "CallerReference": "1", "VPC": absent});
        assert_eq!(
            aws.code("route53", "CreateHostedZone", zone),
            "InvalidVPCId"
        );
        let zone = json!({"Name": "a.fr", "CallerReference": "1"});
        let made = aws.ok("route53", "CreateHostedZone", zone);
        let id = made["HostedZone"]["Id"].as_str().unwrap();
        let id = id.strip_prefix("/hostedzone/").unwrap();
        let public = json!({"HostedZoneId": id, "VPC": vpc(&aws)});
        let code = aws.code("route53", "AssociateVPCWithHostedZone", public);
        assert_eq!(code, "PublicZoneVPCAssociation");
    }
}
