//! No command: a tour. The stack on an AWS inside this process: planned, applied, planned again,
//! changed behind its back, given an image. Nobody needs credentials for it, or a network.

mod estimate;
mod guide;
mod image;
mod next;
mod trouble;

use std::process::ExitCode;

use jeancloud_stack::Stack;

use super::{arguments::StateUrl, embedded::Kept, error::CliError, screen::Screen};
use crate::Params;
use guide::{Tour, faint};

/// Makes the stack with these parameters beside those that were given.
pub(super) type Make<'m> = &'m dyn Fn(&[(&str, &str)]) -> Result<(Stack, Params), CliError>;

/// Refuses what the tour would not heed: its AWS and its state go with the process.
pub(super) fn takes(state: Option<&StateUrl>, embedded: Option<&Kept>) -> Result<(), CliError> {
    let option = match (state, embedded) {
        (Some(StateUrl::File(folder)), _) => format!("--state file:{}", folder.display()),
        (None, Some(Kept::In(folder))) => format!("--embedded={}", folder.display()),
        (None, None | Some(Kept::Nowhere)) => return Ok(()),
    };
    Err(CliError::Usage {
        wrong: format!(
            "{option} without a command: the tour has an AWS of its own, and keeps nothing of it"
        ),
        hint: format!("name a command, as `plan {option}`; or leave it out for the tour"),
    })
}

/// The whole tour.
pub(super) async fn run(make: Make<'_>, screen: Screen) -> Result<ExitCode, CliError> {
    let (stack, params) = make(&[])?;
    let image = image::parameter(&params)?;
    let mut tour = Tour::of(&stack, screen);
    tour.welcome(&stack)?;
    tour.made(&stack).await?;
    trouble::drift(&mut tour, &stack).await?;
    trouble::lost_state(&mut tour, &stack).await?;
    image::deployed(&mut tour, make, image).await?;
    trouble::mistake(&mut tour)?;
    next::steps(&tour)?;
    Ok(ExitCode::SUCCESS)
}
