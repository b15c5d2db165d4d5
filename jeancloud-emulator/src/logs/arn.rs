//! ARNs of log groups: their end has two spellings.

/// The name in `arn:aws:logs:REGION:ACCOUNT:log-group:NAME`, with `:*` after it or without; a name
/// is its own.
pub(super) fn name_of(identifier: &str) -> &str {
    let name = match identifier.split_once(":log-group:") {
        Some((_, name)) => name,
        None => identifier,
    };
    name.strip_suffix(":*").unwrap_or(name)
}
