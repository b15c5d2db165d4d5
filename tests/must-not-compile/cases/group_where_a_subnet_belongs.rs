//! A security group stands where subnets belong.

use jeancloud_model::{Handle, ec2::SecurityGroup, elastic_load_balancing_v2::LoadBalancer};

fn balancer(group: &Handle<SecurityGroup>) {
    let _ = LoadBalancer::builder().subnets([group]);
}

fn main() {}
