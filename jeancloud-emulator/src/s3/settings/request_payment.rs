//! Who pays for requests.

use serde_json::{Value, json};

use super::{store, stored};
use crate::{call::Call, error::Outcome};

/// PutBucketRequestPayment.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketRequestPayment.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let payment = input["RequestPaymentConfiguration"].clone();
    store(call, input, "request-payment", payment)
}

/// GetBucketRequestPayment: the owner, until something else is said.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = stored(call, input, "request-payment")?;
    Ok(found
        .cloned()
        .unwrap_or_else(|| json!({"Payer": "BucketOwner"})))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bare, one, with_bucket};

    #[test]
    fn the_owner_pays_until_the_requester_does() {
        let aws = with_bucket();
        let get = || aws.ok("s3", "GetBucketRequestPayment", bare());
        assert_eq!(get(), json!({"Payer": "BucketOwner"}));
        let requester = json!({"Payer": "Requester"});
        let put = one("RequestPaymentConfiguration", requester.clone());
        aws.ok("s3", "PutBucketRequestPayment", put);
        assert_eq!(get(), requester);
    }
}
