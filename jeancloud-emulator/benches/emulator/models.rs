//! What AWS's service models cost: bytes in the crate, time at their first use.

use std::{fs, path::Path, time::Instant};

use jeancloud_emulator::Emulator;

use crate::{
    aws::Aws,
    measure::{micros, times},
};

/// A cheap call of each service, in its protocol.
const FIRST: [(&str, &str); 15] = [
    ("acm", "CertificateManager.ListCertificates"),
    (
        "application-autoscaling",
        "AnyScaleFrontendService.DescribeScalableTargets",
    ),
    ("cloudfront", "/2020-05-31/distribution"),
    ("ec2", "Action=DescribeVpcs"),
    (
        "ecr",
        "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories",
    ),
    ("ecs", "AmazonEC2ContainerServiceV20141113.ListClusters"),
    ("elasticloadbalancing", "Action=DescribeLoadBalancers"),
    ("iam", "Action=ListRoles"),
    ("kms", "TrentService.ListKeys"),
    ("logs", "Logs_20140328.DescribeLogGroups"),
    ("rds", "Action=DescribeDBInstances"),
    ("route53", "/2013-04-01/hostedzone"),
    ("s3", "/"),
    ("secretsmanager", "secretsmanager.ListSecrets"),
    ("sts", "Action=GetCallerIdentity"),
];

/// Prints the models' size, and what each service's first call takes beside its later ones.
pub fn print() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let files = fs::read_dir(folder).expect("the crate has models");
    let sizes = files.map(|file| {
        file.and_then(|file| file.metadata())
            .map_or(0, |it| it.len())
    });
    println!(
        "models: {} bytes, compressed, in the crate",
        sizes.sum::<u64>()
    );
    println!(
        "\n{:<34}{:>14}{:>14}",
        "a service's model is read once", "first call", "later calls"
    );
    let aws = Aws::of(&Emulator::new());
    let begun = Instant::now();
    let mut all = std::time::Duration::ZERO;
    for (service, what) in FIRST {
        let body = if service == "application-autoscaling" {
            r#"{"ServiceNamespace":"ecs"}"#
        } else {
            "{}"
        };
        let call = |_| match what.as_bytes()[0] {
            b'/' => drop(aws.send(service, jeancloud_emulator::Request::new("GET", what))),
            _ if what.starts_with("Action=") => drop(aws.form(service, what)),
            _ => drop(aws.json(service, what, body)),
        };
        let first = times(1, call).median();
        let later = times(100, call).median();
        all += first.saturating_sub(later);
        println!("{service:<34}{:>14}{:>14}", micros(first), micros(later));
    }
    println!(
        "{:<34}{:>14}   of {:.1?} in all",
        "all models together",
        micros(all),
        begun.elapsed()
    );
}
