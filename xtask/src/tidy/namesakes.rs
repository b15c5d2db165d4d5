//! What a resource type is and how AWS makes one stand under the same name in two crates.

use std::collections::BTreeSet;

use jeancloud_model::catalogue;

use super::sources::{Finding, Sources};

const MODEL: &str = "jeancloud-model/src/";
const AWS: &str = "jeancloud-aws/src/";

/// Finds types without a handler's file, and types that the catalogue doesn't list.
pub fn check(sources: &Sources) -> Vec<Finding> {
    let listed: BTreeSet<&str> = catalogue::types()
        .iter()
        .map(|info| info.type_name)
        .collect();
    let mut findings = without_namesake(sources);
    for (path, type_name) in sources.resource_types() {
        if !listed.contains(type_name) {
            let what = format!("{type_name} is not in jeancloud-model/src/catalogue.rs");
            findings.push(Finding::in_file(path, what));
        }
    }
    findings
}

fn without_namesake(sources: &Sources) -> Vec<Finding> {
    let types = sources.resource_types().filter_map(|(path, type_name)| {
        let namesake = format!("{AWS}{}", path.strip_prefix(MODEL)?);
        let missing = !sources.0.contains_key(&namesake);
        missing.then(|| Finding::in_file(path, format!("{type_name} has no handler in {namesake}")))
    });
    types.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_without_a_handlers_file_is_found() {
        let declaration = "Vpc = \"AWS::EC2::VPC\", id \"VpcId\": VpcId,\n".to_owned();
        let mut sources = Sources([(format!("{MODEL}ec2/vpc.rs"), declaration)].into());
        assert_eq!(without_namesake(&sources).len(), 1);
        sources.0.insert(format!("{AWS}ec2/vpc.rs"), String::new());
        assert!(without_namesake(&sources).is_empty());
    }
}
