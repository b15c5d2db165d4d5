//! What a property may hold: the [`Value`] trait, and the values that many services share.
//!
//! Text that AWS has a rule for (ids, names, ARNs) is a type of its own, made by [`text_value!`].
//! A builder takes any text for it; the rule is asked by the stack's check, so that all mistakes
//! show at once, and by a literal macro ([`bucket_name!`](crate::bucket_name!)) when compiling.
//! What has only a few forms is an enum, made by [`choice!`].

mod cidr;
mod number;

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

pub use cidr::{Cidr, Ipv6Cidr};
pub use number::{Bounded, Port};

use crate::{Input, Tags, Text};

/// A type that a property may have.
///
/// Implemented per type, so that a handle can never be taken for one.
pub trait Value:
    Serialize + DeserializeOwned + Clone + fmt::Debug + PartialEq + Send + Sync + 'static
{
    /// Its name, for messages.
    const NAME: &'static str;

    /// AWS's rule for such a value, asked of a value that is known.
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

/// A value that AWS would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong, as a lower-case fragment.
    pub wrong: String,
    /// AWS's rule.
    pub rule: &'static str,
    /// A way out, where one can be named.
    pub hint: Option<String>,
    /// Where AWS documents the rule.
    pub document: Option<&'static str>,
}

impl Invalid {
    /// A value that breaks `rule`.
    pub fn new(wrong: impl Into<String>, rule: &'static str) -> Self {
        Self {
            wrong: wrong.into(),
            rule,
            hint: None,
            document: None,
        }
    }

    /// With a way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With the AWS document that states the rule.
    #[must_use]
    pub fn document(mut self, document: &'static str) -> Self {
        self.document = Some(document);
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.wrong, self.rule)
    }
}

impl std::error::Error for Invalid {}

/// Anything that holds values: reports each known value that AWS would refuse, with its path.
///
/// The macros implement it; a check walks a resource with it.
pub trait Checked {
    /// Calls `found` with the path (`/Tags/0/Value`) and the fault of every bad value under `path`.
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid));
}

impl<T: Value> Checked for Input<T> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        if let Some(Err(invalid)) = self.known().map(Value::check) {
            found(path, invalid);
        }
    }
}

impl<C: Checked> Checked for Option<C> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        if let Some(inner) = self {
            inner.check_values(path, found);
        }
    }
}

impl<C: Checked> Checked for Box<C> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        (**self).check_values(path, found);
    }
}

impl<C: Checked> Checked for Vec<C> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        for (index, inner) in self.iter().enumerate() {
            inner.check_values(&format!("{path}/{index}"), found);
        }
    }
}

impl<C: Checked> Checked for std::collections::BTreeMap<String, C> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        for (key, inner) in self {
            inner.check_values(&format!("{path}/{key}"), found);
        }
    }
}

macro_rules! unchecked {
    ($($type:ty),*) => {$(
        impl Checked for $type {
            fn check_values(&self, _: &str, _: &mut dyn FnMut(&str, Invalid)) {}
        }
    )*};
}
unchecked!(
    bool,
    u16,
    u32,
    u64,
    i32,
    i64,
    f64,
    String,
    Text,
    serde_json::Value
);

impl Checked for Tags {
    /// AWS's "Tag naming limits and requirements".
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        const DOCUMENT: &str = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html";
        // Three of AWS's fifty are jeancloud's: stack, address and generation.
        const MOST: usize = 47;
        let mut report = |path: &str, wrong: String, rule| {
            found(path, Invalid::new(wrong, rule).document(DOCUMENT));
        };
        if self.len() > MOST {
            let wrong = format!("has {} tags", self.len());
            report(
                path,
                wrong,
                "a resource has at most 50 tags, of which jeancloud writes 3",
            );
        }
        for (key, value) in self.iter() {
            let at = format!("{path}/{key}");
            if key.is_empty() || key.chars().count() > 128 {
                let wrong = format!("the tag key `{key}` has {} characters", key.chars().count());
                report(&at, wrong, "a tag key has 1 to 128 characters");
            }
            if key.to_ascii_lowercase().starts_with("aws:") {
                let wrong = format!("the tag key `{key}` begins with aws:");
                report(&at, wrong, "the prefix aws: is reserved for AWS");
            }
            if key.starts_with("jeancloud:") {
                let wrong = format!("the tag key `{key}` begins with jeancloud:");
                report(
                    &at,
                    wrong,
                    "the prefix jeancloud: marks what jeancloud owns",
                );
            }
            let allowed = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
            for (what, text) in [("key", Some(key)), ("value", value.as_known())] {
                if let Some(bad) = text.and_then(|text| text.chars().find(|c| !allowed(*c))) {
                    let wrong = format!("the tag {what} of `{key}` holds {bad:?}");
                    report(
                        &at,
                        wrong,
                        "tags hold letters, digits, spaces and _ . : / = + - @",
                    );
                }
            }
            if let Some(long) = value.as_known().filter(|text| text.chars().count() > 256) {
                let wrong = format!(
                    "the value of `{key}` has {} characters",
                    long.chars().count()
                );
                report(&at, wrong, "a tag value has at most 256 characters");
            }
        }
    }
}

