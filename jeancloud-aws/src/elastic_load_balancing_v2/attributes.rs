//! The settings that load balancers, listeners and target groups have as keys and values: the same
//! two calls for each, under three names.

use aws_sdk_elasticloadbalancingv2::types as sdk;
use jeancloud_model::elastic_load_balancing_v2::Attributes;
use serde::Serialize;

use crate::{Clients, error, handler::Result};

macro_rules! attributes {
    ($(
        $read:ident $write:ident: $attribute:ident by $arn:ident,
        $describe:ident $describing:literal, $modify:ident $modifying:literal;
    )*) => {$(
        /// What AWS has of one; `None` where it is gone.
        pub(super) async fn $read(
            aws: &Clients,
            arn: &str,
        ) -> Result<Option<Vec<sdk::$attribute>>> {
            let call = aws.elb().$describe().$arn(arn);
            let answer = call.send().await.map_err(error::of($describing));
            Ok(error::if_there(answer)?.map(|answer| answer.attributes().to_vec()))
        }

        /// Writes what is set and leaves the rest as it is.
        pub(super) async fn $write<A: Serialize>(
            aws: &Clients,
            arn: &str,
            attributes: &Attributes<A>,
        ) -> Result<()> {
            let attribute =
                |(key, value)| sdk::$attribute::builder().key(key).value(value).build();
            let attributes: Vec<_> = attributes.resolved().into_iter().map(attribute).collect();
            if attributes.is_empty() {
                return Ok(());
            }
            let call = aws.elb().$modify().$arn(arn);
            let call = call.set_attributes(Some(attributes)).send().await;
            call.map_err(error::of($modifying))?;
            Ok(())
        }
    )*};
}

attributes! {
    of_load_balancer set_of_load_balancer: LoadBalancerAttribute by load_balancer_arn,
        describe_load_balancer_attributes "DescribeLoadBalancerAttributes",
        modify_load_balancer_attributes "ModifyLoadBalancerAttributes";
    of_listener set_of_listener: ListenerAttribute by listener_arn,
        describe_listener_attributes "DescribeListenerAttributes",
        modify_listener_attributes "ModifyListenerAttributes";
    of_target_group set_of_target_group: TargetGroupAttribute by target_group_arn,
        describe_target_group_attributes "DescribeTargetGroupAttributes",
        modify_target_group_attributes "ModifyTargetGroupAttributes";
}
