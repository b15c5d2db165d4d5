//! What moto lists, held against what a stack declares: moto shows no inventory.

use jeancloud::prelude::*;
use jeancloud_stack::{Declaration, provider::Observed};
use serde_json::Value as Json;

use super::content::Found;
use crate::system::{inventory, leftovers, life::Life};

/// That what AWS lists of the kinds that it lists is what the stack declares, and nothing else.
pub(super) async fn expect(life: &Life, stack: &Stack, found: &Found) -> Result<(), String> {
    let mut listed = leftovers::of(&life.aws).await;
    listed.sort();
    let mut wanted = Vec::new();
    for declaration in stack.declarations() {
        let there = found.get(&declaration.address);
        wanted.extend(there.and_then(|there| line(&declaration, there)));
    }
    wanted.sort();
    inventory::compare(&listed, &wanted)
}

/// As [`leftovers`] lists it; `None` of a kind that is not listed.
fn line(declaration: &Declaration, there: &Observed) -> Option<String> {
    let property = |name: &str| {
        there
            .properties
            .get(name)
            .and_then(Json::as_str)
            .map(str::to_owned)
    };
    let output = |name: &str| {
        there
            .outputs
            .get(name)
            .and_then(Json::as_str)
            .map(str::to_owned)
    };
    let id = || Some(there.id.clone());
    let (kind, name) = match declaration.type_name {
        "AWS::EC2::VPC" => ("vpc", id()),
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => ("load balancer", property("Name")),
        "AWS::ElasticLoadBalancingV2::TargetGroup" => ("target group", property("Name")),
        "AWS::ECS::Cluster" => ("cluster", output("Arn")),
        "AWS::ECS::TaskDefinition" => ("task definition", id()),
        "AWS::Logs::LogGroup" => ("log group", property("LogGroupName")),
        "AWS::ECR::Repository" => ("repository", property("RepositoryName")),
        "AWS::RDS::DBInstance" => ("database", property("DBInstanceIdentifier")),
        "AWS::RDS::DBSubnetGroup" => ("database subnet group", property("DBSubnetGroupName")),
        "AWS::S3::Bucket" => return Some(format!("bucket {}", property("BucketName")?)),
        "AWS::IAM::Role" => ("role", property("RoleName")),
        "AWS::Route53::HostedZone" => ("zone", property("Name").map(|name| name + ".")),
        "AWS::CloudFront::Distribution" => ("distribution", id()),
        "AWS::CloudFront::OriginAccessControl" => ("origin access control", id()),
        _ => return None,
    };
    let name = name.unwrap_or_else(|| panic!("{} has no name: {there:#?}", declaration.address));
    Some(match declaration.region {
        Region::Global => format!("{kind} {name}"),
        region => format!("{region}: {kind} {name}"),
    })
}
