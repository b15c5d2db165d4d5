//! The system on an AWS where everything goes wrong now and then, seeded and repeatable: in the end
//! there is what there is where nothing goes wrong.

use std::time::Duration;

use aws_config::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use jeancloud::{aws::Aws, prelude::*};
use jeancloud_emulator::{Effect, Emulator, Fault, Faults};
use tokio::task::JoinSet;

use super::{
    inventory,
    life::{Goal, Life, parameters, steps},
    system,
};
use crate::harness::{Cloud, On, configuration};

/// The account of every run: nothing of it may differ between two.
const ACCOUNT: &str = "111122223333";

/// How many storms there are.
const SEEDS: u64 = 6;

/// How often a plan or an apply may be begun again until it is through.
const RUNS: usize = 5;

#[tokio::test]
async fn the_system_is_the_same_whatever_goes_wrong_on_the_way() {
    let calm = emulator(0);
    let life = Life::of(Cloud::of(&calm, ACCOUNT));
    let _ = life.apply(&stack()).await;
    let calm = inventory::of(&calm);
    let mut storms = JoinSet::new();
    for seed in 1..=SEEDS {
        storms.spawn(weathered(seed, calm.clone()));
    }
    while let Some(storm) = storms.join_next().await {
        if let Err(failure) = storm {
            std::panic::resume_unwind(failure.into_panic());
        }
    }
}

/// What the inventory leaves out is all that differs: two runs whose ids differ have the same.
#[tokio::test]
async fn two_calm_runs_have_the_same_inventory() {
    let mut inventories = Vec::new();
    for seed in [0, 1] {
        let emulator = emulator(seed);
        let life = Life::of(Cloud::of(&emulator, ACCOUNT));
        let _ = life.apply(&stack()).await;
        inventories.push((inventory::of(&emulator), emulator.inventory()));
    }
    assert!(inventories[0].0.len() > 100, "{}", inventories[0].0.len());
    inventory::expect_same(&inventories[0].0, &inventories[1].0, "in a calm");
    assert_ne!(inventories[0].1, inventories[1].1);
}

/// Made and destroyed in a storm; looked at when it is over.
async fn weathered(seed: u64, calm: Vec<String>) {
    let emulator = emulator(seed);
    let stack = stack();
    let mut life = Life::through(Cloud::of(&emulator, ACCOUNT), in_storm(&emulator, seed));
    life.run_until_done(&stack, Goal::Stack, RUNS).await;
    life.recovers();
    assert_eq!(steps(&life.plan(&stack).await), [""; 0], "seed {seed}");
    let when = format!("after the storm of seed {seed}");
    inventory::expect_same(&inventory::of(&emulator), &calm, &when);
    let (troubles, calls) = (troubles(&emulator), emulator.calls().len());
    assert!(
        troubles > 50,
        "only {troubles} of {calls} calls went wrong, seed {seed}"
    );

    life.goes_on_through(in_storm(&emulator, seed + SEEDS));
    life.run_until_done(&stack, Goal::Nothing, RUNS).await;
    life.recovers();
    life.expect_nothing_left().await;
}

/// AWS in a storm, for a client that is patient: a plan asks hundreds of questions, and one without
/// an answer fails it.
fn in_storm(emulator: &Emulator, seed: u64) -> Aws {
    let http = SharedHttpClient::new(emulator.client_with(storm(seed)));
    let retries = RetryConfig::standard()
        .with_max_attempts(6)
        .with_initial_backoff(Duration::from_millis(20));
    let timeouts = TimeoutConfig::builder()
        .read_timeout(Duration::from_millis(100))
        .build();
    let config = configuration(ACCOUNT, http)
        .to_builder()
        .retry_config(retries)
        .timeout_config(timeouts)
        .build();
    Aws::with_config(config)
}

/// One call in five goes wrong.
fn storm(seed: u64) -> Faults {
    let late = Fault::Slow(Duration::from_millis(20));
    [
        (0.05, Fault::Throttled),
        (0.04, Fault::InternalError),
        (0.04, Fault::Unavailable),
        (0.03, Fault::Lost(Effect::With)),
        (0.02, Fault::Lost(Effect::Without)),
        (0.02, Fault::TimedOut(Effect::With)),
        (0.01, Fault::TimedOut(Effect::Without)),
        (0.03, late),
    ]
    .into_iter()
    .fold(Faults::seeded(seed), |faults, (chance, fault)| {
        faults.chance("*", chance, fault)
    })
}

/// How many calls went wrong.
fn troubles(emulator: &Emulator) -> usize {
    let refusals = [
        "RequestLimitExceeded",
        "SlowDown",
        "ThrottlingException",
        "Throttling",
        "InternalError",
        "ServiceUnavailable",
    ];
    let wrong = emulator.calls().into_iter().filter(|call| {
        let refused = call.error.as_deref();
        !call.answered || refused.is_some_and(|code| refusals.contains(&code))
    });
    wrong.count()
}

fn emulator(seed: u64) -> Emulator {
    Emulator::builder().seed(seed).time_factor(0.0).build()
}

fn stack() -> Stack {
    system(&parameters(On::Emulator))
}
