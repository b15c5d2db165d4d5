//! Tags of roles.

use serde_json::{Value, json};

use super::role::{self, PAGE, Role};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// You can't have more than 50 tags; see "Tags for IAM resources", IAM User Guide.
const MOST: usize = 50;

/// TagRole.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html>
pub(super) fn tag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut role = role::named(call, input)?;
    let tags = merged(role.view.items("Tags"), input.items("Tags"))?;
    role.view["Tags"] = tags;
    Ok(json!({}))
}

/// UntagRole.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html>
pub(super) fn untag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut role = role::named(call, input)?;
    let tags = without(role.view.items("Tags"), input);
    role.view["Tags"] = tags;
    Ok(json!({}))
}

/// Tags without those whose keys an input names.
pub(super) fn without(tags: &[Value], input: &Value) -> Value {
    let gone = |tag: &Value| input.texts("TagKeys").any(|key| key == tag.text("Key"));
    tags.iter().filter(|tag| !gone(tag)).cloned().collect()
}

/// ListRoleTags.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("RoleName");
    let role = call
        .get::<Role>(name)
        .ok_or_else(|| role::not_found(name))?;
    let tags = role.view.items("Tags").iter();
    let tags = tags.map(|tag| (tag.text("Key").to_owned(), tag));
    call.page(input, PAGE, tags, Value::clone)
}

/// `old` with `new` in their places. Keys are "not distinguished by case".
pub(super) fn merged(old: &[Value], new: &[Value]) -> Result<Value, AwsError> {
    let same = |one: &Value, other: &Value| one.text("Key").eq_ignore_ascii_case(other.text("Key"));
    let kept = old.iter().filter(|tag| !new.iter().any(|it| same(it, tag)));
    let mut tags: Vec<Value> = kept.chain(new).cloned().collect();
    tags.sort_by(|one, other| one.text("Key").cmp(other.text("Key")));
    let twice = |(at, tag): (usize, &Value)| tags[..at].iter().any(|it| same(it, tag));
    if tags.iter().enumerate().any(twice) {
        let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
        return Err(AwsError::new("InvalidInput", message));
    }
    if tags.len() > MOST {
        let message = "The number of tags has reached the maximum limit.";
        return Err(AwsError::new("LimitExceeded", message));
    }
    Ok(tags.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{iam::role::tests::role, testing::Aws};

    #[test]
    fn tags_are_set_replaced_and_removed() {
        let aws = Aws::new();
        aws.ok("iam", "CreateRole", role("web"));
        for value in ["1", "2"] {
            let tags = json!([{"Key": "a", "Value": value}, {"Key": "b", "Value": ""}]);
            aws.ok("iam", "TagRole", json!({"RoleName": "web", "Tags": tags}));
        }
        aws.ok(
            "iam",
            "UntagRole",
            json!({"RoleName": "web", "TagKeys": ["b"]}),
        );
        let tags = aws.ok("iam", "ListRoleTags", json!({"RoleName": "web"}));
        assert_eq!(tags["Tags"], json!([{"Key": "a", "Value": "2"}]));
        let twice = json!([{"Key": "c", "Value": ""}, {"Key": "C", "Value": ""}]);
        let twice = json!({"RoleName": "web", "Tags": twice});
        assert_eq!(aws.code("iam", "TagRole", twice), "InvalidInput");
    }
}
