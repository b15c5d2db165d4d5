//! Rules for what a key is made of.

use jeancloud_model::{
    Input,
    kms::{Key, KeyOrigin, KeySpec, KeyUsage},
};

use crate::{
    View,
    check::{Report, Rule},
};

const CREATE_KEY: &str = "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html";

const ROTATION_GUIDE: &str =
    "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html";

pub(super) const USAGE: Rule = Rule {
    name: "key-usage",
    check: usage_fits_the_spec,
};
pub(super) const ROTATION: Rule = Rule {
    name: "key-rotation",
    check: only_symmetric_keys_rotate,
};
pub(super) const LIMITS: Rule = Rule {
    name: "key-limits",
    check: keys_keep_to_their_limits,
};

fn usage_fits_the_spec(view: &View, report: &mut Report) {
    for key in view.all::<Key>() {
        let spec = known(&key.key_spec, KeySpec::SymmetricDefault);
        let usage = known(&key.key_usage, KeyUsage::EncryptDecrypt);
        let (Some(spec), Some(usage)) = (spec, usage) else {
            continue;
        };
        let usages = usages(spec);
        if !usages.contains(&usage) {
            let names: Vec<_> = usages.iter().map(|usage| usage.as_str()).collect();
            report
                .error(
                    key.declaration,
                    "KeyUsage",
                    format!("{usage} does not fit a {spec}"),
                )
                .rule("what a key is made of decides what it can be used for (ValidationException)")
                .hint(format!("a {spec} is for {}", names.join(" or ")))
                .document(CREATE_KEY);
        }
    }
}

fn usages(spec: KeySpec) -> &'static [KeyUsage] {
    use KeyUsage as U;
    match spec {
        KeySpec::SymmetricDefault => &[U::EncryptDecrypt],
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
            &[U::EncryptDecrypt, U::SignVerify]
        }
        KeySpec::EccNistP256 | KeySpec::EccNistP384 | KeySpec::EccNistP521 => {
            &[U::SignVerify, U::KeyAgreement]
        }
        KeySpec::EccSecgP256K1 => &[U::SignVerify],
        KeySpec::Hmac224 | KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512 => {
            &[U::GenerateVerifyMac]
        }
        KeySpec::Sm2 => &[U::EncryptDecrypt, U::SignVerify, U::KeyAgreement],
    }
}

fn only_symmetric_keys_rotate(view: &View, report: &mut Report) {
    for key in view.all::<Key>() {
        let rotates = known(&key.enable_key_rotation, false) == Some(true);
        let symmetric =
            known(&key.key_spec, KeySpec::SymmetricDefault) == Some(KeySpec::SymmetricDefault);
        let own = known(&key.origin, KeyOrigin::AwsKms) == Some(KeyOrigin::AwsKms);
        if rotates && !(symmetric && own) {
            report
                .error(key.declaration, "EnableKeyRotation", "is on for a key that can't rotate")
                .rule("KMS rotates symmetric keys whose material it made (UnsupportedOperationException)")
                .hint("leave it out, and make a new key by hand when it is time")
                .document(ROTATION_GUIDE);
        }
        if !rotates && key.rotation_period_in_days.is_some() {
            report
                .warning(
                    key.declaration,
                    "RotationPeriodInDays",
                    "is set, and the key does not rotate",
                )
                .rule("the period counts while `EnableKeyRotation` is on")
                .hint("add `.enable_key_rotation(true)`")
                .document(ROTATION_GUIDE);
        }
    }
}

fn keys_keep_to_their_limits(view: &View, report: &mut Report) {
    for key in view.all::<Key>() {
        let description = key.description.as_ref().and_then(|text| text.as_known());
        let length = description.map_or(0, |text| text.chars().count());
        if length > 8192 {
            report
                .error(
                    key.declaration,
                    "Description",
                    format!("has {length} characters"),
                )
                .rule("a key's description has at most 8192 characters (ValidationException)")
                .hint("shorten it")
                .document(CREATE_KEY);
        }
        let region = key.declaration.region;
        let chinese = known(&key.key_spec, KeySpec::SymmetricDefault) == Some(KeySpec::Sm2);
        if chinese && region.partition() != "aws-cn" {
            report
                .error(
                    key.declaration,
                    "KeySpec",
                    format!("is SM2, and the key is in {region}"),
                )
                .rule("KMS makes SM2 keys in the regions of China only (UnsupportedOperationException)")
                .hint("take KeySpec::EccNistP256")
                .document(CREATE_KEY);
        }
    }
}

/// The value of an optional property: `default` where it is left out, `None` where it is known later.
pub(super) fn known<T: Copy>(input: &Option<Input<T>>, default: T) -> Option<T> {
    match input {
        None => Some(default),
        Some(input) => input.known().copied(),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        iam::{Principal, Statement},
        kms::{Key, KeySpec, KeyUsage},
    };

    use crate::check::testing::{broken, healthy};

    #[test]
    fn a_key_is_healthy() {
        healthy(|h| {
            let everything = Statement::allow("kms:*")
                .principal(Principal::account("123456789012"))
                .on("*");
            h.scope.add(
                "key",
                Key::builder()
                    .key_policy(everything)
                    .enable_key_rotation(true)
                    .build(),
            );
        });
    }

    #[test]
    fn usage_fits_the_spec() {
        assert_snapshot!(broken("key-usage", |h| {
            h.scope.add("key", Key::builder().key_spec(KeySpec::Hmac256).build());
        }), @"
        error: main/key: KeyUsage ENCRYPT_DECRYPT does not fit a HMAC_256
          rule: what a key is made of decides what it can be used for (ValidationException)
          hint: a HMAC_256 is for GENERATE_VERIFY_MAC
          see: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
        ");
    }

    #[test]
    fn only_symmetric_keys_rotate() {
        assert_snapshot!(broken("key-rotation", |h| {
            h.scope.add("key", Key::builder().key_spec(KeySpec::Rsa2048).enable_key_rotation(true).build());
        }), @"
        error: main/key: EnableKeyRotation is on for a key that can't rotate
          rule: KMS rotates symmetric keys whose material it made (UnsupportedOperationException)
          hint: leave it out, and make a new key by hand when it is time
          see: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
        ");
        assert_snapshot!(broken("key-rotation", |h| {
            h.scope.add("key", Key::builder().rotation_period_in_days(90).build());
        }), @"
        warning: main/key: RotationPeriodInDays is set, and the key does not rotate
          rule: the period counts while `EnableKeyRotation` is on
          hint: add `.enable_key_rotation(true)`
          see: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
        ");
    }

    #[test]
    fn a_key_keeps_to_its_limits() {
        assert_snapshot!(broken("key-limits", |h| {
            h.scope.add("key", Key::builder().description("x".repeat(8193)).build());
        }), @"
        error: main/key: Description has 8193 characters
          rule: a key's description has at most 8192 characters (ValidationException)
          hint: shorten it
          see: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
        ");
        assert_snapshot!(broken("key-limits", |h| {
            h.scope.add("key", Key::builder()
                .key_spec(KeySpec::Sm2)
                .key_usage(KeyUsage::SignVerify)
                .build());
        }), @"
        error: main/key: KeySpec is SM2, and the key is in eu-west-3
          rule: KMS makes SM2 keys in the regions of China only (UnsupportedOperationException)
          hint: take KeySpec::EccNistP256
          see: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
        ");
    }
}
