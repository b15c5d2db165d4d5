//! [`Action`]: what a listener or a rule does with a request.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error, ser::Error as _};
use serde_json::Value as Json;

use crate::{
    Arn, Bounded, Checked, Input, IntoInput, IntoText, Invalid, choice, properties,
    shape::{Member, Shape, Shaped},
    text_value,
};

use super::TargetGroupArn;

text_value! {
    /// The HTTP code of a fixed answer.
    FixedStatus {
        rule: "a fixed response has a code 2xx, 4xx or 5xx",
        document: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html",
        check: |text| {
            let fits = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit())
                && matches!(text.as_bytes()[0], b'2' | b'4' | b'5');
            (!fits).then_some("is no such code")
        },
    },
}

#[diagnostic::do_not_recommend]
impl IntoInput<FixedStatus> for u16 {
    fn into_input(self) -> Input<FixedStatus> {
        Input::Known(FixedStatus::new(self.to_string()))
    }
}

choice! {
    /// How a redirect tells the client.
    RedirectStatus {
        /// For good.
        Permanent = "HTTP_301",
        /// For now.
        Temporary = "HTTP_302",
    }

    /// The protocol of a redirect's target.
    RedirectProtocol {
        /// HTTP.
        Http = "HTTP",
        /// HTTPS.
        Https = "HTTPS",
        /// The request's own. AWS's default.
        Same = "#{protocol}",
    }

    /// What a fixed answer is.
    FixedResponseContentType {
        /// Plain text.
        PlainText = "text/plain",
        /// A style sheet.
        Css = "text/css",
        /// A web page.
        Html = "text/html",
        /// A script.
        JavaScript = "application/javascript",
        /// JSON.
        Json = "application/json",
    }

    /// What happens with a request of somebody who is not logged in.
    OnUnauthenticatedRequest {
        /// It is answered with 401.
        Deny = "deny",
        /// It is passed on.
        Allow = "allow",
        /// The client is sent to log in. AWS's default.
        Authenticate = "authenticate",
    }
}

properties! {
    /// A target group and its share of the requests.
    TargetGroupTuple;
    /// The target group.
    one target_group_arn "TargetGroupArn": TargetGroupArn,
    /// Its share, 0 to 999. AWS's default: 1.
    opt weight "Weight": Bounded<0, 999>,
}

properties! {
    /// Whether a client stays with one of several target groups.
    TargetGroupStickinessConfig;
    /// Whether it does.
    one enabled "Enabled": bool,
    /// For how many seconds, 1 to 604800; needed where it does.
    opt duration_seconds "DurationSeconds": Bounded<1, 604800>,
}

properties! {
    /// The target groups to forward to, five at most.
    ForwardConfig;
    /// The target groups: one to five, each with its share.
    plain_list target_groups "TargetGroups": TargetGroupTuple,
    /// Whether a client stays with one of them.
    opt_plain target_group_stickiness_config "TargetGroupStickinessConfig": TargetGroupStickinessConfig,
}

properties! {
    /// Where a redirect leads. What is left out is the request's own; `#{host}`, `#{path}`,
    /// `#{port}`, `#{protocol}` and `#{query}` stand for its parts.
    RedirectConfig;
    /// Whether for good (301) or for now (302).
    one status_code "StatusCode": RedirectStatus,
    /// The protocol. Left out: the request's own. HTTPS can't lead to HTTP.
    opt protocol "Protocol": RedirectProtocol,
    /// The host: up to 128 characters. Left out: the request's own.
    opt_text host "Host",
    /// The port, as `443`. Left out: the request's own.
    opt_text port "Port",
    /// The path, beginning with `/`: up to 128 characters. Left out: the request's own.
    opt_text path "Path",
    /// The query, without the `?`: up to 128 characters. Left out: the request's own.
    opt_text query "Query",
}

properties! {
    /// An answer of the load balancer itself.
    FixedResponseConfig;
    /// The HTTP code: 2xx, 4xx or 5xx.
    one status_code "StatusCode": FixedStatus,
    /// What the body is.
    opt content_type "ContentType": FixedResponseContentType,
    /// The body, at most 1024 characters.
    opt_text message_body "MessageBody",
}

