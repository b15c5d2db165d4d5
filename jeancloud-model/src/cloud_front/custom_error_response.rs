//! [`CustomErrorResponse`]: what CloudFront answers where the origin answers an error.

use serde::{Deserialize, Serialize};

use crate::{Input, IntoInput, IntoText, Invalid, Value, properties};

const DOCUMENT: &str =
    "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomErrorResponse.html";

macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident, $rule:literal, $allowed:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(u16);

        impl $name {
            /// This status; one that CloudFront doesn't take is refused by the stack's check.
            pub const fn new(status: u16) -> Self {
                Self(status)
            }

            /// The status.
            pub const fn number(self) -> u16 {
                self.0
            }
        }

        impl Value for $name {
            const NAME: &'static str = stringify!($name);

            fn check(&self) -> Result<(), Invalid> {
                if $allowed.contains(&self.0) {
                    return Ok(());
                }
                let wrong = format!("{} is no status that CloudFront takes here", self.0);
                Err(Invalid::new(wrong, $rule).document(DOCUMENT))
            }
        }

        #[diagnostic::do_not_recommend]
        impl IntoInput<$name> for u16 {
            fn into_input(self) -> Input<$name> {
                Input::Known($name(self))
            }
        }
    )*};
}

codes! {
    /// The status of an origin's error.
    ErrorCode,
        "an error response is for 400, 403, 404, 405, 414, 416, 500, 501, 502, 503 or 504",
        [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
    /// The status that the viewer gets instead.
    ResponseCode,
        "the viewer gets 200, 400, 403, 404, 405, 414, 416, 500, 501, 502, 503 or 504",
        [200, 400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
}

properties! {
    /// What CloudFront answers where the origin answers an error.
    ///
    /// Status and page come together or not at all; [`page`](Self::page) and
    /// [`cached_for`](Self::cached_for) make the two kinds.
    CustomErrorResponse;
    /// The status of the origin's answer that this is for: 400, 403, 404, 405, 414, 416, or 500 to
    /// 504.
    one error_code "ErrorCode": ErrorCode,
    /// How long CloudFront keeps the error before it asks the origin again, in seconds. AWS's
    /// default: 10.
    opt error_caching_min_ttl "ErrorCachingMinTTL": u32,
    /// The status that the viewer gets instead; together with `response_page_path`. AWS's default:
    /// the origin's.
    opt response_code "ResponseCode": ResponseCode,
    /// The path of the page that the viewer gets, as `/index.html`.
    opt_text response_page_path "ResponsePagePath",
}

impl CustomErrorResponse {
    /// For the origin's `error`, the viewer gets the page at `path` with `status`.
    pub fn page(error: u16, status: u16, path: impl IntoText) -> Self {
        Self::builder()
            .error_code(error)
            .response_code(status)
            .response_page_path(path.into_text())
            .build()
    }

    /// For the origin's `error`, nothing but how long it is kept, in seconds.
    pub fn cached_for(error: u16, seconds: u32) -> Self {
        Self::builder()
            .error_code(error)
            .error_caching_min_ttl(seconds)
            .build()
    }

    /// What a single-page application needs: for paths that are no object, the viewer gets the
    /// page at `path` with status 200, and the application's router does the rest.
    ///
    /// A private bucket answers 403 for what is not there, because CloudFront may not list it, and
    /// 404 where it may.
    pub fn single_page_application(path: impl IntoText) -> [Self; 2] {
        let path = path.into_text();
        [Self::page(403, 200, &path), Self::page(404, 200, path)]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_single_page_application_answers_with_its_page() {
        assert_eq!(
            serde_json::to_value(CustomErrorResponse::single_page_application("/index.html"))
                .unwrap(),
            json!([
                {"ErrorCode": 403, "ResponseCode": 200, "ResponsePagePath": "/index.html"},
                {"ErrorCode": 404, "ResponseCode": 200, "ResponsePagePath": "/index.html"},
            ])
        );
    }

    #[test]
    fn cloudfront_knows_a_few_codes() {
        assert!(ErrorCode::new(404).check().is_ok());
        assert!(ErrorCode::new(200).check().is_err());
        assert!(ResponseCode::new(200).check().is_ok());
        assert!(ResponseCode::new(301).check().is_err());
    }
}
