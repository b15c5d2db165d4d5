//! [`Cidr`]: a block of IPv4 addresses whose arithmetic works when compiling.

use std::{borrow::Cow, fmt, net::Ipv4Addr, str::FromStr};

use ipnetwork::{Ipv4Network, Ipv6Network};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Input, IntoInput, Invalid, Value};

/// A block of IPv4 addresses, as `10.0.0.0/16`, without host bits.
///
/// [`cidr!`](crate::cidr!) makes one from a literal and checks it when compiling; `"…".parse()`
/// checks text. RFC 4632.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    // `ipnetwork`'s accessors are not const, so the bits are kept here.
    ip: u32,
    prefix: u8,
}

const HOST_BITS: &str = "AWS wants the block's first address, without host bits";

impl Cidr {
    /// Every IPv4 address: `0.0.0.0/0`.
    pub const ANYWHERE: Cidr = Cidr { ip: 0, prefix: 0 };

    /// For `cidr!`: stops the compilation where the text is no block.
    #[track_caller]
    pub const fn literal(text: &str) -> Self {
        match Self::read(text.as_bytes()) {
            Ok(cidr) => cidr,
            Err(wrong) => panic!("{}", wrong),
        }
    }

    const fn read(text: &[u8]) -> Result<Self, &'static str> {
        let (mut ip, mut number, mut digits, mut parts) = (0u32, 0u32, 0, 0);
        let mut at = 0;
        while at < text.len() {
            match text[at] {
                digit @ b'0'..=b'9' => {
                    number = number * 10 + (digit - b'0') as u32;
                    digits += 1;
                    if digits > 3 {
                        return Err("a number of the block has more than three digits");
                    }
                }
                mark @ (b'.' | b'/') => {
                    if parts == 4 {
                        return Err("the prefix length is the last part, as in 10.0.0.0/16");
                    }
                    if digits == 0 {
                        return Err("a number is missing; a block is like 10.0.0.0/16");
                    }
                    if number > 255 {
                        return Err("a part of the address is over 255");
                    }
                    ip = ip << 8 | number;
                    parts += 1;
                    if (mark == b'/') != (parts == 4) {
                        return Err("an address has four parts; a block is like 10.0.0.0/16");
                    }
                    (number, digits) = (0, 0);
                }
                _ => return Err("a block has only digits, '.' and '/'"),
            }
            at += 1;
        }
        if parts != 4 || digits == 0 {
            return Err("the prefix length is missing; a block is like 10.0.0.0/16");
        }
        if number > 32 {
            return Err("the prefix length is over 32");
        }
        let prefix = number as u8;
        if ip & !mask(prefix) != 0 {
            return Err(
                "the address has bits set beyond the prefix length; AWS wants the block's first address",
            );
        }
        Ok(Self { ip, prefix })
    }

    /// The block of this prefix length that holds `address`.
    ///
    /// # Errors
    /// Where the prefix length is over 32 or the address has bits beyond it.
    pub fn new(address: Ipv4Addr, prefix: u8) -> Result<Self, Invalid> {
        if prefix > 32 {
            return Err(Invalid::new(
                format!("/{prefix} is no prefix length"),
                "it is 0 to 32",
            ));
        }
        let ip = address.to_bits();
        if ip & !mask(prefix) != 0 {
            let first = Self {
                ip: ip & mask(prefix),
                prefix,
            };
            return Err(
                Invalid::new(format!("{address}/{prefix} has host bits"), HOST_BITS)
                    .hint(format!("write {first}")),
            );
        }
        Ok(Self { ip, prefix })
    }

    /// The first address.
    pub const fn first(self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.ip)
    }

    /// The last address.
    pub const fn last(self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.ip | !mask(self.prefix))
    }

    /// The prefix length, 0 to 32.
    pub const fn prefix(self) -> u8 {
        self.prefix
    }

    /// How many addresses it has.
    pub const fn size(self) -> u64 {
        1 << (32 - self.prefix as u32)
    }

    /// Whether every address of `other` is in this block.
    pub const fn contains(self, other: Cidr) -> bool {
        other.prefix >= self.prefix && (self.ip ^ other.ip) & mask(self.prefix) == 0
    }

    /// Whether the two share an address.
    pub const fn overlaps(self, other: Cidr) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// For `cidr!(… in …)`: itself, where it lies in `outer`; stops the compilation in a constant.
    #[track_caller]
    pub const fn within(self, outer: Cidr) -> Cidr {
        if !outer.contains(self) {
            panic!("this block lies outside of the one that it should be part of");
        }
        self
    }

    /// The `index`th block of this prefix length inside.
    ///
    /// # Panics
    /// Where the prefix length is shorter than the block's own or over 32, or there are fewer such
    /// blocks. In a constant that stops the compilation; [`Cidr::parts`] never panics.
    #[track_caller]
    pub const fn part(self, prefix: u8, index: u32) -> Cidr {
        if prefix > 32 || prefix < self.prefix {
            panic!("Cidr::part: the prefix length must be longer than the block's own");
        }
        if index as u64 >= 1u64 << (prefix - self.prefix) {
            panic!("Cidr::part: the block has fewer parts than this index");
        }
        let shift = 32 - prefix as u32;
        let offset = if shift == 32 { 0 } else { index << shift };
        Self {
            ip: self.ip | offset,
            prefix,
        }
    }

    /// The blocks of this prefix length inside, in order; none where it is shorter than the
    /// block's own or over 32.
    pub fn parts(self, prefix: u8) -> impl Iterator<Item = Cidr> {
        let fits = (self.prefix..=32).contains(&prefix);
        let count = if fits {
            1u64 << (prefix - self.prefix)
        } else {
            0
        };
        (0..count).map(move |index| self.part(prefix, index as u32))
    }
}

