//! Keys.

use serde_json::{Value, json};

use super::{alias::Alias, policy, tags};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Edit, Time, resource},
};

/// "This value is optional. If you include a value, it must be between 1 and 1000, inclusive. If
/// you
/// do not include a value, it defaults to 100", API_ListKeys.
pub(super) const PAGE: usize = 100;

resource! {
    /// A key, by its id, as DescribeKey shows it.
    pub(crate) struct Key: "kms/key" in Region {
        policy: String,
        /// As KMS spells tags: with `TagKey` and `TagValue`.
        tags: Vec<Value>,
        /// The days of a rotation, while it rotates.
        rotation: Option<i64>,
    }
}

/// CreateKey.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let spec = input
        .some_text("KeySpec")
        .or(input.some_text("CustomerMasterKeySpec"));
    let spec = spec.unwrap_or("SYMMETRIC_DEFAULT");
    let usage = match (input.some_text("KeyUsage"), spec) {
        (Some(usage), _) => usage,
        (None, "SYMMETRIC_DEFAULT") => "ENCRYPT_DECRYPT",
        (None, _) => {
            let message = "You must specify a KeyUsage value for all KMS keys except for symmetric \
                           encryption keys.";
            return Err(AwsError::new("ValidationException", message));
        }
    };
    let document = match input.some_text("Policy") {
        Some(document) => policy::checked(document)?,
        None => policy::of_new(call),
    };
    let key_tags = tags::merged(&[], input.items("Tags"))?;
    let multi = input.flag("MultiRegion");
    let id = call.draw("key").uuid();
    // The key ID of multi-Region keys begins with the mrk- prefix, KMS Developer Guide.
    let id = if multi {
        format!("mrk-{}", id.replace('-', ""))
    } else {
        id
    };
    let arn = call.arn("kms", &format!("key/{id}"));
    let mut view = json!({
        "AWSAccountId": call.account,
        "Arn": arn,
        "CreationDate": call.now,
        "CustomerMasterKeySpec": spec,
        "Description": input.text("Description"),
        "Enabled": true,
        "KeyId": id,
        "KeyManager": "CUSTOMER",
        "KeySpec": spec,
        "KeyState": "Enabled",
        "KeyUsage": usage,
        "MultiRegion": multi,
        "Origin": input.some_text("Origin").unwrap_or("AWS_KMS"),
    });
    if multi {
        view["MultiRegionConfiguration"] = json!({
            "MultiRegionKeyType": "PRIMARY",
            "PrimaryKey": {"Arn": arn, "Region": call.region},
            "ReplicaKeys": [],
        });
    }
    let (member, algorithms) = algorithms(usage, spec);
    view[member] = algorithms;
    // A key without material can't be used, "Importing key material", KMS Developer Guide.
    if view.text("Origin") == "EXTERNAL" {
        view["KeyState"] = "PendingImport".into();
        view["Enabled"] = false.into();
    }
    let key = Key {
        view: view.clone(),
        policy: document,
        tags: key_tags,
        rotation: None,
    };
    call.insert(id, key);
    Ok(json!({"KeyMetadata": view}))
}

/// DescribeKey.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let key = find(call, input)?;
    Ok(json!({"KeyMetadata": key.view}))
}

/// ListKeys.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let keys = call.table::<Key>().iter();
    let keys = keys
        .filter(|(_, key)| !is_gone(key, call.now))
        .map(|(id, key)| (id.to_owned(), key));
    let mut output = call.page(
        input,
        PAGE,
        keys,
        |key| json!({"KeyArn": key.view["Arn"], "KeyId": key.view["KeyId"]}),
    )?;
    truncation(&mut output);
    Ok(output)
}

/// UpdateKeyDescription.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html>
pub(super) fn update_description(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut key = alive(call, input)?;
    key.view.take_over(input, &["Description"]);
    Ok(json!({}))
}

/// EnableKey.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html>
pub(super) fn enable(call: &mut Call<'_>, input: &Value) -> Outcome {
    set_state(call, input, "Enabled")
}

/// DisableKey.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html>
pub(super) fn disable(call: &mut Call<'_>, input: &Value) -> Outcome {
    set_state(call, input, "Disabled")
}

fn set_state(call: &mut Call<'_>, input: &Value, state: &str) -> Outcome {
    let mut key = alive(call, input)?;
    key.view["Enabled"] = (state == "Enabled").into();
    key.view["KeyState"] = state.into();
    Ok(json!({}))
}

/// The key that an input names: by id, by ARN, by alias or by the ARN of an alias.
pub(super) fn find<'c>(call: &'c Call<'_>, input: &Value) -> Result<&'c Key, AwsError> {
    let named = input.text("KeyId");
    let name = named.splitn(6, ':').nth(5).unwrap_or(named);
    let id = if name.starts_with("alias/") {
        let alias = call.get::<Alias>(name).ok_or_else(|| {
            let arn = call.arn("kms", name);
            AwsError::new("NotFoundException", format!("Alias {arn} is not found."))
        })?;
        alias.view.text("TargetKeyId")
    } else {
        name.strip_prefix("key/").unwrap_or(name)
    };
    let elsewhere = named.starts_with("arn:") && named != call.arn("kms", name);
    let key = call
        .get::<Key>(id)
        .filter(|key| !elsewhere && !is_gone(key, call.now));
    key.ok_or_else(|| {
        let arn = match named.starts_with("arn:") {
            true => named.to_owned(),
            false => call.arn("kms", &format!("key/{id}")),
        };
        AwsError::new("NotFoundException", format!("Key '{arn}' does not exist"))
    })
}

