//! The system when the process that makes it is killed, at any call: the next run ends where one
//! that nobody killed ends.

use jeancloud::{aws::Aws, prelude::*};
use jeancloud_emulator::{Effect, Emulator};
use tokio::task::JoinSet;

use super::{
    inventory,
    life::{Life, parameters, steps},
    system,
};
use crate::harness::{Cloud, On, configuration, mortal};

/// The account of every run: nothing of it may differ between two.
const ACCOUNT: &str = "111122223333";

/// At how many calls, one after the other, the process is killed.
const CRASHES: u64 = 12;

/// Whether the next run knows what the killed one wrote down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Kept,
    Lost,
}

#[tokio::test]
async fn a_process_that_is_killed_at_any_call_is_taken_up_by_the_next() {
    let calm = Calm::run().await;
    let mut runs = JoinSet::new();
    for crash in 0..CRASHES {
        let nth = calm.call(crash);
        let effect = match crash % 2 {
            0 => Effect::With,
            _ => Effect::Without,
        };
        runs.spawn(killed(nth, effect, State::Kept, calm.inventory.clone()));
        if crash % 4 == 1 {
            runs.spawn(killed(
                nth,
                Effect::With,
                State::Lost,
                calm.inventory.clone(),
            ));
        }
    }
    while let Some(run) = runs.join_next().await {
        if let Err(failure) = run {
            std::panic::resume_unwind(failure.into_panic());
        }
    }
}

/// What a run makes that nothing happens to.
struct Calm {
    inventory: Vec<String>,
    /// The first call that changed something, and the last of all.
    calls: [u64; 2],
}

impl Calm {
    async fn run() -> Self {
        let emulator = emulator();
        let life = Life::of(Cloud::of(&emulator, ACCOUNT));
        let _ = life.apply(&stack()).await;
        let calls = emulator.calls();
        let reads = ["Describe", "List", "Get", "Head", "Batch"];
        let reads = |operation: &str| reads.iter().any(|read| operation.starts_with(read));
        let first = calls.iter().position(|call| !reads(&call.operation));
        Self {
            inventory: inventory::of(&emulator),
            calls: [first.expect("it changes something"), calls.len()].map(|at| at as u64),
        }
    }

    /// One of the calls between, evenly chosen.
    fn call(&self, crash: u64) -> u64 {
        let [first, last] = self.calls;
        first + 1 + (last - first) * crash / CRASHES
    }
}

/// An apply that dies in its `nth` call, and one after it.
async fn killed(nth: u64, effect: Effect, state: State, calm: Vec<String>) {
    let emulator = emulator();
    let (http, died) = mortal::client(&emulator, nth, effect);
    let cloud = Cloud::of(&emulator, ACCOUNT);
    let dying = Aws::with_config(configuration(ACCOUNT, http));
    let mut life = Life::through(cloud, dying);
    let stack = stack();
    tokio::select! {
        _ = life.apply(&stack) => panic!("it made less than {nth} calls"),
        () = died.notified() => {}
    }
    life.recovers();
    if state == State::Lost {
        life.lose_state();
    }
    let _ = life.apply(&stack).await;
    let left = steps(&life.plan(&stack).await);
    assert_eq!(left, [""; 0], "after a crash in call {nth}");
    let when = format!("after a crash in call {nth} ({effect:?} effect, state {state:?})");
    inventory::expect_same(&inventory::of(&emulator), &calm, &when);
}

fn emulator() -> Emulator {
    Emulator::builder().time_factor(0.0).build()
}

fn stack() -> Stack {
    system(&parameters(On::Emulator))
}
