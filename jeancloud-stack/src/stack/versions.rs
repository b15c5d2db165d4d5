//! Other versions of a program without writing it again: for tests of what a change leads to.

use std::{cell::RefCell, collections::BTreeMap};

use jeancloud_model::Address;
use serde_json::Value as Json;

use super::Stack;

thread_local! {
    /// What the program that runs in this thread calls otherwise than it says.
    static ELSEWHERE: RefCell<BTreeMap<Address, Address>> = const { RefCell::new(BTreeMap::new()) };
}

impl Stack {
    /// Changes what is declared at `address`, as another version of the program would: for tests of what
    /// a change leads to. The checks go on to see the resource as it was declared.
    ///
    /// # Panics
    /// Where nothing is declared there.
    #[doc(hidden)]
    pub fn edit(&self, address: &str, change: impl FnOnce(&mut Json)) {
        let mut inner = self.lock();
        let mut declarations = inner.declarations.iter_mut();
        let declared = declarations.find(|it| it.address.as_str() == address);
        let declared = declared.unwrap_or_else(|| panic!("nothing is declared at {address}"));
        change(&mut declared.properties);
    }

    /// Takes away what is declared at `address`, as another version of the program would.
    ///
    /// # Panics
    /// Where nothing is declared there.
    #[doc(hidden)]
    pub fn undeclare(&self, address: &str) {
        let declarations = &mut self.lock().declarations;
        let before = declarations.len();
        declarations.retain(|it| it.address.as_str() != address);
        assert!(
            declarations.len() < before,
            "nothing is declared at {address}"
        );
    }

    /// Runs a program as if it said other addresses: what it declares at a key of `others` is declared at
    /// its value, and whoever refers to it refers to that.
    #[doc(hidden)]
    pub fn readdressed<T>(others: BTreeMap<Address, Address>, program: impl FnOnce() -> T) -> T {
        let before = ELSEWHERE.replace(others);
        let made = program();
        ELSEWHERE.set(before);
        made
    }
}

/// Where what a program declares at `address` is declared.
pub(super) fn here(address: Address) -> Address {
    ELSEWHERE.with_borrow(|others| others.get(&address).copied().unwrap_or(address))
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        Region, cidr,
        ec2::{SecurityGroup, Vpc, tcp},
    };

    use super::*;

    #[test]
    fn a_program_runs_as_if_it_said_other_addresses() {
        let program = || {
            let stack = Stack::new("s");
            let main = stack.region("main", Region::EuWest3);
            let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
            let vpc = main.add("vpc", vpc);
            let group = main.add("group", SecurityGroup::in_vpc(&vpc, "group", "for all"));
            main.allow(tcp(80).from(&group).to(&group));
            stack
        };
        let others = [("main/vpc", "main/net"), ("main/group", "main/all")];
        let others = others.map(|(from, to)| (Address::new(from), Address::new(to)));
        let stack = Stack::readdressed(others.into(), program);
        let declared = stack.declarations();
        let addresses: Vec<&str> = declared.iter().map(|it| it.address.as_str()).collect();
        assert_eq!(
            addresses,
            [
                "main/net",
                "main/all",
                "main/all/egress/tcp-80-to-all",
                "main/all/ingress/tcp-80-from-all"
            ]
        );
        assert_eq!(declared[1].properties["VpcId"]["$output"][0], "main/net");
        assert_eq!(program().declarations()[0].address.as_str(), "main/vpc");
    }
}
