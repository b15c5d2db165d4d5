//! [`CorsConfiguration`]: which other web sites' pages may use a bucket from a browser.

use crate::{choice, properties};

choice! {
    /// What a page may do to an object.
    CorsMethod {
        /// Read it.
        Get = "GET",
        /// Ask about it.
        Head = "HEAD",
        /// Write it.
        Put = "PUT",
        /// Write it from a form.
        Post = "POST",
        /// Delete it.
        Delete = "DELETE",
    }
}

properties! {
    /// Which other web sites' pages may use a bucket from a browser.
    ///
    /// Follows S3's "Using cross-origin resource sharing (CORS)".
    CorsConfiguration;
    /// 1 to 100 rules; the first that fits a request counts.
    plain_list cors_rules "CorsRules": CorsRule,
}

properties! {
    /// What pages of some origins may do.
    CorsRule;
    /// A name for the rule, up to 255 characters.
    opt_text id "Id",
    /// The methods that they may use, one at least.
    list allowed_methods "AllowedMethods": CorsMethod,
    /// The pages' origins, as `https://www.example.com`, with one `*` at most; `*` is everybody.
    texts allowed_origins "AllowedOrigins",
    /// The headers that a request may bring, with one `*` at most in each. AWS's default: none.
    texts allowed_headers "AllowedHeaders",
    /// The headers of an answer that a page may read. AWS's default: the simple ones.
    texts exposed_headers "ExposedHeaders",
    /// How long a browser may keep the answer to a preflight request, in seconds.
    opt max_age "MaxAge": u32,
}

impl CorsConfiguration {
    /// These rules.
    pub fn new(rules: impl IntoIterator<Item = CorsRule>) -> Self {
        Self {
            cors_rules: rules.into_iter().collect(),
        }
    }
}
