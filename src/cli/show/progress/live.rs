//! A line for each running action and one for all, redrawn in place; what is done scrolls by above.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write},
    sync::{Mutex, MutexGuard, PoisonError},
};

use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};
use jeancloud_stack::{engine::Event, plan::Plan, time::SimulatedTime};

use super::{Look, Progress, doing, line};
use crate::cli::{
    screen::Screen,
    show::style::{duration, plain},
};

/// More running actions than this are counted, not shown.
const SHOWN: usize = 12;

pub(super) struct Live {
    screen: Screen,
    bars: MultiProgress,
    all: ProgressBar,
    running: Mutex<BTreeMap<usize, Running>>,
    look: Look,
}

struct Running {
    /// `creating france/vpc`.
    what: String,
    bar: Option<ProgressBar>,
}

impl Live {
    pub(super) fn new(plan: &Plan, screen: Screen, look: Look) -> Self {
        let bars = MultiProgress::new();
        let length = plan.actions.len().try_into().unwrap_or(u64::MAX);
        let all = bars.add(ProgressBar::new(length));
        let template = match screen.is_coloured() {
            true => "{bar:30.green/black.bright} {pos} of {len}, {for}{msg}",
            false => "{bar:30} {pos} of {len}, {for}{msg}",
        };
        all.set_style(style(template, look.time.as_ref()).progress_chars("━━─"));
        Self {
            screen,
            bars,
            all,
            running: Mutex::default(),
            look,
        }
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<usize, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, action: usize, what: String) {
        let mut running = self.running();
        let shown = running
            .values()
            .filter(|running| running.bar.is_some())
            .count();
        let bar = (shown < SHOWN).then(|| self.bar(&what));
        running.insert(action, Running { what, bar });
        self.count(&running);
    }

    fn bar(&self, what: &str) -> ProgressBar {
        let bar = self
            .bars
            .insert_before(&self.all, ProgressBar::new_spinner());
        let template = match self.screen.is_coloured() {
            // A line that the terminal broke in two could not be redrawn.
            true => "{spinner:.cyan} {for:>10.dim} {wide_msg}",
            false => "{spinner} {for:>10} {wide_msg}",
        };
        bar.set_style(style(template, self.look.time.as_ref()));
        bar.set_message(what.to_owned());
        bar
    }

    fn detail(&self, action: usize, detail: &str) {
        if let Some(Running {
            what,
            bar: Some(bar),
        }) = self.running().get(&action)
        {
            bar.set_message(format!("{what}  {detail}"));
        }
    }

    fn stop(&self, action: usize) {
        let mut running = self.running();
        if let Some(Running { bar: Some(bar), .. }) = running.remove(&action) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
            // The place goes to one that had none.
            if let Some(next) = running.values_mut().find(|running| running.bar.is_none()) {
                next.bar = Some(self.bar(&next.what));
            }
        }
        self.count(&running);
    }

    fn count(&self, running: &BTreeMap<usize, Running>) {
        let hidden = running
            .values()
            .filter(|running| running.bar.is_none())
            .count();
        self.all.set_message(match hidden {
            0 => String::new(),
            hidden => format!(", {hidden} more running"),
        });
    }
}

impl Progress for Live {
    fn event(&self, event: &Event) {
        match event {
            Event::Started {
                action,
                op,
                address,
                ..
            } => {
                self.start(*action, format!("{} {address}", doing(*op)));
            }
            Event::Born { action, id, .. } => self.detail(*action, id),
            Event::Retrying { action, reason, .. } => {
                self.detail(*action, &format!("trying again: {reason}"));
            }
            Event::Done { action, .. } | Event::Failed { action, .. } => {
                self.stop(*action);
                self.all.inc(1);
            }
            _ => {}
        }
        if let Some(line) = line(event).filter(|_| self.look.names(event)) {
            self.say(&line);
        }
    }

    fn tick(&self) {
        for bar in self
            .running()
            .values()
            .filter_map(|running| running.bar.as_ref())
        {
            bar.tick();
        }
        self.all.tick();
    }

    /// The last line is filled up to its end, so that the echoed `^C` begins another one: that goes
    /// away, or the next redrawing would begin a line too low.
    fn interrupted(&self) {
        const LINE_AWAY_AND_BACK_TO_THE_END: &[u8] = b"\r\x1b[2K\x1b[A\x1b[999C";
        let _ = io::stderr().write_all(LINE_AWAY_AND_BACK_TO_THE_END);
    }

    fn say(&self, text: &str) {
        let text = match self.screen.is_coloured() {
            true => text.to_owned(),
            false => plain(text),
        };
        for line in self.screen.fitting(&text).lines() {
            // Where the terminal is gone, the work goes on.
            let _ = self.bars.println(line);
        }
    }

    fn end(&self) {
        for Running { bar, .. } in std::mem::take(&mut *self.running()).into_values() {
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
        }
        self.all.finish_and_clear();
    }
}

/// A style for something that begins now.
pub(super) fn style(template: &str, time: Option<&SimulatedTime>) -> ProgressStyle {
    let began = time.map(|time| (time.clone(), time.now()));
    let elapsed = move |state: &ProgressState, out: &mut dyn fmt::Write| {
        let elapsed = match &began {
            Some((time, began)) => time.now().saturating_sub(*began),
            None => state.elapsed(),
        };
        let _ = out.write_str(&duration(elapsed));
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|error| panic!("broken invariant: a template of ours: {error}"))
        .with_key("for", elapsed)
}
