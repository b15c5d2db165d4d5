//! RDS's rules for DB instances.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{Emulator, rds::db_subnet_group::tests::with_group, testing::Aws};

/// What makes an instance called `Main`, in the group `main`.
pub(in crate::rds) fn instance() -> Value {
    json!({
        "DBInstanceIdentifier": "Main",
        "DBInstanceClass": "db.t4g.micro",
        "Engine": "postgres",
        "EngineVersion": "16",
        "AllocatedStorage": 20,
        "StorageType": "gp3",
        "MasterUsername": "root",
        "ManageMasterUserPassword": true,
        "DBSubnetGroupName": "Main",
        "StorageEncrypted": true,
        "Tags": [{"Key": "a", "Value": "1"}],
    })
}

pub(in crate::rds) fn told(aws: &Aws) -> Value {
    let named = json!({"DBInstanceIdentifier": "MAIN"});
    aws.ok("rds", "DescribeDBInstances", named)["DBInstances"][0].clone()
}

/// An AWS with an instance that is available.
pub(in crate::rds) fn with_instance() -> Aws {
    let aws = Aws::new();
    with_group(&aws);
    aws.ok("rds", "CreateDBInstance", instance());
    aws
}

/// As Terraform's provider sends them: the same as not given, API_CreateDBInstance's defaults.
#[test]
fn empty_texts_are_as_good_as_none() {
    let aws = Aws::new();
    with_group(&aws);
    let mut input = instance();
    input["EngineVersion"] = "".into();
    input["DBName"] = "".into();
    aws.ok("rds", "CreateDBInstance", input);
    let told = told(&aws);
    assert_eq!(told["EngineVersion"], "17.6");
    assert_eq!(told.get("DBName"), None);
}

/// "stored as a lowercase string", API_CreateDBInstance; the rest as API_DBInstance tells it.
#[test]
fn an_instance_is_told_with_its_defaults() {
    let told = told(&with_instance());
    assert_eq!(told["DBInstanceIdentifier"], "main");
    assert_eq!(told["EngineVersion"], "16.10");
    assert_eq!(told["DBInstanceStatus"], "available");
    assert_eq!(
        (&told["Iops"], &told["StorageThroughput"]),
        (&json!(3000), &json!(125))
    );
    assert_eq!(
        told["DBParameterGroups"][0]["DBParameterGroupName"],
        "default.postgres16"
    );
    assert_eq!(
        told["OptionGroupMemberships"][0]["OptionGroupName"],
        "default:postgres-16"
    );
    assert_eq!(told["DBSubnetGroup"]["DBSubnetGroupName"], "main");
    assert_eq!(told["LicenseModel"], "postgresql-license");
    assert_eq!(told["BackupRetentionPeriod"], 1);
    assert_eq!(told["TagList"], json!([{"Key": "a", "Value": "1"}]));
    let key = told["KmsKeyId"].as_str().unwrap();
    assert!(
        key.starts_with("arn:aws:kms:eu-west-3:123456789012:key/"),
        "{key}"
    );
    let secret = told["MasterUserSecret"]["SecretArn"].as_str().unwrap();
    assert!(secret.contains(":secret:rds!db-"), "{secret}");
    let address = told["Endpoint"]["Address"].as_str().unwrap();
    assert!(address.starts_with("main."), "{address}");
    assert!(
        address.ends_with(".eu-west-3.rds.amazonaws.com"),
        "{address}"
    );
    assert_eq!(told["Endpoint"]["Port"], 5432);
}

