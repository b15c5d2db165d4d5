//! [`Key`]: `AWS::KMS::Key`, a key that never leaves KMS.

use crate::{
    Arn, Bounded, Facts, Handle, Input, IntoInput, Output, choice, iam::PolicyDocument, id_value,
    outputs, policy_sets, resource, text_value,
};

id_value! {
    /// The id of a KMS key, as `1234abcd-12ab-34cd-56ef-1234567890ab`.
    KeyId,
}

text_value! {
    /// The ARN of a KMS key: how properties of other services name one.
    ///
    /// They take ids and aliases as well, but all give the key's ARN back.
    KeyArn {
        rule: "a KMS key is named by its ARN, arn:aws:kms:region:account:key/id",
        document: "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN",
        check: |text| {
            let parts: Vec<&str> = text.splitn(6, ':').collect();
            let arn = matches!(parts[..], ["arn", _, "kms", _, _, key] if key.starts_with("key/"));
            (!arn).then_some("is no ARN of a KMS key")
        },
    },
}

choice! {
    /// What a key is made of.
    KeySpec {
        /// 256 bits of AES-GCM (in China SM4): what other services of AWS need. The default.
        SymmetricDefault = "SYMMETRIC_DEFAULT",
        /// RSA with 2048 bits.
        Rsa2048 = "RSA_2048",
        /// RSA with 3072 bits.
        Rsa3072 = "RSA_3072",
        /// RSA with 4096 bits.
        Rsa4096 = "RSA_4096",
        /// NIST's elliptic curve P-256.
        EccNistP256 = "ECC_NIST_P256",
        /// NIST's elliptic curve P-384.
        EccNistP384 = "ECC_NIST_P384",
        /// NIST's elliptic curve P-521.
        EccNistP521 = "ECC_NIST_P521",
        /// The elliptic curve of cryptocurrencies.
        EccSecgP256K1 = "ECC_SECG_P256K1",
        /// HMAC over SHA-224.
        Hmac224 = "HMAC_224",
        /// HMAC over SHA-256.
        Hmac256 = "HMAC_256",
        /// HMAC over SHA-384.
        Hmac384 = "HMAC_384",
        /// HMAC over SHA-512.
        Hmac512 = "HMAC_512",
        /// SM2, in the regions of China.
        Sm2 = "SM2",
    }
    /// What a key is used for.
    KeyUsage {
        /// Encrypting and decrypting. The default.
        EncryptDecrypt = "ENCRYPT_DECRYPT",
        /// Signing and verifying.
        SignVerify = "SIGN_VERIFY",
        /// Message authentication codes.
        GenerateVerifyMac = "GENERATE_VERIFY_MAC",
        /// Agreeing on a shared secret.
        KeyAgreement = "KEY_AGREEMENT",
    }
    /// Who makes a key's material.
    KeyOrigin {
        /// KMS. The default.
        AwsKms = "AWS_KMS",
        /// Its owner, who imports it.
        External = "EXTERNAL",
    }
}

resource! {
    /// A key that encrypts what other services store.
    ///
    /// Follows [`AWS::KMS::Key`] and KMS's [`CreateKey`]. A key is never deleted at once: deleting
    /// it schedules the deletion, `pending_window_in_days` ahead; until then `CancelKeyDeletion`
    /// brings it back. What it encrypted is lost with it.
    ///
    /// CloudFormation refuses to change what a key is made of; here that means a new key, and the
    /// plan says so.
    ///
    /// [`AWS::KMS::Key`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
    /// [`CreateKey`]: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
    Key = "AWS::KMS::Key", id "KeyId": KeyId,
    facts Facts {
        create_only: &["KeySpec", "KeyUsage", "MultiRegion", "Origin"],
        outputs: &["Arn"],
        unordered: policy_sets!("KeyPolicy"),
        write_only: &["BypassPolicyLockoutSafetyCheck", "PendingWindowInDays"],
        on_delete: &["PendingWindowInDays"],
        defaults: &[
            ("BypassPolicyLockoutSafetyCheck", "false"),
            ("Description", "\"\""),
            ("Enabled", "true"),
            ("EnableKeyRotation", "false"),
            ("KeySpec", "\"SYMMETRIC_DEFAULT\""),
            ("KeyUsage", "\"ENCRYPT_DECRYPT\""),
            ("MultiRegion", "false"),
            ("Origin", "\"AWS_KMS\""),
            ("RotationPeriodInDays", "365"),
            ("PendingWindowInDays", "30"),
        ],
        ..Facts::DEFAULT
    };

    /// What it is for: up to 8192 characters. Shown wherever the key is listed; no secrets.
    opt_text description "Description",
    /// Who may use it. Left out, AWS lets the account's own IAM policies decide.
    opt_plain key_policy "KeyPolicy": PolicyDocument,
    /// Whether AWS takes a policy that locks out whoever sets it. AWS's default: false.
    opt bypass_policy_lockout_safety_check "BypassPolicyLockoutSafetyCheck": bool,
    /// Whether it can be used. AWS's default: true.
    opt enabled "Enabled": bool,
    /// Whether KMS makes new key material from time to time: for symmetric keys of KMS's own
    /// making. AWS's default: false.
    opt enable_key_rotation "EnableKeyRotation": bool,
    /// How often, in days: 90 to 2560. AWS's default: 365.
    opt rotation_period_in_days "RotationPeriodInDays": Bounded<90, 2560>,
    /// What it is made of. AWS's default: symmetric.
    opt key_spec "KeySpec": KeySpec,
    /// What it is used for. AWS's default: encrypting and decrypting.
    opt key_usage "KeyUsage": KeyUsage,
    /// Whether it can have replicas in other regions. AWS's default: false.
    opt multi_region "MultiRegion": bool,
    /// Who makes its material. AWS's default: KMS.
    opt origin "Origin": KeyOrigin,
    /// How long after its deletion it can still be brought back, in days: 7 to 30. AWS's default:
    /// 30.
    opt pending_window_in_days "PendingWindowInDays": Bounded<7, 30>,
    tags,
}

outputs! { Key {
    /// The key's id.
    key_id "KeyId": KeyId,
    /// The key's ARN.
    arn "Arn": KeyArn,
} }

// Other services name a key by its ARN: where one is asked for, the key's handle fits.

#[diagnostic::do_not_recommend]
impl IntoInput<KeyArn> for &Handle<Key> {
    fn into_input(self) -> Input<KeyArn> {
        self.arn().into_input()
    }
}

#[diagnostic::do_not_recommend]
impl IntoInput<KeyArn> for Handle<Key> {
    fn into_input(self) -> Input<KeyArn> {
        self.arn().into_input()
    }
}

#[diagnostic::do_not_recommend]
impl IntoInput<Arn> for Output<KeyArn> {
    fn into_input(self) -> Input<Arn> {
        Input::Output(self.reference())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn a_key_is_named_by_its_arn_not_by_its_alias() {
        let key = "arn:aws:kms:eu-west-3:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        assert!(KeyArn::new(key).check().is_ok());
        for other in [
            "alias/aws/rds",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:kms:eu-west-3:123456789012:alias/aws/rds",
            "arn:aws:s3:::bucket",
        ] {
            assert!(KeyArn::new(other).check().is_err(), "{other}");
        }
    }
}
