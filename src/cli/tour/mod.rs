//! No command: a tour. The stack on an AWS inside this process: planned, applied, planned again,
//! changed behind its back, given an image. Nobody needs credentials for it, or a network.

mod estimate;
mod guide;
mod image;
mod next;
mod trouble;

use std::process::ExitCode;

use jeancloud_stack::Stack;

use super::{error::CliError, screen::Screen};
use crate::Params;
use guide::{Tour, faint};

/// Makes the stack with these parameters beside those that were given.
pub(super) type Make<'m> = &'m dyn Fn(&[(&str, &str)]) -> Result<(Stack, Params), CliError>;

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
