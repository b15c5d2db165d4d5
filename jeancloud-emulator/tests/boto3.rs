//! Someone else's client, over HTTP: boto3 creates, reads, changes, pages through and deletes every
//! kind of resource. One test a service; what each does is in `tests/boto3/service_….py`.
//!
//! The Python that has boto3 is named by `BOTO3_PYTHON`, which `cargo xtask test` sets.

use std::{env, path::Path, process::Command};

use jeancloud_emulator::{Emulator, Server};

/// Durations become moments, so that states between are seen and waiters have to wait.
const FACTOR: f64 = 0.001;

fn check(service: &str) {
    let python = env::var_os("BOTO3_PYTHON")
        .expect("BOTO3_PYTHON names a Python with boto3; `cargo xtask test` sets it");
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let emulator = Emulator::builder().time_factor(FACTOR).build();
    let server = Server::start(emulator.client(), 0).unwrap();
    let output = Command::new(python)
        .current_dir(package.join("tests/boto3"))
        .args(["-B", "run.py", &server.endpoint(), service])
        .arg(package.join(format!("operations/{service}.txt")))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complained}");
    println!("{}", said.trim_end());
}

macro_rules! services {
    ($($test:ident: $service:literal,)*) => {
        $(
            #[test]
            fn $test() {
                check($service);
            }
        )*

        #[test]
        fn every_service_is_checked() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("operations");
            let files = folder.read_dir().unwrap().map(|file| file.unwrap().path());
            let mut known: Vec<_> = files
                .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
                .collect();
            known.sort();
            assert_eq!(known, [$($service),*]);
        }
    };
}

services! {
    acm: "acm",
    application_autoscaling: "application-autoscaling",
    cloudfront: "cloudfront",
    ec2: "ec2",
    ecr: "ecr",
    ecs: "ecs",
    elbv2: "elbv2",
    iam: "iam",
    kms: "kms",
    logs: "logs",
    rds: "rds",
    route53: "route53",
    s3: "s3",
    secretsmanager: "secretsmanager",
    sts: "sts",
}
