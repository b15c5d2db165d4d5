//! The AWS in the process on the command line: the tour, and `--embedded`. Nobody needs credentials for
//! them, or a network.

use std::{fs, net::TcpListener};

use jeancloud::embedded::{Embedded, Item};

use super::binary::{Binary, Ran};

/// An endpoint that hears of whoever asks it.
fn nobody() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.set_nonblocking(true).expect("it can be looked at");
    let address = listener.local_addr().expect("it has an address");
    (listener, format!("http://{address}"))
}

#[test]
fn the_tour_makes_the_system_and_asks_nobody() {
    let (listener, endpoint) = nobody();
    let binary = Binary::alone();
    let mut tour = binary.command(&[]);
    tour.env("AWS_ENDPOINT_URL", &endpoint);
    tour.env("HTTPS_PROXY", &endpoint);
    let output = tour.output().expect("the example can be started");
    let stdout = String::from_utf8(output.stdout).expect("stdout is text");
    let stderr = String::from_utf8(output.stderr).expect("stderr is text");
    assert_eq!(output.status.code(), Some(0), "{stdout}\n{stderr}");

    // Planned, applied, and nothing is left to do: now, after somebody opened a port, and without
    // the state.
    assert_eq!(stdout.matches("Nothing to do").count(), 3, "{stdout}");
    for said in [
        "Plan: ",
        "Your account would take about ",
        "france/db",
        "0.0.0.0/0",
        "docker push 123456789012.dkr.ecr.eu-west-3.amazonaws.com/jeancloud-backend:v1",
        "ECR copied it",
        "2 tasks run it",
        "overlaps",
        "load_balancer",
        "apply --embedded=DIR",
    ] {
        assert!(stdout.contains(said), "{said} is missing in {stdout}");
    }
    assert!(!stdout.contains('\u{1b}'), "colours without a terminal");
    assert!(listener.accept().is_err(), "somebody was asked");
    assert!(!binary.state().exists(), "a tour leaves no state");
}

/// A stack without an image, a group or an output has a tour too.
#[test]
fn a_tour_has_the_chapters_that_the_stack_has_something_for() {
    let binary = Binary::of("snapshot_test");
    let stdout = binary.ends(0, &[]).stdout;
    assert_eq!(stdout.matches("Nothing to do").count(), 3, "{stdout}");
    assert!(!stdout.contains("Deploy"), "{stdout}");
    assert!(!stdout.contains("Outputs"), "{stdout}");
}

