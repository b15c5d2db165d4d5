//! What all of EC2's resources have in common: listing, deletion, tags at creation.

use std::borrow::Cow;

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
    /// Filters by which resources are found too, with keys as `group-name=web`.
    pub indexed: &'static [&'static str],
    /// More ids that an id in a filter leads to, where a part of what is shown is kept elsewhere.
    pub via: Option<Via>,
}

/// From an id to others.
pub(super) type Via = fn(&Call<'_>, &str) -> Vec<String>;

impl Listing {
    pub const fn of(shape: &'static str, ids: &'static str, missing: fn(&str) -> AwsError) -> Self {
        Self {
            shape,
            ids,
            missing,
            filters: &[],
            indexed: &[],
            via: None,
        }
    }
}

/// Describe…: by ids, by filters, by pages. An unknown id is an error; a filter that nothing fits
/// is not.
pub(super) fn describe<R: Resource>(
    call: &mut Call<'_>,
    input: &Value,
    listing: &Listing,
) -> Outcome {
    describe_as::<R>(call, input, listing, |_, it| Cow::Borrowed(it.view()))
}

/// The same, of resources whose views are completed when they are shown.
pub(super) fn describe_as<R: Resource>(
    call: &mut Call<'_>,
    input: &Value,
    listing: &Listing,
    whole: for<'w> fn(&Call<'_>, &'w R) -> Cow<'w, Value>,
) -> Outcome {
    let call = &*call;
    let fitting = fitting(call, input, listing, whole)?;
    call.page(input, PAGE, fitting, Cow::into_owned)
}

/// What ids and filters ask for, in the order of ids.
pub(super) fn fitting<'c, R: Resource>(
    call: &'c Call<'_>,
    input: &'c Value,
    listing: &Listing,
    whole: for<'w> fn(&Call<'_>, &'w R) -> Cow<'w, Value>,
) -> Result<impl Iterator<Item = (String, Cow<'c, Value>)>, AwsError> {
    let filters = Filters::of(call, input, listing)?;
    let named: Vec<&str> = input.texts(listing.ids).collect();
    let candidates: Box<dyn Iterator<Item = &str>> = if named.is_empty() {
        filters.candidates::<R>(call, listing)
    } else {
        let seen = |id: &&str| call.seen::<R>(id, EC2_PROPAGATION).is_some();
        if let Some(missing) = named.iter().find(|id| !seen(id)) {
            return Err((listing.missing)(missing));
        }
        Box::new(sorted(named).into_iter())
    };
    Ok(candidates.filter_map(move |id| {
        let resource = call.seen::<R>(id, EC2_PROPAGATION)?;
        let view = whole(call, resource);
        filters.fit(&view).then(|| (id.to_owned(), view))
    }))
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

/// What an earlier request with the same client token made, if it is still there.
///
/// If you retry a request using the same client token, but one or more of the parameters are
/// different, the retry fails with an IdempotentParameterMismatch error.
///
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html>
pub(super) fn repeated<'c, R: Resource>(
    call: &'c Call<'_>,
    input: &Value,
    request: fn(&R) -> Option<&Value>,
) -> Result<Option<&'c R>, AwsError> {
    let Some(key) = token_key(Some(input)) else {
        return Ok(None);
    };
    match call.table::<R>().with(&key).next() {
        Some((_, made)) if request(made) != Some(input) => {
            let message = "The client token you have provided was used with other parameters.";
            Err(AwsError::new("IdempotentParameterMismatch", message))
        }
        made => Ok(made.map(|(_, made)| made)),
    }
}

/// What a resource keeps of the request that made it, to know it again.
pub(super) fn request_of(input: &Value) -> Option<Value> {
    token_key(Some(input)).map(|_| input.clone())
}

/// By what the result of a request with a client token is found.
pub(super) fn token_key(request: Option<&Value>) -> Option<String> {
    let token = request?.text("ClientToken");
    (!token.is_empty()).then(|| format!("client-token={token}"))
}

/// `InvalidParameterValue`, the code of most that is wrong.
pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterValue", message)
}

/// A parameter that the model doesn't require, and the rules do.
pub(super) fn missing(parameter: &str) -> AwsError {
    let message = format!("The request must contain the parameter {parameter}");
    AwsError::new("MissingParameter", message)
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
