//! The colours, and what is measured without them. Written always; the stream takes them away
//! where nobody can see them.

use std::fmt::{self, Display};

use anstyle::{AnsiColor, Style};

pub(crate) const CREATE: Style = AnsiColor::Green.on_default();
pub(crate) const UPDATE: Style = AnsiColor::Yellow.on_default();
pub(crate) const REPLACE: Style = AnsiColor::Magenta.on_default();
pub(crate) const DELETE: Style = AnsiColor::Red.on_default();
pub(crate) const READ: Style = AnsiColor::Cyan.on_default();
pub(crate) const UNKNOWN: Style = AnsiColor::Cyan.on_default();
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();
pub(crate) const HEADING: Style = Style::new().bold().underline();

/// `content` in `style`.
pub(crate) fn paint<D: Display>(style: Style, content: D) -> Painted<D> {
    Painted { style, content }
}

pub(crate) struct Painted<D> {
    style: Style,
    content: D,
}

impl<D: Display> Display for Painted<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}{}",
            self.style,
            self.content,
            self.style.render_reset()
        )
    }
}

/// How many columns `text` takes, colours not counted.
pub(crate) fn width(text: &str) -> usize {
    plain(text).chars().count()
}

/// `text` without its colours.
pub(crate) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// `text` with blanks after it, up to `columns`.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    let blanks = columns.saturating_sub(width(text));
    format!("{text}{:blanks$}", "")
}

/// `text` with no line longer than `columns`, as far as its words allow: what is too long goes on
/// below, two columns further in.
pub(crate) fn wrapped(text: &str, columns: usize) -> String {
    let lines = text.split('\n').map(|line| wrapped_line(line, columns));
    lines.collect::<Vec<_>>().join("\n")
}

fn wrapped_line(line: &str, columns: usize) -> String {
    let indent = line.len() - line.trim_start_matches(' ').len() + 2;
    // Where a narrow terminal leaves no room, breaking lines makes nothing clearer.
    if width(line) <= columns || columns < indent + 20 {
        return line.to_owned();
    }
    let mut page = String::new();
    let mut used = 0;
    for word in line.split_inclusive(' ') {
        let needed = width(word.trim_end());
        if used + needed > columns && used > indent {
            page.truncate(page.trim_end_matches(' ').len());
            page += &format!("\n{:indent$}", "");
            used = indent;
        }
        page += word;
        used += width(word);
    }
    page
}

/// `text` with what stands on further lines of it `columns` further in, as far in as its first line.
pub(crate) fn indented(text: &str, columns: usize) -> String {
    text.replace('\n', &format!("\n{:columns$}", ""))
}

/// `1 change`, `72 changes`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// `0.4 s`, `1 min 20 s`, `2 h 5 min`.
pub(crate) fn duration(elapsed: std::time::Duration) -> String {
    let seconds = elapsed.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", elapsed.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn durations_are_read_at_a_glance() {
        let shown = |milliseconds| duration(Duration::from_millis(milliseconds));
        assert_eq!(shown(1_240), "1.2 s");
        assert_eq!(shown(59_900), "59 s");
        assert_eq!(shown(80_000), "1 min 20 s");
        assert_eq!(shown(7_500_000), "2 h 5 min");
    }

    #[test]
    fn long_lines_are_broken_between_words() {
        let text = format!(
            "{} one two three four five six\nseven",
            paint(WARNING, "warning:")
        );
        let expected = "warning: one two three\n  four five six\nseven";
        assert_eq!(plain(&wrapped(&text, 24)), expected);
        assert_eq!(
            wrapped("  hint: aaaa bbbb cccccccc", 24),
            "  hint: aaaa bbbb\n    cccccccc"
        );
        let word = "a".repeat(30);
        assert_eq!(wrapped(&word, 24), word);
        assert_eq!(wrapped("one two three", 8), "one two three");
    }

    #[test]
    fn what_goes_on_below_is_as_far_in_as_its_beginning() {
        assert_eq!(
            indented("it failed:\n  why\nand", 4),
            "it failed:\n      why\n    and"
        );
    }

    #[test]
    fn colours_take_no_columns() {
        let red = paint(DELETE, "gone").to_string();
        assert_ne!(red, "gone");
        assert_eq!((width(&red), padded(&red, 6).ends_with("  ")), (4, true));
    }
}
