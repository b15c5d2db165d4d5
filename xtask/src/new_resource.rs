//! `cargo xtask new-resource`: the files of a new resource type, and its facts in the reference.
//!
//! What is written compiles only once a person has read AWS's documents: it holds a `compile_error!`
//! where something has to be decided. See docs/adding-a-resource.md.

mod model;
mod name;

/// What is written for the schema of a test, as it compiles once its `compile_error!` is gone.
#[cfg(test)]
mod example;

use crate::{Result, reference::Reference, schema::Schema, workspace::Workspace};
use name::TypeName;

/// Writes the files and says what is next.
pub fn run(workspace: &Workspace, type_name: &str) -> Result {
    let schema = Schema::load(workspace, type_name)?;
    println!("{}", write(workspace, type_name, &schema)?);
    Ok(())
}

/// Writes the files and returns what is next.
fn write(workspace: &Workspace, type_name: &str, schema: &Schema) -> Result<String> {
    let name = TypeName::parse(type_name)?;
    let mut reference = Reference::load(workspace)?;
    let facts = schema.facts();
    let paths = ["jeancloud-model/src", "jeancloud-aws/src"];
    let [model, handler] = paths.map(|source| format!("{source}/{}.rs", name.path()));
    let [model_service, aws_service] =
        paths.map(|source| format!("{source}/{}/mod.rs", name.service));
    for path in [&model, &handler] {
        if workspace.root().join(path).exists() {
            return Err(format!("{path} exists already").into());
        }
    }
    let mut files = vec![
        (model, model::file(&name, &facts, schema)?),
        (handler, handler_file(&name)),
    ];
    let is_new = !workspace.root().join(&model_service).exists();
    if is_new {
        files.push((model_service, model_service_file(&name)));
        files.push((aws_service, aws_service_file(&name)));
    }
    let mut said = String::new();
    for (path, text) in files {
        workspace.write(&path, &text)?;
        said += &format!("wrote {path}\n");
    }
    reference.facts.insert(type_name.to_owned(), facts);
    reference.save_facts(workspace)?;
    said += &format!("added {type_name} to the reference\n\n");
    Ok(said + &next_steps(&name, is_new))
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
         compile_error!(\n    \
         \"write the handler as docs/adding-a-resource.md says; `ec2/subnet.rs` is the exemplar\"\n\
         );\n"
    )
}

fn model_service_file(name: &TypeName<'_>) -> String {
    let TypeName { rust, file, .. } = name;
    format!("//! WHAT AWS CALLS THE SERVICE.\n\nmod {file};\n\npub use {file}::{rust};\n")
}

fn aws_service_file(name: &TypeName<'_>) -> String {
    let TypeName { rust, file, .. } = name;
    format!(
        "//! Handlers of WHAT AWS CALLS THE SERVICE.\n\nmod {file};\n\n\
         use crate::aws::Registry;\n\n\
         /// The handlers of this service.\n\
         pub(crate) fn register(registry: &mut Registry) {{\n    \
         registry.add({file}::{rust}Handler);\n}}\n"
    )
}

