//! A rule for what encrypts with a key: the key has to be able to.

use jeancloud_model::{
    Address,
    kms::{Key, KeyOrigin, KeySpec, KeyUsage},
    reference::Marker,
};
use serde_json::Value as Json;

use super::{
    super::{Report, Rule},
    key::known,
};
use crate::View;

pub(super) const KEYS: Rule = Rule {
    name: "key-encrypts",
    check: keys_can_encrypt,
};

/// Services name their key in properties whose names have `Kms` in them.
fn keys_can_encrypt(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        let mut named = Vec::new();
        keys_in(&declaration.properties, "", &mut named);
        for (property, address) in named {
            let Some(key) = view.get(address).and_then(|it| it.resource::<Key>()) else {
                continue;
            };
            let spec = known(&key.key_spec, KeySpec::SymmetricDefault);
            let usage = known(&key.key_usage, KeyUsage::EncryptDecrypt);
            let (wrong, rule, hint) = if spec.is_some_and(|spec| spec != KeySpec::SymmetricDefault)
                || usage.is_some_and(|usage| usage != KeyUsage::EncryptDecrypt)
            {
                (
                    format!("is {address}, which is no symmetric key for encrypting"),
                    "AWS's services encrypt with symmetric keys only (KMSInvalidKeyUsageException, InvalidKeyUsageException)",
                    "leave KeySpec and KeyUsage of that key out",
                )
            } else if known(&key.enabled, true) == Some(false) {
                (
                    format!("is {address}, which is disabled"),
                    "a disabled key encrypts and decrypts nothing (DisabledException)",
                    "leave `.enabled(false)` of that key out",
                )
            } else if known(&key.origin, KeyOrigin::AwsKms) == Some(KeyOrigin::External) {
                report
                    .warning(
                        declaration,
                        property,
                        format!("is {address}, which encrypts nothing until its material is imported"),
                    )
                    .rule("a key of the origin EXTERNAL waits for its material (KMSInvalidStateException)")
                    .hint("apply the key alone first, and import its material; or leave Origin out")
                    .document("https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html");
                continue;
            } else {
                continue;
            };
            report
                .error(declaration, property, wrong)
                .rule(rule)
                .hint(hint)
                .document("https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html");
        }
    }
}

/// The properties under `value` that name a key by an output, with their paths.
fn keys_in(value: &Json, path: &str, found: &mut Vec<(String, Address)>) {
    match value {
        Json::Object(object) if Marker::of(value).is_none() => {
            for (name, inner) in object {
                let path = format!("{path}/{name}").trim_start_matches('/').to_owned();
                match Marker::of(inner) {
                    Some(Marker::Output { address, .. })
                        if name.to_ascii_lowercase().contains("kms") =>
                    {
                        found.push((path, Address::new(address)));
                    }
                    Some(_) => {}
                    None => keys_in(inner, &path, found),
                }
            }
        }
        Json::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                keys_in(inner, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        kms::{Key, KeyOrigin, KeySpec, KeyUsage},
        s3::{Bucket, BucketEncryption},
        secrets_manager::Secret,
    };

    use crate::check::testing::broken;

    #[test]
    fn services_encrypt_with_symmetric_keys() {
        assert_snapshot!(broken("key-encrypts", |h| {
            let key = h.scope.add("key", Key::builder()
                .key_spec(KeySpec::Rsa2048)
                .key_usage(KeyUsage::EncryptDecrypt)
                .build());
            h.scope.add("bucket", Bucket::builder()
                .bucket_encryption(BucketEncryption::kms(key.arn()))
                .build());
        }), @"
        error: main/bucket: BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/KMSMasterKeyID is main/key, which is no symmetric key for encrypting
          rule: AWS's services encrypt with symmetric keys only (KMSInvalidKeyUsageException, InvalidKeyUsageException)
          hint: leave KeySpec and KeyUsage of that key out
          see: https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
        ");
        assert_snapshot!(broken("key-encrypts", |h| {
            let key = h.scope.add("key", Key::builder().enabled(false).build());
            h.scope.add("secret", Secret::builder().kms_key_id(&key).build());
        }), @"
        error: main/secret: KmsKeyId is main/key, which is disabled
          rule: a disabled key encrypts and decrypts nothing (DisabledException)
          hint: leave `.enabled(false)` of that key out
          see: https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
        ");
        assert_snapshot!(broken("key-encrypts", |h| {
            let key = h.scope.add("key", Key::builder().origin(KeyOrigin::External).build());
            h.scope.add("secret", Secret::builder().kms_key_id(&key).build());
        }), @"
        warning: main/secret: KmsKeyId is main/key, which encrypts nothing until its material is imported
          rule: a key of the origin EXTERNAL waits for its material (KMSInvalidStateException)
          hint: apply the key alone first, and import its material; or leave Origin out
          see: https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html
        ");
    }
}
