//! What Route 53's types share: names in jeancloud's spelling, tags of zones, changes in progress.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_route53::types::{ChangeInfo, ChangeStatus, Tag, TagResourceType};
use jeancloud_stack::provider::{ErrorKind, ProviderError};

use crate::{
    Clients, error,
    handler::Result,
    wait::{self, Wait},
};

/// How long a change may take to reach all name servers. Route 53: "generally within 60 seconds";
/// no bound is named, and Terraform waits 30 minutes.
const IN_SYNC: Wait = Wait {
    operation: "GetChange",
    what: "the change on all of Route 53's name servers",
    at_most: Duration::from_secs(30 * 60),
    pause: Duration::from_secs(10),
};

/// The most zones whose tags one call tells.
const ZONES_PER_CALL: usize = 10;

/// An id without the kind that Route 53 writes before it: `/hostedzone/Z1` is `Z1`.
pub(crate) fn bare_id(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// A name in jeancloud's spelling: without the dot at the end, and with the characters that
/// Route 53 writes in octal (`\052` is `*`).
pub(crate) fn bare_name(name: &str) -> String {
    let name = name.strip_suffix('.').unwrap_or(name);
    let mut parts = name.split('\\');
    let mut bare = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part
            .get(..3)
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match code.filter(u8::is_ascii_graphic) {
            Some(code) => {
                bare.push(code.into());
                bare.push_str(&part[3..]);
            }
            None => {
                bare.push('\\');
                bare.push_str(part);
            }
        }
    }
    bare
}

/// Waits until a change is on all name servers.
pub(super) async fn in_sync(aws: &Clients, change: Option<&ChangeInfo>) -> Result<()> {
    let Some(change) = change.filter(|change| change.status() != &ChangeStatus::Insync) else {
        return Ok(());
    };
    wait::until(IN_SYNC, || async {
        let answer = aws
            .route53()
            .get_change()
            .id(bare_id(change.id()))
            .send()
            .await;
        let answer = answer.map_err(error::of("GetChange"))?;
        let done = answer
            .change_info()
            .is_none_or(|now| now.status() == &ChangeStatus::Insync);
        Ok(done.then_some(()))
    })
    .await
}

/// The tags of zones, by id; of those that are there.
pub(super) async fn tags_of(
    aws: &Clients,
    zones: &[String],
) -> Result<BTreeMap<String, BTreeMap<String, String>>> {
    let mut all = BTreeMap::new();
    for zones in zones.chunks(ZONES_PER_CALL) {
        match tags_of_some(aws, zones).await {
            Ok(some) => all.extend(some),
            // One that is not there spoils the call for all.
            Err(error) if error.kind == ErrorKind::NotFound => {
                for zone in zones {
                    let one = tags_of_some(aws, std::slice::from_ref(zone)).await;
                    all.extend(error::if_there(one)?.into_iter().flatten());
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

async fn tags_of_some(
    aws: &Clients,
    zones: &[String],
) -> Result<BTreeMap<String, BTreeMap<String, String>>> {
    let call = aws
        .route53()
        .list_tags_for_resources()
        .resource_type(TagResourceType::Hostedzone)
        .set_resource_ids(Some(zones.to_vec()));
    let answer = call.send().await;
    let answer = answer.map_err(error::of("ListTagsForResources"))?;
    let sets = answer.resource_tag_sets().iter();
    Ok(sets
        .map(|set| {
            let pair =
                |tag: &Tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or("").to_owned()));
            let tags = set.tags().iter().filter_map(pair).collect();
            let zone = bare_id(set.resource_id().unwrap_or_default());
            (zone.to_owned(), tags)
        })
        .collect())
}

/// The SDK refused to build a request: a required part is missing.
pub(super) fn incomplete(error: aws_sdk_route53::error::BuildError) -> ProviderError {
    ProviderError::new(ErrorKind::Invalid, "", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ids_lose_what_route_53_adds() {
        assert_eq!(bare_name("api.example.com."), "api.example.com");
        assert_eq!(bare_name("\\052.example.com."), "*.example.com");
        assert_eq!(bare_name("a\\b.example.com"), "a\\b.example.com");
        assert_eq!(bare_id("/hostedzone/Z1"), "Z1");
        assert_eq!(bare_id("Z1"), "Z1");
    }
}
