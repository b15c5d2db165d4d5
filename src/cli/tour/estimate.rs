//! How long the same run takes on AWS, and what dictates it.

use std::time::Duration;

use super::guide::faint;
use crate::{
    cli::show::style::{CREATE, STRONG, counted, duration, padded, paint, width},
    embedded::{Embedded, Step, Timeline},
};

/// Steps of the critical path that take less are counted.
const SHORT: Duration = Duration::from_secs(5);

/// How wide the bars are.
const BAR: usize = 24;

/// The estimate, and the chain of steps that it comes from.
pub(super) fn text(timeline: &Timeline) -> String {
    let total = paint(STRONG, duration(timeline.took()));
    let path = timeline.critical_path();
    let (long, short): (Vec<&Step>, Vec<&Step>) =
        path.into_iter().partition(|step| step.took() >= SHORT);
    let mut text = format!("\nYour account would take about {total}. What dictates it:\n");
    let times: Vec<String> = long.iter().map(|step| duration(step.took())).collect();
    let widest = times.iter().map(|time| width(time)).max().unwrap_or(0);
    for (step, time) in long.iter().zip(&times) {
        let bar = bar(step.took(), timeline.took());
        text += &format!("  {} {bar} {}\n", padded(time, widest), step.address);
    }
    if !short.is_empty() {
        let took: Duration = short.iter().map(|step| step.took()).sum();
        let sum = duration(took);
        let others = counted(short.len(), "shorter step");
        let bar = bar(took, timeline.took());
        text += &format!("  {} {bar} {}\n", padded(&sum, widest), faint(&others));
    }
    let call = duration(Embedded::CALL);
    text + &faint(&format!(
        "By AWS's documented durations, or usual ones where there are none; {call} a call."
    ))
}

/// How much of the whole a step takes.
fn bar(part: Duration, whole: Duration) -> String {
    let share = part.as_secs_f64() / whole.as_secs_f64().max(0.001);
    let filled = ((share * BAR as f64).round() as usize).clamp(1, BAR);
    let [filled, rest] = [("━", filled), ("─", BAR - filled)].map(|(one, times)| one.repeat(times));
    format!("{}{}", paint(CREATE, filled), faint(&rest))
}
