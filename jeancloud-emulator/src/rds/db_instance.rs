//! DB instances.

use serde_json::{Value, json};

use super::{
    catalog,
    common::{self, combination, invalid, passes},
    db_subnet_group::{self, group_key},
    engine::{self, Engine},
    lifecycle,
};
use crate::{
    call::Call,
    ec2::network_interface::{self, NetworkInterface, Requester},
    error::{AwsError, Outcome},
    fields::Fields,
    kms,
    world::resource,
};

/// Storage of less than this has gp3's fixed speed: "400 GiB", "gp3 storage".
const FAST_FROM: i64 = 400;

resource! {
    /// A DB instance, by its identifier in small letters.
    pub(crate) struct DbInstance: "rds/db-instance" in Region {
        /// Its subnet group, shown from there.
        group: String,
        /// Its network interface.
        interface: String,
    }
    found by |instance: &DbInstance| {
        let resource = instance.view.text("DbiResourceId").to_owned();
        vec![group_key(&instance.group), resource]
    }
}

/// CreateDBInstance.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let input = &common::given(input);
    let id = input.text("DBInstanceIdentifier").to_ascii_lowercase();
    common::check_identifier("DBInstanceIdentifier", &id)?;
    if call.table::<DbInstance>().contains(&id) {
        let message = "DB instance already exists";
        return Err(AwsError::new("DBInstanceAlreadyExists", message));
    }
    let name = input.text("Engine");
    let engine = engine::named(name)?;
    let version = engine::version(name, input.some_text("EngineVersion"))?;
    check(input)?;
    let group = input.text("DBSubnetGroupName").to_ascii_lowercase();
    if group.is_empty() {
        let message = "No default subnet detected in VPC. Please contact AWS Support to recreate \
                       the default Subnets.";
        return Err(AwsError::new("InvalidSubnet", message));
    }
    let subnets = db_subnet_group::find(call, &group)?.view["Subnets"].clone();
    let mut view = view(call, input, &id, &engine, &version)?;
    let subnet = subnet(&subnets, input.some_text("AvailabilityZone"))?;
    view["AvailabilityZone"] = subnet["SubnetAvailabilityZone"]["Name"].clone();
    let interface = interface(call, subnet.text("SubnetIdentifier"), &mut view)?;
    if input.flag("ManageMasterUserPassword") {
        view["MasterUserSecret"] = secret(call, input.some_text("MasterUserSecretKmsKeyId"));
    }
    let instance = DbInstance {
        view,
        group,
        interface,
    };
    let answer = shown(call, &instance);
    call.insert(id.clone(), instance);
    lifecycle::begin(call, &id);
    Ok(json!({"DBInstance": answer}))
}

/// DescribeDBInstances.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let known = [
        "db-cluster-id",
        "db-instance-id",
        "dbi-resource-id",
        "domain",
        "engine",
    ];
    common::check_filters(input, &known)?;
    let name = input.some_text("DBInstanceIdentifier").map(bare);
    if let Some(name) = &name {
        find(call, name)?;
    }
    let rows = call.table::<DbInstance>().iter().filter(|(id, it)| {
        let by_id = passes(input, "db-instance-id", id)
            || passes(input, "db-instance-id", it.view.text("DBInstanceArn"));
        name.as_ref().is_none_or(|name| name == id)
            && by_id
            && passes(input, "dbi-resource-id", it.view.text("DbiResourceId"))
            && passes(input, "engine", it.view.text("Engine"))
    });
    let rows = rows.map(|(id, it)| (id.to_owned(), shown(call, it)));
    common::page(call, input, rows)
}

/// An instance as it is told: with its subnet group.
pub(super) fn shown(call: &Call<'_>, instance: &DbInstance) -> Value {
    let mut view = instance.view.clone();
    let group = db_subnet_group::find(call, &instance.group);
    view["DBSubnetGroup"] = group.map_or(Value::Null, |group| group.view.clone());
    view["DBSubnetGroup"].clear("SupportedNetworkTypes");
    view
}

/// An identifier as it is kept, from a name or an ARN.
pub(super) fn bare(id: &str) -> String {
    id.rsplit(':').next().unwrap_or(id).to_ascii_lowercase()
}

pub(super) fn find<'c>(call: &'c Call<'_>, id: &str) -> Result<&'c DbInstance, AwsError> {
    call.get::<DbInstance>(id).ok_or_else(|| not_found(id))
}

pub(super) fn not_found(id: &str) -> AwsError {
    let message = format!("DBInstance {id} not found.");
    AwsError::new("DBInstanceNotFound", message)
}

/// The subnet that the instance is put into.
fn subnet(subnets: &Value, zone: Option<&str>) -> Outcome {
    let mut subnets = subnets.as_array().into_iter().flatten();
    let in_zone =
        |it: &&Value| zone.is_none_or(|zone| it["SubnetAvailabilityZone"].text("Name") == zone);
    subnets.find(in_zone).cloned().ok_or_else(|| {
        let message = "The DB subnet group has no subnet in the requested availability zone.";
        AwsError::new("InvalidVPCNetworkStateFault", message)
    })
}

