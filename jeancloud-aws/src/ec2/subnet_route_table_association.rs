//! Subnets' uses of route tables. Found again by subnet and table, where one of the two is the
//! stack's own.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    RouteTable as SdkRouteTable, RouteTableAssociation, RouteTableAssociationStateCode,
};
use jeancloud_model::{
    Input,
    ec2::{RouteTableId, SubnetId, SubnetRouteTableAssociation},
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use super::{common, parent, route_table};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait,
};

pub(super) struct SubnetRouteTableAssociationHandler;

#[async_trait]
impl Handler for SubnetRouteTableAssociationHandler {
    type Resource = SubnetRouteTableAssociation;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:AssociateRouteTable",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSubnets",
        "ec2:DisassociateRouteTable",
    ];

    async fn observe(
        &self,
        aws: &Clients,
        ids: &[String],
    ) -> Result<Vec<Seen<SubnetRouteTableAssociation>>> {
        let filter = "association.route-table-association-id";
        let tables = route_table::describe(aws, filter, ids).await?;
        let asked: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        let seen = uses(&tables).filter_map(|(_, association)| read(association));
        Ok(seen
            .filter(|seen| asked.contains(seen.id.as_str()))
            .collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let wanted: Vec<_> = search.known::<SubnetRouteTableAssociation>().collect();
        let subnets: Vec<&str> = wanted
            .iter()
            .map(|(_, wanted)| wanted.subnet_id.value().as_str())
            .collect();
        let tables = route_table::describe(aws, "association.subnet-id", &subnets).await?;
        let mut found = Vec::new();
        for (wanted, resource) in &wanted {
            let there = uses(&tables).find_map(|(table, association)| {
                let seen = read(association)?;
                (seen.resource == *resource).then_some((table, seen.id))
            });
            let Some((table, id)) = there else { continue };
            let subnet = resource.subnet_id.value().as_str();
            let ours = parent::is_ours(search, table.tags())
                || parent::subnet_is_ours(aws, search, subnet).await?;
            if ours {
                let ownership = wanted.ownership.clone();
                found.push(Found { ownership, id });
            }
        }
        Ok(found)
    }

    async fn create(
        &self,
        aws: &Clients,
        new: &New<'_, SubnetRouteTableAssociation>,
    ) -> Result<String> {
        let call = aws
            .ec2_once()
            .associate_route_table()
            .subnet_id(new.resource.subnet_id.value().as_str())
            .route_table_id(new.resource.route_table_id.value().as_str());
        let answer = call.send().await;
        let answer = answer.map_err(error::of("AssociateRouteTable"))?;
        let id = answer.association_id().unwrap_or_default().to_owned();
        Ok(id)
    }

    async fn finish(
        &self,
        aws: &Clients,
        _: &New<'_, SubnetRouteTableAssociation>,
        id: &str,
    ) -> Result<()> {
        let visible = common::visible("DescribeRouteTables", "the subnet's use of its table");
        wait::until(visible, || async {
            let tables =
                route_table::describe(aws, "association.route-table-association-id", &[id]).await?;
            let Some((_, association)) = uses(&tables)
                .find(|(_, association)| association.route_table_association_id() == Some(id))
            else {
                return Ok(None);
            };
            associated(association)
        })
        .await?;
        Ok(())
    }

    async fn update(
        &self,
        _aws: &Clients,
        _change: &Change<SubnetRouteTableAssociation>,
    ) -> Result<()> {
        // Every property is create-only.
        Ok(())
    }

    async fn delete(&self, aws: &Clients, old: &Old<SubnetRouteTableAssociation>) -> Result<()> {
        let call = aws.ec2().disassociate_route_table().association_id(&old.id);
        error::or_gone(
            call.send()
                .await
                .map_err(error::of("DisassociateRouteTable")),
        )
    }
}

/// The associations of these tables with subnets: not with gateways, and not the main one.
fn uses(
    tables: &[SdkRouteTable],
) -> impl Iterator<Item = (&SdkRouteTable, &RouteTableAssociation)> {
    tables
        .iter()
        .flat_map(|table| table.associations().iter().map(move |one| (table, one)))
}

/// Whether AWS is done with it; an association that failed is an error.
fn associated(association: &RouteTableAssociation) -> Result<Option<()>> {
    let Some(state) = association.association_state() else {
        return Ok(Some(()));
    };
    match state.state() {
        Some(RouteTableAssociationStateCode::Failed) => Err(ProviderError::new(
            ErrorKind::Failed,
            "AssociateRouteTable",
            state.status_message().unwrap_or("AWS gave no reason"),
        )),
        Some(RouteTableAssociationStateCode::Associated) | None => Ok(Some(())),
        Some(_) => Ok(None),
    }
}

fn read(association: &RouteTableAssociation) -> Option<Seen<SubnetRouteTableAssociation>> {
    use RouteTableAssociationStateCode::{Disassociated, Disassociating, Failed};
    let state = association
        .association_state()
        .and_then(|state| state.state());
    if matches!(state, Some(Disassociated | Disassociating | Failed)) {
        return None;
    }
    let resource = SubnetRouteTableAssociation {
        subnet_id: Input::Known(SubnetId::new(association.subnet_id()?.to_owned())),
        route_table_id: Input::Known(RouteTableId::new(association.route_table_id()?.to_owned())),
    };
    Some(Seen::new(
        association.route_table_association_id()?,
        resource,
    ))
}
