//! Rules for the answers that make a target healthy.

use std::ops::RangeInclusive;

use jeancloud_model::elastic_load_balancing_v2::{Protocol, TargetGroup};

use super::super::{Report, Rule};
use crate::View;

const DOCUMENT: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html";

pub(super) const CODES: Rule = Rule {
    name: "target-group-codes",
    check: codes_are_in_their_range,
};

fn codes_are_in_their_range(view: &View, report: &mut Report) {
    for group in view.all::<TargetGroup>() {
        let (Some(matcher), Some(protocol)) = (&group.matcher, group.protocol.known()) else {
            continue;
        };
        let http = match protocol {
            Protocol::Http | Protocol::Https => 200..=499,
            _ => 200..=599,
        };
        let codes = [
            ("HttpCode", &matcher.http_code, http),
            ("GrpcCode", &matcher.grpc_code, 0..=99),
        ];
        for (property, codes, range) in codes {
            let Some(codes) = codes.as_ref().and_then(|codes| codes.as_known()) else {
                continue;
            };
            if are_codes(codes, &range) {
                continue;
            }
            let (least, most) = (range.start(), range.end());
            report
                .error(group.declaration, format!("Matcher/{property}"), format!("`{codes}` is no list of codes from {least} to {most}"))
                .rule("codes are numbers, or ranges, with commas between them: HTTP 200 to 499, behind a network load balancer 200 to 599, gRPC 0 to 99 (ValidationError)")
                .hint(format!("as `{least}`, `{least},{}` or `{least}-{most}`", least + 4))
                .document(DOCUMENT);
        }
    }
}

fn are_codes(text: &str, range: &RangeInclusive<u32>) -> bool {
    let code = |text: &str| text.parse::<u32>().ok().filter(|code| range.contains(code));
    text.split(',').all(|part| match part.split_once('-') {
        Some((from, to)) => matches!((code(from), code(to)), (Some(from), Some(to)) if from <= to),
        None => code(part).is_some(),
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::elastic_load_balancing_v2::{Matcher, Protocol, TargetGroup};

    use super::super::testing::{balancer, listener};
    use crate::check::testing::{Healthy, broken, healthy};

    fn matching(h: &Healthy<'_>, codes: &str) {
        let group = TargetGroup::builder()
            .vpc_id(&h.vpc)
            .port(80)
            .protocol(Protocol::Http);
        let group = h
            .scope
            .add("targets", group.matcher(Matcher::http(codes)).build());
        listener(h, &balancer(h), &group);
    }

    #[test]
    fn codes_are_in_their_range() {
        for codes in ["200", "200,204", "200-299", "200-299,401"] {
            healthy(|h| matching(h, codes));
        }
        assert_snapshot!(broken("target-group-codes", |h| matching(h, "200-599")), @"
        error: main/targets: Matcher/HttpCode `200-599` is no list of codes from 200 to 499
          rule: codes are numbers, or ranges, with commas between them: HTTP 200 to 499, behind a network load balancer 200 to 599, gRPC 0 to 99 (ValidationError)
          hint: as `200`, `200,204` or `200-499`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html
        ");
        assert_snapshot!(broken("target-group-codes", |h| matching(h, "2xx")), @"
        error: main/targets: Matcher/HttpCode `2xx` is no list of codes from 200 to 499
          rule: codes are numbers, or ranges, with commas between them: HTTP 200 to 499, behind a network load balancer 200 to 599, gRPC 0 to 99 (ValidationError)
          hint: as `200`, `200,204` or `200-499`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html
        ");
    }
}
