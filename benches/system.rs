//! How fast the whole system of `examples/jeancloud.rs` goes through a life on the AWS in the process.
//!
//! `cargo xtask bench system`, or `cargo bench -p jeancloud --bench system`. It prints and judges
//! nothing: a machine that is busy is no mistake. Each row is one thing that a test of a stack does,
//! with AWS's durations at zero and with the documented ones, which pass in simulated time.

#[expect(dead_code, reason = "an example's `main` is nobody's function here")]
#[path = "../examples/jeancloud.rs"]
mod example;

use std::time::{Duration, Instant};

use jeancloud::{
    embedded::{Embedded, Emulator},
    prelude::*,
    testing::{self, Aws},
};

/// How often each life is lived.
const LIVES: usize = 11;

/// What one life took, in the order of [`ROWS`].
type Life = [Duration; ROWS.len()];

const ROWS: [&str; 4] = ["plan", "apply", "plan again", "destroy"];

fn main() {
    // `cargo test --benches` asks for tests, of which there are none.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let stack = system();
    let (actions, calls) = size(&stack);
    println!("The whole system: {actions} actions, {calls} calls to apply them\n");
    println!(
        "{:<12} {:>24} {:>24} {:>7}",
        "", "durations at zero", "AWS's durations", ""
    );
    println!(
        "{:<12} {:>12}{:>12} {:>12}{:>12} {:>7}",
        "", "median", "slowest", "median", "slowest", "ratio"
    );
    let at_zero = lives(&stack, || {
        Embedded::with_rules(Emulator::builder().time_factor(0.0))
    });
    let as_documented = lives(&stack, Embedded::new);
    for (row, name) in ROWS.iter().enumerate() {
        let (zero, documented) = (column(&at_zero, row), column(&as_documented, row));
        println!(
            "{name:<12} {}{} {}{} {:>6.2}x",
            millis(zero[LIVES / 2]),
            millis(zero[LIVES - 1]),
            millis(documented[LIVES / 2]),
            millis(documented[LIVES - 1]),
            documented[LIVES / 2].as_secs_f64() / zero[LIVES / 2].as_secs_f64(),
        );
    }
}

/// The system, of which nothing is protected, so that a life can end.
fn system() -> Stack {
    let params = Params::from_pairs([("disposable", "true")]);
    let stack = example::stack(&params);
    params.finish().expect("the system knows its parameters");
    stack
}

/// How much there is to do.
fn size(stack: &Stack) -> (usize, usize) {
    let aws = Aws::new();
    let planned = aws.plan(stack).actions.len();
    let before = aws.calls().len();
    aws.apply(stack).assert_complete();
    (planned, aws.calls().len() - before)
}

fn lives(stack: &Stack, new: impl Fn() -> Embedded) -> Vec<Life> {
    (0..LIVES).map(|_| live(stack, &Aws::on(new()))).collect()
}

fn live(stack: &Stack, aws: &Aws) -> Life {
    [
        timed(|| drop(aws.plan(stack))),
        timed(|| aws.apply(stack).assert_complete()),
        timed(|| testing::assert_empty(&aws.plan(stack))),
        timed(|| aws.destroy(stack).assert_complete()),
    ]
}

fn timed(what: impl FnOnce()) -> Duration {
    let before = Instant::now();
    what();
    before.elapsed()
}

/// One row of every life, in rising order.
fn column(lives: &[Life], row: usize) -> Vec<Duration> {
    let mut all: Vec<Duration> = lives.iter().map(|life| life[row]).collect();
    all.sort_unstable();
    all
}

/// As `12.3 ms`, in a column.
fn millis(duration: Duration) -> String {
    format!("{:>9.1} ms", duration.as_secs_f64() * 1e3)
}
