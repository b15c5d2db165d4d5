//! Random stacks for `proptest`: networks that have no mistake.
//!
//! ```
//! use jeancloud_stack::strategies;
//! use proptest::prelude::*;
//!
//! proptest!(ProptestConfig::with_cases(16), |(network in strategies::networks())| {
//!     let stack = network.stack("random");
//!     prop_assert!(stack.check().is_empty());
//! });
//! ```

use std::ops::Range;

use jeancloud_model::{
    Az, Cidr, Region,
    ec2::{Anywhere, SecurityGroup, Subnet, Vpc, tcp},
};
use proptest::prelude::*;

use crate::Stack;

/// What a random network is made of. It is data, so that `proptest` can show and shrink it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Its VPC is `10.<number>.0.0/16`.
    pub number: u8,
    /// Whether its names are found inside.
    pub dns: bool,
    /// The zone of each subnet, by its place in `a` to `c`; the blocks are one after the other.
    pub subnets: Vec<u8>,
    /// For each group, whom it lets in: a port, and the number of another group or the whole world.
    pub groups: Vec<Vec<(u16, Option<usize>)>>,
}

impl Network {
    /// The stack that it makes: `france/vpc`, `france/subnet-0`, `france/group-0` and so on.
    ///
    /// # Panics
    /// Never for a network of [`networks`]; one made by hand may have more subnets than addresses.
    pub fn stack(&self, name: &str) -> Stack {
        let stack = Stack::new(name);
        let france = stack.region("france", Region::EuWest3);
        let block: Cidr = format!("10.{}.0.0/16", self.number)
            .parse()
            .expect("a number between dots makes a block");
        let vpc = Vpc::builder().cidr_block(block).enable_dns_support(true);
        let vpc = france.add("vpc", vpc.enable_dns_hostnames(self.dns).build());
        for (number, (zone, block)) in self.subnets.iter().zip(block.parts(24)).enumerate() {
            let zone = [Az::A, Az::B, Az::C][usize::from(*zone) % 3];
            let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block);
            let subnet = subnet.availability_zone(zone).build();
            france.add(format!("subnet-{number}"), subnet);
        }
        let group = |number: usize| {
            let group = SecurityGroup::in_vpc(&vpc, format!("group-{number}"), "random");
            france.add(format!("group-{number}"), group)
        };
        let groups: Vec<_> = (0..self.groups.len()).map(group).collect();
        for (to, rules) in groups.iter().zip(&self.groups) {
            let mut seen = Vec::new();
            for (port, from) in rules {
                let from = from.map(|from| from % groups.len());
                if seen.contains(&(port, from)) {
                    continue;
                }
                seen.push((port, from));
                match from {
                    Some(from) => france.allow(tcp(*port).from(&groups[from]).to(to)),
                    None => france.allow(tcp(*port).from(Anywhere).to(to)),
                }
            }
        }
        stack
    }
}

/// Ports that anybody may reach without a warning: none of those that AWS calls high-risk is among them.
const PORTS: Range<u16> = 10_000..11_000;

/// Networks with up to six subnets and four groups, which let each other in.
pub fn networks() -> impl Strategy<Value = Network> {
    let rule = (PORTS, prop::option::of(0..4_usize));
    let group = prop::collection::vec(rule, 0..3);
    (
        any::<u8>(),
        any::<bool>(),
        prop::collection::vec(0..3_u8, 0..6),
        prop::collection::vec(group, 0..4),
    )
        .prop_map(|(number, dns, subnets, groups)| Network {
            number,
            dns,
            subnets,
            groups,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest! {
        #[test]
        fn no_network_has_a_problem(network in networks()) {
            let problems = network.stack("random").check();
            prop_assert!(problems.is_empty(), "{problems:?}");
        }
    }
}
