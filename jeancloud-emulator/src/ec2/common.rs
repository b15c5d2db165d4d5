//! What all of EC2's resources have in common: listing, deletion, tags at creation.

use serde_json::{Value, json};

use super::filters::Filters;
use crate::{
    call::Call,
    durations::EC2_PROPAGATION,
    error::{AwsError, Outcome},
    fields::Fields,
    world::Resource,
};

/// A page of a listing without `MaxResults`.
const PAGE: usize = 1000;

/// How a kind of resource is described.
pub(super) struct Listing {
    /// The shape of one, as `Subnet`.
    pub shape: &'static str,
    /// The input's list of ids, as `SubnetIds`.
    pub ids: &'static str,
    /// The error for an id that isn't there.
    pub missing: fn(&str) -> AwsError,
    /// Filters whose names don't follow from the shape's, and the members that they look at.
    pub filters: &'static [(&'static str, &'static str)],
}

/// Describe…: by ids, by filters, by pages. An unknown id is an error; a filter that nothing fits
/// is not.
pub(super) fn describe<R: Resource>(
    call: &mut Call<'_>,
    input: &Value,
    listing: &Listing,
) -> Outcome {
    let filters = Filters::of(call, input, listing)?;
    let table = call.table::<R>();
    let named: Vec<&str> = input.texts(listing.ids).collect();
    let candidates: Vec<&str> = if named.is_empty() {
        filters.candidates(table)
    } else {
        let seen = |id: &&str| call.seen::<R>(id, EC2_PROPAGATION).is_some();
        if let Some(missing) = named.iter().find(|id| !seen(id)) {
            return Err((listing.missing)(missing));
        }
        sorted(named)
    };
    let fitting = candidates.into_iter().filter_map(|id| {
        let resource = call.seen::<R>(id, EC2_PROPAGATION)?;
        filters
            .fit(resource.view())
            .then(|| (id.to_owned(), resource))
    });
    call.page(input, PAGE, fitting, |resource| resource.view().clone())
}

fn sorted(mut ids: Vec<&str>) -> Vec<&str> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The tags that a creation gives to what it creates; `kind` is EC2's name of it, as `vpc`.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagSpecification.html>
pub(super) fn tags_at_creation(input: &Value, kind: &str) -> Result<Value, AwsError> {
    let mut tags = Vec::new();
    for specification in input.items("TagSpecifications") {
        let of = specification.text("ResourceType");
        if of != kind {
            let message =
                format!("'{of}' is not a valid taggable resource type for this operation.");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
        tags.extend(specification.items("Tags").iter().cloned());
    }
    super::tags::merged(&[], &tags)
}

/// `InvalidSubnetID.NotFound` and its like. `code` is what stands before the dot.
pub(super) fn not_found(code: &str, what: &str, id: &str) -> AwsError {
    let message = format!("The {what} ID '{id}' does not exist");
    AwsError::new(format!("{code}.NotFound"), message)
}

/// What forbids a deletion.
pub(super) fn dependency(what: &str, id: &str) -> AwsError {
    let message = format!("The {what} '{id}' has dependencies and cannot be deleted.");
    AwsError::new("DependencyViolation", message)
}

/// The answer of an operation that only says that it worked.
pub(super) fn done() -> Outcome {
    Ok(json!({}))
}
