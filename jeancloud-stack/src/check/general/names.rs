//! Rules for names: within what AWS knows one thing by them.

use std::collections::BTreeMap;

use jeancloud_model::{Address, ResourceKind};

use super::super::{Report, Rule};
use crate::{Declaration, View};

pub(super) const ONCE: Rule = Rule {
    name: "name-once",
    check: names_are_used_once,
};

/// What is unique and no name: the rules of these types say more about it than `name-once` could.
const HAVE_RULES_OF_THEIR_OWN: &[&str] = &[
    "AllocationId",
    "CidrBlock",
    "InternetGatewayId",
    "ResourceId",
    "SubnetId",
];

fn names_are_used_once(view: &View, report: &mut Report) {
    let mut seen: BTreeMap<String, Address> = BTreeMap::new();
    for declaration in view.declarations() {
        let Some(unique) = declaration
            .facts
            .name
            .filter(|unique| !HAVE_RULES_OF_THEIR_OWN.contains(&unique.property))
            .filter(|_| declaration.kind == ResourceKind::Managed)
        else {
            continue;
        };
        let Some(name) = declaration
            .properties
            .get(unique.property)
            .and_then(|name| name.as_str())
        else {
            continue;
        };
        let within: Vec<_> = unique
            .within
            .iter()
            .map(|p| declaration.properties.get(*p))
            .collect();
        let names = namespace(declaration);
        let spelled = match names.any_case {
            true => name.to_lowercase(),
            false => name.to_owned(),
        };
        let key = format!(
            "{} {} {spelled} {within:?}",
            declaration.type_name, names.scope
        );
        let first = *seen.entry(key).or_insert(declaration.address);
        if first != declaration.address {
            report
                .error(
                    declaration,
                    unique.property,
                    format!("`{name}` is the name of {first} too"),
                )
                .rule(names.rule)
                .hint(names.hint)
                .document(names.document);
        }
    }
}

/// Within what a type's names are unique, and how AWS says so.
struct Namespace {
    scope: &'static str,
    any_case: bool,
    rule: &'static str,
    hint: &'static str,
    document: &'static str,
}

fn namespace(declaration: &Declaration) -> Namespace {
    let regional = Namespace {
        scope: declaration.region.as_str(),
        any_case: false,
        rule: "AWS knows one resource of this type by a name",
        hint: "give one of them another name",
        document: "",
    };
    match declaration.type_name {
        "AWS::S3::Bucket" => Namespace {
            scope: declaration.region.partition(),
            rule: "a bucket's name is unique among all regions and accounts (BucketAlreadyOwnedByYou, BucketAlreadyExists)",
            hint: "put the region's name into it",
            document: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
            ..regional
        },
        "AWS::IAM::Role" => Namespace {
            any_case: true,
            rule: "a role's name is unique in its account, whatever its path and its case (EntityAlreadyExists)",
            document: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
            ..regional
        },
        "AWS::Route53::RecordSet" => Namespace {
            rule: "a zone has one record set of a name, type and set identifier (InvalidChangeBatch: it already exists)",
            hint: "write all values into one record set, or give each a SetIdentifier and a way to choose among them",
            document: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html",
            ..regional
        },
        _ => regional,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Region, bucket_name,
        ecr::Repository,
        iam::{Principal, Role, Statement},
        route53::{HostedZone, RecordSet, RecordType},
        s3::Bucket,
    };

    use crate::check::testing::{Healthy, broken, healthy};

    #[test]
    fn a_name_is_used_once() {
        assert_snapshot!(broken("name-once", |h| {
            for name in ["one", "two"] {
                h.scope.add(name, Repository::builder().repository_name("backend").build());
            }
        }), @"
        error: main/two: RepositoryName `backend` is the name of main/one too
          rule: AWS knows one resource of this type by a name
          hint: give one of them another name
        ");
        healthy(|h| {
            h.scope.add(
                "one",
                Repository::builder().repository_name("backend").build(),
            );
            let germany = h.stack.region("germany", Region::EuCentral1);
            germany.add(
                "two",
                Repository::builder().repository_name("backend").build(),
            );
        });
    }

    #[test]
    fn a_buckets_name_is_unique_among_regions() {
        assert_snapshot!(broken("name-once", |h| {
            let bucket = || Bucket::builder().bucket_name(bucket_name!("frontend")).build();
            h.scope.add("one", bucket());
            h.stack.region("germany", Region::EuCentral1).add("two", bucket());
        }), @"
        error: germany/two: BucketName `frontend` is the name of main/one too
          rule: a bucket's name is unique among all regions and accounts (BucketAlreadyOwnedByYou, BucketAlreadyExists)
          hint: put the region's name into it
          see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
        ");
    }

    #[test]
    fn roles_differ_in_more_than_case() {
        assert_snapshot!(broken("name-once", |h| {
            for name in ["Task", "task"] {
                let trust = Statement::allow("sts:AssumeRole")
                    .principal(Principal::service("ecs-tasks.amazonaws.com"));
                h.stack.global().add(name, Role::builder()
                    .role_name(name)
                    .assume_role_policy_document(trust)
                    .build());
            }
        }), @"
        error: global/task: RoleName `task` is the name of global/Task too
          rule: a role's name is unique in its account, whatever its path and its case (EntityAlreadyExists)
          hint: give one of them another name
          see: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
        ");
    }

    fn record(h: &Healthy<'_>, zone: &jeancloud_model::Handle<HostedZone>, address: &str) {
        h.stack.global().add(
            address,
            RecordSet::builder()
                .hosted_zone_id(zone)
                .name("api.example.com")
                .record_type(RecordType::A)
                .resource_records(["192.0.2.1"])
                .ttl(60)
                .build(),
        );
    }

    #[test]
    fn a_record_set_is_declared_once() {
        assert_snapshot!(broken("name-once", |h| {
            let zone = h.stack.global().add("zone", HostedZone::builder().name("example.com").build());
            record(h, &zone, "one");
            record(h, &zone, "two");
        }), @"
        error: global/two: Name `api.example.com` is the name of global/one too
          rule: a zone has one record set of a name, type and set identifier (InvalidChangeBatch: it already exists)
          hint: write all values into one record set, or give each a SetIdentifier and a way to choose among them
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
        ");
    }
}
