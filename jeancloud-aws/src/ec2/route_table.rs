//! Route tables. Found again by tags, which `CreateRouteTable` sets.

use async_trait::async_trait;
use aws_sdk_ec2::types::{ResourceType, RouteTable as SdkRouteTable};
use jeancloud_model::{
    Input, Tags,
    ec2::{RouteTable, VpcId},
};
use jeancloud_stack::provider::Found;

use super::common::{self, IDS_PER_CALL};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait,
};

pub(super) struct RouteTableHandler;

#[async_trait]
impl Handler for RouteTableHandler {
    type Resource = RouteTable;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:CreateRouteTable",
        "ec2:CreateTags",
        "ec2:DeleteRouteTable",
        "ec2:DeleteTags",
        "ec2:DescribeRouteTables",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<RouteTable>>> {
        let tables = describe(aws, "route-table-id", ids).await?;
        Ok(tables.iter().filter_map(read).collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        let call = aws
            .ec2()
            .describe_route_tables()
            .filters(common::owned_by(search.stack));
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            for table in page
                .map_err(error::of("DescribeRouteTables"))?
                .route_tables()
            {
                let owned = |id: &str| search.owned(id, common::pairs(table.tags()));
                found.extend(table.route_table_id().and_then(owned));
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, RouteTable>) -> Result<String> {
        let call = aws
            .ec2_once()
            .create_route_table()
            .vpc_id(new.resource.vpc_id.value().as_str())
            .tag_specifications(common::tags(ResourceType::RouteTable, new));
        let answer = call.send().await.map_err(error::of("CreateRouteTable"))?;
        let id = answer
            .route_table()
            .and_then(|table| table.route_table_id())
            .unwrap_or_default()
            .to_owned();
        Ok(id)
    }

    async fn finish(&self, aws: &Clients, _: &New<'_, RouteTable>, id: &str) -> Result<()> {
        let ids = [id.to_owned()];
        let visible = common::visible("DescribeRouteTables", "the route table");
        wait::until(visible, || async {
            Ok(self.observe(aws, &ids).await?.pop())
        })
        .await?;
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<RouteTable>) -> Result<()> {
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<RouteTable>) -> Result<()> {
        let call = aws.ec2().delete_route_table().route_table_id(&old.id);
        error::or_gone(call.send().await.map_err(error::of("DeleteRouteTable")))
    }
}

/// Every route table that has one of these values under the filter.
pub(super) async fn describe<V: AsRef<str> + Sync>(
    aws: &Clients,
    filter: &str,
    values: &[V],
) -> Result<Vec<SdkRouteTable>> {
    let mut tables = Vec::new();
    for values in values.chunks(IDS_PER_CALL) {
        let filter = common::filter(filter, values.iter().map(|value| value.as_ref()));
        let call = aws.ec2().describe_route_tables().filters(filter);
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of("DescribeRouteTables"))?;
            tables.extend(page.route_tables.unwrap_or_default());
        }
    }
    Ok(tables)
}

fn read(table: &SdkRouteTable) -> Option<Seen<RouteTable>> {
    let resource = RouteTable {
        vpc_id: Input::Known(VpcId::new(table.vpc_id()?.to_owned())),
        tags: Tags::new(),
    };
    let seen = Seen::new(table.route_table_id()?, resource)
        .output_text("VpcId", table.vpc_id())
        .tagged(common::pairs(table.tags()));
    Some(seen)
}
