//! Origin access controls. They have no tags: found again by a note of ownership at the end of
//! their description.

use async_trait::async_trait;
use aws_sdk_cloudfront::types::{
    OriginAccessControlConfig as SdkConfig, OriginAccessControlOriginTypes,
    OriginAccessControlSigningBehaviors, OriginAccessControlSigningProtocols,
    OriginAccessControlSummary,
};
use jeancloud_model::{
    Address, Input,
    cloud_front::{
        OriginAccessControl, OriginAccessControlConfig, OriginAccessControlName,
        OriginAccessControlOriginType, SigningBehavior, SigningProtocol,
    },
};
use jeancloud_stack::provider::{ErrorKind, Found, Marks, Ownership, ProviderError};

use super::common::{built, sdk_text, text};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
};

pub(super) struct OriginAccessControlHandler;

#[async_trait]
impl Handler for OriginAccessControlHandler {
    type Resource = OriginAccessControl;

    const PERMISSIONS: &'static [&'static str] = &[
        "cloudfront:CreateOriginAccessControl",
        "cloudfront:DeleteOriginAccessControl",
        "cloudfront:GetOriginAccessControl",
        "cloudfront:ListOriginAccessControls",
        "cloudfront:UpdateOriginAccessControl",
    ];

    async fn observe(
        &self,
        aws: &Clients,
        ids: &[String],
    ) -> Result<Vec<Seen<OriginAccessControl>>> {
        let all = all(aws).await?;
        let asked = all
            .iter()
            .filter(|control| ids.iter().any(|id| id == control.id()));
        Ok(asked
            .map(|control| {
                let (_, ownership) = split(control.description());
                let tags = ownership.iter().flat_map(Ownership::tags);
                Seen::new(control.id(), read(control)).tagged(tags)
            })
            .collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let all = all(aws).await?;
        let owned = all.iter().filter_map(|control| {
            let (_, ownership) = split(control.description());
            let ownership = ownership.filter(|ownership| ownership.stack == search.stack)?;
            Some(Found {
                ownership,
                id: control.id().to_owned(),
            })
        });
        Ok(owned.collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, OriginAccessControl>) -> Result<String> {
        let config = sdk(&new.resource, Some(new.ownership));
        let call = aws.cloud_front_once().create_origin_access_control();
        let call = call.origin_access_control_config(config).send().await;
        let id = match call.map_err(error::of("CreateOriginAccessControl")) {
            Ok(answer) => {
                let control = answer.origin_access_control();
                control
                    .map(|control| control.id().to_owned())
                    .unwrap_or_default()
            }
            Err(error) if error.kind == ErrorKind::Conflict => taken_over(aws, new).await?,
            Err(error) => return Err(error),
        };
        Ok(id)
    }

    async fn update(&self, aws: &Clients, change: &Change<OriginAccessControl>) -> Result<()> {
        let tag = etag(aws, &change.id).await?;
        let owner = Some(&change.ownership).filter(|_| !change.let_go);
        let call = aws
            .cloud_front()
            .update_origin_access_control()
            .id(&change.id)
            .set_if_match(tag)
            .origin_access_control_config(sdk(&change.after, owner));
        call.send()
            .await
            .map(drop)
            .map_err(error::of("UpdateOriginAccessControl"))
    }

    async fn delete(&self, aws: &Clients, old: &Old<OriginAccessControl>) -> Result<()> {
        let Some(tag) = error::if_there(etag(aws, &old.id).await)? else {
            return Ok(());
        };
        let call = aws
            .cloud_front()
            .delete_origin_access_control()
            .id(&old.id)
            .set_if_match(tag);
        error::or_gone(
            call.send()
                .await
                .map_err(error::of("DeleteOriginAccessControl")),
        )
    }
}

/// One of this name exists: the very one, whose creating call's answer was lost, or somebody's.
async fn taken_over(aws: &Clients, new: &New<'_, OriginAccessControl>) -> Result<String> {
    let name = new
        .resource
        .origin_access_control_config
        .name
        .value()
        .as_str();
    let all = all(aws).await?;
    let same = all.iter().find(|control| control.name() == name);
    let ownership = same.and_then(|same| split(same.description()).1);
    if let Some(same) = same.filter(|_| ownership.as_ref() == Some(new.ownership)) {
        return Ok(same.id().to_owned());
    }
    let whose = match ownership {
        Some(Ownership { stack, address, .. }) => {
            format!("belongs to {address} of the stack {stack}")
        }
        None => "belongs to no stack of jeancloud's".to_owned(),
    };
    let wrong = format!("the origin access control {name} exists already and {whose}");
    let error = ProviderError::new(ErrorKind::Conflict, "CreateOriginAccessControl", wrong);
    Err(error.with_hint("choose another name, or delete that one"))
}

async fn all(aws: &Clients) -> Result<Vec<OriginAccessControlSummary>> {
    let mut all = Vec::new();
    let mut pages = aws
        .cloud_front()
        .list_origin_access_controls()
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("ListOriginAccessControls"))?;
        all.extend(
            page.origin_access_control_list
                .and_then(|list| list.items)
                .unwrap_or_default(),
        );
    }
    Ok(all)
}