/// Puts the instance's network interface into a subnet, with its groups, or the VPC's default one.
fn interface(call: &mut Call<'_>, subnet: &str, view: &mut Value) -> Result<String, AwsError> {
    let groups: Vec<&str> = group_ids(view).collect();
    let requester = Requester {
        id: "amazon-rds",
        owner: "amazon-rds",
        interface_type: "interface",
    };
    let made = network_interface::attach(call, subnet, &groups, "RDSNetworkInterface", requester);
    let id = made.map_err(|error| invalid(error.message))?;
    let there = call.get::<NetworkInterface>(&id);
    let groups = there.map(|it| it.view.items("Groups").iter());
    let groups = groups.into_iter().flatten();
    let groups = groups.map(|it| json!({"Status": "active", "VpcSecurityGroupId": it["GroupId"]}));
    view["VpcSecurityGroups"] = groups.collect::<Vec<_>>().into();
    Ok(id)
}

/// The security groups of an instance.
pub(super) fn group_ids(view: &Value) -> impl Iterator<Item = &str> {
    let groups = view.items("VpcSecurityGroups").iter();
    groups.map(|it| it.text("VpcSecurityGroupId"))
}

/// A secret of RDS's for the master password.
pub(super) fn secret(call: &mut Call<'_>, key: Option<&str>) -> Value {
    let mut draw = call.draw("master-secret");
    let (id, end) = (draw.uuid(), draw.text("ABCDEFabcdef0123456789", 6));
    let arn = call.arn("secretsmanager", &format!("secret:rds!db-{id}-{end}"));
    json!({
        "KmsKeyId": key.map_or_else(|| kms::own_key(call, "secretsmanager"), |key| kms::arn_of(call, key)),
        "SecretArn": arn,
        "SecretStatus": "creating",
    })
}

/// The ARN of the key that an input names, or of RDS's own.
pub(super) fn key_arn(call: &Call<'_>, named: Option<&str>) -> String {
    named.map_or_else(
        || kms::own_key(call, "rds"),
        |named| kms::arn_of(call, named),
    )
}

/// What storage of a type and size has for speed without being asked.
pub(super) fn speed(kind: &str, size: i64) -> (Option<i64>, i64) {
    match kind {
        "gp3" if size < FAST_FROM => (Some(3000), 125),
        "gp3" => (Some(12_000), 500),
        _ => (None, 0),
    }
}

/// Rules for what an instance is made of or changed to.
pub(super) fn check_sizes(
    engine: &str,
    kind: &str,
    size: i64,
    input: &Value,
) -> Result<(), AwsError> {
    let least = if matches!(kind, "io1" | "io2") {
        100
    } else {
        20
    };
    if kind != "standard" && !(least..=65_536).contains(&size) {
        return Err(invalid(format!(
            "Invalid storage size for engine name {engine} and storage type {kind}: {size}"
        )));
    }
    let given = input.int("Iops").is_some() || input.int("StorageThroughput").is_some();
    if kind == "gp3" && size < FAST_FROM && given {
        return Err(combination(format!(
            "You can't specify IOPS or storage throughput for engine {engine} and a storage size \
             less than {FAST_FROM}."
        )));
    }
    if let Some(most) = input.int("MaxAllocatedStorage")
        && most < size
    {
        return Err(combination(
            "Max storage size must be greater than storage size",
        ));
    }
    if let Some(days) = input.int("BackupRetentionPeriod")
        && !(0..=35).contains(&days)
    {
        return Err(invalid(format!(
            "Invalid backup retention period: {days}. Must be between 0 and 35"
        )));
    }
    if let Some(password) = input.some_text("MasterUserPassword") {
        if input.flag("ManageMasterUserPassword") {
            return Err(combination(
                "You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.",
            ));
        }
        if password.len() < 8 {
            return Err(invalid(
                "The parameter MasterUserPassword is not a valid password because it is shorter \
                 than 8 characters.",
            ));
        }
    }
    if let Some(group) = input.some_text("DBParameterGroupName") {
        catalog::check_group(group)?;
    }
    if input.int("MonitoringInterval").unwrap_or(0) > 0 && input.at("MonitoringRoleArn").is_none() {
        return Err(combination(
            "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other \
             than 0.",
        ));
    }
    Ok(())
}

fn check(input: &Value) -> Result<(), AwsError> {
    if input.some_text("MasterUsername").is_none() {
        return Err(invalid(
            "The parameter MasterUsername must be provided and must not be blank.",
        ));
    }
    let managed = input.flag("ManageMasterUserPassword");
    if input.some_text("MasterUserPassword").is_none() && !managed {
        return Err(invalid(
            "The parameter MasterUserPassword must be provided and must not be blank.",
        ));
    }
    if input.flag("MultiAZ") && input.at("AvailabilityZone").is_some() {
        return Err(combination(
            "Requesting a specific availability zone is not valid for Multi-AZ instances.",
        ));
    }
    if !input.text("DBInstanceClass").starts_with("db.") {
        let class = input.text("DBInstanceClass");
        return Err(invalid(format!("Invalid DB Instance class: {class}")));
    }
    let kind = input.some_text("StorageType").unwrap_or("gp2");
    let size = input.int("AllocatedStorage").unwrap_or_default();
    check_sizes(input.text("Engine"), kind, size, input)
}

