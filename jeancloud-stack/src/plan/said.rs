//! What a plan shows of a value that AWS has: what somebody said of it.
//!
//! AWS fills in what nobody set, inside of the members of lists too: a target's weight, an origin's
//! attempts to connect. Where such a list changes, that is no part of the change. It decides nothing:
//! differences are found with all that AWS has.

use jeancloud_model::reference::Marker;
use serde_json::{Map, Value as Json};

use super::json::{is_masked, name_of, same_scalar};

/// `there` without what neither `wanted` nor `applied` mentions. Something in a list that is like
/// nothing in either is whole: somebody put it there.
pub(super) fn of(there: &Json, wanted: &Json, applied: Option<&Json>) -> Json {
    let said = pruned(there, Some(wanted), applied);
    // What is left must still differ.
    match said == *wanted {
        true => there.clone(),
        false => said,
    }
}

fn pruned(there: &Json, wanted: Option<&Json>, applied: Option<&Json>) -> Json {
    match there {
        Json::Object(members) if !is_masked(there) => {
            let said = [wanted, applied].map(|said| said.and_then(Json::as_object));
            match said {
                [None, None] => there.clone(),
                said => Json::Object(mentioned(members, said)),
            }
        }
        Json::Array(items) => {
            let said = [wanted, applied].map(|said| said.and_then(Json::as_array));
            let member = |item: &Json| match said.map(|said| partner(item, said?.as_slice())) {
                [None, None] => item.clone(),
                [wanted, applied] => pruned(item, wanted, applied),
            };
            Json::Array(items.iter().map(member).collect())
        }
        plain => plain.clone(),
    }
}

fn mentioned(
    members: &Map<String, Json>,
    said: [Option<&Map<String, Json>>; 2],
) -> Map<String, Json> {
    let kept = members
        .iter()
        .filter_map(|(name, there)| match said.map(|said| said?.get(name)) {
            [None, None] => None,
            [wanted, applied] => Some((name.clone(), pruned(there, wanted, applied))),
        });
    kept.collect()
}

/// The member of a list that says most of `there`.
fn partner<'j>(there: &Json, said: &'j [Json]) -> Option<&'j Json> {
    let scored = said.iter().map(|one| (alike(there, one), one));
    let scored = scored.filter(|(score, _)| *score > 0);
    // The first of several.
    scored
        .rev()
        .max_by_key(|(score, _)| *score)
        .map(|(_, one)| one)
}

/// How many members of an object are as `said`; none where the two have other names.
fn alike(there: &Json, said: &Json) -> usize {
    if let (Some(one), Some(other)) = (name_of(there), name_of(said))
        && one != other
    {
        return 0;
    }
    let (Some(there), Some(said)) = (there.as_object(), said.as_object()) else {
        return 0;
    };
    let fits =
        |(name, said): &(&String, &Json)| there.get(*name).is_some_and(|there| is_as(there, said));
    said.iter().filter(fits).count()
}

/// Whether everything that is said of it is so, as far as that is known.
fn is_as(there: &Json, said: &Json) -> bool {
    match (there, said) {
        (_, said) if Marker::of(said).is_some() || is_masked(said) => true,
        (Json::Object(there), Json::Object(said)) => said
            .iter()
            .all(|(name, said)| there.get(name).is_some_and(|there| is_as(there, said))),
        (Json::Array(there), Json::Array(said)) => {
            there.len() == said.len()
                && there
                    .iter()
                    .zip(said)
                    .all(|(there, said)| is_as(there, said))
        }
        (there, said) => same_scalar(there, said),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_aws_filled_in_inside_of_a_list_is_no_part_of_a_change() {
        let origin = |id: &str, domain: Json| json!({"Id": id, "DomainName": domain});
        let there = json!([
            {"Id": "a", "DomainName": "a.com", "ConnectionAttempts": 3, "OriginShield": {"Enabled": false}},
            {"Id": "b", "DomainName": "b.com", "ConnectionAttempts": 3},
        ]);
        let unknown = json!({"$output": ["main/site", "DomainName"]});
        let wanted = json!([origin("b", json!("b.com")), origin("a", unknown)]);
        let applied = json!([origin("a", json!("a.com")), origin("b", json!("b.com"))]);
        let expected = json!([origin("a", json!("a.com")), origin("b", json!("b.com"))]);
        assert_eq!(of(&there, &wanted, Some(&applied)), expected);
        assert_eq!(of(&there, &wanted, None), expected);
    }

    #[test]
    fn what_goes_away_is_what_the_author_set_and_what_somebody_put_there_is_whole() {
        let there = json!({"Groups": [{"Arn": "one", "Weight": 1}], "Sticky": {"Enabled": false}});
        let applied = json!({"Groups": [{"Arn": "one"}]});
        assert_eq!(of(&there, &Json::Null, Some(&applied)), applied);
        assert_eq!(of(&there, &Json::Null, None), there);
        let two = json!([{"Arn": "one", "Weight": 1}, {"Arn": "two", "Weight": 1}]);
        let wanted = json!([{"Arn": "one"}]);
        let expected = json!([{"Arn": "one"}, {"Arn": "two", "Weight": 1}]);
        assert_eq!(of(&two, &wanted, Some(&wanted)), expected);
    }

    #[test]
    fn what_the_author_set_and_sets_no_more_is_shown() {
        let there = json!([{"Id": "a", "Attempts": 2, "Timeout": 10}]);
        let applied = json!([{"Id": "a", "Attempts": 2}]);
        let said = of(&there, &json!([{"Id": "a"}]), Some(&applied));
        assert_eq!(said, applied);
    }
}
