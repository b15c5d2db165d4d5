//! `push`: an image for the AWS in the process, into which no `docker push` leads.

use std::{collections::BTreeSet, process::ExitCode, time::Duration};

use jeancloud_model::{Invalid, ecr::ImageTag};

use super::{context::Context, error::CliError};
use crate::embedded::{Embedded, PushError};

/// Longer than a copy of an image takes to another region.
const COPIED: Duration = Duration::from_secs(60);

pub(super) fn run(context: &Context, image: &str) -> Result<ExitCode, CliError> {
    let Some(kept) = context.embedded() else {
        return Err(CliError::Usage {
            wrong: "images are pushed to AWS by `docker push`".to_owned(),
            hint: "this is for the AWS in the process: say --embedded=DIR".to_owned(),
        });
    };
    let aws = kept.open()?;
    let images = meant(&aws, image)?;
    for pushed in all(&aws, images)? {
        context.screen.result(&format!("{pushed}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The images by their repositories' URIs: that of the URI that is given, or those of every repository
/// of the name that is.
fn meant(aws: &Embedded, image: &str) -> Result<Vec<String>, CliError> {
    let Some((repository, tag)) = image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))
    else {
        return Err(CliError::Usage {
            wrong: format!("`{image}` has no tag"),
            hint: "name an image as REPOSITORY:TAG, as app:v1".to_owned(),
        });
    };
    if let Err(Invalid { wrong, rule, .. }) = tag.parse::<ImageTag>() {
        return Err(CliError::Usage {
            wrong: format!("the tag {wrong}"),
            hint: rule.to_owned(),
        });
    }
    if repository.contains(".dkr.ecr.") {
        return Ok(vec![image.to_owned()]);
    }
    let all = aws.emulator().inventory();
    let repositories = all.iter().filter(|item| item.kind == "ecr/repository");
    let named = repositories
        .clone()
        .filter(|item| item.view["repositoryName"] == repository);
    let uris = named.filter_map(|item| item.view["repositoryUri"].as_str());
    let images: Vec<String> = uris.map(|uri| format!("{uri}:{tag}")).collect();
    if images.is_empty() {
        let names = repositories.filter_map(|item| item.view["repositoryName"].as_str());
        let names: BTreeSet<&str> = names.collect();
        let names: Vec<&str> = names.into_iter().collect();
        return Err(CliError::Usage {
            wrong: format!("the AWS in the process has no repository {repository}"),
            hint: match names.is_empty() {
                true => "apply the stack first, which makes its repositories".to_owned(),
                false => format!("it has {}", names.join(", ")),
            },
        });
    }
    Ok(images)
}

/// Pushes images, those first that ECR copies to other regions by itself, and says of each what was done.
///
/// # Errors
/// Where ECR refuses one.
pub(super) fn all(aws: &Embedded, images: Vec<String>) -> Result<Vec<String>, CliError> {
    let mut done: Vec<String> = Vec::new();
    for image in replicated_first(aws, images) {
        let (repository, tag) = image.rsplit_once(':').unwrap_or((&image, "latest"));
        let region = repository.split('.').nth(3).unwrap_or(&image);
        done.push(match aws.emulator().push_image(repository, tag) {
            Ok(_) => format!("docker push {image}"),
            Err(error) if is_there(&error) && !done.is_empty() => {
                format!("ECR copied it to {region}")
            }
            Err(error) => return Err(refused(&image, error)),
        });
        aws.emulator().advance(COPIED);
    }
    Ok(done)
}

fn is_there(error: &PushError) -> bool {
    matches!(error, PushError::Refused { code, .. } if code == "ImageTagAlreadyExistsException")
}

fn refused(image: &str, error: PushError) -> CliError {
    let hint = match is_there(&error) {
        true => "the repository's tags don't change: push another one",
        false => "`output` names the repository of a stack that has one; `apply` makes it",
    };
    CliError::Embedded {
        attempted: format!("pushing {image}"),
        source: error.into(),
        hint: hint.to_owned(),
    }
}

/// Those of regions that ECR copies images from come first: the others get theirs by themselves.
fn replicated_first(aws: &Embedded, mut images: Vec<String>) -> Vec<String> {
    let all = aws.emulator().inventory();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_tag_is_no_image() {
        let aws = Embedded::new();
        for (image, wrong) in [
            ("app", "`app` has no tag"),
            ("app:", "the tag `` is empty"),
            (
                "app:bad tag",
                "the tag `bad tag` holds something else than letters, digits, _ . and -",
            ),
        ] {
            let refused = meant(&aws, image).expect_err("it is no image");
            assert_eq!(refused.to_string(), wrong);
        }
    }
}
