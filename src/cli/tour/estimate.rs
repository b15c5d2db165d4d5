//! How long the same run takes on AWS, and what dictates it.

use std::time::Duration;

use super::faint;
use crate::{
    cli::show::style::{STRONG, counted, duration, padded, paint, width},
    embedded::{Embedded, Step, Timeline},
};

/// Steps of the critical path that take less are counted.
const SHORT: Duration = Duration::from_secs(5);

/// The estimate, and the chain of steps that it comes from.
pub(super) fn text(timeline: &Timeline) -> String {
    let total = paint(STRONG, duration(timeline.took()));
    let path = timeline.critical_path();
    let (long, short): (Vec<&Step>, Vec<&Step>) =
        path.into_iter().partition(|step| step.took() >= SHORT);
    let mut text = format!("Your account would take about {total}. What dictates it:\n");
    let times: Vec<String> = long.iter().map(|step| duration(step.took())).collect();
    let widest = times.iter().map(|time| width(time)).max().unwrap_or(0);
    for (step, time) in long.iter().zip(&times) {
        text += &format!("  {}  {}\n", padded(time, widest), step.address);
    }
    if !short.is_empty() {
        let sum = duration(short.iter().map(|step| step.took()).sum());
        let others = counted(short.len(), "shorter step");
        text += &format!("  {}  {}\n", padded(&sum, widest), faint(&others));
    }
    let call = duration(Embedded::CALL);
    text + &faint(&format!(
        "Durations are AWS's documented ones, or usual ones where it documents none; {call} a call.\n",
    ))
}
