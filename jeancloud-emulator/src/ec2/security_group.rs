//! Security groups.

use serde_json::{Value, json};

use super::{
    common::{self, Listing},
    default_vpc,
    network_interface::NetworkInterface,
    security_group_rule as rule,
    vpc::{self, Vpc},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// "Constraints: Up to 255 characters in length", of names and descriptions,
/// API_CreateSecurityGroup.
pub(super) const LONGEST: usize = 255;
/// "a-z, A-Z, 0-9, spaces, and" these, the same.
const SIGNS: &str = "._-:/()#,@[]+=&;{}!$*";

resource! {
    /// A security group. Its view repeats its rules, which are resources of their own, as
    /// permissions.
    pub(crate) struct SecurityGroup: "ec2/security-group" in Region {}
    found by |group: &SecurityGroup| {
        let (vpc, name) = (group.view.text("VpcId"), group.view.text("GroupName"));
        vec![name_key(vpc, name), format!("group-name={name}")]
    }
}

/// CreateSecurityGroup: the new group lets everything out and nothing in.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (name, description) = (input.text("GroupName"), input.text("Description"));
    check_text("GroupName", name)?;
    check_text("GroupDescription", description)?;
    if name.starts_with("sg-") {
        let message = format!(
            "Value ({name}) for parameter GroupName is invalid. Group names may not be in the \
             format sg-*."
        );
        return Err(common::invalid(message));
    }
    if name == "default" {
        let message = "Cannot use reserved security group name: default";
        return Err(common::invalid(message));
    }
    let vpc = input.some_text("VpcId").map(str::to_owned);
    let Some(vpc) = &vpc.or_else(|| default_vpc::of(call)) else {
        let message = "No default VPC for this user";
        return Err(AwsError::new("VPCIdNotSpecified", message));
    };
    if !call.table::<Vpc>().contains(vpc) {
        return Err(vpc::not_found(vpc));
    }
    if call.table::<SecurityGroup>().any_with(&name_key(vpc, name)) {
        let message = format!("The security group '{name}' already exists for VPC '{vpc}'");
        return Err(AwsError::new("InvalidGroup.Duplicate", message));
    }
    let tags = common::tags_at_creation(input, "security-group")?;
    let id = insert(call, vpc, name, description, &tags);
    rule::insert_everything(call, &id, true);
    Ok(json!({
        "GroupId": id,
        "SecurityGroupArn": call.arn("ec2", &format!("security-group/{id}")),
        "Tags": tags,
    }))
}

/// A new VPC's group, which lets in what comes from itself.
///
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html>
pub(super) fn create_default(call: &mut Call<'_>, vpc: &str) {
    let id = insert(
        call,
        vpc,
        "default",
        "default VPC security group",
        &json!([]),
    );
    rule::insert_everything(call, &id, true);
    rule::insert_everything(call, &id, false);
}

fn insert(call: &mut Call<'_>, vpc: &str, name: &str, description: &str, tags: &Value) -> String {
    let id = call.id("sg");
    let view = json!({
        "Description": description,
        "GroupId": id,
        "GroupName": name,
        "IpPermissions": [],
        "IpPermissionsEgress": [],
        "OwnerId": call.account,
        "SecurityGroupArn": call.arn("ec2", &format!("security-group/{id}")),
        "Tags": tags,
        "VpcId": vpc,
    });
    call.insert(id.clone(), SecurityGroup { view });
    id
}

