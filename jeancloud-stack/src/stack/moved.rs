//! [`Moved`]: a renaming, and where it takes an address.

use std::panic::Location;

use jeancloud_model::Address;

/// A renaming, as declared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moved {
    pub(crate) from: Address,
    pub(crate) to: Address,
    /// The line that declared it.
    pub(crate) at: &'static Location<'static>,
}

impl Moved {
    /// Where what is at `address` goes, if it is at `from` or below it, or is a rule that names what is.
    pub(crate) fn of(&self, address: Address) -> Option<Address> {
        exchanged(address, self.from, self.to)
    }

    /// Where what is at `address` came from, if it is at `to` or below it, or is a rule that names what is.
    pub(crate) fn back(&self, address: Address) -> Option<Address> {
        exchanged(address, self.to, self.from)
    }
}

/// The address with another name in it: where it begins, and where it is a rule's, which `scope.allow`
/// calls by both its sides.
fn exchanged(address: Address, name: Address, other: Address) -> Option<Address> {
    let begun = beginning(address.as_str(), name.as_str(), other.as_str());
    let begun = begun.map(|text| Address::new(&text));
    let ended = peer(begun.unwrap_or(address), name, other);
    ended.or(begun)
}

/// The text with another beginning, if it is `name` or below it.
fn beginning(text: &str, name: &str, other: &str) -> Option<String> {
    let rest = text.strip_prefix(name)?;
    let whole = rest.is_empty() || rest.starts_with('/');
    whole.then(|| format!("{other}{rest}"))
}

/// The address with another peer, if it is a rule's whose peer is `name` or below it: by its name in the
/// scope of the rule's group or, of another scope, by its address.
fn peer(rule: Address, name: Address, other: Address) -> Option<Address> {
    let ways = [("/ingress/", "-from-"), ("/egress/", "-to-")];
    let (group, way, traffic, between, peer) = ways.iter().find_map(|(way, between)| {
        let (group, rest) = rule.as_str().rsplit_once(way)?;
        let (traffic, peer) = rest.split_once(between)?;
        Some((group, way, traffic, between, peer))
    })?;
    // A scope is no peer, and peers in the rule's own scope are called without it.
    if !name.as_str().contains('/') && !peer.contains('/') {
        return None;
    }
    let in_scope = |address: Address| match address.as_str().split_once('/') {
        Some((scope, name)) if scope == rule.scope() => name,
        _ => address.as_str(),
    };
    let peer = beginning(peer, in_scope(name), in_scope(other))?;
    Some(Address::new(&format!(
        "{group}{way}{traffic}{between}{peer}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes(from: &str, to: &str, address: &str) -> Option<&'static str> {
        let moved = Moved {
            from: Address::new(from),
            to: Address::new(to),
            at: Location::caller(),
        };
        let there = moved.of(Address::new(address))?;
        // And the way back is the same.
        assert_eq!(moved.back(there), Some(Address::new(address)));
        Some(there.as_str())
    }

    #[test]
    fn what_is_below_comes_along() {
        assert_eq!(goes("a/b", "a/c", "a/b"), Some("a/c"));
        assert_eq!(goes("a/b", "a/c", "a/b/d"), Some("a/c/d"));
        assert_eq!(goes("a/b", "a/c", "a/bd"), None);
        assert_eq!(goes("a", "e", "a/b/d"), Some("e/b/d"));
    }

    #[test]
    fn rules_that_name_it_come_along() {
        let rule = "a/alb/egress/tcp-80-to-ecs";
        assert_eq!(
            goes("a/ecs", "a/tasks", rule),
            Some("a/alb/egress/tcp-80-to-tasks")
        );
        assert_eq!(goes("a/ec", "a/tasks", rule), None);
        assert_eq!(
            goes("a/web", "a/www", "a/web/ingress/all-from-web"),
            Some("a/www/ingress/all-from-www"),
            "both sides at once"
        );
        assert_eq!(
            goes("a/web", "a/www", "a/db/ingress/tcp-5432-from-web/tasks"),
            Some("a/db/ingress/tcp-5432-from-www/tasks"),
            "the peer is in a component"
        );
        assert_eq!(
            goes("b/web", "b/www", "a/db/ingress/tcp-5432-from-b/web"),
            Some("a/db/ingress/tcp-5432-from-b/www"),
            "the peer is in another scope"
        );
    }

    #[test]
    fn a_scope_of_another_name_leaves_the_peers_in_it_alone() {
        let rule = "a/alb/egress/tcp-80-to-ecs";
        assert_eq!(goes("a", "b", rule), Some("b/alb/egress/tcp-80-to-ecs"));
        assert_eq!(goes("ecs", "eks", rule), None);
    }
}
