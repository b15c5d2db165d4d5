//! [`Tally`]: what came of an attack.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::services;

/// How often each operation was called, and what broke.
#[derive(Default)]
pub struct Tally {
    counts: BTreeMap<(&'static str, String), Count>,
    /// What must not happen, with a request that made it happen.
    pub broken: BTreeMap<String, String>,
}

#[derive(Default)]
struct Count {
    succeeded: usize,
    codes: BTreeMap<String, usize>,
}

impl Tally {
    pub fn succeeded(&mut self, service: &'static str, operation: &str) {
        self.count(service, operation).succeeded += 1;
    }

    pub fn refused(&mut self, service: &'static str, operation: &str, code: &str) {
        let codes = &mut self.count(service, operation).codes;
        *codes.entry(code.to_owned()).or_default() += 1;
    }

    pub fn broke(&mut self, what: String, request: String) {
        self.broken.entry(what).or_insert(request);
    }

    /// The share of all operations that were called with success.
    pub fn share_that_succeeds(&self) -> f64 {
        let all: usize = services::ALL.iter().map(|it| it.operations.len()).sum();
        let succeeded = self.counts.values().filter(|it| it.succeeded > 0);
        succeeded.count() as f64 / all as f64
    }

    fn count(&mut self, service: &'static str, operation: &str) -> &mut Count {
        let key = (service, operation.to_owned());
        self.counts.entry(key).or_default()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut unknown = BTreeSet::new();
        for ((service, operation), count) in &self.counts {
            let faults = &services::named(service).model().faults;
            if count.succeeded == 0 {
                writeln!(f, "never succeeds: {service} {operation} {:?}", count.codes)?;
            }
            for code in count.codes.keys().filter(|it| !faults.contains_key(*it)) {
                unknown.insert(format!("{service} {code} ({operation})"));
            }
        }
        for code in unknown {
            writeln!(f, "not in the model: {code}")?;
        }
        for (what, request) in &self.broken {
            writeln!(f, "BROKEN {what}\n    by {request}")?;
        }
        let calls: usize = self
            .counts
            .values()
            .map(|it| it.succeeded + it.codes.values().sum::<usize>())
            .sum();
        let succeeded: usize = self.counts.values().map(|it| it.succeeded).sum();
        let share = self.share_that_succeeds() * 100.0;
        write!(
            f,
            "{calls} calls, {succeeded} of them succeed; {share:.0} % of the operations succeed once"
        )
    }
}
