//! Rules for functions at the edge.

use std::collections::BTreeSet;

use jeancloud_model::{Arn, Input, cloud_front::LambdaEvent};

use super::{
    super::{Report, Rule},
    behavior::each,
};
use crate::View;

const EDGE_FUNCTIONS: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html";

pub(super) const FUNCTIONS: Rule = Rule {
    name: "behavior-functions",
    check: functions_are_one_for_each_event,
};

fn functions_are_one_for_each_event(view: &View, report: &mut Report) {
    each(view, |distribution, behavior| {
        let mut fault = |property: &str, wrong: String, rule: &str| {
            report
                .error(
                    distribution.declaration,
                    format!("{}/{property}", behavior.path),
                    wrong,
                )
                .rule(rule)
                .hint("leave one of them out, or do both in one function")
                .document(EDGE_FUNCTIONS);
        };
        let mut events = BTreeSet::new();
        let functions = behavior.functions.iter().map(|it| it.event_type.as_str());
        for event in functions {
            if !events.insert(event) {
                let rule = "an event has one function (InvalidFunctionAssociation)";
                fault(
                    "FunctionAssociations",
                    format!("has two functions for {event}"),
                    rule,
                );
            }
        }
        for function in behavior.functions {
            let arn = function.function_arn.known();
            if let Some(arn) =
                arn.filter(|arn| arn.as_str().split(':').nth(2) != Some("cloudfront"))
            {
                let rule = "a function of CloudFront's is named by its ARN, arn:aws:cloudfront::account:function/name (InvalidFunctionAssociation)";
                fault("FunctionAssociations", format!("names {arn}"), rule);
            }
        }
        let viewer = !behavior.functions.is_empty();
        let mut events = BTreeSet::new();
        for lambda in behavior.lambdas {
            let event = lambda.event_type;
            if !events.insert(event) {
                let rule = "an event has one function (InvalidLambdaFunctionAssociation)";
                fault(
                    "LambdaFunctionAssociations",
                    format!("has two functions for {event}"),
                    rule,
                );
            }
            if viewer
                && matches!(
                    event,
                    LambdaEvent::ViewerRequest | LambdaEvent::ViewerResponse
                )
            {
                let rule = "CloudFront's functions and Lambda functions can't both run for viewer events of one behaviour";
                fault(
                    "LambdaFunctionAssociations",
                    format!("has a function for {event} beside a function of CloudFront's"),
                    rule,
                );
            }
            let body = lambda.include_body.as_ref().and_then(Input::known) == Some(&true);
            if body
                && matches!(
                    event,
                    LambdaEvent::ViewerResponse | LambdaEvent::OriginResponse
                )
            {
                let rule = "a function gets the body of a request, for viewer and origin requests (InvalidLambdaFunctionAssociation)";
                fault(
                    "LambdaFunctionAssociations",
                    format!("includes the body for {event}"),
                    rule,
                );
            }
            if let Some(wrong) = lambda.lambda_function_arn.known().and_then(lambda_fault) {
                let rule = "a function at the edge is a numbered version in us-east-1 (InvalidLambdaFunctionAssociation)";
                fault("LambdaFunctionAssociations", wrong, rule);
            }
        }
    });
}

/// `arn:aws:lambda:us-east-1:123456789012:function:name:1`
fn lambda_fault(arn: &Arn) -> Option<String> {
    let parts: Vec<&str> = arn.as_str().split(':').collect();
    match parts[..] {
        [_, _, _, region, ..] if region != "us-east-1" => {
            Some(format!("names {arn}, which is in {region}"))
        }
        [_, _, _, _, _, _, _, version] if version.bytes().all(|b| b.is_ascii_digit()) => None,
        _ => Some(format!("names {arn}, which is no numbered version")),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::cloud_front::{
        FunctionAssociation, FunctionEvent, LambdaEvent, LambdaFunctionAssociation,
    };

    use super::super::testing::add;
    use crate::check::testing::broken;

    #[test]
    fn an_event_has_one_function() {
        assert_snapshot!(broken("behavior-functions", |h| {
            let function = |name: &str| {
                FunctionAssociation::builder()
                    .event_type(FunctionEvent::ViewerRequest)
                    .function_arn(format!("arn:aws:cloudfront::123456789012:function/{name}"))
                    .build()
            };
            add(h, |config| {
                config.default_cache_behavior.function_associations = vec![function("a"), function("b")];
            });
        }), @"
        error: global/cdn: DistributionConfig/DefaultCacheBehavior/FunctionAssociations has two functions for viewer-request
          rule: an event has one function (InvalidFunctionAssociation)
          hint: leave one of them out, or do both in one function
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
        ");
    }

    #[test]
    fn a_lambda_function_has_a_version() {
        assert_snapshot!(broken("behavior-functions", |h| {
            let lambda = LambdaFunctionAssociation::builder()
                .event_type(LambdaEvent::OriginRequest)
                .lambda_function_arn("arn:aws:lambda:us-east-1:123456789012:function:f")
                .build();
            add(h, |config| config.default_cache_behavior.lambda_function_associations = vec![lambda]);
        }), @"
        error: global/cdn: DistributionConfig/DefaultCacheBehavior/LambdaFunctionAssociations names arn:aws:lambda:us-east-1:123456789012:function:f, which is no numbered version
          rule: a function at the edge is a numbered version in us-east-1 (InvalidLambdaFunctionAssociation)
          hint: leave one of them out, or do both in one function
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
        ");
    }

    #[test]
    fn a_function_of_cloudfronts_is_none_of_lambdas() {
        assert_snapshot!(broken("behavior-functions", |h| {
            let function = FunctionAssociation::builder()
                .event_type(FunctionEvent::ViewerRequest)
                .function_arn("arn:aws:lambda:us-east-1:123456789012:function:f:1")
                .build();
            add(h, |config| config.default_cache_behavior.function_associations = vec![function]);
        }), @"
        error: global/cdn: DistributionConfig/DefaultCacheBehavior/FunctionAssociations names arn:aws:lambda:us-east-1:123456789012:function:f:1
          rule: a function of CloudFront's is named by its ARN, arn:aws:cloudfront::account:function/name (InvalidFunctionAssociation)
          hint: leave one of them out, or do both in one function
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
        ");
    }
}
