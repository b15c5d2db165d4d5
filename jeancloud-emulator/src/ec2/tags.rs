//! Tags of any resource, by its id.

use serde_json::{Value, json};

use super::{
    address::Address,
    common,
    filters::{tags, tags_member},
    internet_gateway::InternetGateway,
    nat_gateway::NatGateway,
    network_acl::NetworkAcl,
    network_interface::NetworkInterface,
    route_table::RouteTable,
    security_group::SecurityGroup,
    security_group_rule::SecurityGroupRule,
    subnet::Subnet,
    vpc::Vpc,
    vpc_endpoint::VpcEndpoint,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::Resource,
};

/// Maximum number of tags per resource – 50; see "Tag your Amazon EC2 resources: Tag restrictions".
const MOST: usize = 50;

/// Lets a function change the view of a resource; false if there is none with this id.
type Change = fn(&mut Call<'_>, &str, &mut dyn FnMut(&mut Value)) -> bool;
/// Ids and their tags.
type List = fn(&Call<'_>) -> Vec<(String, Vec<Value>)>;

/// What can be tagged: EC2's name of a kind, and how to get at the view of one by its id. Ids begin
/// with `PREFIX-`.
struct Taggable {
    prefix: &'static str,
    kind: &'static str,
    change: Change,
    list: List,
}

const fn taggable<R: Resource>(prefix: &'static str, kind: &'static str) -> Taggable {
    Taggable {
        prefix,
        kind,
        change: |call, id, change| match call.table_mut::<R>().get_mut(id) {
            Some(mut resource) => {
                change(resource.view_mut());
                true
            }
            None => false,
        },
        list: |call| {
            let all = call.table::<R>().iter();
            all.map(|(id, it)| (id.to_owned(), tags(it.view()).to_vec()))
                .collect()
        },
    }
}

/// One line for each kind of resource.
const TAGGABLE: &[Taggable] = &[
    taggable::<Address>("eipalloc", "elastic-ip"),
    taggable::<InternetGateway>("igw", "internet-gateway"),
    taggable::<NatGateway>("nat", "natgateway"),
    taggable::<NetworkAcl>("acl", "network-acl"),
    taggable::<NetworkInterface>("eni", "network-interface"),
    taggable::<RouteTable>("rtb", "route-table"),
    taggable::<SecurityGroup>("sg", "security-group"),
    taggable::<SecurityGroupRule>("sgr", "security-group-rule"),
    taggable::<Subnet>("subnet", "subnet"),
    taggable::<Vpc>("vpc", "vpc"),
    taggable::<VpcEndpoint>("vpce", "vpc-endpoint"),
];

/// CreateTags: adds tags to resources, in the place of those with the same keys.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let new = input.items("Tags");
    each(call, input, |tags| merged(tags, new))
}

/// DeleteTags: removes tags by their keys, and by their values where some are given. Without tags
/// in the input, all go.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let gone = input.at("Tags").map(|_| input.items("Tags"));
    let goes = |tag: &Value| {
        gone.is_none_or(|gone| {
            gone.iter().any(|it| {
                let same_key = it.text("Key") == tag.text("Key");
                same_key
                    && it
                        .some_text("Value")
                        .is_none_or(|value| value == tag.text("Value"))
            })
        })
    };
    each(call, input, |tags| {
        Ok(tags.iter().filter(|tag| !goes(tag)).cloned().collect())
    })
}

/// DescribeTags.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut rows = Vec::new();
    for Taggable { kind, list, .. } in TAGGABLE {
        for (id, tags) in list(call) {
            for tag in tags {
                let row = json!({
                    "ResourceId": id,
                    "ResourceType": kind,
                    "Key": tag["Key"],
                    "Value": tag["Value"],
                });
                if wanted(input, &row) {
                    rows.push((format!("{id}/{}", tag.text("Key")), row));
                }
            }
        }
    }
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    call.page(input, 1000, rows, |row| row)
}

fn wanted(input: &Value, row: &Value) -> bool {
    input.items("Filters").iter().all(|filter| {
        let member = match filter.text("Name") {
            "resource-id" => "ResourceId",
            "resource-type" => "ResourceType",
            "key" => "Key",
            _ => "Value",
        };
        filter
            .texts("Values")
            .any(|value| value == row.text(member))
    })
}

/// Changes the tags of every resource in the input, or, if one is missing, of none.
fn each(
    call: &mut Call<'_>,
    input: &Value,
    change: impl Fn(&[Value]) -> Result<Value, AwsError>,
) -> Outcome {
    let (mut missing, mut changed) = (None, Vec::new());
    for id in input.texts("Resources") {
        let prefix = id.rsplit_once('-').map_or(id, |(prefix, _)| prefix);
        let taggable = TAGGABLE.iter().find(|it| it.prefix == prefix);
        let mut outcome = None;
        let mut look = |view: &mut Value| outcome = Some(change(tags(view)));
        let found = taggable.is_some_and(|it| (it.change)(call, id, &mut look));
        match (found, taggable, outcome) {
            (true, Some(taggable), Some(tags)) => changed.push((taggable, id, tags?)),
            _ => missing = missing.or(Some(id)),
        }
    }
    if let Some(id) = missing {
        let message = format!("The ID '{id}' is not valid");
        return Err(AwsError::new("InvalidID", message));
    }
    for (taggable, id, tags) in changed {
        (taggable.change)(call, id, &mut |view| {
            let member = tags_member(view);
            view[member] = tags.clone();
        });
    }
    common::done()
}

