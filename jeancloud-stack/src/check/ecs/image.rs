//! Rules for the images of containers.

use jeancloud_model::{Text, ecr::Repository, ecs::TaskDefinition};

use super::super::{Report, Rule};
use crate::View;

const DOCUMENT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html";

pub(super) const NAME: Rule = Rule {
    name: "container-image",
    check: an_image_is_named_as_registries_do,
};

fn an_image_is_named_as_registries_do(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        for container in &task.container_definitions {
            let image = &container.image;
            let Some(wrong) = image
                .as_known()
                .map_or_else(|| half_known_fault(view, image), fault)
            else {
                continue;
            };
            report
                .error(
                    task.declaration,
                    "ContainerDefinitions",
                    format!("the image {} {wrong}", image.pattern()),
                )
                .rule("an image is `registry/name:tag` or `registry/name@sha256:…`: up to 255 letters, digits and - _ : . / #, without a protocol (ClientException, CannotPullContainerError)")
                .hint("`text!(\"{}:{tag}\", repository.repository_uri())`, or as `public.ecr.aws/nginx/nginx:1.27`")
                .document(DOCUMENT);
        }
    }
}

fn fault(image: &str) -> Option<&'static str> {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_:./#".contains(&b);
    let hash = digest.map(|digest| digest.strip_prefix("sha256:").unwrap_or_default());
    if name.is_empty() {
        Some("has no name")
    } else if name.contains("://") {
        Some("begins with a protocol")
    } else if name.len() > 255 {
        Some("has more than 255 characters")
    } else if !name.bytes().all(allowed) {
        Some("holds a character that no image has")
    } else if name.ends_with(':') {
        Some("has an empty tag")
    } else if hash
        .is_some_and(|hash| hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        Some("has a digest that is none of sha256")
    } else {
        None
    }
}

/// Where a repository stands in the text, what is wrong with the rest of it.
fn half_known_fault(view: &View, image: &Text) -> Option<&'static str> {
    let of_repository = image
        .references()
        .find(|reference| view.referred::<Repository>(*reference).is_some())?;
    match of_repository.output {
        "RepositoryUri" => {}
        "RepositoryName" if image.pattern().contains(".dkr.ecr.") => {}
        "RepositoryName" => {
            return Some("has no registry: Docker would look for it in its own hub");
        }
        _ => return Some("names no place that images are pulled from"),
    }
    let pattern = image.pattern();
    if pattern.contains("://") {
        return Some("begins with a protocol");
    }
    pattern.ends_with(':').then_some("has an empty tag")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{IntoText, ecr::Repository, text};

    use super::super::testing::{container, task};
    use crate::check::testing::{Healthy, broken, healthy};

    fn with(h: &Healthy<'_>, image: impl IntoText) {
        let mut app = container();
        app.image = image.into_text();
        let mut whole = task([app]);
        let role = jeancloud_model::Arn::new("arn:aws:iam::123456789012:role/x");
        whole.execution_role_arn = Some(jeancloud_model::Input::Known(role));
        h.scope.add("task", whole);
    }

    #[test]
    fn images_of_all_registries_are_healthy() {
        for image in [
            "nginx",
            "nginx:1.27",
            "quay.io/org/app:v1.2_3",
            "public.ecr.aws/nginx/nginx@sha256:94afd1f2e64d908bc90dbca0035a5b567e94afd1f2e64d908bc90dbca0035a5b",
        ] {
            healthy(|h| with(h, image));
        }
    }

    #[test]
    fn an_image_has_no_protocol() {
        assert_snapshot!(broken("container-image", |h| with(h, "https://registry.example.com/app:1")), @r#"
        error: main/task: ContainerDefinitions the image https://registry.example.com/app:1 begins with a protocol
          rule: an image is `registry/name:tag` or `registry/name@sha256:…`: up to 255 letters, digits and - _ : . / #, without a protocol (ClientException, CannotPullContainerError)
          hint: `text!("{}:{tag}", repository.repository_uri())`, or as `public.ecr.aws/nginx/nginx:1.27`
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
        "#);
    }

    #[test]
    fn an_image_of_ecr_is_named_by_its_uri() {
        assert_snapshot!(broken("container-image", |h| {
            let repository = h.scope.add("repository", Repository::builder().build());
            with(h, text!("{}:v1", repository.repository_name()));
        }), @r#"
        error: main/task: ContainerDefinitions the image ${main/repository.RepositoryName}:v1 has no registry: Docker would look for it in its own hub
          rule: an image is `registry/name:tag` or `registry/name@sha256:…`: up to 255 letters, digits and - _ : . / #, without a protocol (ClientException, CannotPullContainerError)
          hint: `text!("{}:{tag}", repository.repository_uri())`, or as `public.ecr.aws/nginx/nginx:1.27`
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
        "#);
    }

    #[test]
    fn a_tag_is_not_empty() {
        assert_snapshot!(broken("container-image", |h| {
            let repository = h.scope.add("repository", Repository::builder().build());
            with(h, text!("{}:", repository.repository_uri()));
        }), @r#"
        error: main/task: ContainerDefinitions the image ${main/repository.RepositoryUri}: has an empty tag
          rule: an image is `registry/name:tag` or `registry/name@sha256:…`: up to 255 letters, digits and - _ : . / #, without a protocol (ClientException, CannotPullContainerError)
          hint: `text!("{}:{tag}", repository.repository_uri())`, or as `public.ecr.aws/nginx/nginx:1.27`
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
        "#);
    }
}
