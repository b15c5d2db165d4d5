//! `cargo xtask new-resource`: the files of a new resource type, and its facts in the reference.
//!
//! What is written compiles only once a person has read AWS's documents: it holds a `compile_error!`
//! where something has to be decided. See docs/adding-a-resource.md.

use std::fmt::Write;

use crate::{
    Result,
    reference::{self, Reference, TypeFacts},
    schema::{Schema, Shape},
    workspace::Workspace,
};

/// Writes the files and says what is next.
pub fn run(workspace: &Workspace, type_name: &str) -> Result {
    let name = TypeName::parse(type_name)?;
    let schema = Schema::load(workspace, type_name)?;
    let mut reference = Reference::load(workspace)?;

    let facts = schema.facts();
    let model = format!("jeancloud-model/src/{}.rs", name.path());
    let handler = format!("jeancloud-aws/src/{}.rs", name.path());
    for path in [&model, &handler] {
        if workspace.root().join(path).exists() {
            return Err(format!("{path} exists already").into());
        }
    }
    workspace.write(&model, &model_file(&name, &facts, &schema)?)?;
    workspace.write(&handler, &handler_file(&name))?;
    reference.facts.insert(type_name.to_owned(), facts);
    reference.save_facts(workspace)?;

    println!("wrote {model}\nwrote {handler}\nadded {type_name} to the reference\n");
    println!("{}", next_steps(&name));
    Ok(())
}

/// A resource type's name and the names that follow from it.
struct TypeName<'n> {
    /// `AWS::EC2::VPCPeeringConnection`.
    full: &'n str,
    /// `ec2`.
    service: String,
    /// `VpcPeeringConnection`.
    rust: String,
    /// `vpc_peering_connection`.
    file: String,
}

impl<'n> TypeName<'n> {
    fn parse(full: &'n str) -> Result<Self> {
        let parts: Vec<&str> = full.split("::").collect();
        let ["AWS", service, resource] = parts[..] else {
            return Err(format!("{full} is no resource type; one looks as AWS::EC2::VPC").into());
        };
        let words = words(resource);
        Ok(Self {
            full,
            service: folder(service),
            rust: words.iter().map(|word| capitalised(word)).collect(),
            file: words.join("_"),
        })
    }

