//! AWS's own prefix lists: the addresses of its services in a region.

use serde_json::{Value, json};

use super::common;
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::Draw,
};

/// A list: what its name ends with, how many rules it counts as, and addresses like those in it.
///
/// "AWS-managed prefix list weight", "AWS-managed prefix lists".
///
/// <https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html>
struct Kind {
    name: &'static str,
    weight: usize,
    blocks: &'static [&'static str],
}

const KINDS: [Kind; 3] = [
    Kind {
        name: "s3",
        weight: 1,
        blocks: &["3.5.224.0/22", "52.95.154.0/23", "52.95.156.0/24"],
    },
    Kind {
        name: "dynamodb",
        weight: 1,
        blocks: &["52.94.17.0/24", "52.119.220.0/22"],
    },
    Kind {
        name: "global.cloudfront.origin-facing",
        weight: 55,
        blocks: &["13.124.199.0/24", "130.176.0.0/18", "64.252.64.0/18"],
    },
];

/// Ids that AWS's lists have: of S3, DynamoDB and CloudFront. Where they are not known, they are
/// made up.
const IDS: [(&str, [&str; 3]); 3] = [
    ("eu-west-3", ["pl-23ad484a", "pl-abb451c2", "pl-75b1541c"]),
    (
        "eu-central-1",
        ["pl-6ea54007", "pl-66a5400f", "pl-a3a144ca"],
    ),
    ("us-east-1", ["pl-63a5400a", "pl-02cd2c6b", "pl-3b927c52"]),
];

/// A list in a region.
pub(super) struct PrefixList {
    pub id: String,
    pub name: String,
    /// How many rules a rule that names it counts as.
    pub weight: usize,
    pub blocks: &'static [&'static str],
}

/// All lists of a region.
pub(super) fn all(region: &str) -> Vec<PrefixList> {
    let known = IDS.iter().find(|(known, _)| *known == region);
    let list = |(at, kind): (usize, &Kind)| {
        let name = match kind.name.starts_with("global.") {
            true => format!("com.amazonaws.{}", kind.name),
            false => format!("com.amazonaws.{region}.{}", kind.name),
        };
        let id = match known {
            Some((_, ids)) => ids[at].to_owned(),
            None => format!(
                "pl-{}",
                Draw::new(0, ["prefix list", region, kind.name]).hex(8)
            ),
        };
        PrefixList {
            id,
            name,
            weight: kind.weight,
            blocks: kind.blocks,
        }
    };
    KINDS.iter().enumerate().map(list).collect()
}

/// The list of an id.
pub(super) fn named(region: &str, id: &str) -> Result<PrefixList, AwsError> {
    let found = all(region).into_iter().find(|list| list.id == id);
    found.ok_or_else(|| {
        let message = format!("The prefix list ID '{id}' does not exist");
        AwsError::new("InvalidPrefixListID.NotFound", message)
    })
}

/// DescribeManagedPrefixLists.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html>
pub(super) fn describe_managed(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (partition, region) = (call.partition(), call.region.clone());
    listed(call, input, |list| {
        json!({
            "AddressFamily": "IPv4",
            "OwnerId": "AWS",
            "PrefixListArn": format!("arn:{partition}:ec2:{region}:aws:prefix-list/{}", list.id),
            "PrefixListId": list.id,
            "PrefixListName": list.name,
            "State": "create-complete",
            "Tags": [],
        })
    })
}

/// DescribePrefixLists.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    listed(call, input, |list| {
        json!({
            "Cidrs": list.blocks,
            "PrefixListId": list.id,
            "PrefixListName": list.name,
        })
    })
}

/// GetManagedPrefixListEntries. The addresses are examples: AWS's differ from region to region, and
/// change.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html>
pub(super) fn entries(call: &mut Call<'_>, input: &Value) -> Outcome {
    let list = named(&call.region, input.text("PrefixListId"))?;
    let rows = list
        .blocks
        .iter()
        .map(|block| ((*block).to_owned(), json!({"Cidr": block})));
    call.page(input, 100, rows, |row| row)
}

fn listed(call: &Call<'_>, input: &Value, show: impl Fn(&PrefixList) -> Value) -> Outcome {
    let ids: Vec<&str> = input.texts("PrefixListIds").collect();
    for id in &ids {
        named(&call.region, id)?;
    }
    let mut rows = Vec::new();
    for list in all(&call.region) {
        let mut fits = ids.is_empty() || ids.contains(&list.id.as_str());
        for filter in input.items("Filters") {
            let of = match filter.text("Name") {
                "prefix-list-id" => list.id.as_str(),
                "prefix-list-name" => &list.name,
                "owner-id" => "AWS",
                name => {
                    return Err(common::invalid(format!("The filter '{name}' is invalid")));
                }
            };
            fits &= filter
                .texts("Values")
                .any(|pattern| super::filters::like(pattern, of));
        }
        if fits {
            rows.push((list.id.clone(), show(&list)));
        }
    }
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    call.page(input, 100, rows, |row| row)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn a_list_is_found_by_its_name() {
        let aws = Aws::new();
        for (region, id) in [("eu-west-3", "pl-23ad484a"), ("us-east-1", "pl-63a5400a")] {
            let aws = aws.in_region(region);
            let name = json!(format!("com.amazonaws.{region}.s3"));
            for operation in ["DescribeManagedPrefixLists", "DescribePrefixLists"] {
                let found = aws.found(operation, "PrefixLists", "prefix-list-name", &name);
                assert_eq!(found.len(), 1, "{operation}");
                assert_eq!(found[0]["PrefixListId"], id, "{operation}");
            }
            let list = json!({"PrefixListId": id});
            let entries = aws.ok("ec2", "GetManagedPrefixListEntries", list);
            assert!(entries["Entries"][0]["Cidr"].is_string());
        }
        let missing = json!({"PrefixListId": "pl-00000000"});
        let code = aws.code("ec2", "GetManagedPrefixListEntries", missing);
        assert_eq!(code, "InvalidPrefixListID.NotFound");
    }
}