properties! {
    /// A login through Amazon Cognito. HTTPS listeners.
    AuthenticateCognitoConfig;
    /// The Cognito user pool's ARN.
    one user_pool_arn "UserPoolArn": Arn,
    /// The pool's client.
    text user_pool_client_id "UserPoolClientId",
    /// The pool's domain prefix or name.
    text user_pool_domain "UserPoolDomain",
    /// What happens with somebody who is not logged in. AWS's default: they are sent to log in.
    opt on_unauthenticated_request "OnUnauthenticatedRequest": OnUnauthenticatedRequest,
    /// What is asked of the provider. AWS's default: `openid`.
    opt_text scope "Scope",
    /// The session's cookie. AWS's default: `AWSELBAuthSessionCookie`.
    opt_text session_cookie_name "SessionCookieName",
    /// Seconds that a login lasts. AWS's default: 604800.
    opt session_timeout "SessionTimeout": Bounded<1, 604800>,
}

/// What a listener or a rule does with a request.
///
/// Logins through other providers (`authenticate-oidc`) need a client's secret in the properties;
/// they are not modelled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "Type")]
pub enum Action {
    /// Sends it to target groups.
    #[serde(rename = "forward")]
    Forward {
        /// Which.
        #[serde(rename = "ForwardConfig")]
        config: ForwardConfig,
    },
    /// Sends the client elsewhere.
    #[serde(rename = "redirect")]
    Redirect {
        /// Where.
        #[serde(rename = "RedirectConfig")]
        config: RedirectConfig,
    },
    /// Answers it.
    #[serde(rename = "fixed-response")]
    FixedResponse {
        /// How.
        #[serde(rename = "FixedResponseConfig")]
        config: FixedResponseConfig,
    },
    /// Has the client log in; another action follows.
    #[serde(rename = "authenticate-cognito")]
    AuthenticateCognito {
        /// Where.
        #[serde(rename = "AuthenticateCognitoConfig")]
        config: AuthenticateCognitoConfig,
    },
}

impl Action {
    /// Sends requests to this target group.
    pub fn forward(target_group: impl IntoInput<TargetGroupArn>) -> Self {
        let tuple = TargetGroupTuple {
            target_group_arn: target_group.into_input(),
            weight: None,
        };
        let config = ForwardConfig {
            target_groups: vec![tuple],
            target_group_stickiness_config: None,
        };
        Self::Forward { config }
    }

    /// Shares requests among target groups: `Action::forward_weighted([(&blue, 90), (&green, 10)])`.
    pub fn forward_weighted<T: IntoInput<TargetGroupArn>>(
        shares: impl IntoIterator<Item = (T, u32)>,
    ) -> Self {
        let tuple = |(target_group, weight): (T, u32)| TargetGroupTuple {
            target_group_arn: target_group.into_input(),
            weight: Some(Input::Known(Bounded::new(weight))),
        };
        let config = ForwardConfig {
            target_groups: shares.into_iter().map(tuple).collect(),
            target_group_stickiness_config: None,
        };
        Self::Forward { config }
    }

    /// Sends clients to the same place over HTTPS, port 443, for good.
    pub fn redirect_to_https() -> Self {
        let config = RedirectConfig::builder()
            .status_code(RedirectStatus::Permanent)
            .protocol(RedirectProtocol::Https)
            .port("443")
            .build();
        Self::Redirect { config }
    }

    /// Answers with this code and text: `Action::fixed_response(404, "nothing here")`.
    pub fn fixed_response(status: u16, text: impl IntoText) -> Self {
        let config = FixedResponseConfig {
            status_code: status.into_input(),
            content_type: Some(Input::Known(FixedResponseContentType::PlainText)),
            message_body: Some(text.into_text()),
        };
        Self::FixedResponse { config }
    }
}

impl From<RedirectConfig> for Action {
    fn from(config: RedirectConfig) -> Self {
        Self::Redirect { config }
    }
}

impl From<FixedResponseConfig> for Action {
    fn from(config: FixedResponseConfig) -> Self {
        Self::FixedResponse { config }
    }
}

