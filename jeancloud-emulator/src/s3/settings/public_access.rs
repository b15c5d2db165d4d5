//! Blocks of public access.

use serde_json::{Value, json};

use super::{forget, required, store};
use crate::{call::Call, error::Outcome, fields::Fields};

const FLAGS: [&str; 4] = [
    "BlockPublicAcls",
    "BlockPublicPolicy",
    "IgnorePublicAcls",
    "RestrictPublicBuckets",
];

/// PutPublicAccessBlock: what isn't given isn't blocked.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let given = &input["PublicAccessBlockConfiguration"];
    let mut block = json!({});
    for flag in FLAGS {
        block[flag] = given.flag(flag).into();
    }
    store(call, input, "public-access", block)
}

/// GetPublicAccessBlock.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let absent = (
        "NoSuchPublicAccessBlockConfiguration",
        "The public access block configuration was not found",
    );
    let block = required(call, input, "public-access", absent)?;
    Ok(json!({"PublicAccessBlockConfiguration": block}))
}

/// DeletePublicAccessBlock.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html>
pub(crate) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    forget(call, input, "public-access")
}

/// What a new bucket has: By default, new buckets don't allow public access; see "Blocking public
/// access to your Amazon S3 storage", Amazon S3 User Guide.
pub(crate) fn of_new() -> Value {
    let mut block = json!({});
    for flag in FLAGS {
        block[flag] = true.into();
    }
    block
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bare, one, with_bucket};

    #[test]
    fn a_new_bucket_blocks_everything_and_a_configuration_only_what_it_names() {
        let aws = with_bucket();
        let get = || {
            let got = aws.ok("s3", "GetPublicAccessBlock", bare());
            super::FLAGS.map(|flag| got["PublicAccessBlockConfiguration"][flag].clone())
        };
        assert_eq!(get(), [true, true, true, true].map(|it| json!(it)));
        let some = json!({"BlockPublicAcls": true});
        aws.ok(
            "s3",
            "PutPublicAccessBlock",
            one("PublicAccessBlockConfiguration", some),
        );
        assert_eq!(get(), [true, false, false, false].map(|it| json!(it)));
        aws.ok("s3", "DeletePublicAccessBlock", bare());
        let refusal = aws.refused("s3", "GetPublicAccessBlock", bare());
        let expected = (404, "NoSuchPublicAccessBlockConfiguration");
        assert_eq!((refusal.status, refusal.code.as_str()), expected);
    }
}
