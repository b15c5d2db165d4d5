//! Rules for secrets: their limits, keys, copies and their end.

use std::collections::BTreeSet;

use jeancloud_model::{Input, secrets_manager::Secret};

use super::super::{Report, Rule, kms};
use crate::View;

const CREATE_SECRET: &str =
    "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html";
const DELETE_SECRET: &str =
    "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html";
const REPLICATE: &str = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/create-manage-multi-region-secrets.html";

pub(super) const RECOVERY: Rule = Rule {
    name: "secret-recovery",
    check: recovery_is_one_of_two,
};
pub(super) const REPLICAS: Rule = Rule {
    name: "secret-replicas",
    check: replicas_are_elsewhere,
};
pub(super) const REPLICA_NAMES: Rule = Rule {
    name: "secret-replica-names",
    check: replicas_have_their_names_for_themselves,
};
pub(super) const KEYS: Rule = Rule {
    name: "secret-key-region",
    check: keys_are_in_the_region_of_what_they_encrypt,
};
pub(super) const LIMITS: Rule = Rule {
    name: "secret-limits",
    check: secrets_keep_to_their_limits,
};

fn recovery_is_one_of_two(view: &View, report: &mut Report) {
    for secret in view.all::<Secret>() {
        let force = secret
            .force_delete_without_recovery
            .as_ref()
            .and_then(Input::known);
        if force == Some(&true) && secret.recovery_window_in_days.is_some() {
            report
                .error(
                    secret.declaration,
                    "jeancloud:RecoveryWindowInDays",
                    "is set for a secret that is deleted without recovery",
                )
                .rule("a secret is deleted at once or after a window, not both (InvalidParameterException)")
                .hint("leave one of the two out")
                .document(DELETE_SECRET);
        }
    }
}

fn replicas_are_elsewhere(view: &View, report: &mut Report) {
    for secret in view.all::<Secret>() {
        let mut taken = BTreeSet::from([secret.declaration.region]);
        for (index, replica) in secret.replica_regions.iter().enumerate() {
            let Some(region) = replica.region.known() else {
                continue;
            };
            if !taken.insert(*region) {
                report
                    .error(
                        secret.declaration,
                        format!("ReplicaRegions/{index}/Region"),
                        format!("{region} has the secret already"),
                    )
                    .rule("a secret is copied to other regions, once each (InvalidParameterException)")
                    .hint("leave it out, or name another region")
                    .document(REPLICATE);
            }
        }
    }
}

fn keys_are_in_the_region_of_what_they_encrypt(view: &View, report: &mut Report) {
    for secret in view.all::<Secret>() {
        let (at, here) = (secret.declaration, secret.declaration.region);
        kms::key_in_region(
            view,
            report,
            at,
            "KmsKeyId",
            secret.kms_key_id.as_ref(),
            here,
        );
        for (index, replica) in secret.replica_regions.iter().enumerate() {
            let Some(region) = replica.region.known() else {
                continue;
            };
            let property = format!("ReplicaRegions/{index}/KmsKeyId");
            kms::key_in_region(
                view,
                report,
                at,
                &property,
                replica.kms_key_id.as_ref(),
                *region,
            );
        }
    }
}

/// A replica has its secret's name in another region, where another secret may have it.
fn replicas_have_their_names_for_themselves(view: &View, report: &mut Report) {
    let name = |secret: &Secret| secret.name.as_ref().and_then(Input::known).cloned();
    for secret in view.all::<Secret>() {
        let Some(own) = name(secret.resource) else {
            continue;
        };
        for (index, replica) in secret.resource.replica_regions.iter().enumerate() {
            let taken = view.all::<Secret>().find(|other| {
                replica.region.known() == Some(&other.declaration.region)
                    && other.address() != secret.address()
                    && name(other.resource).as_ref() == Some(&own)
            });
            if let Some(other) = taken {
                report
                    .error(
                        secret.declaration,
                        format!("ReplicaRegions/{index}"),
                        format!("copies {own} to where {} has the name", other.address()),
                    )
                    .rule("a copy has the name of its secret, and a region knows a name once (replication fails: a secret with that name exists)")
                    .hint("give one of the two secrets another name")
                    .document(REPLICATE);
            }
        }
    }
}

