//! Whose credentials are in use.

use async_trait::async_trait;
use jeancloud_model::lookup::CallerIdentity;
use serde_json::json;

use crate::{
    Clients, error,
    handler::{Answer, LookupHandler, Result},
};

pub(super) struct CallerIdentityHandler;

#[async_trait]
impl LookupHandler for CallerIdentityHandler {
    type Lookup = CallerIdentity;

    const PERMISSIONS: &'static [&'static str] = &["sts:GetCallerIdentity"];

    async fn read(&self, aws: &Clients, _: &CallerIdentity) -> Result<Answer> {
        let call = aws.sts().get_caller_identity().send().await;
        let answer = call.map_err(error::of("GetCallerIdentity"))?;
        let outputs = [("Arn", answer.arn()), ("UserId", answer.user_id())];
        Ok(Answer {
            id: answer.account().unwrap_or_default().to_owned(),
            outputs: outputs
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), json!(value?))))
                .collect(),
        })
    }
}
