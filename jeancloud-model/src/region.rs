//! [`Region`] and the availability zones inside one.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use crate::{Input, IntoInput, Invalid, Value, reference};

macro_rules! regions {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// An AWS Region, or [`Region::Global`] for what has none.
        ///
        /// The list follows AWS's "Regions and Availability Zones" of the partitions `aws`,
        /// `aws-cn` and `aws-us-gov`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Region { $($(#[$doc])* $name),* }

        impl Region {
            /// Every region known here, `Global` first.
            pub const ALL: &'static [Region] = &[$(Region::$name),*];

            /// AWS's name of it, as `eu-west-3`; `global` for [`Region::Global`].
            pub const fn as_str(self) -> &'static str {
                match self { $(Region::$name => $text),* }
            }
        }
    };
}

regions! {
    /// What lives in no region: IAM, Route 53, CloudFront.
    Global = "global",
    /// Cape Town.
    AfSouth1 = "af-south-1",
    /// Hong Kong.
    ApEast1 = "ap-east-1",
    /// Tokyo.
    ApNortheast1 = "ap-northeast-1",
    /// Seoul.
    ApNortheast2 = "ap-northeast-2",
    /// Osaka.
    ApNortheast3 = "ap-northeast-3",
    /// Mumbai.
    ApSouth1 = "ap-south-1",
    /// Hyderabad.
    ApSouth2 = "ap-south-2",
    /// Singapore.
    ApSoutheast1 = "ap-southeast-1",
    /// Sydney.
    ApSoutheast2 = "ap-southeast-2",
    /// Jakarta.
    ApSoutheast3 = "ap-southeast-3",
    /// Melbourne.
    ApSoutheast4 = "ap-southeast-4",
    /// Central Canada.
    CaCentral1 = "ca-central-1",
    /// Calgary.
    CaWest1 = "ca-west-1",
    /// Beijing.
    CnNorth1 = "cn-north-1",
    /// Ningxia.
    CnNorthwest1 = "cn-northwest-1",
    /// Frankfurt.
    EuCentral1 = "eu-central-1",
    /// Zürich.
    EuCentral2 = "eu-central-2",
    /// Stockholm.
    EuNorth1 = "eu-north-1",
    /// Milan.
    EuSouth1 = "eu-south-1",
    /// Spain.
    EuSouth2 = "eu-south-2",
    /// Ireland.
    EuWest1 = "eu-west-1",
    /// London.
    EuWest2 = "eu-west-2",
    /// Paris.
    EuWest3 = "eu-west-3",
    /// Tel Aviv.
    IlCentral1 = "il-central-1",
    /// United Arab Emirates.
    MeCentral1 = "me-central-1",
    /// Bahrain.
    MeSouth1 = "me-south-1",
    /// São Paulo.
    SaEast1 = "sa-east-1",
    /// Northern Virginia; certificates for CloudFront live here.
    UsEast1 = "us-east-1",
    /// Ohio.
    UsEast2 = "us-east-2",
    /// GovCloud, east.
    UsGovEast1 = "us-gov-east-1",
    /// GovCloud, west.
    UsGovWest1 = "us-gov-west-1",
    /// Northern California.
    UsWest1 = "us-west-1",
    /// Oregon.
    UsWest2 = "us-west-2",
}

impl Region {
    /// Where calls about it are signed and sent: itself, and `us-east-1` for [`Region::Global`].
    pub const fn endpoint_region(self) -> &'static str {
        match self {
            Region::Global => "us-east-1",
            other => other.as_str(),
        }
    }

    /// The partition that it belongs to, as ARNs write it: `aws`, `aws-cn` or `aws-us-gov`.
    pub const fn partition(self) -> &'static str {
        match self {
            Region::CnNorth1 | Region::CnNorthwest1 => "aws-cn",
            Region::UsGovEast1 | Region::UsGovWest1 => "aws-us-gov",
            _ => "aws",
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Region {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let known = Self::ALL.iter().find(|region| region.as_str() == text);
        known.copied().ok_or_else(|| {
            Invalid::new(
                format!("`{text}` is no AWS Region"),
                "a region's name is like eu-west-3",
            )
        })
    }
}

impl Value for Region {
    const NAME: &'static str = "Region";

    fn check(&self) -> Result<(), Invalid> {
        match self {
            Self::Global => Err(Invalid::new(
                "`global` is no AWS Region",
                "a region's name is like eu-west-3",
            )),
            _ => Ok(()),
        }
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse()
            .map_err(|_| serde::de::Error::custom(format!("unknown region {text}")))
    }
}

/// An availability zone of the scope's region, by its letter: `Az::A` in `eu-west-3` is
/// `eu-west-3a`.
///
/// Letters name different places in different accounts; see AWS's "Availability Zone IDs".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the letters are the names")]
pub enum Az {
    A,
    B,
    C,
    D,
    E,
    F,
}

impl Az {
    /// The letter, in lower case.
    pub const fn letter(self) -> &'static str {
        match self {
            Az::A => "a",
            Az::B => "b",
            Az::C => "c",
            Az::D => "d",
            Az::E => "e",
            Az::F => "f",
        }
    }
}

/// An availability zone: a letter of the scope's region, or a full name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AvailabilityZone {
    /// A letter, which the scope's region completes.
    Letter(Az),
    /// A full name, as `eu-west-3a`.
    Named(String),
}

impl AvailabilityZone {
    /// The zone with this full name, as `eu-west-3a`.
    pub fn named(name: impl Into<String>) -> Self {
        Self::Named(name.into())
    }

    /// The full name in `region`.
    pub fn name_in(&self, region: Region) -> String {
        match self {
            Self::Letter(az) => format!("{region}{}", az.letter()),
            Self::Named(name) => name.clone(),
        }
    }
}

impl Value for AvailabilityZone {
    const NAME: &'static str = "AvailabilityZone";
}

#[diagnostic::do_not_recommend]
impl IntoInput<AvailabilityZone> for Az {
    fn into_input(self) -> Input<AvailabilityZone> {
        Input::Known(AvailabilityZone::Letter(self))
    }
}

impl crate::Given for Az {}

impl Serialize for AvailabilityZone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Letter(az) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(reference::ZONE, az.letter())?;
                map.end()
            }
            Self::Named(name) => serializer.serialize_str(name),
        }
    }
}

impl<'de> Deserialize<'de> for AvailabilityZone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::Named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_parses_back() {
        for region in Region::ALL {
            assert_eq!(region.as_str().parse::<Region>().as_ref(), Ok(region));
        }
        assert!("eu-west-9".parse::<Region>().is_err());
    }
}
