//! Network interfaces that services put into subnets, and the groups that they have there.

use crate::{
    call::Call,
    ec2::{
        network_interface::{self, NetworkInterface},
        security_group::{self, SecurityGroup},
    },
    error::AwsError,
    fields::Fields,
};

pub(crate) use network_interface::{Requester, remove, set_groups};

pub(crate) const LOAD_BALANCER: Requester = Requester {
    id: "amazon-elb",
    owner: "amazon-elb",
    interface_type: "interface",
};

pub(crate) const NETWORK_LOAD_BALANCER: Requester = Requester {
    id: "amazon-elb",
    owner: "amazon-aws",
    interface_type: "network_load_balancer",
};

pub(crate) const FARGATE: Requester = Requester {
    id: "578734482556",
    owner: "277688789493",
    interface_type: "interface",
};

/// Puts an interface into a subnet and answers its id and its address.
pub(crate) fn attach(
    call: &mut Call<'_>,
    subnet: &str,
    groups: &[&str],
    description: &str,
    requester: Requester,
) -> Result<(String, String), AwsError> {
    let id = network_interface::attach(call, subnet, groups, description, requester)?;
    let interface = call.get::<NetworkInterface>(&id);
    let address = interface.map_or("", |it| it.view.text("PrivateIpAddress"));
    let address = address.to_owned();
    Ok((id, address))
}

/// The first group that isn't in the VPC is the error.
pub(crate) fn check_groups(call: &Call<'_>, groups: &[String], vpc: &str) -> Result<(), String> {
    let elsewhere = groups.iter().find(|id| {
        let group = call.get::<SecurityGroup>(id);
        group.is_none_or(|group| group.view.text("VpcId") != vpc)
    });
    elsewhere.map_or(Ok(()), |id| Err(id.clone()))
}

/// The default group of a VPC.
pub(crate) fn default_group(call: &Call<'_>, vpc: &str) -> Option<String> {
    security_group::default_of(call, vpc)
}
