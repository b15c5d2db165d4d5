//! [`AllowedMethods`] and [`CachedMethods`]: the sets of HTTP methods that CloudFront knows.

use serde::{Deserialize, Serialize};

use crate::{Checked, Invalid, Value, shaped_as_value};

macro_rules! method_sets {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $methods:expr),* $(,)? })*) => {$(
        $(#[$meta])*
        ///
        /// CloudFormation writes it as a list of methods; other sets than these don't exist.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(into = "Vec<String>", try_from = "Vec<String>")]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// The methods, in CloudFormation's usual order.
            pub const fn methods(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &$methods),* }
            }

            /// The set of these methods, in whatever order, if CloudFront knows it.
            pub fn from_methods<'m>(methods: impl IntoIterator<Item = &'m str>) -> Option<Self> {
                let given: std::collections::BTreeSet<&str> = methods.into_iter().collect();
                [$(Self::$variant),*]
                    .into_iter()
                    .find(|set| set.methods().iter().copied().collect::<std::collections::BTreeSet<_>>() == given)
            }
        }

        impl From<$name> for Vec<String> {
            fn from(set: $name) -> Self {
                set.methods().iter().map(|method| (*method).to_owned()).collect()
            }
        }

        impl TryFrom<Vec<String>> for $name {
            type Error = String;

            fn try_from(methods: Vec<String>) -> Result<Self, String> {
                Self::from_methods(methods.iter().map(String::as_str))
                    .ok_or_else(|| format!("{methods:?} is no set of methods that CloudFront knows"))
            }
        }

        impl Value for $name {
            const NAME: &'static str = stringify!($name);
        }

        shaped_as_value!($name);

        impl Checked for $name {
            fn check_values(&self, _: &str, _: &mut dyn FnMut(&str, Invalid)) {}
        }
    )*};
}

method_sets! {
    /// The methods that CloudFront takes and passes on to the origin.
    AllowedMethods {
        /// `GET` and `HEAD`.
        Read = ["GET", "HEAD"],
        /// `GET`, `HEAD` and `OPTIONS`.
        ReadAndOptions = ["GET", "HEAD", "OPTIONS"],
        /// All seven: also `PUT`, `PATCH`, `POST` and `DELETE`.
        All = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
    }
    /// The methods whose answers CloudFront caches.
    CachedMethods {
        /// `GET` and `HEAD`.
        Read = ["GET", "HEAD"],
        /// `GET`, `HEAD` and `OPTIONS`.
        ReadAndOptions = ["GET", "HEAD", "OPTIONS"],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_set_is_read_in_any_order() {
        let set: AllowedMethods =
            serde_json::from_value(json!(["OPTIONS", "HEAD", "GET"])).unwrap();
        assert_eq!(set, AllowedMethods::ReadAndOptions);
        assert_eq!(
            serde_json::to_value(set).unwrap(),
            json!(["GET", "HEAD", "OPTIONS"])
        );
        assert!(serde_json::from_value::<CachedMethods>(json!(["GET"])).is_err());
    }
}
