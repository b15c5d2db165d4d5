//! [`Change`]: one change to a program, what it makes of the program, and whether it makes any sense.

use std::fmt;

use jeancloud::prelude::*;

use super::{
    dice::Dice,
    extras::Extra,
    knobs::KNOBS,
    program::{Program, Turned},
};
use crate::harness::On;

/// One change to a program.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// Properties get other values; see [`KNOBS`].
    Set(Turned, usize),
    /// They go back to what the example says, or to AWS's defaults.
    Clear(Turned),
    /// Something more.
    Add(Extra),
    /// Something that nothing else needs is declared no more.
    Remove(Address),
    /// And is declared again.
    Return(Address),
    /// It is called otherwise, with a line that says so. Lines of earlier renamings stay, or go.
    Rename {
        what: Address,
        to: Address,
        lines_stay: bool,
    },
    /// It is made anew, unchanged, as `--replace` asks for.
    Replace(Address),
    /// Traffic is encrypted, or is no longer: certificates, listeners and records come and go.
    Tls(bool),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(at, way) => write!(f, "set {}: {}", at.address, way_of(at, *way)),
            Self::Clear(at) => write!(f, "clear {}: {}", at.address, way_of(at, 0)),
            Self::Add(extra) => write!(f, "add {}: {:?}", extra.address(), extra.kind),
            Self::Remove(address) => write!(f, "remove {address}"),
            Self::Return(address) => write!(f, "add {address} again"),
            Self::Rename { what, to, .. } => write!(f, "rename {what} to {to}"),
            Self::Replace(address) => write!(f, "replace {address}"),
            Self::Tls(on) => write!(f, "set tls: {on}"),
        }
    }
}

/// What it sets, on one line.
fn way_of(at: &Turned, way: usize) -> String {
    let words = KNOBS[at.knob].ways[way].split_whitespace();
    words.collect::<Vec<_>>().join(" ")
}

impl Change {
    /// The program after it; `None` where it means nothing, or AWS would refuse what it makes.
    pub(super) fn of(&self, program: &Program) -> Option<Program> {
        let mut next = program.clone();
        next.replaced = None;
        match self {
            Self::Set(at, way) => {
                program.has(at.address).then_some(())?;
                let before = next.turned.insert(*at, *way);
                (before != Some(*way)).then_some(())?;
            }
            Self::Clear(at) => {
                program.has(at.address).then_some(())?;
                next.turned.remove(at)?;
            }
            Self::Add(extra) => next.extras.insert(*extra).then_some(())?,
            Self::Remove(address) => next.remove(*address).then_some(())?,
            Self::Return(address) => next.removed.remove(address).then_some(())?,
            Self::Rename {
                what,
                to,
                lines_stay,
            } => {
                program.has(*what).then_some(())?;
                next.rename(*what, *to, *lines_stay).then_some(())?;
            }
            Self::Replace(address) => {
                program.has(*address).then_some(())?;
                next.replaced = Some(program.now_at(*address));
            }
            Self::Tls(on) => {
                let before = std::mem::replace(&mut next.tls, *on);
                (before != *on).then_some(())?;
            }
        }
        next.is_sound().then_some(next)
    }

    /// Changes that follow from a seed, as many as asked for, each of which makes sense after the ones
    /// before it.
    pub(super) fn drawn(on: On, seed: u64, count: usize) -> Vec<Self> {
        let mut dice = Dice::seeded(seed);
        let mut program = Program::of(on, "drawn");
        let mut changes = Vec::new();
        while changes.len() < count {
            let Some(change) = draw(&program, &mut dice) else {
                continue;
            };
            if let Some(next) = change.of(&program) {
                program = next;
                changes.push(change);
            }
        }
        changes
    }
}

/// A change of one of the six kinds, which may turn out to make no sense.
fn draw(program: &Program, dice: &mut Dice) -> Option<Change> {
    let declared = program.declared();
    Some(match dice.roll(16) {
        0..=4 => {
            let at = *dice.pick(&program.turnable())?;
            Change::Set(at, dice.roll(KNOBS[at.knob].ways.len()))
        }
        5..=6 => {
            let turned: Vec<Turned> = program.turned.keys().copied().collect();
            let can_go_back = |at: &Turned| !KNOBS[at.knob].stays;
            let turned: Vec<Turned> = turned.into_iter().filter(can_go_back).collect();
            Change::Clear(*dice.pick(&turned)?)
        }
        7..=8 => Change::Add(Extra::drawn(program, dice)?),
        9 => {
            let removed: Vec<Address> = program.removed.iter().copied().collect();
            Change::Return(*dice.pick(&removed)?)
        }
        10..=11 => Change::Remove(*dice.pick(&declared)?),
        12..=13 => {
            let what = *dice.pick(&declared)?;
            Change::Rename {
                what,
                to: program.new_name(what, dice),
                lines_stay: dice.roll(2) == 0,
            }
        }
        14 => Change::Replace(*dice.pick(&program.replaceable())?),
        _ => Change::Tls(dice.roll(2) == 0),
    })
}
