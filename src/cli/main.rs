//! From the arguments to a command, and from its end to an exit code.

use std::{env, error::Error, process::ExitCode};

use clap::{Parser, error::ErrorKind};
use jeancloud_stack::{Stack, plan::SavedPlan};
use tokio::{
    runtime,
    signal::unix::{Signal, SignalKind, signal},
};

use super::{
    apply,
    arguments::{Arguments, Command, Everywhere, State},
    carry_out::{Wish, carry_out},
    check,
    context::Context,
    destroy, drift,
    embedded::Kept,
    error::CliError,
    graph, import, kept, output, plan, push,
    screen::Screen,
    show, state, tour,
};
use crate::{Listed, Params, session::Goal};

/// What a stack function may return: a [`Stack`], or a `Result` of one.
pub trait IntoStack {
    /// The stack, or why there is none.
    ///
    /// # Errors
    /// The stack function's own.
    fn into_stack(self) -> Result<Stack, Box<dyn Error + Send + Sync>>;
}

impl IntoStack for Stack {
    fn into_stack(self) -> Result<Stack, Box<dyn Error + Send + Sync>> {
        Ok(self)
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> IntoStack for Result<Stack, E> {
    fn into_stack(self) -> Result<Stack, Box<dyn Error + Send + Sync>> {
        self.map_err(Into::into)
    }
}

/// The whole command line of a stack binary.
///
/// ```no_run
/// use std::process::ExitCode;
/// use jeancloud::prelude::*;
///
/// fn main() -> ExitCode {
///     jeancloud::cli::main(|p| web(p))
/// }
///
/// fn web(p: &Params) -> Stack {
///     let domain: String = p.get("domain", "example.com");
///     let stack = Stack::new("web");
///     stack.output("domain", domain);
///     stack
/// }
/// ```
///
/// The stack function is asked once (once more for `--help`, which lists its parameters, and for the
/// tour, which deploys an image) and should have no effect beside its result.
pub fn main<S: IntoStack>(stack: impl Fn(&Params) -> S) -> ExitCode {
    if env::args_os().any(|argument| argument == "--no-color") {
        Screen::without_colours();
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error, stack),
    };
    match run(arguments, stack) {
        Ok(code) => code,
        Err(error) => {
            if !error.is_told() {
                Screen.tell(&show::error::text(&error));
            }
            error.exit_code()
        }
    }
}

/// Usage errors are errors like any other: 1. Help is none, and lists the stack's parameters.
fn refused<S: IntoStack>(error: &clap::Error, stack: impl Fn(&Params) -> S) -> ExitCode {
    let printed = error.print();
    if error.kind() != ErrorKind::DisplayHelp {
        return ExitCode::from(1);
    }
    let params = Params::none();
    let _ = stack(&params).into_stack();
    let known = params.known();
    let listed = match known.is_empty() {
        true => Ok(()),
        false => Screen.result(&format!(
            "\nParameters of this stack (--set KEY=VALUE, or {}KEY in the environment):\n{}\n",
            Params::PREFIX,
            Listed(&known)
        )),
    };
    match (printed, listed) {
        (Ok(()), Ok(())) => ExitCode::SUCCESS,
        (Err(error), _) => CliError::Output(error).exit_code(),
        (_, Err(error)) => error.exit_code(),
    }
}

fn run<S: IntoStack>(
    arguments: Arguments,
    stack: impl Fn(&Params) -> S,
) -> Result<ExitCode, CliError> {
    let Arguments {
        command,
        everywhere,
    } = arguments;
    let Everywhere {
        set,
        state,
        embedded,
        no_color: _,
    } = everywhere;
    let embedded = embedded.map(Kept::new);
    let saved = kept::plan(command.as_ref())?;
    if let Some(saved) = &saved {
        kept::is_for(saved, embedded.as_ref())?;
    }
    let make = |more: &[(&str, &str)]| {
        let more = more
            .iter()
            .map(|(key, value)| ((*key).into(), (*value).into()));
        let mut params = given(set.iter().cloned().chain(more));
        if let Some(saved) = &saved {
            params = kept::parameters(saved, params)?;
        }
        let made = stack(&params).into_stack();
        if let (Some(saved), Ok(stack)) = (&saved, &made) {
            kept::is_of(saved, stack)?;
        }
        params.finish()?;
        Ok::<_, CliError>((made.map_err(CliError::Stack)?, params))
    };
    let runtime = runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CliError::Start)?;
    let ended = match command {
        None => {
            tour::takes(state.as_ref(), embedded.as_ref())?;
            runtime.block_on(tour::run(&make, Screen))
        }
        Some(command) => {
            let (stack, params) = make(&[])?;
            let context = Context::new(stack, params.given(), state, embedded, Screen)?;
            runtime.block_on(dispatch(command, &context, saved))
        }
    };
    // An interrupted command may have left a read of stdin behind: nobody waits for it.
    runtime.shutdown_background();
    ended
}

/// The parameters that were given, and those of the environment.
fn given(set: impl IntoIterator<Item = (String, String)>) -> Params {
    // What is no Unicode can't be a parameter.
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    Params::from_pairs(set).or_environment(env::vars_os().filter_map(text))
}

async fn dispatch(
    command: Command,
    context: &Context,
    saved: Option<SavedPlan>,
) -> Result<ExitCode, CliError> {
    match command {
        Command::Plan(arguments) => interruptible(plan::run(context, &arguments)).await,
        Command::Apply(arguments) => apply::run(context, &arguments, saved).await,
        Command::Destroy(arguments) => destroy::run(context, &arguments).await,
        Command::Drift(arguments) => interruptible(drift::run(context, &arguments)).await,
        Command::Check(arguments) => check::run(context, &arguments),
        Command::Output(arguments) => output::run(context, &arguments),
        Command::Graph => graph::run(context),
        Command::Push { image } => push::run(context, &image),
        Command::Import(arguments) => interruptible(import::run(context, &arguments)).await,
        // As `apply`, it looks after its interruptions itself.
        Command::State(State::Forget { addresses, run }) => {
            carry_out(context, &Wish::New(Goal::Forget(addresses)), &run).await
        }
        Command::State(arguments) => interruptible(state::run(context, &arguments)).await,
    }
}

/// `work`, unless it is interrupted before it is done.
pub(super) async fn interruptible<T>(
    work: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    let mut interrupts = Interrupts::new()?;
    tokio::select! {
        done = work => done,
        () = interrupts.next() => Err(CliError::Interrupted),
    }
}

/// Ctrl-C, and what a supervisor sends to say the same.
pub(super) struct Interrupts {
    ctrl_c: Signal,
    terminate: Signal,
}

impl Interrupts {
    pub(super) fn new() -> Result<Self, CliError> {
        let listen = |kind| signal(kind).map_err(CliError::Start);
        Ok(Self {
            ctrl_c: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.ctrl_c.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
