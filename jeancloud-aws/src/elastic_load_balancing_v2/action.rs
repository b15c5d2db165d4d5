//! Actions: from the model to the SDK and back.

use aws_sdk_elasticloadbalancingv2::types::{
    Action as SdkAction, ActionTypeEnum, AuthenticateCognitoActionConditionalBehaviorEnum,
    AuthenticateCognitoActionConfig, FixedResponseActionConfig, ForwardActionConfig,
    RedirectActionConfig, RedirectActionStatusCodeEnum, TargetGroupStickinessConfig as SdkSticky,
    TargetGroupTuple as SdkTuple,
};
use jeancloud_model::{
    Arn, Bounded, Input, Text,
    elastic_load_balancing_v2::{
        Action, Actions, AuthenticateCognitoConfig, FixedResponseConfig, FixedResponseContentType,
        FixedStatus, ForwardConfig, OnUnauthenticatedRequest, RedirectConfig, RedirectProtocol,
        RedirectStatus, TargetGroupArn, TargetGroupStickinessConfig, TargetGroupTuple,
    },
};

use super::common::{number, sent, text};

/// The actions as AWS takes them, numbered where there are several.
pub(super) fn to_sdk(actions: &Actions) -> Vec<SdkAction> {
    let numbered = actions.0.len() > 1;
    let actions = actions.0.iter().zip(1..);
    actions
        .map(|(action, place)| one(action, numbered.then_some(place)))
        .collect()
}

/// The actions as AWS tells them, in their order. A kind that is not modelled is left out: what is
/// then missing shows as a change.
pub(super) fn from_sdk(actions: &[SdkAction]) -> Actions {
    let mut actions: Vec<_> = actions.iter().collect();
    actions.sort_by_key(|action| action.order());
    Actions(actions.into_iter().filter_map(read).collect())
}

fn one(action: &Action, order: Option<i32>) -> SdkAction {
    let sdk = SdkAction::builder().set_order(order);
    let sdk = match action {
        Action::Forward { config } => sdk
            .r#type(ActionTypeEnum::Forward)
            .forward_config(forward(config)),
        Action::Redirect { config } => sdk
            .r#type(ActionTypeEnum::Redirect)
            .redirect_config(redirect(config)),
        Action::FixedResponse { config } => sdk
            .r#type(ActionTypeEnum::FixedResponse)
            .fixed_response_config(fixed(config)),
        Action::AuthenticateCognito { config } => sdk
            .r#type(ActionTypeEnum::AuthenticateCognito)
            .authenticate_cognito_config(cognito(config)),
    };
    sdk.build()
}

fn forward(config: &ForwardConfig) -> ForwardActionConfig {
    let ForwardConfig {
        target_groups,
        target_group_stickiness_config: sticky,
    } = config;
    let groups = target_groups.iter().map(|tuple| {
        SdkTuple::builder()
            .target_group_arn(tuple.target_group_arn.value().as_str())
            .set_weight(tuple.weight.as_ref().map(|weight| weight.value().to_i32()))
            .build()
    });
    let sticky = sticky.as_ref().map(|sticky| {
        SdkSticky::builder()
            .enabled(*sticky.enabled.value())
            .set_duration_seconds(sticky.duration_seconds.as_ref().map(|n| n.value().to_i32()))
            .build()
    });
    ForwardActionConfig::builder()
        .set_target_groups(Some(groups.collect()))
        .set_target_group_stickiness_config(sticky)
        .build()
}

fn redirect(config: &RedirectConfig) -> RedirectActionConfig {
    let RedirectConfig {
        status_code,
        protocol,
        host,
        port,
        path,
        query,
    } = config;
    RedirectActionConfig::builder()
        .status_code(RedirectActionStatusCodeEnum::from(
            status_code.value().as_str(),
        ))
        .set_protocol(
            protocol
                .as_ref()
                .map(|protocol| protocol.value().as_str().to_owned()),
        )
        .set_host(sent(host))
        .set_port(sent(port))
        .set_path(sent(path))
        .set_query(sent(query))
        .build()
}

fn fixed(config: &FixedResponseConfig) -> FixedResponseActionConfig {
    let FixedResponseConfig {
        status_code,
        content_type,
        message_body,
    } = config;
    FixedResponseActionConfig::builder()
        .status_code(status_code.value().as_str())
        .set_content_type(
            content_type
                .as_ref()
                .map(|kind| kind.value().as_str().to_owned()),
        )
        .set_message_body(sent(message_body))
        .build()
}

