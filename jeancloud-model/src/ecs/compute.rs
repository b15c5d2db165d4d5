//! [`Compute`]: on what a service's tasks run.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use crate::{
    Bounded, Checked, Invalid, choice, properties,
    shape::{Member, Shape, Shaped},
    text_value,
};

choice! {
    /// On what tasks run, where no capacity provider says it.
    LaunchType {
        /// Servers that AWS runs.
        Fargate = "FARGATE",
        /// EC2 instances of one's own, in the cluster.
        Ec2 = "EC2",
        /// Machines outside of AWS.
        External = "EXTERNAL",
    }
}

text_value! {
    /// The name of a capacity provider: `FARGATE`, `FARGATE_SPOT`, or one's own.
    CapacityProvider {
        rule: "a capacity provider's name has 1 to 255 letters, digits, underscores and hyphens, and does not begin with aws, ecs or fargate",
        document: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html",
        check: |text| {
            let lower = text.to_ascii_lowercase();
            let reserved = ["aws", "ecs", "fargate"].iter().any(|prefix| lower.starts_with(prefix));
            if reserved && text != "FARGATE" && text != "FARGATE_SPOT" {
                return Some("has a reserved beginning");
            }
            super::name_fault(text)
        },
    },
}

impl CapacityProvider {
    /// Servers that AWS runs.
    pub const FARGATE: Self = Self::literal("FARGATE");
    /// Spare servers of AWS, cheaper, that AWS may take back with two minutes' notice.
    pub const FARGATE_SPOT: Self = Self::literal("FARGATE_SPOT");
}

properties! {
    /// How many of a service's tasks one capacity provider runs.
    CapacityProviderStrategyItem;
    /// The provider, one of the cluster's.
    one capacity_provider "CapacityProvider": CapacityProvider,
    /// How many tasks run on it before the weights count; at most one item has a base.
    /// AWS's default: 0.
    opt base "Base": Bounded<0, 100_000>,
    /// Its share of the tasks beyond the base. AWS's default: 0, no task.
    opt weight "Weight": Bounded<0, 1000>,
}

/// On what a service's tasks run: a launch type or capacity providers, never both.
#[derive(Clone, Debug, PartialEq)]
pub enum Compute {
    /// A launch type.
    Launch(LaunchType),
    /// Capacity providers of the cluster, each with its share.
    Providers(Vec<CapacityProviderStrategyItem>),
    /// Whatever the cluster's default strategy says.
    ClusterDefault,
}

impl Compute {
    /// The launch type, where it is one.
    pub fn launch_type(&self) -> Option<LaunchType> {
        match self {
            Self::Launch(launch_type) => Some(*launch_type),
            Self::Providers(_) | Self::ClusterDefault => None,
        }
    }

    /// The capacity providers' shares; none where it is a launch type.
    pub fn strategy(&self) -> &[CapacityProviderStrategyItem] {
        match self {
            Self::Providers(items) => items,
            Self::Launch(_) | Self::ClusterDefault => &[],
        }
    }
}

impl From<LaunchType> for Compute {
    fn from(launch_type: LaunchType) -> Self {
        Self::Launch(launch_type)
    }
}

impl<const N: usize> From<[CapacityProviderStrategyItem; N]> for Compute {
    fn from(items: [CapacityProviderStrategyItem; N]) -> Self {
        Self::Providers(items.into())
    }
}

// CloudFormation has a property for each alternative.
impl Serialize for Compute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Launch(launch_type) => map.serialize_entry("LaunchType", launch_type)?,
            Self::Providers(items) => map.serialize_entry("CapacityProviderStrategy", items)?,
            Self::ClusterDefault => {}
        }
        map.end()
    }
}

#[derive(Deserialize)]
struct Alternatives {
    #[serde(rename = "LaunchType")]
    launch_type: Option<LaunchType>,
    #[serde(rename = "CapacityProviderStrategy", default)]
    strategy: Vec<CapacityProviderStrategyItem>,
}

impl<'de> Deserialize<'de> for Compute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Alternatives {
            launch_type,
            strategy,
        } = Alternatives::deserialize(deserializer)?;
        Ok(match launch_type {
            _ if !strategy.is_empty() => Self::Providers(strategy),
            Some(launch_type) => Self::Launch(launch_type),
            None => Self::ClusterDefault,
        })
    }
}

impl Shaped for Compute {
    fn shape() -> Shape {
        let strategy = Vec::<CapacityProviderStrategyItem>::shape();
        Shape::Object(vec![
            Member::new("LaunchType", Shape::Value, true),
            Member::new("CapacityProviderStrategy", strategy, true),
        ])
    }
}

impl Checked for Compute {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        if let Self::Providers(items) = self
            && path.ends_with("/CapacityProviderStrategy")
        {
            items.check_values(path, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn a_capacity_providers_beginning_may_be_reserved() {
        assert!(CapacityProvider::FARGATE_SPOT.check().is_ok());
        assert!(CapacityProvider::new("workers").check().is_ok());
        assert!(CapacityProvider::new("fargate-mine").check().is_err());
    }
}
