//! Why an action is there: what the author changed, what drifted, and whom it follows.

use std::collections::BTreeSet;

use jeancloud_model::reference;
use serde_json::Value as Json;

use super::{diff::Difference, json::is_nothing};

/// Whose doing a difference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// The author's, who wants something else than before.
    Author,
    /// Somebody's, in AWS: what was applied is still wanted.
    Somebody,
    /// Nobody's here: AWS has what nothing declares, and nothing was applied yet that could have
    /// drifted, as in a security group that was just adopted.
    Undeclared,
    /// Not known: the state does not know what was applied.
    Unknown,
}

/// Whose doing a difference is. `applied` is what was applied last, `authors` the paths at which the
/// author wants something else now; both where that is known.
pub(super) fn whose(
    one: &Difference,
    applied: Option<&Json>,
    authors: Option<&BTreeSet<Vec<String>>>,
) -> Whose {
    let (Some(applied), Some(authors)) = (applied, authors) else {
        return Whose::Unknown;
    };
    let was_applied = applied.get(one.property()).is_some();
    match (is_among(authors, &one.path), was_applied) {
        (true, _) => Whose::Author,
        (false, true) => Whose::Somebody,
        (false, false) if is_nothing(&one.after) => Whose::Undeclared,
        // What the author says is AWS's default, and AWS has something else.
        (false, false) => Whose::Author,
    }
}

/// Why there is an update: `changed`, `drifted in AWS`, `follows france/vpc`, or several of them.
pub(super) fn update(differences: &[Difference], whose: impl Fn(&Difference) -> Whose) -> String {
    const WORDS: [(Whose, &str); 4] = [
        (Whose::Unknown, "differs in AWS; the state does not know it"),
        (Whose::Author, "changed"),
        (Whose::Somebody, "drifted in AWS"),
        (Whose::Undeclared, "AWS has what nothing declares"),
    ];
    let followed = followed(differences);
    let known = differences
        .iter()
        .filter(|one| !reference::is_unknown(&one.after));
    let whose: Vec<Whose> = known.map(whose).collect();
    let words = WORDS.iter().filter(|(one, _)| whose.contains(one));
    let mut reasons: Vec<String> = words.map(|(_, words)| (*words).to_owned()).collect();
    if !followed.is_empty() {
        reasons.push(format!("follows {}", followed.join(", ")));
    }
    reasons.join(", ")
}

/// Whose new outputs these differences wait for.
pub(super) fn followed<'d>(differences: impl IntoIterator<Item = &'d Difference>) -> Vec<String> {
    let mut followed = BTreeSet::new();
    for difference in differences {
        reference::each(&difference.after, &mut |address, _| {
            followed.insert(address.to_owned());
        });
    }
    followed.into_iter().collect()
}

/// Whether one of `paths` is `path`, or above or below it.
pub(super) fn is_among(paths: &BTreeSet<Vec<String>>, path: &[String]) -> bool {
    let mut paths = paths.iter();
    paths.any(|other| other.starts_with(path) || path.starts_with(other))
}

#[cfg(test)]
mod tests {
    use jeancloud_model::Facts;
    use serde_json::json;

    use super::{super::diff::Comparison, *};

    fn reason(desired: Json, applied: Json, observed: Json) -> String {
        let facts = &Facts::DEFAULT;
        let comparison = Comparison {
            facts,
            desired: &desired,
            applied: Some(&applied),
            observed: &observed,
            moved: &[],
        };
        let found = comparison.differences().found;
        let changed = Comparison {
            observed: &applied,
            ..comparison
        };
        let changed = changed.differences().found.into_iter();
        let authors = changed.map(|one| one.path).collect();
        update(&found, |one| whose(one, Some(&applied), Some(&authors)))
    }

    #[test]
    fn an_update_says_who_asked_for_it() {
        let one = |value: &str| json!({"A": value});
        assert_eq!(reason(one("new"), one("old"), one("old")), "changed");
        assert_eq!(reason(one("old"), one("old"), one("x")), "drifted in AWS");
        // As after an import: nothing was applied, so nothing has drifted.
        let rules = json!({"A": ["22 from anywhere"]});
        let undeclared = "AWS has what nothing declares";
        assert_eq!(
            reason(json!({"A": []}), json!({}), rules.clone()),
            undeclared
        );
        let drifted = reason(json!({"A": []}), json!({"A": []}), rules);
        assert_eq!(drifted, "drifted in AWS");
        let unknown = json!({"$output": ["main/vpc", "VpcId"]});
        let two = |value: Json| json!({"A": value, "B": 1});
        let (vpc, desired) = (two(json!("vpc-1")), two(unknown.clone()));
        assert_eq!(
            reason(desired.clone(), vpc.clone(), vpc.clone()),
            "follows main/vpc"
        );
        let drifted = json!({"A": "vpc-1", "B": 2});
        let both = "drifted in AWS, follows main/vpc";
        assert_eq!(reason(desired, vpc, drifted), both);
    }
}
