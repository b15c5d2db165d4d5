//! Moving an alias from one distribution of the account to another.

use serde_json::{Value, json};

use super::{
    common, config_rules,
    distribution::{self, Distribution, alias_key},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    route53::record_set,
};

/// AssociateAlias: from whichever distribution has it, if one has it, in one step.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AssociateAlias.html>
pub(super) fn associate(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (alias, target) = (input.text("Alias"), input.text("TargetDistributionId"));
    let found = distribution::find(call, target)?;
    let host = found.view.text("DomainName").to_owned();
    let config = found.view["DistributionConfig"].clone();
    if has(&config, alias) {
        return Ok(json!({}));
    }
    let config = with(config, alias);
    // "This distribution must have a TLS certificate that covers the alternate domain name".
    config_rules::certificate(call, &config)
        .map_err(|error| AwsError::new("InvalidArgument", error.message))?;
    if !is_proved(call, alias, &host) {
        let message = "Invalid or missing alias DNS TXT records.";
        return Err(AwsError::new("IllegalUpdate", message));
    }
    let holders = call.table::<Distribution>().with(&alias_key(alias));
    let holders: Vec<(String, Value)> = holders
        .map(|(id, it)| (id.to_owned(), it.view["DistributionConfig"].clone()))
        .collect();
    for (id, held) in holders {
        distribution::change(call, &id, without(held, alias));
    }
    distribution::change(call, target, config);
    Ok(json!({}))
}

/// Whether a TXT record says so: `_www.example.com`, or `_.example.com` for `example.com` itself, with
/// the target's own name. Asked for within an account too.
///
/// "Set up the target standard distribution", Amazon CloudFront Developer Guide.
fn is_proved(call: &Call<'_>, alias: &str, host: &str) -> bool {
    [format!("_{alias}"), format!("_.{alias}")]
        .iter()
        .flat_map(|name| record_set::public_values(call, "TXT", name))
        .any(|value| {
            let value = value.trim_matches('"').trim_end_matches('.');
            value.eq_ignore_ascii_case(host)
        })
}

fn has(config: &Value, alias: &str) -> bool {
    let mut aliases = config["Aliases"].texts("Items");
    aliases.any(|it| it.eq_ignore_ascii_case(alias))
}

fn with(mut config: Value, alias: &str) -> Value {
    let aliases = config["Aliases"].texts("Items").chain([alias]);
    config["Aliases"] = common::counted(aliases.map(Value::from).collect());
    config
}

fn without(mut config: Value, alias: &str) -> Value {
    let aliases = config["Aliases"].texts("Items");
    let others = aliases.filter(|it| !it.eq_ignore_ascii_case(alias));
    config["Aliases"] = common::counted(others.map(Value::from).collect());
    config
}
