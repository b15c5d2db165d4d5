//! The tasks of whoever works on jeancloud: `cargo xtask COMMAND`.
//!
//! One command, one module. A command returns an error that says what to do; it never panics for
//! what the machine lacks.

mod bench;
mod coverage;
mod emulator;
mod models;
mod moto;
mod new_resource;
mod peers;
mod reference;
mod schema;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::{ffi::OsString, process::ExitCode};

use clap::{Parser, Subcommand};

use workspace::Workspace;

/// What a task returns: nothing, or a message for a person.
type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "The tasks of whoever works on jeancloud"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every test, with moto and cfn-lint at hand
    Test {
        /// Arguments for `cargo test` [default: --workspace --no-fail-fast]
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Prints how fast things are
    Bench {
        /// Which benchmarks [default: all]
        names: Vec<String>,
    },
    /// Runs moto until Enter is pressed, and prints its endpoint
    Moto,
    /// Runs the emulator over HTTP until Ctrl-C; `-- --help` tells its options
    Emulator {
        /// Arguments of `jeancloud-emulator`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Runs other people's programs on the emulator: Terraform
    Peers(peers::Options),
    /// Checks the house rules that the compiler can't
    Tidy,
    /// Writes docs/coverage.md
    Coverage,
    /// Writes the emulator's service models from botocore's
    Models,
    /// Begins a resource type: its files and its facts, from CloudFormation's schema
    NewResource {
        /// CloudFormation's name, as AWS::EC2::VPCPeeringConnection
        #[arg(value_name = "TYPE")]
        type_name: String,
    },
}

fn main() -> ExitCode {
    let workspace = Workspace::of_this_run();
    let done = match Cli::parse().command {
        Command::Test { arguments } => test::run(&workspace, &arguments),
        Command::Bench { names } => bench::run(&workspace, &names),
        Command::Moto => moto::run(&workspace),
        Command::Emulator { arguments } => emulator::run(&workspace, &arguments),
        Command::Peers(options) => peers::run(&workspace, &options),
        Command::Tidy => tidy::run(&workspace),
        Command::Coverage => coverage::run(&workspace),
        Command::Models => models::run(&workspace),
        Command::NewResource { type_name } => new_resource::run(&workspace, &type_name),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
