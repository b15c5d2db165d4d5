//! The key behind an alias. KMS makes AWS's own keys (`alias/aws/rds`) when they are first asked for.

use async_trait::async_trait;
use jeancloud_model::lookup::KmsAlias;
use jeancloud_stack::provider::{ErrorKind, ProviderError};
use serde_json::json;

use crate::{
    Clients, error,
    handler::{Answer, LookupHandler, Result},
};

pub(super) struct KmsAliasHandler;

#[async_trait]
impl LookupHandler for KmsAliasHandler {
    type Lookup = KmsAlias;

    const PERMISSIONS: &'static [&'static str] = &["kms:DescribeKey"];

    async fn read(&self, aws: &Clients, lookup: &KmsAlias) -> Result<Answer> {
        let alias = lookup.alias_name.value();
        let call = aws.kms().describe_key().key_id(alias.as_str()).send().await;
        let answer = call.map_err(error::of("DescribeKey"))?;
        let key = answer.key_metadata.ok_or_else(|| {
            let message = format!("there is no key behind {alias} in {}", aws.region());
            ProviderError::new(ErrorKind::NotFound, "DescribeKey", message)
        })?;
        let arn = key.arn().map(|arn| ("Arn".to_owned(), json!(arn)));
        Ok(Answer {
            id: key.key_id,
            outputs: arn.into_iter().collect(),
        })
    }
}