const fn mask(prefix: u8) -> u32 {
    if prefix == 0 {
        0
    } else {
        u32::MAX << (32 - prefix as u32)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first(), self.prefix)
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Cidr {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::read(text.as_bytes()).map_err(|wrong| {
            let invalid = Invalid::new(format!("`{text}`: {wrong}"), "a block is like 10.0.0.0/16");
            match text.parse::<Ipv4Network>() {
                Ok(network) => {
                    invalid.hint(format!("write {}/{}", network.network(), network.prefix()))
                }
                Err(_) => invalid,
            }
        })
    }
}

impl Value for Cidr {
    const NAME: &'static str = "Cidr";
}

impl Serialize for Cidr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cidr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl From<Cidr> for Ipv4Network {
    fn from(cidr: Cidr) -> Self {
        Ipv4Network::new_checked(cidr.first(), cidr.prefix)
            .expect("broken invariant: a Cidr's prefix length is at most 32")
    }
}

impl TryFrom<Ipv4Network> for Cidr {
    type Error = Invalid;

    /// Refuses a network with host bits.
    fn try_from(network: Ipv4Network) -> Result<Self, Invalid> {
        Self::new(network.ip(), network.prefix())
    }
}

#[diagnostic::do_not_recommend]
impl IntoInput<Cidr> for Ipv4Network {
    /// The block of the network; host bits are dropped, as `ipnetwork`'s `network()` does.
    fn into_input(self) -> Input<Cidr> {
        Input::Known(Cidr {
            ip: self.network().to_bits(),
            prefix: self.prefix(),
        })
    }
}

/// A block of IPv4 addresses, checked when compiling: `cidr!("10.0.0.0/16")`, and
/// `cidr!("10.0.3.0/24" in NET)` where it must lie in the constant `NET`.
#[macro_export]
macro_rules! cidr {
    ($text:literal) => {{
        const CIDR: $crate::Cidr = $crate::Cidr::literal($text);
        CIDR
    }};
    ($text:literal in $outer:expr) => {{
        const CIDR: $crate::Cidr = $crate::Cidr::literal($text).within($outer);
        CIDR
    }};
}

