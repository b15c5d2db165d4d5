//! What stands in the way of a creating call: something of the same name, ours or somebody's.

use jeancloud_stack::provider::{ErrorKind, Ownership, ProviderError};

use crate::handler::Result;

/// Whether what AWS says is there already is ours: then an earlier call made it, whose answer was
/// lost. Otherwise the error says whose it is; it is never touched.
pub(crate) fn ours<'t>(
    refused: ProviderError,
    what: &str,
    ownership: &Ownership,
    tags: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Result<()> {
    let owner = Ownership::from_tags(tags);
    let holder = match &owner {
        Some(owner) if is_same(owner, ownership) => return Ok(()),
        Some(owner) => format!("it is {} of the stack {}", owner.address, owner.stack),
        None => "nobody's tags are on it".to_owned(),
    };
    Err(ProviderError {
        kind: ErrorKind::Conflict,
        message: format!("{what} exists already, and {holder}"),
        hint: Some(way_out(owner.as_ref(), ownership)),
        ..refused
    })
}

fn is_same(owner: &Ownership, other: &Ownership) -> bool {
    owner.stack == other.stack && owner.address == other.address
}

/// What to do about a name that something has which is not `wanted`: whose it is decides.
pub(crate) fn way_out(owner: Option<&Ownership>, wanted: &Ownership) -> String {
    let other = match owner {
        None => tags_that_give_it(wanted),
        // An older one of the same resource.
        Some(owner) if is_same(owner, wanted) => return "choose another name".to_owned(),
        Some(owner) if owner.stack == wanted.stack => {
            let (from, to) = (owner.address, wanted.address);
            format!("or, if that is this one, say `stack.moved(\"{from}\", \"{to}\")`")
        }
        Some(owner) => {
            let address = owner.address;
            format!("or let that stack go of it first: `state forget {address}` there")
        }
    };
    format!("choose another name; {other}")
}

/// How something that nobody's tags are on is made this resource, as a fragment of a hint.
pub(crate) fn tags_that_give_it(ownership: &Ownership) -> String {
    let [stack, address, generation] = ownership
        .tags()
        .map(|(key, value)| format!("{key}={value}"));
    format!("to take it over, give it the tags {stack}, {address} and {generation}")
}

/// The name that the planner put where the author gave none.
pub(crate) fn name<'n, T>(
    name: Option<&'n jeancloud_model::Input<T>>,
    property: &str,
) -> Result<&'n T> {
    name.map(jeancloud_model::Input::value).ok_or_else(|| {
        let message = format!("{property} is neither set nor generated");
        ProviderError::new(ErrorKind::Invalid, "", message)
    })
}

#[cfg(test)]
mod tests {
    use jeancloud_model::Address;
    use jeancloud_stack::provider::Marks;

    use super::*;

    #[test]
    fn what_another_stack_made_is_named_and_refused() {
        let mine = |stack: &str| Ownership {
            stack: stack.to_owned(),
            address: Address::new("global/role"),
            generation: 1,
            marks: Marks::default(),
        };
        let refused = || ProviderError::new(ErrorKind::Conflict, "CreateRole", "it exists");
        let tags = mine("one").tags();
        let tags = || tags.iter().map(|(key, value)| (*key, value.as_str()));
        assert!(ours(refused(), "the role x", &mine("one"), tags()).is_ok());
        let error = ours(refused(), "the role x", &mine("two"), tags()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "CreateRole: the role x exists already, and it is global/role of the stack one"
        );
        assert_eq!(
            error.hint.unwrap_or_default(),
            "choose another name; or let that stack go of it first: `state forget global/role` there"
        );
        let nobodys = ours(refused(), "the role x", &mine("one"), []).unwrap_err();
        let hint = nobodys.hint.unwrap_or_default();
        assert!(hint.contains("give it the tags"), "{hint}");
        let elsewhere = Ownership {
            address: Address::new("global/other"),
            ..mine("one")
        };
        let moved = ours(refused(), "the role x", &elsewhere, tags()).unwrap_err();
        let hint = moved.hint.unwrap_or_default();
        assert!(
            hint.contains("stack.moved(\"global/role\", \"global/other\")"),
            "{hint}"
        );
    }
}
