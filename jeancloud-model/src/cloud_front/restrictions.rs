//! [`Restrictions`]: from which countries viewers get an answer.

use serde::{Deserialize, Serialize};

use crate::{
    Checked, Invalid, properties,
    shape::{Member, Shape, Shaped},
};

properties! {
    /// From which countries viewers get an answer. CloudFront answers 403 to all others.
    Restrictions;
    /// The countries in which viewers are answered.
    plain geo_restriction "GeoRestriction": GeoRestriction,
}

impl Restrictions {
    /// Everybody gets an answer.
    pub fn none() -> Self {
        GeoRestriction::None.into()
    }

    /// Only viewers in these countries, by ISO 3166-1 codes of two letters, as `FR`.
    pub fn only_in<C: Into<String>>(countries: impl IntoIterator<Item = C>) -> Self {
        GeoRestriction::OnlyIn(countries.into_iter().map(Into::into).collect()).into()
    }

    /// All but viewers in these countries, by ISO 3166-1 codes of two letters, as `FR`.
    pub fn not_in<C: Into<String>>(countries: impl IntoIterator<Item = C>) -> Self {
        GeoRestriction::NotIn(countries.into_iter().map(Into::into).collect()).into()
    }
}

impl From<GeoRestriction> for Restrictions {
    fn from(geo_restriction: GeoRestriction) -> Self {
        Self { geo_restriction }
    }
}

/// Which countries; CloudFormation writes it as `RestrictionType` and `Locations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub enum GeoRestriction {
    /// All.
    None,
    /// Only these: a `whitelist`.
    OnlyIn(Vec<String>),
    /// All but these: a `blacklist`.
    NotIn(Vec<String>),
}

impl GeoRestriction {
    /// As AWS writes the kind: `none`, `whitelist` or `blacklist`.
    pub const fn restriction_type(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::OnlyIn(_) => "whitelist",
            Self::NotIn(_) => "blacklist",
        }
    }

    /// The countries that it names.
    pub fn locations(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::OnlyIn(countries) | Self::NotIn(countries) => countries,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    restriction_type: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    locations: Vec<String>,
}

impl From<GeoRestriction> for Written {
    fn from(restriction: GeoRestriction) -> Self {
        Self {
            restriction_type: restriction.restriction_type().to_owned(),
            locations: restriction.locations().to_vec(),
        }
    }
}

impl TryFrom<Written> for GeoRestriction {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written.restriction_type.as_str() {
            "none" => Ok(Self::None),
            "whitelist" => Ok(Self::OnlyIn(written.locations)),
            "blacklist" => Ok(Self::NotIn(written.locations)),
            other => Err(format!("unknown restriction type {other}")),
        }
    }
}

impl Shaped for GeoRestriction {
    fn shape() -> Shape {
        Shape::Object(vec![
            Member::value("RestrictionType"),
            Member::new("Locations", Shape::Value, true),
        ])
    }
}

impl Checked for GeoRestriction {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        const RULE: &str = "a country is named by its ISO 3166-1 code of two capital letters";
        const DOCUMENT: &str =
            "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GeoRestriction.html";
        for (index, country) in self.locations().iter().enumerate() {
            if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
                let invalid = Invalid::new(format!("`{country}` is no country's code"), RULE);
                found(
                    &format!("{path}/Locations/{index}"),
                    invalid.document(DOCUMENT),
                );
            }
        }
        if *self != Self::None && self.locations().is_empty() {
            let invalid = Invalid::new("names no country", "a restriction names at least one");
            found(&format!("{path}/Locations"), invalid.document(DOCUMENT));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn restrictions_are_written_as_cloudformation_does() {
        for (restrictions, expected) in [
            (Restrictions::none(), json!({"RestrictionType": "none"})),
            (
                Restrictions::only_in(["FR", "DE"]),
                json!({"RestrictionType": "whitelist", "Locations": ["FR", "DE"]}),
            ),
            (
                Restrictions::not_in(["US"]),
                json!({"RestrictionType": "blacklist", "Locations": ["US"]}),
            ),
        ] {
            let json = serde_json::to_value(&restrictions).unwrap();
            assert_eq!(json["GeoRestriction"], expected);
            assert_eq!(
                serde_json::from_value::<Restrictions>(json).unwrap(),
                restrictions
            );
        }
    }

    #[test]
    fn a_country_is_named_by_its_code() {
        let mut faults = Vec::new();
        Restrictions::only_in(["France", "DE"])
            .check_values("", &mut |path, _| faults.push(path.to_owned()));
        Restrictions::from(GeoRestriction::NotIn(Vec::new()))
            .check_values("", &mut |path, _| faults.push(path.to_owned()));
        assert_eq!(
            faults,
            ["/GeoRestriction/Locations/0", "/GeoRestriction/Locations"]
        );
    }
}
