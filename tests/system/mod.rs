//! The whole system of `examples/jeancloud.rs`: its plan, its templates, its life on either AWS, and
//! its command line as a person starts it, on moto and on the AWS in the process.

#[expect(dead_code, reason = "an example's `main` is nobody's function here")]
#[path = "../../examples/jeancloud.rs"]
mod example;

#[expect(dead_code, reason = "an example's `main` is nobody's function here")]
#[path = "../../examples/snapshot_test.rs"]
mod snapshot_test;

mod adopting;
mod binary;
mod cancels;
mod changed_minds;
mod changes;
mod cli;
mod crashes;
mod embedded;
mod failures;
mod faults;
mod half_gone;
mod handovers;
mod interrupts;
mod inventory;
mod leftovers;
mod life;
mod plan;
mod replacements;
mod storms;
mod templates;

use jeancloud::prelude::*;

/// The system with parameters, as `--set` gives them.
fn system(parameters: &[(&str, &str)]) -> Stack {
    let params = Params::from_pairs(parameters.iter().copied());
    let stack = example::stack(&params);
    params.finish().expect("the system knows these parameters");
    stack
}
