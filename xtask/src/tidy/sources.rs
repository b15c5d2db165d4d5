//! [`Sources`]: the text of the workspace's files, read once for all rules.

use std::{collections::BTreeMap, fmt};

use crate::{Result, workspace::Workspace};

/// Texts by path from the workspace's root.
pub struct Sources(pub BTreeMap<String, String>);

impl Sources {
    /// Reads every text that git knows or would add.
    pub fn load(workspace: &Workspace) -> Result<Self> {
        let mut texts = BTreeMap::new();
        for path in workspace.files()? {
            if path.ends_with(".rs") || path.ends_with(".md") {
                let text = workspace.read(&path)?;
                texts.insert(path, text);
            }
        }
        Ok(Self(texts))
    }

    /// The Rust files with their texts.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self
            .0
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()));
        all.filter(|(path, _)| path.ends_with(".rs"))
    }

    /// The resource types that are declared: their files and CloudFormation names.
    ///
    /// Found by the line `Vpc = "AWS::EC2::VPC", id "VpcId": VpcId,` under `resource! {`.
    pub fn resource_types(&self) -> impl Iterator<Item = (&str, &str)> {
        let model = self
            .rust()
            .filter(|(path, _)| path.starts_with("jeancloud-model/src/"));
        model.flat_map(|(path, text)| {
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            code.filter_map(move |line| Some((path, declared_type(line)?)))
        })
    }
}

/// The type that a line declares, if it declares one.
fn declared_type(line: &str) -> Option<&str> {
    let (_, after) = line.split_once(" = \"")?;
    let (type_name, rest) = after.split_once('"')?;
    (type_name.contains("::") && rest.starts_with(", id ")).then_some(type_name)
}

/// What a rule found, and where.
pub struct Finding {
    place: String,
    what: String,
}

impl Finding {
    /// Something about a whole file.
    pub fn in_file(path: &str, what: impl Into<String>) -> Self {
        Self {
            place: path.to_owned(),
            what: what.into(),
        }
    }

    /// Something in a line, counted from zero.
    pub fn in_line(path: &str, index: usize, what: impl Into<String>) -> Self {
        Self {
            place: format!("{path}:{}", index + 1),
            what: what.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// One file to try a rule on.
#[cfg(test)]
pub fn one(path: &str, text: &str) -> Sources {
    Sources([(path.to_owned(), text.to_owned())].into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_found_by_their_declaration_alone() {
        let sources = one(
            "jeancloud-model/src/ec2/vpc.rs",
            "/// Thing = \"A::B::C\", id \"X\": X,\nVpc = \"AWS::EC2::VPC\", id \"VpcId\": VpcId,\nconst A: &str = \"x\";\n",
        );
        let found: Vec<_> = sources.resource_types().collect();
        assert_eq!(found, [("jeancloud-model/src/ec2/vpc.rs", "AWS::EC2::VPC")]);
    }
}
