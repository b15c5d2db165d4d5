//! [`Scope`]: who signs a request, for which service and region.

use super::scalar;
use crate::http::Request;

/// What a signature says about its request. Signatures themselves are not checked: nobody who
/// reaches the emulator has to be kept out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    pub access_key: String,
    pub region: String,
    /// The name that the service signs with, as `elasticloadbalancing`.
    pub service: String,
}

/// Reads the `Authorization` header, or the query of a presigned request.
pub(crate) fn scope_of(request: &Request) -> Option<Scope> {
    let credential = match request.get("authorization") {
        Some(header) => {
            let from = header.split_once("Credential=")?.1;
            from.split([',', ' ']).next()?.to_owned()
        }
        None => {
            let mut pairs = scalar::pairs(&request.query);
            pairs.find(|(key, _)| key == "X-Amz-Credential")?.1?
        }
    };
    // ACCESS_KEY/20260131/REGION/SERVICE/aws4_request
    let mut parts = credential.split('/');
    let access_key = parts.next()?.to_owned();
    let _date = parts.next()?;
    Some(Scope {
        access_key,
        region: parts.next()?.to_owned(),
        service: parts.next()?.to_owned(),
    })
}

/// The service and region that an AWS host name names, as in `sts.eu-west-3.amazonaws.com`.
pub(crate) fn host_service(host: &str) -> Option<(&str, Option<&str>)> {
    let host = host.split(':').next()?;
    let head = host
        .strip_suffix(".amazonaws.com")
        .or_else(|| host.strip_suffix(".api.aws"))?;
    let mut labels = head.split('.').rev();
    let last = labels.next()?;
    match labels.next() {
        Some(service) => Some((service, Some(last))),
        None => Some((last, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_and_presigned_requests_tell_their_scope() {
        let header = "AWS4-HMAC-SHA256 Credential=AKID/20260131/eu-west-3/s3/aws4_request, \
                      SignedHeaders=host, Signature=0";
        let signed = Request::new("GET", "/").header("authorization", header);
        let scope = scope_of(&signed).unwrap();
        assert_eq!(scope.access_key, "AKID");
        assert_eq!(
            (scope.region.as_str(), scope.service.as_str()),
            ("eu-west-3", "s3")
        );
        let target = "/b/k?X-Amz-Credential=AKID%2F20260131%2Feu-west-3%2Fs3%2Faws4_request";
        assert_eq!(scope_of(&Request::new("GET", target)), Some(scope));
        assert_eq!(scope_of(&Request::new("GET", "/")), None);
    }

    #[test]
    fn a_host_names_its_service() {
        let regional = host_service("sts.eu-west-3.amazonaws.com:443");
        assert_eq!(regional, Some(("sts", Some("eu-west-3"))));
        assert_eq!(host_service("iam.amazonaws.com"), Some(("iam", None)));
        assert_eq!(host_service("127.0.0.1:4566"), None);
    }
}
