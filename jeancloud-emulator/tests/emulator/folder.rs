//! A folder keeps everything, whatever happens to the process that writes it.

use std::{
    env,
    fs::{self, OpenOptions},
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use jeancloud_emulator::{Emulator, OpenError, Request};

use super::{create_vpc, ec2, sent, signed, text, vpcs};

fn journal(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("journal.jsonl")).unwrap()
}

#[test]
fn a_folder_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let put = signed("s3", Request::new("PUT", "/bucket/key").body("hello"));
    let here = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
                </CreateBucketConfiguration>";
    let before = {
        let emulator = Emulator::open(folder.path()).unwrap();
        let client = emulator.client();
        sent(&client, create_vpc());
        sent(
            &client,
            signed("s3", Request::new("PUT", "/bucket").body(here)),
        );
        sent(&client, put);
        sent(&client, ec2("Action=CreateInternetGateway"));
        emulator.inventory()
    };
    let kinds: Vec<&str> = before.iter().map(|item| item.kind.as_str()).collect();
    for kind in ["ec2/vpc", "ec2/internet-gateway", "s3/bucket", "s3/object"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    for _ in 0..2 {
        let emulator = Emulator::open(folder.path()).unwrap();
        assert_eq!(emulator.inventory(), before);
        let got = sent(
            &emulator.client(),
            signed("s3", Request::new("GET", "/bucket/key")),
        );
        assert_eq!(got.body, "hello");
    }
    let emulator = Emulator::open(folder.path()).unwrap();
    sent(&emulator.client(), create_vpc());
    let all = emulator.inventory();
    let ids: std::collections::BTreeSet<_> = all.iter().map(|item| &item.id).collect();
    assert_eq!(ids.len(), all.len(), "an id was given twice");
    assert_eq!(vpcs(&emulator), 2);
}

#[test]
fn what_is_reset_or_restored_is_kept_too() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::open(folder.path()).unwrap();
    sent(&emulator.client(), create_vpc());
    let snapshot = emulator.snapshot();
    emulator.reset();
    drop(emulator);
    let emulator = Emulator::open(folder.path()).unwrap();
    assert!(emulator.inventory().is_empty());
    emulator.restore(&snapshot);
    sent(&emulator.client(), create_vpc());
    let before = emulator.inventory();
    drop(emulator);
    let emulator = Emulator::open(folder.path()).unwrap();
    assert_eq!(vpcs(&emulator), 2);
    assert_eq!(emulator.inventory(), before);
}

/// What is going to happen is kept as well, and what happened doesn't happen again.
#[test]
fn time_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let states = |emulator: &Emulator| {
        let mine = "Action=DescribeVpcs&Filter.1.Name=is-default&Filter.1.Value.1=false";
        let answer = sent(&emulator.client(), ec2(mine));
        let text = text(&answer).to_owned();
        (
            text.matches("pending").count(),
            text.matches("available").count(),
        )
    };
    {
        let emulator = Emulator::open(folder.path()).unwrap();
        sent(&emulator.client(), create_vpc());
        emulator.advance(Duration::from_secs(5));
        sent(&emulator.client(), create_vpc());
        assert_eq!(states(&emulator), (1, 1));
    }
    let emulator = Emulator::open(folder.path()).unwrap();
    assert_eq!(states(&emulator), (1, 1));
    assert!(emulator.next_event().unwrap() <= Duration::from_secs(1));
    emulator.advance(Duration::from_secs(1));
    assert_eq!(states(&emulator), (0, 2));
    assert_eq!(emulator.next_event(), None);
}

/// A call is in the folder whole, or not at all, wherever a crash cuts the journal: about the ends of
/// lines, inside letters of several bytes, and here and there.
#[test]
fn a_torn_line_is_a_call_that_did_not_happen() {
    let folder = tempfile::tempdir().unwrap();
    let tagged = "TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=Name\
                  &TagSpecification.1.Tag.1.Value=caf%C3%A9";
    {
        let emulator = Emulator::open(folder.path()).unwrap();
        for _ in 0..3 {
            let create = format!("Action=CreateVpc&CidrBlock=10.0.0.0%2F16&{tagged}");
            assert_eq!(sent(&emulator.client(), ec2(&create)).status, 200);
        }
    }
    let whole = fs::read(folder.path().join("world.json")).unwrap();
    let lines = journal(folder.path());
    let chosen = |cut: &usize| {
        let around = &lines[cut.saturating_sub(2)..lines.len().min(cut + 2)];
        cut.is_multiple_of(997) || around.iter().any(|byte| *byte == b'\n' || !byte.is_ascii())
    };
    let cuts: Vec<usize> = (0..=lines.len()).filter(chosen).collect();
    assert!(lines.iter().any(|byte| !byte.is_ascii()));
    for cut in cuts {
        let torn = tempfile::tempdir().unwrap();
        fs::write(torn.path().join("world.json"), &whole).unwrap();
        fs::write(torn.path().join("journal.jsonl"), &lines[..cut]).unwrap();
        let calls = lines[..cut].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(
            vpcs(&Emulator::open(torn.path()).unwrap()),
            calls,
            "cut at {cut}"
        );
    }
}

