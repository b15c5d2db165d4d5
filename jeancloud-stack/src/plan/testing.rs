//! How the planner is tested: a stack that was applied in thought, and a newer version of it.

use jeancloud_model::cloud_front::{
    CachePolicyId, CustomOrigin, DefaultCacheBehavior, Distribution, DistributionConfig,
    OriginCustomHeader,
};

use super::{Observations, Plan, PlanError, PlanReport, between, supposed};
use crate::{Stack, state::State};

/// What the state and AWS hold after `stack` was applied: every output is its address and its name.
pub(super) fn applied(stack: &Stack) -> (State, Observations) {
    supposed::applied(stack).expect("no cycle")
}

/// The plan from one version of a stack to another.
pub(super) fn try_changing(
    before: impl FnOnce(&Stack),
    after: impl FnOnce(&Stack),
) -> Result<(Plan, PlanReport), PlanError> {
    let [old, new] = [Stack::new("test"), Stack::new("test")];
    before(&old);
    after(&new);
    between(&old, &new)
}

/// The same, of a change that can be planned.
#[track_caller]
pub(super) fn changing(
    before: impl FnOnce(&Stack),
    after: impl FnOnce(&Stack),
) -> (Plan, PlanReport) {
    match try_changing(before, after) {
        Ok(planned) => planned,
        Err(PlanError::Problems(problems)) => panic!("{problems:#?}"),
        Err(error) => panic!("{error}"),
    }
}

/// A plan's actions in its order, a line each: `create main/vpc`.
pub(super) fn lines(plan: &Plan) -> Vec<String> {
    let line = |action: &super::Action| format!("{} {}", action.op.verb(), action.address);
    plan.actions.iter().map(line).collect()
}

/// Whether the action on the line `later` waits for that on the line `earlier`, if only through
/// others.
#[track_caller]
pub(super) fn waits(plan: &Plan, later: &str, earlier: &str) -> bool {
    let lines = lines(plan);
    let at = |wanted: &str| {
        let found = lines.iter().position(|line| line == wanted);
        found.unwrap_or_else(|| panic!("no action `{wanted}` in {lines:#?}"))
    };
    let (later, earlier) = (at(later), at(earlier));
    let mut left = vec![later];
    while let Some(id) = left.pop() {
        if id == earlier {
            return true;
        }
        left.extend(&plan.actions[id].after);
    }
    false
}

/// A site whose origin knows it by a secret header: what must not be shown.
pub(super) fn site(secret: &str) -> Stack {
    let stack = Stack::new("test");
    let header = OriginCustomHeader::builder().header_name("From-The-Edge");
    let origin = CustomOrigin::builder()
        .id("site")
        .domain_name("origin.example.com")
        .origin_custom_headers([header.header_value(secret).build()]);
    let behavior = DefaultCacheBehavior::to("site", CachePolicyId::CACHING_OPTIMIZED);
    let config = DistributionConfig::builder()
        .origins([origin.build()])
        .default_cache_behavior(behavior);
    let site = Distribution::builder().distribution_config(config.build());
    stack.global().add("site", site.build());
    stack
}
