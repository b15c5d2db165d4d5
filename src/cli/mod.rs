//! The command line of a stack binary: [`main()`].
//!
//! Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 error, 2 changes pending
//! (only with `--detailed-exitcode`), 130 interrupted. One command, one file; `show` is how plans,
//! problems, progress and errors look.

mod arguments;
mod context;
mod embedded;
mod error;
mod kept;
mod main;
mod screen;
mod show;

mod apply;
mod carry_out;
mod check;
mod destroy;
mod drift;
mod graph;
mod import;
mod output;
mod plan;
mod push;
mod state;
mod tour;

pub use main::{IntoStack, main};

use crate::{Planned, session::Goal};

/// What `plan --full` prints, without its colours: for a log, for a person to approve, for a
/// snapshot in a test.
pub fn page(planned: &Planned) -> String {
    let page = show::plan::plan(&planned.plan, &planned.report, &Goal::stack(), true);
    show::style::plain(&page)
}
