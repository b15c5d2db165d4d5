//! VPC endpoints. Found again by tags, which `CreateVpcEndpoint` sets. The call takes a token as
//! well, so a repeated one makes nothing twice.

mod create;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    DnsOptionsSpecification, DnsRecordIpType as SdkRecordType, IpAddressType,
    VpcEndpoint as SdkEndpoint, VpcEndpointType,
};
use aws_smithy_types::date_time::Format;
use jeancloud_model::{
    Input, Tags, Value,
    ec2::{
        DnsOptions, DnsRecordIpType, EndpointIpAddressType, EndpointKind, EndpointServiceName,
        GatewayEndpoint, InterfaceEndpoint, PrivateDnsScope, RouteTableId, SecurityGroupId,
        SubnetId, VpcEndpoint, VpcId,
    },
    iam::PolicyDocument,
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};
use serde_json::json;

use super::common;
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait::{self, Wait},
};

/// How long an endpoint's network interfaces may take to come or to go.
///
/// AWS documents no bound; "a few minutes" is what its guide says. Terraform waits 10 min.
const SETTLED: Duration = Duration::from_secs(600);

pub(super) struct VpcEndpointHandler;

#[async_trait]
impl Handler for VpcEndpointHandler {
    type Resource = VpcEndpoint;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:CreateTags",
        "ec2:CreateVpcEndpoint",
        "ec2:DeleteTags",
        "ec2:DeleteVpcEndpoints",
        "ec2:DescribeVpcEndpoints",
        "ec2:ModifyVpcEndpoint",
        // For private DNS: the hosted zone that AWS associates with the VPC.
        "route53:AssociateVPCWithHostedZone",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<VpcEndpoint>>> {
        let all = endpoints(aws, None).await?;
        let wanted = |endpoint: &&SdkEndpoint| {
            let id = endpoint.vpc_endpoint_id().unwrap_or_default();
            ids.iter().any(|wanted| wanted == id)
        };
        all.iter().filter(wanted).map(read).collect()
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let ours = endpoints(aws, Some(search.stack)).await?;
        let found = ours.iter().filter_map(|endpoint| {
            search.owned(endpoint.vpc_endpoint_id()?, common::pairs(endpoint.tags()))
        });
        Ok(found.collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, VpcEndpoint>) -> Result<String> {
        create::create(aws, new).await
    }

    async fn finish(&self, aws: &Clients, _: &New<'_, VpcEndpoint>, id: &str) -> Result<()> {
        settled(aws, id).await
    }

    async fn update(&self, aws: &Clients, change: &Change<VpcEndpoint>) -> Result<()> {
        let itself = [
            "RouteTableIds",
            "SubnetIds",
            "SecurityGroupIds",
            "PrivateDnsEnabled",
            "IpAddressType",
            "DnsOptions",
            "PolicyDocument",
        ];
        if change.touches_any(&itself) {
            modify(aws, change).await?;
            settled(aws, &change.id).await?;
        }
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<VpcEndpoint>) -> Result<()> {
        let call = aws
            .ec2()
            .delete_vpc_endpoints()
            .vpc_endpoint_ids(&old.id)
            .send();
        let answer = error::if_there(call.await.map_err(error::of("DeleteVpcEndpoints")))?;
        // The call succeeds where the deletion does not: each failure is an item of the answer.
        for item in answer.iter().flat_map(|answer| answer.unsuccessful()) {
            let (code, message) = item.error().map_or(("", ""), |e| {
                (e.code().unwrap_or(""), e.message().unwrap_or(""))
            });
            error::or_gone::<()>(Err(error::told("DeleteVpcEndpoints", code, message)))?;
        }
        // Its network interfaces hold on to subnets and groups until they are gone.
        let gone = Wait {
            operation: "DescribeVpcEndpoints",
            what: "the endpoint's end",
            at_most: SETTLED,
            pause: Duration::from_secs(5),
        };
        wait::until(gone, || async {
            let all = endpoints_in_any_state(aws, None).await?;
            let there = all.iter().any(|endpoint| {
                endpoint.vpc_endpoint_id() == Some(&old.id) && !is(endpoint, "Deleted")
            });
            Ok((!there).then_some(()))
        })
        .await
    }
}

/// Every endpoint of the region that is not on its way out. There are few: one page holds 1000.
///
/// Not by id: one that is gone would fail all.
async fn endpoints(aws: &Clients, of_stack: Option<&str>) -> Result<Vec<SdkEndpoint>> {
    let mut all = endpoints_in_any_state(aws, of_stack).await?;
    all.retain(|endpoint| !is(endpoint, "Deleting") && !is(endpoint, "Deleted"));
    Ok(all)
}

async fn endpoints_in_any_state(aws: &Clients, of_stack: Option<&str>) -> Result<Vec<SdkEndpoint>> {
    let mut all = Vec::new();
    let call = aws
        .ec2()
        .describe_vpc_endpoints()
        .set_filters(of_stack.map(|stack| vec![common::owned_by(stack)]));
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("DescribeVpcEndpoints"))?;
        all.extend(page.vpc_endpoints.unwrap_or_default());
    }
    Ok(all)
}

