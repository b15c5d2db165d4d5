//! The values of records.

use std::net::{Ipv4Addr, Ipv6Addr};

/// What is wrong with a value, as Route 53 says it.
///
/// "Supported DNS record types", Amazon Route 53 Developer Guide.
pub(super) fn problem(kind: &str, value: &str) -> Option<String> {
    let why = match kind {
        "A" => value
            .parse::<Ipv4Addr>()
            .is_err()
            .then_some("ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"),
        "AAAA" => value
            .parse::<Ipv6Addr>()
            .is_err()
            .then_some("AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"),
        "TXT" | "SPF" => text(value),
        "MX" => fields(value, 1, 2)
            .then_some("MXRRDATANotTwoFields (Value does not have the format [priority] [domain])"),
        "SRV" => fields(value, 3, 4).then_some(
            "SRVRRDATANotFourFields (Value does not have the format [priority] [weight] [port] \
             [domain])",
        ),
        "CAA" => caa(value).then_some(
            "CAARRDATAInvalid (Value does not have the format [flags] [tag] \"[value]\")",
        ),
        "CNAME" | "NS" | "PTR" => {
            domain(value).then_some("DomainLabelEmpty (Domain label is empty)")
        }
        _ => None,
    };
    let why = why?;
    Some(format!(
        "Invalid Resource Record: 'FATAL problem: {why} encountered with '{value}''"
    ))
}

/// Enclose each string in double quotation marks, of up to 255 characters each.
fn text(value: &str) -> Option<&'static str> {
    const UNQUOTED: &str = "InvalidCharacterString (Value should be enclosed in quotation marks)";
    const LONG: &str = "CharacterStringTooLong (Value is too long)";
    let mut rest = value.trim();
    if rest.is_empty() {
        return Some(UNQUOTED);
    }
    while !rest.is_empty() {
        let Some(open) = rest.strip_prefix('"') else {
            return Some(UNQUOTED);
        };
        let mut escaped = false;
        let end = open.char_indices().find(|(_, letter)| {
            let ends = *letter == '"' && !escaped;
            escaped = *letter == '\\' && !escaped;
            ends
        });
        let Some((end, _)) = end else {
            return Some(UNQUOTED);
        };
        if end > 255 {
            return Some(LONG);
        }
        rest = open[end + 1..].trim_start();
    }
    None
}

/// Whether there are not `count` words of which the first `numbers` are small numbers.
fn fields(value: &str, numbers: usize, count: usize) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    let small = words
        .iter()
        .take(numbers)
        .all(|word| word.parse::<u16>().is_ok());
    words.len() != count || !small
}

fn caa(value: &str) -> bool {
    let mut words = value.splitn(3, ' ');
    let flags = words
        .next()
        .is_some_and(|flags| flags.parse::<u8>().is_ok());
    let tag = words.next().is_some_and(|tag| !tag.is_empty());
    let quoted = words
        .next()
        .is_some_and(|it| it.starts_with('"') && it.ends_with('"'));
    !(flags && tag && quoted)
}

fn domain(value: &str) -> bool {
    let bare = value.strip_suffix('.').unwrap_or(value);
    bare.split('.').any(str::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fit_their_type() {
        for (kind, value) in [
            ("A", "192.0.2.1"),
            ("AAAA", "2001:db8::1"),
            ("TXT", "\"a\" \"b \\\" c\""),
            ("MX", "10 mail.example.com"),
            ("SRV", "10 5 80 host.example.com"),
            ("CAA", "0 issue \"amazon.com\""),
            ("CNAME", "host.example.com."),
            ("NS", "ns-1.awsdns-00.com"),
        ] {
            assert_eq!(problem(kind, value), None, "{kind} {value}");
        }
        for (kind, value, part) in [
            ("A", "256.0.0.1", "ARRDATAIllegalIPv4Address"),
            ("AAAA", "192.0.2.1", "AAAARRDATAIllegalIPv6Address"),
            ("TXT", "bare", "InvalidCharacterString"),
            ("TXT", "\"open", "InvalidCharacterString"),
            ("MX", "mail.example.com", "MXRRDATANotTwoFields"),
            ("SRV", "10 host", "SRVRRDATANotFourFields"),
            ("CAA", "0 issue amazon.com", "CAARRDATAInvalid"),
            ("CNAME", "a..b", "DomainLabelEmpty"),
        ] {
            let problem = problem(kind, value).unwrap();
            assert!(problem.contains(part), "{problem}");
        }
    }
}
