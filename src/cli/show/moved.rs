//! What moved since a plan was saved: by whose doing, and then one by one.

use jeancloud_stack::plan::{Ground, Moved, PropertyChange, What};

use super::{
    change, fold,
    style::{CREATE, DELETE, STRONG, UPDATE, WARNING, paint},
    value::{Shown, Values},
};

/// Resources of a ground, beyond which the rest is counted.
const MOVED: usize = 12;

/// A paragraph for each ground that moved.
pub(crate) fn page(moved: &[Moved]) -> String {
    let moved = once(moved);
    let grounds = [Ground::Stack, Ground::State, Ground::Aws, Ground::Planner];
    let mut page = String::new();
    for ground in grounds {
        let mut parts: Vec<Vec<String>> = moved
            .iter()
            .filter(|moved| moved.ground == ground)
            .map(lines)
            .collect();
        if parts.is_empty() {
            continue;
        }
        page += &format!("{}\n", paint(WARNING, heading(ground)));
        let hidden = fold::beyond_of(&mut parts, MOVED, false);
        for line in parts.concat() {
            page += &format!("  {line}\n");
        }
        if hidden > 0 {
            page += &format!("  {}\n", fold::more(hidden, "resource"));
        }
        page.push('\n');
    }
    page
}

/// Without what AWS has since it was applied, which the state tells already.
fn once(moved: &[Moved]) -> Vec<Moved> {
    let in_state = |address| {
        let of_state = |it: &&Moved| it.ground == Ground::State && it.address == address;
        moved.iter().find(of_state).map(|it| &it.what)
    };
    let rest = |one: &Moved| {
        let mut one = one.clone();
        let applied = in_state(one.address).filter(|_| one.ground == Ground::Aws);
        let repeated = match (&mut one.what, applied) {
            (What::Changed(changes), Some(What::Changed(applied))) => {
                let told = |it: &PropertyChange| (it.path.clone(), it.after.clone());
                changes.retain(|change| !applied.iter().any(|other| told(other) == told(change)));
                changes.is_empty()
            }
            (what, Some(applied)) => *what == *applied,
            (_, None) => false,
        };
        (!repeated).then_some(one)
    };
    moved.iter().filter_map(rest).collect()
}

fn heading(ground: Ground) -> &'static str {
    match ground {
        Ground::Stack => "Changed in the program since the plan was saved",
        Ground::State => "Applied since the plan was saved",
        Ground::Aws => "Changed in AWS since the plan was saved",
        Ground::Planner => "Planned otherwise by this program, on the same ground",
    }
}

fn lines(moved: &Moved) -> Vec<String> {
    let name = match moved.address {
        Some(address) => paint(STRONG, address.as_str()).to_string(),
        None => paint(STRONG, "the outputs").to_string(),
    };
    match &moved.what {
        What::Appeared => vec![format!("{} {name}", paint(CREATE, "+"))],
        What::Gone => vec![format!("{} {name}", paint(DELETE, "-"))],
        What::Changed(changes) => {
            let mut lines = vec![format!("{} {name}", paint(UPDATE, "~"))];
            for one in changes {
                let name = change::name(&one.path);
                match change::shown(&one.before, &one.after, Values::folded(), true) {
                    Shown::Line(line) => lines.push(format!("    {name}  {line}")),
                    Shown::Block(block) => {
                        lines.push(format!("    {name}"));
                        lines.extend(block.iter().map(|line| format!("      {line}")));
                    }
                }
            }
            lines
        }
    }
}
