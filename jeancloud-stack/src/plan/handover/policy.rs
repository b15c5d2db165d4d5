//! Policies while a name is handed over: they allow the new one what is declared, and the old ones what
//! they were allowed.

use std::collections::BTreeSet;

use serde_json::Value as Json;

/// A policy that also allows what another one allows the old ones; `None`: nothing, or it is no policy.
pub(super) fn both(before: &Json, after: &Json, old: &BTreeSet<String>) -> Option<Json> {
    let wanted = after["Statement"].as_array()?;
    let sids: BTreeSet<&str> = wanted.iter().filter_map(|it| it["Sid"].as_str()).collect();
    let about = |it: &&Json| it["Effect"] == "Allow" && names(it, old);
    let kept = before["Statement"].as_array()?.iter().filter(about);
    let kept = kept.filter(|it| !wanted.contains(it)).cloned();
    let kept: Vec<Json> = kept
        .map(|mut statement| {
            // A policy has each identifier once.
            if statement["Sid"]
                .as_str()
                .is_some_and(|it| sids.contains(it))
            {
                statement.as_object_mut()?.remove("Sid");
            }
            Some(statement)
        })
        .collect::<Option<_>>()?;
    if kept.is_empty() {
        return None;
    }
    let mut both = after.clone();
    both["Statement"].as_array_mut()?.extend(kept);
    Some(both)
}

/// Whether a text in it names one of `these`.
fn names(value: &Json, these: &BTreeSet<String>) -> bool {
    match value {
        Json::String(text) => these.iter().any(|it| text.contains(it.as_str())),
        Json::Array(items) => items.iter().any(|item| names(item, these)),
        Json::Object(members) => members.values().any(|member| names(member, these)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        iam::{Principal, Statement},
        text,
    };
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_allows_the_old_one_something_is_kept() {
        let old = BTreeSet::from(["old".to_owned()]);
        let policy = |statements: Vec<Statement>| {
            let statements: Vec<Json> = statements
                .into_iter()
                .map(|it| serde_json::to_value(it).expect("it serialises"))
                .collect();
            json!({"Version": "2012-10-17", "Statement": statements})
        };
        let allow = |whom: &str| {
            let principal = Principal::service("cloudfront.amazonaws.com");
            let statement = Statement::allow("s3:GetObject").principal(principal);
            statement.on(text!("{}/*", whom.to_owned()))
        };
        let deny = |whom: &str| {
            let principal = Principal::service("cloudfront.amazonaws.com");
            let statement = Statement::deny("s3:GetObject").principal(principal);
            statement.on(text!("{}/*", whom.to_owned()))
        };
        let after = policy(vec![allow("new")]);
        let kept = |before: Vec<Statement>| both(&policy(before), &after, &old);
        assert_eq!(kept(vec![allow("other"), deny("old")]), None);
        let both = policy(vec![allow("new"), allow("old")]);
        assert_eq!(kept(vec![allow("other"), allow("old")]), Some(both));
        assert_eq!(super::both(&json!("a"), &json!("b"), &old), None);
    }
}
