//! Listeners. Found again by tags, which `CreateListener` sets, under the stack's load balancers.

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    AdvertiseTrustStoreCaNamesEnum, Certificate, Listener as SdkListener, ListenerAttribute,
    MutualAuthenticationAttributes, ProtocolEnum,
};
use jeancloud_model::{
    Input, Port, Tags,
    certificate_manager::CertificateArn,
    elastic_load_balancing_v2::{
        AdvertiseTrustStoreCaNames, AlpnPolicy, Attributes, Listener, ListenerCertificate,
        LoadBalancerArn, MutualAuthentication, MutualAuthenticationMode, Protocol, SslPolicy,
    },
};
use jeancloud_stack::provider::Found;

use super::{
    action, attributes,
    common::{self, sent, strange, text},
};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
};

pub(super) struct ListenerHandler;

/// What `ModifyListener` changes.
const LISTENER: &[&str] = &[
    "Port",
    "Protocol",
    "DefaultActions",
    "Certificates",
    "SslPolicy",
    "AlpnPolicy",
    "MutualAuthentication",
];

#[async_trait]
impl Handler for ListenerHandler {
    type Resource = Listener;

    const PERMISSIONS: &'static [&'static str] = &[
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:DescribeListenerAttributes",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyListenerAttributes",
        "elasticloadbalancing:RemoveTags",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Listener>>> {
        let listeners = common::in_bulk(ids, |arns| async {
            let call = aws.elb().describe_listeners().set_listener_arns(Some(arns));
            let answer = call.send().await.map_err(error::of("DescribeListeners"))?;
            Ok(answer.listeners().to_vec())
        });
        let listeners = listeners.await?;
        let tags = common::tags_of(aws, ids).await?;
        let mut seen = Vec::new();
        for listener in &listeners {
            let arn = listener.listener_arn().unwrap_or_default();
            if let Some(attributes) = attributes::of_listener(aws, arn).await? {
                let read = read(listener, &attributes)?;
                seen.push(read.tagged(tags.get(arn).cloned().unwrap_or_default()));
            }
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let parents = search
            .keyed(&["LoadBalancerArn"])
            .filter_map(|(_, values)| {
                values
                    .get("LoadBalancerArn")
                    .and_then(|arn| arn.as_str())
                    .map(str::to_owned)
            });
        let arns = common::listeners_of_stack(aws, search, parents.collect::<Vec<_>>()).await?;
        common::owned(aws, search, &arns).await
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Listener>) -> Result<String> {
        let listener = &new.resource;
        let port = i32::from(listener.port.value().number());
        let arn = match at_port(aws, listener.load_balancer_arn.value().as_str(), port).await? {
            Some(arn) => {
                common::ours(aws, new, &arn, &format!("a listener on port {port}")).await?;
                arn
            }
            None => {
                let call = aws
                    .elb_once()
                    .create_listener()
                    .load_balancer_arn(listener.load_balancer_arn.value().as_str())
                    .port(port)
                    .protocol(ProtocolEnum::from(listener.protocol.value().as_str()))
                    .set_default_actions(Some(action::to_sdk(&listener.default_actions)))
                    .set_certificates(certificates(listener))
                    .set_ssl_policy(ssl_policy(listener))
                    .set_alpn_policy(alpn_policy(listener))
                    .set_mutual_authentication(mutual_authentication(listener))
                    .set_tags(Some(common::tags(new)));
                let answer = call.send().await.map_err(error::of("CreateListener"))?;
                let arn = answer
                    .listeners()
                    .first()
                    .and_then(|listener| listener.listener_arn());
                arn.unwrap_or_default().to_owned()
            }
        };
        Ok(arn)
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, Listener>, arn: &str) -> Result<()> {
        match &new.resource.listener_attributes {
            Some(attributes) => attributes::set_of_listener(aws, arn, attributes).await,
            None => Ok(()),
        }
    }

    async fn update(&self, aws: &Clients, change: &Change<Listener>) -> Result<()> {
        let after = &change.after;
        if change.touches_any(LISTENER) {
            let call = aws
                .elb()
                .modify_listener()
                .listener_arn(&change.id)
                .port(after.port.value().number().into())
                .protocol(ProtocolEnum::from(after.protocol.value().as_str()))
                .set_default_actions(Some(action::to_sdk(&after.default_actions)))
                .set_certificates(certificates(after))
                .set_ssl_policy(ssl_policy(after))
                .set_alpn_policy(alpn_policy(after))
                .set_mutual_authentication(
                    mutual_authentication(after).filter(|_| change.touches("MutualAuthentication")),
                );
            call.send().await.map_err(error::of("ModifyListener"))?;
        }
        let attributes = after.listener_attributes.as_ref();
        if let (true, Some(attributes)) = (change.touches("ListenerAttributes"), attributes) {
            attributes::set_of_listener(aws, &change.id, attributes).await?;
        }
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Listener>) -> Result<()> {
        let call = aws
            .elb()
            .delete_listener()
            .listener_arn(&old.id)
            .send()
            .await;
        error::or_gone(call.map_err(error::of("DeleteListener")))
    }
}

async fn at_port(aws: &Clients, balancer: &str, port: i32) -> Result<Option<String>> {
    let call = aws.elb().describe_listeners().load_balancer_arn(balancer);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("DescribeListeners"))?;
        let there = page
            .listeners()
            .iter()
            .find(|listener| listener.port() == Some(port));
        if let Some(arn) = there.and_then(|listener| listener.listener_arn()) {
            return Ok(Some(arn.to_owned()));
        }
    }
    Ok(None)
}

