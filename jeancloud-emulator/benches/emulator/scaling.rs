//! What ten thousand subnets and security groups add to a call.

use jeancloud_emulator::Emulator;

use crate::{
    aws::{Aws, element},
    latency::rule,
    measure::{Times, micros, times},
};

const FEW: usize = 10;
const MANY: usize = 10_000;
/// Calls of each operation, each on a resource of its own.
const CALLS: usize = 300;
/// Subnets of a VPC: a block of 16 has room for 4096 of 28.
const OF_A_VPC: usize = 2500;

/// Prints each operation beside ten resources and beside ten thousand.
pub fn print() {
    println!(
        "\n{:<42}{:>13}{:>13}{:>8}",
        "a call beside so many resources", FEW, MANY, "ratio"
    );
    compare("subnets", measure_subnets);
    compare("groups", measure_groups);
    println!("\nthe same, kept in a folder");
    compare_in_folders("subnets", measure_subnets);
    compare_in_folders("groups", measure_groups);
}

type Row = (&'static str, Times);

fn compare(kind: &str, measure: fn(&Aws, usize) -> Vec<Row>) {
    let rows = [FEW, MANY].map(|count| measure(&Aws::of(&Emulator::new()), count));
    table(kind, &rows);
}

fn compare_in_folders(kind: &str, measure: fn(&Aws, usize) -> Vec<Row>) {
    let rows = [FEW, MANY].map(|count| {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let emulator = Emulator::open(folder.path()).expect("the folder is new");
        measure(&Aws::of(&emulator), count)
    });
    table(kind, &rows);
}

fn table(kind: &str, [few, many]: &[Vec<Row>; 2]) {
    for ((name, few), (_, many)) in few.iter().zip(many) {
        let (few, many) = (few.median(), many.median());
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        let name = format!("{kind}: {name}");
        println!("{name:<42}{}  {}{ratio:>8.2}", micros(few), micros(many));
    }
}

fn vpc(aws: &Aws, number: usize) -> String {
    let made = aws.ec2(&format!("Action=CreateVpc&CidrBlock=10.{number}.0.0%2F16"));
    element(&made, "vpcId")
}

fn subnet(aws: &Aws, vpc: &str, network: usize, at: usize) -> String {
    let block = format!("10.{network}.{}.{}%2F28", at / 16, at % 16 * 16);
    let made = aws.ec2(&format!(
        "Action=CreateSubnet&VpcId={vpc}&CidrBlock={block}"
    ));
    element(&made, "subnetId")
}

fn measure_subnets(aws: &Aws, count: usize) -> Vec<Row> {
    let mut last = String::new();
    for network in 0..count.div_ceil(OF_A_VPC) {
        last = vpc(aws, network);
        for at in 0..OF_A_VPC.min(count - network * OF_A_VPC) {
            subnet(aws, &last, network, at);
        }
    }
    let network = count.div_ceil(OF_A_VPC) - 1;
    let mut made = Vec::new();
    let create = times(CALLS, |at| {
        made.push(subnet(aws, &last, network, OF_A_VPC + at));
    });
    let by_id = times(CALLS, |at| {
        aws.ec2(&format!("Action=DescribeSubnets&SubnetId.1={}", made[at]));
    });
    let tag = times(CALLS, |at| {
        let id = &made[at];
        aws.ec2(&format!(
            "Action=CreateTags&ResourceId.1={id}&Tag.1.Key=Name&Tag.1.Value={at}"
        ));
    });
    let by_tag = times(CALLS, |at| {
        aws.ec2(&format!(
            "Action=DescribeSubnets&Filter.1.Name=tag%3AName&Filter.1.Value.1={at}"
        ));
    });
    let page = times(CALLS, |_| {
        aws.ec2("Action=DescribeSubnets&MaxResults=10");
    });
    let of_vpc = times(CALLS, |_| {
        let filter = format!("Filter.1.Name=vpc-id&Filter.1.Value.1={last}");
        aws.ec2(&format!("Action=DescribeSubnets&MaxResults=10&{filter}"));
    });
    let modify = times(CALLS, |at| {
        let id = &made[at];
        aws.ec2(&format!(
            "Action=ModifySubnetAttribute&SubnetId={id}&MapPublicIpOnLaunch.Value=true"
        ));
    });
    let delete = times(CALLS, |at| {
        aws.ec2(&format!("Action=DeleteSubnet&SubnetId={}", made[at]));
    });
    vec![
        ("CreateSubnet", create),
        ("DescribeSubnets by id", by_id),
        ("CreateTags", tag),
        ("DescribeSubnets by tag", by_tag),
        ("DescribeSubnets, a page of 10", page),
        ("DescribeSubnets of a VPC, a page of 10", of_vpc),
        ("ModifySubnetAttribute", modify),
        ("DeleteSubnet", delete),
    ]
}

fn group(aws: &Aws, vpc: &str, name: &str) -> String {
    let form = format!("GroupName={name}&GroupDescription=a&VpcId={vpc}");
    element(
        &aws.ec2(&format!("Action=CreateSecurityGroup&{form}")),
        "groupId",
    )
}

fn measure_groups(aws: &Aws, count: usize) -> Vec<Row> {
    let vpc = vpc(aws, 0);
    for at in 0..count {
        let id = group(aws, &vpc, &format!("other-{at}"));
        aws.ec2(&format!(
            "Action=AuthorizeSecurityGroupIngress&GroupId={id}&{}",
            rule()
        ));
    }
    let mut made = Vec::new();
    let create = times(CALLS, |at| {
        made.push(group(aws, &vpc, &format!("name-{at}")))
    });
    let by_id = times(CALLS, |at| {
        aws.ec2(&format!(
            "Action=DescribeSecurityGroups&GroupId.1={}",
            made[at]
        ));
    });
    let by_name = times(CALLS, |at| {
        let filters = format!(
            "Filter.1.Name=group-name&Filter.1.Value.1=name-{at}\
             &Filter.2.Name=vpc-id&Filter.2.Value.1={vpc}"
        );
        aws.ec2(&format!("Action=DescribeSecurityGroups&{filters}"));
    });
    let page = times(CALLS, |_| {
        aws.ec2("Action=DescribeSecurityGroups&MaxResults=10");
    });
    let authorize = times(CALLS, |at| {
        let id = &made[at];
        aws.ec2(&format!(
            "Action=AuthorizeSecurityGroupIngress&GroupId={id}&{}",
            rule()
        ));
    });
    let rules = times(CALLS, |at| {
        let filter = format!("Filter.1.Name=group-id&Filter.1.Value.1={}", made[at]);
        aws.ec2(&format!("Action=DescribeSecurityGroupRules&{filter}"));
    });
    let revoke = times(CALLS, |at| {
        let id = &made[at];
        aws.ec2(&format!(
            "Action=RevokeSecurityGroupIngress&GroupId={id}&{}",
            rule()
        ));
    });
    let delete = times(CALLS, |at| {
        aws.ec2(&format!("Action=DeleteSecurityGroup&GroupId={}", made[at]));
    });
    vec![
        ("CreateSecurityGroup", create),
        ("DescribeSecurityGroups by id", by_id),
        ("DescribeSecurityGroups by name", by_name),
        ("DescribeSecurityGroups, a page of 10", page),
        ("AuthorizeSecurityGroupIngress", authorize),
        ("DescribeSecurityGroupRules of a group", rules),
        ("RevokeSecurityGroupIngress", revoke),
        ("DeleteSecurityGroup", delete),
    ]
}
