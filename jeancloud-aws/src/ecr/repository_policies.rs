//! The two policies of a repository: which of its images expire, and who may use it.

use jeancloud_model::{ecr::LifecyclePolicy, iam::PolicyDocument};

use crate::{Clients, error, handler::Result};

/// Writes which images expire; `None` takes the policy away.
pub(super) async fn expire(
    aws: &Clients,
    name: &str,
    policy: Option<&LifecyclePolicy>,
) -> Result<()> {
    let Some(policy) = policy else {
        let call = aws
            .ecr()
            .delete_lifecycle_policy()
            .repository_name(name)
            .send()
            .await;
        return error::or_gone(call.map_err(error::of("DeleteLifecyclePolicy")));
    };
    let call = aws
        .ecr()
        .put_lifecycle_policy()
        .repository_name(name)
        .lifecycle_policy_text(policy.to_aws());
    call.send()
        .await
        .map(|_| ())
        .map_err(error::of("PutLifecyclePolicy"))
}

/// Writes who may use a repository; `None` takes the policy away.
pub(super) async fn allow(
    aws: &Clients,
    name: &str,
    policy: Option<&PolicyDocument>,
) -> Result<()> {
    let Some(policy) = policy else {
        let call = aws
            .ecr()
            .delete_repository_policy()
            .repository_name(name)
            .send()
            .await;
        return error::or_gone(call.map_err(error::of("DeleteRepositoryPolicy")));
    };
    let call = aws
        .ecr()
        .set_repository_policy()
        .repository_name(name)
        .policy_text(policy.to_aws());
    call.send()
        .await
        .map(|_| ())
        .map_err(error::of("SetRepositoryPolicy"))
}

/// Who may use a repository, where a policy says so.
pub(super) async fn allowance_of(aws: &Clients, name: &str) -> Result<Option<PolicyDocument>> {
    let call = aws
        .ecr()
        .get_repository_policy()
        .repository_name(name)
        .send()
        .await;
    let answer = error::if_there(call.map_err(error::of("GetRepositoryPolicy")))?;
    let text = answer.and_then(|answer| answer.policy_text);
    Ok(text.and_then(|text| PolicyDocument::from_aws(&text).ok()))
}

/// The repository's lifecycle policy; one with parts that are not modelled is told as one without rules.
pub(super) async fn expiry_of(aws: &Clients, name: &str) -> Result<Option<LifecyclePolicy>> {
    let call = aws
        .ecr()
        .get_lifecycle_policy()
        .repository_name(name)
        .send()
        .await;
    let answer = error::if_there(call.map_err(error::of("GetLifecyclePolicy")))?;
    let text = answer.and_then(|answer| answer.lifecycle_policy_text);
    let known =
        |text: String| LifecyclePolicy::from_aws(&text).unwrap_or_else(|| LifecyclePolicy::new([]));
    Ok(text.map(known))
}