/// A block of IPv6 addresses, as `2001:db8::/32`. RFC 4291.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ipv6Cidr(Ipv6Network);

impl Ipv6Cidr {
    /// Every IPv6 address: `::/0`.
    pub const ANYWHERE: Ipv6Cidr =
        match Ipv6Network::new_checked(std::net::Ipv6Addr::UNSPECIFIED, 0) {
            Some(network) => Self(network),
            None => unreachable!(),
        };

    /// The first address and the prefix length.
    pub fn network(&self) -> Ipv6Network {
        self.0
    }
}

impl fmt::Display for Ipv6Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0.network(), self.0.prefix())
    }
}

impl FromStr for Ipv6Cidr {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let network: Ipv6Network = text.parse().map_err(|_| {
            Invalid::new(
                format!("`{text}` is no IPv6 block"),
                "a block is like 2001:db8::/32",
            )
        })?;
        if network.network() != network.ip() {
            return Err(Invalid::new(format!("{text} has host bits"), HOST_BITS));
        }
        Ok(Self(network))
    }
}

impl TryFrom<String> for Ipv6Cidr {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Ipv6Cidr> for String {
    fn from(cidr: Ipv6Cidr) -> Self {
        cidr.to_string()
    }
}

impl Value for Ipv6Cidr {
    const NAME: &'static str = "Ipv6Cidr";
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_cidr() -> impl Strategy<Value = Cidr> {
        (any::<u32>(), 0u8..=32).prop_map(|(ip, prefix)| Cidr {
            ip: ip & mask(prefix),
            prefix,
        })
    }

    proptest! {
        #[test]
        fn text_and_block_are_one(cidr in any_cidr()) {
            prop_assert_eq!(cidr.to_string().parse::<Cidr>(), Ok(cidr));
            prop_assert_eq!(Cidr::try_from(Ipv4Network::from(cidr)), Ok(cidr));
        }

        #[test]
        fn containment_and_overlap_agree_with_the_addresses(a in any_cidr(), b in any_cidr()) {
            let inside = a.first() <= b.first() && b.last() <= a.last();
            prop_assert_eq!(a.contains(b), inside);
            let shared = a.first() <= b.last() && b.first() <= a.last();
            prop_assert_eq!(a.overlaps(b), shared);
        }

        #[test]
        fn parts_tile_the_block(cidr in any_cidr(), more in 0u8..6) {
            let prefix = (cidr.prefix + more).min(32);
            let parts: Vec<Cidr> = cidr.parts(prefix).collect();
            prop_assert_eq!(parts.iter().map(|part| part.size()).sum::<u64>(), cidr.size());
            prop_assert_eq!(parts[0].first(), cidr.first());
            prop_assert_eq!(parts[parts.len() - 1].last(), cidr.last());
            prop_assert!(parts.windows(2).all(|two| !two[0].overlaps(two[1])));
        }

        #[test]
        fn no_text_panics(text in ".{0,24}") {
            let _ = text.parse::<Cidr>();
            let _ = text.parse::<Ipv6Cidr>();
        }
    }

    #[test]
    fn host_bits_are_refused_with_the_way_out() {
        let invalid = "10.0.0.1/16".parse::<Cidr>().unwrap_err();
        assert_eq!(invalid.hint.as_deref(), Some("write 10.0.0.0/16"));
        assert!("10.0.0/16".parse::<Cidr>().is_err());
        assert!("10.0.0.0.0/16".parse::<Cidr>().is_err());
        assert!("10.0.0.0/16/2".parse::<Cidr>().is_err());
        assert!("10.0.0.0/".parse::<Cidr>().is_err());
        assert!("".parse::<Cidr>().is_err());
    }
}
