//! How things look on a terminal. Everything here turns data into text; colours are always written,
//! and the [`Screen`](super::screen::Screen) takes them away where nobody can see them.

mod change;
mod compact;
mod difference;
pub(super) mod drift;
mod entry;
pub(super) mod error;
mod fold;
pub(super) mod import;
pub(super) mod left_out;
mod losses;
mod matched;
mod moved;
pub(super) mod outcome;
mod physical_id;
pub(super) mod plan;
pub(super) mod problem;
pub(super) mod progress;
mod structure;
pub(super) mod style;
pub(super) mod value;

#[cfg(test)]
mod filled_in;
#[cfg(test)]
mod tests;
