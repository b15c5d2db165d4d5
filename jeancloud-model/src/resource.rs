//! [`Resource`]: what every resource type has, and the macros that write one.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use crate::{Checked, Conditional, Value, shape::Shaped};

/// A resource type.
///
/// Written by [`resource!`](crate::resource!). Serialises to CloudFormation's shape of its
/// properties, with the markers of [`reference`](crate::reference) for what is known later, and
/// deserialises from resolved properties.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no resource",
    label = "a finished resource belongs here; is `.build()` missing?"
)]
pub trait Resource:
    Checked
    + Shaped
    + Serialize
    + DeserializeOwned
    + fmt::Debug
    + Clone
    + PartialEq
    + Send
    + Sync
    + 'static
{
    /// CloudFormation's name, as `AWS::EC2::Subnet`. A lookup's begins with `Lookup::`.
    const TYPE: &'static str;
    /// The output that identifies it: what CloudFormation's `Ref` gives, as `SubnetId`.
    const ID: &'static str;
    /// Whether jeancloud makes it or only reads it.
    const KIND: ResourceKind;
    /// The CloudFormation names of its properties, in the order of the declaration.
    const PROPERTIES: &'static [&'static str];
    /// What the planner has to know about it.
    const FACTS: Facts;
    /// The type of its identifier.
    type Id: Value;
}

/// Whether jeancloud makes a resource or only reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// Created, updated and deleted.
    Managed,
    /// Looked up: a `read` action in a plan.
    Lookup,
}

/// What the planner has to know about a resource type.
///
/// Paths are CloudFormation's: `CidrBlock`, `DistributionConfig/Aliases`,
/// `ContainerDefinitions/*/Environment` (`*` stands for every member of a list).
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Properties that AWS can't change: another value means another resource.
    pub create_only: &'static [&'static str],
    /// Those of them that mean nothing once it exists, as a group's description: where something is
    /// adopted, another value of them stays.
    pub inert: &'static [&'static str],
    /// Properties that AWS can change, but not from every value to every other.
    pub conditional: &'static [Conditional],
    /// Outputs beside [`Resource::ID`], by CloudFormation's attribute name.
    pub outputs: &'static [&'static str],
    /// Lists whose order AWS does not keep.
    pub unordered: &'static [&'static str],
    /// Lists of settings that a key tells apart, each with the key's name, as
    /// `("LoadBalancerAttributes", "Key")`. AWS gives such a list whole, so it is compared setting by
    /// setting, as if it were an object: what the author never set is AWS's business. In paths a
    /// setting stands under its key: `LoadBalancerAttributes/idle_timeout.timeout_seconds`.
    pub keyed: &'static [(&'static str, &'static str)],
    /// Properties that AWS takes and never tells: compared with what was last applied.
    pub write_only: &'static [&'static str],
    /// Those of them that only say how it is deleted, as whether a database leaves a final snapshot:
    /// what is declared then counts, applied or not.
    pub on_delete: &'static [&'static str],
    /// Properties that AWS always tells, if only as empty, and that an endpoint which lacks them leaves
    /// out: left out, they are taken to be as they should.
    pub told_if_known: &'static [&'static str],
    /// Where a removed property goes: AWS's documented default, as JSON text, by path.
    pub defaults: &'static [(&'static str, &'static str)],
    /// Properties that AWS moves on the author's behalf: only the author's own change counts.
    pub moved_by_aws: &'static [MovedByAws],
    /// Properties that must never be shown.
    pub sensitive: &'static [&'static str],
    /// The physical name that the author may fix, and where it must be unique.
    pub name: Option<Unique>,
    /// How it carries tags.
    pub tagging: Tagging,
    /// Where it lives.
    pub placement: Placement,
    /// Properties that AWS changes within a VPC and not to another one: a load balancer's subnets. Where
    /// what they name comes to live in another VPC, it takes another resource.
    pub stays_in_vpc: &'static [&'static str],
    /// The property that, when true, makes AWS refuse its deletion.
    pub deletion_protection: Option<&'static str>,
}

impl Facts {
    /// A type in a region, taggable when created, with nothing special about it.
    pub const DEFAULT: Facts = Facts {
        create_only: &[],
        inert: &[],
        conditional: &[],
        outputs: &[],
        unordered: &[],
        keyed: &[],
        write_only: &[],
        on_delete: &[],
        told_if_known: &[],
        defaults: &[],
        moved_by_aws: &[],
        sensitive: &[],
        name: None,
        tagging: Tagging::OnCreate,
        placement: Placement::Regional,
        stays_in_vpc: &[],
        deletion_protection: None,
    };

