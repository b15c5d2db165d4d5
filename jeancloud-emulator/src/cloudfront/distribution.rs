//! Distributions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{common, config, config_rules, invalidation, tags};
use crate::{
    call::Call,
    durations::CLOUDFRONT_DEPLOYED,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Task, resource},
};

/// The distribution's configuration has reached all edge locations.
pub(super) const DEPLOYED: Task = Task {
    service: "cloudfront",
    name: "distribution/deployed",
    run: deployed,
};

resource! {
    /// A distribution, by its id.
    pub(crate) struct Distribution: "cloudfront/distribution" in Account {
        etag: String,
        tags: BTreeMap<String, String>,
    }
    found by |distribution: &Distribution| {
        let config = &distribution.view["DistributionConfig"];
        let aliases = config["Aliases"].texts("Items").map(alias_key);
        let origins = config::items(&config["Origins"]).iter();
        let controls = origins.map(|it| control_key(it.text("OriginAccessControlId")));
        let reference = reference_key(config.text("CallerReference"));
        aliases.chain(controls).chain([reference]).collect()
    }
}

/// CreateDistribution.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    made(call, &input["DistributionConfig"], BTreeMap::new())
}

/// CreateDistributionWithTags.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistributionWithTags.html>
pub(super) fn create_with_tags(call: &mut Call<'_>, input: &Value) -> Outcome {
    let input = &input["DistributionConfigWithTags"];
    let tags = tags::merged(&BTreeMap::new(), &input["Tags"])?;
    made(call, &input["DistributionConfig"], tags)
}

fn made(call: &mut Call<'_>, config: &Value, tags: BTreeMap<String, String>) -> Outcome {
    // "If CallerReference is a value that you already sent …, CloudFront returns a
    // DistributionAlreadyExists error", API_DistributionConfig.
    let reference = reference_key(config.text("CallerReference"));
    if let Some((id, _)) = call.table::<Distribution>().with(&reference).next() {
        let message = format!(
            "The caller reference that you are using to create a distribution is associated with \
             another distribution. Already exists: {id}"
        );
        return Err(AwsError::new("DistributionAlreadyExists", message));
    }
    let config = config::completed(config)?;
    config_rules::check(call, &config, "")?;
    let id = common::new_id(call, "E", "distribution");
    let host = call.draw("distribution-host");
    let host = { host }.text("abcdefghijklmnopqrstuvwxyz0123456789", 13);
    let nobody = json!({"Enabled": false, "Quantity": 0});
    let etag = common::new_id(call, "E", "etag");
    let mut view = json!({
        "ARN": call.global_arn("cloudfront", &format!("distribution/{id}")),
        "ActiveTrustedKeyGroups": nobody,
        "ActiveTrustedSigners": nobody,
        "DistributionConfig": config,
        "DomainName": format!("d{host}.cloudfront.net"),
        "Id": id,
        "InProgressInvalidationBatches": 0,
        "LastModifiedTime": call.now,
        "Status": "InProgress",
    });
    records(&mut view);
    let distribution = Distribution {
        view: view.clone(),
        etag: etag.clone(),
        tags,
    };
    call.insert(id.clone(), distribution);
    deploy(call, &id, &etag);
    Ok(json!({
        "Distribution": view,
        "ETag": etag,
        "Location": common::location(&format!("distribution/{id}")),
    }))
}

/// GetDistribution.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetDistribution.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = find(call, input.text("Id"))?;
    Ok(json!({"Distribution": found.view, "ETag": found.etag}))
}

/// GetDistributionConfig.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetDistributionConfig.html>
pub(super) fn get_config(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = find(call, input.text("Id"))?;
    let config = &found.view["DistributionConfig"];
    Ok(json!({"DistributionConfig": config, "ETag": found.etag}))
}

