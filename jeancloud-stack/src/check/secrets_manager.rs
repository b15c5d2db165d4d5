//! Rules for AWS Secrets Manager.

use std::collections::BTreeSet;

use jeancloud_model::{
    Input,
    secrets_manager::{GenerateSecretString, Secret},
};
use serde_json::Value as Json;

use super::{Report, Rule, kms};
use crate::View;

const GET_RANDOM_PASSWORD: &str =
    "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html";
const GENERATE: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-secret-generatesecretstring.html";
const DELETE_SECRET: &str =
    "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html";
const REPLICATE: &str = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/create-manage-multi-region-secrets.html";

pub(super) const RULES: &[&Rule] = &[
    &Rule {
        name: "secret-template",
        check: a_template_and_its_key_go_together,
    },
    &Rule {
        name: "secret-characters",
        check: a_password_has_characters,
    },
    &Rule {
        name: "secret-recovery",
        check: recovery_is_one_of_two,
    },
    &Rule {
        name: "secret-replicas",
        check: replicas_are_elsewhere,
    },
    &Rule {
        name: "secret-key-region",
        check: keys_are_in_the_region_of_what_they_encrypt,
    },
];

fn a_template_and_its_key_go_together(view: &View, report: &mut Report) {
    for secret in view.all::<Secret>() {
        let Some(how) = &secret.generate_secret_string else {
            continue;
        };
        let (wrong, hint) = match (&how.secret_string_template, &how.generate_string_key) {
            (Some(template), Some(_)) => {
                match template.as_known().map(serde_json::from_str::<Json>) {
                    None | Some(Ok(Json::Object(_))) => continue,
                    Some(_) => (
                        "is no JSON object",
                        "write an object, as `{\"username\": \"django\"}`",
                    ),
                }
            }
            (None, None) => continue,
            (Some(_), None) => (
                "has no GenerateStringKey beside it",
                "add `.generate_string_key(\"password\")`: where the password goes",
            ),
            (None, Some(_)) => (
                "is missing, and GenerateStringKey is there",
                "add `.secret_string_template(\"{}\")`: what the password becomes part of",
            ),
        };
        report
            .error(
                secret.declaration,
                "GenerateSecretString/SecretStringTemplate",
                wrong,
            )
            .rule("template and key go together, and the template is a JSON object")
            .hint(hint)
            .document(GENERATE);
    }
}

fn a_password_has_characters(view: &View, report: &mut Report) {
    for secret in view.all::<Secret>() {
        let Some(how) = &secret.generate_secret_string else {
            continue;
        };
        let kinds = kinds_of_characters(how);
        let length = how.password_length.as_ref().and_then(Input::known);
        let length = length.map_or(32, |length| length.number());
        let each = how
            .require_each_included_type
            .as_ref()
            .is_none_or(|each| each.known() != Some(&false));
        if kinds == 0 {
            report
                .error(
                    secret.declaration,
                    "GenerateSecretString",
                    "excludes every character",
                )
                .rule("a password has at least one kind of characters (InvalidParameterException)")
                .hint("leave one of the Exclude… properties out")
                .document(GET_RANDOM_PASSWORD);
        } else if each && length < kinds {
            report
                .error(
                    secret.declaration,
                    "GenerateSecretString/PasswordLength",
                    format!("{length} is too short for one of each of {kinds} kinds of characters"),
                )
                .rule("a password has one character of each kind, unless RequireEachIncludedType is false (InvalidParameterException)")
                .hint("take 32")
                .document(GET_RANDOM_PASSWORD);
        }
    }
}

fn kinds_of_characters(how: &GenerateSecretString) -> u32 {
    let excluded = [
        &how.exclude_lowercase,
        &how.exclude_uppercase,
        &how.exclude_numbers,
        &how.exclude_punctuation,
    ];
    let on = |input: &Option<Input<bool>>| input.as_ref().and_then(Input::known) == Some(&true);
    excluded
        .into_iter()
        .filter(|excluded| !on(excluded))
        .count() as u32
}

fn recovery_is_one_of_two(view: &View, report: &mut Report) {
    for secret in view.all::<Secret>() {
        let force = secret
            .force_delete_without_recovery
            .as_ref()
            .and_then(Input::known);
        if force == Some(&true) && secret.recovery_window_in_days.is_some() {
            report
                .error(
                    secret.declaration,
                    "jeancloud:RecoveryWindowInDays",
                    "is set for a secret that is deleted without recovery",
                )
                .rule("a secret is deleted at once or after a window, not both (InvalidParameterException)")
                .hint("leave one of the two out")
                .document(DELETE_SECRET);
        }
    }
}

