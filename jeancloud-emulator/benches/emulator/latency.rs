//! What one call takes, in each of AWS's protocols.

use jeancloud_emulator::{Emulator, Request};

use crate::{
    aws::{Aws, element},
    measure::{micros, times},
};

const CALLS: usize = 1000;

/// Prints the median of typical operations.
pub fn print() {
    println!(
        "\n{:<44}{:>11}{:>14}",
        "one call (1000 of each)", "median", "99 of 100"
    );
    let aws = Aws::of(&Emulator::builder().time_factor(0.0).build());
    ec2(&aws);
    query(&aws);
    json(&aws);
    rest_xml(&aws);
}

fn row(protocol: &str, operation: &str, call: impl FnMut(usize)) {
    let times = times(CALLS, call);
    let name = format!("{protocol:<10}{operation}");
    println!(
        "{name:<42}{}{}",
        micros(times.median()),
        micros(times.slow())
    );
}

fn ec2(aws: &Aws) {
    let mut vpcs = Vec::new();
    row("ec2", "CreateVpc", |_| {
        let made = aws.ec2("Action=CreateVpc&CidrBlock=10.0.0.0%2F16");
        vpcs.push(element(&made, "vpcId"));
    });
    row("ec2", "DescribeVpcs by id", |at| {
        aws.ec2(&format!("Action=DescribeVpcs&VpcId.1={}", vpcs[at]));
    });
    row("ec2", "CreateSubnet with tags", |at| {
        let tags = "TagSpecification.1.ResourceType=subnet&TagSpecification.1.Tag.1.Key=Name\
                    &TagSpecification.1.Tag.1.Value=a";
        let vpc = &vpcs[at];
        aws.ec2(&format!(
            "Action=CreateSubnet&VpcId={vpc}&CidrBlock=10.0.1.0%2F24&{tags}"
        ));
    });
    let mut groups = Vec::new();
    row("ec2", "CreateSecurityGroup", |at| {
        let form = format!("GroupName=a&GroupDescription=a&VpcId={}", vpcs[at]);
        let made = aws.ec2(&format!("Action=CreateSecurityGroup&{form}"));
        groups.push(element(&made, "groupId"));
    });
    row("ec2", "AuthorizeSecurityGroupIngress", |at| {
        aws.ec2(&format!(
            "Action=AuthorizeSecurityGroupIngress&GroupId={}&{}",
            groups[at],
            rule()
        ));
    });
}

/// Traffic to port 80 from anywhere.
pub fn rule() -> &'static str {
    "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=80&IpPermissions.1.ToPort=80\
     &IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0%2F0"
}

fn query(aws: &Aws) {
    let trust = "AssumeRolePolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B\
                 %7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22\
                 ecs-tasks.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";
    row("query", "iam CreateRole", |at| {
        aws.form(
            "iam",
            &format!("Action=CreateRole&RoleName=role-{at}&{trust}"),
        );
    });
    row("query", "iam GetRole", |at| {
        aws.form("iam", &format!("Action=GetRole&RoleName=role-{at}"));
    });
    row("query", "elbv2 DescribeLoadBalancers", |_| {
        aws.form("elasticloadbalancing", "Action=DescribeLoadBalancers");
    });
}

fn json(aws: &Aws) {
    row("json", "logs CreateLogGroup", |at| {
        let body = format!(r#"{{"logGroupName":"/app/{at}"}}"#);
        aws.json("logs", "Logs_20140328.CreateLogGroup", &body);
    });
    let target = "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition";
    row("json", "ecs RegisterTaskDefinition", |at| {
        let body = format!(
            r#"{{"family":"app-{at}","cpu":"256","memory":"512","networkMode":"awsvpc",
               "requiresCompatibilities":["FARGATE"],"containerDefinitions":[{{"name":"app",
               "image":"nginx","portMappings":[{{"containerPort":80}}]}}]}}"#
        );
        aws.json("ecs", target, &body);
    });
    let target = "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition";
    row("json", "ecs DescribeTaskDefinition", |at| {
        aws.json(
            "ecs",
            target,
            &format!(r#"{{"taskDefinition":"app-{at}"}}"#),
        );
    });
}

fn rest_xml(aws: &Aws) {
    let here = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
                </CreateBucketConfiguration>";
    aws.send("s3", Request::new("PUT", "/bucket").body(here));
    row("rest-xml", "s3 PutObject", |at| {
        let put = Request::new("PUT", &format!("/bucket/key-{at}"));
        aws.send("s3", put.body("hello"));
    });
    row("rest-xml", "s3 GetObject", |at| {
        aws.send("s3", Request::new("GET", &format!("/bucket/key-{at}")));
    });
    let zone = "<CreateHostedZoneRequest><Name>example.com</Name>\
                <CallerReference>a</CallerReference></CreateHostedZoneRequest>";
    let made = aws.send(
        "route53",
        Request::new("POST", "/2013-04-01/hostedzone").body(zone),
    );
    let (_, zone) = made
        .split_once("<HostedZone>")
        .expect("the answer has the zone");
    let zone = element(zone, "Id").replace("/hostedzone/", "");
    let records = format!("/2013-04-01/hostedzone/{zone}/rrset");
    row("rest-xml", "route53 ChangeResourceRecordSets", |at| {
        let change = format!(
            "<ChangeResourceRecordSetsRequest><ChangeBatch><Changes><Change><Action>CREATE</Action>\
             <ResourceRecordSet><Name>n{at}.example.com</Name><Type>A</Type><TTL>60</TTL>\
             <ResourceRecords><ResourceRecord><Value>1.2.3.4</Value></ResourceRecord>\
             </ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch>\
             </ChangeResourceRecordSetsRequest>"
        );
        aws.send("route53", Request::new("POST", &records).body(change));
    });
    row("rest-xml", "route53 ListResourceRecordSets, one", |at| {
        let query = format!("name=n{at}.example.com&type=A&maxitems=1");
        aws.send(
            "route53",
            Request::new("GET", &format!("{records}?{query}")),
        );
    });
}
