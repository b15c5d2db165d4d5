//! Comparisons, one rule of AWS or of ours a test.

use serde_json::json;

use super::{super::defaults::with_defaults, *};

const FACTS: Facts = Facts {
    unordered: &["Subnets", "Rules"],
    keyed: &[("Attributes", "Key")],
    write_only: &["Password"],
    defaults: &[
        ("Size", "1"),
        ("Flag", "false"),
        ("Attributes/idle", "\"60\""),
        ("Parts/*/Check", "null"),
    ],
    ..Facts::DEFAULT
};

fn changes(desired: Json, applied: Option<Json>, observed: Json) -> Vec<(String, Json, Json)> {
    let comparison = Comparison {
        facts: &FACTS,
        desired: &desired,
        applied: applied.as_ref(),
        observed: &observed,
        moved: &[],
    };
    let found = comparison.differences().found;
    found
        .into_iter()
        .map(|d| (d.pointer(), d.before, d.after))
        .collect()
}

fn none() -> Vec<(String, Json, Json)> {
    vec![]
}

#[test]
fn what_the_author_never_set_is_awss_business() {
    assert_eq!(
        changes(json!({"Size": 2}), None, json!({"Size": 2, "Other": true})),
        none()
    );
    assert_eq!(
        changes(json!({"A": {"B": 1}}), None, json!({"A": {"B": 1, "C": 2}})),
        none()
    );
}

#[test]
fn a_set_value_that_differs_is_a_change() {
    let change = ("/A/B".to_owned(), json!(2), json!(1));
    assert_eq!(
        changes(json!({"A": {"B": 1}}), None, json!({"A": {"B": 2}})),
        [change]
    );
}

#[test]
fn what_a_member_of_an_ordered_list_loses_is_a_change() {
    let parts = json!({"Parts": [{"Name": "a"}, {"Name": "b", "Check": {"Every": 5}}]});
    assert_eq!(
        changes(
            json!({"Parts": [{"Name": "a"}, {"Name": "b"}]}),
            Some(parts.clone()),
            parts
        ),
        [(
            "/Parts/1/Check".to_owned(),
            json!({"Every": 5}),
            json!(null)
        )]
    );
}

#[test]
fn members_that_change_places_are_a_change_of_their_list_and_not_of_their_contents() {
    let [a, b] = [
        json!({"Name": "a", "Check": {"Every": 5}}),
        json!({"Name": "b"}),
    ];
    let (old, new) = (json!({"Parts": [a, b]}), json!({"Parts": [b, a]}));
    let change = (
        "/Parts".to_owned(),
        old["Parts"].clone(),
        new["Parts"].clone(),
    );
    assert_eq!(changes(new, Some(old.clone()), old), [change]);
}

#[test]
fn what_a_member_of_a_list_without_an_order_loses_is_a_change_of_the_list() {
    let rules = json!({"Rules": [{"Name": "a", "Days": 5}, {"Name": "b"}]});
    let less = json!({"Rules": [{"Name": "b"}, {"Name": "a"}]});
    let found = changes(less.clone(), Some(rules.clone()), rules.clone());
    assert_eq!(
        found,
        [(
            "/Rules".to_owned(),
            rules["Rules"].clone(),
            less["Rules"].clone()
        )]
    );
    // Somebody took it away in AWS already; or it is AWS's own, which the author never said.
    assert_eq!(changes(less.clone(), Some(rules), less.clone()), none());
    let own = json!({"Rules": [{"Name": "a", "Days": 5}, {"Name": "b", "Days": 1}]});
    assert_eq!(changes(less.clone(), Some(less), own), none());
}

#[test]
fn what_aws_moved_to_where_the_author_wants_it_is_no_change() {
    let differences = |desired: u32, observed: u32| {
        let (desired, applied) = (json!({"Count": desired}), json!({"Count": 1}));
        let comparison = Comparison {
            facts: &Facts::DEFAULT,
            desired: &desired,
            applied: Some(&applied),
            observed: &json!({"Count": observed}),
            moved: &["Count"],
        };
        comparison.differences().found
    };
    assert!(differences(1, 5).is_empty(), "moved on the author's behalf");
    assert!(differences(5, 5).is_empty());
    assert_eq!(differences(3, 5)[0].before, json!(5), "what AWS has");
}

