//! An image is pushed and deployed: for a stack that has a parameter of the kind
//! [`ImageTag`](jeancloud_model::ecr::ImageTag) and a repository.

use jeancloud_stack::plan::Plan;
use serde_json::Value as Json;

use super::{Make, Tour, faint};
use crate::{
    Params,
    cli::{error::CliError, push, show},
};

/// The tag that the tour pushes.
const TAG: &str = "v1";

/// The parameter that an image's tag is given with, where the stack has one.
///
/// # Errors
/// Where it is given: the image is not there before the tour pushes it, and no task would start.
pub(super) fn parameter(params: &Params) -> Result<Option<String>, CliError> {
    let mut known = params.known().into_iter();
    match known.find(|it| it.kind == "ImageTag").map(|it| it.name) {
        Some(name) if params.is_given(&name) => Err(CliError::Usage {
            wrong: format!("the tour begins without an image, and `{name}` is set"),
            hint: format!("leave `{name}` out: the tour pushes an image and sets it"),
        }),
        tag => Ok(tag),
    }
}

/// Pushes an image and applies the stack with it. A stack that takes none has no such chapter.
pub(super) async fn deployed(
    tour: &mut Tour,
    make: Make<'_>,
    parameter: Option<String>,
) -> Result<(), CliError> {
    let Some(parameter) = parameter else {
        return Ok(());
    };
    let (stack, _) = make(&[(&parameter, TAG)])?;
    let planned = tour.plan(&stack).await?;
    let images = images(&planned.plan);
    if images.is_empty() {
        return Ok(());
    }
    tour.chapter("Deploy")?;
    for pushed in push::all(&tour.aws, images)? {
        tour.say(&faint(&pushed))?;
    }
    tour.say(&format!(
        "`--set {parameter}={TAG}` is all that changes:\n{}",
        show::plan::brief(&planned.plan)
    ))?;
    let _ = tour.apply(&stack, &planned).await?;
    running(tour)
}

/// The images in ECR that a plan names, in its order, each once.
fn images(plan: &Plan) -> Vec<String> {
    let mut images = Vec::new();
    for change in plan.actions.iter().flat_map(|action| &action.changes) {
        texts(&change.after, &mut |text| {
            let ours = text.contains(".dkr.ecr.") && text.ends_with(&format!(":{TAG}"));
            if ours && !images.iter().any(|image| image == text) {
                images.push(text.to_owned());
            }
        });
    }
    images
}

fn texts(value: &Json, found: &mut impl FnMut(&str)) {
    match value {
        Json::String(text) => found(text),
        Json::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Json::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// What runs now, as AWS has it.
fn running(tour: &Tour) -> Result<(), CliError> {
    let all = tour.aws.emulator().inventory();
    let tasks = all.iter().filter(|item| item.kind == "ecs/task");
    let running = tasks.filter(|task| task.view["lastStatus"] == "RUNNING");
    match running.count() {
        0 => Ok(()),
        1 => tour.say("A task runs it."),
        tasks => tour.say(&format!("{tasks} tasks run it.")),
    }
}
