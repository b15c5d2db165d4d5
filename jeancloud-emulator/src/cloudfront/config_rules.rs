//! What CloudFront refuses in a configuration.

use serde_json::Value;

use super::{
    config::items,
    distribution::{Distribution, alias_key},
    origin_access_control::OriginAccessControl,
    policies,
};
use crate::{acm::Certificate, call::Call, error::AwsError, fields::Fields};

/// Where the certificates of distributions are.
const HOME: &str = "us-east-1";

/// Checks a completed configuration of the distribution `id`, which may be new.
pub(super) fn check(call: &mut Call<'_>, config: &Value, id: &str) -> Result<(), AwsError> {
    origins(call, config)?;
    behaviors(config)?;
    aliases(call, config, id)?;
    certificate(call, config)
}

fn origins(call: &Call<'_>, config: &Value) -> Result<(), AwsError> {
    let origins = items(&config["Origins"]);
    for (at, origin) in origins.iter().enumerate() {
        let same = |other: &Value| other["Id"] == origin["Id"];
        if origins[..at].iter().any(same) {
            let message = "The origin IDs must be unique.";
            return Err(AwsError::new("InvalidArgument", message));
        }
        let control = origin.text("OriginAccessControlId");
        if !control.is_empty() && call.get::<OriginAccessControl>(control).is_none() {
            let message = "The origin access control is not valid.";
            return Err(AwsError::new("InvalidOriginAccessControl", message));
        }
        let kinds = ["CustomOriginConfig", "S3OriginConfig", "VpcOriginConfig"];
        if !kinds.iter().any(|kind| origin.at(kind).is_some()) {
            let message = "Exactly one of CustomOriginConfig, VpcOriginConfig and S3OriginConfig \
                           must be specified";
            return Err(AwsError::new("InvalidOrigin", message));
        }
    }
    Ok(())
}

fn behaviors(config: &Value) -> Result<(), AwsError> {
    let names = items(&config["Origins"]).iter();
    let groups = items(&config["OriginGroups"]).iter();
    let targets: Vec<&str> = names.chain(groups).map(|it| it.text("Id")).collect();
    let behaviors = items(&config["CacheBehaviors"]).iter();
    for behavior in behaviors.chain([&config["DefaultCacheBehavior"]]) {
        if !targets.contains(&behavior.text("TargetOriginId")) {
            let message = "One or more of your origins or origin groups do not exist.";
            return Err(AwsError::new("NoSuchOrigin", message));
        }
        let cache = behavior.text("CachePolicyId");
        if cache.is_empty() && behavior.at("ForwardedValues").is_none() {
            let message = "The parameter ForwardedValues is required.";
            return Err(AwsError::new("InvalidArgument", message));
        }
        policies::check(behavior)?;
    }
    Ok(())
}

/// "CNAMEAlreadyExists": within an account here, everywhere in AWS.
fn aliases(call: &Call<'_>, config: &Value, id: &str) -> Result<(), AwsError> {
    for alias in config["Aliases"].texts("Items") {
        let key = alias_key(alias);
        let mut others = call.table::<Distribution>().with(&key);
        if others.any(|(other, _)| other != id) {
            let message = "One or more of the CNAMEs you provided are already associated with a \
                           different resource.";
            return Err(AwsError::new("CNAMEAlreadyExists", message));
        }
    }
    Ok(())
}

/// "Requirements for using alternate domain names", Amazon CloudFront Developer Guide.
pub(super) fn certificate(call: &mut Call<'_>, config: &Value) -> Result<(), AwsError> {
    let invalid = |message: &str| Err(AwsError::new("InvalidViewerCertificate", message));
    let certificate = &config["ViewerCertificate"];
    let mut aliases = config["Aliases"].texts("Items");
    let Some(arn) = certificate.some_text("ACMCertificateArn") else {
        if certificate.flag("CloudFrontDefaultCertificate") && aliases.next().is_some() {
            return invalid(
                "To add an alternate domain name (CNAME) to a CloudFront distribution, you must \
                 attach a trusted certificate that validates your authorization to use the domain \
                 name. For more details, see: https://docs.aws.amazon.com/AmazonCloudFront/latest/\
                 DeveloperGuide/CNAMEs.html#alternate-domain-names-requirements",
            );
        }
        return Ok(());
    };
    if certificate.at("SSLSupportMethod").is_none() {
        return invalid("The parameter SSLSupportMethod is required with a certificate.");
    }
    let account = call.account.clone();
    let found = call.table_of::<Certificate>(&account, HOME).get(arn);
    let Some(found) = found.filter(|it| it.view.text("Status") == "ISSUED") else {
        return invalid(
            "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, \
             or doesn't include a valid certificate chain.",
        );
    };
    let names: Vec<&str> = found.view.texts("SubjectAlternativeNames").collect();
    if aliases.any(|alias| !names.iter().any(|name| covers(name, alias))) {
        return invalid(
            "The certificate that is attached to your distribution doesn't cover the alternate \
             domain name (CNAME) that you're trying to add. For more details, see: \
             https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html\
             #alternate-domain-names-requirements",
        );
    }
    Ok(())
}

/// Whether a name of a certificate, with a star perhaps, is good for an alias.
fn covers(name: &str, alias: &str) -> bool {
    let rest = name.strip_prefix("*.").zip(alias.split_once('.'));
    name.eq_ignore_ascii_case(alias)
        || rest.is_some_and(|(name, (_, alias))| name.eq_ignore_ascii_case(alias))
}
