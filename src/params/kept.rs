//! What a saved plan keeps of parameters, so that the same stack is made again.

use std::collections::BTreeMap;

#[cfg(feature = "cli")]
use super::Given;
use super::{Params, plain};

impl Params {
    /// With those that a saved plan was made with. What is given already stays.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn or_kept<'p>(
        mut self,
        kept: impl IntoIterator<Item = (&'p String, &'p String)>,
    ) -> Self {
        for (key, value) in kept {
            if !self.is_given(key) {
                let given = Given {
                    value: value.clone(),
                    written: format!("{key}={value}, which the plan keeps"),
                };
                self.given.insert(key.clone(), given);
            }
        }
        self
    }

    /// How a person wrote the value of `name`, if another one than `value` is given.
    #[cfg(feature = "cli")]
    pub(crate) fn contradicts(&self, name: &str, value: &str) -> Option<&str> {
        let given = self.given.iter().find(|(key, _)| plain(key) == plain(name));
        let (_, given) = given.filter(|(_, given)| given.value != value)?;
        Some(&given.written)
    }

    /// What was given, by the names that the stack asks for: what a saved plan keeps, so that the same
    /// stack is made again ([`SavedPlan::with_parameters`](crate::SavedPlan::with_parameters)).
    pub fn given(&self) -> BTreeMap<String, String> {
        let asked = self.asked();
        let names = asked.keys().filter_map(|name| {
            let given = self.given.iter().find(|(key, _)| plain(key) == plain(name));
            Some((name.clone(), given?.1.value.clone()))
        });
        names.collect()
    }

    /// The environment's variable for `name`.
    #[cfg(feature = "cli")]
    pub(crate) fn variable(name: &str) -> String {
        let name = name.to_ascii_uppercase().replace('-', "_");
        format!("{}{name}", Self::PREFIX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_is_told_by_the_names_that_the_stack_asks_for() {
        let p = Params::from_pairs([("max_tasks", "4"), ("image", "v1")]);
        let _: (u16, Option<String>) = (p.get("max-tasks", 10u16), p.optional("image"));
        let given: Vec<_> = p.given().into_iter().collect();
        let expected = [("image", "v1"), ("max-tasks", "4")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(given, expected);
    }

    #[cfg(feature = "cli")]
    #[test]
    fn what_a_plan_keeps_counts_beside_what_is_given_and_is_contradicted_by_another_value() {
        let p = Params::from_pairs([("max_tasks", "4")]);
        let said = p.contradicts("max-tasks", "5");
        assert_eq!(said, Some("--set max_tasks=4"));
        assert_eq!(p.contradicts("max-tasks", "4"), None);
        assert_eq!(p.contradicts("image", "v1"), None);
        let kept = [("image", "v1"), ("max-tasks", "9")];
        let kept = kept.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let p = p.or_kept(kept.iter().map(|(name, value)| (name, value)));
        assert_eq!(p.get::<u16>("max-tasks", 10u16), 4);
        assert_eq!(p.optional::<String>("image").as_deref(), Some("v1"));
        p.finish().unwrap();
        assert_eq!(Params::variable("max-tasks"), "JEANCLOUD_MAX_TASKS");
    }
}