/// The same, to change it.
pub(super) fn find_mut<'c>(
    call: &'c mut Call<'_>,
    input: &Value,
) -> Result<Edit<'c, Key>, AwsError> {
    let found = find(call, input)?.view.text("KeyId").to_owned();
    let missing = || AwsError::new("NotFoundException", "Key does not exist");
    call.table_mut::<Key>().get_mut(&found).ok_or_else(missing)
}

/// The same, if it isn't about to be deleted. "Key states of AWS KMS keys", KMS Developer Guide.
pub(super) fn alive<'c>(call: &'c mut Call<'_>, input: &Value) -> Result<Edit<'c, Key>, AwsError> {
    let key = find_mut(call, input)?;
    if key.view.text("KeyState") == "PendingDeletion" {
        let message = format!("{} is pending deletion.", key.view.text("Arn"));
        return Err(AwsError::new("KMSInvalidStateException", message));
    }
    Ok(key)
}

/// Whether its time has come.
fn is_gone(key: &Key, now: Time) -> bool {
    let date = key.view.get("DeletionDate").and_then(Value::as_f64);
    date.is_some_and(|date| Time::from_seconds(date) <= now)
}

/// KMS says of every page whether it is the last.
pub(super) fn truncation(output: &mut Value) {
    if output.at("Truncated").is_none() {
        output["Truncated"] = output.at("NextMarker").is_some().into();
    }
}

/// "Key spec reference", KMS Developer Guide.
fn algorithms(usage: &str, spec: &str) -> (&'static str, Value) {
    match (usage, spec) {
        ("GENERATE_VERIFY_MAC", _) => ("MacAlgorithms", json!([spec])),
        ("KEY_AGREEMENT", _) => ("KeyAgreementAlgorithms", json!(["ECDH"])),
        ("SIGN_VERIFY", "ECC_NIST_P256" | "ECC_SECG_P256K1") => {
            ("SigningAlgorithms", json!(["ECDSA_SHA_256"]))
        }
        ("SIGN_VERIFY", "ECC_NIST_P384") => ("SigningAlgorithms", json!(["ECDSA_SHA_384"])),
        ("SIGN_VERIFY", "ECC_NIST_P521") => ("SigningAlgorithms", json!(["ECDSA_SHA_512"])),
        ("SIGN_VERIFY", _) => {
            let ways = ["PKCS1_V1_5", "PSS"].into_iter();
            let names =
                ways.flat_map(|way| [256, 384, 512].map(|bits| format!("RSASSA_{way}_SHA_{bits}")));
            ("SigningAlgorithms", names.collect())
        }
        (_, "SYMMETRIC_DEFAULT") => ("EncryptionAlgorithms", json!(["SYMMETRIC_DEFAULT"])),
        _ => {
            let names = json!(["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]);
            ("EncryptionAlgorithms", names)
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    /// A key's id.
    pub fn key(aws: &Aws) -> Value {
        let made = aws.ok("kms", "CreateKey", json!({"Description": "logs"}));
        made["KeyMetadata"]["KeyId"].clone()
    }

    pub fn id(key: &Value) -> Value {
        json!({"KeyId": key})
    }

    #[test]
    fn a_key_is_found_by_id_and_arn() {
        let aws = Aws::new();
        let key = key(&aws);
        let told = aws.ok("kms", "DescribeKey", id(&key));
        let metadata = &told["KeyMetadata"];
        let arn = format!(
            "arn:aws:kms:eu-west-3:123456789012:key/{}",
            key.as_str().unwrap()
        );
        assert_eq!(metadata["Arn"], arn);
        assert_eq!(metadata["KeyState"], "Enabled");
        assert_eq!(metadata["Description"], "logs");
        assert_eq!(aws.ok("kms", "DescribeKey", json!({"KeyId": arn})), told);
        let other = aws.in_region("us-east-1");
        let code = other.code("kms", "DescribeKey", json!({"KeyId": arn}));
        assert_eq!(code, "NotFoundException");
        let listed = aws.ok("kms", "ListKeys", json!({}));
        assert_eq!(listed["Keys"], json!([{"KeyArn": arn, "KeyId": key}]));
        assert_eq!(listed["Truncated"], false);
    }

    #[test]
    fn an_asymmetric_key_says_what_it_is_for() {
        let aws = Aws::new();
        let spec = json!({"KeySpec": "ECC_NIST_P256"});
        assert_eq!(aws.code("kms", "CreateKey", spec), "ValidationException");
        let spec = json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"});
        let made = aws.ok("kms", "CreateKey", spec);
        let algorithms = &made["KeyMetadata"]["SigningAlgorithms"];
        assert_eq!(*algorithms, json!(["ECDSA_SHA_256"]));
    }

    #[test]
    fn a_key_is_disabled_and_enabled() {
        let aws = Aws::new();
        let key = key(&aws);
        for (operation, state) in [("DisableKey", "Disabled"), ("EnableKey", "Enabled")] {
            aws.ok("kms", operation, id(&key));
            let told = aws.ok("kms", "DescribeKey", id(&key));
            assert_eq!(told["KeyMetadata"]["KeyState"], state);
        }
    }
}
