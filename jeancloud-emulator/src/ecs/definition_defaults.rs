//! Task definitions as AWS tells them, and what Fargate takes.

use serde_json::{Value, json};

use super::common;
use crate::{error::AwsError, fields::Fields};

/// CPU units, and from where to where memory goes in what steps, in MiB.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html>
const SIZES: [(i64, i64, i64, i64); 7] = [
    (256, 512, 2048, 512),
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16_384, 1024),
    (4096, 8192, 30_720, 1024),
    (8192, 16_384, 61_440, 4096),
    (16_384, 32_768, 122_880, 8192),
];

/// Refuses what Fargate doesn't run.
pub(super) fn check_fargate(input: &Value) -> Result<(), AwsError> {
    if input.text("networkMode") != "awsvpc" {
        let message = "Fargate only supports network mode ‘awsvpc’.";
        return Err(common::client(message));
    }
    let (cpu, memory) = (units(input.text("cpu")), units(input.text("memory")));
    if cpu.is_none() || memory.is_none() {
        let message = "Fargate requires that 'cpu' be defined at the task level.";
        let other = "Fargate requires that 'memory' be defined at the task level.";
        return Err(common::client(if cpu.is_none() { message } else { other }));
    }
    let fits = SIZES.iter().any(|(of, least, most, step)| {
        let fits = |memory: i64| {
            (*least..=*most).contains(&memory)
                && (memory % step == 0 || (*of, memory) == (256, 512))
                && !(*of == 256 && memory == 1536)
        };
        cpu == Some(*of) && memory.is_some_and(fits)
    });
    if !fits {
        let message = "No Fargate configuration exists for given values.";
        return Err(common::client(message));
    }
    Ok(())
}

/// `1024`, `1 vCPU` and `2 GB` in units of `1024`ths.
pub(super) fn units(text: &str) -> Option<i64> {
    let lower = text.to_ascii_lowercase();
    for unit in ["vcpu", "gb"] {
        if let Some(number) = lower.strip_suffix(unit) {
            let number: f64 = number.trim().parse().ok()?;
            return Some((number * 1024.0) as i64);
        }
    }
    lower.parse().ok()
}

/// Containers with what AWS adds to them.
pub(super) fn containers(given: &[Value], awsvpc: bool) -> Result<Value, AwsError> {
    if given.is_empty() {
        return Err(common::client("Container definitions should not be empty."));
    }
    let mut names: Vec<&str> = Vec::new();
    let mut essential = false;
    let mut all = Vec::new();
    for container in given {
        let name = container.text("name");
        if name.is_empty() {
            return Err(common::client(
                "Container.name should not be null or empty.",
            ));
        }
        if container.text("image").is_empty() {
            return Err(common::client(
                "Container.image should not be null or empty.",
            ));
        }
        if names.contains(&name) {
            return Err(common::client("Container.name should be unique."));
        }
        names.push(name);
        let mut filled = container.clone();
        for (member, default) in [
            ("cpu", json!(0)),
            ("environment", json!([])),
            ("essential", json!(true)),
            ("mountPoints", json!([])),
            ("portMappings", json!([])),
            ("systemControls", json!([])),
            ("volumesFrom", json!([])),
        ] {
            if filled.at(member).is_none() {
                filled[member] = default;
            }
        }
        essential |= filled.flag("essential");
        for port in filled["portMappings"].as_array_mut().into_iter().flatten() {
            let inner = port["containerPort"].clone();
            if port.at("hostPort").is_none() {
                port["hostPort"] = if awsvpc { inner.clone() } else { json!(0) };
            }
            if awsvpc && port["hostPort"] != inner {
                let message = "When networkMode=awsvpc, the host ports and container ports in port \
                               mappings must match.";
                return Err(common::client(message));
            }
            if port.at("protocol").is_none() {
                port["protocol"] = "tcp".into();
            }
        }
        if let Some(variables) = filled["environment"].as_array_mut() {
            // AWS tells variables in the order of their names.
            variables.sort_by(|one, other| one.text("name").cmp(other.text("name")));
        }
        if let Some(check) = filled.get_mut("healthCheck").filter(|it| it.is_object()) {
            for (member, default) in [("interval", 30), ("retries", 3), ("timeout", 5)] {
                if check.at(member).is_none() {
                    check[member] = default.into();
                }
            }
        }
        all.push(filled);
    }
    if !essential {
        let message = "At least one container in a task definition must be marked as essential.";
        return Err(common::client(message));
    }
    Ok(all.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Amazon ECS task definition invalid CPU or memory errors" names the pairs.
    #[test]
    fn fargate_has_sizes() {
        let fits = |cpu: &str, memory: &str| {
            check_fargate(&json!({"networkMode": "awsvpc", "cpu": cpu, "memory": memory})).is_ok()
        };
        for (cpu, memory) in [
            ("256", "512"),
            ("256", "2048"),
            ("1 vCPU", "3 GB"),
            ("8192", "20480"),
        ] {
            assert!(fits(cpu, memory), "{cpu} {memory}");
        }
        for (cpu, memory) in [
            ("256", "4096"),
            ("256", "1536"),
            ("300", "512"),
            ("1024", "2500"),
            ("", "512"),
        ] {
            assert!(!fits(cpu, memory), "{cpu} {memory}");
        }
    }
}
