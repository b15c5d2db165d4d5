//! Domain names as Route 53 keeps them.

use crate::error::AwsError;

/// A domain name has up to 255 characters, including the dots; see "DNS domain name format".
const MOST: usize = 255;
/// Each label has up to 63 characters; see the same.
const MOST_IN_LABEL: usize = 63;

/// A name in small letters, with a dot at its end and all but letters, digits, hyphen and
/// underscore
/// as octal codes: `\052.example.com.`
///
/// "Formatting", "DNS domain name format", Amazon Route 53 Developer Guide.
pub(crate) fn normal(name: &str) -> String {
    let mut normal = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'\\' => normal.push(byte.into()),
            b'A'..=b'Z' => normal.push(byte.to_ascii_lowercase().into()),
            _ => normal.push_str(&format!("\\{byte:03o}")),
        }
    }
    if !normal.ends_with('.') {
        normal.push('.');
    }
    normal
}

/// What names are sorted by: labels from the right, as `com.example.www.`
///
/// "ListResourceRecordSets sorts results … by DNS name with the labels reversed",
/// API_ListResourceRecordSets.
pub(crate) fn reversed(normal: &str) -> String {
    let labels = normal.trim_end_matches('.').rsplit('.');
    let mut reversed = labels.collect::<Vec<_>>().join(".");
    reversed.push('.');
    reversed
}

/// Whether a name is `zone`, or lies in it. Both are normal.
pub(super) fn is_in(name: &str, zone: &str) -> bool {
    name.strip_suffix(zone)
        .is_some_and(|head| head.is_empty() || head.ends_with('.'))
}

/// Refuses what is no domain name.
pub(super) fn check(name: &str) -> Result<(), AwsError> {
    let bare = name.strip_suffix('.').unwrap_or(name);
    let fits = |label: &str| (1..=MOST_IN_LABEL).contains(&label.len());
    let why = if name.len() > MOST {
        "DomainLabelTooLong (Domain name is too long)"
    } else if bare.split('.').any(|label| label.is_empty()) {
        "DomainLabelEmpty (Domain label is empty)"
    } else if !bare.split('.').all(fits) {
        "DomainLabelTooLong (Domain label is too long)"
    } else {
        return Ok(());
    };
    let message = format!("FATAL problem: {why} encountered with '{name}'");
    Err(AwsError::new("InvalidDomainName", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Route 53 returns it as \052; see "Using an asterisk (*) in the names of hosted zones and
    /// records", and a name without a last dot is a full one; see "DNS domain name format".
    #[test]
    fn names_are_spelt_in_one_way() {
        assert_eq!(normal("*.Example.COM"), "\\052.example.com.");
        assert_eq!(normal("\\052.example.com."), "\\052.example.com.");
        assert_eq!(normal("_a.b-c.fr"), "_a.b-c.fr.");
        assert_eq!(reversed("www.example.com."), "com.example.www.");
    }

    #[test]
    fn a_name_lies_in_its_zone() {
        assert!(is_in("www.example.com.", "example.com."));
        assert!(is_in("example.com.", "example.com."));
        assert!(!is_in("badexample.com.", "example.com."));
    }

    #[test]
    fn labels_are_bounded() {
        assert!(check("example.com").is_ok());
        assert_eq!(check("a..b").unwrap_err().code, "InvalidDomainName");
        let long = format!("{}.com", "a".repeat(64));
        assert_eq!(check(&long).unwrap_err().code, "InvalidDomainName");
    }
}
