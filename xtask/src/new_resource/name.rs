//! [`TypeName`]: a resource type's name, and the names that follow from it.

use crate::Result;

/// A resource type's name and the names that follow from it.
pub(super) struct TypeName<'n> {
    /// `AWS::EC2::VPCPeeringConnection`.
    pub(super) full: &'n str,
    /// `ec2`.
    pub(super) service: String,
    /// `VpcPeeringConnection`.
    pub(super) rust: String,
    /// `vpc_peering_connection`.
    pub(super) file: String,
}

impl<'n> TypeName<'n> {
    pub(super) fn parse(full: &'n str) -> Result<Self> {
        let parts: Vec<&str> = full.split("::").collect();
        let ["AWS", service, resource] = parts[..] else {
            return Err(format!("{full} is no resource type; one looks as AWS::EC2::VPC").into());
        };
        let words = words(resource);
        Ok(Self {
            full,
            service: folder(service),
            rust: type_case(resource),
            file: words.join("_"),
        })
    }

    /// Its file in a crate's `src`, without the ending.
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.service, self.file)
    }
}

/// The folder of a service: its words, but for names that are one word to AWS's readers.
fn folder(service: &str) -> String {
    match service {
        "EC2" | "ECR" | "ECS" | "RDS" | "S3" | "IAM" | "KMS" | "Route53" => service.to_lowercase(),
        "ElasticLoadBalancingV2" => "elastic_load_balancing_v2".to_owned(),
        _ => words(service).join("_"),
    }
}

/// The words of a name in CloudFormation's spelling, in lower case: `MultiAZ` has two, and so has
/// `DBInstance`.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| letters[index]);
        let after = letters.get(index + 1);
        let begins = match before {
            None => true,
            Some(before) if letter.is_uppercase() => {
                !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase())
            }
            Some(_) => false,
        };
        match words.last_mut() {
            Some(word) if !begins => word.extend(letter.to_lowercase()),
            _ => words.push(letter.to_lowercase().collect()),
        }
    }
    words
}

/// A word with a capital letter at its beginning.
fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// A name in CloudFormation's spelling as Rust spells types: `DBInstance` is `DbInstance`.
pub(super) fn type_case(name: &str) -> String {
    words(name).iter().map(|word| capitalised(word)).collect()
}

/// The same as Rust spells fields: `db_instance`.
pub(super) fn field_case(name: &str) -> String {
    words(name).join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_cloudformations() {
        let name = TypeName::parse("AWS::EC2::VPCPeeringConnection").unwrap();
        assert_eq!(
            (&*name.rust, &*name.path()),
            ("VpcPeeringConnection", "ec2/vpc_peering_connection")
        );
        assert_eq!(
            words("DBInstanceIdentifier"),
            ["db", "instance", "identifier"]
        );
        assert_eq!(words("MultiAZ"), ["multi", "az"]);
        assert_eq!(type_case("DBInstance"), "DbInstance");
        assert_eq!(folder("CertificateManager"), "certificate_manager");
        assert_eq!(
            folder("ElasticLoadBalancingV2"),
            "elastic_load_balancing_v2"
        );
        assert!(TypeName::parse("AWS::EC2").is_err());
    }
}
