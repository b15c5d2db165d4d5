//! AWS's service models: which operations there are, what goes in, and what comes out.
//!
//! [`Model`] is one service, made from its file in `models/` when it is first asked for.

mod check;
mod keep;
mod load;
mod pattern;
mod raw;
mod shape;

pub(crate) use check::check;
pub(crate) use keep::keep;
pub(crate) use load::{Fault, Model, Operation, Page, Protocol, Segment};
#[cfg(test)]
pub(crate) use shape::Shape;
pub(crate) use shape::{Kind, Location, Member, Namespace, ShapeId, Structure, TimestampFormat};