#[test]
fn an_object_that_is_removed_goes_back_member_by_member() {
    const MATCHER: Facts = Facts {
        defaults: &[("Matcher/Code", "200")],
        ..Facts::DEFAULT
    };
    let applied = json!({"Matcher": {"Code": 404, "Other": 1}});
    let comparison = Comparison {
        facts: &MATCHER,
        desired: &json!({}),
        applied: Some(&applied),
        observed: &applied,
        moved: &[],
    };
    let Differences { found, staying } = comparison.differences();
    let found: Vec<_> = found.iter().map(Difference::pointer).collect();
    assert_eq!(
        (found, staying),
        (
            vec!["/Matcher/Code".to_owned()],
            vec!["Matcher/Other".to_owned()]
        )
    );
}

#[test]
fn a_removed_value_goes_back_to_the_default_or_stays() {
    let change = ("/Size".to_owned(), json!(5), json!(1));
    assert_eq!(
        changes(json!({}), Some(json!({"Size": 5})), json!({"Size": 5})),
        [change]
    );
    assert_eq!(
        changes(json!({}), Some(json!({"Size": 5})), json!({"Size": 1})),
        none()
    );
    let (desired, applied, observed) = (json!({}), json!({"Other": 5}), json!({"Other": 5}));
    let comparison = Comparison {
        facts: &FACTS,
        desired: &desired,
        applied: Some(&applied),
        observed: &observed,
        moved: &[],
    };
    assert_eq!(comparison.differences().staying, ["Other"]);
}

#[test]
fn tags_are_compared_by_key_and_strangers_left_alone() {
    let tag = |key: &str, value: &str| json!({"Key": key, "Value": value});
    let found = changes(
        json!({"Tags": [tag("Name", "new")]}),
        Some(json!({"Tags": [tag("Name", "old"), tag("gone", "x")]})),
        json!({"Tags": [tag("Name", "old"), tag("gone", "x"), tag("stranger", "y")]}),
    );
    let expected = [
        ("/Tags/Name".to_owned(), json!("old"), json!("new")),
        ("/Tags/gone".to_owned(), json!("x"), Json::Null),
    ];
    assert_eq!(found, expected);
}

#[test]
fn settings_are_compared_by_key_and_cleared_to_their_default() {
    let setting = |value: &str| json!({"Attributes": [{"Key": "idle", "Value": value}]});
    assert_eq!(changes(setting("60"), None, setting("60")), none());
    let found = changes(json!({}), Some(setting("90")), setting("90"));
    assert_eq!(
        found,
        [("/Attributes/idle".to_owned(), json!("90"), json!("60"))]
    );
}

#[test]
fn order_counts_where_aws_keeps_it() {
    assert_eq!(
        changes(
            json!({"Subnets": ["a", "b"]}),
            None,
            json!({"Subnets": ["b", "a"]})
        ),
        none()
    );
    assert_eq!(
        changes(
            json!({"Rules": [{"A": 1}]}),
            None,
            json!({"Rules": [{"A": 1, "B": 2}]})
        ),
        none()
    );
    assert_eq!(
        changes(
            json!({"List": ["a", "b"]}),
            None,
            json!({"List": ["b", "a"]})
        )
        .len(),
        2
    );
}

#[test]
fn a_policys_statements_have_no_order_and_say_all_they_mean() {
    let [a, b] = [
        json!({"Sid": "A", "Action": "x"}),
        json!({"Sid": "B", "Action": "y"}),
    ];
    let policy = |statements: [&Json; 2]| json!({"Policy": {"Statement": statements}});
    let both = policy([&a, &b]);
    let turned = policy([&b, &a]);
    assert_eq!(
        changes(both.clone(), Some(both.clone()), turned.clone()),
        none()
    );
    assert_eq!(changes(both.clone(), Some(turned.clone()), turned), none());
    // One that has a condition is another one, wherever it stands.
    let bound = json!({"Sid": "B", "Action": "y", "Condition": {"Bool": {"z": "true"}}});
    let there = policy([&bound, &a]);
    assert!(!changes(both.clone(), Some(there.clone()), there).is_empty());
    let other = json!({"Sid": "B", "Action": "z"});
    let change = (
        "/Policy/Statement/1/Action".to_owned(),
        json!("y"),
        json!("z"),
    );
    assert_eq!(changes(policy([&a, &other]), None, both), [change]);
}

