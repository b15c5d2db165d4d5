//! The command line as a person starts it: what it prints where, and how it ends.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt};

use jeancloud::state::FileStore;
use serde_json::Value as Json;

use super::{
    binary::{Binary, Ran},
    leftovers,
};

#[test]
fn plan_offline_shows_the_plan_and_asks_nobody() {
    let binary = Binary::alone();
    let Ran { stdout, stderr, .. } = binary.ends(0, &["plan", "--offline"]);
    assert!(stdout.contains("vpc"), "{stdout}");
    let last = stdout.trim_end().lines().last().unwrap_or_default();
    assert!(last.starts_with("Plan: "), "{last}");
    assert!(last.contains(" 0 to delete"), "{last}");
    assert!(
        !stdout.contains('\u{1b}'),
        "colours without a terminal: {stdout}"
    );
    assert!(stderr.contains("AWS was not asked"), "{stderr}");
    assert!(!binary.state().exists(), "a plan leaves no state");
}

#[test]
fn plan_json_is_one_document_of_the_contracts_shape() {
    let binary = Binary::alone();
    let document = binary.ends(0, &["plan", "--offline", "--json"]).json();
    assert_eq!(
        keys(&document),
        [
            "actions", "drift", "notes", "stack", "summary", "version", "warnings"
        ]
    );
    assert_eq!(document["version"], 1);
    assert_eq!(document["stack"], "jeancloud");
    assert_eq!(
        keys(&document["summary"]),
        ["create", "delete", "replace", "unchanged", "update"]
    );
    let actions = document["actions"].as_array().expect("a list of actions");
    assert!(!actions.is_empty());
    for (id, action) in actions.iter().enumerate() {
        assert_eq!(
            keys(action),
            [
                "address",
                "after",
                "changes",
                "id",
                "op",
                "reason",
                "region",
                "replacement",
                "type"
            ]
        );
        assert_eq!(action["id"], id);
        for change in action["changes"].as_array().expect("a list of changes") {
            assert_eq!(
                keys(change),
                ["after", "before", "forces_replacement", "path"]
            );
        }
    }
    let vpc = actions
        .iter()
        .find(|action| action["address"] == "france/vpc");
    let vpc = vpc.expect("France has a VPC");
    assert_eq!(
        (&vpc["op"], &vpc["type"], &vpc["region"]),
        (
            &"create".into(),
            &"AWS::EC2::VPC".into(),
            &"eu-west-3".into()
        )
    );
    let subnet = actions
        .iter()
        .find(|action| action["address"] == "france/public-a");
    let changes = subnet.expect("France has a public subnet")["changes"].clone();
    let in_vpc = changes
        .as_array()
        .and_then(|changes| changes.iter().find(|change| change["path"] == "/VpcId"));
    let unknown = &in_vpc.expect("a subnet is in a VPC")["after"]["unknown"];
    assert_eq!(
        (&unknown["action"], &unknown["output"]),
        (&vpc["id"], &"VpcId".into())
    );
}

#[test]
fn a_plan_for_which_nobody_asked_aws_is_not_kept() {
    let binary = Binary::alone();
    for unasked in ["--offline", "--refresh=false"] {
        let refused = binary.ends(1, &["plan", unasked, "--out", "x.plan"]);
        assert!(
            refused.stderr.contains("can't be saved"),
            "{}",
            refused.stderr
        );
        assert!(refused.stdout.is_empty(), "{}", refused.stdout);
    }
}

#[test]
fn pending_changes_are_an_exit_code_where_it_is_asked_for() {
    let binary = Binary::alone();
    binary.ends(2, &["plan", "--offline", "--detailed-exitcode"]);
}

#[test]
fn usage_errors_are_errors() {
    let binary = Binary::alone();
    for wrong in [
        &["plan", "--nonsense"][..],
        &["conquer"],
        &["plan", "--state", "nowhere"],
        &["apply", "--parallelism", "0"],
        &["output", "nothing"],
    ] {
        let Ran { stdout, stderr, .. } = binary.ends(1, wrong);
        assert!(
            stdout.is_empty() && stderr.contains("error:"),
            "{stdout}\n{stderr}"
        );
    }
}

