//! [`Secret`]: `AWS::SecretsManager::Secret`, a value that nobody but its users sees.
//!
//! A secret's value is never part of a stack, a plan, a state or a log: it is generated when the
//! secret is created, or put there by someone else.

use crate::{
    Bounded, Facts, GeneratedName, Region, Text, Unique, id_value, kms::KeyArn, outputs,
    properties, resource, text_value,
};

id_value! {
    /// The ARN of a secret, as
    /// `arn:aws:secretsmanager:eu-west-3:123456789012:secret:name-AbCdEf`: AWS adds six characters
    /// to the name.
    SecretArn starts "arn:",
}

text_value! {
    /// The name of a secret: 1 to 512 letters, digits and `/_+=.@-`.
    SecretName {
        rule: "a secret's name has 1 to 512 letters, digits and / _ + = . @ -",
        document: "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
        check: |text| {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/_+=.@-".contains(&b);
            match text.len() {
                1..=512 if !text.bytes().all(allowed) => Some("has a character that AWS does not take"),
                1..=512 => None,
                _ => Some("is empty or too long"),
            }
        },
    },
}

properties! {
    /// How a secret's value is generated.
    ///
    /// Follows [`GetRandomPassword`].
    ///
    /// [`GetRandomPassword`]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
    GenerateSecretString;
    /// How long the password is: 1 to 4096. AWS's default: 32.
    opt password_length "PasswordLength": Bounded<1, 4096>,
    /// Characters that it must not have: up to 4096. AWS's default: none.
    opt_text exclude_characters "ExcludeCharacters",
    /// Whether it has no lower-case letters. AWS's default: false.
    opt exclude_lowercase "ExcludeLowercase": bool,
    /// Whether it has no digits. AWS's default: false.
    opt exclude_numbers "ExcludeNumbers": bool,
    /// Whether it has no punctuation. AWS's default: false.
    opt exclude_punctuation "ExcludePunctuation": bool,
    /// Whether it has no upper-case letters. AWS's default: false.
    opt exclude_uppercase "ExcludeUppercase": bool,
    /// Whether it may have a space. AWS's default: false.
    opt include_space "IncludeSpace": bool,
    /// Whether it has one of each kind of character that it may have. AWS's default: true.
    opt require_each_included_type "RequireEachIncludedType": bool,
    /// The JSON object that the password becomes part of, as `{"username": "django"}`. Goes with
    /// `generate_string_key`.
    opt_text secret_string_template "SecretStringTemplate",
    /// The key of the template under which the password stands.
    opt_text generate_string_key "GenerateStringKey",
}

properties! {
    /// A region to which a secret is copied.
    ReplicaRegion;
    /// The region that gets a copy: not the secret's own.
    one region "Region": Region,
    /// The key of that region that encrypts the copy. Left out: `aws/secretsmanager`.
    opt kms_key_id "KmsKeyId": KeyArn,
}

resource! {
    /// A value that nobody but its users sees.
    ///
    /// Follows [`AWS::SecretsManager::Secret`] and Secrets Manager's [`CreateSecret`]. Without
    /// `generate_secret_string` it is made without a value, for someone else to put there.
    ///
    /// A deleted secret can be restored for some time, in which its name stays taken.
    ///
    /// [`AWS::SecretsManager::Secret`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
    /// [`CreateSecret`]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
    Secret = "AWS::SecretsManager::Secret", id "Id": SecretArn,
    facts Facts {
        create_only: &["Name"],
        outputs: &["Name"],
        unordered: &["ReplicaRegions"],
        write_only: &[
            "GenerateSecretString",
            "jeancloud:RecoveryWindowInDays",
            "jeancloud:ForceDeleteWithoutRecovery",
        ],
        on_delete: &[
            "jeancloud:RecoveryWindowInDays",
            "jeancloud:ForceDeleteWithoutRecovery",
        ],
        defaults: &[
            ("Description", "\"\""),
            ("KmsKeyId", "\"\""),
            ("ReplicaRegions", "[]"),
            ("jeancloud:RecoveryWindowInDays", "30"),
            ("jeancloud:ForceDeleteWithoutRecovery", "false"),
        ],
        name: Some(Unique {
            property: "Name",
            within: &[],
            generated: Some(GeneratedName { max: 512, lower_case: false }),
        }),
        ..Facts::DEFAULT
    };

    /// Its name, unique in the account and region. Left out, one is generated.
    opt name "Name": SecretName,
    /// What it is for: up to 2048 characters.
    opt_text description "Description",
    /// The key that encrypts it. Left out: `aws/secretsmanager`, which other accounts can't use.
    opt kms_key_id "KmsKeyId": KeyArn,
    /// How its value is generated. Where this changes, a new value is generated; the one before
    /// stays as the version `AWSPREVIOUS`.
    opt_plain generate_secret_string "GenerateSecretString": GenerateSecretString,
    /// The regions to which it is copied. AWS's default: none.
    plain_list replica_regions "ReplicaRegions": ReplicaRegion,
    /// How long it can be restored after its deletion, in days: 7 to 30. AWS's default: 30. No
    /// CloudFormation property: named as `DeleteSecret` names it.
    opt recovery_window_in_days "jeancloud:RecoveryWindowInDays": Bounded<7, 30>,
    /// Whether it is deleted for good, at once, so that its name is free again. Default: false. No
    /// CloudFormation property: named as `DeleteSecret` names it.
    opt force_delete_without_recovery "jeancloud:ForceDeleteWithoutRecovery": bool,
    tags,
}

impl GenerateSecretString {
    /// A password of `length` characters of every kind.
    pub fn password(length: u32) -> Self {
        Self::builder().password_length(length).build()
    }

    /// A password of 32 characters as the entry `key` of the JSON object `template`.
    pub fn within(template: impl crate::IntoText, key: impl Into<String>) -> Self {
        Self::builder()
            .secret_string_template(template)
            .generate_string_key(Text::known(key))
            .build()
    }
}

outputs! { Secret {
    /// Its ARN.
    secret_arn "Id": SecretArn,
    /// Its name.
    name "Name": SecretName,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn names_keep_to_secrets_managers_characters() {
        assert!(
            SecretName::new("jeancloud/prod/django-secret-key")
                .check()
                .is_ok()
        );
        for bad in ["", "a b", "db:password", &"x".repeat(513)] {
            assert!(SecretName::new(bad.to_owned()).check().is_err(), "{bad}");
        }
    }
}
