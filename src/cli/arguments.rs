//! What may stand on the command line.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};
use jeancloud_model::Address;
use jeancloud_stack::plan::PlanOptions;

/// Plans and applies this stack.
#[derive(Debug, Parser)]
#[command(disable_help_subcommand = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Everywhere {
    /// Sets a parameter of the stack; can be given again. `--set tls` is `--set tls=true`
    #[arg(long = "set", value_name = "KEY=VALUE", global = true, value_parser = pair)]
    pub(crate) set: Vec<(String, String)>,
    /// Where the state is kept [default: file:.jeancloud/<stack>/]
    #[arg(long, value_name = "URL", global = true, value_parser = state_url)]
    pub(crate) state: Option<StateUrl>,
    /// Works on an AWS inside of this process instead: no credentials, no network, no bill. With DIR,
    /// it and its state are kept there between runs; without, they go with the process
    #[arg(long, value_name = "DIR", global = true, num_args = 0..=1, require_equals = true, conflicts_with = "state")]
    pub(crate) embedded: Option<Option<PathBuf>>,
    /// No colours
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
}

/// Where a state is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StateUrl {
    /// In this folder.
    File(PathBuf),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Shows what apply would do
    Plan(Plan),
    /// Plans, asks, and does it
    Apply(Apply),
    /// Deletes everything that the stack has in AWS, in reverse order
    Destroy(Destroy),
    /// Shows what was changed outside of jeancloud since the last apply
    Drift(Json),
    /// Looks for mistakes in the stack, without AWS
    Check(Json),
    /// Makes what something else made the stack's: jeancloud's tags, and nothing else in AWS
    Import(Import),
    /// Prints the outputs of the last apply
    Output(Output),
    /// Prints what waits for what, for Graphviz: `graph | dot -Tsvg`
    Graph,
    /// Puts an image into the AWS in the process, as `docker push` does into AWS: `push app:v1 --embedded=DIR`
    Push {
        /// As `app:v1`, or with the whole URI of a repository
        #[arg(value_name = "REPOSITORY:TAG")]
        image: String,
    },
    /// Looks at the state, and repairs it
    #[command(subcommand)]
    State(State),
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// One JSON document instead
    #[arg(long)]
    pub(crate) json: bool,
    /// Exit code 2 where there is something to do
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Whether to ask AWS what there is; without, the state is believed
    #[arg(long, value_name = "BOOL", default_value_t = true, default_missing_value = "true", num_args = 0..=1, require_equals = true, action = ArgAction::Set)]
    pub(crate) refresh: bool,
    /// Asks AWS nothing and plans from nothing: no credentials are needed
    #[arg(long)]
    pub(crate) offline: bool,
    /// Keeps the plan in a file, from which `apply FILE` does exactly this
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Shows all of what is long
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) chosen: Chosen,
}

/// What of the stack is planned.
#[derive(Debug, Args)]
pub(crate) struct Chosen {
    /// Only this address, with what it needs; can be given again. `*` stands for any text: `france/*`
    #[arg(long = "target", value_name = "ADDRESS")]
    targets: Vec<String>,
    /// Makes this address anew, whether it changed or not; can be given again
    #[arg(long, value_name = "ADDRESS")]
    replace: Vec<String>,
}

impl Chosen {
    /// As the planner takes it.
    pub(crate) fn options(&self) -> PlanOptions {
        let mut options = PlanOptions::default();
        options.targets.clone_from(&self.targets);
        options.replace.clone_from(&self.replace);
        options
    }
}

#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// A plan that `plan --out FILE` kept, with the parameters that it was made with: done is that, or nothing
    #[arg(value_name = "FILE", conflicts_with_all = ["targets", "replace"])]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    #[command(flatten)]
    pub(crate) run: Run,
}

#[derive(Debug, Args)]
pub(crate) struct Destroy {
    #[command(flatten)]
    pub(crate) run: Run,
}

