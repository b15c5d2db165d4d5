//! Subnet groups. Found again by tags, which `CreateDBSubnetGroup` sets; a second call of the same
//! name is refused by RDS, so a lost answer makes nothing twice.

use async_trait::async_trait;
use aws_sdk_rds::types::{DbSubnetGroup as SdkGroup, Tag};
use futures_util::future::try_join_all;
use jeancloud_model::{
    Input, Tags, Text,
    ec2::SubnetId,
    rds::{DbSubnetGroup, DbSubnetGroupName},
};
use jeancloud_stack::provider::{ErrorKind, Found};

use super::common;
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken,
};

/// From how many groups on the list of all is fewer calls: a page has 100.
const IN_BULK: usize = 3;

/// How many groups' tags are read at once; `DescribeDBSubnetGroups` does not tell them.
const AT_ONCE: usize = 8;

pub(super) struct DbSubnetGroupHandler;

#[async_trait]
impl Handler for DbSubnetGroupHandler {
    type Resource = DbSubnetGroup;

    const PERMISSIONS: &'static [&'static str] = &[
        "rds:AddTagsToResource",
        "rds:CreateDBSubnetGroup",
        "rds:DeleteDBSubnetGroup",
        "rds:DescribeDBSubnetGroups",
        "rds:ListTagsForResource",
        "rds:ModifyDBSubnetGroup",
        "rds:RemoveTagsFromResource",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<DbSubnetGroup>>> {
        let mut groups = if ids.len() < IN_BULK {
            let one = ids.iter().map(|name| get(aws, name));
            try_join_all(one).await?.into_iter().flatten().collect()
        } else {
            all(aws).await?
        };
        groups.retain(|group| {
            ids.iter()
                .any(|id| Some(&**id) == group.db_subnet_group_name())
        });
        let tagged = tagged(aws, groups).await?;
        Ok(tagged
            .iter()
            .map(|(group, tags)| read(group, tags))
            .collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let tagged = tagged(aws, all(aws).await?).await?;
        let owned = |(group, tags): &(SdkGroup, Vec<Tag>)| {
            search.owned(group.db_subnet_group_name()?, common::pairs(tags))
        };
        Ok(tagged.iter().filter_map(owned).collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, DbSubnetGroup>) -> Result<String> {
        let group = &new.resource;
        let name = taken::name(group.db_subnet_group_name.as_ref(), "DBSubnetGroupName")?.as_str();
        let call = aws
            .rds_once()
            .create_db_subnet_group()
            .db_subnet_group_name(name)
            .db_subnet_group_description(group.db_subnet_group_description.value())
            .set_subnet_ids(Some(subnet_ids(group)))
            .set_tags(common::tags(new));
        let answer = call.send().await.map_err(error::of("CreateDBSubnetGroup"));
        if let Err(refused) = answer {
            let there = match refused.kind {
                ErrorKind::Conflict => get(aws, name).await?,
                _ => None,
            };
            let Some(there) = there else {
                return Err(refused);
            };
            let tags = tags_of(aws, &there).await?;
            let what = format!("the subnet group {name}");
            taken::ours(refused, &what, new.ownership, common::pairs(&tags))?;
        }
        Ok(name.to_owned())
    }

    async fn update(&self, aws: &Clients, change: &Change<DbSubnetGroup>) -> Result<()> {
        let (name, after) = (&change.id, &change.after);
        if change.touches_any(&["DBSubnetGroupDescription", "SubnetIds"]) {
            let call = aws
                .rds()
                .modify_db_subnet_group()
                .db_subnet_group_name(name)
                .db_subnet_group_description(after.db_subnet_group_description.value())
                .set_subnet_ids(Some(subnet_ids(after)));
            call.send()
                .await
                .map_err(error::of("ModifyDBSubnetGroup"))?;
        }
        let arn = aws.arn("rds", &format!("subgrp:{name}"));
        common::update_tags(aws, &arn, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<DbSubnetGroup>) -> Result<()> {
        let call = aws
            .rds()
            .delete_db_subnet_group()
            .db_subnet_group_name(&old.id);
        error::or_gone(call.send().await.map_err(error::of("DeleteDBSubnetGroup")))
    }
}

async fn get(aws: &Clients, name: &str) -> Result<Option<SdkGroup>> {
    let call = aws
        .rds()
        .describe_db_subnet_groups()
        .db_subnet_group_name(name);
    let answer = call
        .send()
        .await
        .map_err(error::of("DescribeDBSubnetGroups"));
    let groups = error::if_there(answer)?.and_then(|answer| answer.db_subnet_groups);
    Ok(groups.unwrap_or_default().pop())
}

async fn all(aws: &Clients) -> Result<Vec<SdkGroup>> {
    let mut groups = Vec::new();
    let call = aws.rds().describe_db_subnet_groups().max_records(100);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("DescribeDBSubnetGroups"))?;
        groups.extend(page.db_subnet_groups.unwrap_or_default());
    }
    Ok(groups)
}

async fn tagged(aws: &Clients, groups: Vec<SdkGroup>) -> Result<Vec<(SdkGroup, Vec<Tag>)>> {
    let mut tagged = Vec::new();
    for groups in groups.chunks(AT_ONCE) {
        let tags = try_join_all(groups.iter().map(|group| tags_of(aws, group))).await?;
        tagged.extend(groups.iter().cloned().zip(tags));
    }
    Ok(tagged)
}

/// The tags of a group. One that is deleted meanwhile has none.
async fn tags_of(aws: &Clients, group: &SdkGroup) -> Result<Vec<Tag>> {
    let arn = group.db_subnet_group_arn().unwrap_or_default();
    let call = aws.rds().list_tags_for_resource().resource_name(arn);
    let answer = call.send().await.map_err(error::of("ListTagsForResource"));
    let answer = error::if_there(answer)?;
    Ok(answer
        .and_then(|answer| answer.tag_list)
        .unwrap_or_default())
}

fn subnet_ids(group: &DbSubnetGroup) -> Vec<String> {
    let ids = group.subnet_ids.iter();
    ids.map(|id| id.value().to_string()).collect()
}

fn read(group: &SdkGroup, tags: &[Tag]) -> Seen<DbSubnetGroup> {
    let name = group.db_subnet_group_name().unwrap_or_default();
    let description = group.db_subnet_group_description().unwrap_or_default();
    let subnets = group
        .subnets()
        .iter()
        .filter_map(|subnet| subnet.subnet_identifier());
    let resource = DbSubnetGroup {
        db_subnet_group_name: Some(Input::Known(DbSubnetGroupName::from(name))),
        db_subnet_group_description: Text::known(description),
        subnet_ids: subnets
            .map(|id| Input::Known(SubnetId::new(id.to_owned())))
            .collect(),
        tags: Tags::new(),
    };
    Seen::new(name, resource)
        .output_text("DBSubnetGroupArn", group.db_subnet_group_arn())
        .tagged(common::pairs(tags))
}
