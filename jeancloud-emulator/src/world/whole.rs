//! [`World`]: everything.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Clock, Draw, PlaceKey, Task, Time,
    agenda::{Agenda, Due, Entry},
    place::Place,
    resource::Resource,
    table::Table,
};
use crate::{call::Call, services};

/// How an emulated AWS behaves; set once.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub seed: u64,
    /// What documented durations are multiplied with.
    pub time_factor: f64,
    /// Whether time passes only when it is told to.
    pub turned_by_hand: bool,
    /// Whether new resources stay invisible for as long as AWS may need.
    pub eventual: bool,
    /// Whether regions begin with a default VPC.
    pub default_vpcs: bool,
    /// The account of access keys that don't name one.
    pub account: String,
}

/// Everything that exists, and when it is.
pub(crate) struct World {
    pub rules: Rules,
    pub clock: Clock,
    places: Vec<Place>,
    index: BTreeMap<PlaceKey, usize>,
    /// How many ids were drawn, by what for.
    drawn: BTreeMap<String, u64>,
    /// What was drawn for since somebody asked.
    drawn_since: BTreeSet<String>,
    agenda: Agenda,
    /// Whether what changes is remembered, for `take_changes`.
    recording: bool,
}

/// A line of a journal: a resource's content, or that it went.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Change {
    pub place: PlaceKey,
    pub kind: String,
    pub id: String,
    pub content: Option<Value>,
}

/// What stands beside the resources: all of it, or what changed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Margin {
    pub now: Time,
    pub drawn: BTreeMap<String, u64>,
    pub agenda: Vec<(Entry, Due)>,
    pub done: Vec<Entry>,
}

impl World {
    pub fn new(rules: Rules, start: Time) -> Self {
        let clock = match rules.turned_by_hand {
            true => Clock::standing_at(start),
            false => Clock::starting_at(start),
        };
        Self {
            rules,
            clock,
            places: Vec::new(),
            index: BTreeMap::new(),
            drawn: BTreeMap::new(),
            drawn_since: BTreeSet::new(),
            agenda: Agenda::default(),
            recording: false,
        }
    }

    /// The number of a place, which is made when it is first asked for.
    pub fn place(&mut self, key: PlaceKey) -> usize {
        if let Some(at) = self.index.get(&key) {
            return *at;
        }
        let mut place = Place::new(key.clone());
        if self.recording {
            place.record();
        }
        self.places.push(place);
        self.index.insert(key, self.places.len() - 1);
        self.places.len() - 1
    }

    pub fn table<R: Resource>(&self, place: usize) -> &Table<R> {
        self.places[place].table()
    }

    pub fn table_mut<R: Resource>(&mut self, place: usize) -> &mut Table<R> {
        self.places[place].table_mut()
    }

    /// All resources of a kind, with their places and ids.
    pub fn all<R: Resource>(&self) -> impl Iterator<Item = (&PlaceKey, &str, &R)> {
        self.places.iter().flat_map(|place| {
            let rows = place.table::<R>().iter();
            rows.map(|(id, resource)| (&place.key, id, resource))
        })
    }

    /// The ids of a kind in a place.
    pub fn ids_of(&self, place: usize, kind: &str) -> Vec<String> {
        let mut tables = self.places[place].tables();
        let table = tables.find(|(name, _)| *name == kind);
        table.map_or_else(Vec::new, |(_, table)| table.ids())
    }

    /// Kind and id of everything in a place that refers to `id`.
    pub fn referrers(&self, place: usize, id: &str) -> Vec<(&'static str, String)> {
        let tables = self.places[place].tables();
        let found = tables.map(|(kind, table)| (kind, table.ids_with(id)));
        found
            .flat_map(|(kind, ids)| ids.into_iter().map(move |id| (kind, id)))
            .collect()
    }

    /// A source of ids for `purpose`, another one each time.
    pub fn draw(&mut self, purpose: &[&str]) -> Draw {
        let words = purpose.join("/");
        let count = self.drawn.get(&words).map_or(1, |count| count + 1);
        self.drawn_since.insert(words.clone());
        self.drawn.insert(words, count);
        let count = count.to_string();
        Draw::new(
            self.rules.seed,
            purpose.iter().copied().chain([count.as_str()]),
        )
    }

