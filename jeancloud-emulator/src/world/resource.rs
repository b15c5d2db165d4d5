//! [`Resource`]: what a table holds.

use std::any::TypeId;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::table::{AnyTable, Table};

/// A kind of thing that exists. [`resource!`] writes one.
pub(crate) trait Resource: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Service and type, as `ec2/vpc`.
    const KIND: &'static str;
    /// Among what its id is unique.
    const SCOPE: Scope;

    /// What AWS shows of it, in the shape of the model.
    fn view(&self) -> &Value;

    fn view_mut(&mut self) -> &mut Value;

    /// What it is found by, besides its id, its tags and the ids and ARNs in its view.
    fn more_keys(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Where a resource's id is unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In a region of an account.
    Region,
    /// In an account.
    Account,
    /// Everywhere, as the names of S3's buckets.
    World,
}

/// A kind of resource, for a service's list of them.
pub(crate) struct Kind {
    pub name: &'static str,
    pub(super) type_id: fn() -> TypeId,
    pub(super) empty: fn() -> Box<dyn AnyTable>,
}

/// The kind of resource that `R` is.
pub(crate) const fn kind<R: Resource>() -> Kind {
    Kind {
        name: R::KIND,
        type_id: TypeId::of::<R>,
        empty: || Box::new(Table::<R>::default()),
    }
}

/// Defines a resource: a struct with its `view` (what AWS shows) and what AWS keeps to itself.
///
/// ```ignore
/// resource! {
///     /// A VPC. Its attributes are told by an operation of their own.
///     pub(crate) struct Vpc: "ec2/vpc" in Region { dns_hostnames: bool }
/// }
/// ```
///
/// After the braces, `found by EXPRESSION` names a function from `&Self` to more keys.
macro_rules! resource {
    (
        $(#[$doc:meta])*
        pub(crate) struct $name:ident: $kind:literal in $scope:ident {
            $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)?
        }
        $(found by $keys:expr)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
        pub(crate) struct $name {
            /// What AWS shows of it.
            pub view: serde_json::Value,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl $crate::world::Resource for $name {
            const KIND: &'static str = $kind;
            const SCOPE: $crate::world::Scope = $crate::world::Scope::$scope;

            fn view(&self) -> &serde_json::Value {
                &self.view
            }

            fn view_mut(&mut self) -> &mut serde_json::Value {
                &mut self.view
            }

            $(
                fn more_keys(&self) -> Vec<String> {
                    ($keys)(self)
                }
            )?
        }
    };
}
pub(crate) use resource;

/// The ids and ARNs that stand anywhere in a view, and its tags as `tag:KEY=VALUE`.
pub(crate) fn references(view: &Value, keys: &mut Vec<String>) {
    match view {
        Value::String(text) if is_reference(text) => keys.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|item| references(item, keys)),
        Value::Object(object) => {
            if let (Some(Value::String(key)), Some(Value::String(value))) =
                (object.get("Key"), object.get("Value"))
            {
                keys.push(format!("tag:{key}={value}"));
            }
            object.values().for_each(|value| references(value, keys));
        }
        _ => {}
    }
}

/// Whether a text is an id or an ARN: `vpc-0123456789abcdef0`, `eni-01234567`, `arn:…`
pub(crate) fn is_reference(text: &str) -> bool {
    if text.starts_with("arn:") {
        return true;
    }
    text.rsplit_once('-').is_some_and(|(prefix, digits)| {
        !prefix.is_empty()
            && matches!(digits.len(), 8..=17)
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}
