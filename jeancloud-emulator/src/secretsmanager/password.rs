//! Passwords drawn at random, as far as anything is random here.

use serde_json::{Value, json};

use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// "If you don't include this parameter, the default length is 32", API_GetRandomPassword.
const LENGTH: i64 = 32;

/// The kinds of characters, and what leaves them out, API_GetRandomPassword.
const KINDS: [(&str, &str); 4] = [
    ("ExcludeLowercase", "abcdefghijklmnopqrstuvwxyz"),
    ("ExcludeUppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("ExcludeNumbers", "0123456789"),
    ("ExcludePunctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
];

/// GetRandomPassword: at least one of each kind, unless that isn't wanted.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html>
pub(super) fn draw(call: &mut Call<'_>, input: &Value) -> Outcome {
    let length = input.int("PasswordLength").unwrap_or(LENGTH);
    let length = usize::try_from(length).unwrap_or_default();
    let excluded = input.text("ExcludeCharacters");
    let mut kinds: Vec<String> = KINDS
        .iter()
        .filter(|(exclude, _)| !input.flag(exclude))
        .map(|(_, all)| all.chars().filter(|it| !excluded.contains(*it)).collect())
        .collect();
    if input.flag("IncludeSpace") && !excluded.contains(' ') {
        kinds.push(" ".to_owned());
    }
    kinds.retain(|kind: &String| !kind.is_empty());
    let each = input
        .at("RequireEachIncludedType")
        .is_none_or(|it| it == true);
    let all = kinds.concat();
    if all.is_empty() || (each && length < kinds.len()) {
        let message = "The password can't have all the types of characters that are included.";
        return Err(AwsError::new("InvalidParameterException", message));
    }
    let mut draw = call.draw("password");
    let mut letters: Vec<char> = draw.text(&all, length).chars().collect();
    if each {
        // Every kind takes a place of its own.
        let shift = draw.below(length as u64) as usize;
        for (at, kind) in kinds.iter().enumerate() {
            letters[(at + shift) % length] = draw.text(kind, 1).chars().next().unwrap_or(' ');
        }
    }
    Ok(json!({"RandomPassword": letters.into_iter().collect::<String>()}))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    const SERVICE: &str = "secretsmanager";

    #[test]
    fn a_password_has_what_is_asked_for() {
        let aws = Aws::new();
        let draw = |input: Value| {
            let told = aws.ok(SERVICE, "GetRandomPassword", input);
            told["RandomPassword"].as_str().unwrap().to_owned()
        };
        let first = draw(json!({}));
        assert_eq!(first.len(), 32);
        assert_ne!(draw(json!({})), first);
        for (_, kind) in super::KINDS {
            assert!(first.contains(|it| kind.contains(it)), "{first}");
        }
        let plain = json!({
            "PasswordLength": 8,
            "ExcludePunctuation": true,
            "ExcludeCharacters": "0123456789",
        });
        let plain = draw(plain);
        assert!(plain.bytes().all(|it| it.is_ascii_alphabetic()), "{plain}");
        let short = json!({"PasswordLength": 3});
        assert_eq!(
            aws.code(SERVICE, "GetRandomPassword", short),
            "InvalidParameterException"
        );
    }
}
