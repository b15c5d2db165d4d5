//! The planner and the engine together, on an AWS of maps: the orders that no reference shows, and the
//! life of random stacks.

mod aws;
mod implicit_orders;
mod order;
mod rules_of_aws;
mod world;
