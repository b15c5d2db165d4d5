//! [`AvailabilityZones`]: the zones of a region that the account may use.

use crate::{AvailabilityZone, Facts, choice, id_value, outputs, resource};

id_value! {
    /// The name of the region that zones were looked up in, as `eu-west-3`.
    RegionName,
}

choice! {
    /// What kind of place a zone is.
    ZoneType {
        /// A data centre of the region.
        AvailabilityZone = "availability-zone",
        /// A small place near users, as `us-west-2-lax-1a`.
        LocalZone = "local-zone",
        /// A place inside a telephone network.
        WavelengthZone = "wavelength-zone",
    }
}

resource! {
    /// The zones of the scope's region that the account may use, in the order of their names.
    ///
    /// Those that need no opting in or have been opted into, and are available. A zone that the
    /// region doesn't have is an error where its output is used. Follows EC2's
    /// [`DescribeAvailabilityZones`].
    ///
    /// [`DescribeAvailabilityZones`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html
    lookup AvailabilityZones = "Lookup::EC2::AvailabilityZones", id "RegionName": RegionName,
    facts Facts {
        outputs: &["Zone1", "Zone2", "Zone3", "Zone4", "Zone5", "Zone6"],
        ..Facts::UNTAGGED
    };

    /// Which kind of zones. By default those of the region itself.
    opt zone_type "ZoneType": ZoneType = ZoneType::AvailabilityZone,
}

outputs! { AvailabilityZones {
    /// The first zone.
    first "Zone1": AvailabilityZone,
    /// The second zone.
    second "Zone2": AvailabilityZone,
    /// The third zone.
    third "Zone3": AvailabilityZone,
    /// The fourth zone.
    fourth "Zone4": AvailabilityZone,
    /// The fifth zone.
    fifth "Zone5": AvailabilityZone,
    /// The sixth zone.
    sixth "Zone6": AvailabilityZone,
} }
