//! A resource type's documentation links the AWS documents that it follows.

use crate::reference;

use super::sources::{Finding, Sources};

/// Where AWS's documents are.
const AWS: &str = "https://docs.aws.amazon.com/";
/// What the pages of API operations begin with.
const OPERATION: &str = "/API_";

/// Finds types whose documentation doesn't link CloudFormation's page of the type, or no page of an
/// API operation.
///
/// Lookups and waits have no CloudFormation type: of them an operation is enough.
pub fn check(sources: &Sources) -> Vec<Finding> {
    let types = sources.resource_types();
    types
        .flat_map(|(path, type_name)| {
            let docs = sources.0.get(path).map(|text| docs_of(text, type_name));
            missing(type_name, &docs.unwrap_or_default())
                .into_iter()
                .map(|what| Finding::in_file(path, format!("{type_name}'s docs {what}")))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn missing(type_name: &str, docs: &str) -> Vec<String> {
    let mut missing = Vec::new();
    let links = || docs.split_whitespace().filter(|word| word.starts_with(AWS));
    if let Some(page) = reference::page(type_name)
        && !links().any(|link| link == page)
    {
        missing.push(format!("don't link {page}"));
    }
    if !links().any(|link| link.contains(OPERATION)) {
        missing.push(format!("link no API operation ({AWS}…{OPERATION}…)"));
    }
    missing
}

/// The doc comment above the line that declares a type.
fn docs_of(text: &str, type_name: &str) -> String {
    let declared = format!(" = \"{type_name}\", id ");
    let mut docs = Vec::new();
    for line in text.lines() {
        match line.trim_start().strip_prefix("///") {
            Some(line) => docs.push(line),
            None if line.contains(&declared) => return docs.join("\n"),
            None => docs.clear(),
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::{super::sources::one, *};

    fn findings(docs: &str, type_name: &str) -> usize {
        let text = format!("/// Other.\nstruct A;\n{docs}Vpc = \"{type_name}\", id \"Id\": Id,\n");
        check(&one("jeancloud-model/src/ec2/vpc.rs", &text)).len()
    }

    #[test]
    fn a_type_links_its_page_and_an_operation() {
        let page = "/// [`A`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html\n";
        let operation = "/// [`B`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html\n";
        assert_eq!(findings("/// A network.\n", "AWS::EC2::VPC"), 2);
        assert_eq!(findings(page, "AWS::EC2::VPC"), 1);
        assert_eq!(findings(page, "AWS::EC2::Subnet"), 2);
        assert_eq!(findings(&format!("{page}{operation}"), "AWS::EC2::VPC"), 0);
        assert_eq!(findings(operation, "Lookup::EC2::VPC"), 0);
    }
}
