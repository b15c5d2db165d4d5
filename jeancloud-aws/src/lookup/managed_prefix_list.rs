//! Managed prefix lists, by name.

use async_trait::async_trait;
use jeancloud_model::lookup::ManagedPrefixList;
use jeancloud_stack::provider::{ErrorKind, ProviderError};
use serde_json::json;

use crate::{
    Clients, error,
    handler::{Answer, LookupHandler, Result},
};

pub(super) struct ManagedPrefixListHandler;

#[async_trait]
impl LookupHandler for ManagedPrefixListHandler {
    type Lookup = ManagedPrefixList;

    const PERMISSIONS: &'static [&'static str] = &["ec2:DescribeManagedPrefixLists"];

    async fn read(&self, aws: &Clients, lookup: &ManagedPrefixList) -> Result<Answer> {
        const OPERATION: &str = "DescribeManagedPrefixLists";
        let name = lookup.prefix_list_name.value().as_str();
        let by_name = aws_sdk_ec2::types::Filter::builder()
            .name("prefix-list-name")
            .values(name)
            .build();
        let call = aws.ec2().describe_managed_prefix_lists().filters(by_name);
        let mut pages = call.into_paginator().send();
        let mut lists = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of(OPERATION))?;
            lists.extend(page.prefix_lists.unwrap_or_default());
        }
        let region = aws.region();
        let list = match &lists[..] {
            [one] => one,
            [] => {
                let wrong = format!("{region} has no prefix list named `{name}`");
                return Err(ProviderError::new(ErrorKind::NotFound, OPERATION, wrong)
                    .with_hint("AWS's own lists are named as com.amazonaws.eu-west-3.s3; `aws ec2 describe-managed-prefix-lists` shows all"));
            }
            several => {
                let wrong = format!("{region} has {} prefix lists named `{name}`", several.len());
                return Err(ProviderError::new(ErrorKind::Invalid, OPERATION, wrong)
                    .with_hint("rename one, or name the one that is meant by its id: `PrefixListId::new(\"pl-…\")`"));
            }
        };
        let mut answer = Answer {
            id: list.prefix_list_id().unwrap_or_default().to_owned(),
            ..Answer::default()
        };
        let values = [
            (
                "AddressFamily",
                list.address_family().map(|family| json!(family)),
            ),
            ("Arn", list.prefix_list_arn().map(|arn| json!(arn))),
            ("MaxEntries", list.max_entries().map(|most| json!(most))),
            ("OwnerId", list.owner_id().map(|owner| json!(owner))),
            (
                "PrefixListName",
                list.prefix_list_name().map(|name| json!(name)),
            ),
        ];
        for (output, value) in values {
            answer
                .outputs
                .extend(value.map(|value| (output.to_owned(), value)));
        }
        Ok(answer)
    }
}
