//! [`WebsiteConfiguration`]: a bucket that S3 serves as a web site.

use serde::{Deserialize, Serialize};

use crate::{
    Checked, Invalid, choice, properties,
    shape::{Shape, Shaped},
};

/// How S3 serves a bucket as a web site, over HTTP: its own pages, or a redirect to elsewhere.
///
/// Follows S3's "Hosting a static website using Amazon S3".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WebsiteConfiguration {
    /// Every request is redirected.
    Redirect(RedirectAllRequests),
    /// The bucket's objects are the pages.
    Site(Site),
}

impl Shaped for WebsiteConfiguration {
    fn shape() -> Shape {
        Shape::either([RedirectAllRequests::shape(), Site::shape()])
    }
}

impl Checked for WebsiteConfiguration {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        match self {
            Self::Redirect(redirect) => redirect.check_values(path, found),
            Self::Site(site) => site.check_values(path, found),
        }
    }
}

impl From<Site> for WebsiteConfiguration {
    fn from(site: Site) -> Self {
        Self::Site(site)
    }
}

impl From<Site> for Option<WebsiteConfiguration> {
    fn from(site: Site) -> Self {
        Some(site.into())
    }
}

impl WebsiteConfiguration {
    /// The bucket's objects are the pages; `index` stands for a folder, as `index.html`.
    pub fn site(index: &str) -> Self {
        Site::builder().index_document(index).build().into()
    }

    /// Every request is redirected to the same path of `host`.
    pub fn redirect(host: &str) -> Self {
        let to = RedirectAllRequestsTo::builder().host_name(host).build();
        Self::Redirect(RedirectAllRequests {
            redirect_all_requests_to: to,
        })
    }
}

choice! {
    /// The scheme of a redirect's target.
    RedirectProtocol {
        /// Plain.
        Http = "http",
        /// Encrypted.
        Https = "https",
    }
}

properties! {
    /// A web site that is elsewhere.
    RedirectAllRequests;
    /// Where every request goes.
    plain redirect_all_requests_to "RedirectAllRequestsTo": RedirectAllRequestsTo,
}

properties! {
    /// Where every request goes.
    RedirectAllRequestsTo;
    /// The host's name.
    text host_name "HostName",
    /// Its scheme. AWS's default: that of the request.
    opt protocol "Protocol": RedirectProtocol,
}

properties! {
    /// A web site of a bucket's objects.
    Site;
    /// What a request for a folder gets, as `index.html`; without a slash.
    text index_document "IndexDocument",
    /// The key of the object that is answered with any 4xx error. AWS's default: a page of S3's.
    opt_text error_document "ErrorDocument",
    /// Redirects, up to 50; the first that fits counts.
    plain_list routing_rules "RoutingRules": RoutingRule,
}

properties! {
    /// A redirect, and when it applies.
    RoutingRule;
    /// When it applies. AWS's default: always.
    opt_plain routing_rule_condition "RoutingRuleCondition": RoutingRuleCondition,
    /// Where it goes.
    plain redirect_rule "RedirectRule": RedirectRule,
}

properties! {
    /// When a redirect applies: where both are given, both have to hold.
    RoutingRuleCondition;
    /// The answer would have this status, as `404`.
    opt_text http_error_code_returned_equals "HttpErrorCodeReturnedEquals",
    /// The key begins with this.
    opt_text key_prefix_equals "KeyPrefixEquals",
}

properties! {
    /// Where a redirect goes: at least one is given.
    RedirectRule;
    /// The host's name. AWS's default: that of the request.
    opt_text host_name "HostName",
    /// The status of the answer. AWS's default: `301`.
    opt_text http_redirect_code "HttpRedirectCode",
    /// The scheme. AWS's default: that of the request.
    opt protocol "Protocol": RedirectProtocol,
    /// What stands in the place of the prefix that the condition names.
    opt_text replace_key_prefix_with "ReplaceKeyPrefixWith",
    /// What stands in the place of the whole key. Not together with the prefix.
    opt_text replace_key_with "ReplaceKeyWith",
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_kinds_are_told_apart() {
        for (website, expected) in [
            (
                WebsiteConfiguration::site("index.html"),
                json!({"IndexDocument": "index.html"}),
            ),
            (
                WebsiteConfiguration::redirect("example.com"),
                json!({"RedirectAllRequestsTo": {"HostName": "example.com"}}),
            ),
        ] {
            let json = serde_json::to_value(&website).unwrap();
            assert_eq!(json, expected);
            let back: WebsiteConfiguration = serde_json::from_value(json).unwrap();
            assert_eq!(back, website);
        }
    }
}
