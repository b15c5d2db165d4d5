//! Rules for Amazon CloudFront. One file for each part of a distribution, as in the model.

mod behavior;
mod certificate;
mod distribution;
mod functions;
mod limits;
mod origin;
mod origin_access;
mod origin_access_control;
mod origin_group;
mod origin_requests;
mod origin_server;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &functions::FUNCTIONS,
    &behavior::GRPC,
    &behavior::METHODS,
    &behavior::PATHS,
    &behavior::TARGETS,
    &certificate::ALIASES,
    &certificate::ALIAS_NAMES,
    &certificate::KEY,
    &certificate::NAMES,
    &certificate::PROTOCOL,
    &certificate::REGION,
    &distribution::ALIAS_ONCE,
    &distribution::ALIAS_RECORD,
    &distribution::ERROR_RESPONSES,
    &distribution::LOGGING,
    &distribution::ROOT_OBJECT,
    &distribution::WEB_ACL,
    &limits::COUNTS,
    &limits::LOG_HOST,
    &limits::MISSING_PAGES,
    &origin::DOMAIN,
    &origin::IDS,
    &origin::PATH,
    &origin_access::ACCESS,
    &origin_access_control::DESCRIPTION,
    &origin_access_control::KIND,
    &origin_access_control::NAME,
    &origin_group::GROUPS,
    &origin_server::SERVER,
    &origin_server::BALANCER,
    &origin_requests::CUSTOM_HEADERS,
    &origin_requests::SHIELD,
    &origin_requests::IDENTITY,
    &origin_requests::HOST,
];

/// A small healthy distribution, for the tests of all these rules.
#[cfg(test)]
mod testing {
    use jeancloud_model::{
        Handle,
        cloud_front::{
            CachePolicyId, DefaultCacheBehavior, Distribution, DistributionConfig, Origin,
        },
    };

    use crate::check::testing::Healthy;

    /// One origin that is not a bucket.
    pub(super) fn config() -> DistributionConfig {
        DistributionConfig::builder()
            .origins([Origin::custom("site", "origin.example.com")])
            .default_cache_behavior(
                DefaultCacheBehavior::builder()
                    .target_origin_id("site")
                    .cache_policy_id(CachePolicyId::CACHING_OPTIMIZED)
                    .build(),
            )
            .build()
    }

    /// Declares it after `change`.
    pub(super) fn add(
        h: &Healthy<'_>,
        change: impl FnOnce(&mut DistributionConfig),
    ) -> Handle<Distribution> {
        let mut config = config();
        change(&mut config);
        let distribution = Distribution::builder().distribution_config(config);
        h.stack.global().add("cdn", distribution.build())
    }
}
