//! [`Cidr`]: a block of IPv4 addresses.

use std::net::Ipv4Addr;

use crate::error::AwsError;

/// A block, in its canonical form: host bits are cut off, as EC2 does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cidr {
    first: u32,
    pub prefix: u32,
}

impl Cidr {
    /// Reads the parameter `name`.
    pub fn parse(name: &str, text: &str) -> Result<Self, AwsError> {
        let read = || {
            let (address, prefix) = text.split_once('/')?;
            let address: Ipv4Addr = address.parse().ok()?;
            let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= 32)?;
            Some(Self::of(address.into(), prefix))
        };
        read().ok_or_else(|| {
            let message = format!(
                "Value ({text}) for parameter {name} is invalid. This is not a valid CIDR block."
            );
            AwsError::new("InvalidParameterValue", message)
        })
    }

    fn of(address: u32, prefix: u32) -> Self {
        let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
        Self {
            first: address & mask,
            prefix,
        }
    }

    pub fn first(self) -> u32 {
        self.first
    }

    pub fn last(self) -> u32 {
        self.first | u32::MAX.checked_shr(self.prefix).unwrap_or(0)
    }

    pub fn contains(self, other: Self) -> bool {
        self.first <= other.first && other.last() <= self.last()
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last() && other.first <= self.last()
    }

    /// How many addresses it has.
    pub fn size(self) -> u64 {
        1 << (32 - self.prefix)
    }
}

impl std::fmt::Display for Cidr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.first), self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        Cidr::parse("cidrBlock", text).unwrap()
    }

    #[test]
    fn blocks_are_compared_by_their_addresses() {
        assert!(cidr("10.0.0.0/16").contains(cidr("10.0.255.0/24")));
        assert!(!cidr("10.0.0.0/16").contains(cidr("10.1.0.0/24")));
        assert!(cidr("10.0.1.0/24").overlaps(cidr("10.0.0.0/16")));
        assert!(cidr("0.0.0.0/0").contains(cidr("255.255.255.255/32")));
        assert_eq!(cidr("10.0.0.77/24").to_string(), "10.0.0.0/24");
    }

    #[test]
    fn nonsense_is_no_block() {
        for text in [
            "",
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0/8",
            "10.0.0.0/-1",
            "a/b",
        ] {
            let error = Cidr::parse("cidrBlock", text).unwrap_err();
            assert_eq!(error.code, "InvalidParameterValue", "{text}");
        }
    }
}
