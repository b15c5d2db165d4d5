//! [`Agenda`]: what is going to happen by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{PlaceKey, Time};
use crate::call::Call;

/// Something that happens to a resource after a while, as its becoming available.
#[derive(Clone, Copy)]
pub(crate) struct Task {
    /// The service whose model it uses, by botocore's name.
    pub service: &'static str,
    /// Its name, unique in the service: what is saved.
    pub name: &'static str,
    pub run: fn(&mut Call<'_>, id: &str),
}

/// What happens when.
#[derive(Default)]
pub(crate) struct Agenda {
    due: BTreeMap<Entry, Due>,
    count: u64,
    /// Entries that nobody has written down yet.
    fresh: BTreeSet<Entry>,
    /// Entries that were written down and are done.
    done: Vec<Entry>,
}

/// When, and after how many others were entered.
pub(crate) type Entry = (Time, u64);

/// A task for a resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Due {
    pub service: String,
    pub task: String,
    pub id: String,
    pub account: String,
    pub region: String,
}

impl Due {
    pub fn new(task: &Task, place: PlaceKey, id: &str) -> Self {
        Self {
            service: task.service.to_owned(),
            task: task.name.to_owned(),
            id: id.to_owned(),
            account: place.account,
            region: place.region,
        }
    }
}

impl Agenda {
    /// Tasks of one moment run in the order in which they were added.
    pub fn add(&mut self, at: Time, due: Due) {
        self.count += 1;
        let entry = (at, self.count);
        self.fresh.insert(entry);
        self.due.insert(entry, due);
    }

    /// The first task that is due.
    pub fn pop(&mut self, now: Time) -> Option<(Time, Due)> {
        let first = self.due.first_entry()?;
        let entry = *first.key();
        if entry.0 > now {
            return None;
        }
        let due = first.remove();
        if !self.fresh.remove(&entry) {
            self.done.push(entry);
        }
        Some((entry.0, due))
    }

    /// When the next task is due.
    pub fn next(&self) -> Option<Time> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// Everything that is due.
    pub fn dump(&self) -> Vec<(Entry, Due)> {
        let all = self.due.iter();
        all.map(|(entry, due)| (*entry, due.clone())).collect()
    }

    /// Whether anything was entered or done since it was last asked.
    pub fn has_changed(&self) -> bool {
        !self.fresh.is_empty() || !self.done.is_empty()
    }

    /// What was entered since it was last asked, and what is done of the rest.
    pub fn take_changes(&mut self) -> (Vec<(Entry, Due)>, Vec<Entry>) {
        let fresh = std::mem::take(&mut self.fresh).into_iter();
        let fresh = fresh.filter_map(|entry| Some((entry, self.due.get(&entry)?.clone())));
        (fresh.collect(), std::mem::take(&mut self.done))
    }

    /// Enters what was written down, and takes out what was done.
    pub fn restore(&mut self, entered: Vec<(Entry, Due)>, done: &[Entry]) {
        for (entry, due) in entered {
            self.count = self.count.max(entry.1);
            self.due.insert(entry, due);
        }
        for entry in done {
            self.due.remove(entry);
        }
    }
}
