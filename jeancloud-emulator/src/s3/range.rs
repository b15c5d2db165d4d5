//! Parts of objects.

use std::ops::Range;

/// What `bytes=…` asks for of so many bytes: nothing if it isn't understood, an error if there are
/// no such bytes.
///
/// RFC 9110, 14.1.2; several ranges at once are not supported by S3.
pub(super) fn of(header: &str, length: usize) -> Option<Result<Range<usize>, ()>> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (first, last) {
        ("", last) => length.saturating_sub(last.parse().ok()?)..length,
        (first, "") => first.parse().ok()?..length,
        (first, last) => {
            let last: usize = last.parse().ok()?;
            first.parse().ok()?..last.saturating_add(1).min(length)
        }
    };
    Some(if range.is_empty() { Err(()) } else { Ok(range) })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn ranges_count_from_both_ends() {
        assert_eq!(of("bytes=0-4", 10), Some(Ok(0..5)));
        assert_eq!(of("bytes=5-", 10), Some(Ok(5..10)));
        assert_eq!(of("bytes=-3", 10), Some(Ok(7..10)));
        assert_eq!(of("bytes=8-99", 10), Some(Ok(8..10)));
        assert_eq!(of("bytes=10-", 10), Some(Err(())));
        assert_eq!(of("bytes=5-2", 10), Some(Err(())));
        assert_eq!(of("bytes=x", 10), None);
    }
}
