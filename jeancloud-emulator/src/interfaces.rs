//! Network interfaces that services put into subnets.

use crate::{call::Call, error::AwsError};

/// Who asks for an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Requester {
    LoadBalancer,
    NetworkLoadBalancer,
    Fargate,
}

/// Puts an interface into a subnet and answers its id and its address.
pub(crate) fn attach(
    call: &mut Call<'_>,
    _subnet: &str,
    _groups: &[&str],
    _description: &str,
    _requester: Requester,
) -> Result<(String, String), AwsError> {
    let mut draw = call.draw("address");
    let address = format!("10.0.{}.{}", draw.below(256), 4 + draw.below(250));
    Ok((call.id("eni"), address))
}

/// Takes an interface away.
pub(crate) fn remove(_call: &mut Call<'_>, _id: &str) {}

/// Gives an interface other groups.
pub(crate) fn set_groups(
    _call: &mut Call<'_>,
    _id: &str,
    _groups: &[&str],
) -> Result<(), AwsError> {
    Ok(())
}

/// The first group that isn't in the VPC.
pub(crate) fn check_groups(_call: &Call<'_>, _groups: &[String], _vpc: &str) -> Result<(), String> {
    Ok(())
}

/// The default group of a VPC.
pub(crate) fn default_group(_call: &Call<'_>, _vpc: &str) -> Option<String> {
    None
}
