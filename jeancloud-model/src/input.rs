//! Handles, outputs and inputs: how one resource's property takes what another one has.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Address, Reference, Resource, Value};

/// A typed reference to a declared resource. `Copy`, 24 bytes, without a lifetime.
///
/// `scope.add(…)` gives one. Where a property takes the resource's identifier, the handle itself
/// fits (`.vpc_id(&vpc)`); other outputs are methods (`alb.dns_name()`).
pub struct Handle<R> {
    address: Address,
    stack: u32,
    resource: PhantomData<fn() -> R>,
}

impl<R> Clone for Handle<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Handle<R> {}

impl<R> PartialEq for Handle<R> {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address
    }
}

impl<R> Eq for Handle<R> {}

impl<R: Resource> fmt::Debug for Handle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle<{}>({})", R::TYPE, self.address)
    }
}

impl<R> Handle<R> {
    /// A handle for what is declared at `address`. `Scope::add` calls it; so can an extension
    /// that declares resources in a way of its own.
    pub fn declared(address: Address) -> Self {
        Self::declared_in(0, address)
    }

    /// A handle for what the stack with this number declares at `address`.
    #[doc(hidden)]
    pub fn declared_in(stack: u32, address: Address) -> Self {
        Self {
            address,
            stack,
            resource: PhantomData,
        }
    }

    /// Where it is declared.
    pub fn address(&self) -> Address {
        self.address
    }

    /// The output with this CloudFormation attribute name. Typed methods (`alb.dns_name()`) call
    /// it; prefer them.
    pub fn output<T>(&self, output: &'static str) -> Output<T> {
        Output {
            reference: Reference {
                address: self.address,
                output,
                stack: self.stack,
            },
            value: PhantomData,
        }
    }
}

impl<R: Resource> Handle<R> {
    /// What CloudFormation's `Ref` gives for this type: its identifier.
    pub fn id(&self) -> Output<R::Id> {
        self.output(R::ID)
    }
}

/// A value that a resource has once it exists.
///
/// It is not `Display`: `format!` with one does not compile, [`text!`](crate::text!) takes it.
pub struct Output<T> {
    pub(crate) reference: Reference,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for Output<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Output<T> {}

impl<T> fmt::Debug for Output<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.reference.address, self.reference.output)
    }
}

impl<T> Output<T> {
    /// Whose output it is, and which.
    pub fn reference(&self) -> Reference {
        self.reference
    }
}

/// What a property holds: a value known now, or another resource's output.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Input<T> {
    /// Known when the program is written.
    Known(T),
    /// Known when the other resource exists.
    Output(Reference),
}

impl<T> Input<T> {
    /// The value, where it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Output(_) => None,
        }
    }

    /// The other resource's output, where it is one.
    pub fn reference(&self) -> Option<Reference> {
        match self {
            Self::Known(_) => None,
            Self::Output(reference) => Some(*reference),
        }
    }

    /// The value of a resolved property.
    ///
    /// # Panics
    /// Where the property is an output. The engine hands resources to handlers with every output
    /// put in, so there it can't be.
    #[track_caller]
    pub fn value(&self) -> &T {
        match self {
            Self::Known(value) => value,
            Self::Output(reference) => panic!(
                "broken invariant: {}.{} is still unknown in a resolved resource",
                reference.address, reference.output
            ),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::Known)
    }
}

/// What a property of type `T` takes.
#[diagnostic::on_unimplemented(
    message = "this property takes a `{T}`, and `{Self}` is none",
    label = "expected a `{T}`, or the handle or output of a resource that has one",
    note = "three things fit: a `{T}` itself, the handle of a resource that a `{T}` identifies (`&vpc`), an output of that type (`alb.dns_name()`)"
)]
pub trait IntoInput<T> {
    /// The property's value.
    fn into_input(self) -> Input<T>;
}

#[diagnostic::do_not_recommend]
impl<T: Value> IntoInput<T> for T {
    fn into_input(self) -> Input<T> {
        Input::Known(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value> IntoInput<T> for Input<T> {
    fn into_input(self) -> Input<T> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value> IntoInput<T> for &Input<T> {
    fn into_input(self) -> Input<T> {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value> IntoInput<T> for Output<T> {
    fn into_input(self) -> Input<T> {
        Input::Output(self.reference)
    }
}

// Handles: one pair of impls per resource, from `resource!`. A blanket one would turn the
// compiler's message into one about `Resource::Id`.

/// Tells an `Option` from what goes into one, for coherence's sake. Not for implementing outside
/// of this crate's macros.
#[doc(hidden)]
pub trait Given {}
impl<T: Value> Given for T {}
impl<T> Given for Input<T> {}
impl<T> Given for &Input<T> {}
impl<T> Given for Output<T> {}
impl<R> Given for Handle<R> {}
impl<R> Given for &Handle<R> {}
impl Given for &str {}
impl Given for &String {}
impl Given for String {}

/// What an optional property of type `T` takes: what a required one takes, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "this property takes a `{T}`, and `{Self}` is none",
    label = "expected a `{T}`, the handle or output of a resource that has one, or an `Option` of those"
)]
pub trait IntoOptional<T> {
    /// The property's value, if there is one.
    fn into_optional(self) -> Option<Input<T>>;
}

#[diagnostic::do_not_recommend]
impl<T, V: IntoInput<T> + Given> IntoOptional<T> for V {
    fn into_optional(self) -> Option<Input<T>> {
        Some(self.into_input())
    }
}

#[diagnostic::do_not_recommend]
impl<T, V: IntoInput<T>> IntoOptional<T> for Option<V> {
    fn into_optional(self) -> Option<Input<T>> {
        self.map(IntoInput::into_input)
    }
}

/// What a list property of type `T` takes: `[&a, &b]`, a `Vec`, any iterator. Where the members
/// differ in kind: `inputs![&a, known]`.
#[diagnostic::on_unimplemented(
    message = "this property takes a list of `{T}`, and `{Self}` is none",
    label = "expected a list, as `[&a, &b]`",
    note = "for one, write `[&a]`; where members differ in kind, `inputs![&a, id]`"
)]
pub trait IntoInputs<T> {
    /// The property's values.
    fn into_inputs(self) -> Vec<Input<T>>;
}

#[diagnostic::do_not_recommend]
impl<T, I: IntoIterator> IntoInputs<T> for I
where
    I::Item: IntoInput<T>,
{
    fn into_inputs(self) -> Vec<Input<T>> {
        self.into_iter().map(IntoInput::into_input).collect()
    }
}

/// A list whose members differ in kind: `inputs![&private[0], SubnetId::new("subnet-1")]`.
#[macro_export]
macro_rules! inputs {
    ($($member:expr),* $(,)?) => { [$($crate::IntoInput::into_input($member)),*] };
}
