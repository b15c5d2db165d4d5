//! Web sites and CORS rules between jeancloud's spelling and S3's.

use aws_sdk_s3::{
    operation::get_bucket_website::GetBucketWebsiteOutput,
    types::{
        Condition, CorsConfiguration as SdkCors, CorsRule as SdkCorsRule, ErrorDocument,
        IndexDocument, Protocol, Redirect, RedirectAllRequestsTo as SdkRedirectAll,
        RoutingRule as SdkRoutingRule, WebsiteConfiguration as SdkWebsite,
    },
};
use jeancloud_model::{
    Input, Text,
    s3::{
        CorsConfiguration, CorsMethod, CorsRule, RedirectAllRequests, RedirectAllRequestsTo,
        RedirectProtocol, RedirectRule, RoutingRule, RoutingRuleCondition, Site,
        WebsiteConfiguration,
    },
};

use super::common::{built, number, sdk_number, sdk_text, text};

/// A web site as S3 takes it.
pub(super) fn to_sdk(website: &WebsiteConfiguration) -> SdkWebsite {
    match website {
        WebsiteConfiguration::Redirect(redirect) => {
            let to = &redirect.redirect_all_requests_to;
            let all = SdkRedirectAll::builder()
                .host_name(to.host_name.value())
                .set_protocol(sdk_protocol(&to.protocol));
            SdkWebsite::builder()
                .redirect_all_requests_to(built(all.build()))
                .build()
        }
        WebsiteConfiguration::Site(site) => {
            let index = IndexDocument::builder().suffix(site.index_document.value());
            let error = sdk_text(&site.error_document)
                .map(|key| built(ErrorDocument::builder().key(key).build()));
            let rules: Vec<_> = site.routing_rules.iter().map(routing_rule).collect();
            SdkWebsite::builder()
                .index_document(built(index.build()))
                .set_error_document(error)
                .set_routing_rules((!rules.is_empty()).then_some(rules))
                .build()
        }
    }
}

/// A web site as S3 gives it; `None` for an answer that names neither pages nor a redirect.
pub(super) fn read(website: &GetBucketWebsiteOutput) -> Option<WebsiteConfiguration> {
    if let Some(all) = website.redirect_all_requests_to() {
        return Some(WebsiteConfiguration::Redirect(RedirectAllRequests {
            redirect_all_requests_to: RedirectAllRequestsTo {
                host_name: Text::known(all.host_name()),
                protocol: read_protocol(all.protocol()),
            },
        }));
    }
    Some(WebsiteConfiguration::Site(Site {
        index_document: Text::known(website.index_document()?.suffix()),
        error_document: website
            .error_document()
            .map(|error| Text::known(error.key())),
        routing_rules: website
            .routing_rules()
            .iter()
            .map(read_routing_rule)
            .collect(),
    }))
}

/// CORS rules as S3 takes them.
pub(super) fn cors_to_sdk(cors: &CorsConfiguration) -> SdkCors {
    let texts = |texts: &[Text]| {
        texts
            .iter()
            .map(|text| text.value().to_owned())
            .collect::<Vec<_>>()
    };
    let some = |texts: Vec<String>| (!texts.is_empty()).then_some(texts);
    let rules = cors.cors_rules.iter().map(|rule| {
        let methods = rule
            .allowed_methods
            .iter()
            .map(|method| method.value().to_string());
        let rule = SdkCorsRule::builder()
            .set_id(sdk_text(&rule.id))
            .set_allowed_methods(Some(methods.collect()))
            .set_allowed_origins(Some(texts(&rule.allowed_origins)))
            .set_allowed_headers(some(texts(&rule.allowed_headers)))
            .set_expose_headers(some(texts(&rule.exposed_headers)))
            .set_max_age_seconds(sdk_number(&rule.max_age));
        built(rule.build())
    });
    built(
        SdkCors::builder()
            .set_cors_rules(Some(rules.collect()))
            .build(),
    )
}

/// CORS rules as S3 gives them.
pub(super) fn read_cors(rules: &[SdkCorsRule]) -> CorsConfiguration {
    let texts = |texts: &[String]| texts.iter().map(Text::known).collect();
    let rule = |rule: &SdkCorsRule| CorsRule {
        id: text(rule.id()),
        allowed_methods: rule
            .allowed_methods()
            .iter()
            .filter_map(|method| CorsMethod::from_aws(method).map(Input::Known))
            .collect(),
        allowed_origins: texts(rule.allowed_origins()),
        allowed_headers: texts(rule.allowed_headers()),
        exposed_headers: texts(rule.expose_headers()),
        max_age: number(rule.max_age_seconds()),
    };
    CorsConfiguration {
        cors_rules: rules.iter().map(rule).collect(),
    }
}

fn routing_rule(rule: &RoutingRule) -> SdkRoutingRule {
    let condition = rule.routing_rule_condition.as_ref().map(|condition| {
        Condition::builder()
            .set_http_error_code_returned_equals(sdk_text(
                &condition.http_error_code_returned_equals,
            ))
            .set_key_prefix_equals(sdk_text(&condition.key_prefix_equals))
            .build()
    });
    let to = &rule.redirect_rule;
    let redirect = Redirect::builder()
        .set_host_name(sdk_text(&to.host_name))
        .set_http_redirect_code(sdk_text(&to.http_redirect_code))
        .set_protocol(sdk_protocol(&to.protocol))
        .set_replace_key_prefix_with(sdk_text(&to.replace_key_prefix_with))
        .set_replace_key_with(sdk_text(&to.replace_key_with))
        .build();
    SdkRoutingRule::builder()
        .set_condition(condition)
        .redirect(redirect)
        .build()
}

fn read_routing_rule(rule: &SdkRoutingRule) -> RoutingRule {
    let to = rule.redirect();
    RoutingRule {
        routing_rule_condition: rule.condition().map(|condition| RoutingRuleCondition {
            http_error_code_returned_equals: text(condition.http_error_code_returned_equals()),
            key_prefix_equals: text(condition.key_prefix_equals()),
        }),
        redirect_rule: RedirectRule {
            host_name: to.and_then(|to| text(to.host_name())),
            http_redirect_code: to.and_then(|to| text(to.http_redirect_code())),
            protocol: to.and_then(|to| read_protocol(to.protocol())),
            replace_key_prefix_with: to.and_then(|to| text(to.replace_key_prefix_with())),
            replace_key_with: to.and_then(|to| text(to.replace_key_with())),
        },
    }
}

fn sdk_protocol(protocol: &Option<Input<RedirectProtocol>>) -> Option<Protocol> {
    protocol
        .as_ref()
        .map(|protocol| Protocol::from(protocol.value().as_str()))
}

fn read_protocol(protocol: Option<&Protocol>) -> Option<Input<RedirectProtocol>> {
    RedirectProtocol::from_aws(protocol?.as_str()).map(Input::Known)
}