fn cognito(config: &AuthenticateCognitoConfig) -> AuthenticateCognitoActionConfig {
    let behaviour = config.on_unauthenticated_request.as_ref();
    AuthenticateCognitoActionConfig::builder()
        .user_pool_arn(config.user_pool_arn.value().as_str())
        .user_pool_client_id(config.user_pool_client_id.value())
        .user_pool_domain(config.user_pool_domain.value())
        .set_scope(sent(&config.scope))
        .set_session_cookie_name(sent(&config.session_cookie_name))
        .set_session_timeout(
            config
                .session_timeout
                .as_ref()
                .map(|n| n.value().number().into()),
        )
        .set_on_unauthenticated_request(behaviour.map(|behaviour| {
            AuthenticateCognitoActionConditionalBehaviorEnum::from(behaviour.value().as_str())
        }))
        .build()
}

fn read(action: &SdkAction) -> Option<Action> {
    match action.r#type()? {
        ActionTypeEnum::Forward => Some(Action::Forward {
            config: read_forward(action),
        }),
        ActionTypeEnum::Redirect => {
            let config = read_redirect(action.redirect_config()?)?;
            Some(Action::Redirect { config })
        }
        ActionTypeEnum::FixedResponse => {
            let config = read_fixed(action.fixed_response_config()?);
            Some(Action::FixedResponse { config })
        }
        ActionTypeEnum::AuthenticateCognito => {
            let config = read_cognito(action.authenticate_cognito_config()?);
            Some(Action::AuthenticateCognito { config })
        }
        _ => None,
    }
}

/// A forward to one group may be told as the group alone.
fn read_forward(action: &SdkAction) -> ForwardConfig {
    let tuple = |arn: &str, weight| TargetGroupTuple {
        target_group_arn: Input::Known(TargetGroupArn::new(arn.to_owned())),
        weight,
    };
    let Some(config) = action.forward_config() else {
        let alone = action.target_group_arn().map(|arn| tuple(arn, None));
        return ForwardConfig {
            target_groups: alone.into_iter().collect(),
            target_group_stickiness_config: None,
        };
    };
    let groups = config.target_groups().iter();
    let sticky = config.target_group_stickiness_config();
    ForwardConfig {
        target_groups: groups
            .filter_map(|group| Some(tuple(group.target_group_arn()?, number(group.weight()))))
            .collect(),
        target_group_stickiness_config: sticky.map(|sticky| TargetGroupStickinessConfig {
            enabled: Input::Known(sticky.enabled().unwrap_or(false)),
            duration_seconds: number(sticky.duration_seconds()),
        }),
    }
}

fn read_redirect(config: &RedirectActionConfig) -> Option<RedirectConfig> {
    Some(RedirectConfig {
        status_code: Input::Known(RedirectStatus::from_aws(config.status_code()?.as_str())?),
        protocol: config
            .protocol()
            .and_then(RedirectProtocol::from_aws)
            .map(Input::Known),
        host: text(config.host()),
        port: text(config.port()),
        path: text(config.path()),
        query: text(config.query()),
    })
}

fn read_fixed(config: &FixedResponseActionConfig) -> FixedResponseConfig {
    let status = config.status_code().unwrap_or_default().to_owned();
    FixedResponseConfig {
        status_code: Input::Known(FixedStatus::new(status)),
        content_type: config
            .content_type()
            .and_then(FixedResponseContentType::from_aws)
            .map(Input::Known),
        message_body: text(config.message_body()),
    }
}

fn read_cognito(config: &AuthenticateCognitoActionConfig) -> AuthenticateCognitoConfig {
    let behaviour = config.on_unauthenticated_request();
    let timeout = config
        .session_timeout()
        .and_then(|seconds| u32::try_from(seconds).ok());
    let known = |value: Option<&str>| Text::known(value.unwrap_or_default());
    AuthenticateCognitoConfig {
        user_pool_arn: Input::Known(Arn::new(
            config.user_pool_arn().unwrap_or_default().to_owned(),
        )),
        user_pool_client_id: known(config.user_pool_client_id()),
        user_pool_domain: known(config.user_pool_domain()),
        on_unauthenticated_request: behaviour
            .and_then(|behaviour| OnUnauthenticatedRequest::from_aws(behaviour.as_str()))
            .map(Input::Known),
        scope: text(config.scope()),
        session_cookie_name: text(config.session_cookie_name()),
        session_timeout: timeout.map(|seconds| Input::Known(Bounded::new(seconds))),
    }
}
