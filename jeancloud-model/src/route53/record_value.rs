//! How values of records are written.

/// A value of a `TXT` record: in quotes, quotes and backslashes escaped, cut into strings of 255
/// characters, which is the most that one string of a `TXT` record holds.
///
/// Follows Route 53's "TXT record type".
///
/// ```
/// use jeancloud_model::route53::quoted;
/// assert_eq!(quoted("v=spf1 -all"), r#""v=spf1 -all""#);
/// ```
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 255;
    let mut strings = vec![String::new()];
    let mut length = 0;
    for letter in text.chars() {
        if length + letter.len_utf8() > LONGEST {
            strings.push(String::new());
            length = 0;
        }
        length += letter.len_utf8();
        let current = strings.len() - 1;
        if matches!(letter, '"' | '\\') {
            strings[current].push('\\');
        }
        strings[current].push(letter);
    }
    let strings: Vec<String> = strings.iter().map(|part| format!("\"{part}\"")).collect();
    strings.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_quotes_escaped() {
        assert_eq!(quoted(r#"a"b"#), r#""a\"b""#);
        let long = quoted(&"x".repeat(300));
        assert_eq!(
            long,
            format!("\"{}\" \"{}\"", "x".repeat(255), "x".repeat(45))
        );
    }
}