/// `old` with `new` in their places, checked.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions>
pub(super) fn merged(old: &[Value], new: &[Value]) -> Result<Value, AwsError> {
    for tag in new {
        if tag.text("Key").starts_with("aws:") {
            let message = "Tag keys starting with 'aws:' are reserved for internal use";
            return Err(AwsError::new("InvalidParameterValue", message));
        }
    }
    let replaced = |tag: &&Value| new.iter().any(|it| it.text("Key") == tag.text("Key"));
    let kept = old.iter().filter(|tag| !replaced(tag));
    let mut tags: Vec<Value> = kept.cloned().collect();
    tags.extend(
        new.iter()
            .map(|tag| json!({"Key": tag.text("Key"), "Value": tag.text("Value")})),
    );
    tags.sort_by(|one, other| one.text("Key").cmp(other.text("Key")));
    if tags.windows(2).any(|two| two[0]["Key"] == two[1]["Key"]) {
        let message = "Tag keys must be unique in a request";
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    if tags.len() > MOST {
        let message = "The maximum number of Tags for a resource has been reached.";
        return Err(AwsError::new("TagLimitExceeded", message));
    }
    Ok(tags.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn tags_are_added_replaced_and_removed() {
        let aws = Aws::new();
        let vpc = aws.ok("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}));
        let id = &vpc["Vpc"]["VpcId"];
        let tags = json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]);
        aws.ok(
            "ec2",
            "CreateTags",
            json!({"Resources": [id], "Tags": tags}),
        );
        let one = json!([{"Key": "a", "Value": "2"}]);
        aws.ok("ec2", "CreateTags", json!({"Resources": [id], "Tags": one}));
        let gone = json!([{"Key": "b"}]);
        aws.ok(
            "ec2",
            "DeleteTags",
            json!({"Resources": [id], "Tags": gone}),
        );
        let vpcs = aws.ok("ec2", "DescribeVpcs", json!({"VpcIds": [id]}));
        assert_eq!(vpcs["Vpcs"][0]["Tags"], one);
        let told = aws.ok("ec2", "DescribeTags", json!({}));
        assert_eq!(told["Tags"][0]["ResourceType"], "vpc");
    }

    #[test]
    fn a_tag_with_another_value_stays() {
        let aws = Aws::new();
        let vpc = aws.ok("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}));
        let id = &vpc["Vpc"]["VpcId"];
        let tags = json!([{"Key": "a", "Value": "1"}]);
        aws.ok(
            "ec2",
            "CreateTags",
            json!({"Resources": [id], "Tags": tags}),
        );
        let other = json!([{"Key": "a", "Value": "2"}]);
        aws.ok(
            "ec2",
            "DeleteTags",
            json!({"Resources": [id], "Tags": other}),
        );
        let vpcs = aws.ok("ec2", "DescribeVpcs", json!({}));
        assert_eq!(vpcs["Vpcs"][0]["Tags"], tags);
    }

    #[test]
    fn reserved_and_double_keys_are_refused() {
        let aws = Aws::new();
        for tags in [
            json!([{"Key": "aws:a", "Value": ""}]),
            json!([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]),
        ] {
            let specification = json!([{"ResourceType": "vpc", "Tags": tags}]);
            let input = json!({"CidrBlock": "10.0.0.0/16", "TagSpecifications": specification});
            assert_eq!(aws.code("ec2", "CreateVpc", input), "InvalidParameterValue");
        }
    }

    /// Network interfaces show their tags under another name, and rules have tags too.
    #[test]
    fn all_kinds_are_tagged_and_found_by_their_tags() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let subnet = aws.subnet(&vpc, "10.0.0.0/24", "eu-west-3a");
        let group = aws.group(&vpc, "web");
        let rules = aws.found(
            "DescribeSecurityGroupRules",
            "SecurityGroupRules",
            "group-id",
            &group,
        );
        let interface = aws.ok("ec2", "CreateNetworkInterface", json!({"SubnetId": subnet}));
        let ids = [
            &rules[0]["SecurityGroupRuleId"],
            &interface["NetworkInterface"]["NetworkInterfaceId"],
        ];
        let tags = json!([{"Key": "a", "Value": "1"}]);
        aws.ok("ec2", "CreateTags", json!({"Resources": ids, "Tags": tags}));
        for (operation, member, shown, id, name) in [
            (
                "DescribeSecurityGroupRules",
                "SecurityGroupRules",
                "Tags",
                "SecurityGroupRuleId",
                ids[0],
            ),
            (
                "DescribeNetworkInterfaces",
                "NetworkInterfaces",
                "TagSet",
                "NetworkInterfaceId",
                ids[1],
            ),
        ] {
            let found = aws.found(operation, member, "tag:a", &json!("1"));
            assert_eq!(found.len(), 1, "{operation}");
            assert_eq!(&found[0][id], name, "{operation}");
            assert_eq!(found[0][shown], tags, "{operation}");
        }
    }
}