#[test]
fn wrong_parameters_are_all_told_with_all_that_there_are() {
    let binary = Binary::alone();
    let wrong = [
        "plan",
        "--offline",
        "--set",
        "domian=x",
        "--set",
        "tls=maybe",
    ];
    let Ran { stdout, stderr, .. } = binary.ends(1, &wrong);
    assert!(stdout.is_empty(), "{stdout}");
    for said in [
        "the stack has no parameter `domian`; `domain` is meant?",
        "`tls` is true or false",
        "bucket",
        "disposable",
        "image",
    ] {
        assert!(stderr.contains(said), "{said} is missing in {stderr}");
    }
}

#[test]
fn what_needs_aws_is_an_error_without_credentials() {
    let binary = Binary::alone();
    for asks in [
        &["plan"][..],
        &["apply", "--yes"],
        &["destroy", "--yes"],
        &["drift"],
    ] {
        let Ran { stdout, stderr, .. } = binary.ends(1, asks);
        assert!(stdout.is_empty(), "{stdout}");
        assert!(
            stderr.contains("asking AWS whose credentials these are"),
            "{stderr}"
        );
        assert!(stderr.contains("hint:"), "{stderr}");
    }
}

#[tokio::test]
async fn apply_without_yes_wants_a_terminal() {
    let binary = Binary::on_moto("the command line without yes").await;
    let Ran { stderr, .. } = binary.ends(1, &["apply", "--set", "disposable=true"]);
    assert!(stderr.contains("say --yes"), "{stderr}");
    assert_eq!(
        leftovers::of(&binary.aws()).await,
        [""; 0],
        "nothing was done"
    );
}

#[tokio::test]
async fn the_state_belongs_to_one_process_at_a_time() {
    let binary = Binary::on_moto("the command line and the lock").await;
    let first = FileStore::open(&binary.state(), "jeancloud").expect("a new state can be made");
    for second in [
        &["apply", "--yes"][..],
        &["destroy", "--yes"],
        &["state", "rebuild"],
    ] {
        let Ran { stderr, .. } = binary.ends(1, second);
        assert!(stderr.contains("another jeancloud works with"), "{stderr}");
        let holder = std::process::id().to_string();
        assert!(stderr.contains(&holder), "who holds it? {stderr}");
    }
    binary.ends(0, &["state", "list"]);
    drop(first);
    binary.ends(0, &["destroy", "--yes"]);
}

