//! [`OriginGroups`]: a second origin for when the first one fails.

use crate::{Input, IntoInput, properties};

use super::OriginId;

properties! {
    /// The origin groups of a distribution. CloudFormation counts them beside listing them;
    /// [`new`](Self::new) does that.
    OriginGroups;
    /// How many there are.
    plain quantity "Quantity": u32,
    /// The groups: by AWS's quota, ten at most.
    plain_list items "Items": OriginGroup,
}

impl OriginGroups {
    /// These groups.
    pub fn new(groups: impl IntoIterator<Item = OriginGroup>) -> Self {
        let items: Vec<_> = groups.into_iter().collect();
        Self {
            quantity: items.len() as u32,
            items,
        }
    }
}

properties! {
    /// Two origins: CloudFront asks the second one where the first one answers an error.
    OriginGroup;
    /// Its name; cache behaviours name it as they name an origin.
    one id "Id": OriginId,
    /// Which answers of the first one count as failures.
    plain failover_criteria "FailoverCriteria": FailoverCriteria,
    /// The first and the second origin.
    plain members "Members": OriginGroupMembers,
}

impl OriginGroup {
    /// `second` stands in for `first` where `first` answers one of these statuses: 403, 404, 416,
    /// 429, 500, 502, 503 or 504.
    pub fn new(
        id: impl IntoInput<OriginId>,
        first: impl IntoInput<OriginId>,
        second: impl IntoInput<OriginId>,
        statuses: impl IntoIterator<Item = u16>,
    ) -> Self {
        let member = |origin_id: Input<OriginId>| OriginGroupMember { origin_id };
        let items: Vec<u16> = statuses.into_iter().collect();
        Self {
            id: id.into_input(),
            failover_criteria: FailoverCriteria {
                status_codes: StatusCodes {
                    quantity: items.len() as u32,
                    items,
                },
            },
            members: OriginGroupMembers {
                quantity: 2,
                items: vec![member(first.into_input()), member(second.into_input())],
            },
        }
    }
}

properties! {
    /// Which answers count as failures.
    FailoverCriteria;
    /// Their HTTP statuses, one at least.
    plain status_codes "StatusCodes": StatusCodes,
}

properties! {
    /// A list of statuses, counted.
    StatusCodes;
    /// How many there are.
    plain quantity "Quantity": u32,
    /// 403, 404, 416, 429, 500, 502, 503 or 504.
    plain_list items "Items": u16,
}

properties! {
    /// The origins of a group, counted.
    OriginGroupMembers;
    /// Always 2.
    plain quantity "Quantity": u32,
    /// The first and the second one.
    plain_list items "Items": OriginGroupMember,
}

properties! {
    /// An origin of a group.
    OriginGroupMember;
    /// The origin's `Id` in the same distribution.
    one origin_id "OriginId": OriginId,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn groups_are_counted() {
        let groups = OriginGroups::new([OriginGroup::new("both", "a", "b", [500, 503])]);
        assert_eq!(
            serde_json::to_value(groups).unwrap(),
            json!({"Quantity": 1, "Items": [{
                "Id": "both",
                "FailoverCriteria": {"StatusCodes": {"Quantity": 2, "Items": [500, 503]}},
                "Members": {"Quantity": 2, "Items": [{"OriginId": "a"}, {"OriginId": "b"}]},
            }]})
        );
    }
}