/// "creating", "backing-up", "available": "Viewing Amazon RDS DB instance status".
#[test]
fn an_instance_takes_minutes_through_its_states() {
    let emulator = Emulator::new();
    let aws = Aws::of(emulator.client());
    with_group(&aws);
    let made = aws.ok("rds", "CreateDBInstance", instance());
    assert_eq!(made["DBInstance"]["DBInstanceStatus"], "creating");
    assert_eq!(made["DBInstance"]["Endpoint"].get("Address"), None);
    emulator.advance(Duration::from_secs(335));
    assert_eq!(told(&aws)["DBInstanceStatus"], "backing-up");
    emulator.advance(Duration::from_secs(60));
    assert_eq!(told(&aws)["DBInstanceStatus"], "available");
    let gone = json!({"DBInstanceIdentifier": "main", "SkipFinalSnapshot": true});
    let gone = aws.ok("rds", "DeleteDBInstance", gone);
    assert_eq!(gone["DBInstance"]["DBInstanceStatus"], "deleting");
    emulator.advance(Duration::from_secs(300));
    let named = json!({"DBInstanceIdentifier": "main"});
    let refusal = aws.refused("rds", "DescribeDBInstances", named);
    assert_eq!(
        (refusal.status, refusal.code.as_str()),
        (404, "DBInstanceNotFound")
    );
    assert_eq!(refusal.message, "DBInstance main not found.");
}

/// Each with the code that API_CreateDBInstance names, or "Common errors".
#[test]
fn what_is_no_instance_is_refused() {
    let aws = with_instance();
    let changed = |member: &str, value: Value| {
        let mut input = instance();
        input["DBInstanceIdentifier"] = "other".into();
        input[member] = value;
        aws.code("rds", "CreateDBInstance", input)
    };
    let same = json!("MAIN");
    assert_eq!(
        changed("DBInstanceIdentifier", same),
        "DBInstanceAlreadyExists"
    );
    for (member, value, code) in [
        ("DBInstanceIdentifier", json!("1a"), "InvalidParameterValue"),
        (
            "DBInstanceIdentifier",
            json!("a--b"),
            "InvalidParameterValue",
        ),
        ("Engine", json!("none"), "InvalidParameterValue"),
        ("EngineVersion", json!("99"), "InvalidParameterCombination"),
        ("AllocatedStorage", json!(5), "InvalidParameterValue"),
        ("Iops", json!(4000), "InvalidParameterCombination"),
        (
            "MaxAllocatedStorage",
            json!(10),
            "InvalidParameterCombination",
        ),
        ("BackupRetentionPeriod", json!(36), "InvalidParameterValue"),
        (
            "DBSubnetGroupName",
            json!("none"),
            "DBSubnetGroupNotFoundFault",
        ),
        (
            "DBParameterGroupName",
            json!("none"),
            "DBParameterGroupNotFound",
        ),
        (
            "MasterUserPassword",
            json!("12345678"),
            "InvalidParameterCombination",
        ),
        (
            "ManageMasterUserPassword",
            json!(false),
            "InvalidParameterValue",
        ),
        (
            "MonitoringInterval",
            json!(60),
            "InvalidParameterCombination",
        ),
        (
            "EnableCloudwatchLogsExports",
            json!(["none"]),
            "InvalidParameterCombination",
        ),
    ] {
        assert_eq!(changed(member, value), code, "{member}");
    }
}

/// InvalidDBSubnetGroupStateFault where it's in use; see API_DeleteDBSubnetGroup.
#[test]
fn a_group_with_an_instance_stays() {
    let aws = with_instance();
    let refusal = aws.refused(
        "rds",
        "DeleteDBSubnetGroup",
        json!({"DBSubnetGroupName": "main"}),
    );
    assert_eq!(refusal.code, "InvalidDBSubnetGroupStateFault");
    assert!(
        refusal
            .message
            .contains("at least one database instance: main")
    );
}

/// SubnetAlreadyInUse: "The DB subnet is already in use in the Availability Zone";
/// API_ModifyDBSubnetGroup.
#[test]
fn a_group_keeps_the_subnet_that_its_instance_is_in() {
    let aws = with_instance();
    let group = aws.ok("rds", "DescribeDBSubnetGroups", json!({}));
    let group = &group["DBSubnetGroups"][0];
    let subnet = |zone: &str, block: &str| {
        let subnet = json!({
            "VpcId": group["VpcId"], "CidrBlock": block, "AvailabilityZone": zone,
        });
        aws.ok("ec2", "CreateSubnet", subnet)["Subnet"]["SubnetId"].clone()
    };
    let [a, b] = [
        subnet("eu-west-3a", "10.0.2.0/24"),
        subnet("eu-west-3b", "10.0.3.0/24"),
    ];
    let old = |at: usize| group["Subnets"][at]["SubnetIdentifier"].clone();
    let with = |subnets: [Value; 2]| json!({"DBSubnetGroupName": "main", "SubnetIds": subnets});
    let refusal = aws.refused("rds", "ModifyDBSubnetGroup", with([a, old(1)]));
    assert_eq!(refusal.code, "SubnetAlreadyInUse");
    aws.ok("rds", "ModifyDBSubnetGroup", with([old(0), b]));
}

