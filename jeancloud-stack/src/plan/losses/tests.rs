//! What is lost, type by type.

use jeancloud_model::{Az, cidr, ec2::Subnet, rds};
use jeancloud_model::{
    Region,
    ec2::{Eip, Vpc},
    ecr::Repository,
    kms::Key,
    logs::LogGroup,
    route53::HostedZone,
    s3::Bucket,
    secrets_manager::Secret,
};
use serde_json::json;

use super::super::{PlanInput, PlanOptions, PlanReport, destroy, plan_with, testing};
use crate::{Declare, Scope, Stack, View};

/// The report of the plan to nothing.
fn destroyed(declare: impl FnOnce(Scope<'_>)) -> PlanReport {
    let stack = Stack::new("test");
    declare(stack.region("main", Region::EuWest3));
    let (state, mut observed) = testing::applied(&stack);
    for generation in observed.resources.values_mut().flatten() {
        let outputs = &mut generation.observed.outputs;
        outputs.insert("DbiResourceId".to_owned(), json!("db-ABC123"));
        outputs.insert("PublicIp".to_owned(), json!("192.0.2.7"));
    }
    let (_, report) = destroy(PlanInput {
        view: &View::new(&stack),
        state: &state,
        observed: &observed,
    })
    .expect("nothing is protected");
    report
}

/// The report of a plan that makes one of these anew, for these targets.
fn replaced(address: &str, targets: &[&str], declare: impl FnOnce(Scope<'_>)) -> PlanReport {
    let stack = Stack::new("test");
    declare(stack.region("main", Region::EuWest3));
    let (state, observed) = testing::applied(&stack);
    let input = PlanInput {
        view: &View::new(&stack),
        state: &state,
        observed: &observed,
    };
    let options = PlanOptions::default().replace(address);
    let options = targets.iter().fold(options, |all, at| all.target(*at));
    plan_with(input, &options).expect("it can be planned").1
}

fn said(report: &PlanReport) -> String {
    let losses = report.losses.iter().map(ToString::to_string);
    losses.collect::<Vec<_>>().join("\n")
}

fn database(main: Scope<'_>, name: &str, skip: bool, keeps_backups: bool, days: u32) {
    let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
    let vpc = main.add(format!("{name}/vpc"), vpc);
    let subnets = [(1, Az::A), (2, Az::B)].map(|(number, zone)| {
        let block = cidr!("10.0.0.0/16").part(24, number);
        let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block);
        let subnet = subnet.availability_zone(zone).build();
        main.add(format!("{name}/{number}"), subnet)
    });
    let group = rds::DbSubnetGroup::builder()
        .db_subnet_group_description("private")
        .subnet_ids(&subnets);
    let database = rds::DbInstance::builder()
        .db_instance_class("db.t4g.micro")
        .engine(rds::Engine::Postgres)
        .master_username("app")
        .allocated_storage(20)
        .db_subnet_group_name(&main.add(format!("{name}/subnets"), group.build()))
        .backup_retention_period(days)
        .deletion_protection(false)
        .delete_automated_backups(!keeps_backups)
        .skip_final_snapshot(skip);
    main.add(name, database.build());
}

#[test]
fn a_destroyed_database_says_what_is_left_of_its_data() {
    let report = destroyed(|main| {
        database(main, "kept", false, false, 7);
        database(main, "kept-with-backups", false, true, 7);
        database(main, "lost", true, false, 7);
        database(main, "lost-without-backups", true, false, 0);
    });
    insta::assert_snapshot!(said(&report), @"
    main/kept: its data stays in a final snapshot; its automated backups are deleted with it (the snapshot is test-main-kept-1-final-abc123)
    main/kept-with-backups: its data stays in a final snapshot; its automated backups are kept until their retention ends (the snapshot is test-main-kept-with-backups-26b5eeb1-1-final-abc123)
    main/lost: its data is lost: no final snapshot is made, as the program says; its automated backups are deleted with it
    main/lost-without-backups: its data is lost: no final snapshot is made, as the program says
    ");
}

#[test]
fn what_is_emptied_and_what_aws_refuses_is_told() {
    let report = destroyed(|main| {
        main.add("bucket", Bucket::builder().bucket_name("web-a").build());
        let emptied = Bucket::builder().bucket_name("web-b").empty_on_delete(true);
        main.add("bucket-emptied", emptied.build());
        main.add("images", Repository::builder().build());
        let emptied = Repository::builder().empty_on_delete(true).build();
        main.add("images-emptied", emptied);
        let zone = HostedZone::builder().name("example.com").build();
        main.stack().global().add("zone", zone);
    });
    insta::assert_snapshot!(said(&report), @"
        global/zone: its name servers go with it, and another zone of its name has others; AWS refuses to delete it while it has records that the stack does not declare
        main/bucket: AWS refuses to delete it while it has objects, old versions among them
        main/bucket-emptied: its objects are deleted with it, every version of them, as the program says
        main/images: AWS refuses to delete it while it has images
        main/images-emptied: its images are deleted with it, as the program says
        ");
}

#[test]
fn what_can_be_had_back_says_for_how_long() {
    let report = destroyed(|main| {
        main.add("key", Key::builder().build());
        let week = Key::builder().pending_window_in_days(7).build();
        main.add("key-for-a-week", week);
        main.add("secret", Secret::builder().build());
        let week = Secret::builder().recovery_window_in_days(7).build();
        main.add("secret-for-a-week", week);
        let forced = Secret::builder().force_delete_without_recovery(true);
        main.add("secret-lost", forced.build());
        main.add("logs", LogGroup::builder().build());
        main.add("address", Eip::builder().build());
    });
    insta::assert_snapshot!(said(&report), @"
        main/address: its public address goes back to AWS, which may give it to somebody else (the address is 192.0.2.7)
        main/key: what it encrypted can't be read any more; AWS keeps it for 30 days, in which `aws kms cancel-key-deletion` and `enable-key` bring it back (the key is main/key.KeyId)
        main/key-for-a-week: what it encrypted can't be read any more; AWS keeps it for 7 days, in which `aws kms cancel-key-deletion` and `enable-key` bring it back (the key is main/key-for-a-week.KeyId)
        main/logs: its log events are deleted with it
        main/secret: its value can be had back for 30 days, by `aws secretsmanager restore-secret`, and its name stays taken as long
        main/secret-for-a-week: its value can be had back for 7 days, by `aws secretsmanager restore-secret`, and its name stays taken as long
        main/secret-lost: its value is lost: there is no recovery window, as the program says
        ");
}

#[test]
fn what_is_retained_and_what_holds_no_data_loses_nothing() {
    let report = destroyed(|main| {
        main.add("logs", LogGroup::builder().build().retain());
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
        main.add("vpc", vpc);
    });
    assert_eq!(report.losses, []);
    assert_eq!(report.notes, [""; 0]);
}

#[test]
fn a_replacement_says_what_the_new_one_lacks_and_what_becomes_of_the_old_one() {
    let report = replaced("main/*", &[], |main| {
        main.add("bucket", Bucket::builder().build());
        main.add("logs", LogGroup::builder().build());
        main.add("logs-kept", LogGroup::builder().build().retain());
    });
    insta::assert_snapshot!(said(&report), @"
    main/bucket: the new bucket is empty, and no objects move there; of the old one: AWS refuses to delete it while it has objects, old versions among them
    main/logs: the new log group is empty; of the old one: its log events are deleted with it
    main/logs-kept: the new log group is empty; the old one stays in AWS, and is let go of
    ");
}

/// The other secret still needs the old one.
#[test]
fn where_the_deletion_of_the_old_one_is_left_out_it_stays_for_now() {
    let report = replaced("main/key", &["main/secret"], |main| {
        let key = main.add("key", Key::builder().build());
        for name in ["secret", "other"] {
            main.add(name, Secret::builder().kms_key_id(key.arn()).build());
        }
    });
    let left = report.left_out.iter().map(|left| left.address.name());
    assert_eq!(left.collect::<Vec<_>>(), ["other", "key"]);
    insta::assert_snapshot!(said(&report), @"main/key: the new key can't read what the old one encrypted; the old one stays for now");
}
