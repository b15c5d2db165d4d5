//! Why an action is there: what the author changed, what drifted, and whom it follows.

use std::collections::BTreeSet;

use jeancloud_model::reference;

use super::diff::Difference;

/// Why there is an update: `changed`, `drifted in AWS`, `follows france/vpc`, or several of them.
/// `authors` are the paths that the author changed; `None`: the state does not know what was applied.
pub(super) fn update(
    authors: Option<&BTreeSet<Vec<String>>>,
    differences: &[Difference],
) -> String {
    let followed = followed(differences);
    let known = || {
        differences
            .iter()
            .filter(|one| !reference::is_unknown(&one.after))
    };
    let by_author = |one: &Difference| authors.is_some_and(|it| is_among(it, &one.path));
    let mut reasons = Vec::new();
    if authors.is_none() && known().next().is_some() {
        reasons.push("differs in AWS; the state does not know it".to_owned());
    }
    if known().any(by_author) {
        reasons.push("changed".to_owned());
    }
    // Somebody changed it in AWS: what was applied is still wanted.
    if authors.is_some() && known().any(|one| !by_author(one)) {
        reasons.push("drifted in AWS".to_owned());
    }
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
    use serde_json::{Value as Json, json};

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
        update(Some(&changed.map(|one| one.path).collect()), &found)
    }

    #[test]
    fn an_update_says_who_asked_for_it() {
        let one = |value: &str| json!({"A": value});
        assert_eq!(reason(one("new"), one("old"), one("old")), "changed");
        assert_eq!(reason(one("old"), one("old"), one("x")), "drifted in AWS");
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
