//! [`ListenerRule`]: `AWS::ElasticLoadBalancingV2::ListenerRule`.

use crate::{Bounded, Facts, Unique, id_value, outputs, resource};

use super::{Actions, Condition, ListenerArn};

id_value! {
    /// The ARN of a listener's rule.
    RuleArn starts "arn:",
}

/// A rule's place among those of its listener, 1 to 50000: the lowest one that is for a request
/// decides.
pub type RulePriority = Bounded<1, 50000>;

resource! {
    /// What a listener does with some requests.
    ///
    /// Follows [`AWS::ElasticLoadBalancingV2::ListenerRule`] and ELBv2's [`CreateRule`].
    ///
    /// [`AWS::ElasticLoadBalancingV2::ListenerRule`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listenerrule.html
    /// [`CreateRule`]: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html
    ListenerRule = "AWS::ElasticLoadBalancingV2::ListenerRule", id "RuleArn": RuleArn,
    facts Facts {
        create_only: &["ListenerArn"],
        unordered: &[
            "Conditions",
            "Conditions/*/HostHeaderConfig/Values",
            "Conditions/*/PathPatternConfig/Values",
            "Conditions/*/HttpRequestMethodConfig/Values",
            "Conditions/*/SourceIpConfig/Values",
            "Conditions/*/HttpHeaderConfig/Values",
            "Conditions/*/QueryStringConfig/Values",
            "Actions/*/ForwardConfig/TargetGroups",
        ],
        name: Some(Unique {
            property: "Priority",
            within: &["ListenerArn"],
            generated: None,
        }),
        ..Facts::DEFAULT
    };

    /// The listener; another one replaces it.
    one listener_arn "ListenerArn": ListenerArn,
    /// Its place, which no other rule of the listener has.
    one priority "Priority": RulePriority,
    /// Which requests it is for: all of these hold.
    plain_list conditions "Conditions": Condition,
    /// What happens with them.
    plain actions "Actions": Actions,
    tags,
}

outputs! { ListenerRule {
    /// Its ARN.
    rule_arn "RuleArn": RuleArn,
} }
