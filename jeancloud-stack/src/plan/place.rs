//! The VPC that something lives in, through what it names: a load balancer by its subnets, a database by
//! its subnet group.
//!
//! Such properties can be changed in place, but not to another VPC ([`Facts::stays_in_vpc`]). So the
//! replacement of a VPC spreads to all that lives in it.
//!
//! [`Facts::stays_in_vpc`]: jeancloud_model::Facts::stays_in_vpc

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, reference};
use serde_json::Value as Json;

use super::{Observations, diff::Difference, json};
use crate::Declaration;

/// The VPCs that something lives in; one that is not known yet by its marker.
pub(super) type Vpcs = BTreeSet<String>;

/// Where everything that AWS has lives, by the ids and names that it is known by.
pub(super) struct Places(BTreeMap<String, Vpcs>);

impl Places {
    pub(super) fn of(observed: &Observations) -> Self {
        let mut places = Self(BTreeMap::new());
        // First what names its VPC, then what names that.
        for through in [false, true] {
            for generation in observed.resources.values().flatten() {
                let told = &generation.observed;
                let vpcs = match (through, told.properties.get("VpcId")) {
                    (false, Some(vpc)) => Vpcs::from([vpc.to_string()]),
                    (true, None) => places.named_in(&told.properties),
                    _ => continue,
                };
                let outputs = told.outputs.values().filter_map(Json::as_str);
                let names: Vec<&str> = outputs.chain([told.id.as_str()]).collect();
                let is_place = generation.type_name.starts_with("AWS::EC2::")
                    || generation.type_name == "AWS::RDS::DBSubnetGroup";
                if is_place && !vpcs.is_empty() {
                    for name in names {
                        places.0.insert(name.to_owned(), vpcs.clone());
                    }
                }
            }
        }
        places
    }

    /// Where what these properties name lives.
    fn named_in(&self, value: &Json) -> Vpcs {
        match value {
            Json::String(text) => self.0.get(text).cloned().unwrap_or_default(),
            Json::Array(items) => items.iter().flat_map(|item| self.named_in(item)).collect(),
            Json::Object(members) => members
                .values()
                .flat_map(|member| self.named_in(member))
                .collect(),
            _ => Vpcs::new(),
        }
    }

    /// The VPCs that a declaration will live in. `known` tells those of what it refers to.
    pub(super) fn wanted(
        &self,
        declaration: &Declaration,
        properties: &Json,
        known: &impl Fn(Address) -> Option<Vpcs>,
    ) -> Vpcs {
        if let Some(vpc) = properties.get("VpcId") {
            return Vpcs::from([vpc.to_string()]);
        }
        let stays = declaration.facts.stays_in_vpc.iter();
        stays
            .flat_map(|property| self.through(declaration, property, properties, known))
            .collect()
    }

    /// The VPCs of what one property names.
    fn through(
        &self,
        declaration: &Declaration,
        property: &str,
        properties: &Json,
        known: &impl Fn(Address) -> Option<Vpcs>,
    ) -> Vpcs {
        let mut vpcs = properties
            .get(property)
            .map_or_else(Vpcs::new, |value| self.named_in(value));
        if let Some(value) = declaration.properties.get(property) {
            let mut referred = Vpcs::new();
            reference::each(value, &mut |address, _| {
                referred.extend(known(Address::new(address)).into_iter().flatten());
            });
            // An id that is known may be that of what is about to be replaced under the same name.
            if !referred.is_empty() {
                vpcs = referred;
            }
        }
        vpcs
    }

    /// The properties by which something would leave its VPC, as differences: `observed` is where it
    /// is now.
    pub(super) fn leaving(
        &self,
        declaration: &Declaration,
        properties: &Json,
        observed: &Json,
        known: &impl Fn(Address) -> Option<Vpcs>,
    ) -> Vec<Difference> {
        let stays = declaration.facts.stays_in_vpc.iter();
        let leaving = stays.filter(|property| {
            let here = observed
                .get(**property)
                .map_or_else(Vpcs::new, |value| self.named_in(value));
            let there = self.through(declaration, property, properties, known);
            !here.is_empty() && !there.is_subset(&here)
        });
        leaving
            .map(|property| {
                let path = vec![(*property).to_owned()];
                let value = |all: &Json| json::get(all, &path).cloned().unwrap_or(Json::Null);
                Difference {
                    before: value(observed),
                    after: value(properties),
                    path: path.clone(),
                }
            })
            .collect()
    }
}
