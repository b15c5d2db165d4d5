//! Random changes to the system, one after the other. After each one nothing is left to do, and AWS has
//! what it has where the program, as it is by then, is applied in an empty account.
//!
//! A [`Change`] sets properties ([`KNOBS`]), clears them, adds something
//! ([`Extra`]), removes it, renames it, or replaces it. A [`Program`] is
//! the example with all that was changed in it so far; a [`Case`] lives through the changes that follow
//! from a seed.
//!
//! `JEANCLOUD_CHANGES=100..140x30` lives through other cases: the seeds 100 to 139, 30 changes each.
//!
//! `proptest` draws values and shrinks them without knowing what they mean. A change makes sense only
//! where those before it left the program, and costs an apply on two AWSs to try: so [`Dice`](dice::Dice)
//! draws one after the other from what there is, and a failing case is lived again with one change less
//! at a time.

mod case;
mod change;
mod content;
mod dice;
mod extras;
mod knobs;
mod listed;
mod program;

use std::{collections::BTreeSet, env, ops::Range};

use tokio::task::JoinSet;

use self::{case::Case, change::Change, extras::Extra, knobs::KNOBS, program::Program};
use crate::harness::{On, tried};

on_each!(whatever_is_changed_aws_has_what_the_stack_says_and_nothing_is_left_to_do);

async fn whatever_is_changed_aws_has_what_the_stack_says_and_nothing_is_left_to_do(on: On) {
    let (seeds, count) = asked_for().unwrap_or(usual(on));
    let mut lives = JoinSet::new();
    for seed in seeds {
        lives.spawn(Case { on, seed }.live(count));
    }
    let mut failures = Vec::new();
    while let Some(life) = lives.join_next().await {
        failures.extend(life.expect("a case does not panic").err());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The seeds of every run, and how many changes each: as many as there is a minute for.
fn usual(on: On) -> (Range<u64>, usize) {
    match on {
        On::Emulator => (1..5, 5),
        On::Moto => (21..24, 4),
    }
}

/// What `JEANCLOUD_CHANGES` asks for: seeds, and how many changes each.
fn asked_for() -> Option<(Range<u64>, usize)> {
    let asked = env::var("JEANCLOUD_CHANGES").ok()?;
    let read = || {
        let (seeds, count) = asked.split_once('x')?;
        let (first, end) = seeds.split_once("..")?;
        Some((first.parse().ok()?..end.parse().ok()?, count.parse().ok()?))
    };
    Some(read().unwrap_or_else(|| panic!("JEANCLOUD_CHANGES={asked} is not like 100..140x30")))
}

/// Each knob is on something, and every way to turn it has the shape of what it is on.
#[test]
fn knobs_turn_properties_of_their_types() {
    let mut program = Program::of(On::Emulator, "knobs");
    program.tls = true;
    program.extras = Extra::one_of_each().collect();
    let turnable = program.turnable();
    let on: BTreeSet<usize> = turnable.iter().map(|at| at.knob).collect();
    assert!(
        on.into_iter().eq(0..KNOBS.len()),
        "some knobs are on nothing"
    );
    let ways = KNOBS.iter().map(|knob| knob.ways.len()).max();
    for way in 0..ways.unwrap_or_default() {
        let turned = turnable
            .iter()
            .map(|at| (*at, way.min(KNOBS[at.knob].ways.len() - 1)));
        program.turned = turned.collect();
        assert!(program.is_sound());
        for declared in program.stack().declarations() {
            tried::expect_shape(declared.type_name, &declared.properties);
        }
    }
}

#[test]
fn the_changes_of_every_run_are_of_every_kind() {
    let kind = |change: &Change| match change {
        Change::Set(..) | Change::Tls(_) => "set",
        Change::Clear(_) => "clear",
        Change::Add(_) | Change::Return(_) => "add",
        Change::Remove(_) => "remove",
        Change::Rename { .. } => "rename",
        Change::Replace(_) => "replace",
    };
    for on in [On::Emulator, On::Moto] {
        let (seeds, count) = usual(on);
        let changes = seeds.flat_map(|seed| Change::drawn(on, seed, count));
        let kinds: BTreeSet<&str> = changes.map(|change| kind(&change)).collect();
        let all = ["add", "clear", "remove", "rename", "replace", "set"];
        assert!(kinds.into_iter().eq(all), "some kinds are not tried");
    }
}
