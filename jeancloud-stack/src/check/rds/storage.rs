//! Rules for a database's storage.

use jeancloud_model::rds::{DbInstance, Engine, StorageType};

use super::{
    super::{Report, Rule, kms},
    CREATE_DB_INSTANCE, known,
};
use crate::View;

pub(super) const STORAGE: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html";
const AUTOSCALING: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html";

pub(super) const SIZE: Rule = Rule {
    name: "db-storage-size",
    check: sizes_fit_the_type,
};
pub(super) const GROWTH: Rule = Rule {
    name: "db-storage-growth",
    check: growth_is_upwards,
};
pub(super) const PERFORMANCE: Rule = Rule {
    name: "db-storage-performance",
    check: performance_fits_the_type,
};
pub(super) const KEYS: Rule = Rule {
    name: "db-keys",
    check: keys_fit,
};

fn sizes_fit_the_type(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let (Some(engine), Some(size)) =
            (database.engine.known(), database.allocated_storage.known())
        else {
            continue;
        };
        let kind = kind(&database);
        let (least, most) = sizes(*engine, kind);
        let size = size.number();
        if !(least..=most).contains(&size) {
            report
                .error(
                    database.declaration,
                    "AllocatedStorage",
                    format!("{size} GiB does not fit {kind} under {engine}"),
                )
                .rule(format!(
                    "{kind} has {least} to {most} GiB under {engine} (InvalidParameterCombination)"
                ))
                .hint(format!("take {}", size.clamp(least, most)))
                .document(CREATE_DB_INSTANCE);
        }
    }
}

/// What the storage is, or would be where nothing is said.
pub(super) fn kind(database: &DbInstance) -> StorageType {
    let default = match database.iops {
        Some(_) => StorageType::Io1,
        None => StorageType::Gp2,
    };
    known(&database.storage_type).unwrap_or(default)
}

/// `AllocatedStorage` of `CreateDBInstance`, in GiB.
fn sizes(engine: Engine, kind: StorageType) -> (u32, u32) {
    let open = matches!(engine, Engine::Postgres | Engine::MySql | Engine::MariaDb);
    match kind {
        StorageType::Standard if engine.is_sql_server() => (20, 1024),
        StorageType::Standard => (if open { 5 } else { 10 }, 3072),
        _ if engine.is_sql_server() => (20, 16_384),
        StorageType::Io1 | StorageType::Io2 => (100, 65_536),
        StorageType::Gp2 | StorageType::Gp3 => (20, 65_536),
    }
}

fn growth_is_upwards(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let most = known(&database.max_allocated_storage);
        let (Some(size), Some(most)) = (database.allocated_storage.known(), most) else {
            continue;
        };
        let (size, most) = (size.number(), most.number());
        if most * 10 < size * 11 {
            report
                .error(
                    database.declaration,
                    "MaxAllocatedStorage",
                    format!("{most} GiB is too little for {size} GiB to grow"),
                )
                .rule("the bound is at least 10 % above the storage (InvalidParameterCombination)")
                .hint(format!("take {}, or leave it out", size * 5))
                .document(AUTOSCALING);
        }
    }
}

/// From how many GiB gp3 is striped over four volumes, and its performance can be bought.
pub(super) fn striped(engine: Engine) -> u32 {
    match engine {
        Engine::OracleEe | Engine::OracleEeCdb | Engine::OracleSe2 | Engine::OracleSe2Cdb => 200,
        engine if engine.is_sql_server() => 0,
        _ => 400,
    }
}