/// AWS spells states in lower case, its model in upper case.
fn is(endpoint: &SdkEndpoint, state: &str) -> bool {
    let now = endpoint.state().map_or("", |state| state.as_str());
    now.eq_ignore_ascii_case(state)
}

/// Waits until the endpoint works. One that its service's owner has to accept is as far as we can
/// bring it.
async fn settled(aws: &Clients, id: &str) -> Result<()> {
    let available = Wait {
        operation: "DescribeVpcEndpoints",
        what: "the endpoint",
        at_most: SETTLED,
        pause: Duration::from_secs(5),
    };
    wait::until(available, || async {
        let all = endpoints(aws, None).await?;
        let endpoint = all
            .iter()
            .find(|endpoint| endpoint.vpc_endpoint_id() == Some(id));
        let Some(endpoint) = endpoint else {
            return Ok(None);
        };
        if ["Failed", "Rejected", "Expired"]
            .iter()
            .any(|state| is(endpoint, state))
        {
            let state = endpoint.state().map_or("", |state| state.as_str());
            let why = endpoint
                .last_error()
                .and_then(|error| error.message())
                .unwrap_or_default();
            let wrong = format!("the endpoint {id} is {state}: {why}");
            return Err(ProviderError::new(
                ErrorKind::Failed,
                "DescribeVpcEndpoints",
                wrong,
            ));
        }
        let done = is(endpoint, "Available") || is(endpoint, "PendingAcceptance");
        Ok(done.then_some(()))
    })
    .await
}

async fn modify(aws: &Clients, change: &Change<VpcEndpoint>) -> Result<()> {
    let mut call = aws.ec2().modify_vpc_endpoint().vpc_endpoint_id(&change.id);
    if change.touches("PolicyDocument") {
        let policy = change
            .after
            .policy_document
            .as_ref()
            .map(PolicyDocument::to_aws);
        call = call.set_policy_document(policy);
    }
    let call = match (&change.before.kind, &change.after.kind) {
        (EndpointKind::Gateway(before), EndpointKind::Gateway(after)) => {
            let before = ids(&before.route_table_ids, RouteTableId::as_str);
            let after = ids(&after.route_table_ids, RouteTableId::as_str);
            call.set_add_route_table_ids(without(&after, &before))
                .set_remove_route_table_ids(without(&before, &after))
        }
        (EndpointKind::Interface(before), EndpointKind::Interface(after)) => {
            let subnets = |of: &InterfaceEndpoint| ids(&of.subnet_ids, SubnetId::as_str);
            if change.touches("PrivateDnsEnabled") {
                let on = after.private_dns_enabled.as_ref().map(|on| *on.value());
                call = call.set_private_dns_enabled(on);
            }
            if change.touches("IpAddressType") {
                call = call.set_ip_address_type(sdk_addresses(after));
            }
            if change.touches("DnsOptions") {
                call = call.set_dns_options(after.dns_options.as_ref().map(sdk_dns));
            }
            call.set_add_subnet_ids(without(&subnets(after), &subnets(before)))
                .set_remove_subnet_ids(without(&subnets(before), &subnets(after)))
                .set_add_security_group_ids(without(&groups(after), &groups(before)))
                .set_remove_security_group_ids(without(&groups(before), &groups(after)))
        }
        // The type is create-only: a plan replaces the endpoint.
        _ => call,
    };
    call.send().await.map_err(error::of("ModifyVpcEndpoint"))?;
    Ok(())
}

fn ids<T: Value>(inputs: &[Input<T>], text: impl Fn(&T) -> &str) -> Vec<String> {
    inputs
        .iter()
        .map(|input| text(input.value()).to_owned())
        .collect()
}

fn groups(of: &InterfaceEndpoint) -> Vec<String> {
    ids(&of.security_group_ids, SecurityGroupId::as_str)
}

/// What is in `these` and not in `those`; `None` where that is nothing.
fn without(these: &[String], those: &[String]) -> Option<Vec<String>> {
    let only: Vec<String> = these
        .iter()
        .filter(|id| !those.contains(id))
        .cloned()
        .collect();
    (!only.is_empty()).then_some(only)
}

