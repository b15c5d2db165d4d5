"""RDS: databases, where they stand, and their backups."""

import contextlib

from check import expect, holds, only, pairs, refused, same, tags, until
from ec2_network import a_subnet, a_vpc

UNREACHED = {
    "paginator describe_pending_maintenance_actions": "there is never one; it is called as it is",
}


@contextlib.contextmanager
def a_group(aws, name="databases"):
    """A group of two subnets in two zones."""
    rds = aws.client("rds")
    with a_vpc(aws) as vpc, a_subnet(aws, vpc) as a, a_subnet(aws, vpc, "10.0.2.0/24", "eu-west-3b") as b:
        rds.create_db_subnet_group(
            DBSubnetGroupName=name, DBSubnetGroupDescription="a test", SubnetIds=[a, b]
        )
        yield name
        rds.delete_db_subnet_group(DBSubnetGroupName=name)


def wanted(name, **more):
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceClass": "db.t4g.micro",
        "Engine": "postgres",
        "AllocatedStorage": 20,
        "MasterUsername": "root",
        "MasterUserPassword": "correct-horse",
        "DBSubnetGroupName": "databases",
        **more,
    }


def check_catalogue(aws):
    """Engines, classes and parameters are known before there is a database."""
    rds = aws.client("rds")
    versions = aws.pages("rds", "describe_db_engine_versions", size=20, Engine="postgres")
    expect(
        len(versions) > 20 and all(it["Engine"] == "postgres" for it in versions),
        "versions of postgres are missing",
    )
    default = only(rds.describe_db_engine_versions(Engine="postgres", DefaultOnly=True)["DBEngineVersions"])
    of = {"Engine": "postgres", "EngineVersion": default["EngineVersion"], "DBInstanceClass": "db.t4g.micro"}
    options = aws.whole("rds", "describe_orderable_db_instance_options", **of)
    expect(options and all(it["DBInstanceClass"] == "db.t4g.micro" for it in options), f"{options}")
    family = default["DBParameterGroupFamily"]
    group = only(aws.whole("rds", "describe_db_parameter_groups", DBParameterGroupName=f"default.{family}"))
    same(group["DBParameterGroupFamily"], family)
    aws.whole("rds", "describe_db_parameters", DBParameterGroupName=f"default.{family}")
    same(rds.describe_pending_maintenance_actions()["PendingMaintenanceActions"], [])


def check_subnet_groups(aws):
    """A group spans two zones, and is listed by page."""
    rds = aws.client("rds")
    with a_vpc(aws) as vpc, a_subnet(aws, vpc) as a, a_subnet(aws, vpc, "10.0.2.0/24", "eu-west-3b") as b:
        with refused("DBSubnetGroupDoesNotCoverEnoughAZs", 400):
            rds.create_db_subnet_group(DBSubnetGroupName="one", DBSubnetGroupDescription="d", SubnetIds=[a])
        names = [f"group-{number:02}" for number in range(21)]
        for name in names:
            rds.create_db_subnet_group(DBSubnetGroupName=name, DBSubnetGroupDescription="d", SubnetIds=[a, b])
        with refused("DBSubnetGroupAlreadyExists", 400):
            rds.create_db_subnet_group(
                DBSubnetGroupName=names[0], DBSubnetGroupDescription="d", SubnetIds=[a, b]
            )
        listed = aws.pages("rds", "describe_db_subnet_groups", size=20)
        same([it["DBSubnetGroupName"] for it in listed], names)
        changed = {"DBSubnetGroupName": names[0], "DBSubnetGroupDescription": "changed", "SubnetIds": [a, b]}
        rds.modify_db_subnet_group(**changed)
        got = only(rds.describe_db_subnet_groups(DBSubnetGroupName=names[0])["DBSubnetGroups"])
        holds(got, DBSubnetGroupDescription="changed", VpcId=vpc, SubnetGroupStatus="Complete")
        for name in names:
            rds.delete_db_subnet_group(DBSubnetGroupName=name)
        with refused("DBSubnetGroupNotFoundFault", 404):
            rds.describe_db_subnet_groups(DBSubnetGroupName=names[0])


def check_instances(aws):
    """A database comes up, is changed, rebooted, stopped, started, and deleted."""
    rds = aws.client("rds")
    with a_group(aws) as group:
        made = rds.create_db_instance(**wanted("Main", DeletionProtection=True, Tags=tags(a="1")))[
            "DBInstance"
        ]
        holds(made, DBInstanceIdentifier="main", DBInstanceStatus="creating")
        with refused("DBInstanceAlreadyExists", 400):
            rds.create_db_instance(**wanted("main"))
        aws.wait("rds", "db_instance_available", DBInstanceIdentifier="main")
        got = only(rds.describe_db_instances(DBInstanceIdentifier="main")["DBInstances"])
        expect(got["Endpoint"]["Address"].startswith("main."), f"{got['Endpoint']}")
        same(got["DBSubnetGroup"]["DBSubnetGroupName"], group)
        with refused("InvalidDBSubnetGroupStateFault", 400):
            rds.delete_db_subnet_group(DBSubnetGroupName=group)
        arn = got["DBInstanceArn"]
        rds.add_tags_to_resource(ResourceName=arn, Tags=tags(b="2"))
        rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["a"])
        same(pairs(rds.list_tags_for_resource(ResourceName=arn)["TagList"]), {"b": "2"})
        changes(aws)
        with refused("InvalidParameterCombination", 400):
            rds.delete_db_instance(DBInstanceIdentifier="main", SkipFinalSnapshot=True)
        rds.modify_db_instance(DBInstanceIdentifier="main", DeletionProtection=False, ApplyImmediately=True)
        rds.delete_db_instance(DBInstanceIdentifier="main", SkipFinalSnapshot=True)
        aws.wait("rds", "db_instance_deleted", DBInstanceIdentifier="main")
        with refused("DBInstanceNotFound", 404):
            rds.describe_db_instances(DBInstanceIdentifier="main")


