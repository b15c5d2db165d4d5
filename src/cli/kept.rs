//! What a saved plan keeps of how it was made: `apply FILE` makes the same stack again from it.

use jeancloud_stack::{
    Stack,
    plan::{SavedPlan, SavedPlanError},
};

use super::{
    arguments::{Apply, Command},
    embedded::Kept,
    error::CliError,
};
use crate::{Params, embedded::Embedded};

/// The plan that a command is about.
pub(super) fn plan(command: Option<&Command>) -> Result<Option<SavedPlan>, CliError> {
    match command {
        Some(Command::Apply(Apply {
            file: Some(file), ..
        })) => Ok(Some(SavedPlan::read(file)?)),
        _ => Ok(None),
    }
}

/// Refuses a plan for another AWS than the one that is asked for: two in the process can look the same.
pub(super) fn is_for(plan: &SavedPlan, embedded: Option<&Kept>) -> Result<(), CliError> {
    let went_with_its_process = plan.account().endpoint.as_deref() == Some(Embedded::ENDPOINT);
    let (planned, present) = (plan.folder(), embedded.and_then(Kept::folder));
    if planned == present.as_deref() || planned.is_none() && went_with_its_process {
        return Ok(());
    }
    let (planned, hint) = match planned {
        Some(folder) => {
            let folder = folder.display();
            (
                format!("the AWS in {folder}"),
                format!("--embedded={folder}"),
            )
        }
        None => (plan.account().to_string(), "without --embedded".to_owned()),
    };
    let present = embedded.map_or("AWS itself".to_owned(), Kept::name);
    Err(CliError::Usage {
        wrong: format!("the plan was made for {planned}, and this is {present}"),
        hint: format!("apply it there: {hint}"),
    })
}

/// The parameters that a plan was made with, beside those that are given now.
///
/// # Errors
/// Where another value is given than the plan was made with, and where a secret is not given again.
pub(super) fn parameters(plan: &SavedPlan, given: Params) -> Result<Params, CliError> {
    let kept = plan.parameters();
    let others = kept.iter().filter_map(|(name, value)| {
        let written = given.contradicts(name, value)?;
        Some(format!("{written}: the plan was made with {name}={value}"))
    });
    let others: Vec<String> = others.collect();
    if !others.is_empty() {
        return Err(CliError::Usage {
            wrong: others.join("; "),
            hint: "leave it out, since the plan keeps what it was made with; or plan again"
                .to_owned(),
        });
    }
    let secrets = plan.secret_parameters().iter();
    let missing: Vec<&str> = secrets
        .filter(|name| !given.is_given(name))
        .map(String::as_str)
        .collect();
    if let Some(first) = missing.first() {
        return Err(CliError::Usage {
            wrong: format!(
                "the plan was made with {}, and keeps no secret",
                missing.join(", ")
            ),
            hint: format!(
                "give it again: --set {first}=…, or {} in the environment",
                Params::variable(first)
            ),
        });
    }
    Ok(given.or_kept(kept))
}

/// Refuses a plan of another program, before its parameters are taken for mistakes.
pub(super) fn is_of(plan: &SavedPlan, stack: &Stack) -> Result<(), CliError> {
    let present = stack.identity();
    match plan.stack() == present {
        true => Ok(()),
        false => Err(CliError::SavedPlan(SavedPlanError::OtherStack {
            planned: plan.stack().to_owned(),
            present,
        })),
    }
}
