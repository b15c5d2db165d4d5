//! What a plan loses: stands last, where the eye falls, and is never folded away.

use jeancloud_stack::plan::Loss;

use super::style::{WARNING, paint};

/// Of so many that end alike each has a line; of more, the first of them stand on one.
const ALIKE: usize = 3;

/// A line for each, or for many that end alike.
pub(super) fn lines(losses: &[Loss], full: bool) -> String {
    let mut page = String::new();
    for alike in groups(losses) {
        match full || alike.len() <= ALIKE {
            true => alike.iter().for_each(|loss| page += &line(loss)),
            false => page += &line(together(&alike)),
        }
    }
    match page.is_empty() {
        true => page,
        false => page + "\n",
    }
}

fn line(said: impl std::fmt::Display) -> String {
    format!("{} {said}\n", paint(WARNING, "note:"))
}

/// `main/a, main/b, main/c and 297 more, each: its log events are deleted with it`.
fn together(alike: &[&Loss]) -> String {
    let first = alike.iter().take(ALIKE);
    let first: Vec<&str> = first.map(|loss| loss.address.as_str()).collect();
    let more = alike.len() - first.len();
    let text = alike.first().map_or("", |loss| loss.text.as_str());
    format!("{} and {more} more, each: {text}", first.join(", "))
}

/// Those that end alike, in the order of the first of them.
fn groups(losses: &[Loss]) -> Vec<Vec<&Loss>> {
    let mut groups: Vec<Vec<&Loss>> = Vec::new();
    for loss in losses {
        match groups.iter_mut().find(|group| group[0].text == loss.text) {
            Some(group) => group.push(loss),
            None => groups.push(vec![loss]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use jeancloud_stack::engine::Options;

    use super::{super::style::plain, *};
    use crate::{Session, maps::Maps, prelude::*, state::MemoryStore};

    #[tokio::test]
    async fn each_of_a_few_has_a_line_and_many_that_end_alike_share_one() {
        let stack = Stack::new("s");
        let france = stack.region("france", Region::EuWest3);
        for number in 1..=5 {
            let logs = LogGroup::builder().build();
            france.add(format!("logs-{number}"), logs);
        }
        france.add("key", Key::builder().build());
        let store = MemoryStore::new(stack.identity());
        let mut session = Session::new(&stack, Maps::default(), store);
        let planned = session.plan().await.expect("it can be planned");
        assert_eq!(
            lines(&planned.report.losses, false),
            "",
            "nothing is deleted"
        );
        let applied = session.apply(&planned, &Options::default(), &|_| {}).await;
        assert!(applied.expect("the state can be kept").is_complete());
        let end = session.plan_destruction().await.expect("it can be planned");
        let losses = &end.report.losses;
        let expected = "\
note: france/key: what it encrypted can't be read any more; AWS keeps it for 30 days, in which `aws kms cancel-key-deletion` and `enable-key` bring it back (the key is key-1)
note: france/logs-1, france/logs-2, france/logs-3 and 2 more, each: its log events are deleted with it

";
        assert_eq!(plain(&lines(losses, false)), expected);
        assert_eq!(lines(losses, true).lines().count(), losses.len() + 1);
    }
}
