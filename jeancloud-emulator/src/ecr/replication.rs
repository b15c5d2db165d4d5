//! Copies of images in other registries.

use super::{
    image::{self, Image},
    registry::{ONLY, Registry},
    repository::{self, Repository},
};
use crate::{call::Call, durations::ECR_REPLICATED, fields::Fields, world::Task};

/// An image, by its id, that was pushed some time ago reaches its destinations.
pub(super) const REPLICATED: Task = Task {
    service: "ecr",
    name: "image/replicated",
    run: replicate,
};

/// Has what was pushed copied, if a rule says so. What is copied isn't copied on: Replication
/// doesn't chain; see "Private image replication in Amazon ECR: Considerations".
pub(super) fn pushed(call: &mut Call<'_>, image: &str) {
    if !destinations(call, image).is_empty() {
        call.after(ECR_REPLICATED, &REPLICATED, image);
    }
}

/// Regions and accounts that the rules name for an image.
fn destinations(call: &Call<'_>, image: &str) -> Vec<(String, String)> {
    let Some(registry) = call.get::<Registry>(ONLY) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for rule in registry.view["replicationConfiguration"].items("rules") {
        let filters = rule.items("repositoryFilters");
        // "PREFIX_MATCH" is the only type of filter.
        let fits = |it: &serde_json::Value| image.starts_with(it.text("filter"));
        if filters.is_empty() || filters.iter().any(fits) {
            found.extend(rule.items("destinations").iter().map(|it| {
                (
                    it.text("region").to_owned(),
                    it.text("registryId").to_owned(),
                )
            }));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn replicate(call: &mut Call<'_>, id: &str) {
    let Some(source) = call.get::<Image>(id).cloned() else {
        return;
    };
    let name = source.view.text("repositoryName").to_owned();
    let Some(layers) = call.get::<Repository>(&name).map(|it| it.layers.clone()) else {
        return;
    };
    let now = call.now;
    for (region, account) in destinations(call, id) {
        // The repository is created automatically; see the same.
        let mut repository = repository::empty(call, &name, &account, &region);
        let table = call.table_of::<Repository>(&account, &region);
        if let Some(mut there) = table.get_mut(&name) {
            there.layers.extend(layers.clone());
        } else {
            repository.layers = layers.clone();
            table.insert(name.as_str(), repository, now);
        }
        let mut copy = source.clone();
        copy.view["registryId"] = account.as_str().into();
        copy.view["imagePushedAt"] = now.into();
        let table = call.table_of::<Image>(&account, &region);
        for tag in &copy.tags {
            image::untag(table, &name, tag);
        }
        table.insert(id, copy, now);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Emulator, testing::Aws};

    /// "Filters … prefix", "Private image replication in Amazon ECR".
    #[test]
    fn images_reach_the_destinations_of_fitting_rules_after_a_while() {
        let emulator = Emulator::new();
        let aws = Aws::of(emulator.client());
        let rules = json!([{
            "destinations": [{"region": "us-east-1", "registryId": "123456789012"}],
            "repositoryFilters": [{"filter": "app", "filterType": "PREFIX_MATCH"}],
        }]);
        let rules = json!({"replicationConfiguration": {"rules": rules}});
        aws.ok("ecr", "PutReplicationConfiguration", rules);
        let mut digests = Vec::new();
        for name in ["app/web", "other"] {
            let made = aws.ok("ecr", "CreateRepository", json!({"repositoryName": name}));
            let uri = made["repository"]["repositoryUri"].as_str().unwrap();
            digests.push(emulator.push_image(uri, "1").unwrap());
        }
        let there = aws.in_region("us-east-1");
        let none = there.ok("ecr", "DescribeRepositories", json!({}));
        assert_eq!(none["repositories"], json!([]));
        emulator.advance(crate::durations::ECR_REPLICATED);
        let copies = there.ok("ecr", "DescribeRepositories", json!({}));
        assert_eq!(copies["repositories"].as_array().unwrap().len(), 1);
        let images = json!({"repositoryName": "app/web"});
        let images = there.ok("ecr", "DescribeImages", images);
        let copy = &images["imageDetails"][0];
        assert_eq!(copy["imageDigest"], json!(digests[0]));
        assert_eq!(copy["imageTags"], json!(["1"]));
    }
}
