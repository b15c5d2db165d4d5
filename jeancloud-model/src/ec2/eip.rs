//! [`Eip`]: `AWS::EC2::EIP`, a public IPv4 address of one's own.

use crate::{Facts, Handle, Input, IntoInput, id_value, outputs, resource, text_value};

id_value! {
    /// A public IPv4 address that AWS gives, as `203.0.113.25`.
    PublicIp,
    /// The id by which an address is given to something, as `eipalloc-0a1b2c3d4e5f60718`.
    AllocationId starts "eipalloc-",
}

text_value! {
    /// A place from whose internet connections AWS takes an address: a region's own (`eu-west-3`),
    /// or a local or wavelength zone's (`us-west-2-lax-1`).
    NetworkBorderGroup {
        rule: "a network border group is a region's name, or a zone's as us-west-2-lax-1",
        document: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html",
        check: |text| {
            let named = text.split('-').count() >= 3
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            (!named).then_some("is no network border group")
        },
    },
}

resource! {
    /// A public IPv4 address that stays one's own until it is given back.
    ///
    /// It is used by a [`NatGateway`](super::NatGateway) (`Connectivity::public(&eip)`) and by
    /// whatever takes an [`AllocationId`]. AWS charges for it, used or not, and gives an account
    /// five a region by default. Follows [`AWS::EC2::EIP`] and EC2's [`AllocateAddress`].
    ///
    /// [`AWS::EC2::EIP`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html
    /// [`AllocateAddress`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html
    Eip = "AWS::EC2::EIP", id "PublicIp": PublicIp,
    facts Facts {
        create_only: &["NetworkBorderGroup"],
        outputs: &["AllocationId"],
        ..Facts::DEFAULT
    };

    /// From whose internet connections the address is. AWS's default: the region's.
    opt network_border_group "NetworkBorderGroup": NetworkBorderGroup,
    tags,
}

outputs! { Eip {
    /// The address itself.
    public_ip "PublicIp": PublicIp,
    /// The id by which the address is given to something.
    allocation_id "AllocationId": AllocationId,
} }

// CloudFormation's `Ref` of an address is the address, and what takes one takes its allocation.
#[diagnostic::do_not_recommend]
impl IntoInput<AllocationId> for &Handle<Eip> {
    fn into_input(self) -> Input<AllocationId> {
        self.allocation_id().into_input()
    }
}

#[diagnostic::do_not_recommend]
impl IntoInput<AllocationId> for Handle<Eip> {
    fn into_input(self) -> Input<AllocationId> {
        self.allocation_id().into_input()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn border_groups_are_regions_and_zones() {
        for good in ["eu-west-3", "us-west-2-lax-1", "us-gov-west-1"] {
            assert_eq!(NetworkBorderGroup::new(good).check(), Ok(()));
        }
        for bad in ["", "paris", "EU-WEST-3", "eu_west_3"] {
            assert!(NetworkBorderGroup::new(bad).check().is_err(), "{bad}");
        }
    }
}