/// A crash after the whole was written, before the journal was emptied.
#[test]
fn a_journal_that_is_in_the_whole_already_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    {
        let emulator = Emulator::open(folder.path()).unwrap();
        sent(&emulator.client(), create_vpc());
        emulator.advance(Duration::from_secs(5));
        sent(&emulator.client(), create_vpc());
    }
    let lines = journal(folder.path());
    assert!(!lines.is_empty());
    let before = {
        let emulator = Emulator::open(folder.path()).unwrap();
        (emulator.inventory(), emulator.next_event().is_some())
    };
    assert!(journal(folder.path()).is_empty());
    fs::write(folder.path().join("journal.jsonl"), lines).unwrap();
    let emulator = Emulator::open(folder.path()).unwrap();
    assert_eq!(
        (emulator.inventory(), emulator.next_event().is_some()),
        before
    );
}

#[test]
fn a_journal_that_outgrows_the_whole_is_put_into_it() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::open(folder.path()).unwrap();
    let client = emulator.client();
    let here = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
                </CreateBucketConfiguration>";
    sent(
        &client,
        signed("s3", Request::new("PUT", "/bucket").body(here)),
    );
    let body = "a".repeat(100_000);
    for _ in 0..40 {
        let put = Request::new("PUT", "/bucket/key").body(body.clone());
        assert_eq!(sent(&client, signed("s3", put)).status, 200);
    }
    assert!(journal(folder.path()).len() < 2_000_000);
    let before = emulator.inventory();
    // A client holds its emulator.
    drop((emulator, client));
    assert_eq!(Emulator::open(folder.path()).unwrap().inventory(), before);
}

#[test]
fn a_folder_with_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("world.json");
    for something in ["{}", "", "[", "\u{FEFF}{\"version\":1}"] {
        fs::write(&whole, something).unwrap();
        let error = Emulator::open(folder.path()).unwrap_err();
        assert!(matches!(error, OpenError::Broken { .. }), "{error}");
    }
    fs::write(&whole, r#"{"version":2,"something":"new"}"#).unwrap();
    let error = Emulator::open(folder.path()).unwrap_err();
    assert!(
        matches!(error, OpenError::Version { found: 2, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("has the format 2"), "{error}");
    // Nothing of it was written over.
    let kept = fs::read_to_string(whole).unwrap();
    assert_eq!(kept, r#"{"version":2,"something":"new"}"#);
}

/// A line that is whole and broken is somebody's change, not a crash.
#[test]
fn a_broken_line_in_the_middle_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    sent(
        &Emulator::open(folder.path()).unwrap().client(),
        create_vpc(),
    );
    let path = folder.path().join("journal.jsonl");
    let mut file = OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(b"{\"version\":1,\"margin\":\n").unwrap();
    let error = Emulator::open(folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::Broken { .. }), "{error}");
}

#[test]
fn a_folder_has_one_emulator_in_a_process() {
    let folder = tempfile::tempdir().unwrap();
    let first = Emulator::open(folder.path()).unwrap();
    let error = Emulator::open(folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::Taken(_)), "{error}");
    drop(first);
    Emulator::open(folder.path()).unwrap();
}

/// Where the other process writes.
const FOLDER: &str = "EMULATOR_TEST_FOLDER";

/// The other process of the next test: it makes VPCs and tells of each until it is killed.
#[test]
fn a_process_that_writes() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let emulator = Emulator::open(Path::new(&folder)).unwrap();
    loop {
        let answer = sent(&emulator.client(), create_vpc());
        let (_, id) = text(&answer).split_once("<vpcId>").unwrap();
        println!("\n{}", id.split('<').next().unwrap());
        std::io::stdout().flush().unwrap();
    }
}

fn writer(folder: &Path) -> Child {
    let mut writer = Command::new(env::current_exe().unwrap());
    writer
        .args(["folder::a_process_that_writes", "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_killed_process_loses_nothing_that_it_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    for round in 1..=3 {
        let mut process = writer(folder.path());
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ids = lines
            .map(Result::unwrap)
            .filter(|line| line.starts_with("vpc-"));
        let mut ids = ids.fuse();
        told.extend(ids.by_ref().take(50));
        // Another process can't have the folder meanwhile.
        let error = Emulator::open(folder.path()).unwrap_err();
        assert!(matches!(error, OpenError::Taken(_)), "{error}");
        process.kill().unwrap();
        process.wait().unwrap();
        // What was told before the kill arrived.
        told.extend(ids);
        assert!(told.len() >= round * 50);
        let emulator = Emulator::open(folder.path()).unwrap();
        let all: Vec<String> = emulator
            .inventory()
            .into_iter()
            .map(|item| item.id)
            .collect();
        let lost: Vec<_> = told.iter().filter(|id| !all.contains(id)).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }
}