fn next_steps(name: &TypeName<'_>, is_new_service: bool) -> String {
    let TypeName {
        full,
        service,
        file,
        rust,
        ..
    } = name;
    let new_service = match is_new_service {
        true => format!(
            "0. The service is new: `pub mod {service};` in the lib.rs of jeancloud-model and\n   \
                jeancloud-aws and a name in src/prelude.rs; its SDK crate in the workspace's Cargo.toml and\n   \
                in jeancloud-aws's, its two clients in jeancloud-aws/src/clients.rs, `{service}::register` in\n   \
                jeancloud-aws/src/aws.rs.\n"
        ),
        false => String::new(),
    };
    format!(
        "Next, as docs/adding-a-resource.md explains:\n{new_service}\
         1. jeancloud-model/src/{service}/{file}.rs: decide every kind, write every doc; `mod {file};` and\n   \
            `pub use {file}::…` (every public type in it) in {service}/mod.rs, `{service}::{rust},` in\n   \
            catalogue.rs. A property that you leave out gets its reason in\n   \
            jeancloud-model/reference/not-modelled/, in the file of {service}.\n\
         2. jeancloud-stack/src/check: what AWS refuses, or takes and then doesn't work.\n\
         3. jeancloud-aws/src/{service}/{file}.rs: observe, find, create, finish, update, delete;\n   \
             `mod {file};` and `registry.add({file}::{rust}Handler);` in {service}/mod.rs.\n\
         4. docs/identity.md: the row of `{full}` and its id, which src/cli/show/physical_id.rs says too.\n\
         5. tests/conformance/: its conformance cases.\n\
         6. cargo xtask coverage, cargo xtask tidy, cargo xtask test."
    )
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, process::Command};

    use serde_json::json;

    use super::*;

    /// A schema with a property of every shape.
    fn schema() -> Schema {
        let text = json!({"type": "string"});
        Schema::of(json!({
            "definitions": {
                "Tag": {"type": "object", "properties": {"Key": text, "Value": text}},
                "Redrive": {
                    "type": "object",
                    "properties": {
                        "Queue": text,
                        "Permission": {"type": "string", "enum": ["allowAll", "DENY_ALL"]},
                    },
                    "required": ["Queue"],
                },
            },
            "properties": {
                "Arn": text,
                "CreatedBy": text,
                "DelaySeconds": {"type": "integer"},
                "Fifo": {"type": "boolean"},
                "Names": {"type": "array", "items": text},
                "Policy": {"type": "object"},
                "QueueName": text,
                "QueueUrl": text,
                "Redrive": {"$ref": "#/definitions/Redrive"},
                "Redrives": {"type": "array", "items": {"$ref": "#/definitions/Redrive"}},
                "Scope": {"type": "string", "enum": ["queue", "messageGroup"]},
                "Tags": {"type": "array", "items": {"$ref": "#/definitions/Tag"}},
            },
            "required": ["QueueName", "Scope"],
            "readOnlyProperties": [
                "/properties/Arn", "/properties/CreatedBy", "/properties/QueueUrl"
            ],
            "createOnlyProperties": ["/properties/QueueName", "/properties/Fifo"],
            "primaryIdentifier": ["/properties/QueueUrl"],
        }))
    }

    /// A workspace that holds nothing but the reference.
    fn workspace(folder: &Path) -> Workspace {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let reference = "jeancloud-model/reference";
        fs::create_dir_all(folder.join(reference).join("not-modelled")).unwrap();
        for file in fs::read_dir(here.join(reference)).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                fs::copy(file.path(), folder.join(reference).join(file.file_name())).unwrap();
            }
        }
        Workspace::at(folder)
    }

    #[test]
    fn what_is_written_is_formatted_and_compiles_once_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = workspace(folder.path());
        let said = write(&workspace, "AWS::Example::Queue", &schema()).unwrap();
        assert!(said.contains("0. The service is new"), "{said}");
        for path in [
            "jeancloud-model/src/example/queue.rs",
            "jeancloud-model/src/example/mod.rs",
            "jeancloud-aws/src/example/queue.rs",
            "jeancloud-aws/src/example/mod.rs",
        ] {
            assert!(said.contains(path), "{said}");
            is_formatted(&folder.path().join(path));
        }

        // As `example` compiles it: without what stops the build, from another crate, and so without
        // the methods of a handle, which only the model's own crate may add.
        let written = workspace
            .read("jeancloud-model/src/example/queue.rs")
            .unwrap();
        let (_, rest) = written
            .split_once(model::UNREAD)
            .expect("it stops the build");
        let rest = rest
            .replace("use crate::{Arn, ", "use jeancloud_model::{")
            .replace(", outputs", "");
        let (compiles, methods) = rest.split_once("\noutputs! {").expect("it has outputs");
        assert!(
            methods.contains("queue_url \"QueueUrl\": QueueUrl,"),
            "{methods}"
        );
        let (_, example) = include_str!("new_resource/example.rs")
            .split_once("\n\n")
            .unwrap();
        assert_eq!(compiles, example);

        let again = write(&workspace, "AWS::Example::Queue", &schema());
        assert!(again.unwrap_err().to_string().contains("exists already"));
    }

    fn is_formatted(path: &Path) {
        let rustfmt = Command::new("rustfmt")
            .args([
                "--edition",
                "2024",
                "--check",
                "--config",
                "skip_children=true",
            ])
            .arg(path)
            .output();
        let rustfmt = rustfmt.expect("there is rustfmt");
        let said = String::from_utf8_lossy(&rustfmt.stdout);
        assert!(rustfmt.status.success(), "{}: {said}", path.display());
    }
}
