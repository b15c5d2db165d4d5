//! Rules for the values that are generated for secrets.

use jeancloud_model::{
    Input,
    secrets_manager::{GenerateSecretString, Secret},
};
use serde_json::Value as Json;

use super::super::{Report, Rule};
use crate::View;

const GET_RANDOM_PASSWORD: &str =
    "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html";
const GENERATE: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-secret-generatesecretstring.html";

pub(super) const TEMPLATE: Rule = Rule {
    name: "secret-template",
    check: a_template_and_its_key_go_together,
};
pub(super) const CHARACTERS: Rule = Rule {
    name: "secret-characters",
    check: a_password_has_characters,
};
pub(super) const CLEAR_TEXT: Rule = Rule {
    name: "secret-clear-text",
    check: templates_hold_nothing_secret,
};

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

fn templates_hold_nothing_secret(view: &View, report: &mut Report) {
    const TELLING: [&str; 5] = ["password", "passwd", "secret", "token", "apikey"];
    for secret in view.all::<Secret>() {
        let how = secret.generate_secret_string.as_ref();
        let template = how.and_then(|how| how.secret_string_template.as_ref()?.as_known());
        let Some(Ok(Json::Object(template))) = template.map(serde_json::from_str::<Json>) else {
            continue;
        };
        let generated = how.and_then(|how| how.generate_string_key.as_ref()?.as_known());
        let told = template.iter().find(|(key, value)| {
            let plain = key.to_lowercase().replace(['_', '-'], "");
            let empty = value.as_str().is_none_or(str::is_empty);
            TELLING.iter().any(|word| plain.contains(word))
                && !empty
                && generated != Some(key.as_str())
        });
        if let Some((key, _)) = told {
            report
                .warning(
                    secret.declaration,
                    "GenerateSecretString/SecretStringTemplate",
                    format!("has a value for `{key}`, which then stands in the program"),
                )
                .rule("a template is not secret; what is generated for GenerateStringKey is")
                .hint(format!("generate it: `GenerateSecretString::within(\"{{}}\", \"{key}\")`; or put the value into the secret by hand"))
                .document(GENERATE);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::secrets_manager::{GenerateSecretString, Secret};

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
    fn a_template_holds_nothing_secret() {
        assert_snapshot!(broken("secret-clear-text", |h| {
            let how = GenerateSecretString::within(r#"{"api_key": "abc123"}"#, "password");
            h.scope.add("secret", Secret::builder().generate_secret_string(how).build());
        }), @r#"
        warning: main/secret: GenerateSecretString/SecretStringTemplate has a value for `api_key`, which then stands in the program
          rule: a template is not secret; what is generated for GenerateStringKey is
          hint: generate it: `GenerateSecretString::within("{}", "api_key")`; or put the value into the secret by hand
          see: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-secret-generatesecretstring.html
        "#);
    }
}