    /// A type without tags.
    pub const UNTAGGED: Facts = Facts {
        tagging: Tagging::None,
        ..Facts::DEFAULT
    };
}

/// A property that AWS moves on the author's behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedByAws {
    /// The property, as `DesiredCount`.
    pub property: &'static str,
    /// The type of what moves it, by referring to the resource: without one it stays as it is. None: AWS
    /// moves it by itself.
    pub under: Option<&'static str>,
}

/// A property whose value no other resource of the type may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unique {
    /// The property, as `GroupName`.
    pub property: &'static str,
    /// The properties that it is unique together with, as `VpcId`; none: unique in its account and
    /// region (for a global type, in its account).
    pub within: &'static [&'static str],
    /// How to make one where the author gives none; `None`: AWS makes one, or it is required.
    pub generated: Option<GeneratedName>,
}

/// How a generated name looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeneratedName {
    /// The most characters that AWS takes.
    pub max: usize,
    /// Whether AWS takes only lower-case letters, digits and hyphens. Otherwise letters and
    /// hyphens as they are.
    pub lower_case: bool,
}

/// How a resource type carries tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagging {
    /// The creating call takes them: the resource is never without.
    OnCreate,
    /// A call of its own sets them, after creation.
    AfterCreate,
    /// It has none, and a note at the end of its description says whose it is.
    Noted,
    /// It has none; it is found by its parent and key, or by a name that is ours.
    None,
}

/// Where a resource type lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// In one region.
    Regional,
    /// In no region: declared in `stack.global()`.
    Global,
    /// Either; where it is declared decides.
    Anywhere,
}

/// A resource whose serialised properties are its own: normalises nothing.
pub fn to_json<R: Resource>(resource: &R) -> Json {
    serde_json::to_value(resource)
        .unwrap_or_else(|error| panic!("broken invariant: {} does not serialise: {error}", R::TYPE))
}

