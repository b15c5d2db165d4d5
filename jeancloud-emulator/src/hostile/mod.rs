//! Nothing that is sent makes the emulator panic, fail inside or answer what its models don't have.
//!
//! Calls of every operation are made from AWS's models ([`values`]) with what exists in a world
//! with content ([`begin`], [`pool`]), one after the other: new ones, and variations of those that
//! worked ([`worked`]). Some are spoilt on their way ([`wire`]). All of it follows from a number, so
//! that a failure can be had again.
//!
//! `HOSTILE_CALLS=5000000 cargo test --release -p jeancloud-emulator hostile` runs longer than the
//! suite does, and prints what was reached; `HOSTILE_WORLD=99` begins with the world that a failure
//! named.

mod attack;
mod begin;
mod pool;
mod tally;
mod values;
mod wire;
mod worked;

use attack::Attack;
use tally::Tally;

/// Calls in one world before the next one begins.
const CALLS_OF_A_WORLD: usize = 1500;

/// The calls of a run in the suite.
const CALLS: usize = 6_000;

fn run(calls: usize, first_world: u64) -> Tally {
    let mut tally = Tally::default();
    let worlds = calls.div_ceil(CALLS_OF_A_WORLD) as u64;
    for world in first_world..first_world + worlds {
        Attack::begin(world).run(CALLS_OF_A_WORLD, &mut tally);
    }
    tally
}

// Time stands still but where the attack lets it pass: what happens by itself follows from the number
// too.
#[tokio::test(start_paused = true)]
async fn whatever_is_called_is_answered() {
    let number = |name: &str| {
        let given = std::env::var(name).ok();
        given.map(|it| {
            it.parse::<u32>()
                .unwrap_or_else(|_| panic!("{name} is a number"))
        })
    };
    let wished = number("HOSTILE_CALLS").map(|calls| calls as usize);
    let first = number("HOSTILE_WORLD").unwrap_or(0);
    let tally = run(wished.unwrap_or(CALLS), first.into());
    if wished.is_some() {
        println!("{tally}");
    }
    assert!(tally.broken.is_empty(), "{tally}");
    // Calls that no operation understands would test the parsers only.
    let reached = tally.share_that_succeeds();
    assert!(
        reached > 0.7 || wished.is_some_and(|calls| calls < CALLS),
        "{:.0} % succeed once\n{tally}",
        reached * 100.0
    );
}

#[tokio::test(start_paused = true)]
async fn the_same_number_makes_the_same_calls() {
    let run = |world| {
        let mut attack = Attack::begin(world);
        attack.run(200, &mut Tally::default());
        attack.calls()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}
