//! Whose an access key is.

use crate::world::Draw;

const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The account that an access key names: one of twelve digits names itself, and AWS's own keys have
/// carried their account since 2019. Any other key belongs to nobody in particular.
pub(crate) fn of_key(key: &str) -> Option<String> {
    if key.len() == 12 && key.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(key.to_owned());
    }
    let mut bits: u64 = 0;
    for letter in key.get(4..14)?.bytes() {
        let digit = BASE32.bytes().position(|it| it == letter)?;
        bits = bits << 5 | digit as u64;
    }
    // Fifty bits: a mark that older keys lack, forty of the account, seven and two more.
    let marked = key.len() == 20 && bits >> 49 == 1;
    marked.then(|| format!("{:012}", (bits >> 9) & 0xff_ffff_ffff))
}

/// A key of temporary credentials that names `account`.
pub(crate) fn temporary_key(account: &str, draw: &mut Draw) -> String {
    let account: u64 = account.parse().unwrap_or_default();
    let bits = 1 << 49 | (account & 0xff_ffff_ffff) << 9 | draw.below(1 << 9);
    let digits = (0..10).rev().map(|at| (bits >> (at * 5)) as usize & 31);
    let digits: String = digits
        .map(|digit| char::from(BASE32.as_bytes()[digit]))
        .collect();
    format!("ASIA{digits}{}", draw.text(BASE32, 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_keys_name_their_account() {
        for account in ["123456789012", "000000000001", "999999999999"] {
            let key = temporary_key(account, &mut Draw::new(1, ["test"]));
            assert_eq!(key.len(), 20);
            assert_eq!(of_key(&key).as_deref(), Some(account));
        }
    }

    #[test]
    fn other_keys_name_none() {
        assert_eq!(of_key("210987654321").as_deref(), Some("210987654321"));
        for key in ["", "test", "AKIAIOSFODNN7EXAMPLE", "é€é€é€é€"] {
            assert_eq!(of_key(key), None, "{key}");
        }
    }
}
