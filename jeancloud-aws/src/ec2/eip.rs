//! Elastic IP addresses. Found again by tags, which `AllocateAddress` sets.

use async_trait::async_trait;
use aws_sdk_ec2::types::{Address, DomainType, Filter, ResourceType};
use jeancloud_model::{
    Input, Tags,
    ec2::{Eip, NetworkBorderGroup},
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use super::common::{self, IDS_PER_CALL};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait,
};

pub(super) struct EipHandler;

#[async_trait]
impl Handler for EipHandler {
    type Resource = Eip;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:AllocateAddress",
        "ec2:CreateTags",
        "ec2:DeleteTags",
        "ec2:DescribeAddresses",
        "ec2:ReleaseAddress",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Eip>>> {
        let mut seen = Vec::new();
        for ids in ids.chunks(IDS_PER_CALL) {
            let allocations = ids.iter().map(|id| allocation(id));
            let filter = common::filter("allocation-id", allocations);
            seen.extend(describe(aws, filter).await?.iter().filter_map(read));
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let addresses = describe(aws, common::owned_by(search.stack)).await?;
        let owned =
            |address: &Address| search.owned(id_of(address)?, common::pairs(address.tags()));
        Ok(addresses.iter().filter_map(owned).collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Eip>) -> Result<String> {
        let group = new.resource.network_border_group.as_ref();
        let call = aws
            .ec2_once()
            .allocate_address()
            .domain(DomainType::Vpc)
            .set_network_border_group(group.map(|group| group.value().to_string()))
            .tag_specifications(common::tags(ResourceType::ElasticIp, new));
        let answer = call.send().await.map_err(error::of("AllocateAddress"))?;
        let id = format!(
            "{}|{}",
            answer.public_ip().unwrap_or_default(),
            answer.allocation_id().unwrap_or_default(),
        );
        Ok(id)
    }

    async fn finish(&self, aws: &Clients, _: &New<'_, Eip>, id: &str) -> Result<()> {
        let ids = [id.to_owned()];
        let visible = common::visible("DescribeAddresses", "the address");
        wait::until(visible, || async {
            Ok(self.observe(aws, &ids).await?.pop())
        })
        .await?;
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<Eip>) -> Result<()> {
        common::update_tags_of(aws, allocation(&change.id), change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Eip>) -> Result<()> {
        let allocation = allocation(&old.id);
        let call = aws.ec2().release_address().allocation_id(allocation);
        let Err(error) = error::or_gone(call.send().await.map_err(error::of("ReleaseAddress")))
        else {
            return Ok(());
        };
        // Of an address that a NAT gateway or a load balancer still uses, AWS says `AuthFailure`.
        let filter = common::filter("allocation-id", [allocation]);
        let addresses = describe(aws, filter).await?;
        let Some(user) = addresses.iter().find_map(in_use_by) else {
            return Err(error);
        };
        let message = format!("the address is still used by {user}");
        let mut in_use = ProviderError::new(ErrorKind::Dependency, "ReleaseAddress", message);
        in_use.code = error.code;
        in_use.request_id = error.request_id;
        Err(in_use)
    }
}

async fn describe(aws: &Clients, filter: Filter) -> Result<Vec<Address>> {
    let answer = aws.ec2().describe_addresses().filters(filter).send().await;
    let answer = answer.map_err(error::of("DescribeAddresses"))?;
    Ok(answer.addresses.unwrap_or_default())
}

/// A physical id is `PublicIp|AllocationId`; the API goes by the latter.
fn allocation(id: &str) -> &str {
    id.split_once('|').map_or(id, |(_, allocation)| allocation)
}

fn id_of(address: &Address) -> Option<String> {
    Some(format!(
        "{}|{}",
        address.public_ip()?,
        address.allocation_id()?
    ))
}

fn in_use_by(address: &Address) -> Option<&str> {
    address.association_id()?;
    address
        .network_interface_id()
        .or(address.instance_id())
        .or(address.association_id())
}

fn read(address: &Address) -> Option<Seen<Eip>> {
    let resource = Eip {
        network_border_group: address
            .network_border_group()
            .map(|group| Input::Known(NetworkBorderGroup::new(group.to_owned()))),
        tags: Tags::new(),
    };
    let seen = Seen::new(id_of(address)?, resource)
        .output_text("PublicIp", address.public_ip())
        .output_text("AllocationId", address.allocation_id())
        .tagged(common::pairs(address.tags()));
    Some(seen)
}
