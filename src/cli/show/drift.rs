//! What AWS has that the last apply didn't leave there.

use jeancloud_stack::plan::{Drift, PropertyChange};

use super::{
    change, fold,
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

/// Resources that drifted, beyond which a plan counts the rest.
const DRIFTED: usize = 20;

/// A line for each resource that drifted: a plan says above what it does about it.
pub(crate) fn brief(drift: &[Drift], full: bool) -> String {
    let mut lines: Vec<String> = drift.iter().map(line).collect();
    let hidden = fold::beyond_of(&mut lines, DRIFTED, full);
    if hidden > 0 {
        lines.push(format!("  … and {hidden} more: `drift` says all"));
    }
    format!("{}\n{}\n", paint(WARNING, HEADING), lines.join("\n"))
}

fn line(drift: &Drift) -> String {
    let Drift {
        address,
        gone,
        changes,
    } = drift;
    let mut names: Vec<String> = changes
        .iter()
        .map(|change| change::name(&change.path))
        .collect();
    let hidden = fold::beyond(&mut names, false);
    if hidden > 0 {
        names.push(fold::more(hidden, "change"));
    }
    let what = match gone {
        true => "is gone".to_owned(),
        false => names.join(", "),
    };
    format!("  {}  {}", paint(STRONG, address), paint(FAINT, what))
}

fn lines(change: &PropertyChange) -> Vec<String> {
    let PropertyChange {
        path,
        before,
        after,
        forces_replacement: _,
        made_anew: _,
        drifted: _,
    } = change;
    let name = change::name(path);
    match change::shown(before, after, Values::folded(), true) {
        Shown::Line(line) => vec![format!("{name}  {line}")],
        Shown::Block(block) => {
            let lines = block.into_iter().map(|line| format!("  {line}"));
            std::iter::once(name).chain(lines).collect()
        }
    }
}
