//! [`World`]: everything.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Clock, Draw, PlaceKey, Task, Time,
    agenda::{Agenda, Due},
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
    agenda: Agenda,
}

/// A line of a journal: a resource's content, or that it went.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Change {
    pub place: PlaceKey,
    pub kind: String,
    pub id: String,
    pub content: Option<Value>,
}

/// What stands beside the resources.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Margin {
    pub now: Time,
    pub drawn: BTreeMap<String, u64>,
    pub agenda: Vec<(Time, Due)>,
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
            agenda: Agenda::default(),
        }
    }

    /// The number of a place, which is made when it is first asked for.
    pub fn place(&mut self, key: PlaceKey) -> usize {
        if let Some(at) = self.index.get(&key) {
            return *at;
        }
        self.places.push(Place::new(key.clone()));
        self.index.insert(key, self.places.len() - 1);
        self.places.len() - 1
    }

    pub fn table<R: Resource>(&self, place: usize) -> &Table<R> {
        self.places[place].table()
    }

    pub fn table_mut<R: Resource>(&mut self, place: usize) -> &mut Table<R> {
        self.places[place].table_mut()
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
        let count = self.drawn.entry(purpose.join("/")).or_default();
        *count += 1;
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

    /// Marks a resource as gone that another world had, so that it is written down.
    pub fn forget(&mut self, place: usize, gone: &Change) {
        if let Some(table) = self.places[place].named(&gone.kind) {
            table.mark(&gone.id);
        }
    }

    pub fn margin(&self) -> Margin {
        Margin {
            now: self.clock.now(),
            drawn: self.drawn.clone(),
            agenda: self.agenda.dump(),
        }
    }

    pub fn restore_margin(&mut self, margin: Margin) {
        self.clock.set(margin.now);
        self.drawn = margin.drawn;
        self.agenda = Agenda::restore(margin.agenda);
    }
}
