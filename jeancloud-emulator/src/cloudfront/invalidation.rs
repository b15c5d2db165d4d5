//! Invalidations.

use serde_json::{Value, json};

use super::{common, config, distribution};
use crate::{
    call::Call,
    durations::CLOUDFRONT_INVALIDATED,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Task, resource},
};

/// All edge locations have forgotten.
pub(super) const COMPLETED: Task = Task {
    service: "cloudfront",
    name: "invalidation/completed",
    run: completed,
};

resource! {
    /// An invalidation, by `DISTRIBUTION/ID`.
    pub(crate) struct Invalidation: "cloudfront/invalidation" in Account {}
}

/// Removes the invalidations of a distribution, which has gone.
pub(super) fn forget(call: &mut Call<'_>, distribution: &str) {
    let within = format!("{distribution}/");
    let rows = call.table::<Invalidation>().from(&within);
    let rows = rows.map(|(key, _)| key.to_owned());
    let rows: Vec<String> = rows.take_while(|key| key.starts_with(&within)).collect();
    for row in rows {
        call.table_mut::<Invalidation>().remove(&row);
    }
}

/// CreateInvalidation: a repeated reference with the same paths answers the first.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let of = input.text("DistributionId");
    distribution::find(call, of)?;
    let batch = &input["InvalidationBatch"];
    if batch["Paths"].int("Quantity") != i64::try_from(config::items(&batch["Paths"]).len()).ok() {
        let message = "The value of Quantity and the size of Items don't match.";
        return Err(AwsError::new("InconsistentQuantities", message));
    }
    let within = format!("{of}/");
    let rows = call.table::<Invalidation>().from(&within);
    let mut rows = rows.take_while(|(key, _)| key.starts_with(&within));
    let reference = &batch["CallerReference"];
    let there = rows.find(|(_, it)| it.view["InvalidationBatch"]["CallerReference"] == *reference);
    let there = there.map(|(_, it)| it.view.clone());
    drop(rows);
    if let Some(there) = there {
        if there["InvalidationBatch"] != *batch {
            let message = "Invalidation batch specified is not valid: the caller reference was \
                           used with other paths.";
            return Err(AwsError::new("InvalidArgument", message));
        }
        return Ok(answer(of, &there));
    }
    let id = common::new_id(call, "I", "invalidation");
    let view = json!({
        "CreateTime": call.now,
        "Id": id,
        "InvalidationBatch": batch,
        "Status": "InProgress",
    });
    let key = format!("{of}/{id}");
    call.insert(key.clone(), Invalidation { view: view.clone() });
    call.after(CLOUDFRONT_INVALIDATED, &COMPLETED, &key);
    Ok(answer(of, &view))
}

/// GetInvalidation.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetInvalidation.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let of = input.text("DistributionId");
    distribution::find(call, of)?;
    let found = call.get::<Invalidation>(&format!("{of}/{}", input.text("Id")));
    let found = found.ok_or_else(|| {
        let message = "The specified invalidation does not exist.";
        AwsError::new("NoSuchInvalidation", message)
    })?;
    Ok(json!({"Invalidation": found.view}))
}

/// ListInvalidations.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListInvalidations.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let of = input.text("DistributionId");
    distribution::find(call, of)?;
    let within = format!("{of}/");
    let rows = call.table::<Invalidation>().from(&within);
    let rows = rows.take_while(|(key, _)| key.starts_with(&within));
    let rows = rows.map(|(_, it)| {
        let row = call.keep("InvalidationSummary", &it.view);
        (it.view.text("Id"), row)
    });
    common::page(input, "InvalidationList", rows)
}

fn answer(of: &str, view: &Value) -> Value {
    let path = format!("distribution/{of}/invalidation/{}", view.text("Id"));
    json!({"Invalidation": view, "Location": common::location(&path)})
}

fn completed(call: &mut Call<'_>, key: &str) {
    if let Some(mut found) = call.table_mut::<Invalidation>().get_mut(key) {
        found.view["Status"] = "Completed".into();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn an_invalidation_completes() {
        let aws = Aws::new();
        let config = json!({
            "CallerReference": "1", "Comment": "", "Enabled": true,
            "Origins": {"Quantity": 1, "Items": [{
                "Id": "one", "DomainName": "a.s3.amazonaws.com",
                "S3OriginConfig": {"OriginAccessIdentity": ""},
            }]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "one", "ViewerProtocolPolicy": "allow-all",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
        });
        let made = aws.ok(
            "cloudfront",
            "CreateDistribution",
            json!({"DistributionConfig": config}),
        );
        let of = &made["Distribution"]["Id"];
        let batch = json!({"CallerReference": "a", "Paths": {"Quantity": 1, "Items": ["/*"]}});
        let input = json!({"DistributionId": of, "InvalidationBatch": batch});
        let made = aws.ok("cloudfront", "CreateInvalidation", input.clone());
        assert_eq!(made["Invalidation"]["Status"], "InProgress");
        let again = aws.ok("cloudfront", "CreateInvalidation", input);
        assert_eq!(again["Invalidation"]["Id"], made["Invalidation"]["Id"]);
        let get = json!({"DistributionId": of, "Id": made["Invalidation"]["Id"]});
        let told = aws.ok("cloudfront", "GetInvalidation", get);
        assert_eq!(told["Invalidation"]["Status"], "Completed");
        let list = aws.ok(
            "cloudfront",
            "ListInvalidations",
            json!({"DistributionId": of}),
        );
        assert_eq!(list["InvalidationList"]["Quantity"], 1);
        // Nothing is left of it when its distribution has gone.
        let off = aws.ok("cloudfront", "GetDistributionConfig", json!({"Id": of}));
        let mut config = off["DistributionConfig"].clone();
        config["Enabled"] = false.into();
        let update = json!({"Id": of, "IfMatch": off["ETag"], "DistributionConfig": config});
        let off = aws.ok("cloudfront", "UpdateDistribution", update);
        let delete = json!({"Id": of, "IfMatch": off["ETag"]});
        aws.ok("cloudfront", "DeleteDistribution", delete);
        assert_eq!(aws.emulator().inventory(), []);
    }
}