/// How changes are carried out.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Goes on without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// One JSON event a line instead
    #[arg(long)]
    pub(crate) json: bool,
    /// Shows all of what is long in the plan
    #[arg(long)]
    pub(crate) full: bool,
    /// How many actions may run at once
    #[arg(long, value_name = "N", default_value = "32", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) parallelism: u16,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Where it is declared, as france/vpc
    #[arg(value_parser = |text: &str| Ok::<_, String>(Address::new(text)), requires = "id")]
    pub(crate) address: Option<Address>,
    /// Its physical id in AWS, as vpc-0123456789abcdef0
    pub(crate) id: Option<String>,
    /// Takes over what a terraform.tfstate holds, as far as the stack declares it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["address", "id"])]
    pub(crate) from_terraform: Option<PathBuf>,
    /// Goes on without asking
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Json {
    /// One JSON document instead
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Output {
    /// Only this one, and only its value
    pub(crate) name: Option<String>,
    /// One JSON document instead
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum State {
    /// Lists what the state knows: address, type, id
    List,
    /// Shows everything that the state knows of one address
    Show {
        /// As `france/vpc`
        #[arg(value_parser = |text: &str| Ok::<_, String>(Address::new(text)))]
        address: Address,
    },
    /// Lets go of resources: jeancloud's tags are taken off them, they leave the state and stay in AWS
    Forget {
        /// As `france/vpc`; `*` stands for any text
        #[arg(required = true)]
        addresses: Vec<String>,
        #[command(flatten)]
        run: Run,
    },
    /// Makes the state anew from what AWS has
    Rebuild,
    /// Says who works with the state; a lock left by a killed process is free already
    Unlock,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').unwrap_or((text, "true"));
    match key.is_empty() {
        true => Err("a parameter is set as key=value".to_owned()),
        false => Ok((key.to_owned(), value.to_owned())),
    }
}

fn state_url(text: &str) -> Result<StateUrl, String> {
    match text.split_once(':') {
        Some(("file", path)) if path.starts_with("//") && !path.starts_with("///") => Err(format!(
            "`//` begins with a host: file:{} is a folder beside this one, file:///… an absolute path",
            path.trim_start_matches('/')
        )),
        Some(("file", path)) if !path.is_empty() => Ok(StateUrl::File(path.into())),
        _ => Err("a state is kept in a folder: file:PATH".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn refresh_is_on_unless_it_is_switched_off() {
        let refresh = |arguments: &[&str]| {
            let all = ["stack", "plan"].iter().chain(arguments);
            match Arguments::try_parse_from(all).unwrap().command {
                Some(Command::Plan(plan)) => plan.refresh,
                other => panic!("parsed {other:?}"),
            }
        };
        assert!(refresh(&[]) && refresh(&["--refresh"]) && refresh(&["--refresh=true"]));
        assert!(!refresh(&["--refresh=false"]));
    }

    #[test]
    fn the_embedded_aws_may_have_a_folder_and_takes_no_other_state() {
        let embedded = |arguments: &[&str]| {
            let all = ["stack", "plan"].iter().chain(arguments);
            Arguments::try_parse_from(all).map(|parsed| parsed.everywhere.embedded)
        };
        assert_eq!(embedded(&[]).unwrap(), None);
        assert_eq!(embedded(&["--embedded"]).unwrap(), Some(None));
        assert_eq!(embedded(&["--embedded=x"]).unwrap(), Some(Some("x".into())));
        assert!(embedded(&["--embedded="]).is_err());
        assert!(embedded(&["--embedded", "--state", "file:x"]).is_err());
    }

    #[test]
    fn parameters_and_states_are_refused_where_they_are_malformed() {
        assert_eq!(pair("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert_eq!(pair("tls"), Ok(("tls".into(), "true".into())));
        assert!(pair("=x").is_err());
        assert_eq!(state_url("file:/x"), Ok(StateUrl::File("/x".into())));
        assert_eq!(state_url("file:///x"), Ok(StateUrl::File("/x".into())));
        assert!(state_url("/x").is_err() && state_url("file:").is_err());
        assert!(state_url("file://x").is_err());
    }
}
