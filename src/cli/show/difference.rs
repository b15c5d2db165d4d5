//! Two blocks of lines side by side: what differs, with a line around it.

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line<'l> {
    /// In both.
    Same(&'l str),
    /// Only before.
    Gone(&'l str),
    /// Only after.
    New(&'l str),
    /// This many lines that are in both.
    Folded(usize),
}

/// Same lines that are shown around a difference.
const AROUND: usize = 1;

/// Compares line by line (the longest common subsequence), and folds what is the same.
pub(crate) fn compare<'l>(before: &'l [String], after: &'l [String]) -> Vec<Line<'l>> {
    fold(matched(before, after))
}

fn matched<'l>(before: &'l [String], after: &'l [String]) -> Vec<Line<'l>> {
    let mut common = vec![vec![0u32; after.len() + 1]; before.len() + 1];
    for i in (0..before.len()).rev() {
        for j in (0..after.len()).rev() {
            common[i][j] = match before[i] == after[j] {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < before.len() || j < after.len() {
        if i < before.len() && j < after.len() && before[i] == after[j] {
            lines.push(Line::Same(&before[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < before.len() && (j == after.len() || common[i + 1][j] >= common[i][j + 1]) {
            lines.push(Line::Gone(&before[i]));
            i += 1;
        } else {
            lines.push(Line::New(&after[j]));
            j += 1;
        }
    }
    lines
}

fn fold(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let differs = |line: &Line<'_>| !matches!(line, Line::Same(_));
    let near = |index: usize| {
        let from = index.saturating_sub(AROUND);
        let to = (index + AROUND + 1).min(lines.len());
        lines[from..to].iter().any(differs)
    };
    let mut folded = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        match (near(index), folded.last_mut()) {
            (true, _) => folded.push(line.clone()),
            (false, Some(Line::Folded(number))) => *number += 1,
            (false, _) => folded.push(Line::Folded(1)),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_folded_around_what_differs() {
        let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let (before, after) = (lines("a b c d e f"), lines("a b c D e f"));
        assert_eq!(
            compare(&before, &after),
            [
                Line::Folded(2),
                Line::Same("c"),
                Line::Gone("d"),
                Line::New("D"),
                Line::Same("e"),
                Line::Folded(1)
            ]
        );
    }
}
