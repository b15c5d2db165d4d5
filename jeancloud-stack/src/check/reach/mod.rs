//! Rules about what has to reach what: tasks their images, secrets, logs and database; load
//! balancers their targets; clients their load balancers.
//!
//! Such mistakes deploy and then don't work. They are judged only where the stack declares what
//! decides: the VPC, the subnets with their route tables, the groups. A service of no tasks is
//! exempt; a warning says what it lacks before it can run any.

mod balancer;
mod needs;
mod place;
mod service;
#[cfg(test)]
mod testing;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &balancer::HEALTH_PORT,
    &balancer::LISTENERS,
    &balancer::TARGETS,
    &service::DATABASE,
    &service::EXECUTE,
    &service::NAMES,
    &service::SERVICES,
];
