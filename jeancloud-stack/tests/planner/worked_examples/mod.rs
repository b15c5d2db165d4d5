//! The plans that `docs/how-planning-works.md` shows: each stands there as it is planned here.
//!
//! One theme, one file. An excerpt of the document has a name, `<!-- a_whole_vpc -->` above its block;
//! the test of that name makes the planner say it.

mod document;
mod page;
pub mod programs;

mod changes;
mod drift;
mod replacements;

mod lifecycle;
mod renaming;

mod adopting;
mod failing;
mod parts;
