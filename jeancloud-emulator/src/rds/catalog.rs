//! What RDS offers: engines, classes, parameter groups.

use serde_json::{Value, json};

use super::{
    common::{self, passes},
    db_instance::DbInstance,
    engine::{self, VERSIONS},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// Classes that are told to be orderable: the small and usual ones of the current families.
const CLASSES: [&str; 14] = [
    "db.m6g.large",
    "db.m6g.xlarge",
    "db.m7g.large",
    "db.m7g.xlarge",
    "db.r6g.large",
    "db.r6g.xlarge",
    "db.r7g.large",
    "db.t3.medium",
    "db.t3.micro",
    "db.t3.small",
    "db.t4g.large",
    "db.t4g.medium",
    "db.t4g.micro",
    "db.t4g.small",
];

/// DescribeDBEngineVersions.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html>
pub(super) fn engine_versions(call: &mut Call<'_>, input: &Value) -> Outcome {
    let wanted = input.some_text("EngineVersion");
    let rows = all_versions().filter(|(name, version)| {
        let major = engine::major(version);
        let full = engine::version(name, None).is_ok_and(|it| it == *version);
        let newest = engine::version(name, Some(major)).is_ok_and(|it| it == *version);
        let default = match wanted {
            Some(_) => newest,
            None => full,
        };
        input.some_text("Engine").is_none_or(|it| it == *name)
            && wanted.is_none_or(|it| it == version || it == major)
            && (!input.flag("DefaultOnly") || default)
            && family_fits(input, &engine::family(name, version))
            && passes(input, "engine", name)
            && passes(input, "engine-version", version)
    });
    let rows =
        rows.map(|(name, version)| (format!("{name} {}", sortable(&version)), name, version));
    let rows = rows.filter_map(|(key, name, version)| Some((key, shown(name, &version).ok()?)));
    common::page(call, input, rows)
}

/// DescribeOrderableDBInstanceOptions.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html>
pub(super) fn orderable_options(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("Engine");
    let license = engine::named(name)?.license;
    let zones: Vec<Value> = ["a", "b", "c"]
        .iter()
        .map(|letter| json!({"Name": format!("{}{letter}", call.region)}))
        .collect();
    let wanted = |version: &str| {
        let asked = input.some_text("EngineVersion");
        asked.is_none_or(|it| it == version || it == engine::major(version))
    };
    let versions = all_versions().filter(|(it, version)| *it == name && wanted(version));
    let class = input.some_text("DBInstanceClass");
    let classes = || {
        CLASSES
            .iter()
            .filter(move |it| class.is_none_or(|class| class == **it))
    };
    let rows = versions.flat_map(|(_, version)| {
        classes().flat_map(move |class| {
            let version = version.clone();
            ["gp2", "gp3", "io1"].map(move |storage| (version.clone(), *class, storage))
        })
    });
    let rows = rows.map(|(version, class, storage)| {
        let key = format!("{} {class} {storage}", sortable(&version));
        let row = json!({
            "AvailabilityZones": zones,
            "DBInstanceClass": class,
            "Engine": name,
            "EngineVersion": version,
            "LicenseModel": license,
            "MaxStorageSize": 65_536,
            "MinStorageSize": if storage == "io1" { 100 } else { 20 },
            "MultiAZCapable": true,
            "ReadReplicaCapable": true,
            "StorageType": storage,
            "SupportedNetworkTypes": ["IPV4", "DUAL"],
            "SupportsEnhancedMonitoring": true,
            "SupportsIAMDatabaseAuthentication": true,
            "SupportsIops": storage != "gp2",
            "SupportsPerformanceInsights": !class.ends_with("micro") || name == "postgres",
            "SupportsStorageAutoscaling": true,
            "SupportsStorageEncryption": true,
            "SupportsStorageThroughput": storage == "gp3",
            "Vpc": true,
        });
        (key, row)
    });
    common::page(call, input, rows)
}

/// DescribeDBParameterGroups: the default groups.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameterGroups.html>
pub(super) fn parameter_groups(call: &mut Call<'_>, input: &Value) -> Outcome {
    let wanted = input.some_text("DBParameterGroupName");
    if let Some(name) = wanted {
        check_group(name)?;
    }
    let mut rows: Vec<(String, Value)> = families()
        .map(|family| {
            let name = format!("default.{family}");
            let row = json!({
                "DBParameterGroupArn": call.arn("rds", &format!("pg:{name}")),
                "DBParameterGroupFamily": family,
                "DBParameterGroupName": name,
                "Description": format!("Default parameter group for {family}"),
            });
            (name, row)
        })
        .filter(|(name, _)| wanted.is_none_or(|wanted| wanted == name))
        .collect();
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    common::page(call, input, rows.into_iter())
}

/// DescribeDBParameters: default groups set none.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameters.html>
pub(super) fn parameters(call: &mut Call<'_>, input: &Value) -> Outcome {
    check_group(input.text("DBParameterGroupName"))?;
    common::page(call, input, std::iter::empty())
}

/// DescribePendingMaintenanceActions: there are none.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribePendingMaintenanceActions.html>
pub(super) fn pending_maintenance(call: &mut Call<'_>, input: &Value) -> Outcome {
    if let Some(arn) = input.some_text("ResourceIdentifier") {
        let id = arn.rsplit(':').next().unwrap_or(arn);
        if call.get::<DbInstance>(id).is_none() {
            let message = format!("The specified resource {arn} does not exist.");
            return Err(AwsError::new("ResourceNotFoundFault", message));
        }
    }
    common::page(call, input, std::iter::empty())
}

/// Refuses a parameter group that isn't there.
pub(super) fn check_group(name: &str) -> Result<(), AwsError> {
    if families().any(|family| name == format!("default.{family}")) {
        return Ok(());
    }
    let message = format!("DBParameterGroup not found: {name}");
    Err(AwsError::new("DBParameterGroupNotFound", message))
}

fn families() -> impl Iterator<Item = String> {
    VERSIONS
        .iter()
        .map(|(name, major, ..)| format!("{name}{major}"))
}

fn family_fits(input: &Value, family: &str) -> bool {
    let wanted = input.some_text("DBParameterGroupFamily");
    wanted.is_none_or(|wanted| wanted == family)
        && passes(input, "db-parameter-group-family", family)
}

/// All versions, by engine and number.
fn all_versions() -> impl Iterator<Item = (&'static str, String)> {
    let all = VERSIONS.iter().flat_map(|(name, major, first, last)| {
        (*first..=*last).map(move |minor| (*name, format!("{major}.{minor}")))
    });
    let mut all: Vec<(&str, String)> = all.collect();
    all.sort_by_key(|(name, version)| (*name, sortable(version)));
    all.into_iter()
}

/// A version whose order as a text is that of its numbers.
fn sortable(version: &str) -> String {
    let numbers = version.split('.').map(|number| format!("{number:0>4}"));
    numbers.collect::<Vec<_>>().join(".")
}

fn shown(name: &str, version: &str) -> Outcome {
    let engine = engine::named(name)?;
    let major = engine::major(version);
    let later =
        all_versions().filter(|(it, other)| *it == name && sortable(other) > sortable(version));
    let targets = later.map(|(_, other)| {
        json!({
            "AutoUpgrade": false,
            "Description": format!("{} {other}", engine.description),
            "Engine": name,
            "EngineVersion": other,
            "IsMajorVersionUpgrade": engine::major(&other) != major,
        })
    });
    Ok(json!({
        "DBEngineDescription": engine.description,
        "DBEngineVersionDescription": format!("{} {version}", engine.description),
        "DBParameterGroupFamily": engine::family(name, version),
        "Engine": name,
        "EngineVersion": version,
        "ExportableLogTypes": engine.logs,
        "MajorEngineVersion": major,
        "Status": "available",
        "SupportedCACertificateIdentifiers":
            ["rds-ca-ecc384-g1", "rds-ca-rsa4096-g1", "rds-ca-rsa2048-g1"],
        "SupportsGlobalDatabases": false,
        "SupportsLogExportsToCloudwatchLogs": true,
        "SupportsReadReplica": true,
        "ValidUpgradeTarget": targets.collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn versions_are_told_by_engine_and_major_version() {
        let aws = Aws::new();
        let default = json!({"Engine": "postgres", "DefaultOnly": true});
        let told = aws.ok("rds", "DescribeDBEngineVersions", default);
        let told = told["DBEngineVersions"].as_array().unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["EngineVersion"], "17.6");
        assert_eq!(told[0]["DBParameterGroupFamily"], "postgres17");
        let sixteen = json!({"Engine": "postgres", "EngineVersion": "16"});
        let told = aws.ok("rds", "DescribeDBEngineVersions", sixteen);
        let told = told["DBEngineVersions"].as_array().unwrap();
        assert_eq!(told.len(), 10);
        assert_eq!(told[9]["EngineVersion"], "16.10");
    }

    #[test]
    fn classes_are_told_by_engine_and_class() {
        let aws = Aws::new();
        let input = json!({
            "Engine": "postgres", "EngineVersion": "17.6", "DBInstanceClass": "db.t4g.micro",
        });
        let told = aws.ok("rds", "DescribeOrderableDBInstanceOptions", input);
        assert_eq!(
            told["OrderableDBInstanceOptions"].as_array().unwrap().len(),
            3
        );
        let wrong = json!({"Engine": "none"});
        let code = aws.code("rds", "DescribeOrderableDBInstanceOptions", wrong);
        assert_eq!(code, "InvalidParameterValue");
    }

    #[test]
    fn default_parameter_groups_exist() {
        let aws = Aws::new();
        let named = json!({"DBParameterGroupName": "default.postgres17"});
        let told = aws.ok("rds", "DescribeDBParameterGroups", named.clone());
        assert_eq!(
            told["DBParameterGroups"][0]["DBParameterGroupFamily"],
            "postgres17"
        );
        aws.ok("rds", "DescribeDBParameters", named);
        let absent = json!({"DBParameterGroupName": "mine"});
        let code = aws.code("rds", "DescribeDBParameters", absent);
        assert_eq!(code, "DBParameterGroupNotFound");
    }
}