    /// Its file in a crate's `src`, without the ending.
    fn path(&self) -> String {
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

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn model_file(name: &TypeName<'_>, facts: &TypeFacts, schema: &Schema) -> Result<String> {
    let TypeName { full, rust, .. } = name;
    let id = identifier(facts);
    let id_type = words(id)
        .iter()
        .map(|word| capitalised(word))
        .collect::<String>();
    let modelled = |path: &String| path.split('/').next().map(str::to_owned);
    let create_only: Vec<String> = reference::names(facts, "createOnly")
        .iter()
        .filter_map(modelled)
        .collect();
    let outputs: Vec<&String> = reference::names(facts, "readOnly")
        .iter()
        .filter(|path| *path != id && !path.contains('/'))
        .collect();

    let mut text = String::new();
    writeln!(text, "//! [`{rust}`]: `{full}`, WHAT IT IS.\n")?;
    writeln!(
        text,
        "compile_error!(\"read AWS's documents, correct every kind, write every doc\");\n"
    )?;
    writeln!(text, "use crate::{{Facts, id_value, outputs, resource}};\n")?;
    writeln!(
        text,
        "id_value! {{\n    /// The id of one, as `…`.\n    {id_type} starts \"…\",\n}}\n"
    )?;
    writeln!(
        text,
        "resource! {{\n    /// WHAT IT IS.\n    ///\n    /// Follows [`{full}`] and WHICH CALL.\n    ///"
    )?;
    if let Some(page) = reference::page(full) {
        writeln!(text, "    /// [`{full}`]: {page}")?;
    }
    writeln!(
        text,
        "    {rust} = \"{full}\", id \"{id}\": {id_type},\n    facts Facts {{"
    )?;
    writeln!(
        text,
        "        create_only: &{create_only:?},\n        outputs: &{outputs:?},"
    )?;
    writeln!(text, "        ..Facts::DEFAULT\n    }};\n")?;
    for property in reference::writable(facts) {
        let required = reference::names(facts, "required")
            .iter()
            .any(|name| name == property);
        text.push_str(&property_lines(property, required, &schema.shape(property)));
    }
    writeln!(text, "}}\n\noutputs! {{ {rust} {{")?;
    for output in [id]
        .into_iter()
        .chain(outputs.iter().map(|output| output.as_str()))
    {
        let method = words(output).join("_");
        writeln!(
            text,
            "    /// DESCRIBE.\n    {method} \"{output}\": String,"
        )?;
    }
    writeln!(text, "}} }}")?;
    Ok(text)
}

/// What CloudFormation's `Ref` most likely gives: the primary identifier.
fn identifier(facts: &TypeFacts) -> &str {
    reference::names(facts, "primaryIdentifier")
        .first()
        .map_or("Id", String::as_str)
}

fn property_lines(property: &str, required: bool, shape: &Shape) -> String {
    if *shape == Shape::Structs("Tag".to_owned()) {
        return "    tags,\n".to_owned();
    }
    let field = words(property).join("_");
    let struct_name = words(property)
        .iter()
        .map(|word| capitalised(word))
        .collect::<String>();
    let one = if required { "one" } else { "opt" };
    let plain = if required { "plain" } else { "opt_plain" };
    let list = if required { "list" } else { "opt_list" };
    let declared = match shape {
        Shape::Bool => format!("{one} {field} \"{property}\": bool"),
        Shape::Number => format!("{one} {field} \"{property}\": u32"),
        Shape::String if required => format!("text {field} \"{property}\""),
        Shape::String => format!("opt_text {field} \"{property}\""),
        Shape::Choice => format!("{one} {field} \"{property}\": {struct_name}"),
        Shape::Strings => format!("{list} {field} \"{property}\": String"),
        Shape::Struct => format!("{plain} {field} \"{property}\": {struct_name}"),
        Shape::Structs(item) => format!("plain_list {field} \"{property}\": {item}"),
    };
    format!("    /// DESCRIBE: meaning, unit, range, default, AWS's rule.\n    {declared},\n")
}

fn handler_file(name: &TypeName<'_>) -> String {
    let TypeName {
        full,
        rust,
        service,
        ..
    } = name;
    format!(
        "//! How AWS makes [`{rust}`](jeancloud_model::{service}::{rust}): `{full}`.\n\n\
         compile_error!(\"write the handler as docs/adding-a-resource.md says; `ec2/subnet.rs` is the exemplar\");\n"
    )
}

fn next_steps(name: &TypeName<'_>) -> String {
    let TypeName {
        full,
        service,
        file,
        ..
    } = name;
    format!(
        "Next, as docs/adding-a-resource.md explains:\n\
         1. jeancloud-model/src/{service}/{file}.rs: decide every kind, write every doc; list it in\n   \
            {service}/mod.rs and in catalogue.rs. A property that you leave out gets its reason in\n   \
            jeancloud-model/reference/not-modelled/{service}.json.\n\
         2. jeancloud-stack/src/check: what AWS refuses, or takes and then doesn't work.\n\
         3. jeancloud-aws/src/{service}/{file}.rs: observe, find, create, update, delete.\n\
         4. docs/identity.md: the row of `{full}`.\n\
         5. tests: its conformance cases.\n\
         6. cargo xtask coverage, cargo xtask tidy, cargo xtask test."
    )
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
        assert_eq!(folder("CertificateManager"), "certificate_manager");
        assert_eq!(
            folder("ElasticLoadBalancingV2"),
            "elastic_load_balancing_v2"
        );
        assert!(TypeName::parse("AWS::EC2").is_err());
    }

    #[test]
    fn kinds_follow_from_shapes() {
        assert!(
            property_lines("Tags", false, &Shape::Structs("Tag".into())).ends_with("    tags,\n")
        );
        assert!(
            property_lines("MultiAZ", false, &Shape::Bool)
                .contains("opt multi_az \"MultiAZ\": bool,")
        );
        assert!(property_lines("Name", true, &Shape::String).contains("text name \"Name\","));
    }
}
