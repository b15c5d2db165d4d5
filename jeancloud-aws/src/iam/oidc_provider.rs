//! Identity providers. Found again by tags, which `CreateOpenIDConnectProvider` sets; a second call
//! for the same address is refused by IAM, so a lost answer makes nothing twice.

use async_trait::async_trait;
use aws_sdk_iam::operation::get_open_id_connect_provider::GetOpenIdConnectProviderOutput;
use futures_util::future::try_join_all;
use jeancloud_model::{
    Input, Tags, Text,
    iam::{OidcProvider, OidcProviderUrl, Thumbprint},
};
use jeancloud_stack::provider::{ErrorKind, Found};

use super::common;
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken,
};

pub(super) struct OidcProviderHandler;

#[async_trait]
impl Handler for OidcProviderHandler {
    type Resource = OidcProvider;

    const PERMISSIONS: &'static [&'static str] = &[
        "iam:AddClientIDToOpenIDConnectProvider",
        "iam:CreateOpenIDConnectProvider",
        "iam:DeleteOpenIDConnectProvider",
        "iam:GetOpenIDConnectProvider",
        "iam:ListOpenIDConnectProviders",
        "iam:RemoveClientIDFromOpenIDConnectProvider",
        "iam:TagOpenIDConnectProvider",
        "iam:UntagOpenIDConnectProvider",
        "iam:UpdateOpenIDConnectProviderThumbprint",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<OidcProvider>>> {
        // IAM's list names ARNs and nothing else: one call a provider. An account has 100 at most.
        let seen = try_join_all(ids.iter().map(|arn| async move {
            let provider = get(aws, arn).await?;
            Ok(provider.map(|provider| read(arn, &provider)))
        }))
        .await?;
        Ok(seen.into_iter().flatten().collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let call = aws.iam().list_open_id_connect_providers().send().await;
        let answer = call.map_err(error::of("ListOpenIDConnectProviders"))?;
        let mut found = Vec::new();
        for arn in answer
            .open_id_connect_provider_list()
            .iter()
            .filter_map(|one| one.arn())
        {
            if let Some(provider) = get(aws, arn).await? {
                found.extend(search.owned(arn, common::pairs(provider.tags())));
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, OidcProvider>) -> Result<String> {
        let provider = &new.resource;
        let url = provider.url.value().as_str();
        let call = aws
            .iam_once()
            .create_open_id_connect_provider()
            .url(url)
            .set_client_id_list(Some(client_ids(provider)))
            .set_thumbprint_list(thumbprints(provider))
            .set_tags(common::tags(new));
        let arn = match call
            .send()
            .await
            .map_err(error::of("CreateOpenIDConnectProvider"))
        {
            Ok(answer) => answer.open_id_connect_provider_arn.unwrap_or_default(),
            Err(refused) if refused.kind == ErrorKind::Conflict => {
                let arn = arn(aws, url);
                let Some(there) = get(aws, &arn).await? else {
                    return Err(refused);
                };
                let tags = common::pairs(there.tags());
                taken::ours(refused, &format!("the provider {url}"), new.ownership, tags)?;
                arn
            }
            Err(refused) => return Err(refused),
        };
        Ok(arn)
    }

    async fn update(&self, aws: &Clients, change: &Change<OidcProvider>) -> Result<()> {
        let arn = &change.id;
        if change.touches("ClientIdList") {
            let (before, after) = (client_ids(&change.before), client_ids(&change.after));
            for id in after.iter().filter(|id| !before.contains(*id)) {
                let call = aws.iam().add_client_id_to_open_id_connect_provider();
                let call = call.open_id_connect_provider_arn(arn).client_id(id);
                let answer = call.send().await;
                answer.map_err(error::of("AddClientIDToOpenIDConnectProvider"))?;
            }
            for id in before.iter().filter(|id| !after.contains(*id)) {
                let call = aws.iam().remove_client_id_from_open_id_connect_provider();
                let call = call.open_id_connect_provider_arn(arn).client_id(id);
                let answer = call.send().await;
                answer.map_err(error::of("RemoveClientIDFromOpenIDConnectProvider"))?;
            }
        }
        if change.touches("ThumbprintList") {
            let call = aws.iam().update_open_id_connect_provider_thumbprint();
            let call = call
                .open_id_connect_provider_arn(arn)
                .set_thumbprint_list(thumbprints(&change.after));
            let answer = call.send().await;
            answer.map_err(error::of("UpdateOpenIDConnectProviderThumbprint"))?;
        }
        update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<OidcProvider>) -> Result<()> {
        let call = aws.iam().delete_open_id_connect_provider();
        let answer = call.open_id_connect_provider_arn(&old.id).send().await;
        error::or_gone(answer.map_err(error::of("DeleteOpenIDConnectProvider")))
    }
}

/// The ARN of the account's provider with this address.
fn arn(aws: &Clients, url: &str) -> String {
    let name = url.trim_start_matches("https://");
    format!(
        "arn:{}:iam::{}:oidc-provider/{name}",
        aws.partition(),
        aws.account()
    )
}

async fn get(aws: &Clients, arn: &str) -> Result<Option<GetOpenIdConnectProviderOutput>> {
    let call = aws.iam().get_open_id_connect_provider();
    let answer = call.open_id_connect_provider_arn(arn).send().await;
    error::if_there(answer.map_err(error::of("GetOpenIDConnectProvider")))
}

fn client_ids(provider: &OidcProvider) -> Vec<String> {
    let ids = provider.client_id_list.iter();
    ids.map(|id| id.value().to_owned()).collect()
}

/// `None` lets IAM fetch the fingerprint by itself.
fn thumbprints(provider: &OidcProvider) -> Option<Vec<String>> {
    let prints = provider.thumbprint_list.iter();
    let prints: Vec<_> = prints.map(|print| print.value().to_string()).collect();
    (!prints.is_empty()).then_some(prints)
}

fn read(arn: &str, provider: &GetOpenIdConnectProviderOutput) -> Seen<OidcProvider> {
    // IAM gives the address back without its scheme.
    let url = provider
        .url()
        .unwrap_or_default()
        .trim_start_matches("https://");
    let prints = provider.thumbprint_list().iter();
    let resource = OidcProvider {
        url: Input::Known(OidcProviderUrl::from(format!("https://{url}"))),
        client_id_list: provider.client_id_list().iter().map(Text::known).collect(),
        thumbprint_list: prints
            .map(|print| Input::Known(Thumbprint::from(print.as_str())))
            .collect(),
        tags: Tags::new(),
    };
    Seen::new(arn, resource).tagged(common::pairs(provider.tags()))
}

async fn update_tags(aws: &Clients, change: &Change<OidcProvider>) -> Result<()> {
    let set = change.tags_to_set();
    if !set.is_empty() {
        let tags = set
            .iter()
            .map(|(key, value)| common::tag(key, value))
            .collect();
        let call = aws.iam().tag_open_id_connect_provider();
        let call = call
            .open_id_connect_provider_arn(&change.id)
            .set_tags(Some(tags));
        call.send()
            .await
            .map_err(error::of("TagOpenIDConnectProvider"))?;
    }
    let removed = change.tags_to_remove();
    if !removed.is_empty() {
        let call = aws.iam().untag_open_id_connect_provider();
        let call = call
            .open_id_connect_provider_arn(&change.id)
            .set_tag_keys(Some(removed));
        call.send()
            .await
            .map_err(error::of("UntagOpenIDConnectProvider"))?;
    }
    Ok(())
}
