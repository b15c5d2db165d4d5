//! Stacks, checks, plans, state and the engine: what to do about what a stack asks for.
//!
//! Nothing here knows an AWS SDK. The engine talks to AWS through the [`Provider`] trait, which
//! `jeancloud-aws` implements over the `aws-sdk-*` clients.
//!
//! Reading order: [`Stack`] (what is declared), [`check`] (what is wrong with it), [`plan`] (what to
//! do), [`engine`] (doing it), [`state`] (what was done).

pub mod check;
mod cloudformation;
pub mod engine;
pub mod plan;
pub mod provider;
mod stack;
pub mod state;
mod view;

pub use check::{Problem, Severity};
pub use provider::{Provider, ProviderError};
pub use stack::{Declaration, Scope, Stack};
pub use view::{Declared, View};