#[test]
fn instances_are_filtered() {
    let aws = with_instance();
    let count = |name: &str, value: &str| {
        let filter = json!({"Filters": [{"Name": name, "Values": [value]}]});
        let told = aws.ok("rds", "DescribeDBInstances", filter);
        told["DBInstances"].as_array().unwrap().len()
    };
    assert_eq!(
        (
            count("db-instance-id", "main"),
            count("db-instance-id", "none")
        ),
        (1, 0)
    );
    assert_eq!(
        (count("engine", "postgres"), count("engine", "mysql")),
        (1, 0)
    );
    let unknown = json!({"Filters": [{"Name": "none", "Values": ["a"]}]});
    assert_eq!(
        aws.code("rds", "DescribeDBInstances", unknown),
        "InvalidParameterValue"
    );
}

/// "RDSNetworkInterface": "requester-managed network interfaces", Amazon EC2 User Guide; "the
/// default
/// … security group for the … VPC", API_CreateDBInstance.
#[test]
fn an_instance_has_an_interface_with_the_default_group() {
    let aws = with_instance();
    let interfaces = || {
        let told = aws.ok("ec2", "DescribeNetworkInterfaces", json!({}));
        told["NetworkInterfaces"].as_array().unwrap().clone()
    };
    let there = interfaces();
    assert_eq!(there.len(), 1);
    assert_eq!(there[0]["Description"], "RDSNetworkInterface");
    let group = &there[0]["Groups"][0]["GroupId"];
    let told = told(&aws);
    assert_eq!(&told["VpcSecurityGroups"][0]["VpcSecurityGroupId"], group);
    let wrong = json!({"DBInstanceIdentifier": "main", "VpcSecurityGroupIds": ["sg-00000000"]});
    assert_eq!(
        aws.code("rds", "ModifyDBInstance", wrong),
        "InvalidParameterValue"
    );
    let gone = json!({"DBInstanceIdentifier": "main", "SkipFinalSnapshot": true});
    aws.ok("rds", "DeleteDBInstance", gone);
    aws.ok("rds", "DescribeDBInstances", json!({}));
    assert_eq!(interfaces(), [] as [Value; 0]);
}

fn encrypted(aws: &Aws, key: Option<&Value>) -> Value {
    let mut input = instance();
    if let Some(key) = key {
        input["KmsKeyId"] = key.clone();
    }
    let made = aws.ok("rds", "CreateDBInstance", input);
    let gone = json!({"DBInstanceIdentifier": "main", "SkipFinalSnapshot": true});
    aws.ok("rds", "DeleteDBInstance", gone);
    made["DBInstance"]["KmsKeyId"].clone()
}

/// "The Amazon Web Services KMS key identifier is the key ARN, key ID, alias ARN, or alias name for
/// the KMS key", API_CreateDBInstance; the answer has the ARN. Without one it is that of
/// `alias/aws/rds`.
#[test]
fn an_encrypted_instance_tells_the_arn_of_its_key() {
    let aws = Aws::new();
    with_group(&aws);
    let made = aws.ok("kms", "CreateKey", json!({}));
    let (id, arn) = (&made["KeyMetadata"]["KeyId"], &made["KeyMetadata"]["Arn"]);
    let alias = json!({"AliasName": "alias/main", "TargetKeyId": id});
    aws.ok("kms", "CreateAlias", alias);
    for named in [id, arn, &json!("alias/main")] {
        assert_eq!(encrypted(&aws, Some(named)), *arn);
    }
    let own = encrypted(&aws, None);
    assert_eq!(encrypted(&aws, Some(&json!("alias/aws/rds"))), own);
    assert_ne!(own, *arn);
}
