//! The engine: looks at AWS ([`survey`]), does what a plan says ([`apply`]), and tells what happens
//! ([`Event`]).

mod event;

pub use event::Event;
