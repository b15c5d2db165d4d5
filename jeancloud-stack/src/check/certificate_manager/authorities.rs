//! A rule for the records that say who may issue certificates.

use jeancloud_model::{
    Input, Text,
    certificate_manager::Certificate,
    route53::{RecordSet, RecordType},
};

use super::{
    super::{Report, Rule},
    is_private,
};
use crate::{Declared, View};

const CAA: &str = "https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html";

pub(super) const AUTHORITIES: Rule = Rule {
    name: "certificate-authorities",
    check: amazon_may_issue,
};

/// The nearest CAA records above a domain say who may issue for it.
fn amazon_may_issue(view: &View, report: &mut Report) {
    const AMAZON: [&str; 4] = [
        "amazon.com",
        "amazontrust.com",
        "awstrust.com",
        "amazonaws.com",
    ];
    let records: Vec<_> = view
        .all::<RecordSet>()
        .filter(|record| record.resource.record_type.known() == Some(&RecordType::CAA))
        .filter(|record| !is_private(view, &record.resource.hosted_zone_id))
        .collect();
    for certificate in view.all::<Certificate>() {
        for domain in certificate.resource.domains().filter_map(Input::known) {
            let (wild, base) = match domain.as_str().strip_prefix("*.") {
                Some(base) => (true, base),
                None => (false, domain.as_str()),
            };
            let mut names = std::iter::successors(Some(base), |name| Some(name.split_once('.')?.1));
            let at = |name: &str| {
                let its = |record: &&Declared<'_, RecordSet>| {
                    record
                        .resource
                        .name
                        .known()
                        .is_some_and(|it| it.as_str() == name)
                };
                records.iter().find(its)
            };
            let Some(record) = names.find_map(at) else {
                continue;
            };
            let values: Option<Vec<&str>> = record
                .resource
                .resource_records
                .iter()
                .map(Text::as_known)
                .collect();
            let Some(values) = values else { continue };
            let of = |tag: &str| -> Vec<&str> {
                let tagged = |value: &&&str| value.split_whitespace().nth(1) == Some(tag);
                values.iter().filter(tagged).copied().collect()
            };
            // Without `issuewild`, `issue` counts for wildcards too; without both, all may issue.
            let deciding = match of("issuewild") {
                wilds if wild && !wilds.is_empty() => wilds,
                _ => of("issue"),
            };
            let lets_in = |value: &&str| AMAZON.iter().any(|name| value.contains(name));
            if !deciding.is_empty() && !deciding.iter().any(lets_in) {
                report
                    .error(
                        certificate.declaration,
                        "DomainName",
                        format!("{domain} is under {}, which lets no authority of Amazon issue", record.address()),
                    )
                    .rule("where a domain has CAA records, one of them names amazon.com, amazontrust.com, awstrust.com or amazonaws.com (CAA_ERROR)")
                    .hint("add `0 issue \"amazon.com\"` to its values")
                    .document(CAA);
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::route53::{RecordSet, RecordType};

    use super::super::testing::parts;
    use crate::check::testing::{Healthy, broken, healthy};

    #[test]
    fn amazon_is_among_the_authorities() {
        let caa = |value: &'static str| {
            move |h: &Healthy<'_>| {
                let (zone, _) = parts(h);
                h.stack.global().add(
                    "caa",
                    RecordSet::builder()
                        .hosted_zone_id(&zone)
                        .name("example.com")
                        .record_type(RecordType::CAA)
                        .resource_records([value])
                        .ttl(300)
                        .build(),
                );
            }
        };
        assert_snapshot!(broken("certificate-authorities", caa("0 issue \"letsencrypt.org\"")), @r#"
        error: main/certificate: DomainName example.com is under global/caa, which lets no authority of Amazon issue
          rule: where a domain has CAA records, one of them names amazon.com, amazontrust.com, awstrust.com or amazonaws.com (CAA_ERROR)
          hint: add `0 issue "amazon.com"` to its values
          see: https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html
        "#);
        healthy(caa("0 issue \"amazon.com\""));
        healthy(caa("0 iodef \"mailto:me@example.com\""));
    }
}