fn secrets_keep_to_their_limits(view: &View, report: &mut Report) {
    for secret in view.all::<Secret>() {
        let description = secret.description.as_ref().and_then(|text| text.as_known());
        let length = description.map_or(0, |text| text.chars().count());
        if length > 2048 {
            report
                .error(
                    secret.declaration,
                    "Description",
                    format!("has {length} characters"),
                )
                .rule("a secret's description has at most 2048 characters (ValidationException)")
                .hint("shorten it")
                .document(CREATE_SECRET);
        }
        let name = secret.name.as_ref().and_then(Input::known);
        let Some(name) = name.filter(|name| ends_like_an_arn(name.as_str())) else {
            continue;
        };
        report
            .warning(
                secret.declaration,
                "Name",
                format!("`{name}` ends with a hyphen and six characters"),
            )
            .rule("AWS adds a hyphen and six characters to the ARNs of secrets: a search by a part of such a name's ARN may find another secret")
            .hint("end it otherwise")
            .document(CREATE_SECRET);
    }
}

fn ends_like_an_arn(name: &str) -> bool {
    let end = name.rsplit_once('-').map_or("", |(_, end)| end);
    let of_both = end
        .bytes()
        .any(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    end.len() == 6 && end.bytes().all(|b| b.is_ascii_alphanumeric()) && of_both
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Region,
        kms::Key,
        secrets_manager::{ReplicaRegion, Secret},
    };

    use crate::check::testing::broken;

    #[test]
    fn a_secret_is_recovered_or_not() {
        assert_snapshot!(broken("secret-recovery", |h| {
            h.scope.add("secret", Secret::builder()
                .force_delete_without_recovery(true)
                .recovery_window_in_days(7)
                .build());
        }), @"
        error: main/secret: jeancloud:RecoveryWindowInDays is set for a secret that is deleted without recovery
          rule: a secret is deleted at once or after a window, not both (InvalidParameterException)
          hint: leave one of the two out
          see: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
        ");
    }

    #[test]
    fn a_replica_is_elsewhere() {
        assert_snapshot!(broken("secret-replicas", |h| {
            let here = ReplicaRegion::builder().region(Region::EuWest3).build();
            h.scope.add("secret", Secret::builder().replica_regions([here]).build());
        }), @"
        error: main/secret: ReplicaRegions/0/Region eu-west-3 has the secret already
          rule: a secret is copied to other regions, once each (InvalidParameterException)
          hint: leave it out, or name another region
          see: https://docs.aws.amazon.com/secretsmanager/latest/userguide/create-manage-multi-region-secrets.html
        ");
    }

    #[test]
    fn a_key_encrypts_in_its_own_region() {
        assert_snapshot!(broken("secret-key-region", |h| {
            let key = h.stack.region("germany", Region::EuCentral1).add("key", Key::builder().build());
            h.scope.add("secret", Secret::builder().kms_key_id(&key).build());
        }), @"
        error: main/secret: KmsKeyId is a key of eu-central-1, and is used in eu-west-3
          rule: a key encrypts only in its own region (KMSKeyNotAccessibleFault, NotFoundException)
          hint: declare a key in eu-west-3, or leave the property out for AWS's own key
          see: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
        ");
    }

    #[test]
    fn a_replica_has_its_name_for_itself() {
        assert_snapshot!(broken("secret-replica-names", |h| {
            let there = ReplicaRegion::builder().region(Region::EuCentral1).build();
            h.scope.add("secret", Secret::builder().name("app").replica_regions([there]).build());
            h.stack.region("germany", Region::EuCentral1).add("secret", Secret::builder().name("app").build());
        }), @"
        error: main/secret: ReplicaRegions/0 copies app to where germany/secret has the name
          rule: a copy has the name of its secret, and a region knows a name once (replication fails: a secret with that name exists)
          hint: give one of the two secrets another name
          see: https://docs.aws.amazon.com/secretsmanager/latest/userguide/create-manage-multi-region-secrets.html
        ");
    }

    #[test]
    fn a_secret_keeps_to_its_limits() {
        assert_snapshot!(broken("secret-limits", |h| {
            h.scope.add("secret", Secret::builder().description("x".repeat(2049)).build());
        }), @"
        error: main/secret: Description has 2049 characters
          rule: a secret's description has at most 2048 characters (ValidationException)
          hint: shorten it
          see: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
        ");
        assert_snapshot!(broken("secret-limits", |h| {
            h.scope.add("secret", Secret::builder().name("db-prod01").build());
        }), @"
        warning: main/secret: Name `db-prod01` ends with a hyphen and six characters
          rule: AWS adds a hyphen and six characters to the ARNs of secrets: a search by a part of such a name's ARN may find another secret
          hint: end it otherwise
          see: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
        ");
    }
}
