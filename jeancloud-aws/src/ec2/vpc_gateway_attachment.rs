//! Attachments of internet gateways. Found again by VPC and gateway, where one of the two is the
//! stack's own.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ec2::types::{AttachmentStatus, InternetGateway as SdkInternetGateway};
use jeancloud_model::{
    Input,
    ec2::{InternetGatewayId, VpcGatewayAttachment, VpcId},
};
use jeancloud_stack::provider::Found;

use super::{
    common::{self, IDS_PER_CALL},
    internet_gateway, parent,
};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait::{self, Wait},
};

/// What a physical id begins with; the VPC's id follows.
const PREFIX: &str = "IGW|";

/// How long AWS may take to attach a gateway. AWS names no bound; Terraform waits 4 min.
const ATTACHED: Wait = Wait {
    operation: "DescribeInternetGateways",
    what: "the gateway's attachment",
    at_most: Duration::from_secs(240),
    pause: Duration::from_secs(2),
};

pub(super) struct VpcGatewayAttachmentHandler;

#[async_trait]
impl Handler for VpcGatewayAttachmentHandler {
    type Resource = VpcGatewayAttachment;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:AttachInternetGateway",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeVpcs",
        "ec2:DetachInternetGateway",
    ];

    async fn observe(
        &self,
        aws: &Clients,
        ids: &[String],
    ) -> Result<Vec<Seen<VpcGatewayAttachment>>> {
        let vpcs: Vec<&str> = ids
            .iter()
            .filter_map(|id| id.strip_prefix(PREFIX))
            .collect();
        let gateways = attached_to(aws, &vpcs).await?;
        let attached = gateways.iter().flat_map(attachments);
        let asked = attached.filter(|(vpc, _)| vpcs.contains(vpc));
        Ok(asked.map(|(vpc, gateway)| read(vpc, gateway)).collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let wanted: Vec<_> = search.known::<VpcGatewayAttachment>().collect();
        let vpcs: Vec<&str> = wanted
            .iter()
            .map(|(_, wanted)| wanted.vpc_id.value().as_str())
            .collect();
        let gateways = attached_to(aws, &vpcs).await?;
        let mut found = Vec::new();
        for (wanted, attachment) in &wanted {
            let vpc = attachment.vpc_id.value().as_str();
            let gateway = attachment.internet_gateway_id.value().as_str();
            let there = gateways.iter().find(|candidate| {
                attachments(candidate).any(|attached| attached == (vpc, gateway))
            });
            let Some(there) = there else { continue };
            let ours = parent::is_ours(search, there.tags())
                || parent::vpc_is_ours(aws, search, vpc).await?;
            if ours {
                let ownership = wanted.ownership.clone();
                let id = format!("{PREFIX}{vpc}");
                found.push(Found { ownership, id });
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, VpcGatewayAttachment>) -> Result<String> {
        let attachment = &new.resource;
        attach(aws, attachment).await?;
        Ok(format!("{PREFIX}{}", attachment.vpc_id.value()))
    }

    async fn finish(
        &self,
        aws: &Clients,
        new: &New<'_, VpcGatewayAttachment>,
        _: &str,
    ) -> Result<()> {
        until_attached(aws, &new.resource).await
    }

    async fn update(&self, aws: &Clients, change: &Change<VpcGatewayAttachment>) -> Result<()> {
        // Only the gateway changes in place, and a VPC has one: the old one goes first.
        detach(aws, &change.before).await?;
        attach(aws, &change.after).await?;
        until_attached(aws, &change.after).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<VpcGatewayAttachment>) -> Result<()> {
        detach(aws, &old.resource).await
    }
}

async fn attach(aws: &Clients, attachment: &VpcGatewayAttachment) -> Result<()> {
    let call = aws
        .ec2_once()
        .attach_internet_gateway()
        .vpc_id(attachment.vpc_id.value().as_str())
        .internet_gateway_id(attachment.internet_gateway_id.value().as_str());
    let answer = call.send().await;
    answer.map_err(error::of("AttachInternetGateway"))?;
    Ok(())
}

async fn until_attached(aws: &Clients, attachment: &VpcGatewayAttachment) -> Result<()> {
    let vpc = attachment.vpc_id.value().as_str();
    let gateway = attachment.internet_gateway_id.value().as_str();
    wait::until(ATTACHED, || async {
        let gateways = attached_to(aws, &[vpc]).await?;
        let mut attached = gateways.iter().flat_map(attachments);
        Ok(attached
            .any(|attached| attached == (vpc, gateway))
            .then_some(()))
    })
    .await
}

async fn detach(aws: &Clients, attachment: &VpcGatewayAttachment) -> Result<()> {
    let call = aws
        .ec2()
        .detach_internet_gateway()
        .vpc_id(attachment.vpc_id.value().as_str())
        .internet_gateway_id(attachment.internet_gateway_id.value().as_str());
    match call
        .send()
        .await
        .map_err(error::of("DetachInternetGateway"))
    {
        Err(error) if error.code.as_deref() == Some("Gateway.NotAttached") => Ok(()),
        answer => error::or_gone(answer),
    }
}

async fn attached_to(aws: &Clients, vpcs: &[&str]) -> Result<Vec<SdkInternetGateway>> {
    let mut gateways = Vec::new();
    for vpcs in vpcs.chunks(IDS_PER_CALL) {
        let filter = common::filter("attachment.vpc-id", vpcs.iter().copied());
        gateways.extend(internet_gateway::describe(aws, filter).await?);
    }
    Ok(gateways)
}

/// The finished attachments of a gateway: VPC and gateway. EC2's reference names the state
/// `available` for them.
fn attachments(gateway: &SdkInternetGateway) -> impl Iterator<Item = (&str, &str)> {
    gateway.attachments().iter().filter_map(|attachment| {
        let state = attachment.state().map(AttachmentStatus::as_str)?;
        let there = matches!(state, "available" | "attached");
        there.then_some((attachment.vpc_id()?, gateway.internet_gateway_id()?))
    })
}

fn read(vpc: &str, gateway: &str) -> Seen<VpcGatewayAttachment> {
    let resource = VpcGatewayAttachment {
        vpc_id: Input::Known(VpcId::new(vpc.to_owned())),
        internet_gateway_id: Input::Known(InternetGatewayId::new(gateway.to_owned())),
    };
    Seen::new(format!("{PREFIX}{vpc}"), resource)
}