/// DescribeSecurityGroups.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let listing = Listing {
        filters: &[
            ("ip-permission.cidr", "IpPermissions.IpRanges.CidrIp"),
            ("ip-permission.from-port", "IpPermissions.FromPort"),
            (
                "ip-permission.group-id",
                "IpPermissions.UserIdGroupPairs.GroupId",
            ),
            (
                "ip-permission.ipv6-cidr",
                "IpPermissions.Ipv6Ranges.CidrIpv6",
            ),
            (
                "ip-permission.prefix-list-id",
                "IpPermissions.PrefixListIds.PrefixListId",
            ),
            ("ip-permission.protocol", "IpPermissions.IpProtocol"),
            ("ip-permission.to-port", "IpPermissions.ToPort"),
            (
                "ip-permission.user-id",
                "IpPermissions.UserIdGroupPairs.UserId",
            ),
            (
                "egress.ip-permission.cidr",
                "IpPermissionsEgress.IpRanges.CidrIp",
            ),
            (
                "egress.ip-permission.from-port",
                "IpPermissionsEgress.FromPort",
            ),
            (
                "egress.ip-permission.group-id",
                "IpPermissionsEgress.UserIdGroupPairs.GroupId",
            ),
            (
                "egress.ip-permission.ipv6-cidr",
                "IpPermissionsEgress.Ipv6Ranges.CidrIpv6",
            ),
            (
                "egress.ip-permission.prefix-list-id",
                "IpPermissionsEgress.PrefixListIds.PrefixListId",
            ),
            (
                "egress.ip-permission.protocol",
                "IpPermissionsEgress.IpProtocol",
            ),
            ("egress.ip-permission.to-port", "IpPermissionsEgress.ToPort"),
        ],
        indexed: &["group-name"],
        ..Listing::of("SecurityGroup", "GroupIds", not_found)
    };
    // "[Default VPC] The names of the security groups": there is none.
    if let Some(name) = input.texts("GroupNames").next() {
        let message = format!("The security group '{name}' does not exist in default VPC 'none'");
        return Err(AwsError::new("InvalidGroup.NotFound", message));
    }
    common::describe::<SecurityGroup>(call, input, &listing)
}

/// DeleteSecurityGroup: If you attempt to delete a security group that is associated with an
/// instance or network interface or is referenced by another security group in the same VPC, the
/// operation fails with DependencyViolation.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = id_of(input)?;
    let group = call.get::<SecurityGroup>(id).ok_or_else(|| not_found(id))?;
    if group.view.text("GroupName") == "default" {
        let message =
            format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Err(AwsError::new("CannotDelete", message));
    }
    if call.table::<NetworkInterface>().any_with(id) || rule::is_referenced(call, id) {
        let message = format!("resource {id} has a dependent object");
        return Err(AwsError::new("DependencyViolation", message));
    }
    remove(call, id);
    Ok(json!({"GroupId": id, "Return": true}))
}

/// Removes a group and its rules.
pub(super) fn remove(call: &mut Call<'_>, id: &str) {
    rule::remove_all(call, id);
    call.table_mut::<SecurityGroup>().remove(id);
}

/// The group that a VPC came with.
pub(crate) fn default_of(call: &Call<'_>, vpc: &str) -> Option<String> {
    let mut found = call
        .table::<SecurityGroup>()
        .with(&name_key(vpc, "default"));
    found.next().map(|(id, _)| id.to_owned())
}

/// The group that an operation is about. By name, groups are found in a default VPC only, and there
/// is none.
pub(super) fn id_of(input: &Value) -> Result<&str, AwsError> {
    match (input.some_text("GroupId"), input.some_text("GroupName")) {
        (Some(id), _) => Ok(id),
        (None, Some(name)) => Err(by_name(name)),
        (None, None) => {
            let message = "The request must contain the parameter groupName or groupId";
            Err(AwsError::new("MissingParameter", message))
        }
    }
}

/// A name where only an id will do.
pub(super) fn by_name(name: &str) -> AwsError {
    common::invalid(format!(
        "Invalid value '{name}' for groupName. You may not reference Amazon VPC security groups by \
         name. Please use the corresponding id for this operation."
    ))
}

pub(super) fn not_found(id: &str) -> AwsError {
    let message = format!("The security group '{id}' does not exist");
    AwsError::new("InvalidGroup.NotFound", message)
}

/// Whether a text has only letters that groups and rules may have.
pub(super) fn is_plain(text: &str) -> bool {
    let allowed =
        |letter: char| letter.is_ascii_alphanumeric() || letter == ' ' || SIGNS.contains(letter);
    text.chars().all(allowed) && text.len() <= LONGEST
}

fn check_text(parameter: &str, text: &str) -> Result<(), AwsError> {
    if text.is_empty() {
        return Err(common::missing(parameter));
    }
    if is_plain(text) {
        return Ok(());
    }
    let why = match text.len() > LONGEST {
        true => "Length exceeds maximum of 255.",
        false => "Character sets beyond ASCII are not supported.",
    };
    let message = format!("Value ({text}) for parameter {parameter} is invalid. {why}");
    Err(common::invalid(message))
}

