//! [`BucketName`] and [`bucket_name!`](crate::bucket_name!), which checks one when compiling.

use crate::text_value;

text_value! {
    /// The name of a bucket, unique among all accounts of a partition: 3 to 63 lower-case letters,
    /// digits, `-` and `.`, as `jeancloud-frontend`.
    ///
    /// A name with a `.` can't be reached over HTTPS by its own host name, nor be accelerated.
    BucketName {
        rule: "a bucket's name has 3 to 63 lower-case letters, digits, '-' and '.', and begins and ends with a letter or a digit",
        document: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
        check: bucket_name_fault,
    },
}

/// What is wrong with `name` as a bucket's name, if anything: S3's "General purpose bucket naming
/// rules".
pub const fn bucket_name_fault(name: &str) -> Option<&'static str> {
    let text = name.as_bytes();
    if text.len() < 3 || text.len() > 63 {
        return Some("is no bucket name: it has not 3 to 63 characters");
    }
    let (mut at, mut dots, mut letters) = (0, 0, false);
    while at < text.len() {
        match text[at] {
            b'a'..=b'z' => letters = true,
            b'0'..=b'9' => {}
            b'-' => letters = true,
            b'.' if at > 0 && text[at - 1] == b'.' => {
                return Some("is no bucket name: it has two adjacent dots");
            }
            b'.' => dots += 1,
            b'A'..=b'Z' => return Some("is no bucket name: it has a capital letter"),
            _ => {
                return Some(
                    "is no bucket name: only lower-case letters, digits, '-' and '.' may be in it",
                );
            }
        }
        at += 1;
    }
    if !text[0].is_ascii_alphanumeric() || !text[text.len() - 1].is_ascii_alphanumeric() {
        return Some("is no bucket name: it begins or ends with '-' or '.'");
    }
    if dots == 3 && !letters {
        return Some("is no bucket name: it looks like an IP address");
    }
    reserved(text)
}

/// AWS keeps a few beginnings and ends to itself.
const fn reserved(text: &[u8]) -> Option<&'static str> {
    if begins(text, b"xn--") {
        return Some("is no bucket name: the prefix xn-- is reserved");
    }
    if begins(text, b"sthree-") {
        return Some("is no bucket name: the prefix sthree- is reserved");
    }
    if begins(text, b"amzn-s3-demo-") {
        return Some("is no bucket name: the prefix amzn-s3-demo- is reserved");
    }
    if ends(text, b"-s3alias") {
        return Some("is no bucket name: the suffix -s3alias is for access points");
    }
    if ends(text, b"--ol-s3") {
        return Some("is no bucket name: the suffix --ol-s3 is for Object Lambda access points");
    }
    if ends(text, b".mrap") {
        return Some("is no bucket name: the suffix .mrap is for multi-Region access points");
    }
    if ends(text, b"--x-s3") {
        return Some("is no bucket name: the suffix --x-s3 is for directory buckets");
    }
    if ends(text, b"--table-s3") {
        return Some("is no bucket name: the suffix --table-s3 is for table buckets");
    }
    None
}

const fn begins(text: &[u8], prefix: &[u8]) -> bool {
    text.len() >= prefix.len() && same(text, 0, prefix)
}

const fn ends(text: &[u8], suffix: &[u8]) -> bool {
    text.len() >= suffix.len() && same(text, text.len() - suffix.len(), suffix)
}

const fn same(text: &[u8], from: usize, part: &[u8]) -> bool {
    let mut at = 0;
    while at < part.len() {
        if text[from + at] != part[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// A bucket's name, checked when compiling: `bucket_name!("jeancloud-frontend")`.
///
/// ```
/// let name = jeancloud_model::bucket_name!("jeancloud-frontend");
/// assert_eq!(name.as_str(), "jeancloud-frontend");
/// ```
///
/// ```compile_fail
/// jeancloud_model::bucket_name!("JeanCloud");
/// ```
#[macro_export]
macro_rules! bucket_name {
    ($text:literal) => {{
        const NAME: $crate::s3::BucketName = match $crate::s3::bucket_name_fault($text) {
            ::std::option::Option::None => $crate::s3::BucketName::literal($text),
            ::std::option::Option::Some(fault) => ::std::panic!("{}", fault),
        };
        NAME
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules_of_s3() {
        for good in [
            "jeancloud-frontend",
            "a.b.c",
            "123",
            "1.2.3.a",
            "x--s3",
            "192.168.5",
        ] {
            assert_eq!(bucket_name_fault(good), None, "{good}");
        }
        let long = "a".repeat(64);
        for bad in [
            "ab",
            &long,
            "Abc",
            "a_b_c",
            "-abc",
            "abc-",
            ".abc",
            "a..b",
            "192.168.5.4",
            "xn--abc",
            "sthree-abc",
            "amzn-s3-demo-bucket",
            "abc-s3alias",
            "abc--ol-s3",
            "abc.mrap",
            "abc--x-s3",
            "abc--table-s3",
            "café",
        ] {
            assert!(bucket_name_fault(bad).is_some(), "{bad}");
        }
    }
}
