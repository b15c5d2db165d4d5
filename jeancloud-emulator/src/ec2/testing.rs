//! What many of EC2's tests begin with.

use serde_json::{Value, json};

use crate::testing::Aws;

impl Aws {
    /// The id of a new VPC.
    #[track_caller]
    pub fn vpc(&self, block: &str) -> Value {
        let vpc = self.ok("ec2", "CreateVpc", json!({"CidrBlock": block}));
        vpc["Vpc"]["VpcId"].clone()
    }

    /// The id of a new subnet.
    #[track_caller]
    pub fn subnet(&self, vpc: &Value, block: &str, zone: &str) -> Value {
        let input = json!({"VpcId": vpc, "CidrBlock": block, "AvailabilityZone": zone});
        self.ok("ec2", "CreateSubnet", input)["Subnet"]["SubnetId"].clone()
    }

    /// The id of a new security group.
    #[track_caller]
    pub fn group(&self, vpc: &Value, name: &str) -> Value {
        let input = json!({"VpcId": vpc, "GroupName": name, "Description": "for a test"});
        self.ok("ec2", "CreateSecurityGroup", input)["GroupId"].clone()
    }

    /// The id of a new internet gateway, attached.
    #[track_caller]
    pub fn gateway(&self, vpc: &Value) -> Value {
        let gateway = self.ok("ec2", "CreateInternetGateway", json!({}));
        let id = gateway["InternetGateway"]["InternetGatewayId"].clone();
        let pair = json!({"InternetGatewayId": id, "VpcId": vpc});
        self.ok("ec2", "AttachInternetGateway", pair);
        id
    }

    /// What a filter finds.
    #[track_caller]
    pub fn found(&self, operation: &str, member: &str, filter: &str, value: &Value) -> Vec<Value> {
        let name = match operation {
            "DescribeNatGateways" => "Filter",
            _ => "Filters",
        };
        let filters = json!([{"Name": filter, "Values": [value]}]);
        let found = self.ok("ec2", operation, json!({name: filters}));
        found[member].as_array().cloned().unwrap_or_default()
    }
}
