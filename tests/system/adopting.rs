//! What Terraform made becomes the stack's: `tests/fixtures/terraform` holds the state that Terraform
//! wrote when it made the system on the emulator, and what the emulator had then. Both were written by
//! `cargo xtask peers adopt --write`; plain `cargo xtask peers adopt` does the same as these tests with
//! a Terraform that runs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jeancloud::{
    engine::{self, Proposal},
    plan::{Op, Plan},
    prelude::*,
};
use jeancloud_emulator::Emulator;
use jeancloud_stack::terraform;
use tempfile::TempDir;

use super::{
    binary::{Binary, Ran},
    leftovers,
    life::{Life, steps},
    system,
};
use crate::harness::Cloud;

/// The account in which Terraform made it.
const ACCOUNT: &str = "123456789012";
/// The parameters that make the example Terraform's system.
const SET: [(&str, &str); 2] = [("disposable", "true"), ("image", "latest")];
/// The same for the command line.
const ARGUMENTS: [&str; 5] = [
    "--set",
    "disposable=true",
    "--set",
    "image=latest",
    "--embedded=aws",
];
/// What the file is called that Terraform keeps.
const STATE: &str = "terraform.tfstate";

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/terraform")
}

/// Puts the emulator's content into a new folder `to`.
fn copy_world(to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    let world = "world.json";
    let copied = fs::copy(fixture().join("aws").join(world), to.join(world));
    copied.expect("the fixture is there");
}

/// The account as Terraform left it.
struct Theirs {
    life: Life,
    _folder: TempDir,
}

impl Theirs {
    fn open() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        copy_world(folder.path());
        let emulator = Emulator::builder().time_factor(0.0).open(folder.path());
        let emulator = emulator.expect("this emulator reads it");
        Self {
            life: Life::of(Cloud::of(&emulator, ACCOUNT)),
            _folder: folder,
        }
    }

    async fn propose(&self, stack: &Stack) -> Proposal {
        let text = fs::read_to_string(fixture().join(STATE)).expect("the fixture is there");
        let theirs = terraform::State::read(&text).expect("it is a state");
        let (view, store) = (stack.view(), self.life.store(stack));
        let state = jeancloud::state::StateStore::state(&store);
        let proposing = engine::propose_from_terraform(&view, state, &*self.life.aws, &theirs);
        proposing.await.expect("the emulator can be asked")
    }

    async fn adopt(&self, stack: &Stack, proposal: &Proposal) {
        let (view, mut store) = (stack.view(), self.life.store(stack));
        let failed = engine::adopt(&view, proposal, &mut store, &*self.life.aws).await;
        let failed = failed.expect("the state can be kept");
        assert!(failed.is_empty(), "not everything got its tags: {failed:?}");
    }
}

/// What was proposed, without ids.
fn proposed(proposal: &Proposal) -> String {
    let Proposal {
        matches,
        ambiguous,
        unlike,
        undeclared,
        taken,
        gone,
        children,
        unknown,
        ..
    } = proposal;
    let theirs = |origin: &engine::Origin| origin.terraform.clone().unwrap_or_default();
    let mut page = Vec::new();
    for one in matches {
        let kept = match one.kept.is_empty() {
            true => String::new(),
            false => format!(", keeps {}", one.kept.join(", ")),
        };
        page.push(format!("{} is {}{kept}", one.address, theirs(&one.origin)));
    }
    for (address, origin, properties) in unlike {
        let differs = properties.join(", ");
        page.push(format!("{address} is not {}: {differs}", theirs(origin)));
    }
    let more = undeclared.iter().map(theirs);
    page.extend(more.map(|one| format!("nobody declares {one}")));
    page.extend(children.iter().map(|one| format!("comes along: {one}")));
    let none = (ambiguous.len(), taken.len(), gone.len(), unknown.len());
    assert_eq!(none, (0, 0, 0, 0), "{proposal:#?}");
    page.join("\n")
}

/// What a plan would do, a line an action. `cargo xtask peers adopt` writes the same of `plan --json`.
fn left_to_do(plan: &Plan) -> String {
    let actions = plan.actions.iter().filter(|action| action.op != Op::Read);
    let mut lines: Vec<String> = actions
        .map(|action| {
            let op = format!("{:?}", action.op).to_lowercase();
            let replacement = match action.replacement {
                true => " (replacement)",
                false => "",
            };
            let paths: Vec<&str> = action.changes.iter().map(|it| &*it.path).collect();
            match action.op {
                Op::Update => format!("{op} {}{replacement}: {}", action.address, paths.join(", ")),
                _ => format!("{op} {}{replacement}", action.address),
            }
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

#[tokio::test]
async fn what_terraform_made_is_adopted_and_nothing_is_made_anew() {
    let theirs = Theirs::open();
    let (life, stack) = (&theirs.life, system(&SET));
    let proposal = theirs.propose(&stack).await;
    insta::assert_snapshot!("adopted_from_terraform", proposed(&proposal));
    theirs.adopt(&stack, &proposal).await;

    let plan = life.plan(&stack).await;
    insta::assert_snapshot!("left_to_do", left_to_do(&plan));
    assert_eq!((plan.summary.replace, plan.summary.delete), (0, 0));
    let _ = life.apply(&stack).await;
    assert_eq!(steps(&life.plan(&stack).await), [""; 0]);

    // What the stack doesn't declare stays Terraform's.
    life.destroy(&stack).await;
    insta::assert_snapshot!("left_by_destroy", leftovers::of(&life.aws).await.join("\n"));
}

/// What was adopted is found again by its tags, and stays adopted.
#[tokio::test]
async fn what_was_adopted_is_found_again_without_the_state() {
    let mut theirs = Theirs::open();
    let stack = system(&SET);
    let proposal = theirs.propose(&stack).await;
    theirs.adopt(&stack, &proposal).await;
    let _ = theirs.life.apply(&stack).await;
    theirs.life.lose_state();
    assert_eq!(steps(&theirs.life.plan(&stack).await), [""; 0]);
}

#[test]
fn terraforms_system_is_adopted_on_the_command_line() {
    let binary = Binary::alone();
    copy_world(&binary.folder().join("aws/aws"));
    let copied = fs::copy(fixture().join(STATE), binary.folder().join(STATE));
    copied.expect("the fixture is there");
    let with = |arguments: &[&'static str]| [arguments, &ARGUMENTS].concat();
    let import = ["import", "--from-terraform", STATE];

    // Without a yes, it is only shown.
    let Ran { stdout, stderr, .. } = binary.ends(1, &with(&import));
    assert!(stderr.contains("say --yes"), "{stderr}");
    assert_eq!(stdout, "");
    assert_eq!(binary.ends(0, &with(&["state", "list"])).stdout, "");

    let yes = with(&[&import[..], &["--yes"]].concat());
    insta::assert_snapshot!("page_of_an_import", binary.ends(0, &yes).stderr);
    let plan = binary
        .ends(2, &with(&["plan", "--detailed-exitcode"]))
        .stdout;
    assert!(
        plan.contains("GroupDescription stays as it was adopted"),
        "{plan}"
    );
    let again = binary.ends(0, &yes).stderr;
    assert!(again.contains("Nothing to adopt"), "{again}");

    binary.ends(0, &with(&["apply", "--yes"]));
    binary.ends(0, &with(&["plan", "--detailed-exitcode"]));
    binary.ends(0, &with(&["destroy", "--yes"]));
    assert_eq!(binary.ends(0, &with(&["state", "list"])).stdout, "");
}