impl From<ForwardConfig> for Action {
    fn from(config: ForwardConfig) -> Self {
        Self::Forward { config }
    }
}

impl From<AuthenticateCognitoConfig> for Action {
    fn from(config: AuthenticateCognitoConfig) -> Self {
        Self::AuthenticateCognito { config }
    }
}

impl Shaped for Action {
    fn shape() -> Shape {
        let alternative = |name, shape| {
            Shape::Object(vec![Member::value("Type"), Member::new(name, shape, false)])
        };
        Shape::either([
            alternative("ForwardConfig", ForwardConfig::shape()),
            alternative("RedirectConfig", RedirectConfig::shape()),
            alternative("FixedResponseConfig", FixedResponseConfig::shape()),
            alternative(
                "AuthenticateCognitoConfig",
                AuthenticateCognitoConfig::shape(),
            ),
        ])
    }
}

impl Checked for Action {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        match self {
            Self::Forward { config } => {
                config.check_values(&format!("{path}/ForwardConfig"), found);
            }
            Self::Redirect { config } => {
                config.check_values(&format!("{path}/RedirectConfig"), found);
            }
            Self::FixedResponse { config } => {
                config.check_values(&format!("{path}/FixedResponseConfig"), found);
            }
            Self::AuthenticateCognito { config } => {
                config.check_values(&format!("{path}/AuthenticateCognitoConfig"), found);
            }
        }
    }
}

/// Actions in the order in which they are done: any number of logins, then one of the others.
///
/// AWS wants a number of each where there are several; they are numbered by their place.
#[derive(Clone, Debug, PartialEq)]
pub struct Actions(pub Vec<Action>);

impl<A: Into<Action>> From<A> for Actions {
    fn from(action: A) -> Self {
        Self(vec![action.into()])
    }
}

impl<A: Into<Action>, const N: usize> From<[A; N]> for Actions {
    fn from(actions: [A; N]) -> Self {
        Self(actions.into_iter().map(Into::into).collect())
    }
}

impl From<Vec<Action>> for Actions {
    fn from(actions: Vec<Action>) -> Self {
        Self(actions)
    }
}

impl Shaped for Actions {
    fn shape() -> Shape {
        let order = Shape::Object(vec![Member::new("Order", Shape::Value, true)]);
        Shape::List(Box::new(Shape::both(Action::shape(), order)))
    }
}

impl Checked for Actions {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        self.0.check_values(path, found);
    }
}

impl Serialize for Actions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = Vec::new();
        for (place, action) in self.0.iter().enumerate() {
            let mut json = serde_json::to_value(action).map_err(S::Error::custom)?;
            if self.0.len() > 1 {
                json["Order"] = Json::from(place + 1);
            }
            written.push(json);
        }
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Actions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut written = Vec::<Json>::deserialize(deserializer)?;
        written.sort_by_key(|action| action["Order"].as_u64());
        let actions = written.into_iter().map(serde_json::from_value).collect();
        let actions: Result<Vec<Action>, serde_json::Error> = actions;
        actions.map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Address, Handle, elastic_load_balancing_v2::TargetGroup};

    #[test]
    fn a_single_action_has_no_order_and_several_have() {
        let group = Handle::<TargetGroup>::declared(Address::new("france/tg"));
        let one: Actions = Action::forward(&group).into();
        assert_eq!(
            serde_json::to_value(&one).unwrap(),
            json!([{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": {"$output": ["france/tg", "TargetGroupArn"]}}]}}])
        );
        let two = Actions::from([
            Action::redirect_to_https(),
            Action::fixed_response(404, "no"),
        ]);
        let written = serde_json::to_value(&two).unwrap();
        assert_eq!(written[1]["Order"], 2);
        assert_eq!(serde_json::from_value::<Actions>(written).unwrap(), two);
    }

    #[test]
    fn a_fixed_code_is_2xx_4xx_or_5xx() {
        let mut faults = Vec::new();
        Action::fixed_response(302, "x")
            .check_values("/A", &mut |path, _| faults.push(path.to_owned()));
        assert_eq!(faults, ["/A/FixedResponseConfig/StatusCode"]);
    }
}
