//! The macros that write types of values: texts with a rule, ids, and choices.

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

        $crate::shown_as_text!($name);

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

        $crate::shown_as_text!($name);

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

        $crate::shaped_as_value!($name);

        impl $crate::text::Hole for $name {
            fn hole(&self) -> $crate::text::Piece {
                $crate::text::Piece::Known(self.as_str().to_owned())
            }
        }
    )*};
}

/// What every type that wraps a text can do: be shown, and stand in other texts.
#[doc(hidden)]
#[macro_export]
macro_rules! shown_as_text {
    ($name:ident) => {
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
    };
}
