//! Rules for AWS Key Management Service.

use jeancloud_model::{
    Input, Region,
    iam::{Effect, PolicyKind},
    kms::{Key, KeyArn, KeyOrigin, KeySpec, KeyUsage},
};

use super::{Report, Rule, iam};
use crate::{Declaration, View};

const CREATE_KEY: &str = "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html";
const ROTATION: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html";

pub(super) const RULES: &[&Rule] = &[
    &Rule {
        name: "key-usage",
        check: usage_fits_the_spec,
    },
    &Rule {
        name: "key-rotation",
        check: only_symmetric_keys_rotate,
    },
    &Rule {
        name: "key-policy",
        check: key_policies_are_whole,
    },
    &Rule {
        name: "key-policy-lockout",
        check: key_policies_lock_nobody_out,
    },
];

/// Reports a key that is in another region than the one where it is used.
pub(super) fn key_in_region(
    view: &View,
    report: &mut Report,
    declaration: &Declaration,
    property: &str,
    key: Option<&Input<KeyArn>>,
    region: Region,
) {
    let Some(there) = key
        .and_then(|key| region_of(view, key))
        .filter(|there| *there != region)
    else {
        return;
    };
    report
        .error(
            declaration,
            property,
            format!("is a key of {there}, and is used in {region}"),
        )
        .rule("a key encrypts only in its own region (KMSKeyNotAccessibleFault, NotFoundException)")
        .hint(format!(
            "declare a key in {region}, or leave the property out for AWS's own key"
        ))
        .document("https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html");
}

/// The region of a key, from its ARN or its declaration.
fn region_of(view: &View, key: &Input<KeyArn>) -> Option<Region> {
    match key {
        Input::Known(arn) => arn.as_str().split(':').nth(3)?.parse().ok(),
        Input::Output(reference) => Some(view.get(reference.address)?.region),
    }
}

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
                .document(ROTATION);
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
                .document(ROTATION);
        }
    }
}

fn key_policies_are_whole(view: &View, report: &mut Report) {
    for key in view.all::<Key>() {
        if let Some(policy) = &key.key_policy {
            iam::document(
                report,
                key.declaration,
                "KeyPolicy",
                policy,
                PolicyKind::Resource,
            );
        }
    }
}

fn key_policies_lock_nobody_out(view: &View, report: &mut Report) {
    const CHANGES: [&str; 4] = ["*", "kms:*", "kms:Put*", "kms:PutKeyPolicy"];
    for key in view.all::<Key>() {
        let Some(policy) = &key.key_policy else {
            continue;
        };
        if key.bypass_policy_lockout_safety_check.is_some() {
            continue;
        }
        let can_change = policy.statements().iter().any(|statement| {
            let names = statement.actions().is_empty()
                || statement.actions().iter().any(|action| {
                    action
                        .as_known()
                        .is_none_or(|action| CHANGES.contains(&action))
                });
            statement.effect() == Effect::Allow && names
        });
        if !can_change {
            report
                .error(key.declaration, "KeyPolicy", "lets nobody change the policy again")
                .rule("a key's policy lets whoever sets it call PutKeyPolicy later (MalformedPolicyDocumentException)")
                .hint("add `Statement::allow(\"kms:*\").principal(Principal::account(&caller)).on(\"*\")`, with `caller` from `lookup(\"caller\", CallerIdentity::builder().build())`")
                .document("https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html");
        }
    }
}

/// The value of an optional property: `default` where it is left out, `None` where it is known later.
fn known<T: Copy>(input: &Option<Input<T>>, default: T) -> Option<T> {
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
        kms::{Key, KeySpec},
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
    fn a_key_policy_names_whom_it_is_about() {
        assert_snapshot!(broken("key-policy", |h| {
            h.scope.add("key", Key::builder().key_policy(Statement::allow("kms:*").on("*")).build());
        }), @"
        error: main/key: KeyPolicy/Statement/0/Principal is missing
          rule: a policy of a resource says whom it is about (MalformedPolicyDocument)
          hint: add `.principal(…)`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
        ");
    }

    #[test]
    fn a_key_policy_can_be_changed_again() {
        assert_snapshot!(broken("key-policy-lockout", |h| {
            let use_it = Statement::allow("kms:Decrypt").principal(Principal::account("123456789012")).on("*");
            h.scope.add("key", Key::builder().key_policy(use_it).build());
        }), @r#"
        error: main/key: KeyPolicy lets nobody change the policy again
          rule: a key's policy lets whoever sets it call PutKeyPolicy later (MalformedPolicyDocumentException)
          hint: add `Statement::allow("kms:*").principal(Principal::account(&caller)).on("*")`, with `caller` from `lookup("caller", CallerIdentity::builder().build())`
          see: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        "#);
    }
}
