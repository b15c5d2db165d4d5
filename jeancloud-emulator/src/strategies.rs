//! Random faults for `proptest`.
//!
//! ```
//! use jeancloud_emulator::{Emulator, Request, strategies};
//! use proptest::prelude::*;
//!
//! proptest!(ProptestConfig::with_cases(8), |(faults in strategies::passing_faults())| {
//!     let aws = Emulator::new();
//!     let unlucky = aws.client_with(faults);
//!     // …what is under test calls AWS through `unlucky`, and gets its work done.
//! #   let _ = (unlucky.send(Request::new("POST", "/")), aws);
//! });
//! ```

use std::time::Duration;

use proptest::prelude::*;

use crate::{Effect, Fault, Faults};

/// Faults that pass: AWS is busy, fails, answers late, or its answer gets lost on the way, before or
/// after the call took effect. Who calls again, and looks first whether something is there, gets
/// everything done. The simplest is that nothing goes wrong.
pub fn passing_faults() -> impl Strategy<Value = Faults> {
    let unlucky = (fault(), 0.0..0.2_f64);
    (any::<u64>(), prop::collection::vec(unlucky, 0..4)).prop_map(|(seed, unlucky)| {
        let faults = Faults::seeded(seed);
        let add = |faults: Faults, (fault, chance)| faults.chance("*", chance, fault);
        unlucky.into_iter().fold(faults, add)
    })
}

/// One fault that passes.
fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Throttled),
        Just(Fault::InternalError),
        Just(Fault::Unavailable),
        (1..30_u64).prop_map(|seconds| Fault::Slow(Duration::from_secs(seconds))),
        effect().prop_map(Fault::Lost),
    ]
}

/// A crash at one of the first `calls` calls: from there on, the client gets no answer any more.
/// With another client, whoever crashed finds what was begun.
pub fn crashes(calls: u64) -> impl Strategy<Value = Faults> {
    let crash = |(call, effect)| Faults::default().crash_at(call, effect);
    (1..=calls.max(1), effect()).prop_map(crash)
}

fn effect() -> impl Strategy<Value = Effect> {
    prop_oneof![Just(Effect::Without), Just(Effect::With)]
}
