//! `import`: what something else made becomes the stack's. AWS gets jeancloud's tags and nothing
//! else; what differs then, `plan` shows.

use std::{fs, io, path::Path, process::ExitCode};

use jeancloud_model::Address;
use jeancloud_stack::{
    engine::{self, AdoptError, Proposal},
    terraform,
};

use super::{
    arguments,
    carry_out::agreed,
    context::Context,
    error::CliError,
    show::{self, style::counted},
};

pub(super) async fn run(
    context: &Context,
    arguments: &arguments::Import,
) -> Result<ExitCode, CliError> {
    // What can't be read is said before AWS is asked.
    let asked = asked(arguments)?;
    let mut store = context.store()?;
    let reached = context.reach().await?;
    let (provider, view) = (&*reached.provider, context.stack.view());
    let state = store.state();
    let proposing = async {
        match &asked {
            Asked::One(address, id) => engine::propose(&view, state, provider, *address, id).await,
            Asked::Terraform(terraform) => {
                engine::propose_from_terraform(&view, state, provider, terraform).await
            }
        }
    };
    let proposal = context.waiting("asking AWS what there is", proposing).await;
    let proposal = proposal.map_err(refused)?;
    context.screen.tell(&show::import::page(&proposal, &view));
    if proposal.matches.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if !arguments.yes {
        consent(context, &proposal, &reached.name).await?;
    }
    let adopting = engine::adopt(&view, &proposal, &mut *store, provider);
    let failed = context.waiting("writing tags", adopting).await?;
    let done = proposal.matches.len() - failed.len();
    context
        .screen
        .tell(&show::import::end(done, &failed, asked.is_terraform()));
    match failed.is_empty() {
        true => Ok(ExitCode::SUCCESS),
        false => Err(CliError::Told),
    }
}

enum Asked {
    One(Address, String),
    Terraform(terraform::State),
}

impl Asked {
    fn is_terraform(&self) -> bool {
        matches!(self, Self::Terraform(_))
    }
}

fn asked(arguments: &arguments::Import) -> Result<Asked, CliError> {
    match (&arguments.from_terraform, arguments.address, &arguments.id) {
        (Some(file), _, _) => Ok(Asked::Terraform(read(file)?)),
        (None, Some(address), Some(id)) => Ok(Asked::One(address, id.clone())),
        _ => Err(CliError::Usage {
            wrong: "an import needs an address and an id, or --from-terraform FILE".to_owned(),
            hint: "as in `import france/vpc vpc-0123456789abcdef0`".to_owned(),
        }),
    }
}

fn read(file: &Path) -> Result<terraform::State, CliError> {
    let wrong = |cause: String, hint: &str| CliError::Usage {
        wrong: format!("{}: {cause}", file.display()),
        hint: hint.to_owned(),
    };
    let remote = "where the state is kept elsewhere, `terraform state pull > terraform.tfstate` brings it here";
    let text = fs::read_to_string(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => wrong("there is no such file".to_owned(), remote),
        _ => wrong(error.to_string(), remote),
    })?;
    terraform::State::read(&text).map_err(|error| wrong(error.to_string(), remote))
}

/// With the way out that belongs to it.
fn refused(error: AdoptError) -> CliError {
    let hint = match &error {
        AdoptError::NotDeclared { near, .. } => match near {
            Some(near) => format!("did you mean {near}?"),
            None => "declare it first: its address is where it will be".to_owned(),
        },
        AdoptError::Lookup(_) => "take it out of the command".to_owned(),
        AdoptError::There { .. } => "`plan` shows what differs".to_owned(),
        AdoptError::NotFound { type_name, .. } => show::import::form_of_id(type_name),
        AdoptError::Taken { .. } => {
            "let that stack go of it first: `state forget` there".to_owned()
        }
        _ => String::new(),
    };
    match error {
        AdoptError::Engine(error) => error.into(),
        error => CliError::Usage {
            wrong: error.to_string(),
            hint,
        },
    }
}

async fn consent(context: &Context, proposal: &Proposal, place: &str) -> Result<(), CliError> {
    let what = counted(proposal.matches.len(), "resource");
    let question = format!(
        "Adopt {what} in {place}? jeancloud writes its tags on them and changes nothing else."
    );
    agreed(context, &question).await
}