fn sdk_addresses(of: &InterfaceEndpoint) -> Option<IpAddressType> {
    let kind = of.ip_address_type.as_ref()?;
    Some(IpAddressType::from(kind.value().as_str()))
}

fn sdk_dns(options: &DnsOptions) -> DnsOptionsSpecification {
    let records = options.dns_record_ip_type.as_ref();
    let inbound = options
        .private_dns_only_for_inbound_resolver_endpoint
        .as_ref();
    DnsOptionsSpecification::builder()
        .set_dns_record_ip_type(records.map(|kind| SdkRecordType::from(kind.value().as_str())))
        .set_private_dns_only_for_inbound_resolver_endpoint(
            inbound.map(|scope| *scope.value() == PrivateDnsScope::OnlyInboundResolver),
        )
        .build()
}

fn read(endpoint: &SdkEndpoint) -> Result<Seen<VpcEndpoint>> {
    let unreadable = || {
        let wrong = format!(
            "AWS describes an endpoint that is neither gateway nor interface: {endpoint:?}"
        );
        ProviderError::new(ErrorKind::Invalid, "DescribeVpcEndpoints", wrong)
    };
    let kind = match endpoint.vpc_endpoint_type() {
        Some(VpcEndpointType::Gateway) => EndpointKind::Gateway(GatewayEndpoint {
            route_table_ids: known(endpoint.route_table_ids(), RouteTableId::new),
        }),
        Some(VpcEndpointType::Interface) => EndpointKind::Interface(read_interface(endpoint)),
        _ => return Err(unreadable()),
    };
    let id = endpoint.vpc_endpoint_id().ok_or_else(unreadable)?;
    let policy = endpoint.policy_document().map(PolicyDocument::from_aws);
    let resource = VpcEndpoint {
        vpc_id: Input::Known(VpcId::new(endpoint.vpc_id().unwrap_or_default().to_owned())),
        service_name: Input::Known(EndpointServiceName::new(
            endpoint.service_name().unwrap_or_default().to_owned(),
        )),
        kind,
        policy_document: policy.and_then(|policy| policy.ok()),
        tags: Tags::new(),
    };
    // As CloudFormation gives them: the hosted zone's id and the name.
    let entries = endpoint.dns_entries().iter();
    let entries: Vec<String> = entries
        .filter_map(|entry| Some(format!("{}:{}", entry.hosted_zone_id()?, entry.dns_name()?)))
        .collect();
    let created = endpoint
        .creation_timestamp()
        .and_then(|time| time.fmt(Format::DateTime).ok());
    let seen = Seen::new(id, resource)
        .output("DnsEntries", json!(entries))
        .output(
            "NetworkInterfaceIds",
            json!(endpoint.network_interface_ids()),
        )
        .output_text("CreationTimestamp", created.as_deref())
        .tagged(common::pairs(endpoint.tags()));
    Ok(seen)
}

fn read_interface(endpoint: &SdkEndpoint) -> InterfaceEndpoint {
    let groups: Vec<String> = endpoint
        .groups()
        .iter()
        .filter_map(|group| group.group_id().map(str::to_owned))
        .collect();
    let dns = endpoint.dns_options().map(|options| DnsOptions {
        dns_record_ip_type: options
            .dns_record_ip_type()
            .and_then(|kind| DnsRecordIpType::from_aws(kind.as_str()))
            .map(Input::Known),
        private_dns_only_for_inbound_resolver_endpoint: options
            .private_dns_only_for_inbound_resolver_endpoint()
            .map(|only| match only {
                true => PrivateDnsScope::OnlyInboundResolver,
                false => PrivateDnsScope::AllResolvers,
            })
            .map(Input::Known),
    });
    InterfaceEndpoint {
        subnet_ids: known(endpoint.subnet_ids(), SubnetId::new),
        security_group_ids: known(&groups, SecurityGroupId::new),
        private_dns_enabled: endpoint.private_dns_enabled().map(Input::Known),
        ip_address_type: endpoint
            .ip_address_type()
            .and_then(|kind| EndpointIpAddressType::from_aws(kind.as_str()))
            .map(Input::Known),
        dns_options: dns,
        service_region: endpoint
            .service_region()
            .and_then(|region| region.parse().ok())
            .map(Input::Known),
    }
}

fn known<T>(ids: &[String], id: impl Fn(String) -> T) -> Vec<Input<T>> {
    ids.iter()
        .map(|text| Input::Known(id(text.clone())))
        .collect()
}