macro_rules! plain_values {
    ($($type:ty = $name:literal),*) => {$(
        impl Value for $type {
            const NAME: &'static str = $name;
        }
    )*};
}
plain_values!(
    bool = "bool",
    u16 = "u16",
    u32 = "u32",
    u64 = "u64",
    i32 = "i32",
    i64 = "i64",
    f64 = "f64"
);

/// Types for text that AWS has a rule for.
///
/// ```
/// jeancloud_model::text_value! {
///     /// The name of a thing: 1 to 4 characters.
///     ThingName {
///         rule: "a thing's name has 1 to 4 characters",
///         document: "https://docs.aws.amazon.com/",
///         // what is wrong with the text, if anything
///         check: |text| match text.len() { 1..=4 => None, _ => Some("is too short or too long") },
///     }
/// }
/// use jeancloud_model::Value;
/// assert!(ThingName::new("abc").check().is_ok());
/// assert!(ThingName::new("abcde").check().is_err());
/// ```
///
/// Without a body there is no rule: `text_value! { /** An opaque id. */ ThingId }`.
#[macro_export]
macro_rules! text_value {
    ($($(#[$meta:meta])* $name:ident $({
        rule: $rule:expr,
        document: $document:expr,
        check: $check:expr $(,)?
    })?),* $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, $crate::private::serde::Serialize, $crate::private::serde::Deserialize)]
        #[serde(transparent, crate = "jeancloud_model::private::serde")]
        pub struct $name(::std::borrow::Cow<'static, str>);

        impl $name {
            /// A value with this text. AWS's rule is asked by `check`.
            pub fn new(text: impl Into<::std::borrow::Cow<'static, str>>) -> Self {
                Self(text.into())
            }

            /// A value with this text, in a constant. The literal macros use it.
            pub const fn literal(text: &'static str) -> Self {
                Self(::std::borrow::Cow::Borrowed(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl $crate::text::Hole for $name {
            fn hole(&self) -> $crate::text::Piece {
                $crate::text::Piece::Known(self.0.to_string())
            }
        }

        impl $crate::IntoText for $name {
            fn into_text(self) -> $crate::Text {
                $crate::Text::known(self.0)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::Invalid;

            /// Asks AWS's rule at once: for text that a person gave.
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::Invalid> {
                let value = Self::new(text.to_owned());
                $crate::Value::check(&value)?;
                Ok(value)
            }
        }

        impl $crate::Value for $name {
            const NAME: &'static str = stringify!($name);
            $(
                fn check(&self) -> ::std::result::Result<(), $crate::Invalid> {
                    let check: fn(&str) -> Option<&'static str> = $check;
                    match check(&self.0) {
                        None => Ok(()),
                        Some(wrong) => Err($crate::Invalid::new(format!("`{}` {wrong}", self.0), $rule).document($document)),
                    }
                }
            )?
        }

        #[diagnostic::do_not_recommend]
        impl $crate::IntoInput<$name> for &str {
            fn into_input(self) -> $crate::Input<$name> {
                $crate::Input::Known($name::new(self.to_owned()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl $crate::IntoInput<$name> for &String {
            fn into_input(self) -> $crate::Input<$name> {
                $crate::Input::Known($name::new(self.clone()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl $crate::IntoInput<$name> for String {
            fn into_input(self) -> $crate::Input<$name> {
                $crate::Input::Known($name::new(self))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }
    )*};
}

/// Types for the identifiers that AWS gives: as [`text_value!`], but a plain string does not fit
/// where one is asked for, so that `.vpc_id("vpc-1")` does not compile and `.vpc_id(&vpc)` does.
///
/// `VpcId::new("vpc-0a1b2c3d")` is how to name something that the stack does not declare.
#[macro_export]
macro_rules! id_value {
    ($($(#[$meta:meta])* $name:ident $(starts $prefix:literal)?),* $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, $crate::private::serde::Serialize, $crate::private::serde::Deserialize)]
        #[serde(transparent, crate = "jeancloud_model::private::serde")]
        pub struct $name(::std::borrow::Cow<'static, str>);

        impl $name {
            /// The identifier with this text.
            pub fn new(text: impl Into<::std::borrow::Cow<'static, str>>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl $crate::text::Hole for $name {
            fn hole(&self) -> $crate::text::Piece {
                $crate::text::Piece::Known(self.0.to_string())
            }
        }

        impl $crate::IntoText for $name {
            fn into_text(self) -> $crate::Text {
                $crate::Text::known(self.0)
            }
        }

        impl $crate::Value for $name {
            const NAME: &'static str = stringify!($name);
            $(
                fn check(&self) -> ::std::result::Result<(), $crate::Invalid> {
                    if self.0.starts_with($prefix) {
                        return Ok(());
                    }
                    Err($crate::Invalid::new(
                        format!("`{}` is no {}", self.0, stringify!($name)),
                        concat!("it begins with ", $prefix),
                    ))
                }
            )?
        }
    )*};
}

/// Enums for values of which AWS knows a few.
///
/// ```
/// jeancloud_model::choice! {
///     /// How fast.
///     Speed {
///         /// Slowly.
///         Slow = "slow",
///         /// Quickly.
///         Fast = "fast",
///     }
/// }
/// assert_eq!(Speed::Fast.as_str(), "fast");
/// assert_eq!(Speed::from_aws("slow"), Some(Speed::Slow));
/// ```
#[macro_export]
macro_rules! choice {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, $crate::private::serde::Serialize, $crate::private::serde::Deserialize)]
        #[serde(crate = "jeancloud_model::private::serde")]
        pub enum $name { $($(#[$doc])* #[serde(rename = $text)] $variant),* }

        impl $name {
            /// Every choice.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// As AWS writes it.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            /// The choice that AWS writes so, if it is known here.
            pub fn from_aws(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::Value for $name {
            const NAME: &'static str = stringify!($name);
        }

        impl $crate::Checked for $name {
            fn check_values(&self, _: &str, _: &mut dyn FnMut(&str, $crate::Invalid)) {}
        }

        impl $crate::text::Hole for $name {
            fn hole(&self) -> $crate::text::Piece {
                $crate::text::Piece::Known(self.as_str().to_owned())
            }
        }
    )*};
}

text_value! {
    /// An Amazon Resource Name, as `arn:aws:iam::123456789012:role/name`.
    Arn {
        rule: "an ARN is arn:partition:service:region:account:resource",
        document: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
        check: |text| {
            let parts: Vec<&str> = text.splitn(6, ':').collect();
            let whole = parts.len() == 6 && parts[0] == "arn" && !parts[1].is_empty()
                && !parts[2].is_empty() && !parts[5].is_empty();
            (!whole).then_some("is no ARN")
        },
    },
    /// The twelve digits of an AWS account.
    AccountId {
        rule: "an account's id has twelve digits",
        document: "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html",
        check: |text| {
            let twelve = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
            (!twelve).then_some("is no account id")
        },
    },
    /// A DNS name, without a trailing dot, as `api.example.com`.
    DnsName {
        rule: "a DNS name has labels of 1 to 63 letters, digits, - and _, and 255 characters at most",
        document: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
        check: |text| {
            let text = text.strip_suffix('.').unwrap_or(text);
            if text.is_empty() || text.len() > 255 {
                return Some("has no or too many characters");
            }
            let label = |label: &str| {
                (1..=63).contains(&label.len())
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_*".contains(&b))
                    && !label.starts_with('-') && !label.ends_with('-')
            };
            (!text.split('.').all(label)).then_some("is no DNS name")
        },
    },
}
