//! Sorting AWS's errors: from the SDK's types to [`ProviderError`], once for all services.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use jeancloud_stack::provider::{ErrorKind, ProviderError};

/// Turns the SDK's error of `operation` into ours: `.map_err(of("CreateVpc"))`.
pub(crate) fn of<E>(
    operation: &'static str,
) -> impl FnOnce(SdkError<E, HttpResponse>) -> ProviderError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    move |error| convert(operation, error)
}

fn convert<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> ProviderError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let status = error
        .raw_response()
        .map(|response| response.status().as_u16());
    let request_id = error.raw_response().and_then(request_id);
    match error {
        SdkError::ServiceError(context) => {
            let metadata = context.err().meta();
            let code = metadata.code().map(str::to_owned);
            // What has no body (HEAD), or one of a proxy's in between, has no message.
            let message = metadata.message().map_or_else(
                || {
                    format!(
                        "HTTP status {}, without a reason",
                        status.unwrap_or_default()
                    )
                },
                str::to_owned,
            );
            let kind = classify(code.as_deref().unwrap_or_default(), &message, status);
            let mut converted = ProviderError::new(kind, operation, message);
            converted.hint = hint(kind, operation, code.as_deref().unwrap_or_default());
            converted.code = code;
            converted.request_id = request_id;
            converted
        }
        SdkError::ConstructionFailure(_) => wrap(
            ErrorKind::Invalid,
            operation,
            "the request could not be made",
            error,
        ),
        SdkError::TimeoutError(_) => wrap(
            ErrorKind::Unknown,
            operation,
            "AWS did not answer in time",
            error,
        ),
        SdkError::ResponseError(_) => wrap(
            ErrorKind::Unknown,
            operation,
            "AWS's answer was cut off",
            error,
        ),
        SdkError::DispatchFailure(ref failure) => {
            // Without credentials nothing was sent; with a broken connection nobody knows.
            let cause = failure
                .as_connector_error()
                .and_then(|error| std::error::Error::source(error));
            if speaks_of_credentials(cause) {
                wrap(ErrorKind::Credentials, operation, "there are no AWS credentials", error)
                    .with_hint("set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `aws configure` makes a profile")
            } else {
                wrap(
                    ErrorKind::Unknown,
                    operation,
                    "AWS could not be reached",
                    error,
                )
                .with_hint("check the network, the region and AWS_ENDPOINT_URL")
            }
        }
        other => wrap(ErrorKind::Other, operation, "the call failed", other),
    }
}

