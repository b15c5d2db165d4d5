//! [`Stack::to_cloudformation`]: a stack as CloudFormation would take it, for tools that judge
//! templates (`cfn-lint`). jeancloud itself never uses CloudFormation.
//!
//! What a template can't know becomes a parameter: outputs of another region's resources, answers
//! to lookups, and outputs that CloudFormation does not give.

use std::collections::BTreeMap;

use jeancloud_model::{Address, Region, ResourceKind, reference::Marker};
use serde_json::{Map, Value as Json, json};

use crate::{Declaration, Stack, View, plan};

/// What begins the name of a property that CloudFormation doesn't have.
const OWN: &str = "jeancloud:";

impl Stack {
    /// What the stack declares in a region, as a CloudFormation template.
    ///
    /// Parameters of the template stand for what another template or a lookup gives. Properties
    /// of jeancloud's own are left out; a database's final snapshot becomes its `DeletionPolicy`.
    pub fn to_cloudformation(&self, region: Region) -> Json {
        let view = self.view();
        let mut template = Template::new(&view, region);
        let resources = template.resources();
        let outputs = template.outputs(&self.outputs());
        let mut sections = Map::new();
        sections.insert("AWSTemplateFormatVersion".into(), json!("2010-09-09"));
        sections.insert(
            "Description".into(),
            json!(format!("{} in {region}", self.identity())),
        );
        for (name, section) in [
            ("Parameters", template.parameters),
            ("Resources", resources),
            ("Outputs", outputs),
        ] {
            if !section.is_empty() {
                sections.insert(name.into(), Json::Object(section));
            }
        }
        Json::Object(sections)
    }
}

struct Template<'v> {
    view: &'v View,
    region: Region,
    names: BTreeMap<Address, String>,
    parameters: Map<String, Json>,
}

impl<'v> Template<'v> {
    fn new(view: &'v View, region: Region) -> Self {
        Self {
            view,
            region,
            names: logical_names(view),
            parameters: Map::new(),
        }
    }

    fn resources(&mut self) -> Map<String, Json> {
        let order = plan::implicit_orders(self.view);
        let view = self.view;
        let all = view.declarations().iter();
        let here: Vec<&Declaration> = all
            .filter(|declaration| self.is_here(declaration))
            .collect();
        let mut resources = Map::new();
        for declaration in here {
            let mut resource = Map::new();
            resource.insert("Type".into(), json!(declaration.type_name));
            let earlier = order.get(&declaration.address).into_iter().flatten();
            let depends_on: Vec<&str> = earlier
                .filter(|address| self.view.get(**address).is_some_and(|d| self.is_here(d)))
                .map(|address| self.names[address].as_str())
                .collect();
            if !depends_on.is_empty() {
                resource.insert("DependsOn".into(), json!(depends_on));
            }
            if let Some(policy) = deletion_policy(declaration) {
                resource.insert("DeletionPolicy".into(), json!(policy));
                resource.insert("UpdateReplacePolicy".into(), json!(policy));
            }
            resource.insert("Properties".into(), self.value(&declaration.properties));
            resources.insert(
                self.names[&declaration.address].clone(),
                Json::Object(resource),
            );
        }
        resources
    }

    /// The outputs that this template can give: every reference in them is its own.
    fn outputs(&mut self, declared: &[(String, Json)]) -> Map<String, Json> {
        let mut outputs = Map::new();
        for (name, value) in declared {
            let (mut references, mut ours) = (0, 0);
            jeancloud_model::reference::each(value, &mut |address, _| {
                references += 1;
                let declaration = self.view.get(Address::new(address));
                ours += usize::from(declaration.is_some_and(|d| self.is_here(d)));
            });
            if references > 0 && references == ours {
                outputs.insert(words(name), json!({"Value": text(self.value(value))}));
            }
        }
        outputs
    }

    /// Whether a declaration is a resource of this template.
    fn is_here(&self, declaration: &Declaration) -> bool {
        declaration.region == self.region
            && declaration.kind == ResourceKind::Managed
            && declaration.type_name.starts_with("AWS::")
    }

    /// A value with CloudFormation's functions in place of markers.
    fn value(&mut self, value: &Json) -> Json {
        match (Marker::of(value), value) {
            (Some(Marker::Output { address, output }), _) => {
                self.output(Address::new(address), output)
            }
            (Some(Marker::Zone(letter)), _) => {
                json!({"Fn::Sub": format!("${{AWS::Region}}{letter}")})
            }
            (Some(Marker::Text(parts)), _) => {
                let parts: Vec<Json> = parts.iter().map(|part| self.value(part)).collect();
                json!({"Fn::Join": ["", parts]})
            }
            (None, Json::Object(object)) => object
                .iter()
                .filter(|(name, _)| !name.starts_with(OWN))
                .map(|(name, inner)| (name.clone(), self.value(inner)))
                .collect(),
            (None, Json::Array(array)) => array.iter().map(|inner| self.value(inner)).collect(),
            (None, plain) => plain.clone(),
        }
    }

