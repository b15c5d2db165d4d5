//! What AWS has that the last apply didn't leave there.

use jeancloud_stack::plan::{Drift, PropertyChange};
use serde_json::Value as Json;

use super::{
    style::{DELETE, FAINT, STRONG, UPDATE, WARNING, paint},
    value::Values,
};

/// Each resource that drifted, with what differs: as applied → as it is now.
pub(crate) fn page(drift: &[Drift]) -> String {
    let mut page = format!(
        "{}\n",
        paint(WARNING, "Changed outside of jeancloud since the last apply")
    );
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
        for change in changes {
            page += &format!("      {}\n", line(change));
        }
    }
    page
}

fn line(change: &PropertyChange) -> String {
    let PropertyChange {
        path,
        before,
        after,
        forces_replacement: _,
    } = change;
    let shown = |value: &Json| match value {
        Json::Null => paint(FAINT, "(not there)").to_string(),
        value => Values::known().inline(value),
    };
    let name = path.trim_start_matches('/');
    format!(
        "{name}  {} {} {}",
        shown(before),
        paint(UPDATE, "→"),
        shown(after)
    )
}
