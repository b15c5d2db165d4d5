//! [`KmsAlias`]: the key behind an alias.

use crate::{
    Facts, Handle, Input, IntoInput,
    kms::{KeyArn, KeyId},
    outputs, resource, text_value,
};

text_value! {
    /// The alias of a KMS key, as `alias/aws/rds`.
    KmsAliasName {
        rule: "an alias is alias/ and 1 to 250 letters, digits and / _ -",
        document: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
        check: |text| {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/_-".contains(&b);
            let good = text.strip_prefix("alias/").is_some_and(|name| {
                !name.is_empty() && name.bytes().all(allowed)
            });
            (!good || text.len() > 256).then_some("is no alias")
        },
    },
}

resource! {
    /// The key behind an alias, as `alias/aws/rds`: how AWS's own keys are named.
    ///
    /// Follows KMS's [`DescribeKey`].
    ///
    /// [`DescribeKey`]: https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
    lookup KmsAlias = "Lookup::KMS::Alias", id "KeyId": KeyId,
    facts Facts { outputs: &["Arn"], ..Facts::UNTAGGED };

    /// The alias.
    one alias_name "AliasName": KmsAliasName,
}

impl KmsAlias {
    /// The key behind `alias`, as `alias/aws/rds`.
    pub fn named(alias: impl IntoInput<KmsAliasName>) -> Self {
        Self::builder().alias_name(alias).build()
    }
}

outputs! { KmsAlias {
    /// The key's id.
    key_id "KeyId": KeyId,
    /// The key's ARN.
    arn "Arn": KeyArn,
} }

// As of a `Key`: where a key's ARN is asked for, the handle fits.

#[diagnostic::do_not_recommend]
impl IntoInput<KeyArn> for &Handle<KmsAlias> {
    fn into_input(self) -> Input<KeyArn> {
        self.arn().into_input()
    }
}

#[diagnostic::do_not_recommend]
impl IntoInput<KeyArn> for Handle<KmsAlias> {
    fn into_input(self) -> Input<KeyArn> {
        self.arn().into_input()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn an_alias_has_its_prefix() {
        assert!(KmsAliasName::new("alias/aws/rds").check().is_ok());
        for bad in [
            "aws/rds",
            "alias/",
            "alias/a b",
            &format!("alias/{}", "x".repeat(251)),
        ] {
            assert!(KmsAliasName::new(bad.to_owned()).check().is_err(), "{bad}");
        }
    }
}
