//! NAT gateways. Found again by tags, which `CreateNatGateway` sets; a lost answer costs nothing,
//! for the call takes a client token.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    ConnectivityType, Filter, NatGateway as SdkNatGateway, NatGatewayAddress, NatGatewayState,
    ResourceType,
};
use jeancloud_model::{
    Input, Tags,
    ec2::{AllocationId, Connectivity, NatGateway, PrivateIpAddress, SubnetId},
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use super::common::{self, IDS_PER_CALL};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait::{self, Wait},
};

/// How long a gateway may take to become available: AWS's own waiter `NatGatewayAvailable` looks
/// 40 times, every 15 s.
const AVAILABLE: Wait = Wait {
    operation: "DescribeNatGateways",
    what: "the NAT gateway",
    at_most: Duration::from_secs(600),
    pause: Duration::from_secs(5),
};

/// How long a gateway may take to go, and to give its address back: AWS's own waiter
/// `NatGatewayDeleted` looks 40 times, every 15 s.
const DELETED: Wait = Wait {
    what: "the end of the NAT gateway",
    ..AVAILABLE
};

pub(super) struct NatGatewayHandler;

#[async_trait]
impl Handler for NatGatewayHandler {
    type Resource = NatGateway;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:CreateNatGateway",
        "ec2:CreateTags",
        "ec2:DeleteNatGateway",
        "ec2:DeleteTags",
        "ec2:DescribeNatGateways",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<NatGateway>>> {
        let gateways = by_id(aws, ids).await?;
        let there = gateways.iter().filter(|gateway| is_there(gateway));
        Ok(there.filter_map(read).collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let gateways = describe(aws, common::owned_by(search.stack)).await?;
        let owned = |gateway: &SdkNatGateway| {
            search.owned(gateway.nat_gateway_id()?, common::pairs(gateway.tags()))
        };
        let there = gateways.iter().filter(|gateway| is_there(gateway));
        Ok(there.filter_map(owned).collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, NatGateway>) -> Result<String> {
        let gateway = &new.resource;
        let address = gateway.private_ip_address.as_ref();
        let allocation = match &gateway.connectivity {
            Connectivity::Public { allocation_id } => Some(allocation_id.value().to_string()),
            Connectivity::Private => None,
        };
        let call = aws
            .ec2()
            .create_nat_gateway()
            .client_token(new.token)
            .subnet_id(gateway.subnet_id.value().as_str())
            .connectivity_type(ConnectivityType::from(gateway.connectivity.as_str()))
            .set_allocation_id(allocation)
            .set_private_ip_address(address.map(|address| address.value().to_string()))
            .tag_specifications(common::tags(ResourceType::Natgateway, new));
        let answer = call.send().await.map_err(error::of("CreateNatGateway"))?;
        let id = answer
            .nat_gateway()
            .and_then(|gateway| gateway.nat_gateway_id())
            .unwrap_or_default()
            .to_owned();
        Ok(id)
    }

    async fn finish(&self, aws: &Clients, _: &New<'_, NatGateway>, id: &str) -> Result<()> {
        let ids = [id.to_owned()];
        wait::until(AVAILABLE, || async {
            let gateways = by_id(aws, &ids).await?;
            gateways.first().map_or(Ok(None), available)
        })
        .await?;
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<NatGateway>) -> Result<()> {
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<NatGateway>) -> Result<()> {
        let ids = std::slice::from_ref(&old.id);
        // AWS tells of a deleted gateway for an hour, and of one that failed.
        if by_id(aws, ids).await?.iter().all(is_over) {
            return Ok(());
        }
        let call = aws.ec2().delete_nat_gateway().nat_gateway_id(&old.id);
        error::or_gone(call.send().await.map_err(error::of("DeleteNatGateway")))?;
        wait::until(DELETED, || async {
            let gateways = by_id(aws, ids).await?;
            Ok(gateways.iter().all(is_over).then_some(()))
        })
        .await
    }
}

async fn by_id(aws: &Clients, ids: &[String]) -> Result<Vec<SdkNatGateway>> {
    let mut gateways = Vec::new();
    for ids in ids.chunks(IDS_PER_CALL) {
        let filter = common::filter("nat-gateway-id", ids.iter().cloned());
        gateways.extend(describe(aws, filter).await?);
    }
    Ok(gateways)
}

async fn describe(aws: &Clients, filter: Filter) -> Result<Vec<SdkNatGateway>> {
    let mut gateways = Vec::new();
    let call = aws.ec2().describe_nat_gateways().filter(filter);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("DescribeNatGateways"))?;
        gateways.extend(page.nat_gateways.unwrap_or_default());
    }
    Ok(gateways)
}

fn is_there(gateway: &SdkNatGateway) -> bool {
    use NatGatewayState::{Available, Pending};
    matches!(gateway.state(), Some(Available | Pending))
}

fn is_over(gateway: &SdkNatGateway) -> bool {
    use NatGatewayState::{Deleted, Failed};
    matches!(gateway.state(), Some(Deleted | Failed))
}

fn available(gateway: &SdkNatGateway) -> Result<Option<()>> {
    match gateway.state() {
        Some(NatGatewayState::Available) => Ok(Some(())),
        Some(NatGatewayState::Failed) => {
            let reason = gateway.failure_message().unwrap_or("AWS gave no reason");
            let mut error = ProviderError::new(ErrorKind::Failed, "CreateNatGateway", reason);
            error.code = gateway.failure_code().map(str::to_owned);
            Err(error)
        }
        _ => Ok(None),
    }
}

/// The address that the gateway was made with. AWS marks it; where nothing is marked, it is the
/// only one.
fn primary(gateway: &SdkNatGateway) -> Option<&NatGatewayAddress> {
    let addresses = gateway.nat_gateway_addresses();
    let marked = addresses.iter().find(|one| one.is_primary() == Some(true));
    marked.or(addresses.first())
}

fn read(gateway: &SdkNatGateway) -> Option<Seen<NatGateway>> {
    let address = primary(gateway);
    let connectivity = match gateway.connectivity_type() {
        Some(ConnectivityType::Private) => Connectivity::Private,
        _ => {
            // A gateway that is still pending has its address already.
            let id = address?.allocation_id()?;
            Connectivity::public(AllocationId::new(id.to_owned()))
        }
    };
    let resource = NatGateway {
        subnet_id: Input::Known(SubnetId::new(gateway.subnet_id()?.to_owned())),
        connectivity,
        private_ip_address: address
            .and_then(|address| address.private_ip())
            .map(|ip| Input::Known(PrivateIpAddress::new(ip.to_owned()))),
        tags: Tags::new(),
    };
    let interface = address.and_then(|address| address.network_interface_id());
    let seen = Seen::new(gateway.nat_gateway_id()?, resource)
        .output_text("EniId", interface)
        .tagged(common::pairs(gateway.tags()));
    Some(seen)
}
