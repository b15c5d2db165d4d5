//! What is told of the generation that goes on, in the report and to the state.

use jeancloud_model::{Address, reference};
use serde_json::Value as Json;

use super::{Decider, compared::Compared};
use crate::{
    Declaration,
    plan::{Drift, Generation, diff::Comparison, ignore, report::Note, show},
    state::Record,
};

impl Decider<'_> {
    /// Writes down which generation goes on, where the state takes another one for that.
    pub(super) fn go_on(&mut self, address: Address, compared: &Compared<'_>) {
        let Compared {
            current, record, ..
        } = compared;
        let known = self.input.state.resources.get(&address);
        let other = known.is_none_or(|known| known.generation != current.number)
            || self.decided.found.iter().any(|(at, _)| *at == address);
        if let Some(record) = record.filter(|_| other) {
            let record = Record {
                deleting: false,
                ..(*record).clone()
            };
            self.decided.found.push((address, record));
        }
    }

    /// What the report says of the one that goes on; what exists and the state does not know is written
    /// down.
    pub(super) fn notes(&mut self, declaration: &Declaration, compared: &Compared<'_>) {
        match compared.applied() {
            Some(_) if compared.current.observed.going => {
                if compared.record.is_some_and(|record| record.deleting) {
                    return;
                }
                let gone = Drift::gone(declaration.address);
                self.decided.report.drift.push(gone);
            }
            // What a run began to change itself is no drift.
            Some(_) if compared.unfinished => {}
            Some(applied) => {
                self.note_drift(declaration, applied, compared.current, &compared.ignored);
            }
            None => self.adopt(declaration, compared),
        }
        self.decided.notes.extend(compared.notes.iter().cloned());
    }

    /// Writes down what exists and the state does not know.
    fn adopt(&mut self, declaration: &Declaration, compared: &Compared<'_>) {
        let wanted = &compared.wanted.properties;
        let properties = match compared.found.is_empty() && !reference::is_unknown(wanted) {
            true => wanted.clone(),
            // What was last applied is forgotten with the state: nothing is known to clear.
            false => Json::Object(serde_json::Map::new()),
        };
        let record = self
            .subject(declaration)
            .found(compared.current, &properties);
        self.decided.found.push((declaration.address, record));
    }

    fn note_drift(
        &mut self,
        declaration: &Declaration,
        applied: &Json,
        current: &Generation,
        ignored: &[String],
    ) {
        let comparison = Comparison {
            facts: declaration.facts,
            desired: applied,
            applied: Some(applied),
            observed: &current.observed.properties,
            moved: &self.moved_by_aws(declaration, current),
        };
        let mut differences = comparison.differences();
        ignore::leave_out(ignored, &mut differences);
        let found = differences.found;
        if found.is_empty() {
            return;
        }
        // As the report says it: before, what was applied; after, what AWS has.
        let mut changes = show::changes(declaration, &found, Some(applied));
        for change in &mut changes {
            std::mem::swap(&mut change.before, &mut change.after);
            change.forces_replacement = false;
            change.drifted = true;
        }
        self.decided.report.drift.push(Drift {
            address: declaration.address,
            gone: false,
            changes,
        });
    }
}

/// What the report says of the addresses where an older generation goes on: once for all, since a
/// replacement takes others along.
pub(crate) fn of_what_goes_on(about: Vec<Address>) -> Option<Note> {
    let text = match &about[..] {
        [] => return None,
        [one] => format!(
            "{one}: the one from before goes on; what an earlier run made in its place is not wanted any more"
        ),
        [first, rest @ ..] => format!(
            "{first} and {} more: those from before go on; what an earlier run made in their place is not wanted any more",
            rest.len()
        ),
    };
    Some(Note { about, text })
}