async fn etag(aws: &Clients, id: &str) -> Result<Option<String>> {
    let call = aws
        .cloud_front()
        .get_origin_access_control()
        .id(id)
        .send()
        .await;
    Ok(call.map_err(error::of("GetOriginAccessControl"))?.e_tag)
}

fn sdk(control: &OriginAccessControl, ownership: Option<&Ownership>) -> SdkConfig {
    let config = &control.origin_access_control_config;
    let text = sdk_text(&config.description);
    let description = match ownership {
        Some(ownership) => joined(&text, ownership),
        None => text,
    };
    let origin_type = config.origin_access_control_origin_type.as_str();
    let sdk = SdkConfig::builder()
        .name(config.name.value().as_str())
        .description(description)
        .signing_protocol(OriginAccessControlSigningProtocols::from(
            config.signing_protocol.as_str(),
        ))
        .signing_behavior(OriginAccessControlSigningBehaviors::from(
            config.signing_behavior.as_str(),
        ))
        .origin_access_control_origin_type(OriginAccessControlOriginTypes::from(origin_type));
    built(sdk.build())
}

fn read(control: &OriginAccessControlSummary) -> OriginAccessControl {
    let (description, _) = split(control.description());
    let origin_type = control.origin_access_control_origin_type().as_str();
    OriginAccessControl {
        origin_access_control_config: OriginAccessControlConfig {
            name: Input::Known(OriginAccessControlName::new(control.name().to_owned())),
            description: text(Some(description)),
            origin_access_control_origin_type: OriginAccessControlOriginType::from_aws(origin_type)
                .unwrap_or(OriginAccessControlOriginType::S3),
            signing_behavior: SigningBehavior::from_aws(control.signing_behavior().as_str())
                .unwrap_or(SigningBehavior::Always),
            signing_protocol: SigningProtocol::from_aws(control.signing_protocol().as_str())
                .unwrap_or(SigningProtocol::SigV4),
        },
    }
}

const NOTE: &str = "[jeancloud ";

/// The author's description with the note of ownership behind it.
fn joined(description: &str, ownership: &Ownership) -> String {
    let Ownership {
        stack,
        address,
        generation,
        // Marks are in the state only.
        marks: _,
    } = ownership;
    let note = format!("{NOTE}{stack} {address} {generation}]");
    match description {
        "" => note,
        text => format!("{text} {note}"),
    }
}

/// The author's description and the note of ownership. A stack's name has no space in it; an
/// address may.
fn split(description: &str) -> (&str, Option<Ownership>) {
    let Some((text, note)) = description.rsplit_once(NOTE) else {
        return (description, None);
    };
    let ownership = || {
        let (stack, rest) = note.strip_suffix(']')?.split_once(' ')?;
        let (address, generation) = rest.rsplit_once(' ')?;
        Some(Ownership {
            stack: stack.to_owned(),
            address: Address::new(address),
            generation: generation.parse().ok()?,
            marks: Marks::default(),
        })
    };
    (text.trim_end(), ownership())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_of_ownership_comes_off_again() {
        let ownership = Ownership {
            stack: "jeancloud/prod".to_owned(),
            address: Address::new("global/my cdn"),
            generation: 2,
            marks: Marks::default(),
        };
        for text in ["", "for the frontend", "for [a] b"] {
            let joined = joined(text, &ownership);
            assert_eq!(split(&joined), (text, Some(ownership.clone())), "{joined}");
        }
        assert_eq!(split("somebody's"), ("somebody's", None));
        assert_eq!(split("x [jeancloud y]").1, None);
    }
}