    /// A duration as this world keeps it.
    pub fn scaled(&self, duration: Duration) -> Duration {
        duration.mul_f64(self.rules.time_factor)
    }

    pub fn schedule(&mut self, at: Time, task: &Task, place: PlaceKey, id: &str) {
        self.agenda.add(at, Due::new(task, place, id));
    }

    /// Lets happen what was due by now.
    pub fn catch_up(&mut self) {
        let now = self.clock.now();
        while let Some((at, due)) = self.agenda.pop(now) {
            let service = services::ALL.iter().find(|it| it.name == due.service);
            let tasks = service.map(|service| service.tasks).unwrap_or_default();
            if let Some(task) = tasks.iter().find(|task| task.name == due.task) {
                let mut call = Call::of_task(self, task, &due.account, &due.region, at);
                (task.run)(&mut call, &due.id);
            }
        }
    }

    /// When the next thing happens by itself.
    pub fn next_due(&self) -> Option<Time> {
        self.agenda.next()
    }

    /// Remembers from now on what changes.
    pub fn record(&mut self) {
        self.recording = true;
        self.places.iter_mut().for_each(Place::record);
    }

    /// What changed since it was last asked.
    pub fn take_changes(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        for place in &mut self.places {
            let key = place.key.clone();
            for (kind, table) in place.tables_mut() {
                for (id, content) in table.take_changed() {
                    changes.push(Change {
                        place: key.clone(),
                        kind: kind.to_owned(),
                        id,
                        content,
                    });
                }
            }
        }
        changes
    }

    /// Every resource.
    pub fn dump(&self) -> Vec<Change> {
        self.each(|table| table.dump())
    }

    /// Every resource as AWS shows it.
    pub fn views(&self) -> Vec<Change> {
        self.each(|table| table.views())
    }

    fn each(
        &self,
        list: impl Fn(&dyn super::table::AnyTable) -> Vec<(String, Value)>,
    ) -> Vec<Change> {
        let mut all = Vec::new();
        for place in self.index.values().map(|at| &self.places[*at]) {
            for (kind, table) in place.tables() {
                for (id, content) in list(table) {
                    all.push(Change {
                        place: place.key.clone(),
                        kind: kind.to_owned(),
                        id,
                        content: Some(content),
                    });
                }
            }
        }
        all
    }

    /// Makes a change that was written down. One of a kind that isn't known any more is left out.
    pub fn restore(&mut self, change: Change) -> Result<(), serde_json::Error> {
        let place = self.place(change.place);
        match self.places[place].named(&change.kind) {
            Some(table) => table.restore(&change.id, change.content),
            None => Ok(()),
        }
    }

    /// What stands beside all resources.
    pub fn margin(&self) -> Margin {
        Margin {
            now: self.clock.now(),
            drawn: self.drawn.clone(),
            agenda: self.agenda.dump(),
            done: Vec::new(),
        }
    }

    /// Whether tasks were added or done since the margin was last taken.
    pub fn has_other_tasks(&self) -> bool {
        self.agenda.has_changed()
    }

    /// What of it changed since it was last asked.
    pub fn take_margin(&mut self) -> Margin {
        let drawn = std::mem::take(&mut self.drawn_since).into_iter();
        let drawn = drawn.filter_map(|words| {
            let count = *self.drawn.get(&words)?;
            Some((words, count))
        });
        let drawn = drawn.collect();
        let (agenda, done) = self.agenda.take_changes();
        Margin {
            now: self.clock.now(),
            drawn,
            agenda,
            done,
        }
    }

    /// Puts back what `margin` or `take_margin` gave.
    pub fn restore_margin(&mut self, margin: Margin) {
        let Margin {
            now,
            drawn,
            agenda,
            done,
        } = margin;
        self.clock.set(now);
        self.drawn.extend(drawn);
        self.agenda.restore(agenda, &done);
    }
}
