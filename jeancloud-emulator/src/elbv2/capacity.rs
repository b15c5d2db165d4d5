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
