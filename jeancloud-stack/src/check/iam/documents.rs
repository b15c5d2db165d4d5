//! Where policy documents stand, whatever carries them, and how long they are.

use jeancloud_model::{
    Region,
    ec2::VpcEndpoint,
    ecr::Repository,
    iam::{PolicyDocument, Role, Statement},
    kms::Key,
    reference,
    s3::BucketPolicy,
};

use crate::{Declaration, View};

/// Calls `visit` with every statement of every policy, its declaration and its path.
pub(super) fn each<'v>(
    view: &'v View,
    mut visit: impl FnMut(&'v Declaration, String, &'v Statement),
) {
    for declaration in view.declarations() {
        for (property, document) in documents(declaration) {
            for (index, statement) in document.statements().iter().enumerate() {
                let path = format!("{property}/Statement/{index}");
                visit(declaration, path, statement);
            }
        }
    }
}

fn documents(declaration: &Declaration) -> Vec<(String, &PolicyDocument)> {
    if let Some(role) = declaration.resource::<Role>() {
        let own = role.policies.iter().enumerate().map(|(index, policy)| {
            let path = format!("Policies/{index}/PolicyDocument");
            (path, &policy.policy_document)
        });
        let trust = &role.assume_role_policy_document;
        return std::iter::once(("AssumeRolePolicyDocument".to_owned(), trust))
            .chain(own)
            .collect();
    }
    let bucket = declaration.resource::<BucketPolicy>();
    let key = declaration.resource::<Key>();
    let repository = declaration.resource::<Repository>();
    let endpoint = declaration.resource::<VpcEndpoint>();
    let all = [
        ("PolicyDocument", bucket.map(|it| &it.policy_document)),
        ("KeyPolicy", key.and_then(|it| it.key_policy.as_ref())),
        (
            "RepositoryPolicyText",
            repository.and_then(|it| it.repository_policy_text.as_ref()),
        ),
        (
            "PolicyDocument",
            endpoint.and_then(|it| it.policy_document.as_ref()),
        ),
    ];
    all.into_iter()
        .filter_map(|(path, document)| Some((path.to_owned(), document?)))
        .collect()
}

/// How many characters a document has at least: outputs that stand in it are counted as nothing.
pub(in crate::check) fn least_size(document: &PolicyDocument) -> usize {
    let json = serde_json::to_value(document).unwrap_or_default();
    let nothing = |_: &str, _: &str| Some(serde_json::Value::String(String::new()));
    reference::resolve(&json, Region::Global, &nothing)
        .to_string()
        .chars()
        .count()
}
