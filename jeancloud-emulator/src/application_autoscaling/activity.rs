//! What scaled: nothing ever does.

use serde_json::Value;

use crate::{call::Call, error::Outcome};

/// DescribeScalingActivities.
///
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingActivities.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    call.page(input, 50, Vec::<(String, Value)>::new(), |row| row)
}
