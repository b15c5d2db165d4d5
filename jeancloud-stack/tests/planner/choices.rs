//! [`Choices`]: what a random stack has, in its first version and in its second.

use std::{collections::BTreeMap, fmt};

use proptest::{collection::vec, prelude::*};

/// Everything about a site that can be one way or another: 0 is the plainest way.
const OF_A_SITE: &[&str] = &[
    "there",
    "vpc block",
    "vpc renamed",
    "vpc tag",
    "subnet a block",
    "subnet b block",
    "subnet c",
    "subnet c renamed",
    "subnet public",
    "tables renamed",
    "subnet a table",
    "subnet b table",
    "gateway",
    "gateway renamed",
    "route",
    "nat",
    "group 0",
    "group 0 named",
    "group 1",
    "group 1 named",
    "group 2",
    "group 2 named",
    "rule 0-1",
    "rule 1-0",
    "rule 1-2",
    "rule 2-2",
    "rule from anywhere",
    "s3 endpoint",
    "interface endpoint",
    "balancer",
    "balancer named",
    "balancer subnets",
    "targets port",
    "targets named",
    "targets health",
    "listener port",
    "cluster",
    "cluster named",
    "service",
    "service named",
    "image",
    "scaling",
    "logs",
    "logs named",
    "repository",
    "database",
    "database subnets",
    "bucket",
];

/// The same of what is in no region.
const OF_THE_STACK: &[&str] = &[
    "role",
    "role path",
    "role named",
    "role description",
    "zone",
    "record",
    "record renamed",
    "alias",
];

/// The names of the sites.
pub const SITES: [&str; 2] = ["west", "east"];

/// What a random stack has, in its first version and in its second.
#[derive(Clone)]
pub struct Choices(BTreeMap<String, [u8; 2]>);

impl Choices {
    /// How something is in a version: one of so many ways.
    pub fn pick(&self, version: usize, of: &str, what: &str, ways: u8) -> u8 {
        let name = format!("{of}: {what}");
        let choice = self.0.get(&name);
        choice.unwrap_or_else(|| panic!("nothing chooses {name}"))[version] % ways
    }

    /// Those of a test that knows what it wants: everything is plain but for these.
    pub fn but(different: &[(&str, [u8; 2])]) -> Self {
        let mut all: BTreeMap<String, [u8; 2]> = names().map(|name| (name, [0, 0])).collect();
        for (name, ways) in different {
            let way = all.get_mut(*name);
            *way.unwrap_or_else(|| panic!("nothing chooses {name}")) = *ways;
        }
        Self(all)
    }
}

impl fmt::Debug for Choices {
    /// As [`Choices::but`] takes them: what is plain in both versions is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("&[\n")?;
        for (name, ways) in self.0.iter().filter(|(_, ways)| **ways != [0, 0]) {
            writeln!(f, "    ({name:?}, {ways:?}),")?;
        }
        f.write_str("]")
    }
}

fn names() -> impl Iterator<Item = String> {
    let of_sites = SITES.iter().flat_map(|site| {
        let of = move |what: &&str| format!("{site}: {what}");
        OF_A_SITE.iter().map(of)
    });
    of_sites.chain(OF_THE_STACK.iter().map(|what| format!("global: {what}")))
}

/// Any choices: most things stay as they are from one version to the next.
pub fn choices() -> impl Strategy<Value = Choices> {
    let way = 0u8..12;
    let stays = way.clone().prop_map(|way| [way, way]);
    let changes = [way.clone(), way];
    let ways = prop_oneof![5 => stays, 1 => changes];
    let all: Vec<String> = names().collect();
    vec(ways, all.len()).prop_map(move |ways| Choices(all.iter().cloned().zip(ways).collect()))
}
