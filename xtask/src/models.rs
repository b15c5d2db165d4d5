//! `cargo xtask models`: AWS's service models, cut down to what the emulator answers.
//!
//! `jeancloud-emulator/operations/SERVICE.txt` names the operations of a service. Their part of the
//! model in the pinned `botocore` package is written, without documentation and deflated, to
//! `jeancloud-emulator/models/SERVICE.json.deflate`. The same inputs make the same bytes.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Map, Value as Json, json};

use crate::{Result, tools::Tools, workspace::Workspace};

const OPERATIONS: &str = "jeancloud-emulator/operations";
const MODELS: &str = "jeancloud-emulator/models";
/// What all models may take together: they are part of every binary that embeds the emulator.
const MOST_BYTES: usize = 300_000;
/// What a model says to readers and to clients, and nothing to a service.
const DROPPED: [&str; 14] = [
    "auth",
    "box",
    "contextParam",
    "deprecated",
    "deprecatedMessage",
    "deprecatedSince",
    "documentation",
    "endpoint",
    "hostLabel",
    "httpChecksum",
    "idempotencyToken",
    "retryable",
    "sensitive",
    "staticContextParams",
];

/// Writes every model.
pub fn run(workspace: &Workspace) -> Result {
    let tools = Tools::install(workspace)?;
    let botocore = tools.package("botocore")?.join("data");
    let mut total = 0;
    for service in services(workspace)? {
        let wanted = workspace.read(format!("{OPERATIONS}/{service}.txt"))?;
        let folder = newest(&botocore.join(&service))?;
        let model = read(&tools, &folder, "service-2")?;
        let pages = read(&tools, &folder, "paginators-1")?;
        let pruned = prune(&model, &pages["pagination"], wanted.lines())
            .map_err(|error| format!("{service}: {error}"))?;
        let bytes = miniz_oxide::deflate::compress_to_vec(pruned.to_string().as_bytes(), 10);
        total += bytes.len();
        println!("{service}: {} bytes", bytes.len());
        let path = workspace.root().join(MODELS);
        fs::create_dir_all(&path)?;
        fs::write(path.join(format!("{service}.json.deflate")), bytes)?;
    }
    println!("together: {total} bytes");
    if total > MOST_BYTES {
        return Err(format!("the models take {total} bytes, more than {MOST_BYTES}").into());
    }
    Ok(())
}

fn services(workspace: &Workspace) -> Result<Vec<String>> {
    let mut services = Vec::new();
    for entry in fs::read_dir(workspace.root().join(OPERATIONS))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        services.extend(name.strip_suffix(".txt").map(str::to_owned));
    }
    services.sort();
    Ok(services)
}

/// The folder of a service's newest API version; they are named by date.
fn newest(service: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(service)
        .map_err(|error| format!("botocore has no {}: {error}", service.display()))?;
    let versions: std::result::Result<Vec<_>, _> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect();
    let newest = versions?.into_iter().filter(|path| path.is_dir()).max();
    newest.ok_or_else(|| format!("{} is empty", service.display()).into())
}

/// Reads a file of botocore's, compressed or not.
fn read(tools: &Tools, folder: &Path, name: &str) -> Result<Json> {
    let plain = folder.join(format!("{name}.json"));
    if plain.exists() {
        return Ok(serde_json::from_slice(&fs::read(plain)?)?);
    }
    let path = folder.join(format!("{name}.json.gz"));
    let script = "import gzip, sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())";
    let output = Command::new(tools.python())
        .args(["-c", script])
        .arg(&path)
        .output()?;
    if !output.status.success() {
        return Err(format!("can't read {}", path.display()).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The part of `model` that the operations `wanted` need.
fn prune<'a>(model: &Json, pages: &Json, wanted: impl Iterator<Item = &'a str>) -> Result<Json> {
    let (mut operations, mut shapes) = (Map::new(), BTreeSet::new());
    for name in wanted {
        let Some(operation) = model["operations"].get(name) else {
            return Err(format!("there is no operation {name}").into());
        };
        let errors = operation["errors"].as_array().into_iter().flatten();
        for place in [&operation["input"], &operation["output"]]
            .into_iter()
            .chain(errors)
        {
            reach(model, &place["shape"], &mut shapes);
        }
        let mut operation = stripped(operation);
        if let Some(page) = pages.get(name) {
            operation["page"] = stripped(page);
        }
        operations.insert(name.to_owned(), operation);
    }
    // Errors that no operation names are answered too: S3 lists hardly any.
    let exceptions = model["shapes"].as_object().into_iter().flatten();
    for (name, _) in exceptions.filter(|(_, shape)| shape["exception"] == true) {
        reach(model, &json!(name), &mut shapes);
    }
    let shapes: Map<String, Json> = shapes
        .into_iter()
        .map(|name| (name.clone(), stripped(&model["shapes"][&name])))
        .collect();
    Ok(json!({
        "metadata": stripped(&model["metadata"]),
        "operations": operations,
        "shapes": shapes,
    }))
}

/// Adds a shape, and those that it is made of, to `seen`.
fn reach(model: &Json, name: &Json, seen: &mut BTreeSet<String>) {
    let Some(name) = name.as_str() else { return };
    if !seen.insert(name.to_owned()) {
        return;
    }
    let shape = &model["shapes"][name];
    for part in ["member", "key", "value"] {
        reach(model, &shape[part]["shape"], seen);
    }
    for (_, member) in shape["members"].as_object().into_iter().flatten() {
        reach(model, &member["shape"], seen);
    }
}

/// A copy without what only readers and clients need.
fn stripped(json: &Json) -> Json {
    match json {
        Json::Object(object) => {
            // A member may be called as one of the traits; its value is an object with a shape.
            let kept = object.iter().filter(|(key, value)| {
                !DROPPED.contains(&key.as_str()) || value.get("shape").is_some()
            });
            kept.map(|(key, value)| (key.clone(), stripped(value)))
                .collect()
        }
        Json::Array(list) => list.iter().map(stripped).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_operation_needs_is_kept() {
        let model = json!({
            "metadata": {"protocol": "query"},
            "operations": {
                "A": {"input": {"shape": "In"}, "documentation": "long"},
                "B": {"input": {"shape": "Other"}},
            },
            "shapes": {
                "In": {"type": "structure", "members": {"documentation": {"shape": "S"}}},
                "S": {"type": "string", "documentation": "long"},
                "Other": {"type": "string"},
                "Fault": {"type": "structure", "exception": true},
            },
        });
        let pages = json!({"A": {"result_key": "X"}});
        let pruned = prune(&model, &pages, ["A"].into_iter()).unwrap();
        assert_eq!(
            pruned,
            json!({
                "metadata": {"protocol": "query"},
                "operations": {"A": {"input": {"shape": "In"}, "page": {"result_key": "X"}}},
                "shapes": {
                    "In": {"type": "structure", "members": {"documentation": {"shape": "S"}}},
                    "S": {"type": "string"},
                    "Fault": {"type": "structure", "exception": true},
                },
            })
        );
        assert!(prune(&model, &pages, ["C"].into_iter()).is_err());
    }
}
