//! Internet gateways.

use serde_json::{Value, json};

use super::{
    common::{self, Listing},
    network_interface, route_table, route_table_association,
    vpc::{self, Vpc},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

resource! {
    /// An internet gateway, attached to one VPC or to none.
    pub(crate) struct InternetGateway: "ec2/internet-gateway" in Region {}
}

/// CreateInternetGateway.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let tags = common::tags_at_creation(input, "internet-gateway")?;
    let id = call.id("igw");
    let view = json!({
        "Attachments": [],
        "InternetGatewayId": id,
        "OwnerId": call.account,
        "Tags": tags,
    });
    call.insert(id, InternetGateway { view: view.clone() });
    Ok(json!({"InternetGateway": view}))
}

/// AttachInternetGateway: a VPC has one gateway, a gateway one VPC.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html>
pub(super) fn attach(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (id, vpc) = (input.text("InternetGatewayId"), input.text("VpcId"));
    let attached = attached_to(call, id)?;
    if !call.table::<Vpc>().contains(vpc) {
        return Err(vpc::not_found(vpc));
    }
    if let Some(attached) = attached {
        let message = format!("resource {id} is already attached to network {attached}");
        return Err(AwsError::new("Resource.AlreadyAssociated", message));
    }
    if call.table::<InternetGateway>().any_with(vpc) {
        let message = format!("Network {vpc} already has an internet gateway attached");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    let attachments = json!([{"State": "available", "VpcId": vpc}]);
    route_table::set_state(call, id, vpc, "active");
    set_attachments(call, id, attachments)
}

/// DetachInternetGateway: "The VPC must not contain any running instances with Elastic IP addresses
/// or public IPv4 addresses."
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html>
pub(super) fn detach(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (id, vpc) = (input.text("InternetGatewayId"), input.text("VpcId"));
    if attached_to(call, id)?.as_deref() != Some(vpc) {
        let message = format!("resource {id} is not attached to network {vpc}");
        return Err(AwsError::new("Gateway.NotAttached", message));
    }
    if network_interface::any_public(call, vpc) {
        let message = format!(
            "Network {vpc} has some mapped public address(es). Please unmap those public \
             address(es) before detaching the gateway."
        );
        return Err(AwsError::new("DependencyViolation", message));
    }
    route_table::set_state(call, id, vpc, "blackhole");
    route_table_association::forget(call, id);
    set_attachments(call, id, json!([]))
}

/// DescribeInternetGateways.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let listing = Listing::of("InternetGateway", "InternetGatewayIds", not_found);
    common::describe::<InternetGateway>(call, input, &listing)
}

/// DeleteInternetGateway: not while it is attached.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInternetGateway.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("InternetGatewayId");
    if attached_to(call, id)?.is_some() {
        return Err(common::dependency("internetGateway", id));
    }
    call.table_mut::<InternetGateway>().remove(id);
    common::done()
}

/// The VPC that a gateway is attached to.
fn attached_to(call: &Call<'_>, id: &str) -> Result<Option<String>, AwsError> {
    let gateway = call
        .get::<InternetGateway>(id)
        .ok_or_else(|| not_found(id))?;
    let attachment = gateway.view.items("Attachments").first();
    Ok(attachment.map(|it| it.text("VpcId").to_owned()))
}

fn set_attachments(call: &mut Call<'_>, id: &str, attachments: Value) -> Outcome {
    let gateways = call.table_mut::<InternetGateway>();
    let mut gateway = gateways.get_mut(id).ok_or_else(|| not_found(id))?;
    gateway.view["Attachments"] = attachments;
    common::done()
}

fn not_found(id: &str) -> AwsError {
    common::not_found("InvalidInternetGatewayID", "internetGateway", id)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn vpc(aws: &Aws, block: &str) -> Value {
        let vpc = aws.ok("ec2", "CreateVpc", json!({"CidrBlock": block}));
        vpc["Vpc"]["VpcId"].clone()
    }

    fn gateway(aws: &Aws) -> Value {
        let gateway = aws.ok("ec2", "CreateInternetGateway", json!({}));
        gateway["InternetGateway"]["InternetGatewayId"].clone()
    }

    #[test]
    fn a_gateway_is_attached_found_by_its_vpc_and_detached() {
        let aws = Aws::new();
        let pair = json!({"InternetGatewayId": gateway(&aws), "VpcId": vpc(&aws, "10.0.0.0/16")});
        aws.ok("ec2", "AttachInternetGateway", pair.clone());
        let filters = json!([{"Name": "attachment.vpc-id", "Values": [pair["VpcId"]]}]);
        let found = aws.ok(
            "ec2",
            "DescribeInternetGateways",
            json!({"Filters": filters}),
        );
        let attachment = &found["InternetGateways"][0]["Attachments"][0];
        assert_eq!(
            attachment,
            &json!({"State": "available", "VpcId": pair["VpcId"]})
        );
        let id = json!({"InternetGatewayId": pair["InternetGatewayId"]});
        assert_eq!(
            aws.code("ec2", "DeleteInternetGateway", id.clone()),
            "DependencyViolation"
        );
        let vpc = json!({"VpcId": pair["VpcId"]});
        assert_eq!(aws.code("ec2", "DeleteVpc", vpc), "DependencyViolation");
        aws.ok("ec2", "DetachInternetGateway", pair.clone());
        assert_eq!(
            aws.code("ec2", "DetachInternetGateway", pair),
            "Gateway.NotAttached"
        );
        aws.ok("ec2", "DeleteInternetGateway", id);
    }

    /// A VPC can have only one internet gateway attached; see "Amazon VPC quotas".
    #[test]
    fn gateways_and_vpcs_go_in_pairs() {
        let aws = Aws::new();
        let (one, other) = (vpc(&aws, "10.0.0.0/16"), vpc(&aws, "10.1.0.0/16"));
        let first = gateway(&aws);
        let attach =
            |gateway: &Value, vpc: &Value| json!({"InternetGatewayId": gateway, "VpcId": vpc});
        aws.ok("ec2", "AttachInternetGateway", attach(&first, &one));
        let code = aws.code("ec2", "AttachInternetGateway", attach(&first, &other));
        assert_eq!(code, "Resource.AlreadyAssociated");
        let code = aws.code("ec2", "AttachInternetGateway", attach(&gateway(&aws), &one));
        assert_eq!(code, "InvalidParameterValue");
    }
}