fn performance_fits_the_type(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let kind = kind(&database);
        let (Some(size), Some(engine)) =
            (database.allocated_storage.known(), database.engine.known())
        else {
            continue;
        };
        let (size, striped) = (size.number(), striped(*engine));
        let faults = [
            (
                "Iops",
                matches!(kind, StorageType::Io1 | StorageType::Io2) && database.iops.is_none(),
                format!("is missing for {kind}"),
                "io1 and io2 are bought by operations a second (InvalidParameterCombination)",
                "add `.iops(3000)`",
            ),
            (
                "Iops",
                matches!(kind, StorageType::Gp2 | StorageType::Standard) && database.iops.is_some(),
                format!("is set for {kind}"),
                "gp2 and magnetic storage take no number of operations (InvalidParameterCombination)",
                "take `StorageType::Gp3`, or leave it out",
            ),
            (
                "Iops",
                kind == StorageType::Gp3 && database.iops.is_some() && size < striped,
                format!("is set for {size} GiB of gp3"),
                "gp3 has a fixed performance up to a size: 400 GiB, for Oracle 200 (InvalidParameterCombination)",
                "leave it out: 3000 operations a second are included",
            ),
            (
                "StorageThroughput",
                kind != StorageType::Gp3 && database.storage_throughput.is_some(),
                format!("is set for {kind}"),
                "only gp3 is bought by throughput (InvalidParameterCombination)",
                "take `StorageType::Gp3`, or leave it out",
            ),
            (
                "StorageThroughput",
                kind == StorageType::Gp3 && database.storage_throughput.is_some() && size < striped,
                format!("is set for {size} GiB of gp3"),
                "gp3 has a fixed performance up to a size: 400 GiB, for Oracle 200 (InvalidParameterCombination)",
                "leave it out: 125 MiB/s are included",
            ),
        ];
        for (property, _, wrong, rule, hint) in faults.into_iter().filter(|fault| fault.1) {
            let problem = report.error(database.declaration, property, wrong);
            problem.rule(rule).hint(hint).document(STORAGE);
        }
    }
}

fn keys_fit(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let (at, here) = (database.declaration, database.declaration.region);
        let secret = database.master_user_secret.as_ref();
        for (property, key) in [
            ("KmsKeyId", database.kms_key_id.as_ref()),
            (
                "MasterUserSecret/KmsKeyId",
                secret.and_then(|secret| secret.kms_key_id.as_ref()),
            ),
            (
                "PerformanceInsightsKMSKeyId",
                database.performance_insights_kms_key_id.as_ref(),
            ),
        ] {
            kms::key_in_region(view, report, at, property, key, here);
        }
        if known(&database.storage_encrypted) == Some(false) && database.kms_key_id.is_some() {
            report
                .error(at, "KmsKeyId", "is set for storage that is not encrypted")
                .rule("a key goes with StorageEncrypted (InvalidParameterCombination)")
                .hint("leave `storage_encrypted` out: storage is encrypted unless a line says otherwise")
                .document(CREATE_DB_INSTANCE);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{Bounded, Input, kms::KeyArn, rds::StorageType};

    use super::super::testing::{set, with};
    use crate::check::testing::broken;

    #[test]
    fn a_size_fits_its_type() {
        assert_snapshot!(broken("db-storage-size", |h| {
            with(h, |db| db.allocated_storage = Input::Known(Bounded::new(10)));
        }), @"
        error: main/db: AllocatedStorage 10 GiB does not fit gp2 under postgres
          rule: gp2 has 20 to 65536 GiB under postgres (InvalidParameterCombination)
          hint: take 20
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
    }

    #[test]
    fn storage_grows_upwards() {
        assert_snapshot!(broken("db-storage-growth", |h| {
            with(h, |db| {
                db.allocated_storage = Input::Known(Bounded::new(100));
                db.max_allocated_storage = set(Bounded::new(100));
            });
        }), @"
        error: main/db: MaxAllocatedStorage 100 GiB is too little for 100 GiB to grow
          rule: the bound is at least 10 % above the storage (InvalidParameterCombination)
          hint: take 500, or leave it out
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
        ");
    }

    #[test]
    fn performance_fits_its_type() {
        assert_snapshot!(broken("db-storage-performance", |h| {
            with(h, |db| {
                db.storage_type = set(StorageType::Gp3);
                db.iops = set(Bounded::new(12_000));
            });
        }), @"
        error: main/db: Iops is set for 20 GiB of gp3
          rule: gp3 has a fixed performance up to a size: 400 GiB, for Oracle 200 (InvalidParameterCombination)
          hint: leave it out: 3000 operations a second are included
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
        ");
        assert_snapshot!(broken("db-storage-performance", |h| {
            with(h, |db| db.storage_throughput = set(Bounded::new(500)));
        }), @"
        error: main/db: StorageThroughput is set for gp2
          rule: only gp3 is bought by throughput (InvalidParameterCombination)
          hint: take `StorageType::Gp3`, or leave it out
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
        ");
    }

    #[test]
    fn a_key_is_where_the_database_is() {
        assert_snapshot!(broken("db-keys", |h| {
            let key = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
            with(h, |db| db.kms_key_id = set(KeyArn::from(key)));
        }), @"
        error: main/db: KmsKeyId is a key of eu-central-1, and is used in eu-west-3
          rule: a key encrypts only in its own region (KMSKeyNotAccessibleFault, NotFoundException)
          hint: declare a key in eu-west-3, or leave the property out for AWS's own key
          see: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
        ");
    }
}