#[test]
fn an_embedded_aws_is_kept_in_its_folder_between_runs() {
    let binary = Binary::alone();
    let set = ["--set", "disposable=true", "--embedded=aws"];
    let with = |arguments: &[&'static str]| [arguments, &set].concat();
    let Ran { stdout, stderr, .. } = binary.ends(0, &with(&["apply", "--yes"]));
    assert!(stdout.contains("load_balancer"), "{stdout}");
    assert!(stderr.contains("the AWS in aws"), "{stderr}");
    assert!(stderr.contains("of AWS's time"), "{stderr}");
    binary.ends(0, &with(&["plan", "--detailed-exitcode"]));
    binary.ends(
        2,
        &with(&["plan", "--detailed-exitcode", "--set", "domain=example.com"]),
    );
    let drift = binary.ends(0, &with(&["drift"])).stdout;
    assert!(drift.starts_with("No drift"), "{drift}");
    assert!(!binary.state().exists(), "its state is beside it");

    // Without its state, everything is found again.
    fs::remove_dir_all(binary.folder().join("aws/state")).expect("it has a state");
    binary.ends(0, &with(&["plan", "--detailed-exitcode"]));
    // What AWS can't tell (that no final snapshot is wanted), the stack says.
    binary.ends(0, &with(&["apply", "--yes"]));

    binary.ends(0, &with(&["destroy", "--yes"]));
    assert_eq!(binary.ends(0, &with(&["state", "list"])).stdout, "");
    let left = Embedded::open(binary.folder().join("aws/aws")).expect("nobody else has it");
    let left = left.emulator().inventory();
    // ECS tells of what was deleted for a while, as INACTIVE.
    let past = |item: &&Item| item.kind.starts_with("ecs/") && item.view["status"] != "ACTIVE";
    let ours = left.iter().filter(|item| item.id.contains("jeancloud"));
    let ours = ours.filter(|item| !past(item));
    let ours: Vec<_> = ours.map(|item| (&item.kind, &item.id)).collect();
    assert!(ours.is_empty(), "{ours:?}");
}

#[test]
fn an_image_is_pushed_into_an_embedded_aws_and_deployed() {
    let binary = Binary::alone();
    let set = ["--set", "disposable=true", "--embedded=aws"];
    let with = |arguments: &[&'static str]| [arguments, &set].concat();
    let push = |image: &'static str| ["push", image, "--embedded=aws"];
    let Ran { stderr, .. } = binary.ends(1, &push("jeancloud-backend:v1"));
    assert!(stderr.contains("apply the stack first"), "{stderr}");

    binary.ends(0, &with(&["apply", "--yes"]));
    for (wrong, said) in [
        (&push("backend:v1")[..], "it has jeancloud-backend\n"),
        (&push("jeancloud-backend"), "has no tag"),
        (&["push", "jeancloud-backend:v1"], "say --embedded=DIR"),
    ] {
        let Ran { stderr, .. } = binary.ends(1, wrong);
        assert!(stderr.contains(said), "{stderr}");
    }
    let pushed = binary.ends(0, &push("jeancloud-backend:v1")).stdout;
    assert_eq!(
        pushed.lines().collect::<Vec<_>>(),
        [
            "docker push 123456789012.dkr.ecr.eu-west-3.amazonaws.com/jeancloud-backend:v1",
            "ECR copied it to eu-central-1"
        ]
    );
    let Ran { stderr, .. } = binary.ends(1, &push("jeancloud-backend:v1"));
    assert!(stderr.contains("immutable"), "{stderr}");
    binary.ends(0, &with(&["apply", "--yes", "--set", "image=v1"]));
}

#[test]
fn an_embedded_aws_without_a_folder_goes_with_its_process() {
    let binary = Binary::alone();
    let set = ["--set", "disposable=true", "--embedded"];
    let with = |arguments: &[&'static str]| [arguments, &set].concat();
    binary.ends(0, &with(&["apply", "--yes", "--json"]));
    binary.ends(2, &with(&["plan", "--detailed-exitcode"]));
    assert_eq!(binary.ends(0, &with(&["state", "list"])).stdout, "");
}

#[test]
fn a_folder_that_is_something_else_or_in_use_is_refused() {
    let binary = Binary::alone();
    fs::create_dir(binary.folder().join("src")).expect("a folder can be made");
    fs::write(binary.folder().join("src/main.rs"), "").expect("a file can be written");
    let Ran { stderr, .. } = binary.ends(1, &["plan", "--embedded=src"]);
    assert!(stderr.contains("src holds main.rs"), "{stderr}");
    assert!(stderr.contains("hint:"), "{stderr}");

    let open = Embedded::open(binary.folder().join("aws/aws")).expect("it is new");
    let Ran { stderr, .. } = binary.ends(1, &["plan", "--embedded=aws"]);
    assert!(stderr.contains("is open in another emulator"), "{stderr}");
    assert!(stderr.contains("hint:"), "{stderr}");
    drop(open);
    binary.ends(0, &["plan", "--embedded=aws"]);
    let Ran { stderr, .. } = binary.ends(1, &["plan", "--embedded=aws", "--state", "file:x"]);
    assert!(stderr.contains("cannot be used with"), "{stderr}");
}

/// What is recorded of one AWS is refused under another.
#[tokio::test]
async fn the_state_of_an_embedded_aws_is_refused_elsewhere() {
    let binary = Binary::on_moto("the state of an embedded AWS").await;
    let set = ["--set", "disposable=true"];
    binary.ends(
        0,
        &[&["apply", "--yes", "--embedded=aws"][..], &set].concat(),
    );
    let elsewhere = ["plan", "--state", "file:aws/state/jeancloud"];
    let Ran { stderr, .. } = binary.ends(1, &[&elsewhere[..], &set].concat());
    assert!(stderr.contains(Embedded::ENDPOINT), "{stderr}");
}

#[test]
fn the_tour_refuses_what_it_would_not_heed() {
    let binary = Binary::alone();
    for option in [&["--embedded=aws"][..], &["--state", "file:x"]] {
        let Ran { stdout, stderr, .. } = binary.ends(1, option);
        assert!(stderr.contains("without a command"), "{stderr}");
        assert!(stderr.contains("hint: name a command"), "{stderr}");
        assert_eq!(stdout, "");
    }
    assert!(!binary.folder().join("aws").exists());
}

#[test]
fn a_kept_plan_has_its_parameters_and_is_for_one_aws() {
    let binary = Binary::alone();
    let made = ["plan", "--embedded=aws", "--out", "x.plan"];
    let set = ["--set", "disposable", "--set", "domain=example.org"];
    binary.ends(0, &[&made[..], &set].concat());
    let apply = ["apply", "x.plan", "--yes"];
    let with = |more: &[&'static str]| [&apply[..], more].concat();
    let refused = |more| binary.ends(1, &with(more)).stderr;

    let other = refused(&["--embedded=aws", "--set", "domain=example.com"]);
    let which = "--set domain=example.com: the plan was made with domain=example.org";
    assert!(other.contains(which), "{other}");
    // Another AWS that is as empty.
    for elsewhere in [&["--embedded=other"][..], &[]] {
        let elsewhere = refused(elsewhere);
        assert!(
            elsewhere.contains("was made for the AWS in /"),
            "{elsewhere}"
        );
        assert!(
            elsewhere.contains("hint: apply it there: --embedded=/"),
            "{elsewhere}"
        );
    }
    let applied = binary.ends(0, &with(&["--embedded=aws"])).stdout;
    assert!(applied.contains("http://api.example.org"), "{applied}");
}

#[test]
fn a_damaged_state_is_refused_until_it_is_rebuilt_and_is_never_lost() {
    let binary = Binary::alone();
    let on = |arguments: &[&'static str]| {
        let set = ["--set", "disposable", "--embedded=aws"];
        [arguments, &set].concat()
    };
    binary.ends(0, &on(&["apply", "--yes"]));
    let folder = binary.folder().join("aws/state/jeancloud");
    fs::write(folder.join("state.json"), "nonsense").expect("it can be written");
    for command in [
        &["plan"][..],
        &["apply", "--yes"],
        &["drift"],
        &["state", "list"],
    ] {
        let refused = binary.ends(1, &on(command)).stderr;
        assert!(refused.contains("hint: `state rebuild`"), "{refused}");
    }
    let told = binary.ends(0, &on(&["state", "rebuild"])).stderr;
    assert!(
        told.contains("is kept as aws/state/jeancloud/state.json.damaged-"),
        "{told}"
    );
    let kept = fs::read_dir(&folder).expect("it is there").flatten();
    let kept = kept.map(|file| file.path());
    let mut kept = kept.filter(|path| path.to_string_lossy().contains("damaged"));
    let kept = kept.next().expect("it is kept");
    assert_eq!(fs::read_to_string(kept).expect("it is text"), "nonsense");
    let listed = binary.ends(0, &on(&["state", "list"])).stdout;
    assert!(listed.contains("france/vpc"), "{listed}");
}
