//! What the author took away: it goes back to AWS's documented default, or stays.

use jeancloud_model::reference;
use serde_json::{Map, Value as Json};

use super::{
    super::json::{are_partners, by_key, is_nothing, is_tags, same_scalar},
    Comparison, Difference, Differences, is_statements, same_statements,
};

impl Comparison<'_> {
    /// What was applied and is not wanted any more.
    pub(super) fn removed(
        &self,
        path: &mut Vec<String>,
        applied: &Json,
        desired: &Json,
        all: &mut Differences,
    ) {
        if let Some(key) = self.key(path) {
            let (applied, desired) = (by_key(applied, key), by_key(desired, key));
            return self.removed_members(path, &applied, &desired, all);
        }
        if let (Json::Object(applied), Json::Object(desired)) = (applied, desired)
            && reference::Marker::of(&Json::Object(desired.clone())).is_none()
        {
            self.removed_members(path, applied, desired, all);
        }
        // Members of an ordered list are the same ones by their place: a container keeps its own
        // when it loses its health check. Without an order nothing says which was which.
        if let (Json::Array(applied), Json::Array(desired)) = (applied, desired) {
            if self.is_unordered(path) {
                all.found.extend(self.lost_in_list(path, applied, desired));
            } else if are_partners(applied, desired)
                && !(is_statements(path) && same_statements(self, path, desired, applied))
            {
                self.lost_by_members(path, applied, desired, all);
            }
        }
    }

    fn lost_by_members(
        &self,
        path: &mut Vec<String>,
        applied: &[Json],
        desired: &[Json],
        all: &mut Differences,
    ) {
        for (index, (applied, desired)) in applied.iter().zip(desired).enumerate() {
            path.push(index.to_string());
            self.removed(path, applied, desired, all);
            path.pop();
        }
    }

    /// A member of a list without an order that AWS still has with more than the author says of it
    /// now: the list as a whole is a difference.
    fn lost_in_list(
        &self,
        path: &mut Vec<String>,
        applied: &[Json],
        desired: &[Json],
    ) -> Option<Difference> {
        let observed = self.observed_at(path)?;
        let there = observed.as_array()?;
        path.push("*".to_owned());
        let mut fits = |said: &Json, there: &Json| {
            let mut found = Vec::new();
            self.compare(path, said, Some(there), &mut found);
            found.is_empty()
        };
        let lost = applied.iter().any(|before| {
            let still: Vec<&Json> = there.iter().filter(|there| fits(before, there)).collect();
            let mut now = desired.iter().filter(|now| says_less(now, before));
            !desired.contains(before) && now.any(|now| still.iter().any(|there| fits(now, there)))
        });
        path.pop();
        lost.then(|| Difference {
            path: path.clone(),
            before: observed.clone(),
            after: Json::from(desired),
        })
    }

    fn removed_members(
        &self,
        path: &mut Vec<String>,
        applied: &Map<String, Json>,
        desired: &Map<String, Json>,
        all: &mut Differences,
    ) {
        for (name, before) in applied {
            path.push(name.clone());
            match desired.get(name) {
                Some(desired) => self.removed(path, before, desired, all),
                None => self.taken_away(path, before, all),
            }
            path.pop();
        }
    }

    fn taken_away(&self, path: &[String], applied: &Json, all: &mut Differences) {
        // A whole list of tags or settings: each of its members goes.
        if let Some(key) = self.key(path) {
            for name in by_key(applied, key).keys() {
                let mut inner = path.to_vec();
                inner.push(name.clone());
                self.taken_away(&inner, applied, all);
            }
            return;
        }
        // An object without a default of its own: each of its members goes, to its own one.
        if let (None, Json::Object(members)) = (self.default_of(path), applied)
            && self.has_defaults_below(path)
        {
            for (name, member) in members {
                let mut inner = path.to_vec();
                inner.push(name.clone());
                self.taken_away(&inner, member, all);
            }
            return;
        }
        let observed = self.observed_at(path);
        let is_tag = path.len() == 2 && is_tags(&path[0]);
        let after = match self.default_of(path) {
            Some(default) => default,
            // AWS takes a list whole: what a member of it no longer says is gone.
            None if is_tag || self.is_in_list(path) => Json::Null,
            None => {
                if observed
                    .as_ref()
                    .is_some_and(|observed| !is_nothing(observed))
                {
                    all.staying.push(path.join("/"));
                }
                return;
            }
        };
        let before = match self.told_by_aws(path) {
            true => observed.unwrap_or(Json::Null),
            false => applied.clone(),
        };
        if !same_scalar(&before, &after)
            && before != after
            && !(is_nothing(&before) && is_nothing(&after))
        {
            all.found.push(Difference {
                path: path.to_vec(),
                before,
                after,
            });
        }
    }
}

/// Whether `now` lacks, somewhere, a member that `before` has.
fn says_less(now: &Json, before: &Json) -> bool {
    match (now, before) {
        (Json::Object(now), Json::Object(before)) => before
            .iter()
            .any(|(name, before)| now.get(name).is_none_or(|now| says_less(now, before))),
        (Json::Array(now), Json::Array(before)) if now.len() == before.len() => now
            .iter()
            .zip(before)
            .any(|(now, before)| says_less(now, before)),
        _ => false,
    }
}
