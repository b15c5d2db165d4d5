//! Engines and their versions.

use crate::error::AwsError;

use super::common::{combination, invalid};

/// Engine, major version, and its first and last minor version.
///
/// "Amazon RDS for PostgreSQL release calendar" and those of the other engines; as of end of 2025.
pub(super) const VERSIONS: [(&str, &str, u32, u32); 12] = [
    ("mariadb", "10.6", 10, 23),
    ("mariadb", "10.11", 4, 14),
    ("mariadb", "11.4", 3, 8),
    ("mariadb", "11.8", 3, 3),
    ("mysql", "8.0", 32, 43),
    ("mysql", "8.4", 3, 6),
    ("postgres", "13", 7, 22),
    ("postgres", "14", 3, 19),
    ("postgres", "15", 2, 14),
    ("postgres", "16", 1, 10),
    ("postgres", "18", 1, 1),
    // The last of an engine is its default.
    ("postgres", "17", 1, 6),
];

/// What an engine is besides its versions.
pub(super) struct Engine {
    pub description: &'static str,
    pub port: i64,
    pub license: &'static str,
    pub logs: &'static [&'static str],
}

pub(super) fn named(name: &str) -> Result<Engine, AwsError> {
    let (description, port, license, logs): (_, _, _, &[&str]) = match name {
        "mariadb" => (
            "MariaDb Community Edition",
            3306,
            "general-public-license",
            &["audit", "error", "general", "slowquery"],
        ),
        "mysql" => (
            "MySQL Community Edition",
            3306,
            "general-public-license",
            &["audit", "error", "general", "slowquery"],
        ),
        "postgres" => (
            "PostgreSQL",
            5432,
            "postgresql-license",
            &["postgresql", "upgrade", "iam-db-auth-error"],
        ),
        _ => return Err(invalid(format!("Invalid DB engine: {name}"))),
    };
    Ok(Engine {
        description,
        port,
        license,
        logs,
    })
}

/// A version in full: the newest minor version of what is named, or the default.
///
/// with only the major version, its default minor version; see "Upgrading a DB instance".
pub(super) fn version(engine: &str, wanted: Option<&str>) -> Result<String, AwsError> {
    let mut all = VERSIONS.iter().rev().filter(|(name, ..)| *name == engine);
    let Some(wanted) = wanted else {
        let (_, major, _, last) = all.next().ok_or_else(|| invalid("Invalid DB engine"))?;
        return Ok(format!("{major}.{last}"));
    };
    let found = all.find_map(|(_, major, first, last)| {
        let rest = wanted.strip_prefix(major)?;
        let minor = match rest.strip_prefix('.') {
            None if rest.is_empty() => *last,
            None => return None,
            Some(minor) => minor.parse().ok()?,
        };
        (*first..=*last)
            .contains(&minor)
            .then(|| format!("{major}.{minor}"))
    });
    found.ok_or_else(|| combination(format!("Cannot find version {wanted} for {engine}")))
}

/// The major version of a full one.
pub(super) fn major(version: &str) -> &str {
    version.rsplit_once('.').map_or(version, |(major, _)| major)
}

/// The family of parameter groups, as `postgres17`.
pub(super) fn family(engine: &str, version: &str) -> String {
    format!("{engine}{}", major(version))
}

/// The default option group, as `default:postgres-17`.
pub(super) fn option_group(engine: &str, version: &str) -> String {
    format!("default:{engine}-{}", major(version).replace('.', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_completed() {
        assert_eq!(version("postgres", None).unwrap(), "17.6");
        assert_eq!(version("postgres", Some("16")).unwrap(), "16.10");
        assert_eq!(version("postgres", Some("16.3")).unwrap(), "16.3");
        assert_eq!(version("mysql", Some("8.0")).unwrap(), "8.0.43");
        assert_eq!(family("mysql", "8.0.43"), "mysql8.0");
        assert_eq!(option_group("mysql", "8.0.43"), "default:mysql-8-0");
        for unknown in ["99", "16.99", "170", "17.x"] {
            let error = version("postgres", Some(unknown)).unwrap_err();
            assert_eq!(error.code, "InvalidParameterCombination", "{unknown}");
        }
    }
}
