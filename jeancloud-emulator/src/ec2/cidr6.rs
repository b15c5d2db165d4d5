//! [`Cidr6`]: a block of IPv6 addresses.

use std::net::Ipv6Addr;

use super::common::invalid;
use crate::error::AwsError;

/// A block, in its canonical form: host bits are cut off, as EC2 does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cidr6 {
    first: u128,
    pub prefix: u32,
}

impl Cidr6 {
    /// Reads the parameter `name`.
    pub fn parse(name: &str, text: &str) -> Result<Self, AwsError> {
        let read = || {
            let (address, prefix) = text.split_once('/')?;
            let address: Ipv6Addr = address.parse().ok()?;
            let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= 128)?;
            Some(Self::new(address.into(), prefix))
        };
        read().ok_or_else(|| {
            invalid(format!(
                "Value ({text}) for parameter {name} is invalid. This is not a valid IPv6 CIDR block."
            ))
        })
    }

    pub fn new(address: u128, prefix: u32) -> Self {
        let mask = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
        Self {
            first: address & mask,
            prefix,
        }
    }

    pub fn contains(self, other: Self) -> bool {
        self.prefix <= other.prefix && Self::new(other.first, self.prefix).first == self.first
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }
}

impl std::fmt::Display for Cidr6 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", Ipv6Addr::from(self.first), self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::Cidr6;

    fn cidr(text: &str) -> Cidr6 {
        Cidr6::parse("ipv6CidrBlock", text).unwrap()
    }

    #[test]
    fn blocks_are_canonical_and_compared_by_their_addresses() {
        assert_eq!(cidr("2001:DB8:0::1/64").to_string(), "2001:db8::/64");
        assert_eq!(cidr("::/0").to_string(), "::/0");
        assert!(cidr("2001:db8::/56").contains(cidr("2001:db8:0:1::/64")));
        assert!(!cidr("2001:db8::/56").contains(cidr("2001:db8:1::/64")));
        assert!(cidr("2001:db8::/64").overlaps(cidr("2001:db8::/56")));
        assert!(Cidr6::parse("ipv6CidrBlock", "2001:db8::").is_err());
        assert!(Cidr6::parse("ipv6CidrBlock", "2001:db8::/129").is_err());
    }
}
