//! The creating call of an endpoint, which waits for another one that is on its way out.

use std::time::Duration;

use aws_sdk_ec2::types::{ResourceType, VpcEndpoint as SdkEndpoint, VpcEndpointType};
use jeancloud_model::{
    ec2::{EndpointKind, RouteTableId, SubnetId, VpcEndpoint},
    iam::PolicyDocument,
};
use jeancloud_stack::provider::{ErrorKind, ProviderError};

use super::{
    super::common, SETTLED, endpoints_in_any_state, groups, ids, is, sdk_addresses, sdk_dns,
};
use crate::{
    Clients, error,
    handler::{New, Result},
    wait::{self, Wait},
};

/// Makes an endpoint. A service's own name in a VPC leads to one: where one that is being deleted still
/// has it, this waits for its end.
pub(super) async fn create(aws: &Clients, new: &New<'_, VpcEndpoint>) -> Result<String> {
    match make(aws, new).await {
        Err(error) if is_taken(&error) && someone_leaves(aws, &new.resource).await? => {
            let gone = Wait {
                operation: "DescribeVpcEndpoints",
                what: "the end of the endpoint that had the service's name",
                at_most: SETTLED,
                pause: Duration::from_secs(5),
            };
            wait::until(gone, || async {
                let leaves = someone_leaves(aws, &new.resource).await?;
                Ok((!leaves).then_some(()))
            })
            .await?;
            make(aws, new).await.map_err(may_be_free_soon)
        }
        made => made,
    }
}

/// Makes the creating call.
async fn make(aws: &Clients, new: &New<'_, VpcEndpoint>) -> Result<String> {
    let endpoint = &new.resource;
    let policy = endpoint
        .policy_document
        .as_ref()
        .map(PolicyDocument::to_aws);
    let call = aws
        .ec2_once()
        .create_vpc_endpoint()
        .vpc_id(endpoint.vpc_id.value().as_str())
        .service_name(endpoint.service_name.value().as_str())
        .set_policy_document(policy)
        .client_token(new.token)
        .tag_specifications(common::tags(ResourceType::VpcEndpoint, new));
    let call = match &endpoint.kind {
        EndpointKind::Gateway(gateway) => call
            .vpc_endpoint_type(VpcEndpointType::Gateway)
            .set_route_table_ids(Some(ids(&gateway.route_table_ids, RouteTableId::as_str))),
        EndpointKind::Interface(interface) => call
            .vpc_endpoint_type(VpcEndpointType::Interface)
            .set_subnet_ids(Some(ids(&interface.subnet_ids, SubnetId::as_str)))
            .set_security_group_ids(Some(groups(interface)))
            .set_private_dns_enabled(interface.private_dns_enabled.as_ref().map(|on| *on.value()))
            .set_ip_address_type(sdk_addresses(interface))
            .set_dns_options(interface.dns_options.as_ref().map(sdk_dns))
            .set_service_region(
                interface
                    .service_region
                    .as_ref()
                    .map(|region| region.value().to_string()),
            ),
    };
    let answer = call.send().await.map_err(error::of("CreateVpcEndpoint"))?;
    let id = answer
        .vpc_endpoint()
        .and_then(|endpoint| endpoint.vpc_endpoint_id())
        .unwrap_or_default()
        .to_owned();
    Ok(id)
}

/// Whether another endpoint has the service's own name in the VPC: EC2 has no code of its own for that.
fn is_taken(error: &ProviderError) -> bool {
    error.message.contains("conflicting DNS domain")
}

/// The name may outlast the endpoint that had it by a moment.
fn may_be_free_soon(error: ProviderError) -> ProviderError {
    match is_taken(&error) {
        true => ProviderError {
            kind: ErrorKind::NotYetConsistent,
            ..error
        },
        false => error,
    }
}

/// Whether an endpoint for the same service in the same VPC is on its way out.
async fn someone_leaves(aws: &Clients, wanted: &VpcEndpoint) -> Result<bool> {
    let all = endpoints_in_any_state(aws, None).await?;
    Ok(all.iter().any(|endpoint| makes_room(endpoint, wanted)))
}

fn makes_room(endpoint: &SdkEndpoint, wanted: &VpcEndpoint) -> bool {
    is(endpoint, "Deleting")
        && endpoint.vpc_id() == Some(wanted.vpc_id.value().as_str())
        && endpoint.service_name() == Some(wanted.service_name.value().as_str())
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::State;
    use jeancloud_model::ec2::{EndpointServiceName, VpcId};

    use super::*;

    #[test]
    fn only_one_of_the_same_service_and_vpc_that_is_on_its_way_out_is_waited_for() {
        let wanted = VpcEndpoint::builder()
            .vpc_id(VpcId::new("vpc-1"))
            .service_name(EndpointServiceName::new("com.amazonaws.eu-west-3.kms"))
            .kind(EndpointKind::gateway([RouteTableId::new("rtb-1")]))
            .build();
        let makes_room = |vpc: &str, service: &str, state: &str| {
            let endpoint = SdkEndpoint::builder().vpc_id(vpc).state(State::from(state));
            let service = format!("com.amazonaws.eu-west-3.{service}");
            super::makes_room(&endpoint.service_name(service).build(), &wanted)
        };
        assert!(makes_room("vpc-1", "kms", "deleting"));
        assert!(!makes_room("vpc-1", "kms", "available"));
        assert!(!makes_room("vpc-1", "kms", "deleted"));
        assert!(!makes_room("vpc-2", "kms", "deleting"));
        assert!(!makes_room("vpc-1", "logs", "deleting"));
    }

    #[test]
    fn a_name_that_is_taken_is_told_from_other_refusals() {
        let refused = |message: &str| {
            may_be_free_soon(error::told(
                "CreateVpcEndpoint",
                "InvalidParameter",
                message,
            ))
            .kind
        };
        let taken = "private-dns-enabled cannot be set because there is already a conflicting DNS domain for kms.eu-west-3.amazonaws.com in the VPC vpc-1";
        assert_eq!(refused(taken), ErrorKind::NotYetConsistent);
        let other = error::told("CreateVpcEndpoint", "InvalidParameter", "no").kind;
        assert_eq!(refused("no"), other);
        assert_ne!(other, ErrorKind::NotYetConsistent);
    }
}