#[test]
fn no_list_whose_order_aws_does_not_keep_changes_by_its_order() {
    let mut lists = 0;
    for info in jeancloud_model::catalogue::types() {
        for pattern in info.facts.unordered {
            if info.facts.keyed.iter().any(|(keyed, _)| keyed == pattern) {
                continue;
            }
            let around = |list: Json| {
                let parts = pattern.rsplit('/');
                parts.fold(list, |inner, part| match part {
                    "*" => json!([inner]),
                    name => json!({name: inner}),
                })
            };
            // The member of a list is an object, or a text: both have to find their partners.
            for [one, other] in [
                [
                    json!({"Name": "a", "Size": 1}),
                    json!({"Name": "b", "Size": 1}),
                ],
                [json!("a"), json!("b")],
            ] {
                let desired = around(json!([one, other]));
                let observed = around(json!([other, one]));
                let comparison = Comparison {
                    facts: &info.facts,
                    desired: &desired,
                    applied: Some(&desired),
                    observed: &observed,
                    moved: &[],
                };
                let found = comparison.differences().found;
                assert!(found.is_empty(), "{} {pattern}: {found:?}", info.type_name);
            }
            lists += 1;
        }
    }
    assert!(lists > 50, "{lists} lists were looked at");
}

#[test]
fn what_aws_never_tells_is_compared_with_what_was_applied() {
    assert_eq!(changes(json!({"Password": "x"}), None, json!({})), none());
    assert_eq!(
        changes(
            json!({"Password": "x"}),
            Some(json!({"Password": "x"})),
            json!({})
        ),
        none()
    );
    assert_eq!(
        changes(
            json!({"Password": "y"}),
            Some(json!({"Password": "x"})),
            json!({})
        )
        .len(),
        1
    );
}

#[test]
fn numbers_and_texts_of_them_are_one() {
    assert_eq!(
        changes(json!({"Port": "80"}), None, json!({"Port": 80})),
        none()
    );
    assert_eq!(changes(json!({"Flag": false}), None, json!({})), none());
    assert_eq!(changes(json!({"Flag": true}), None, json!({})).len(), 1);
}

#[test]
fn defaults_of_removed_values_are_sent() {
    let differences = [Difference {
        path: vec!["A".into(), "B".into()],
        before: json!(1),
        after: json!(0),
    }];
    assert_eq!(
        with_defaults(&FACTS, &json!({"C": 1}), &differences),
        json!({"A": {"B": 0}, "C": 1})
    );
}

#[test]
fn a_switch_is_found_in_a_keyed_list() {
    let on = json!({"Attributes": [{"Key": "protect", "Value": "true"}], "Flag": true});
    assert!(is_on(&FACTS, &on, "Attributes/protect"));
    assert!(is_on(&FACTS, &on, "Flag"));
    let off = json!({"Attributes": [{"Key": "protect", "Value": "false"}]});
    assert!(!is_on(&FACTS, &off, "Attributes/protect"));
    assert!(!is_on(&FACTS, &off, "Flag"));
}

#[test]
fn defaults_of_removed_settings_are_sent_in_their_list() {
    let differences = [Difference {
        path: vec!["Attributes".into(), "idle".into()],
        before: json!("90"),
        after: json!("60"),
    }];
    let idle = json!({"Key": "idle", "Value": "60"});
    let whole = with_defaults(&FACTS, &json!({}), &differences);
    assert_eq!(whole, json!({"Attributes": [idle]}));
    let other = json!({"Key": "other", "Value": "1"});
    let beside = with_defaults(&FACTS, &json!({"Attributes": [other]}), &differences);
    assert_eq!(beside, json!({"Attributes": [other, idle]}));
}
