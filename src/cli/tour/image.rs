//! An image is pushed and deployed: for a stack that has a parameter of the kind
//! [`ImageTag`](jeancloud_model::ecr::ImageTag) and a repository.

use std::time::Duration;

use jeancloud_stack::plan::Plan;
use serde_json::Value as Json;

use super::{Make, Tour, faint};
use crate::{
    Params,
    cli::{error::CliError, show},
    embedded::PushError,
};

/// The tag that the tour pushes.
const TAG: &str = "v1";

/// Longer than a copy of an image takes to another region.
const COPIED: Duration = Duration::from_secs(60);

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
    let images = replicated_first(tour, images(&planned.plan));
    if images.is_empty() {
        return Ok(());
    }
    tour.chapter("Deploy")?;
    push(tour, &images)?;
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

/// Those of regions that ECR copies images from come first: the others get theirs by themselves.
fn replicated_first(tour: &Tour, mut images: Vec<String>) -> Vec<String> {
    let all = tour.aws.emulator().inventory();
    let registries = all.iter().filter(|item| item.kind == "ecr/registry");
    let copying = registries.filter(|item| {
        item.view["replicationConfiguration"]["rules"]
            .as_array()
            .is_some_and(|it| !it.is_empty())
    });
    let regions: Vec<String> = copying.map(|item| format!(".{}.", item.region)).collect();
    images.sort_by_key(|image| !regions.iter().any(|region| image.contains(region)));
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

/// As `docker push` does. What ECR copies to another region by itself isn't pushed there.
fn push(tour: &Tour, images: &[String]) -> Result<(), CliError> {
    for image in images {
        let repository = image.strip_suffix(&format!(":{TAG}")).unwrap_or(image);
        match tour.aws.emulator().push_image(repository, TAG) {
            Ok(_) => tour.say(&faint(&format!("docker push {image}")))?,
            Err(PushError::Refused { code, .. }) if code == "ImageTagAlreadyExistsException" => {
                tour.say(&faint(&format!(
                    "ECR copied it to {}",
                    repository.split('.').nth(3).unwrap_or(image)
                )))?;
            }
            Err(error) => {
                return Err(CliError::Embedded {
                    attempted: format!("pushing {image}"),
                    source: error.into(),
                    hint: "this is a mistake in jeancloud: tell us".to_owned(),
                });
            }
        }
        tour.aws.emulator().advance(COPIED);
    }
    Ok(())
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
