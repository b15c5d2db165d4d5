//! What AWS has that the last apply didn't leave there.

use jeancloud_stack::plan::{Drift, PropertyChange};

use super::{
    change,
    style::{DELETE, FAINT, STRONG, UPDATE, WARNING, paint},
    value::{Shown, Values},
};

const HEADING: &str = "Changed outside of jeancloud since the last apply";

/// Each resource that drifted, with what differs: as applied → as it is now.
pub(crate) fn page(drift: &[Drift]) -> String {
    let mut page = format!("{}\n", paint(WARNING, HEADING));
    for Drift {
        address,
        gone,
        changes,
    } in drift
    {
        let address = paint(STRONG, address);
        match gone {
            true => page += &format!("  {} {address}  is gone\n", paint(DELETE, "-")),
            false => page += &format!("  {} {address}\n", paint(UPDATE, "~")),
        }
        for line in changes.iter().flat_map(lines) {
            page += &format!("      {line}\n");
        }
    }
    page
}

/// A line for each resource that drifted: a plan says below what it does about it.
pub(crate) fn brief(drift: &[Drift]) -> String {
    let mut page = format!("{}\n", paint(WARNING, HEADING));
    for Drift {
        address,
        gone,
        changes,
    } in drift
    {
        let names: Vec<String> = changes
            .iter()
            .map(|change| change::name(&change.path))
            .collect();
        let what = if *gone {
            "is gone".to_owned()
        } else {
            names.join(", ")
        };
        page += &format!("  {}  {}\n", paint(STRONG, address), paint(FAINT, what));
    }
    page
}

fn lines(change: &PropertyChange) -> Vec<String> {
    let PropertyChange {
        path,
        before,
        after,
        forces_replacement: _,
        drifted: _,
    } = change;
    let name = change::name(path);
    match change::shown(before, after, Values::known(), true) {
        Shown::Line(line) => vec![format!("{name}  {line}")],
        Shown::Block(block) => {
            let lines = block.into_iter().map(|line| format!("  {line}"));
            std::iter::once(name).chain(lines).collect()
        }
    }
}
