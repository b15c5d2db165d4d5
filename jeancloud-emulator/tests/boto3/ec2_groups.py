"""Security groups and their rules."""

from check import expect, holds, only, refused, same, tags
from ec2_network import a_vpc, filtered, specified

EVERYWHERE = "0.0.0.0/0"


def tcp(port, **peer):
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peer}


def from_block(block, description=None):
    described = {"Description": description} if description else {}
    return {"IpRanges": [{"CidrIp": block, **described}]}


def check_groups(aws):
    """Groups have names of their own in a VPC, a default one, and stay while another group names them."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc:
        made = [
            ec2.create_security_group(GroupName=name, Description="a test", VpcId=vpc)["GroupId"]
            for name in ["a", "b", "c", "d", "e", "f"]
        ]
        aws.wait("ec2", "security_group_exists", GroupIds=made)
        listed = aws.pages("ec2", "describe_security_groups", size=5, Filters=filtered(vpc_id=vpc))
        same(sorted(it["GroupName"] for it in listed), ["a", "b", "c", "d", "default", "e", "f"])
        with refused("InvalidGroup.Duplicate", 400):
            ec2.create_security_group(GroupName="a", Description="again", VpcId=vpc)
        default = next(it["GroupId"] for it in listed if it["GroupName"] == "default")
        with refused("CannotDelete", 400):
            ec2.delete_security_group(GroupId=default)
        pair = {"UserIdGroupPairs": [{"GroupId": made[1]}]}
        ec2.authorize_security_group_ingress(GroupId=made[0], IpPermissions=[tcp(80, **pair)])
        with refused("DependencyViolation", 400):
            ec2.delete_security_group(GroupId=made[1])
        ec2.revoke_security_group_ingress(GroupId=made[0], IpPermissions=[tcp(80, **pair)])
        for group in made:
            ec2.delete_security_group(GroupId=group)
        with refused("InvalidGroup.NotFound", 400):
            ec2.describe_security_groups(GroupIds=made[:1])


def check_group_rules(aws):
    """Rules are told of twice: as a group's permissions and one by one, with ids."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc:
        group = ec2.create_security_group(GroupName="rules", Description="a test", VpcId=vpc)["GroupId"]
        made = inward(ec2, group)
        outward(ec2, group)
        rules = aws.pages("ec2", "describe_security_group_rules", size=5, Filters=filtered(group_id=group))
        same(
            sorted((rule["IsEgress"], rule["FromPort"]) for rule in rules),
            [
                (False, 80),
                (False, 81),
                (False, 82),
                (False, 83),
                (False, 84),
                (False, 85),
                (True, 443),
            ],
        )
        changed = {
            "SecurityGroupRuleId": made,
            "SecurityGroupRule": {
                "IpProtocol": "tcp",
                "FromPort": 90,
                "ToPort": 91,
                "CidrIpv4": "10.0.0.0/8",
                "Description": "changed",
            },
        }
        ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[changed])
        shown = only(ec2.describe_security_group_rules(SecurityGroupRuleIds=[made])["SecurityGroupRules"])
        holds(shown, FromPort=90, ToPort=91, CidrIpv4="10.0.0.0/8", Description="changed", GroupId=group)
        ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[made])
        with refused("InvalidSecurityGroupRuleId.NotFound", 400):
            ec2.describe_security_group_rules(SecurityGroupRuleIds=[made])
        ec2.delete_security_group(GroupId=group)


def inward(ec2, group):
    first = ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[tcp(80, **from_block(EVERYWHERE, "web"))],
        TagSpecifications=specified("security-group-rule", Name="web"),
    )
    rule = only(first["SecurityGroupRules"])
    holds(rule, IsEgress=False, FromPort=80, CidrIpv4=EVERYWHERE, Description="web", Tags=tags(Name="web"))
    with refused("InvalidPermission.Duplicate", 400):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(80, **from_block(EVERYWHERE))])
    for port in range(81, 86):
        ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=[tcp(port, **from_block(EVERYWHERE))]
        )
    with refused("InvalidPermission.NotFound", 400):
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, **from_block(EVERYWHERE))])
    described = [tcp(80, **from_block(EVERYWHERE, "the web"))]
    ec2.update_security_group_rule_descriptions_ingress(GroupId=group, IpPermissions=described)
    shown = only(ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"])["IpPermissions"]
    web = next(it for it in shown if it["FromPort"] == 80)
    same(web["IpRanges"], [{"CidrIp": EVERYWHERE, "Description": "the web"}])
    return rule["SecurityGroupRuleId"]


def outward(ec2, group):
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": EVERYWHERE}]}
    shown = only(ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"])["IpPermissionsEgress"]
    same(only(shown)["IpProtocol"], "-1", "the rule that a new group has")
    answer = ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[everything])
    expect(answer["Return"], f"{answer}")
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[tcp(443, **from_block(EVERYWHERE))])
    described = [tcp(443, **from_block(EVERYWHERE, "out"))]
    ec2.update_security_group_rule_descriptions_egress(GroupId=group, IpPermissions=described)
    shown = only(ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"])["IpPermissionsEgress"]
    same(only(shown)["IpRanges"], [{"CidrIp": EVERYWHERE, "Description": "out"}])
