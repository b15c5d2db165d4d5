//! Ctrl-C in the middle of an apply: it ends with 130, and the next run goes on where it stopped.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use serde_json::Value as Json;

use super::{binary::Binary, leftovers};

const SET: [&str; 4] = [
    "--set",
    "disposable=true",
    "--set",
    "bucket=jeancloud-frontend-interrupted",
];

#[tokio::test]
async fn an_interrupted_apply_is_taken_up_by_the_next() {
    let binary = Binary::on_moto("the command line interrupted").await;

    // Once: what runs is finished.
    let gently = Interrupted::after(&binary, 3, 1);
    assert_eq!(gently.code, 130, "{}", gently.stderr);
    assert!(
        gently.stderr.contains("finishing what runs"),
        "{}",
        gently.stderr
    );
    let end = gently.events.last().expect("a last event");
    assert_eq!(
        (&end["event"], &end["failed"], &end["interrupted"]),
        (&"finished".into(), &0.into(), &true.into())
    );
    assert!(end["skipped"].as_u64() > Some(0), "{end}");
    let listed = binary.ends(0, &["state", "list"]).stdout;
    assert!(
        !listed.contains("begun"),
        "nothing is left half done: {listed}"
    );
    let before = listed.lines().count();

    // Twice: it stops at once, whatever runs.
    let at_once = Interrupted::after(&binary, 3, 2);
    assert_eq!(at_once.code, 130, "{}", at_once.stderr);
    let after = binary.ends(0, &["state", "list"]).stdout.lines().count();
    assert!(
        after > before,
        "the second run went on where the first stopped"
    );

    let applied = binary.ends(0, &[&["apply", "--yes"][..], &SET].concat());
    assert!(
        applied.stdout.contains("load_balancer"),
        "{}",
        applied.stdout
    );
    binary.ends(0, &[&["plan", "--detailed-exitcode"][..], &SET].concat());
    binary.ends(0, &[&["destroy", "--yes"][..], &SET].concat());
    assert_eq!(
        leftovers::of(&binary.aws()).await,
        [""; 0],
        "nothing was made twice"
    );
}

/// An apply that was interrupted.
struct Interrupted {
    code: i32,
    events: Vec<Json>,
    stderr: String,
}

impl Interrupted {
    /// Interrupts an apply `times` times in a row once it has done `done` actions.
    fn after(binary: &Binary, done: usize, times: usize) -> Self {
        let apply = ["apply", "--yes", "--json", "--parallelism", "2"];
        let mut apply = binary.command(&[&apply[..], &SET].concat());
        let mut running = apply.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let running = running.as_mut().expect("the example can be started");
        let mut stdout = BufReader::new(running.stdout.take().expect("it is piped")).lines();
        let mut events: Vec<Json> = Vec::new();
        let mut is_done = 0;
        while is_done < done {
            let line = stdout
                .next()
                .expect("it has more to do")
                .expect("it is text");
            let event: Json = serde_json::from_str(&line).expect("an event a line");
            is_done += usize::from(event["event"] == "done");
            events.push(event);
        }
        let mut stderr = BufReader::new(running.stderr.take().expect("it is piped"));
        let mut said = String::new();
        for _ in 0..times {
            interrupt(running);
            // Two signals at once are one: the first has to be heard before the second is sent.
            let heard = said.matches("interrupted:").count();
            while said.matches("interrupted:").count() == heard {
                let read = stderr.read_line(&mut said).expect("stderr is text");
                if read == 0 {
                    break;
                }
            }
        }
        for line in stdout {
            let line = line.expect("it is text");
            events.push(serde_json::from_str(&line).expect("an event a line"));
        }
        stderr.read_to_string(&mut said).expect("stderr is text");
        let ended = running.wait().expect("it ends");
        Self {
            code: ended.code().expect("it ends by itself"),
            events,
            stderr: said,
        }
    }
}

/// What a terminal does on Ctrl-C.
fn interrupt(running: &Child) {
    let sent = Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status();
    assert!(sent.expect("there is `kill`").success());
}