fn name_key(vpc: &str, name: &str) -> String {
    format!("name={vpc}/{name}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// Allow all outbound traffic; see "Security group rules: Characteristics"; "default VPC
    /// security
    /// group", "Default security groups for your VPCs".
    #[test]
    fn a_group_lets_everything_out_and_a_default_one_itself_in() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let id = aws.group(&vpc, "web");
        let groups = aws.ok("ec2", "DescribeSecurityGroups", json!({"GroupIds": [id]}));
        let group = &groups["SecurityGroups"][0];
        assert_eq!(group["IpPermissions"], json!([]));
        let out = &group["IpPermissionsEgress"][0];
        assert_eq!(out["IpProtocol"], "-1");
        assert_eq!(out["IpRanges"], json!([{"CidrIp": "0.0.0.0/0"}]));
        assert_eq!(out.get("FromPort"), None);
        let name = json!("default");
        let found = aws.found(
            "DescribeSecurityGroups",
            "SecurityGroups",
            "group-name",
            &name,
        );
        let default = &found[0];
        let pair = &default["IpPermissions"][0]["UserIdGroupPairs"][0];
        assert_eq!(pair["GroupId"], default["GroupId"]);
        let gone = json!({"GroupId": default["GroupId"]});
        assert_eq!(aws.code("ec2", "DeleteSecurityGroup", gone), "CannotDelete");
    }

    /// "you can't have two security groups for … the same VPC with the same name",
    /// API_CreateSecurityGroup.
    #[test]
    fn names_are_unique_in_a_vpc_and_plain() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        aws.group(&vpc, "web");
        aws.group(&aws.vpc("10.1.0.0/16"), "web");
        let code = |name: &str, description: &str| {
            let input = json!({"VpcId": vpc, "GroupName": name, "Description": description});
            aws.code("ec2", "CreateSecurityGroup", input)
        };
        assert_eq!(code("web", "d"), "InvalidGroup.Duplicate");
        for (name, description) in [
            ("sg-1", "d"),
            ("default", "d"),
            ("é", "d"),
            ("web2", "l'été"),
            (&"a".repeat(256), "d"),
        ] {
            assert_eq!(code(name, description), "InvalidParameterValue", "{name}");
        }
    }

    #[test]
    fn a_group_that_another_names_or_an_interface_has_stays() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let (web, db) = (aws.group(&vpc, "web"), aws.group(&vpc, "db"));
        let from = |group| {
            json!([{
                "IpProtocol": "tcp",
                "FromPort": 5432,
                "ToPort": 5432,
                "UserIdGroupPairs": [{"GroupId": group}],
            }])
        };
        for from in [from(&web), from(&db)] {
            let input = json!({"GroupId": db, "IpPermissions": from});
            aws.ok("ec2", "AuthorizeSecurityGroupIngress", input);
        }
        let gone = json!({"GroupId": web});
        let refusal = aws.refused("ec2", "DeleteSecurityGroup", gone.clone());
        assert_eq!(refusal.code, "DependencyViolation");
        let subnet = aws.subnet(&vpc, "10.0.0.0/24", "eu-west-3a");
        let interface = json!({"SubnetId": subnet, "Groups": [db]});
        let interface = aws.ok("ec2", "CreateNetworkInterface", interface);
        let db = json!({"GroupId": db});
        assert_eq!(
            aws.code("ec2", "DeleteSecurityGroup", db.clone()),
            "DependencyViolation"
        );
        let interface = &interface["NetworkInterface"]["NetworkInterfaceId"];
        aws.ok(
            "ec2",
            "DeleteNetworkInterface",
            json!({"NetworkInterfaceId": interface}),
        );
        // A group that only it itself names goes.
        aws.ok("ec2", "DeleteSecurityGroup", db);
        aws.ok("ec2", "DeleteSecurityGroup", gone.clone());
        assert_eq!(
            aws.code("ec2", "DeleteSecurityGroup", gone),
            "InvalidGroup.NotFound"
        );
    }
}
