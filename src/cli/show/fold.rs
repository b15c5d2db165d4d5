//! How much of something long is shown where not everything is asked for.

use super::style::{FAINT, paint};

/// Members of a list, beyond which the rest is counted.
pub(super) const ITEMS: usize = 12;

/// Lines of a text, beyond which the rest is counted.
pub(super) const LINES: usize = 16;

/// Characters on a line, beyond which the rest is counted.
pub(super) const CHARACTERS: usize = 200;

/// Takes away what is beyond the first few, unless everything is asked for, and returns how many
/// that were. One or two too many stay: to count them would take as much room.
pub(super) fn beyond<T>(items: &mut Vec<T>, full: bool) -> usize {
    beyond_of(items, ITEMS, full)
}

/// The same with another limit.
pub(super) fn beyond_of<T>(items: &mut Vec<T>, limit: usize, full: bool) -> usize {
    if full || items.len() <= limit + 2 {
        return 0;
    }
    let hidden = items.len() - limit;
    items.truncate(limit);
    hidden
}

/// `… 40 more changes`.
pub(super) fn more(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    paint(FAINT, format!("… {number} more {noun}{plural}")).to_string()
}

/// A long text without its end; `None`: it is short enough.
pub(super) fn cut(text: &str) -> Option<String> {
    let all = text.chars().count();
    if all <= CHARACTERS {
        return None;
    }
    let begin: String = text.chars().take(CHARACTERS / 2).collect();
    Some(format!("{begin}… ({all} characters)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_counted_and_what_is_just_too_long_is_not() {
        let shown = |length: usize, full: bool| {
            let mut items: Vec<usize> = (0..length).collect();
            (beyond(&mut items, full), items.len())
        };
        assert_eq!(shown(ITEMS + 2, false), (0, ITEMS + 2));
        assert_eq!(shown(ITEMS + 3, false), (3, ITEMS));
        assert_eq!(shown(1000, true), (0, 1000));
        assert_eq!(cut(&"a".repeat(CHARACTERS)), None);
        let cut = cut(&"é".repeat(1000)).unwrap_or_default();
        assert!(cut.ends_with("é… (1000 characters)"), "{cut}");
    }
}
