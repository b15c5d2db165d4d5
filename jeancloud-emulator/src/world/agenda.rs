//! [`Agenda`]: what is going to happen by itself.

use std::collections::BTreeMap;

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
    due: BTreeMap<(Time, u64), Due>,
    count: u64,
}

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
        self.due.insert((at, self.count), due);
    }

    /// The first task that is due.
    pub fn pop(&mut self, now: Time) -> Option<(Time, Due)> {
        let first = self.due.first_entry()?;
        let (at, _) = *first.key();
        (at <= now).then(|| (at, first.remove()))
    }

    /// When the next task is due.
    pub fn next(&self) -> Option<Time> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    pub fn dump(&self) -> Vec<(Time, Due)> {
        let all = self.due.iter();
        all.map(|((at, _), due)| (*at, due.clone())).collect()
    }

    pub fn restore(due: Vec<(Time, Due)>) -> Self {
        let mut agenda = Self::default();
        for (at, due) in due {
            agenda.add(at, due);
        }
        agenda
    }
}
