//! One change of a plan: its name and what is to be seen of it.

use jeancloud_stack::plan::name_of;
use serde_json::Value as Json;

use super::{
    structure,
    style::{CREATE, DELETE, paint},
    value::{Shown, Values},
};

/// What a change is to a person. A value that is new gets a sign where `signed`.
pub(crate) fn shown(before: &Json, after: &Json, values: Values<'_>, signed: bool) -> Shown {
    match (before, after) {
        (Json::Null, after) if signed => {
            structure::signed(after, values, &paint(CREATE, "+").to_string())
        }
        (Json::Null, after) => values.show(after),
        (before, Json::Null) => structure::signed(before, values, &paint(DELETE, "-").to_string()),
        (before, after) => structure::shown(before, after, values),
    }
}

/// A pointer (RFC 6901) as a person reads it: `/Tags/team~1owner` is `Tags/team/owner`.
pub(crate) fn name(path: &str) -> String {
    path.trim_start_matches('/')
        .replace("~1", "/")
        .replace("~0", "~")
}

/// The same, with the members of lists called by what names them in `properties`:
/// `/ContainerDefinitions/0/Image` is `ContainerDefinitions/web/Image`.
pub(crate) fn name_in(path: &str, properties: &Json) -> String {
    let mut here = Some(properties);
    let mut parts = Vec::new();
    for part in path.split('/').skip(1) {
        let list = here.and_then(Json::as_array);
        let member = list.and_then(|list| list.get(part.parse::<usize>().ok()?));
        here = match member {
            Some(member) => Some(member),
            None => here.and_then(|here| here.get(name(part))),
        };
        let called = member.and_then(name_of);
        parts.push(called.map_or_else(|| name(part), str::to_owned));
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        assert_eq!(name("/Tags/team~1owner~0"), "Tags/team/owner~");
    }

    #[test]
    fn members_of_lists_are_called_by_their_name() {
        let properties = json!({"Containers": [{"Name": "web", "Image": "a"}], "Ports": [80]});
        let named = |path: &str| name_in(path, &properties);
        assert_eq!(named("/Containers/0/Image"), "Containers/web/Image");
        assert_eq!(named("/Containers/1/Image"), "Containers/1/Image");
        assert_eq!(
            (named("/Ports/0"), named("/Tags/a~1b")),
            ("Ports/0".into(), "Tags/a/b".into())
        );
    }
}
