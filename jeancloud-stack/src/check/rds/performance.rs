//! Rules for how much performance a database's storage can have.

use jeancloud_model::rds::{DbInstance, Engine, StorageType};

use super::{
    super::{Report, Rule},
    known,
    storage::{STORAGE, kind, striped},
};
use crate::View;

pub(super) const RATIO: Rule = Rule {
    name: "db-storage-ratio",
    check: operations_fit_the_size,
};
pub(super) const BASELINE: Rule = Rule {
    name: "db-storage-baseline",
    check: what_is_bought_is_above_what_is_included,
};
pub(super) const LOG_VOLUME: Rule = Rule {
    name: "db-log-volume",
    check: log_volumes_go_with_provisioned_operations,
};

fn operations_fit_the_size(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let (Some(engine), Some(size), Some(iops)) = (
            database.engine.known(),
            database.allocated_storage.known(),
            known(&database.iops),
        ) else {
            continue;
        };
        let most = match kind(&database) {
            StorageType::Io1 => 50,
            StorageType::Io2 => 1000,
            _ => continue,
        };
        let (size, iops) = (size.number(), iops.number());
        let least = if engine.is_sql_server() {
            size
        } else {
            size.div_ceil(2)
        };
        if iops < least || iops > size * most {
            report
                .error(
                    database.declaration,
                    "Iops",
                    format!("{iops} does not fit {size} GiB of {}", kind(&database)),
                )
                .rule(format!("the operations a second are 0.5 (SQL Server: 1) to {most} times the GiB (InvalidParameterCombination)"))
                .hint(format!("take {} to {}", least.max(1000), size * most))
                .document(STORAGE);
        }
    }
}

fn what_is_bought_is_above_what_is_included(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let (Some(engine), Some(size)) =
            (database.engine.known(), database.allocated_storage.known())
        else {
            continue;
        };
        if kind(&database) != StorageType::Gp3 || size.number() < striped(*engine) {
            continue;
        }
        let (included, flow) = match engine.is_sql_server() {
            true => (3000, 125),
            false => (12_000, 500),
        };
        let iops = known(&database.iops).map(|iops| iops.number());
        let throughput = known(&database.storage_throughput).map(|it| it.number());
        let (property, wrong, hint) = match (iops, throughput) {
            (Some(iops), _) if iops < included => (
                "Iops",
                format!("{iops} is less than the {included} that are included"),
                "leave it out",
            ),
            (_, Some(throughput)) if throughput < flow => (
                "StorageThroughput",
                format!("{throughput} MiB/s is less than the {flow} that are included"),
                "leave it out",
            ),
            (iops, Some(throughput)) if database.iops.is_none() || iops.is_some() => {
                let iops = iops.unwrap_or(included);
                if throughput * 4 <= iops {
                    continue;
                }
                (
                    "StorageThroughput",
                    format!("{throughput} MiB/s is too much for {iops} operations a second"),
                    "buy more operations as well: `.iops(16000)`",
                )
            }
            _ => continue,
        };
        report
            .error(database.declaration, property, wrong)
            .rule(format!("{} GiB of gp3 under {engine} include {included} operations a second and {flow} MiB/s; what is bought is above that, with at most 0.25 MiB/s for each operation (InvalidParameterCombination)", size.number()))
            .hint(hint)
            .document(STORAGE);
    }
}

fn log_volumes_go_with_provisioned_operations(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        if known(&database.dedicated_log_volume) != Some(true) {
            continue;
        }
        let kind = kind(&database);
        let provisioned = matches!(kind, StorageType::Io1 | StorageType::Io2);
        let free =
            |engine: &Engine| matches!(engine, Engine::Postgres | Engine::MySql | Engine::MariaDb);
        let wrong = match database.engine.known() {
            Some(engine) if !free(engine) => format!("is on for {engine}"),
            _ if !provisioned => format!("is on for {kind}"),
            _ => continue,
        };
        report
            .error(database.declaration, "DedicatedLogVolume", wrong)
            .rule("a log has a volume of its own beside io1 and io2, under PostgreSQL, MySQL and MariaDB (InvalidParameterCombination)")
            .hint("take StorageType::Io2 with `.iops(…)`, or leave it out")
            .document("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.dlv.html");
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Bounded, Input,
        rds::{DbInstance, StorageType},
    };

    use super::super::testing::{set, with};
    use crate::check::testing::{broken, healthy};

    fn gp3(db: &mut DbInstance) {
        db.storage_type = set(StorageType::Gp3);
        db.allocated_storage = Input::Known(Bounded::new(400));
    }

    #[test]
    fn operations_fit_the_size() {
        assert_snapshot!(broken("db-storage-ratio", |h| {
            with(h, |db| {
                db.storage_type = set(StorageType::Io1);
                db.allocated_storage = Input::Known(Bounded::new(100));
                db.iops = set(Bounded::new(6000));
            });
        }), @"
        error: main/db: Iops 6000 does not fit 100 GiB of io1
          rule: the operations a second are 0.5 (SQL Server: 1) to 50 times the GiB (InvalidParameterCombination)
          hint: take 1000 to 5000
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
        ");
        healthy(|h| {
            with(h, |db| {
                db.storage_type = set(StorageType::Io2);
                db.allocated_storage = Input::Known(Bounded::new(100));
                db.iops = set(Bounded::new(6000));
            });
        });
    }

    #[test]
    fn what_is_bought_is_above_what_is_included() {
        assert_snapshot!(broken("db-storage-baseline", |h| {
            with(h, |db| {
                gp3(db);
                db.iops = set(Bounded::new(3000));
            });
        }), @"
        error: main/db: Iops 3000 is less than the 12000 that are included
          rule: 400 GiB of gp3 under postgres include 12000 operations a second and 500 MiB/s; what is bought is above that, with at most 0.25 MiB/s for each operation (InvalidParameterCombination)
          hint: leave it out
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
        ");
        assert_snapshot!(broken("db-storage-baseline", |h| {
            with(h, |db| {
                gp3(db);
                db.iops = set(Bounded::new(12_000));
                db.storage_throughput = set(Bounded::new(4000));
            });
        }), @"
        error: main/db: StorageThroughput 4000 MiB/s is too much for 12000 operations a second
          rule: 400 GiB of gp3 under postgres include 12000 operations a second and 500 MiB/s; what is bought is above that, with at most 0.25 MiB/s for each operation (InvalidParameterCombination)
          hint: buy more operations as well: `.iops(16000)`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
        ");
        healthy(|h| {
            with(h, |db| {
                gp3(db);
                db.iops = set(Bounded::new(16_000));
                db.storage_throughput = set(Bounded::new(1000));
            });
        });
    }

    #[test]
    fn a_log_volume_needs_provisioned_operations() {
        assert_snapshot!(broken("db-log-volume", |h| {
            with(h, |db| db.dedicated_log_volume = set(true));
        }), @"
        error: main/db: DedicatedLogVolume is on for gp2
          rule: a log has a volume of its own beside io1 and io2, under PostgreSQL, MySQL and MariaDB (InvalidParameterCombination)
          hint: take StorageType::Io2 with `.iops(…)`, or leave it out
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.dlv.html
        ");
    }
}
