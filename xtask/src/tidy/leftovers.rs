//! Nothing half-done lands, and no lint is silenced without a reason.

use super::sources::{Finding, Sources};

/// What is written while working. Put together here, so that this file passes.
const LEFTOVERS: [&str; 6] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("#[ig", "nore"),
];
const SILENCERS: [&str; 4] = [
    concat!("#[al", "low("),
    concat!("#![al", "low("),
    concat!("#[ex", "pect("),
    concat!("#![ex", "pect("),
];
/// How far down a silencer's reason may stand.
const REASON_WITHIN: usize = 6;

/// Finds leftovers in Rust files.
pub fn check(sources: &Sources) -> Vec<Finding> {
    sources
        .rust()
        .flat_map(|(path, text)| {
            let lines: Vec<&str> = text.lines().collect();
            let found =
                (0..lines.len()).filter_map(|index| Some((index, problem(&lines[index..])?)));
            found
                .map(|(index, what)| Finding::in_line(path, index, what))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// What is wrong with the first line.
fn problem(lines: &[&str]) -> Option<String> {
    let line = lines.first()?;
    if let Some(word) = LEFTOVERS.iter().find(|word| line.contains(**word)) {
        return Some(format!("`{word}` is left in the code"));
    }
    let silencer = SILENCERS.iter().find(|word| line.contains(**word))?;
    let mut near = lines.iter().take(REASON_WITHIN);
    let reasoned = near.any(|line| line.contains("reason ="));
    (!reasoned).then(|| format!("`{silencer}…` without a reason"))
}

#[cfg(test)]
mod tests {
    use super::{super::sources::one, *};

    #[test]
    fn leftovers_and_unreasoned_silencers_are_found() {
        let leftover = LEFTOVERS[0].to_owned() + ")\n";
        assert_eq!(check(&one("a.rs", &leftover)).len(), 1);
        let silencer = SILENCERS[2].to_owned() + "dead_code)]\nfn a() {}\n";
        assert_eq!(check(&one("a.rs", &silencer)).len(), 1);
        let reasoned = SILENCERS[2].to_owned() + "dead_code, reason = \"x\")]\n";
        assert!(check(&one("a.rs", &reasoned)).is_empty());
    }
}
