//! An AWS that lives inside a test or an example.