/// The SDK has no type for missing credentials: its layers only say so.
fn speaks_of_credentials(mut cause: Option<&(dyn std::error::Error + 'static)>) -> bool {
    while let Some(layer) = cause {
        if layer.to_string().contains("credentials") {
            return true;
        }
        cause = layer.source();
    }
    false
}

fn wrap<E>(
    kind: ErrorKind,
    operation: &'static str,
    message: &str,
    error: SdkError<E, HttpResponse>,
) -> ProviderError
where
    E: std::error::Error + Send + Sync + 'static,
{
    let mut converted = ProviderError::new(kind, operation, message);
    converted.source = Some(Box::new(error));
    converted
}

fn request_id(response: &HttpResponse) -> Option<String> {
    ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"]
        .iter()
        .find_map(|header| response.headers().get(*header))
        .map(str::to_owned)
}

/// Codes are AWS's: "Common errors" of each API reference, and the error lists of the operations.
fn classify(code: &str, message: &str, status: Option<u16>) -> ErrorKind {
    match code {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestLimitExceeded"
        | "TooManyRequestsException"
        | "RequestThrottledException"
        | "EC2ThrottledException"
        | "SlowDown"
        | "PriorRequestNotComplete"
        | "BandwidthLimitExceeded"
        | "LimitExceededException"
            if code != "LimitExceededException" || message.contains("rate") =>
        {
            return ErrorKind::Throttled;
        }
        "UnauthorizedOperation"
        | "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedException"
        | "Forbidden"
        | "AuthorizationError" => return ErrorKind::Denied,
        "AuthFailure"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "InvalidSignatureException"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "InvalidAccessKeyId"
        | "MissingAuthenticationToken"
        | "OptInRequired" => return ErrorKind::Credentials,
        "DependencyViolation"
        | "ResourceInUse"
        | "ResourceInUseException"
        | "DeleteConflict"
        | "HostedZoneNotEmpty"
        | "BucketNotEmpty"
        | "RepositoryNotEmptyException"
        | "ClusterContainsServicesException"
        | "ClusterContainsTasksException"
        | "InvalidDBSubnetGroupStateFault"
        | "OriginAccessControlInUse"
        | "DistributionNotDisabled" => return ErrorKind::Dependency,
        "InternalError"
        | "InternalFailure"
        | "InternalServerError"
        | "ServiceUnavailable"
        | "Unavailable"
        | "ServiceUnavailableException"
        | "InternalServerException"
        | "ServerException" => return ErrorKind::Unknown,
        _ => {}
    }
    let ends = |ends: &[&str]| ends.iter().any(|end| code.ends_with(end));
    let not_found =
        code.contains("NotFound") || code.starts_with("NoSuch") || code.contains("NotExist");
    if not_found || matches!(code, "ResourceNotFoundException" | "NoSuchEntity") {
        return ErrorKind::NotFound;
    }
    if code.contains("AlreadyExists")
        || code.contains("Duplicate")
        || code.contains("AlreadyOwned")
        || matches!(
            code,
            "EntityAlreadyExists"
                | "BucketAlreadyOwnedByYou"
                | "InvalidPermission.Duplicate"
                | "Resource.AlreadyAssociated"
                | "RouteAlreadyExists"
                | "PreconditionFailed"
        )
    {
        return ErrorKind::Conflict;
    }
    if code.contains("LimitExceeded")
        || code.contains("QuotaExceeded")
        || code.starts_with("TooMany")
        || ends(&["Quota", "MaximumExceeded"])
    {
        return ErrorKind::Quota;
    }
    match status {
        Some(500..) => ErrorKind::Unknown,
        Some(429) => ErrorKind::Throttled,
        Some(403) => ErrorKind::Denied,
        // S3 sends who asks in the wrong region elsewhere: the bucket is not here.
        Some(404 | 301 | 307) => ErrorKind::NotFound,
        Some(400..) => ErrorKind::Invalid,
        _ => ErrorKind::Other,
    }
}

fn hint(kind: ErrorKind, operation: &str, code: &str) -> Option<String> {
    match kind {
        ErrorKind::Denied => Some(format!("the credentials need a policy that allows {operation}")),
        ErrorKind::Credentials => Some("the credentials are not valid (any more): log in again, or set AWS_PROFILE; a clock that is wrong, or a region that the account has not enabled, looks the same".to_owned()),
        ErrorKind::Quota => Some(format!("ask for more in AWS's Service Quotas, or delete what is unused ({code})")),
        ErrorKind::Conflict => Some("something of this name exists and is not this stack's: choose another name".to_owned()),
        _ => None,
    }
}

/// An error that stands inside an answer, as the failed items of a bulk operation do.
pub(crate) fn told(operation: &'static str, code: &str, message: &str) -> ProviderError {
    let kind = classify(code, message, None);
    let mut error = ProviderError::new(kind, operation, message);
    error.hint = hint(kind, operation, code);
    error.code = Some(code.to_owned());
    error
}

/// `Ok(None)` where the resource does not exist: for reads of what may be gone.
pub(crate) fn if_there<T>(result: Result<T, ProviderError>) -> Result<Option<T>, ProviderError> {
    match result {
        Ok(there) => Ok(Some(there)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// `Ok(())` where the resource does not exist: for deletions.
pub(crate) fn or_gone<T>(result: Result<T, ProviderError>) -> Result<(), ProviderError> {
    if_there(result).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awss_codes_are_sorted() {
        let sorted = [
            ("InvalidVpcID.NotFound", 400, ErrorKind::NotFound),
            ("NoSuchHostedZone", 404, ErrorKind::NotFound),
            ("RequestLimitExceeded", 503, ErrorKind::Throttled),
            ("UnauthorizedOperation", 403, ErrorKind::Denied),
            ("DependencyViolation", 400, ErrorKind::Dependency),
            ("EntityAlreadyExists", 409, ErrorKind::Conflict),
            ("InvalidGroup.Duplicate", 400, ErrorKind::Conflict),
            ("VpcLimitExceeded", 400, ErrorKind::Quota),
            ("InvalidSubnet.Conflict", 400, ErrorKind::Invalid),
            ("InternalError", 500, ErrorKind::Unknown),
            ("ExpiredToken", 400, ErrorKind::Credentials),
            ("RequestTimeTooSkewed", 403, ErrorKind::Credentials),
            ("", 301, ErrorKind::NotFound),
            ("", 502, ErrorKind::Unknown),
        ];
        for (code, status, kind) in sorted {
            assert_eq!(classify(code, "", Some(status)), kind, "{code}");
        }
    }
}