fn replicas_are_elsewhere(view: &View, report: &mut Report) {
    for secret in view.all::<Secret>() {
        let mut taken = BTreeSet::from([secret.declaration.region]);
        for (index, replica) in secret.replica_regions.iter().enumerate() {
            let Some(region) = replica.region.known() else {
                continue;
            };
            if !taken.insert(*region) {
                report
                    .error(
                        secret.declaration,
                        format!("ReplicaRegions/{index}/Region"),
                        format!("{region} has the secret already"),
                    )
                    .rule("a secret is copied to other regions, once each (InvalidParameterException)")
                    .hint("leave it out, or name another region")
                    .document(REPLICATE);
            }
        }
    }
}

fn keys_are_in_the_region_of_what_they_encrypt(view: &View, report: &mut Report) {
    for secret in view.all::<Secret>() {
        let (at, here) = (secret.declaration, secret.declaration.region);
        kms::key_in_region(
            view,
            report,
            at,
            "KmsKeyId",
            secret.kms_key_id.as_ref(),
            here,
        );
        for (index, replica) in secret.replica_regions.iter().enumerate() {
            let Some(region) = replica.region.known() else {
                continue;
            };
            let property = format!("ReplicaRegions/{index}/KmsKeyId");
            kms::key_in_region(
                view,
                report,
                at,
                &property,
                replica.kms_key_id.as_ref(),
                *region,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Region,
        kms::Key,
        secrets_manager::{GenerateSecretString, ReplicaRegion, Secret},
    };

    use crate::check::testing::{broken, healthy};

    #[test]
    fn a_secret_is_healthy() {
        healthy(|h| {
            let how = GenerateSecretString::within("{}", "password");
            h.scope.add(
                "secret",
                Secret::builder().generate_secret_string(how).build(),
            );
        });
    }

    #[test]
    fn a_template_is_an_object_with_a_place_for_the_password() {
        assert_snapshot!(broken("secret-template", |h| {
            let how = GenerateSecretString::builder().secret_string_template("{}").build();
            h.scope.add("secret", Secret::builder().generate_secret_string(how).build());
        }), @r#"
        error: main/secret: GenerateSecretString/SecretStringTemplate has no GenerateStringKey beside it
          rule: template and key go together, and the template is a JSON object
          hint: add `.generate_string_key("password")`: where the password goes
          see: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-secret-generatesecretstring.html
        "#);
        assert_snapshot!(broken("secret-template", |h| {
            let how = GenerateSecretString::within("[]", "password");
            h.scope.add("secret", Secret::builder().generate_secret_string(how).build());
        }), @r#"
        error: main/secret: GenerateSecretString/SecretStringTemplate is no JSON object
          rule: template and key go together, and the template is a JSON object
          hint: write an object, as `{"username": "django"}`
          see: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-secret-generatesecretstring.html
        "#);
    }

    #[test]
    fn a_password_has_room_for_each_kind_of_characters() {
        assert_snapshot!(broken("secret-characters", |h| {
            let how = GenerateSecretString::password(3);
            h.scope.add("secret", Secret::builder().generate_secret_string(how).build());
        }), @"
        error: main/secret: GenerateSecretString/PasswordLength 3 is too short for one of each of 4 kinds of characters
          rule: a password has one character of each kind, unless RequireEachIncludedType is false (InvalidParameterException)
          hint: take 32
          see: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
        ");
    }

    #[test]
    fn a_secret_is_recovered_or_not() {
        assert_snapshot!(broken("secret-recovery", |h| {
            h.scope.add("secret", Secret::builder()
                .force_delete_without_recovery(true)
                .recovery_window_in_days(7)
                .build());
        }), @"
        error: main/secret: jeancloud:RecoveryWindowInDays is set for a secret that is deleted without recovery
          rule: a secret is deleted at once or after a window, not both (InvalidParameterException)
          hint: leave one of the two out
          see: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
        ");
    }

    #[test]
    fn a_replica_is_elsewhere() {
        assert_snapshot!(broken("secret-replicas", |h| {
            let here = ReplicaRegion::builder().region(Region::EuWest3).build();
            h.scope.add("secret", Secret::builder().replica_regions([here]).build());
        }), @"
        error: main/secret: ReplicaRegions/0/Region eu-west-3 has the secret already
          rule: a secret is copied to other regions, once each (InvalidParameterException)
          hint: leave it out, or name another region
          see: https://docs.aws.amazon.com/secretsmanager/latest/userguide/create-manage-multi-region-secrets.html
        ");
    }

    #[test]
    fn a_key_encrypts_in_its_own_region() {
        assert_snapshot!(broken("secret-key-region", |h| {
            let key = h.stack.region("germany", Region::EuCentral1).add("key", Key::builder().build());
            h.scope.add("secret", Secret::builder().kms_key_id(&key).build());
        }), @"
        error: main/secret: KmsKeyId is a key of eu-central-1, and is used in eu-west-3
          rule: a key encrypts only in its own region (KMSKeyNotAccessibleFault, NotFoundException)
          hint: declare a key in eu-west-3, or leave the property out for AWS's own key
          see: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
        ");
    }
}
