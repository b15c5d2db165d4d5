//! Rules for Amazon RDS, by what they are about.

mod backups;
mod class;
mod engine;
mod network;
mod options;
mod performance;
mod place;
mod storage;
mod subnet_group;
mod watching;
mod words;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &subnet_group::ZONES,
    &subnet_group::LIMITS,
    &subnet_group::ONE_VPC,
    &engine::PASSWORD,
    &engine::MASTER_USERNAME,
    &engine::DATABASE_NAME,
    &engine::LOGS,
    &storage::SIZE,
    &storage::GROWTH,
    &storage::PERFORMANCE,
    &storage::KEYS,
    &performance::RATIO,
    &performance::BASELINE,
    &performance::LOG_VOLUME,
    &class::CLASS,
    &class::INSIGHTS,
    &options::LICENSE,
    &options::VERSION,
    &options::OPTIONS,
    &options::AUTHORITY,
    &place::ZONE,
    &place::ZONE_OF_GROUP,
    &place::DEFAULT_VPC,
    &place::PUBLIC,
    &place::DUAL,
    &network::GROUPS,
    &network::PORT,
    &network::REACHABLE,
    &backups::WINDOWS,
    &backups::COPIES,
    &watching::MONITORING,
    &watching::ROLE,
    &watching::INSIGHTS,
];

const CREATE_DB_INSTANCE: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";

/// The value of an optional property, where it is set and known.
fn known<T: Copy>(input: &Option<jeancloud_model::Input<T>>) -> Option<T> {
    input.as_ref()?.known().copied()
}

#[cfg(test)]
mod testing {
    //! A healthy database, in which tests break one thing.

    use jeancloud_model::{
        Handle,
        ec2::{SecurityGroup, tcp},
        rds::{DbInstance, DbSubnetGroup, Engine},
    };

    use crate::check::testing::Healthy;

    /// A database of which nothing is wrong.
    pub(crate) fn healthy_database(h: &Healthy<'_>) -> DbInstance {
        let group = subnet_group(h);
        let clients = security_group(h, "clients");
        let own = security_group(h, "own");
        h.scope.allow(tcp(5432).from(&clients).to(&own));
        DbInstance::builder()
            .db_instance_identifier("a-database")
            .db_instance_class("db.t4g.micro")
            .engine(Engine::Postgres)
            .master_username("jeancloud")
            .allocated_storage(20)
            .db_subnet_group_name(&group)
            .vpc_security_groups([&own])
            .build()
    }

    /// Declares the healthy database with `change` made to it.
    pub(crate) fn with(h: &Healthy<'_>, change: impl FnOnce(&mut DbInstance)) {
        let mut database = healthy_database(h);
        change(&mut database);
        h.scope.add("db", database);
    }

    pub(crate) fn security_group(h: &Healthy<'_>, name: &str) -> Handle<SecurityGroup> {
        h.scope.add(
            name,
            SecurityGroup::builder()
                .vpc_id(&h.vpc)
                .group_description("a group")
                .group_name(name)
                .build(),
        )
    }

    pub(crate) fn subnet_group(h: &Healthy<'_>) -> Handle<DbSubnetGroup> {
        h.scope.add(
            "subnets",
            DbSubnetGroup::builder()
                .db_subnet_group_name("a-group")
                .db_subnet_group_description("a group")
                .subnet_ids([&h.subnets[0], &h.subnets[1]])
                .build(),
        )
    }

    /// The value of an optional property, set.
    pub(crate) fn set<T>(value: T) -> Option<jeancloud_model::Input<T>> {
        Some(jeancloud_model::Input::Known(value))
    }

    #[test]
    fn a_database_is_healthy() {
        crate::check::testing::healthy(|h| with(h, |_| {}));
    }

    #[test]
    fn databases_of_other_engines_are_healthy() {
        use jeancloud_model::{
            Bounded, Input, IntoInput, IntoText,
            rds::{EngineVersion, LicenseModel, StorageType},
        };

        use crate::check::testing::healthy;

        let add = |h: &Healthy<'_>, change: &dyn Fn(&mut DbInstance)| {
            let mut database = healthy_database(h);
            change(&mut database);
            h.scope.add("db", database);
        };
        healthy(|h| {
            add(h, &|db| {
                db.engine = Input::Known(Engine::SqlServerSe);
                db.engine_version = Some(Input::Known(EngineVersion::from("15.00.4365.2.v1")));
                db.db_instance_class = Input::Known("db.r6i.xlarge".into());
                db.license_model = Some(Input::Known(LicenseModel::LicenseIncluded));
                db.timezone = Some("UTC".into_text());
                db.storage_type = Some(Input::Known(StorageType::Gp3));
                db.iops = Some(Input::Known(Bounded::new(4000)));
                db.multi_az = Some(true.into_input());
            });
        });
        healthy(|h| {
            add(h, &|db| {
                db.engine = Input::Known(Engine::MySql);
                db.engine_version = Some(Input::Known(EngineVersion::from("8.4")));
                db.db_instance_class = Input::Known("db.x2iedn.16xlarge".into());
                db.master_username = Input::Known("admin".into());
                db.db_name = Some(Input::Known("app_production".into()));
                db.allocated_storage = Input::Known(Bounded::new(400));
                db.storage_type = Some(Input::Known(StorageType::Gp3));
                db.storage_throughput = Some(Input::Known(Bounded::new(500)));
                db.port = Some(3307u16.into_input());
                db.enable_performance_insights = Some(true.into_input());
            });
        });
        healthy(|h| {
            add(h, &|db| {
                db.master_username = Input::Known("postgres".into());
                db.db_name = Some(Input::Known("postgres".into()));
                db.backup_retention_period = Some(Input::Known(Bounded::new(0)));
                db.availability_zone = Some(Input::Known(
                    jeancloud_model::AvailabilityZone::Letter(jeancloud_model::Az::B),
                ));
            });
        });
    }
}
