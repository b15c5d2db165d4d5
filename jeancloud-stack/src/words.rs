//! Words: patterns of them, and which ones look alike.

/// The name that is nearest to one that isn't known: at most two letters away.
pub(crate) fn nearest<'w>(name: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let least = if name.len() < 5 { 1 } else { 2 };
    known
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= least)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters are to be added, taken away or exchanged to get from one text to another.
pub(crate) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, opposite) in other.iter().enumerate() {
            let exchanged = diagonal + usize::from(letter != *opposite);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

/// Whether a pattern of `*` and `?` fits a text.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    match (pattern.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => {
            let rest = pattern.trim_start_matches('*');
            rest.is_empty()
                || text
                    .char_indices()
                    .any(|(at, _)| matches(rest, &text[at..]))
        }
        (Some(one), Some(other)) if one == '?' || one == other => {
            matches(&pattern[one.len_utf8()..], &text[other.len_utf8()..])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stands_for_texts() {
        assert!(matches("*", "getobject") && matches("get*", "getobject"));
        assert!(matches("*ob?ect", "getobject") && matches("getobject*", "getobject"));
        assert!(!matches("put*", "getobject") && !matches("get?", "get"));
    }
}
