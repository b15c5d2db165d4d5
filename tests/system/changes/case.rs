//! [`Case`]: a life of changes, up to the first one after which something is not as it should be.

use std::{
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
};

use jeancloud::plan::{Op, Plan, PlanOptions};
use jeancloud_model::{Facts, Verdict};
use serde_json::Value as Json;

use super::{change::Change, content, knobs::KNOBS, program::Program};
use crate::{
    harness::{Cloud, On},
    system::life::{Life, steps},
};

/// Changes that follow from a seed, on one of the two AWSs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) on: On,
    pub(super) seed: u64,
}

/// What is not as it should be.
pub(super) struct Failure {
    /// After how many changes.
    after: usize,
    what: String,
}

/// How often a failing case is lived again, to find fewer changes that show the same.
const TRIES: usize = 40;

impl Case {
    /// Lives it: `count` changes, and the end.
    ///
    /// # Errors
    /// What is not as it should be, with the changes that led there, and with the fewest that do.
    pub(super) async fn live(self, count: usize) -> Result<(), String> {
        let changes = Change::drawn(self.on, self.seed, count);
        let Err(failure) = self.try_to_live(changes.clone()).await else {
            return Ok(());
        };
        let so_far = &changes[..failure.after.min(changes.len())];
        let what = failure.to_string();
        eprintln!("{self:?}: {what}\nafter\n{}", lines(so_far));
        let (fewest, failure) = self.fewest(so_far.to_vec(), failure).await;
        Err(format!(
            "{self:?}: {what}\nafter\n{}\nThese are enough:\n{}\n{failure}\nAgain: JEANCLOUD_CHANGES={}..{}x{count}",
            lines(so_far),
            lines(&fewest),
            self.seed,
            self.seed + 1,
        ))
    }

    /// Leaves out one change after the other, as long as it fails still.
    async fn fewest(
        self,
        mut changes: Vec<Change>,
        mut failure: Failure,
    ) -> (Vec<Change>, Failure) {
        let (mut index, mut tries) = (changes.len(), 0);
        while index > 0 && tries < TRIES {
            index -= 1;
            tries += 1;
            let mut fewer = changes.clone();
            fewer.remove(index);
            if let Err(found) = self.try_to_live(fewer.clone()).await {
                (changes, failure) = (fewer, found);
            }
        }
        (changes, failure)
    }

    /// In a task of its own, so that it is one failure where it panics.
    async fn try_to_live(self, changes: Vec<Change>) -> Result<(), Failure> {
        let after = changes.len();
        let lived = tokio::spawn(async move { self.lived(&changes).await });
        lived.await.unwrap_or_else(|error| {
            let what = match error
                .try_into_panic()
                .map(|panic| panic.downcast::<String>())
            {
                Ok(Ok(text)) => *text,
                _ => "it panics".to_owned(),
            };
            Err(Failure { after, what })
        })
    }

    async fn lived(self, changes: &[Change]) -> Result<(), Failure> {
        let name = self.name();
        let life = Life::of(Cloud::new(self.on, &name).await);
        let mut program = Program::of(self.on, &name);
        made(&life, &program, None)
            .await
            .map_err(|what| Failure { after: 0, what })?;
        for (index, change) in changes.iter().enumerate() {
            // Where others were left out, it may mean nothing.
            let Some(next) = change.of(&program) else {
                continue;
            };
            program = next;
            let after = index + 1;
            made(&life, &program, Some(change))
                .await
                .map_err(|what| Failure { after, what })?;
        }
        life.destroy(&program.stack()).await;
        life.expect_nothing_left().await;
        Ok(())
    }

    /// The name of an account of its own, and of what is the whole world's.
    fn name(self) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        format!("changes-{}-{number}", self.seed)
    }
}

/// Makes what a program says; `change` is what is new in it.
async fn made(life: &Life, program: &Program, change: Option<&Change>) -> Result<(), String> {
    let stack = program.stack();
    let mut options = PlanOptions::default();
    if let Some(address) = program.replaced {
        options = options.replace(address.as_str());
    }
    let plan = life.try_apply(&stack, options).await?;
    if let Some(change) = change {
        expect_only(change, &plan, program)?;
    }
    let left = steps(&life.plan(&stack).await);
    if !left.is_empty() {
        return Err(format!(
            "this is left to do: {left:#?} after {:#?}",
            steps(&plan)
        ));
    }
    content::expect_as_made_at_once(life, program).await
}

/// That the plan has no more to do with what is there than the change says: a renaming touches nothing but
/// our tags, and what changes in place replaces nothing.
fn expect_only(change: &Change, plan: &Plan, program: &Program) -> Result<(), String> {
    let wrong = match change {
        Change::Rename { .. } => plan.actions.iter().any(|action| {
            let ours = |path: &str| path.starts_with("/Tags/jeancloud:");
            let only_ours = action.changes.iter().all(|change| ours(&change.path));
            action.op != Op::Read && !(action.op == Op::Update && only_ours)
        }),
        Change::Set(at, way) => {
            let patches = KNOBS[at.knob].patches(*way, at.address);
            let declarations = program.stack().declarations();
            let in_place = patches.iter().all(|(address, patch)| {
                let address = program.now_at(*address);
                let mut here = declarations.iter().filter(|it| it.address == address);
                here.next().is_some_and(|it| is_in_place(it.facts, patch))
            });
            in_place && plan.summary.replace > 0
        }
        _ => false,
    };
    match wrong {
        true => Err(format!("it plans more than that: {:#?}", plan.actions)),
        false => Ok(()),
    }
}

/// Whether AWS changes all of a patch in place.
fn is_in_place(facts: &Facts, patch: &Json) -> bool {
    let members = patch.as_object().into_iter().flatten();
    members.into_iter().all(|(name, value)| {
        let inside = value.as_object().into_iter().flatten();
        let mut paths = inside.map(|(inner, _)| format!("{name}/{inner}"));
        facts.verdict(name) == Verdict::InPlace
            && paths.all(|path| facts.verdict(&path) == Verdict::InPlace)
    })
}

fn lines(changes: &[Change]) -> String {
    let lines = changes.iter().map(|change| format!("  {change}\n"));
    lines.collect()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "after {} changes, {}", self.after, self.what)
    }
}
