//! What a plan shows of a change: each property before and after, without what must not be seen.

use jeancloud_model::reference;
use serde_json::Value as Json;

use super::{PropertyChange, diff::Difference, json, replace, said};
use crate::Declaration;

/// The changes of a creation: every property from nothing.
pub(super) fn creation(declaration: &Declaration, properties: &Json) -> Vec<PropertyChange> {
    let mut differences = Vec::new();
    for (name, value) in properties.as_object().into_iter().flatten() {
        if json::is_tags(name) {
            for tag in value.as_array().into_iter().flatten() {
                let key = tag.get("Key").and_then(Json::as_str).unwrap_or_default();
                let value = tag.get("Value").cloned().unwrap_or(Json::Null);
                let path = vec![name.clone(), key.to_owned()];
                differences.push(Difference {
                    path,
                    before: Json::Null,
                    after: value,
                });
            }
        } else {
            differences.push(Difference {
                path: vec![name.clone()],
                before: Json::Null,
                after: value.clone(),
            });
        }
    }
    let mut changes = changes(declaration, &differences, None);
    for change in &mut changes {
        change.forces_replacement = false;
    }
    changes
}

/// The changes that a plan shows of these differences. `applied` is what was applied last.
pub(super) fn changes(
    declaration: &Declaration,
    differences: &[Difference],
    applied: Option<&Json>,
) -> Vec<PropertyChange> {
    let change = |difference: &Difference| {
        let sensitive = declaration.facts.sensitive.iter();
        let mut hide = sensitive.filter(|pattern| json::at_or_below(pattern, &difference.path));
        let hidden = hide.next().is_some();
        let value = |value: &Json| match value {
            Json::Null => Json::Null,
            _ if hidden => serde_json::json!({"sensitive": true}),
            value => mask_inside(declaration, &difference.path, value),
        };
        let Difference {
            path,
            before,
            after,
        } = difference;
        let applied = applied.and_then(|applied| json::get(applied, path));
        PropertyChange {
            path: difference.pointer(),
            before: value(&said::of(before, after, applied)),
            after: value(after),
            forces_replacement: replace::is_forced(declaration, difference),
            // In the second of two steps, what stands in has the same marker.
            made_anew: before == after && !reference::is_unknown(before),
            drifted: false,
        }
    };
    differences.iter().map(change).collect()
}

/// Hides what is sensitive further down in a value.
fn mask_inside(declaration: &Declaration, path: &[String], value: &Json) -> Json {
    let mut masked = value.clone();
    for pattern in declaration.facts.sensitive {
        let parts: Vec<&str> = pattern.split('/').collect();
        let prefix_fits = parts.len() > path.len()
            && path
                .iter()
                .zip(&parts)
                .all(|(part, wanted)| *wanted == "*" || wanted == part);
        if prefix_fits {
            mask(&mut masked, &parts[path.len()..]);
        }
    }
    masked
}

/// Hides what stands at `path`, where `*` is any member.
pub(crate) fn mask(value: &mut Json, path: &[&str]) {
    replace_at(value, path, &|_| serde_json::json!({"sensitive": true}));
}

/// Puts something else in the place of what stands at `path`, where `*` is any member.
pub(super) fn replace_at(value: &mut Json, path: &[&str], with: &dyn Fn(&Json) -> Json) {
    let Some((first, rest)) = path.split_first() else {
        *value = with(value);
        return;
    };
    let all = |inner: &mut Json| replace_at(inner, rest, with);
    match value {
        Json::Object(map) if *first == "*" => map.values_mut().for_each(all),
        Json::Object(map) => {
            if let Some(inner) = map.get_mut(*first) {
                replace_at(inner, rest, with);
            }
        }
        Json::Array(items) if *first == "*" => items.iter_mut().for_each(all),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use jeancloud_model::Address;

    use super::super::{Basis, Goal, PlanInput, SavedPlan, mask, plan, testing};
    use crate::{provider::Account, state::State};

    /// What is found again is written down as if it had been applied.
    #[test]
    fn a_secret_that_is_found_without_the_state_is_not_written_down() {
        let stack = testing::site("hunter2-hunter2");
        let (_, observed) = testing::applied(&stack);
        let input = PlanInput {
            view: &stack.view(),
            state: &State::empty("test"),
            observed: &observed,
        };
        let (plan, _) = plan(input).expect("it can be planned");
        let found = format!("{:?}", plan.found);
        assert!(found.contains("sensitive"), "{found}");
        assert!(!found.contains("hunter2"), "{found}");
    }

    #[test]
    fn a_secret_is_in_no_plan_no_drift_and_no_file_and_its_change_is_still_seen() {
        let (mut state, observed) = testing::applied(&testing::site("hunter2-hunter2"));
        let record = state.resources.get_mut(&Address::new("global/site"));
        let record = &mut record.expect("it was applied").properties;
        let path = "DistributionConfig/Origins/*/OriginCustomHeaders/*/HeaderValue";
        mask(record, &path.split('/').collect::<Vec<_>>());
        for (secret, changes) in [("hunter2-hunter2", 0), ("swordfish-swordfish", 1)] {
            let stack = testing::site(secret);
            let (view, state, observed) = (&stack.view(), &state, &observed);
            let input = PlanInput {
                view,
                state,
                observed,
            };
            let (plan, report) = plan(input).expect("it can be planned");
            assert_eq!((plan.actions.len(), report.drift.len()), (changes, 0));
            let account = &Account {
                partition: "aws".into(),
                id: "123456789012".into(),
                endpoint: None,
            };
            let goal = &Goal::stack();
            let basis = Basis {
                view,
                state,
                observed,
                account,
                goal,
            };
            let saved = SavedPlan::new(&plan, basis).expect("AWS was asked");
            let file = serde_json::to_string(&saved).expect("it is JSON");
            let shown = format!("{} {report:?} {stack:?} {file}", plan.to_json());
            assert!(
                !shown.contains("hunter2") && !shown.contains("swordfish"),
                "{shown}"
            );
            // Another secret in the program is another program.
            let other = testing::site("something else");
            let basis = Basis {
                view: &other.view(),
                ..basis
            };
            let moved = saved.moved(&plan, basis)[0].to_string();
            let sensitive = r#"{"sensitive":true} → {"sensitive":true}"#;
            assert!(moved.ends_with(sensitive), "{moved}");
        }
    }
}
