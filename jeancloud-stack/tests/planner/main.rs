//! The planner and the engine together, on an AWS of maps: the orders that no reference shows, the
//! life of random stacks, and the examples of a document.

mod adopting;
mod aws;
mod choices;
mod implicit_orders;
mod lifecycle;
mod order;
mod properties;
mod remembered;
mod replacements;
mod rules_of_aws;
mod stacks;
mod worked_examples;
mod world;
