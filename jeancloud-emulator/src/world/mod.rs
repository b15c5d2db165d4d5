//! What exists: resources by account and region, the clock, and what is going to happen.

mod agenda;
mod clock;
mod ids;
mod place;
mod resource;
mod table;
mod time;
mod whole;

pub(crate) use agenda::Task;
pub(crate) use clock::Clock;
pub(crate) use ids::Draw;
pub(crate) use place::PlaceKey;
pub(crate) use resource::{Kind, Resource, Scope, is_reference, kind, references, resource};
pub(crate) use table::{Edit, Table};
pub(crate) use time::Time;
pub(crate) use whole::{Change, Margin, Rules, World};
