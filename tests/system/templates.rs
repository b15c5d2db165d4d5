//! The system's CloudFormation templates, judged by cfn-lint.

use std::{env, fs, process::Command};

use jeancloud::prelude::*;
use serde_json::Value as Json;

use super::system;

#[test]
fn cfn_lint_finds_no_error_in_the_system() {
    judge(&system(&[]));
}

#[test]
fn cfn_lint_finds_no_error_with_an_image_and_tls() {
    judge(&system(&[("image", "v1"), ("tls", "true")]));
}

#[test]
fn cfn_lint_finds_no_error_in_a_disposable_system() {
    judge(&system(&[("disposable", "true")]));
}

/// Every region's template. Warnings are of style (hard-coded zones) and of parameters' use.
fn judge(stack: &Stack) {
    let regions = [
        Region::EuWest3,
        Region::EuCentral1,
        Region::UsEast1,
        Region::Global,
    ];
    let mut errors = Vec::new();
    for region in regions {
        let template = stack.to_cloudformation(region);
        if template.get("Resources").is_some() {
            errors.extend(errors_in(&template, region));
        }
    }
    assert!(errors.is_empty(), "cfn-lint says:\n{}", errors.join("\n"));
}

fn errors_in(template: &Json, region: Region) -> Vec<String> {
    let cfn_lint = env::var_os("CFN_LINT")
        .expect("CFN_LINT is not set; `cargo xtask test` installs cfn-lint and sets it");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("template.json");
    let text = serde_json::to_string_pretty(template).expect("a template is JSON");
    fs::write(&file, text).expect("a temporary file can be written");
    // What lives in no region is deployed from us-east-1.
    let output = Command::new(cfn_lint)
        .args([
            "--format",
            "json",
            "--regions",
            region.endpoint_region(),
            "--template",
        ])
        .arg(&file)
        .output()
        .expect("cfn-lint can be run");
    let findings: Vec<Json> = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        panic!(
            "cfn-lint failed: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    findings
        .iter()
        .filter(|finding| finding["Level"] == "Error")
        .map(|finding| {
            let (rule, message) = (&finding["Rule"]["Id"], &finding["Message"]);
            format!(
                "{region}: {rule} {message} at {}",
                finding["Location"]["Path"]
            )
        })
        .collect()
}
