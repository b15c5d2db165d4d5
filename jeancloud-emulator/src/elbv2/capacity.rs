//! Reserved capacity: nobody has any.

use serde_json::{Value, json};

use super::common;
use crate::{call::Call, error::Outcome};

/// DescribeCapacityReservation.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeCapacityReservation.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    common::load_balancer(call, input)?;
    Ok(json!({"CapacityReservationState": [], "DecreaseRequestsRemaining": 2}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::load_balancer::tests::Net;

    #[test]
    fn nothing_is_reserved() {
        let net = Net::new();
        let of = json!({"LoadBalancerArn": net.balancer("web")});
        let told = net.aws.ok("elbv2", "DescribeCapacityReservation", of);
        assert_eq!(told["CapacityReservationState"], json!([]));
    }
}