fn certificates(listener: &Listener) -> Option<Vec<Certificate>> {
    let certificates = listener.certificates.iter().map(|certificate| {
        let arn = certificate.certificate_arn.value().as_str();
        Certificate::builder().certificate_arn(arn).build()
    });
    Some(certificates.collect()).filter(|certificates: &Vec<_>| !certificates.is_empty())
}

fn ssl_policy(listener: &Listener) -> Option<String> {
    Some(listener.ssl_policy.as_ref()?.value().as_str().to_owned())
}

fn alpn_policy(listener: &Listener) -> Option<Vec<String>> {
    let policies = listener
        .alpn_policy
        .iter()
        .map(|policy| policy.value().as_str().to_owned());
    Some(policies.collect()).filter(|policies: &Vec<_>| !policies.is_empty())
}

fn mutual_authentication(listener: &Listener) -> Option<MutualAuthenticationAttributes> {
    let mutual = listener.mutual_authentication.as_ref()?;
    let advertise = mutual.advertise_trust_store_ca_names.as_ref();
    let expiry = mutual.ignore_client_certificate_expiry.as_ref();
    let sdk = MutualAuthenticationAttributes::builder()
        .mode(mutual.mode.value().as_str())
        .set_trust_store_arn(sent(&mutual.trust_store_arn))
        .set_ignore_client_certificate_expiry(expiry.map(|ignore| *ignore.value()))
        .set_advertise_trust_store_ca_names(
            advertise.map(|on| AdvertiseTrustStoreCaNamesEnum::from(on.value().as_str())),
        );
    Some(sdk.build())
}

fn read(listener: &SdkListener, attributes: &[ListenerAttribute]) -> Result<Seen<Listener>> {
    let arn = listener.listener_arn().unwrap_or_default();
    let pairs = attributes
        .iter()
        .filter_map(|a| Some((a.key()?, a.value().unwrap_or(""))));
    let protocol = listener
        .protocol()
        .and_then(|protocol| Protocol::from_aws(protocol.as_str()));
    let port = listener.port().and_then(|port| u16::try_from(port).ok());
    let (Some(protocol), Some(port)) = (protocol, port) else {
        let what = format!("AWS says that {arn} has no port or another protocol");
        return Err(strange("DescribeListeners", what));
    };
    let balancer = listener.load_balancer_arn().unwrap_or_default().to_owned();
    let certificates = listener.certificates().iter().filter_map(|certificate| {
        let arn = CertificateArn::new(certificate.certificate_arn()?.to_owned());
        Some(ListenerCertificate::from(arn))
    });
    let tls = matches!(protocol, Protocol::Https | Protocol::Tls);
    let policies = listener.alpn_policy().iter();
    let resource = Listener {
        load_balancer_arn: Input::Known(LoadBalancerArn::new(balancer)),
        port: Input::Known(Port::new(port)),
        protocol: Input::Known(protocol),
        default_actions: action::from_sdk(listener.default_actions()),
        certificates: certificates.collect(),
        ssl_policy: listener
            .ssl_policy()
            .filter(|_| tls)
            .map(|policy| Input::Known(SslPolicy::new(policy.to_owned()))),
        alpn_policy: policies
            .filter_map(|policy| AlpnPolicy::from_aws(policy))
            .map(Input::Known)
            .collect(),
        mutual_authentication: read_mutual(listener),
        listener_attributes: Some(Attributes::read(pairs)),
        tags: Tags::new(),
    };
    Ok(Seen::new(arn, resource))
}

fn read_mutual(listener: &SdkListener) -> Option<MutualAuthentication> {
    let mutual = listener.mutual_authentication()?;
    let advertise = mutual.advertise_trust_store_ca_names();
    Some(MutualAuthentication {
        mode: Input::Known(MutualAuthenticationMode::from_aws(mutual.mode()?)?),
        trust_store_arn: text(mutual.trust_store_arn()),
        ignore_client_certificate_expiry: mutual
            .ignore_client_certificate_expiry()
            .map(Input::Known),
        advertise_trust_store_ca_names: advertise
            .and_then(|on| AdvertiseTrustStoreCaNames::from_aws(on.as_str()))
            .map(Input::Known),
    })
}