#[tokio::test]
async fn the_system_lives_its_life_on_the_command_line() {
    let binary = Binary::on_moto("the command line").await;
    let set = [
        "--set",
        "disposable=true",
        "--set",
        "bucket=jeancloud-frontend-cli",
    ];
    let with = |arguments: &[&'static str]| [arguments, &set].concat();

    let applied = binary.ends(0, &with(&["apply", "--yes"]));
    assert!(
        applied.stdout.contains("load_balancer"),
        "its outputs: {}",
        applied.stdout
    );
    only_its_owner_reads_the_state(&binary);
    for refresh in ["--refresh=true", "--refresh=false"] {
        binary.ends(0, &with(&["plan", "--detailed-exitcode", refresh]));
    }
    it_is_looked_at(&binary, &with);

    let kept = with(&["plan", "--out", "next.plan", "--set", "image=v1"]);
    binary.ends(0, &kept);
    // Another image would be another program, and nothing is done.
    let other = with(&["apply", "next.plan", "--yes", "--set", "image=v2"]);
    let refused = binary.ends(1, &other).stderr;
    let which = "--set image=v2: the plan was made with image=v1";
    assert!(refused.contains(which), "{refused}");
    // The plan keeps the image that it was made with.
    let next = with(&["apply", "next.plan", "--yes", "--json"]);
    let deployed = binary.ends(0, &next);
    assert_eq!(
        done(&deployed),
        [
            "create france/task",
            "create germany/task",
            "delete france/task",
            "delete germany/task",
            "update france/service",
            "update germany/service"
        ]
    );
    let end = deployed.events().pop().expect("a last event");
    assert_eq!(
        (&end["event"], &end["done"], &end["failed"], &end["skipped"]),
        (&"finished".into(), &6.into(), &0.into(), &0.into())
    );
    assert_eq!(end["interrupted"], false);

    let refused = binary.ends(1, &next).stderr;
    assert!(
        refused.contains("Applied since the plan was saved"),
        "{refused}"
    );

    binary.ends(0, &with(&["destroy", "--yes"]));
    assert_eq!(leftovers::of(&binary.aws()).await, [""; 0], "moto is empty");
    assert_eq!(binary.ends(0, &["state", "list"]).stdout, "");
}

fn only_its_owner_reads_the_state(binary: &Binary) {
    let mode = |path| {
        fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(binary.state()), 0o700, "the folder's mode");
    let mut names = BTreeSet::new();
    for file in fs::read_dir(binary.state()).expect("it can be read") {
        let file = file.expect("it can be read");
        assert_eq!(mode(file.path()), 0o600, "the mode of {file:?}");
        names.insert(file.file_name().into_string().expect("a plain name"));
    }
    assert!(names.contains("state.json"), "{names:?}");
}

/// The commands that only look.
fn it_is_looked_at(binary: &Binary, with: &dyn Fn(&[&'static str]) -> Vec<&'static str>) {
    let outputs = binary.ends(0, &with(&["output", "--json"])).json();
    assert_eq!(
        keys(&outputs),
        ["api", "cdn", "load_balancer", "name_servers", "repository"]
    );
    assert_eq!(outputs["api"], "http://api.jeancloud.rocks");
    let servers = outputs["name_servers"].as_array().expect("a list").len();
    let lines = binary.ends(0, &with(&["output", "name_servers"])).stdout;
    assert_eq!(lines.lines().count(), servers, "{lines}");
    let one = binary.ends(0, &with(&["output", "api"]));
    assert_eq!(one.stdout, "http://api.jeancloud.rocks\n");

    let listed = binary.ends(0, &["state", "list"]).stdout;
    let vpc = listed.lines().find(|line| line.starts_with("france/vpc "));
    let vpc = vpc.unwrap_or_else(|| panic!("no VPC in {listed}"));
    let [_, kind, id] = vpc.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("expected address, type and id in {vpc}");
    };
    assert!(kind == "AWS::EC2::VPC" && id.starts_with("vpc-"), "{vpc}");
    let shown = binary.ends(0, &["state", "show", "france/vpc"]).stdout;
    assert!(shown.contains(id), "{shown}");
    assert!(
        !listed.contains("begun"),
        "nothing is left half done: {listed}"
    );

    let graph = binary.ends(0, &with(&["graph"])).stdout;
    assert!(graph.starts_with("digraph \"jeancloud\" {"), "{graph}");
    assert!(
        graph.contains("\"france/vpc\" -> \"france/public-a\";"),
        "{graph}"
    );

    let drift = binary.ends(0, &with(&["drift"])).stdout;
    assert!(drift.starts_with("No drift"), "{drift}");
    let drift = binary.ends(0, &with(&["drift", "--json"])).json();
    assert_eq!(drift["drift"], Json::Array(Vec::new()));
}

/// What was done, as `update france/service`, sorted.
fn done(ran: &Ran) -> Vec<String> {
    let events = ran.events();
    let done = events
        .iter()
        .filter(|event| event["event"] == "done" && event["op"] != "read");
    let text = |value: &Json| value.as_str().expect("a text").to_owned();
    let mut done: Vec<String> = done
        .map(|event| format!("{} {}", text(&event["op"]), text(&event["address"])))
        .collect();
    done.sort();
    done
}

fn keys(object: &Json) -> Vec<&str> {
    let object = object.as_object().expect("an object");
    let keys: BTreeSet<&str> = object.keys().map(String::as_str).collect();
    keys.into_iter().collect()
}
