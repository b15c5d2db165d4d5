//! RDS: databases and their groups of subnets.

use jeancloud_model::{
    Az, IntoInputs, IntoText,
    rds::{DbInstance, DbSubnetGroup, Engine, StorageType},
};
use serde_json::json;

use crate::table::{Kind, Table, Type, known, some};

const RENAMED: &str = "\
    ModifyDBInstance renames a database: it restarts, and its old endpoint is gone. \
    CloudFormation replaces it; jeancloud finds a database by its name. A database is \
    protected unless its author says otherwise, and then that plan is refused.";
const DATABASE: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html";
const UPGRADED: &str = "An engine is upgraded and never downgraded.";
const UPGRADING: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html";
const GROWS: &str = "Storage grows and never shrinks.";
const STORAGE: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.html";
const MOVES_TO_ANOTHER_VPC: &str = "\
    ModifyDBInstance moves a database to a group of another VPC only \
    (InvalidVPCNetworkStateFault); CloudFormation replaces it.";
const MODIFY_DATABASE: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html";
const ONE_DAY: &str = "Left out, backups are kept for one day.";
const CREATE_DATABASE: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";

/// Adds them.
pub fn rows(table: &mut Table) {
    subnet_group(table);
    let mut database = table.of(
        "aws_db_instance",
        |on| {
            DbInstance::builder()
                .db_instance_identifier("db")
                .db_instance_class("db.m6g.large")
                .engine(Engine::Postgres)
                .engine_version("16.8")
                .master_username("app")
                .allocated_storage(40)
                .storage_type(StorageType::Gp3)
                .db_subnet_group_name(&on.subnet_groups[0])
                .vpc_security_groups([&on.groups[0]])
                .backup_retention_period(7)
                .deletion_protection(false)
                .skip_final_snapshot(true)
                .build()
        },
        json!({
            "identifier": "row-{n}",
            "instance_class": "db.m6g.large",
            "engine": "postgres",
            "engine_version": "16.8",
            "username": "app",
            "manage_master_user_password": true,
            "allocated_storage": 40,
            "storage_type": "gp3",
            "storage_encrypted": true,
            "db_subnet_group_name": "${aws_db_subnet_group.ground[0].name}",
            "vpc_security_group_ids": ["${aws_security_group.ground[0].id}"],
            "backup_retention_period": 7,
            "skip_final_snapshot": true,
        }),
    );
    identity(&mut database);
    engine(&mut database);
    storage(&mut database);
    place(&mut database);
    manners(&mut database);
}

fn identity(database: &mut Type<'_, DbInstance>) {
    database
        .change(
            |it, _| it.db_instance_identifier = some("other-db"),
            json!({"identifier": "other-{n}"}),
        )
        .because(Kind::WeReplace, RENAMED, DATABASE);
    database.change(
        |it, _| it.master_username = known("owner"),
        json!({"username": "owner"}),
    );
    database.change(|it, _| it.db_name = some("app"), json!({"db_name": "app"}));
    database.change(
        |it, _| it.tags.insert("Name", "db"),
        json!({"tags": {"Name": "db"}}),
    );
}

fn engine(database: &mut Type<'_, DbInstance>) {
    database.change(
        |it, _| it.db_instance_class = known("db.m6g.xlarge"),
        json!({"instance_class": "db.m6g.xlarge"}),
    );
    database
        .starting(
            |it, _| it.engine_version = None,
            json!({"engine_version": null}),
        )
        .change(
            |it, _| it.engine = known(Engine::MySql),
            json!({"engine": "mysql"}),
        );
    database.change(
        |it, _| it.engine_version = some("16.9"),
        json!({"engine_version": "16.9"}),
    );
    database
        .change(
            |it, _| it.engine_version = some("16.6"),
            json!({"engine_version": "16.6"}),
        )
        .because(Kind::AwsRefuses, UPGRADED, UPGRADING);
}

fn storage(database: &mut Type<'_, DbInstance>) {
    database.change(
        |it, _| it.allocated_storage = known(80),
        json!({"allocated_storage": 80}),
    );
    database
        .change(
            |it, _| it.allocated_storage = known(20),
            json!({"allocated_storage": 20}),
        )
        .because(Kind::AwsRefuses, GROWS, STORAGE);
    database.change(
        |it, _| it.storage_type = some(StorageType::Gp2),
        json!({"storage_type": "gp2"}),
    );
    database.change(
        |it, _| it.storage_encrypted = some(false),
        json!({"storage_encrypted": false}),
    );
    database.change(
        |it, on| it.kms_key_id = some(on.keys[0].arn()),
        json!({"kms_key_id": "${aws_kms_key.ground[0].arn}"}),
    );
}

fn place(database: &mut Type<'_, DbInstance>) {
    database.change(|it, _| it.multi_az = some(true), json!({"multi_az": true}));
    database
        .starting(
            |it, _| it.availability_zone = some(Az::A),
            json!({"availability_zone": "eu-west-3a"}),
        )
        .change(
            |it, _| it.availability_zone = some(Az::B),
            json!({"availability_zone": "eu-west-3b"}),
        );
    database
        .change(
            |it, on| it.db_subnet_group_name = some(&on.subnet_groups[1]),
            json!({"db_subnet_group_name": "${aws_db_subnet_group.ground[1].name}"}),
        )
        .because(Kind::AwsRefuses, MOVES_TO_ANOTHER_VPC, MODIFY_DATABASE);
    database.change(
        |it, on| it.vpc_security_groups = [&on.groups[1]].into_inputs(),
        json!({"vpc_security_group_ids": ["${aws_security_group.ground[1].id}"]}),
    );
    database.change(
        |it, _| it.publicly_accessible = some(true),
        json!({"publicly_accessible": true}),
    );
    database.change(|it, _| it.port = some(5433), json!({"port": 5433}));
}

fn manners(database: &mut Type<'_, DbInstance>) {
    database.change(
        |it, _| it.backup_retention_period = some(14),
        json!({"backup_retention_period": 14}),
    );
    database
        .change(
            |it, _| it.backup_retention_period = None,
            json!({"backup_retention_period": null}),
        )
        .because(Kind::Removed, ONE_DAY, CREATE_DATABASE);
    database.change(
        |it, _| it.deletion_protection = some(true),
        json!({"deletion_protection": true}),
    );
    database.change(
        |it, _| it.skip_final_snapshot = some(false),
        json!({"skip_final_snapshot": false}),
    );
}

fn subnet_group(table: &mut Table) {
    let mut group = table.of(
        "aws_db_subnet_group",
        |on| {
            DbSubnetGroup::builder()
                .db_subnet_group_name("db")
                .db_subnet_group_description("private")
                .subnet_ids(&on.subnets[..2])
                .build()
        },
        json!({
            "name": "row-{n}",
            "description": "private",
            "subnet_ids": ["${aws_subnet.ground[0].id}", "${aws_subnet.ground[1].id}"],
        }),
    );
    group.change(
        |it, _| it.db_subnet_group_name = some("other-db"),
        json!({"name": "other-{n}"}),
    );
    group.change(
        |it, _| it.db_subnet_group_description = "private subnets".into_text(),
        json!({"description": "private subnets"}),
    );
    group.change(
        |it, on| it.subnet_ids = (&on.subnets).into_inputs(),
        json!({"subnet_ids": "${aws_subnet.ground[*].id}"}),
    );
}
