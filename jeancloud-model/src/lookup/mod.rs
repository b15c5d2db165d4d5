//! Lookups: what a stack needs and does not own.
