//! Keys that are used in another region than their own.

use jeancloud_model::{Arn, Input, Region, kms::KeyArn};

use crate::{Declaration, View, check::Report};

/// Reports a key that is in another region than the one where it is used.
pub(in crate::check) fn key_in_region(
    view: &View,
    report: &mut Report,
    declaration: &Declaration,
    property: &str,
    key: Option<&Input<KeyArn>>,
    region: Region,
) {
    let there = key.and_then(|key| region_of(view, key));
    foreign_key(report, declaration, property, there, region);
}

/// The same for a key that a property names as any ARN.
pub(in crate::check) fn arn_in_region(
    view: &View,
    report: &mut Report,
    declaration: &Declaration,
    property: &str,
    key: Option<&Input<Arn>>,
    region: Region,
) {
    let there = key.and_then(|key| match key {
        Input::Known(arn) => region_in(arn.as_str()),
        Input::Output(reference) => Some(view.get(reference.address)?.region),
    });
    foreign_key(report, declaration, property, there, region);
}

fn foreign_key(
    report: &mut Report,
    declaration: &Declaration,
    property: &str,
    there: Option<Region>,
    region: Region,
) {
    let Some(there) = there.filter(|there| *there != region && *there != Region::Global) else {
        return;
    };
    report
        .error(
            declaration,
            property,
            format!("is a key of {there}, and is used in {region}"),
        )
        .rule("a key encrypts only in its own region (KMSKeyNotAccessibleFault, NotFoundException)")
        .hint(format!(
            "declare a key in {region}, or leave the property out for AWS's own key"
        ))
        .document("https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html");
}

/// The region of a key, from its ARN or its declaration.
fn region_of(view: &View, key: &Input<KeyArn>) -> Option<Region> {
    match key {
        Input::Known(arn) => region_in(arn.as_str()),
        Input::Output(reference) => Some(view.get(reference.address)?.region),
    }
}

fn region_in(arn: &str) -> Option<Region> {
    arn.split(':').nth(3)?.parse().ok()
}
