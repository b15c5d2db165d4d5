//! The whole system of `examples/jeancloud.rs`: its plan, its templates, its life on moto, and
//! its command line as a person starts it, on moto and on the AWS in the process.

#[expect(dead_code, reason = "an example's `main` is nobody's function here")]
#[path = "../../examples/jeancloud.rs"]
mod example;

#[expect(dead_code, reason = "an example's `main` is nobody's function here")]
#[path = "../../examples/snapshot_test.rs"]
mod snapshot_test;

mod binary;
mod cli;
mod embedded;
mod faults;
mod interrupts;
mod leftovers;
mod life;
mod plan;
mod templates;

use jeancloud::prelude::*;

/// The system with parameters, as `--set` gives them.
fn system(parameters: &[(&str, &str)]) -> Stack {
    let params = Params::from_pairs(parameters.iter().copied());
    let stack = example::stack(&params);
    params.finish().expect("the system knows these parameters");
    stack
}
