//! Whose the parent of something untaggable is: what stands under a foreign one is never touched.

use aws_sdk_ec2::types::Tag;
use jeancloud_stack::provider::Ownership;

use super::common;
use crate::{
    Clients, error,
    handler::{Result, Search},
};

/// Whether these tags say that their resource is the stack's own.
pub(super) fn is_ours(search: &Search<'_>, tags: &[Tag]) -> bool {
    let ownership = Ownership::from_tags(common::pairs(tags));
    ownership.is_some_and(|ownership| ownership.stack == search.stack)
}

/// Whether this VPC is the stack's own; one that is gone is nobody's.
pub(super) async fn vpc_is_ours(aws: &Clients, search: &Search<'_>, id: &str) -> Result<bool> {
    let call = aws.ec2().describe_vpcs().vpc_ids(id).send().await;
    let answer = error::if_there(call.map_err(error::of("DescribeVpcs")))?;
    let vpcs = answer.iter().flat_map(|answer| answer.vpcs());
    Ok(vpcs.into_iter().any(|vpc| is_ours(search, vpc.tags())))
}

/// Whether this subnet is the stack's own; one that is gone is nobody's.
pub(super) async fn subnet_is_ours(aws: &Clients, search: &Search<'_>, id: &str) -> Result<bool> {
    let call = aws.ec2().describe_subnets().subnet_ids(id).send().await;
    let answer = error::if_there(call.map_err(error::of("DescribeSubnets")))?;
    let subnets = answer.iter().flat_map(|answer| answer.subnets());
    Ok(subnets
        .into_iter()
        .any(|subnet| is_ours(search, subnet.tags())))
}
