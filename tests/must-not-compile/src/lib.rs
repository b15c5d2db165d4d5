//! Nothing but tests: `cases/` holds one mistake a file, and beside it what the compiler says.
//!
//! The messages are those of the Rust version that CI uses. After a change of the language or of
//! the compiler, `TRYBUILD=overwrite cargo test -p jeancloud-must-not-compile` writes them anew:
//! read every one, as the person who made the mistake.
