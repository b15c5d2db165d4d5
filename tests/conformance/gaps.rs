//! What moto 5.2.5 can't do, each with its reason. Nothing of it is faked.
//!
//! A test with a gap runs and is expected to fail: when moto has learnt it, the test says so.