/// The instance while it is being made, with RDS's defaults.
fn view(call: &mut Call<'_>, input: &Value, id: &str, engine: &Engine, version: &str) -> Outcome {
    let name = input.text("Engine");
    let text = |member: &str, default: &str| input.some_text(member).unwrap_or(default).to_owned();
    let kind = text(
        "StorageType",
        if input.int("Iops").is_some() {
            "io1"
        } else {
            "gp2"
        },
    );
    let size = input.int("AllocatedStorage").unwrap_or_default();
    let (iops, throughput) = speed(&kind, size);
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let resource = format!("db-{}", call.draw("dbi").text(letters, 26));
    let groups = input.texts("VpcSecurityGroupIds");
    let groups = groups.map(|id| json!({"Status": "active", "VpcSecurityGroupId": id}));
    let mut view = call.keep("DBInstance", input);
    // A request's tags stand elsewhere in the answer.
    view["TagList"] = input.items("Tags").into();
    let parameters = text(
        "DBParameterGroupName",
        &format!("default.{}", engine::family(name, version)),
    );
    let options = text("OptionGroupName", &engine::option_group(name, version));
    let encrypted = input.flag("StorageEncrypted") || input.at("KmsKeyId").is_some();
    let insights = input.flag("EnablePerformanceInsights");
    let defaults = json!({
        "ActivityStreamStatus": "stopped",
        "AssociatedRoles": [],
        "AutoMinorVersionUpgrade": true,
        "BackupRetentionPeriod": 1,
        "BackupTarget": "region",
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "CopyTagsToSnapshot": false,
        "CustomerOwnedIpEnabled": false,
        "DBInstanceArn": call.arn("rds", &format!("db:{id}")),
        "DBInstanceAutomatedBackupsReplications": [],
        "DBInstanceStatus": "creating",
        "DBParameterGroups":
            [{"DBParameterGroupName": parameters, "ParameterApplyStatus": "in-sync"}],
        "DBSecurityGroups": [],
        "DatabaseInsightsMode": "standard",
        "DbInstancePort": 0,
        "DbiResourceId": resource,
        "DedicatedLogVolume": false,
        "DeletionProtection": false,
        "DomainMemberships": [],
        "EngineLifecycleSupport": "open-source-rds-extended-support",
        "IAMDatabaseAuthenticationEnabled": input.flag("EnableIAMDatabaseAuthentication"),
        "Iops": iops,
        "LicenseModel": engine.license,
        "MonitoringInterval": 0,
        "MultiAZ": false,
        "NetworkType": "IPV4",
        "OptionGroupMemberships": [{"OptionGroupName": options, "Status": "in-sync"}],
        "PendingModifiedValues": {},
        "PerformanceInsightsEnabled": insights,
        "PreferredBackupWindow": "03:00-03:30",
        "PreferredMaintenanceWindow": "sun:05:00-sun:05:30",
        "PubliclyAccessible": false,
        "ReadReplicaDBInstanceIdentifiers": [],
        "StorageThroughput": throughput,
        "StorageType": kind,
        "VpcSecurityGroups": groups.collect::<Vec<_>>(),
    });
    for (member, default) in defaults.as_object().into_iter().flatten() {
        if view.at(member).is_none() {
            view[member] = default.clone();
        }
    }
    view["DBInstanceIdentifier"] = id.into();
    view["EngineVersion"] = version.into();
    view["PreferredMaintenanceWindow"] = view
        .text("PreferredMaintenanceWindow")
        .to_ascii_lowercase()
        .into();
    view["StorageEncrypted"] = encrypted.into();
    view["StorageEncryptionType"] = if encrypted { "sse-kms" } else { "none" }.into();
    if encrypted {
        view["KmsKeyId"] = key_arn(call, input.some_text("KmsKeyId")).into();
    }
    if insights {
        let days = input.int("PerformanceInsightsRetentionPeriod").unwrap_or(7);
        view["PerformanceInsightsRetentionPeriod"] = days.into();
        let key = input.some_text("PerformanceInsightsKMSKeyId");
        view["PerformanceInsightsKMSKeyId"] = key_arn(call, key).into();
    }
    let logs: Vec<Value> = input.items("EnableCloudwatchLogsExports").to_vec();
    if let Some(log) = logs
        .iter()
        .find(|it| !engine.logs.contains(&it.as_str().unwrap_or_default()))
    {
        return Err(combination(format!(
            "You cannot use the log types {log} with engine version {name} {version}."
        )));
    }
    if !logs.is_empty() {
        view["EnabledCloudwatchLogsExports"] = logs.into();
    }
    // Where it will listen is told when it does.
    view["Endpoint"] = json!({"Port": input.int("Port").unwrap_or(engine.port)});
    Ok(view)
}

#[cfg(test)]
pub(super) mod tests;
