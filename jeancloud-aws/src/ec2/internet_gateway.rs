//! Internet gateways. Found again by tags, which `CreateInternetGateway` sets.

use async_trait::async_trait;
use aws_sdk_ec2::types::{Filter, InternetGateway as SdkInternetGateway, ResourceType};
use jeancloud_model::{Tags, ec2::InternetGateway};
use jeancloud_stack::provider::Found;

use super::common::{self, IDS_PER_CALL};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait,
};

pub(super) struct InternetGatewayHandler;

#[async_trait]
impl Handler for InternetGatewayHandler {
    type Resource = InternetGateway;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:CreateInternetGateway",
        "ec2:CreateTags",
        "ec2:DeleteInternetGateway",
        "ec2:DeleteTags",
        "ec2:DescribeInternetGateways",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<InternetGateway>>> {
        let mut seen = Vec::new();
        for ids in ids.chunks(IDS_PER_CALL) {
            let filter = common::filter("internet-gateway-id", ids.iter().cloned());
            seen.extend(describe(aws, filter).await?.iter().filter_map(read));
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let gateways = describe(aws, common::owned_by(search.stack)).await?;
        let owned = |gateway: &SdkInternetGateway| {
            search.owned(
                gateway.internet_gateway_id()?,
                common::pairs(gateway.tags()),
            )
        };
        Ok(gateways.iter().filter_map(owned).collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, InternetGateway>) -> Result<String> {
        let call = aws
            .ec2_once()
            .create_internet_gateway()
            .tag_specifications(common::tags(ResourceType::InternetGateway, new));
        let answer = call
            .send()
            .await
            .map_err(error::of("CreateInternetGateway"))?;
        let id = answer
            .internet_gateway()
            .and_then(|gateway| gateway.internet_gateway_id())
            .unwrap_or_default()
            .to_owned();
        Ok(id)
    }

    async fn finish(&self, aws: &Clients, _: &New<'_, InternetGateway>, id: &str) -> Result<()> {
        let ids = [id.to_owned()];
        let visible = common::visible("DescribeInternetGateways", "the internet gateway");
        wait::until(visible, || async {
            Ok(self.observe(aws, &ids).await?.pop())
        })
        .await?;
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<InternetGateway>) -> Result<()> {
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<InternetGateway>) -> Result<()> {
        let call = aws
            .ec2()
            .delete_internet_gateway()
            .internet_gateway_id(&old.id);
        error::or_gone(
            call.send()
                .await
                .map_err(error::of("DeleteInternetGateway")),
        )
    }
}

/// Every internet gateway that passes the filter.
pub(super) async fn describe(aws: &Clients, filter: Filter) -> Result<Vec<SdkInternetGateway>> {
    let mut gateways = Vec::new();
    let call = aws.ec2().describe_internet_gateways().filters(filter);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("DescribeInternetGateways"))?;
        gateways.extend(page.internet_gateways.unwrap_or_default());
    }
    Ok(gateways)
}

fn read(gateway: &SdkInternetGateway) -> Option<Seen<InternetGateway>> {
    let resource = InternetGateway { tags: Tags::new() };
    let seen =
        Seen::new(gateway.internet_gateway_id()?, resource).tagged(common::pairs(gateway.tags()));
    Some(seen)
}
