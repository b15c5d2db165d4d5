//! Encryption in form only: a ciphertext is its key, its context and the plain text behind a mark.

use serde_json::{Value, json};

use super::key::{self, Key};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// How a ciphertext begins.
const MARK: &[u8] = b"emulated ";

/// Encrypt.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html>
pub(super) fn encrypt(call: &mut Call<'_>, input: &Value) -> Outcome {
    let key = usable(call, input)?;
    Ok(json!({
        "CiphertextBlob": sealed(key, input, input.text("Plaintext")),
        "EncryptionAlgorithm": input.some_text("EncryptionAlgorithm").unwrap_or("SYMMETRIC_DEFAULT"),
        "KeyId": key.view["Arn"],
    }))
}

/// Decrypt: with the key and the context that encrypted.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html>
pub(super) fn decrypt(call: &mut Call<'_>, input: &Value) -> Outcome {
    let invalid = || AwsError::new("InvalidCiphertextException", "");
    let blob = base64_simd::STANDARD.decode_to_vec(input.text("CiphertextBlob"));
    let blob = blob.map_err(|_| invalid())?;
    let sealed = blob.strip_prefix(MARK).ok_or_else(invalid)?;
    let sealed: Value = serde_json::from_slice(sealed).map_err(|_| invalid())?;
    if let Some(named) = input.at("KeyId") {
        let key = key::find(call, &json!({"KeyId": named}))?;
        if key.view["KeyId"] != sealed["key"] {
            let message = "The key ID in the request does not identify a CMK that can perform \
                           this operation.";
            return Err(AwsError::new("IncorrectKeyException", message));
        }
    }
    if sealed["context"] != context(input) {
        return Err(invalid());
    }
    let key = usable(call, &json!({"KeyId": sealed["key"]}))?;
    Ok(json!({
        "EncryptionAlgorithm": input.some_text("EncryptionAlgorithm").unwrap_or("SYMMETRIC_DEFAULT"),
        "KeyId": key.view["Arn"],
        "Plaintext": sealed["text"],
    }))
}

/// GenerateDataKey.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html>
pub(super) fn data_key(call: &mut Call<'_>, input: &Value) -> Outcome {
    let bytes = match (input.some_text("KeySpec"), input.int("NumberOfBytes")) {
        (Some("AES_128"), None) => 16,
        (Some(_), None) => 32,
        (None, Some(bytes)) => usize::try_from(bytes).unwrap_or(32),
        _ => {
            let message = "Please specify either number of bytes or key spec.";
            return Err(AwsError::new("ValidationException", message));
        }
    };
    let mut draw = call.draw("data-key");
    let plain: Vec<u8> = (0..bytes).map(|_| draw.below(256) as u8).collect();
    let plain = base64_simd::STANDARD.encode_to_string(plain);
    let key = usable(call, input)?;
    Ok(json!({
        "CiphertextBlob": sealed(key, input, &plain),
        "KeyId": key.view["Arn"],
        "Plaintext": plain,
    }))
}

/// GenerateDataKeyWithoutPlaintext.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html>
pub(super) fn data_key_without_plaintext(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut output = data_key(call, input)?;
    output.clear("Plaintext");
    Ok(output)
}

/// A key that can encrypt now.
fn usable<'c>(call: &'c Call<'_>, input: &Value) -> Result<&'c Key, AwsError> {
    let key = key::find(call, input)?;
    let arn = key.view.text("Arn");
    match key.view.text("KeyState") {
        "Enabled" if key.view.text("KeyUsage") == "ENCRYPT_DECRYPT" => Ok(key),
        "Enabled" => {
            let message = format!("{arn} key usage is {}.", key.view.text("KeyUsage"));
            Err(AwsError::new("InvalidKeyUsageException", message))
        }
        "Disabled" => Err(AwsError::new(
            "DisabledException",
            format!("{arn} is disabled."),
        )),
        _ => {
            let message = format!("{arn} is pending deletion.");
            Err(AwsError::new("KMSInvalidStateException", message))
        }
    }
}

fn sealed(key: &Key, input: &Value, text: &str) -> String {
    let sealed = json!({"context": context(input), "key": key.view["KeyId"], "text": text});
    let sealed = [MARK, sealed.to_string().as_bytes()].concat();
    base64_simd::STANDARD.encode_to_string(sealed)
}

fn context(input: &Value) -> Value {
    let context = input.at("EncryptionContext").cloned();
    context.unwrap_or_else(|| json!({}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::key::tests::{id, key};
    use crate::testing::Aws;

    #[test]
    fn what_is_encrypted_is_decrypted_with_the_same_key_and_context() {
        let aws = Aws::new();
        let (one, two) = (key(&aws), key(&aws));
        let context = json!({"for": "logs"});
        let text = json!({"KeyId": one, "Plaintext": "aGVsbG8=", "EncryptionContext": context});
        let blob = aws.ok("kms", "Encrypt", text)["CiphertextBlob"].clone();
        let mut open = json!({"CiphertextBlob": blob, "EncryptionContext": context});
        assert_eq!(
            aws.ok("kms", "Decrypt", open.clone())["Plaintext"],
            "aGVsbG8="
        );
        open["KeyId"] = two;
        assert_eq!(
            aws.code("kms", "Decrypt", open.clone()),
            "IncorrectKeyException"
        );
        let bare = json!({"CiphertextBlob": blob});
        assert_eq!(
            aws.code("kms", "Decrypt", bare),
            "InvalidCiphertextException"
        );
        aws.ok("kms", "DisableKey", id(&one));
        open["KeyId"] = one;
        assert_eq!(aws.code("kms", "Decrypt", open), "DisabledException");
    }

    #[test]
    fn a_data_key_is_decrypted_to_itself() {
        let aws = Aws::new();
        let key = key(&aws);
        let spec = json!({"KeyId": key, "KeySpec": "AES_256"});
        let made = aws.ok("kms", "GenerateDataKey", spec);
        let open = json!({"CiphertextBlob": made["CiphertextBlob"]});
        let opened = aws.ok("kms", "Decrypt", open);
        assert_eq!(opened["Plaintext"], made["Plaintext"]);
        assert_eq!(made["Plaintext"].as_str().unwrap().len(), 44);
    }
}
