//! A stack as CloudFormation templates, one a region: what other tools (`cfn-lint`, reviewers) know
//! to read. jeancloud itself never uses the CloudFormation service.

use std::collections::BTreeMap;

use jeancloud_model::{Address, Region, ResourceKind, reference::Marker};
use serde_json::{Map, Value as Json, json};

use crate::{Declaration, Stack, View};

impl Stack {
    /// The template of what the stack declares in `region`; [`Region::Global`] gives what lives in
    /// no region.
    ///
    /// Resources stand under logical ids made of their addresses. What a template can't hold is a
    /// parameter: outputs of other regions' resources, and the answers to lookups. Waits, and
    /// properties that are jeancloud's own, are left out. In a template whose groups name each
    /// other, rules are resources of their own, as in the stack.
    pub fn to_cloudformation(&self, region: Region) -> Json {
        let view = self.view();
        let mut template = Template {
            view: &view,
            region,
            parameters: BTreeMap::new(),
        };
        let mut resources = Map::new();
        for declaration in view.declarations() {
            if declaration.region == region && is_cloudformations(declaration) {
                resources.insert(
                    logical_id(declaration.address.as_str()),
                    template.resource(declaration),
                );
            }
        }
        let mut document = json!({
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": format!("{} in {region}", self.identity()),
            "Resources": resources,
        });
        if !template.parameters.is_empty() {
            document["Parameters"] = json!(template.parameters);
        }
        document
    }
}

struct Template<'v> {
    view: &'v View,
    region: Region,
    parameters: BTreeMap<String, Json>,
}

impl Template<'_> {
    fn resource(&mut self, declaration: &Declaration) -> Json {
        let mut properties = Map::new();
        for (name, value) in declaration.properties.as_object().into_iter().flatten() {
            let nothing = value.as_array().is_some_and(Vec::is_empty);
            if !name.starts_with("jeancloud:") && !nothing {
                properties.insert(name.clone(), self.value(value));
            }
        }
        let mut resource = json!({ "Type": declaration.type_name, "Properties": properties });
        if declaration.facts.deletion_protection.is_some() {
            // CloudFormation wants to be told what happens to data: here, what the author said.
            let skips =
                declaration.properties.get("jeancloud:SkipFinalSnapshot") == Some(&json!(true));
            let policy = if skips { "Delete" } else { "Snapshot" };
            if declaration.type_name == "AWS::RDS::DBInstance" {
                resource["DeletionPolicy"] = json!(policy);
                resource["UpdateReplacePolicy"] = json!(policy);
            }
        }
        resource
    }

    fn value(&mut self, value: &Json) -> Json {
        match (Marker::of(value), value) {
            (Some(Marker::Output { address, output }), _) => self.output(address, output),
            (Some(Marker::Zone(letter)), _) => {
                json!({"Fn::Sub": format!("${{AWS::Region}}{letter}")})
            }
            (Some(Marker::Text(parts)), _) => {
                let parts: Vec<Json> = parts.iter().map(|part| self.value(part)).collect();
                json!({"Fn::Join": ["", parts]})
            }
            (None, Json::Object(object)) => object
                .iter()
                .filter(|(name, _)| !name.starts_with("jeancloud:"))
                .map(|(name, inner)| (name.clone(), self.value(inner)))
                .collect(),
            (None, Json::Array(items)) => items.iter().map(|item| self.value(item)).collect(),
            (None, plain) => plain.clone(),
        }
    }

    fn output(&mut self, address: &str, output: &str) -> Json {
        let target = self.view.get(Address::new(address));
        let here =
            target.filter(|target| target.region == self.region && is_cloudformations(target));
        match here {
            Some(target) if target.id == output => json!({"Ref": logical_id(address)}),
            // An output that repeats a property which the author set.
            Some(target) if target.property_names.contains(&output) => {
                let value = target.properties.get(output).cloned();
                value.map_or_else(
                    || json!({"Ref": logical_id(address)}),
                    |value| self.value(&value),
                )
            }
            Some(_) => json!({"Fn::GetAtt": [logical_id(address), output]}),
            None => {
                let name = logical_id(&format!("{address}/{output}"));
                self.parameters.entry(name.clone()).or_insert_with(
                    || json!({"Type": "String", "Description": format!("{output} of {address}")}),
                );
                json!({"Ref": name})
            }
        }
    }
}

/// Whether CloudFormation has such a type: not lookups, not waits.
fn is_cloudformations(declaration: &Declaration) -> bool {
    declaration.kind == ResourceKind::Managed && declaration.type_name.starts_with("AWS::")
}

/// Letters and digits, unique: `private-a` and `private/a` differ by the hash at the end, which only
/// addresses with something else than words get.
fn logical_id(address: &str) -> String {
    let mut id = String::new();
    let mut begins = true;
    for c in address.chars() {
        if !c.is_ascii_alphanumeric() {
            begins = true;
        } else if std::mem::take(&mut begins) {
            id.push(c.to_ascii_uppercase());
        } else {
            id.push(c);
        }
    }
    let plain = address
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '/');
    if !plain {
        let hash = address.bytes().fold(0x811c_9dc5u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        id.push_str(&format!("{hash:08x}"));
    }
    id
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        Az, cidr,
        ec2::{Subnet, Vpc},
    };

    use super::*;

    #[test]
    fn addresses_that_differ_give_ids_that_differ() {
        let addresses = [
            "a/private-a",
            "a/private/a",
            "a/privatea",
            "a/private_a",
            "a/Private/a",
        ];
        let ids: std::collections::BTreeSet<String> =
            addresses.iter().map(|a| logical_id(a)).collect();
        assert_eq!(ids.len(), addresses.len(), "{ids:?}");
        assert!(
            ids.iter()
                .all(|id| id.chars().all(|c| c.is_ascii_alphanumeric()))
        );
    }

    #[test]
    fn references_and_zones_become_intrinsic_functions() {
        let stack = Stack::new("s");
        let main = stack.region("main", Region::EuWest3);
        let vpc = main.add(
            "vpc",
            Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build(),
        );
        let subnet = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(cidr!("10.0.0.0/24"));
        main.add("subnet", subnet.availability_zone(Az::B).build());
        let template = stack.to_cloudformation(Region::EuWest3);
        let properties = &template["Resources"]["MainSubnet"]["Properties"];
        assert_eq!(properties["VpcId"], json!({"Ref": "MainVpc"}));
        assert_eq!(
            properties["AvailabilityZone"],
            json!({"Fn::Sub": "${AWS::Region}b"})
        );
        assert_eq!(properties["CidrBlock"], "10.0.0.0/24");
    }
}
