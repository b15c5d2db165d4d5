//! A VPC that the stack does not own.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::types::{Filter, Vpc};
use jeancloud_model::lookup::{ExistingVpc, VpcQuestion};
use jeancloud_stack::provider::{ErrorKind, ProviderError};
use serde_json::Value as Json;

use crate::{
    Clients, error,
    handler::{Answer, LookupHandler, Result},
};

pub(super) struct ExistingVpcHandler;

#[async_trait]
impl LookupHandler for ExistingVpcHandler {
    type Lookup = ExistingVpc;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeVpcs",
    ];

    async fn read(&self, aws: &Clients, lookup: &ExistingVpc) -> Result<Answer> {
        let filters = match &lookup.question {
            VpcQuestion::Id(id) => vec![filter("vpc-id", id.value().as_str())],
            VpcQuestion::Tags(tags) => {
                let tag = |(key, value): (&str, &str)| filter(&format!("tag:{key}"), value);
                tags.resolved().map(tag).collect()
            }
            VpcQuestion::Default(_) => vec![filter("is-default", "true")],
        };
        let call = aws.ec2().describe_vpcs().set_filters(Some(filters));
        let answer = call.send().await.map_err(error::of("DescribeVpcs"))?;
        let vpc = the_one(answer.vpcs())?;
        let id = vpc.vpc_id().unwrap_or_default();
        let mut outputs = BTreeMap::new();
        let mut output = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                outputs.insert(name.to_owned(), Json::from(value));
            }
        };
        output("CidrBlock", vpc.cidr_block());
        output(
            "DefaultSecurityGroup",
            default_group(aws, id).await?.as_deref(),
        );
        output("MainRouteTableId", main_table(aws, id).await?.as_deref());
        Ok(Answer {
            id: id.to_owned(),
            outputs,
        })
    }
}

fn the_one(vpcs: &[Vpc]) -> Result<&Vpc> {
    let refuse = |kind, message: String| Err(ProviderError::new(kind, "DescribeVpcs", message));
    match vpcs {
        [vpc] => Ok(vpc),
        [] => refuse(
            ErrorKind::NotFound,
            "no VPC is what was asked for".to_owned(),
        ),
        many => {
            let ids: Vec<&str> = many.iter().filter_map(|vpc| vpc.vpc_id()).collect();
            let message = format!(
                "{} VPCs are what was asked for: {}",
                many.len(),
                ids.join(", ")
            );
            refuse(ErrorKind::Invalid, message)
        }
    }
}

async fn default_group(aws: &Clients, vpc: &str) -> Result<Option<String>> {
    let call = aws
        .ec2()
        .describe_security_groups()
        .filters(filter("vpc-id", vpc))
        .filters(filter("group-name", "default"));
    let answer = call.send().await;
    let answer = answer.map_err(error::of("DescribeSecurityGroups"))?;
    let group = answer.security_groups().first();
    Ok(group.and_then(|group| group.group_id()).map(str::to_owned))
}

async fn main_table(aws: &Clients, vpc: &str) -> Result<Option<String>> {
    let call = aws
        .ec2()
        .describe_route_tables()
        .filters(filter("vpc-id", vpc))
        .filters(filter("association.main", "true"));
    let answer = call.send().await;
    let answer = answer.map_err(error::of("DescribeRouteTables"))?;
    let table = answer.route_tables().first();
    Ok(table
        .and_then(|table| table.route_table_id())
        .map(str::to_owned))
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}