/// ListDistributions.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributions.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let rows = call.table::<Distribution>().iter().map(|(id, it)| {
        let mut row = call.keep("DistributionSummary", &it.view["DistributionConfig"]);
        let own = [
            "ARN",
            "AliasICPRecordals",
            "DomainName",
            "Id",
            "LastModifiedTime",
            "Status",
        ];
        row.take_over(&it.view, &own);
        (id, row)
    });
    common::page(input, "DistributionList", rows)
}

/// UpdateDistribution.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html>
pub(super) fn update(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("Id");
    let found = find(call, id)?;
    common::check_version(input, &found.etag)?;
    let old = found.view["DistributionConfig"].clone();
    let config = config::completed(&input["DistributionConfig"])?;
    if config["CallerReference"] != old["CallerReference"] {
        let message = "The update contains modifications that are not allowed.";
        return Err(AwsError::new("IllegalUpdate", message));
    }
    config_rules::check(call, &config, id)?;
    match change(call, id, config) {
        Some((view, etag)) => Ok(json!({"Distribution": view, "ETag": etag})),
        None => Err(not_found()),
    }
}

/// Gives a distribution another configuration, which has to reach all edge locations; returns what it is
/// then, and its version.
pub(super) fn change(call: &mut Call<'_>, id: &str, config: Value) -> Option<(Value, String)> {
    let (now, etag) = (call.now, common::new_id(call, "E", "etag"));
    let mut found = call.table_mut::<Distribution>().get_mut(id)?;
    found.etag.clone_from(&etag);
    found.view["DistributionConfig"] = config;
    found.view["LastModifiedTime"] = now.into();
    found.view["Status"] = "InProgress".into();
    records(&mut found.view);
    let view = found.view.clone();
    drop(found);
    deploy(call, id, &etag);
    Some((view, etag))
}

/// DeleteDistribution: only one that is disabled, everywhere.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteDistribution.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("Id");
    let found = find(call, id)?;
    common::check_version(input, &found.etag)?;
    let enabled = found.view["DistributionConfig"].flag("Enabled");
    if enabled || found.view.text("Status") != "Deployed" {
        let message = "The distribution you are trying to delete has not been disabled.";
        return Err(AwsError::new("DistributionNotDisabled", message));
    }
    call.table_mut::<Distribution>().remove(id);
    invalidation::forget(call, id);
    Ok(json!({}))
}

pub(super) fn find<'c>(call: &'c Call<'_>, id: &str) -> Result<&'c Distribution, AwsError> {
    call.get::<Distribution>(id).ok_or_else(not_found)
}

pub(super) fn not_found() -> AwsError {
    let message = "The specified distribution does not exist.";
    AwsError::new("NoSuchDistribution", message)
}

/// What distributions of an alias are found by.
pub(super) fn alias_key(alias: &str) -> String {
    format!("alias/{}", alias.to_ascii_lowercase())
}

/// What distributions that use an origin access control are found by.
pub(super) fn control_key(control: &str) -> String {
    format!("control/{control}")
}

fn reference_key(reference: &str) -> String {
    format!("reference/{reference}")
}

/// "AliasICPRecordals", which is there with aliases.
fn records(view: &mut Value) {
    let aliases = view["DistributionConfig"]["Aliases"].texts("Items");
    let records = aliases.map(|alias| json!({"CNAME": alias, "ICPRecordalStatus": "APPROVED"}));
    let records: Vec<Value> = records.collect();
    view["AliasICPRecordals"] = if records.is_empty() {
        Value::Null
    } else {
        records.into()
    };
}

/// Lets a version reach all edge locations; a later version overtakes it.
fn deploy(call: &mut Call<'_>, id: &str, etag: &str) {
    call.after(CLOUDFRONT_DEPLOYED, &DEPLOYED, &format!("{id} {etag}"));
}

fn deployed(call: &mut Call<'_>, version: &str) {
    let Some((id, etag)) = version.split_once(' ') else {
        return;
    };
    if let Some(mut found) = call.table_mut::<Distribution>().get_mut(id)
        && found.etag == etag
    {
        found.view["Status"] = "Deployed".into();
    }
}

#[cfg(test)]
mod tests;