/// Writes a resource type: its struct, builder and [`Resource`] implementation.
///
/// ```
/// use jeancloud_model::{Facts, Resource, id_value, resource};
/// id_value! { /** The id of a thing. */ ThingId }
/// resource! {
///     /// A thing.
///     Thing = "AWS::Example::Thing", id "ThingId": ThingId,
///     facts Facts { create_only: &["Size"], ..Facts::DEFAULT };
///
///     /// How large it is.
///     one size "Size": u32,
///     /// What it is called.
///     opt_text name "Name",
///     tags,
/// }
/// let thing = Thing::builder().size(3).tag("Name", "x").build();
/// assert_eq!(Thing::PROPERTIES, ["Size", "Name", "Tags"]);
/// assert_eq!(serde_json::to_value(thing).unwrap()["Size"], 3);
/// ```
///
/// A property is `kind field "CloudFormationName": Type,` with one of these kinds:
///
/// | kind | field | setter takes |
/// |---|---|---|
/// | `one` | `Input<T>` | a value, a handle or an output |
/// | `opt` | `Option<Input<T>>` | the same, or an `Option` of it; `= value` gives a default |
/// | `list` | `Vec<Input<T>>` | a list of the same |
/// | `opt_list` | `Vec<Input<T>>`, left out when empty | the same |
/// | `text`, `opt_text` | `Text`, `Option<Text>` | a string, an output, a `text!` |
/// | `texts` | `Vec<Text>`, left out when empty | a list of the same |
/// | `plain`, `opt_plain` | `T`, `Option<T>` | `impl Into<T>`, `impl Into<Option<T>>` |
/// | `plain_list` | `Vec<T>`, left out when empty | a list of `impl Into<T>` |
/// | `flat field ["A", "B"]` | `T`, which serialises to an object of some of these properties | `impl Into<T>`; `= value` gives a default. For what CloudFormation spreads over several properties. `Checked` asks it once for each property, whose name ends the path |
/// | `tags` | `Tags` | `.tag(key, value)`, again and again, and `.tags(list)`; `tags "HostedZoneTags"` where CloudFormation names them otherwise |
#[macro_export]
macro_rules! resource {
    ($(#[$meta:meta])* $name:ident = $type:literal, id $id_name:literal: $id:ty, facts $facts:expr; $($body:tt)*) => {
        $crate::resource! { @ Managed [$(#[$meta])*] $name $type $id_name [$id] [$facts] $($body)* }
    };
    ($(#[$meta:meta])* lookup $name:ident = $type:literal, id $id_name:literal: $id:ty, facts $facts:expr; $($body:tt)*) => {
        $crate::resource! { @ Lookup [$(#[$meta])*] $name $type $id_name [$id] [$facts] $($body)* }
    };
    (@ $kind:ident [$(#[$meta:meta])*] $name:ident $type:literal $id_name:literal [$id:ty] [$facts:expr] $($body:tt)*) => {
        $crate::properties! { $(#[$meta])* $name; $($body)* }

        #[diagnostic::do_not_recommend]
        impl $crate::Resource for $name {
            const TYPE: &'static str = $type;
            const ID: &'static str = $id_name;
            const KIND: $crate::ResourceKind = $crate::ResourceKind::$kind;
            const PROPERTIES: &'static [&'static str] = $name::PROPERTY_NAMES;
            const FACTS: $crate::Facts = $facts;
            type Id = $id;
        }

        #[diagnostic::do_not_recommend]
        impl $crate::IntoInput<$id> for &$crate::Handle<$name> {
            fn into_input(self) -> $crate::Input<$id> {
                $crate::IntoInput::into_input(self.id())
            }
        }

        #[diagnostic::do_not_recommend]
        impl $crate::IntoInput<$id> for $crate::Handle<$name> {
            fn into_input(self) -> $crate::Input<$id> {
                $crate::IntoInput::into_input(self.id())
            }
        }
    };
}

/// Typed outputs of a resource: methods of its handle.
///
/// `outputs! { LoadBalancer { /** Its DNS name. */ dns_name "DNSName": DnsName, } }`
#[macro_export]
macro_rules! outputs {
    ($resource:ident { $($(#[$meta:meta])* $method:ident $name:literal: $type:ty),* $(,)? }) => {
        impl $crate::Handle<$resource> {
            $($(#[$meta])* pub fn $method(&self) -> $crate::Output<$type> {
                self.output($name)
            })*
        }
    };
}

/// Writes a struct of properties that stands inside a resource; see [`resource!`](crate::resource!).
///
/// `properties! { /** … */ HealthCheck; opt_text path "Path", }`
#[macro_export]
macro_rules! properties {
    ($(#[$meta:meta])* $name:ident; $($rest:tt)*) => {
        $crate::properties!(@ [[$(#[$meta])*] []] $name [] [] $($rest)*);
    };
    // The end: the struct itself, without tags and with them. `typed-builder` writes a mutator's
    // receiver with the hygiene of the derive, so the mutators have to stand in this very arm.
    (@ [[$(#[$meta:meta])*] []] $name:ident [$($fields:tt)*] $list:tt) => {
        $(#[$meta])*
        #[must_use = "declare it with `scope.add(\"name\", …)`, or put it into what is declared"]
        #[derive(Clone, Debug, PartialEq, $crate::private::serde::Serialize, $crate::private::serde::Deserialize, $crate::private::typed_builder::TypedBuilder)]
        #[serde(crate = "jeancloud_model::private::serde")]
        #[builder(crate_module_path = $crate::private::typed_builder, builder_method(doc = "Begins one. Each field below has a method of its name, which takes what fits there (a value, a handle, an output); `.build()` ends it, and does not compile while a field without a default is missing."), build_method(doc = "The finished value: every required property is there."))]
        pub struct $name { $($fields)* }
        $crate::properties!(@names $name $list);
    };
    (@ [[$(#[$meta:meta])*] [tags $tags:literal]] $name:ident [$($fields:tt)*] $list:tt) => {
        $(#[$meta])*
        #[must_use = "declare it with `scope.add(\"name\", …)`, or put it into what is declared"]
        #[derive(Clone, Debug, PartialEq, $crate::private::serde::Serialize, $crate::private::serde::Deserialize, $crate::private::typed_builder::TypedBuilder)]
        #[serde(crate = "jeancloud_model::private::serde")]
        #[builder(crate_module_path = $crate::private::typed_builder, builder_method(doc = "Begins one. Each field below has a method of its name, which takes what fits there (a value, a handle, an output); `.build()` ends it, and does not compile while a field without a default is missing."), build_method(doc = "The finished value: every required property is there."))]
        #[builder(mutators(
            /// Sets one tag.
            pub fn tag(&mut self, key: impl Into<String>, value: impl $crate::IntoText) {
                self.tags.insert(key, value);
            }
            /// Sets several tags.
            pub fn tags<K: Into<String>, V: $crate::IntoText>(&mut self, tags: impl IntoIterator<Item = (K, V)>) {
                for (key, value) in tags {
                    self.tags.insert(key, value);
                }
            }
        ))]
        pub struct $name {
            $($fields)*
            /// The tags.
            #[serde(rename = $tags, default, skip_serializing_if = "jeancloud_model::Tags::is_empty")]
            #[builder(via_mutators)]
            pub tags: $crate::Tags,
        }
        $crate::properties!(@names $name $list);
    };
    (@names $name:ident [$([$kind:ident $field:ident $cf:literal $(default $default:expr)?])*]) => {
        impl $name {
            /// The CloudFormation names of the properties.
            pub const PROPERTY_NAMES: &'static [&'static str] = &[$($cf),*];
        }

        impl $crate::shape::Shaped for $name {
            fn shape() -> $crate::shape::Shape {
                $crate::shape::Shape::Object(vec![
                    $($crate::shape::Member::$kind($cf, |it: &Self| &it.$field)$(.with_default(stringify!($default)))?,)*
                ])
            }
        }

        impl $crate::Checked for $name {
            fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, $crate::Invalid)) {
                let _ = (path, &found);
                $($crate::Checked::check_values(&self.$field, &format!(concat!("{}/", $cf), path), found);)*
            }
        }
    };
    (@ [[$($meta:tt)*] []] $name:ident [$($fields:tt)*] [$($list:tt)*] tags, $($rest:tt)*) => {
        $crate::properties!(@ [[$($meta)*] []] $name [$($fields)*] [$($list)*] tags "Tags", $($rest)*);
    };
    (@ [[$($meta:tt)*] []] $name:ident [$($fields:tt)*] [$($list:tt)*] tags $cf:literal, $($rest:tt)*) => {
        $crate::properties!(@ [[$($meta)*] [tags $cf]] $name [$($fields)*] [$($list)* [opt tags $cf]] $($rest)*);
    };
    (@ $meta:tt $name:ident [$($fields:tt)*] [$($list:tt)*] $(#[doc = $doc:expr])* one $field:ident $cf:literal: $type:ty, $($rest:tt)*) => {
        $crate::properties!(@ $meta $name [$($fields)* $(#[doc = $doc])*
            #[serde(rename = $cf)] #[builder(setter(transform = |value: impl $crate::IntoInput<$type>| value.into_input()))] pub $field: $crate::Input<$type>,
        ] [$($list)* [one $field $cf]] $($rest)*);
    };
    (@ $meta:tt $name:ident [$($fields:tt)*] [$($list:tt)*] $(#[doc = $doc:expr])* opt $field:ident $cf:literal: $type:ty $(= $default:expr)?, $($rest:tt)*) => {
        $crate::properties!(@ $meta $name [$($fields)* $(#[doc = $doc])*
            #[serde(rename = $cf, default, skip_serializing_if = "Option::is_none")] #[builder(default $(= Some($crate::Input::Known($default)))?, setter(transform = |value: impl $crate::IntoOptional<$type>| value.into_optional()))] pub $field: Option<$crate::Input<$type>>,
        ] [$($list)* [opt $field $cf $(default $default)?]] $($rest)*);
    };
    (@ $meta:tt $name:ident [$($fields:tt)*] [$($list:tt)*] $(#[doc = $doc:expr])* list $field:ident $cf:literal: $type:ty, $($rest:tt)*) => {
        $crate::properties!(@ $meta $name [$($fields)* $(#[doc = $doc])*
            #[serde(rename = $cf)] #[builder(setter(transform = |value: impl $crate::IntoInputs<$type>| value.into_inputs()))] pub $field: Vec<$crate::Input<$type>>,
        ] [$($list)* [one $field $cf]] $($rest)*);
    };
    (@ $meta:tt $name:ident [$($fields:tt)*] [$($list:tt)*] $(#[doc = $doc:expr])* opt_list $field:ident $cf:literal: $type:ty, $($rest:tt)*) => {
        $crate::properties!(@ $meta $name [$($fields)* $(#[doc = $doc])*
            #[serde(rename = $cf, default, skip_serializing_if = "Vec::is_empty")] #[builder(default, setter(transform = |value: impl $crate::IntoInputs<$type>| value.into_inputs()))] pub $field: Vec<$crate::Input<$type>>,
        ] [$($list)* [opt $field $cf]] $($rest)*);
    };
    (@ $meta:tt $name:ident [$($fields:tt)*] [$($list:tt)*] $(#[doc = $doc:expr])* text $field:ident $cf:literal, $($rest:tt)*) => {
        $crate::properties!(@ $meta $name [$($fields)* $(#[doc = $doc])*
            #[serde(rename = $cf)] #[builder(setter(transform = |value: impl $crate::IntoText| value.into_text()))] pub $field: $crate::Text,
        ] [$($list)* [one $field $cf]] $($rest)*);
    };
    (@ $meta:tt $name:ident [$($fields:tt)*] [$($list:tt)*] $(#[doc = $doc:expr])* opt_text $field:ident $cf:literal $(= $default:expr)?, $($rest:tt)*) => {
        $crate::properties!(@ $meta $name [$($fields)* $(#[doc = $doc])*
            #[serde(rename = $cf, default, skip_serializing_if = "Option::is_none")] #[builder(default $(= Some($crate::Text::known($default)))?, setter(transform = |value: impl $crate::text::IntoOptionalText| value.into_optional_text()))] pub $field: Option<$crate::Text>,
        ] [$($list)* [opt $field $cf $(default $default)?]] $($rest)*);
    };
    (@ $meta:tt $name:ident [$($fields:tt)*] [$($list:tt)*] $(#[doc = $doc:expr])* texts $field:ident $cf:literal, $($rest:tt)*) => {
        $crate::properties!(@ $meta $name [$($fields)* $(#[doc = $doc])*
            #[serde(rename = $cf, default, skip_serializing_if = "Vec::is_empty")] #[builder(default, setter(transform = |value: impl $crate::text::IntoTexts| value.into_texts()))] pub $field: Vec<$crate::Text>,
        ] [$($list)* [opt $field $cf]] $($rest)*);
    };
    (@ $meta:tt $name:ident [$($fields:tt)*] [$($list:tt)*] $(#[doc = $doc:expr])* plain $field:ident $cf:literal: $type:ty $(= $default:expr)?, $($rest:tt)*) => {
        $crate::properties!(@ $meta $name [$($fields)* $(#[doc = $doc])*
            #[serde(rename = $cf)] #[builder($(default = $default,)? setter(into))] pub $field: $type,
        ] [$($list)* [one $field $cf $(default $default)?]] $($rest)*);
    };
    (@ $meta:tt $name:ident [$($fields:tt)*] [$($list:tt)*] $(#[doc = $doc:expr])* opt_plain $field:ident $cf:literal: $type:ty $(= $default:expr)?, $($rest:tt)*) => {
        $crate::properties!(@ $meta $name [$($fields)* $(#[doc = $doc])*
            #[serde(rename = $cf, default, skip_serializing_if = "Option::is_none")] #[builder(default $(= Some($default))?, setter(transform = |value: impl Into<Option<$type>>| value.into()))] pub $field: Option<$type>,
        ] [$($list)* [opt $field $cf $(default $default)?]] $($rest)*);
    };
    (@ $meta:tt $name:ident [$($fields:tt)*] [$($list:tt)*] $(#[doc = $doc:expr])* flat $field:ident [$($cf:literal),+ $(,)?]: $type:ty $(= $default:expr)?, $($rest:tt)*) => {
        $crate::properties!(@ $meta $name [$($fields)* $(#[doc = $doc])*
            #[serde(flatten)] #[builder($(default = $default,)? setter(into))] pub $field: $type,
        ] [$($list)* $([flat $field $cf])+] $($rest)*);
    };
    (@ $meta:tt $name:ident [$($fields:tt)*] [$($list:tt)*] $(#[doc = $doc:expr])* plain_list $field:ident $cf:literal: $type:ty, $($rest:tt)*) => {
        $crate::properties!(@ $meta $name [$($fields)* $(#[doc = $doc])*
            #[serde(rename = $cf, default, skip_serializing_if = "Vec::is_empty")] #[builder(default, setter(transform = |values: impl IntoIterator<Item = impl Into<$type>>| values.into_iter().map(Into::into).collect::<Vec<$type>>()))] pub $field: Vec<$type>,
        ] [$($list)* [opt $field $cf]] $($rest)*);
    };
}
