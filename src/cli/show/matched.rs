//! Which member of a list was which before.

use std::collections::BTreeSet;

use jeancloud_stack::plan::name_of;
use serde_json::Value as Json;

/// What became of the members of a list.
pub(super) struct Matched<'j> {
    /// Before and after of those that changed, and those that are new, in the order of after.
    pub(super) after: Vec<(Option<&'j Json>, &'j Json, usize)>,
    pub(super) gone: Vec<&'j Json>,
    pub(super) same: usize,
}

/// First those that are equal, then those of one name, then those that have most in common.
pub(super) fn matched<'j>(before: &'j [Json], after: &'j [Json]) -> Matched<'j> {
    let mut left: Vec<&Json> = before.iter().collect();
    let take = |left: &mut Vec<&'j Json>, fits: &dyn Fn(&Json) -> bool| {
        left.iter()
            .position(|old| fits(old))
            .map(|at| left.remove(at))
    };
    let mut open: Vec<(usize, &Json)> = Vec::new();
    for (index, new) in after.iter().enumerate() {
        if take(&mut left, &|old| old == new).is_none() {
            open.push((index, new));
        }
    }
    let same = after.len() - open.len();
    let mut found: Vec<(Option<&Json>, &Json, usize)> = Vec::new();
    let mut nameless = Vec::new();
    for (index, new) in open {
        let name = name_of(new);
        match take(&mut left, &|old| name.is_some() && name_of(old) == name) {
            Some(old) => found.push((Some(old), new, index)),
            None => nameless.push((index, new)),
        }
    }
    for (index, new) in nameless {
        let best = left
            .iter()
            .enumerate()
            .map(|(at, old)| (common(old, new), at));
        let best = best
            .filter(|(common, _)| *common >= 50)
            .max_by_key(|(common, at)| (*common, usize::MAX - at));
        let old = best.map(|(_, at)| left.remove(at));
        found.push((old, new, index));
    }
    found.sort_by_key(|(_, _, index)| *index);
    Matched {
        after: found,
        gone: left,
        same,
    }
}

/// How much two objects have in common, in percent of their members; those with another name nothing.
fn common(one: &Json, other: &Json) -> usize {
    let (Some(a), Some(b)) = (one.as_object(), other.as_object()) else {
        return 0;
    };
    if let (Some(a), Some(b)) = (name_of(one), name_of(other))
        && a != b
    {
        return 0;
    }
    let all: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let equal = all
        .iter()
        .filter(|name| a.get(**name) == b.get(**name))
        .count();
    equal * 100 / all.len().max(1)
}
