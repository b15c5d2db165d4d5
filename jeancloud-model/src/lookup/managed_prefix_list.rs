//! [`ManagedPrefixList`]: a list of address blocks that AWS or another account keeps.

use crate::{Arn, Facts, Region, choice, id_value, outputs, resource, text_value};

id_value! {
    /// The id of a managed prefix list, as `pl-0a1b2c3d`.
    PrefixListId starts "pl-",
}

text_value! {
    /// The name of a managed prefix list, as `com.amazonaws.eu-west-3.s3`: 1 to 255 characters.
    PrefixListName {
        rule: "a prefix list's name has 1 to 255 characters",
        document: "https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html",
        check: |name| match name.chars().count() {
            0 => Some("is empty"),
            1..=255 => None,
            _ => Some("is longer than 255 characters"),
        },
    },
}

impl PrefixListName {
    /// The name of the list that AWS keeps of a service's addresses in a region:
    /// `PrefixListName::of(Region::EuWest3, "s3")`.
    pub fn of(region: Region, service: &str) -> Self {
        Self::new(format!("com.amazonaws.{region}.{service}"))
    }
}

choice! {
    /// Which addresses a list holds.
    AddressFamily {
        /// IPv4.
        Ipv4 = "IPv4",
        /// IPv6.
        Ipv6 = "IPv6",
    }
}

resource! {
    /// A managed prefix list, found by its name.
    ///
    /// It fits as a side of a security group's rule and as a route's destination, and counts there
    /// as many as its weight: its `MaxEntries`, or what AWS documents of its own (S3 and DynamoDB
    /// 1, CloudFront 55). Follows EC2's [`DescribeManagedPrefixLists`]; more than one list of the
    /// name is an error.
    ///
    /// [`DescribeManagedPrefixLists`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html
    lookup ManagedPrefixList = "Lookup::EC2::ManagedPrefixList", id "PrefixListId": PrefixListId,
    facts Facts {
        outputs: &["AddressFamily", "Arn", "MaxEntries", "OwnerId", "PrefixListName"],
        ..Facts::UNTAGGED
    };

    /// Its name, as `com.amazonaws.eu-west-3.s3`.
    one prefix_list_name "PrefixListName": PrefixListName,
}

impl ManagedPrefixList {
    /// The list that AWS keeps of a service's addresses in a region, as `s3` or `dynamodb`.
    pub fn of(region: Region, service: &str) -> Self {
        Self::builder()
            .prefix_list_name(PrefixListName::of(region, service))
            .build()
    }
}

outputs! { ManagedPrefixList {
    /// The list's id.
    prefix_list_id "PrefixListId": PrefixListId,
    /// The list's ARN.
    arn "Arn": Arn,
    /// Which addresses it holds.
    address_family "AddressFamily": AddressFamily,
} }