def changes(aws):
    rds = aws.client("rds")
    of = {"DBInstanceIdentifier": "main"}
    rds.modify_db_instance(**of, BackupRetentionPeriod=3, AllocatedStorage=30, ApplyImmediately=True)
    # It stays available for a moment, before the change begins.
    until(
        lambda: only(rds.describe_db_instances(**of)["DBInstances"])["AllocatedStorage"] == 30, "the change"
    )
    aws.wait("rds", "db_instance_available", **of)
    rds.reboot_db_instance(**of)
    aws.wait("rds", "db_instance_available", **of)
    got = only(rds.describe_db_instances(**of)["DBInstances"])
    holds(got, BackupRetentionPeriod=3, AllocatedStorage=30)
    with refused("InvalidDBInstanceState", 400):
        rds.start_db_instance(**of)
    rds.stop_db_instance(**of)
    stopped = lambda: only(rds.describe_db_instances(**of)["DBInstances"])["DBInstanceStatus"] == "stopped"
    until(stopped, "the end of the database's stopping")
    rds.start_db_instance(**of)
    aws.wait("rds", "db_instance_available", **of)


def check_snapshots(aws):
    """A snapshot is taken by hand, or at the end of its database."""
    rds = aws.client("rds")
    with a_group(aws):
        rds.create_db_instance(**wanted("kept"))
        aws.wait("rds", "db_instance_available", DBInstanceIdentifier="kept")
        rds.create_db_snapshot(DBSnapshotIdentifier="by-hand", DBInstanceIdentifier="kept")
        aws.wait("rds", "db_snapshot_available", DBSnapshotIdentifier="by-hand")
        aws.wait("rds", "db_snapshot_completed", DBSnapshotIdentifier="by-hand")
        with refused("DBSnapshotAlreadyExists", 400):
            rds.create_db_snapshot(DBSnapshotIdentifier="by-hand", DBInstanceIdentifier="kept")
        with refused("InvalidParameterCombination", 400):
            rds.delete_db_instance(DBInstanceIdentifier="kept")
        rds.delete_db_instance(DBInstanceIdentifier="kept", FinalDBSnapshotIdentifier="last")
        aws.wait("rds", "db_instance_deleted", DBInstanceIdentifier="kept")
        aws.wait("rds", "db_snapshot_available", DBSnapshotIdentifier="last")
        listed = aws.pages("rds", "describe_db_snapshots", size=20, SnapshotType="manual")
        same(sorted(it["DBSnapshotIdentifier"] for it in listed), ["by-hand", "last"])
        for name in ["by-hand", "last"]:
            rds.delete_db_snapshot(DBSnapshotIdentifier=name)
            aws.wait("rds", "db_snapshot_deleted", DBSnapshotIdentifier=name)
        with refused("DBSnapshotNotFound", 404):
            rds.delete_db_snapshot(DBSnapshotIdentifier="last")


def check_instance_pages(aws):
    """Databases are listed by page."""
    rds = aws.client("rds")
    with a_group(aws):
        names = [f"db-{number:02}" for number in range(21)]
        for name in names:
            rds.create_db_instance(**wanted(name))
        listed = aws.pages("rds", "describe_db_instances", size=20)
        same([it["DBInstanceIdentifier"] for it in listed], names)
        for name in names:
            aws.wait("rds", "db_instance_available", DBInstanceIdentifier=name)
            rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
        for name in names:
            aws.wait("rds", "db_instance_deleted", DBInstanceIdentifier=name)


def check_backups(aws):
    """Backups are kept for a while, also in another region."""
    rds = aws.client("rds")
    with a_group(aws):
        rds.create_db_instance(**wanted("source", BackupRetentionPeriod=7, StorageEncrypted=True))
        aws.wait("rds", "db_instance_available", DBInstanceIdentifier="source")
        arn = only(rds.describe_db_instances(DBInstanceIdentifier="source")["DBInstances"])["DBInstanceArn"]
        far = aws.elsewhere("eu-central-1")
        key = far.client("kms").create_key()["KeyMetadata"]
        with refused("DBInstanceNotFound", 404):
            far.client("rds").start_db_instance_automated_backups_replication(
                SourceDBInstanceArn=arn.replace("source", "other"), KmsKeyId=key["Arn"]
            )
        far.client("rds").start_db_instance_automated_backups_replication(
            SourceDBInstanceArn=arn, KmsKeyId=key["Arn"]
        )
        copies = lambda: far.whole("rds", "describe_db_instance_automated_backups")
        until(lambda: any(it["Status"] == "replicating" for it in copies()), "the replication")
        far.client("rds").stop_db_instance_automated_backups_replication(SourceDBInstanceArn=arn)
        until(lambda: not copies(), "the end of the replication")
        far.client("kms").schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
        kept = {"SkipFinalSnapshot": True, "DeleteAutomatedBackups": False}
        rds.delete_db_instance(DBInstanceIdentifier="source", **kept)
        aws.wait("rds", "db_instance_deleted", DBInstanceIdentifier="source")
        backup = only(aws.whole("rds", "describe_db_instance_automated_backups"))
        holds(backup, Status="retained", DBInstanceIdentifier="source")
        rds.delete_db_instance_automated_backup(DbiResourceId=backup["DbiResourceId"])
