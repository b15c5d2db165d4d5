//! Tags: the author's and ours.

use std::collections::BTreeMap;

use jeancloud_model::Resource;

/// The property that holds a type's tags: `Tags`, but for hosted zones.
pub(crate) fn property<R: Resource>() -> &'static str {
    const OTHER: &str = "HostedZoneTags";
    if R::PROPERTIES.contains(&OTHER) {
        OTHER
    } else {
        "Tags"
    }
}

/// The author's tags among all: without ours, without AWS's.
pub(crate) fn of_the_author(tags: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    let own =
        |(key, _): &(&String, &String)| !key.starts_with("jeancloud:") && !key.starts_with("aws:");
    tags.iter()
        .filter(own)
        .map(|(key, value)| (key.as_str(), value.as_str()))
}