    fn output(&mut self, address: Address, output: &str) -> Json {
        let Some(declaration) = self.view.get(address) else {
            return self.parameter(address, output);
        };
        match (declaration.type_name, output) {
            ("Lookup::STS::CallerIdentity", "Account") => return json!({"Ref": "AWS::AccountId"}),
            ("AWS::CloudFront::Distribution", "Arn") if self.is_here(declaration) => {
                let id = &self.names[&address];
                let arn = format!(
                    "arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:distribution/${{{id}}}"
                );
                return json!({"Fn::Sub": arn});
            }
            _ => {}
        }
        // What the author set needs no asking, and a wait gives what it was given.
        let own = declaration.properties.get(output);
        if let Some(own) = own.filter(|_| output != declaration.id || is_wait(declaration)) {
            return self.value(own);
        }
        if !self.is_here(declaration) || !is_attribute(output) {
            return self.parameter(address, output);
        }
        let name = &self.names[&address];
        if output == declaration.id {
            json!({"Ref": name})
        } else {
            json!({"Fn::GetAtt": [name, output]})
        }
    }

    fn parameter(&mut self, address: Address, output: &str) -> Json {
        let owner = self.names.get(&address).cloned();
        let name = owner.unwrap_or_else(|| words(address.as_str())) + &words(output);
        let description = format!("{output} of {address}");
        let parameter = json!({"Type": "String", "Description": description});
        self.parameters.insert(name.clone(), parameter);
        json!({"Ref": name})
    }
}

/// Whether CloudFormation gives such an output. It validates certificates by itself, so it does not
/// tell the records.
fn is_attribute(output: &str) -> bool {
    !output.starts_with("ValidationRecord")
}

/// An output's value has to be a text; a zone's name servers are a list.
fn text(value: Json) -> Json {
    let list = value["Fn::GetAtt"][1] == "NameServers";
    if list {
        json!({"Fn::Join": [", ", value]})
    } else {
        value
    }
}

fn is_wait(declaration: &Declaration) -> bool {
    declaration.type_name.starts_with("Wait::")
}

/// What becomes of what is in a deleted database.
fn deletion_policy(declaration: &Declaration) -> Option<&'static str> {
    if declaration.type_name != "AWS::RDS::DBInstance" {
        return None;
    }
    let skipped = &declaration.properties["jeancloud:SkipFinalSnapshot"];
    Some(if *skipped == json!(true) {
        "Delete"
    } else {
        "Snapshot"
    })
}

/// A logical name for each address: its words, and a number where two addresses have the same.
fn logical_names(view: &View) -> BTreeMap<Address, String> {
    let mut taken: BTreeMap<String, u32> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for declaration in view.declarations() {
        let words = words(declaration.address.as_str());
        let times = taken.entry(words.clone()).or_default();
        *times += 1;
        let name = match *times {
            1 => words,
            times => format!("{words}{times}"),
        };
        names.entry(declaration.address).or_insert(name);
    }
    names
}

/// The words of a text in CloudFormation's alphabet: letters and digits.
fn words(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words
        .map(|word| {
            let (first, rest) = word.split_at(usize::from(!word.is_empty()));
            first.to_ascii_uppercase() + rest
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        Az, cidr,
        ec2::{Subnet, Vpc},
    };

    use super::*;

    fn stack() -> Stack {
        let stack = Stack::new("web");
        let france = stack.region("france", Region::EuWest3);
        let vpc = france.add(
            "vpc",
            Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build(),
        );
        let subnet = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(cidr!("10.0.3.0/24"))
            .availability_zone(Az::A);
        france.add("private-a", subnet.build());
        stack.output("vpc", vpc.vpc_id());
        stack
    }

    #[test]
    fn references_become_functions() {
        let template = stack().to_cloudformation(Region::EuWest3);
        let subnet = &template["Resources"]["FrancePrivateA"];
        assert_eq!(subnet["Type"], "AWS::EC2::Subnet");
        assert_eq!(subnet["Properties"]["VpcId"], json!({"Ref": "FranceVpc"}));
        let zone = &subnet["Properties"]["AvailabilityZone"];
        assert_eq!(*zone, json!({"Fn::Sub": "${AWS::Region}a"}));
        assert_eq!(
            template["Outputs"]["Vpc"]["Value"],
            json!({"Ref": "FranceVpc"})
        );
        assert_eq!(template.get("Parameters"), None);
    }

    #[test]
    fn what_another_region_has_is_a_parameter() {
        let stack = stack();
        let germany = stack.region("germany", Region::EuCentral1);
        let foreign = stack.view().declarations()[0].clone();
        let view = stack.view();
        let mut template = Template::new(&view, germany.region());
        let value = template.output(foreign.address, "VpcId");
        assert_eq!(value, json!({"Ref": "FranceVpcVpcId"}));
        assert!(template.parameters.contains_key("FranceVpcVpcId"));
        // What the author set there is known here.
        assert_eq!(template.output(foreign.address, "CidrBlock"), "10.0.0.0/16");
    }

    #[test]
    fn two_addresses_have_two_names() {
        let stack = Stack::new("web");
        let scope = stack.region("x", Region::EuWest3);
        for name in ["private-a", "private_a"] {
            scope.add(
                name,
                Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build(),
            );
        }
        let template = stack.to_cloudformation(Region::EuWest3);
        let resources = template["Resources"].as_object().unwrap();
        assert_eq!(
            resources.keys().collect::<Vec<_>>(),
            ["XPrivateA", "XPrivateA2"]
        );
    }
}
