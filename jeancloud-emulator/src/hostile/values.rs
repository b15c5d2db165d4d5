//! [`Values`]: inputs made from a model.

use serde_json::{Map, Value};

use super::pool::Pool;
use crate::{
    model::{Kind, Member, Model, Operation, Shape, ShapeId, Structure},
    world::Draw,
};

/// Levels after which only what is required is made.
const DEEP: usize = 5;
/// Levels after which nothing is made: no input of AWS's has so many that matter.
const DEEPEST: usize = 9;

/// Makes values of shapes.
pub struct Values<'a> {
    pub model: &'static Model,
    pub pool: &'a Pool,
    pub draw: &'a mut Draw,
    /// The share of optional members that are there.
    pub density: f64,
    /// The share of values that are at or beyond their bounds.
    pub wildness: f64,
}

impl Values<'_> {
    /// An input.
    pub fn input(&mut self, operation: &Operation) -> Value {
        match operation.input {
            Some(shape) => self.value(shape, &operation.name, 0),
            None => Value::Object(Map::new()),
        }
    }

    /// An input that worked, with something changed, gone or added.
    pub fn varied(&mut self, operation: &Operation, worked: &Value) -> Value {
        match operation.input {
            Some(shape) => self.vary(shape, &operation.name, worked, 0),
            None => worked.clone(),
        }
    }

    fn vary(&mut self, id: ShapeId, name: &str, was: &Value, depth: usize) -> Value {
        match (&self.model.shape(id).kind, was) {
            (Kind::Structure(structure), Value::Object(object)) => {
                let mut varied = Map::new();
                for member in &structure.members {
                    let value = match object.get(&member.name) {
                        Some(_) if !member.required && self.chance(0.03) => continue,
                        Some(value) => self.vary(member.shape, &member.name, value, depth + 1),
                        None if depth < DEEP && self.chance(0.03) => {
                            self.value(member.shape, &member.name, depth + 1)
                        }
                        None => continue,
                    };
                    varied.insert(member.name.clone(), value);
                }
                varied.into()
            }
            (Kind::List { member, .. }, Value::Array(list)) => {
                let mut varied: Vec<Value> = Vec::new();
                for item in list {
                    varied.push(self.vary(member.shape, name, item, depth + 1));
                }
                if self.chance(0.05) {
                    varied.push(self.value(member.shape, name, depth + 1));
                }
                varied.into()
            }
            _ if self.chance(0.15) => self.value(id, name, depth),
            _ => was.clone(),
        }
    }

    fn chance(&mut self, probability: f64) -> bool {
        self.draw.fraction() < probability
    }

    fn pick<'t, T: ?Sized>(&mut self, list: &[&'t T]) -> &'t T {
        list[self.draw.below(list.len() as u64) as usize]
    }

    fn value(&mut self, id: ShapeId, name: &str, depth: usize) -> Value {
        let shape = self.model.shape(id);
        match &shape.kind {
            Kind::Structure(structure) => self.structure(structure, depth),
            Kind::List { member, .. } => {
                let count = self.count(shape, depth);
                let items = (0..count).map(|_| self.value(member.shape, name, depth + 1));
                items.collect()
            }
            Kind::Map { key, value, .. } => {
                let count = self.count(shape, depth);
                let mut map = Map::new();
                for _ in 0..count {
                    let key = self.text(self.model.shape(key.shape), name);
                    map.insert(key, self.value(value.shape, name, depth + 1));
                }
                map.into()
            }
            Kind::String { .. } => self.text(shape, name).into(),
            Kind::Integer => self.integer(shape, name).into(),
            Kind::Float => match self.chance(self.wildness) {
                true => [0.0, -1.0, 1e300, -1e300, 5e-324][self.draw.below(5) as usize].into(),
                false => (self.draw.below(100) as f64 / 2.0).into(),
            },
            Kind::Boolean => self.chance(0.5).into(),
            Kind::Timestamp(_) => match self.chance(self.wildness) {
                true => {
                    [0.0, -1e9, 1e18, 0.001, 253_402_300_800.0][self.draw.below(5) as usize].into()
                }
                false => (1_767_225_600 + self.draw.below(1_000_000)).into(),
            },
            Kind::Blob => {
                let bytes = self.draw.hex(6);
                base64_simd::STANDARD.encode_to_string(bytes).into()
            }
        }
    }

    fn structure(&mut self, structure: &Structure, depth: usize) -> Value {
        let mut object = Map::new();
        for member in &structure.members {
            if self.has(member, depth) {
                let value = self.value(member.shape, &member.name, depth + 1);
                object.insert(member.name.clone(), value);
            }
        }
        object.into()
    }

    fn has(&mut self, member: &Member, depth: usize) -> bool {
        let in_path = member.location == crate::model::Location::Path;
        if in_path || depth > DEEPEST {
            return in_path;
        }
        match (member.required, depth > DEEP) {
            (true, _) => !self.chance(self.wildness / 10.0),
            (false, true) => false,
            // A dry run never shows what the operation does.
            (false, false) if member.name == "DryRun" => self.chance(0.02),
            (false, false) => self.chance(self.density),
        }
    }

    /// How many items a list or a map has.
    fn count(&mut self, shape: &Shape, depth: usize) -> u64 {
        if depth > DEEPEST {
            return 0;
        }
        let least = shape.min.unwrap_or(0.0) as u64;
        match self.chance(self.wildness) {
            true => {
                let most = shape.max.map_or(3, |max| max.min(120.0) as u64);
                [0, least.saturating_sub(1), most, most + 1][self.draw.below(4) as usize]
            }
            false => least.max(1) + self.draw.below(2),
        }
    }

    fn integer(&mut self, shape: &Shape, name: &str) -> i64 {
        let (min, max) = (shape.min.map(|it| it as i64), shape.max.map(|it| it as i64));
        if self.chance(self.wildness) {
            let edges = [
                min.unwrap_or(0),
                min.unwrap_or(0).saturating_sub(1),
                max.unwrap_or(i64::MAX),
                max.unwrap_or(i64::MAX).saturating_add(1),
                -1,
                i64::from(i32::MAX),
                i64::from(i32::MIN),
                i64::MIN,
                u32::MAX.into(),
                65_536,
            ];
            return edges[self.draw.below(edges.len() as u64) as usize];
        }
        let hints: &[i64] = match name {
            "Port" | "FromPort" | "ToPort" | "containerPort" => &[80, 443, 8080],
            "AllocatedStorage" | "MaxAllocatedStorage" => &[20, 100],
            "retentionInDays" => &[1, 7, 30],
            "Quantity" => &[1, 2],
            "TTL" => &[60, 300],
            "BackupRetentionPeriod" => &[0, 1, 7],
            "desiredCount" | "MinCapacity" => &[1, 2],
            "MaxCapacity" => &[3, 4],
            _ => &[],
        };
        if let Some(hint) = hints.get(self.draw.below(hints.len().max(1) as u64) as usize) {
            return *hint;
        }
        let least = min.unwrap_or(0);
        let span = max.unwrap_or(i64::MAX).saturating_sub(least).clamp(0, 50);
        least.saturating_add(self.draw.below(span as u64 + 1) as i64)
    }

    fn text(&mut self, shape: &Shape, name: &str) -> String {
        let Kind::String { choices, .. } = &shape.kind else {
            return String::new();
        };
        if self.chance(self.wildness) {
            return self.odd(shape);
        }
        if !choices.is_empty() {
            return choices[self.draw.below(choices.len() as u64) as usize].clone();
        }
        let hints = hints(self.model.service, name);
        if !hints.is_empty() && self.chance(0.8) {
            return self.pick(hints).to_owned();
        }
        if self.chance(0.85) {
            let service = self.model.service;
            if let Some(known) = self.pool.find(service, name, self.draw) {
                return known.to_owned();
            }
        }
        if self.chance(0.2)
            && let Some(known) = self.pool.any(self.draw)
        {
            return known.to_owned();
        }
        format!("name-{}", self.draw.below(20))
    }

    /// A text at the end of what is allowed, or past it.
    fn odd(&mut self, shape: &Shape) -> String {
        let most = shape.max.unwrap_or(300.0).min(3000.0) as usize;
        match self.draw.below(12) {
            0 => String::new(),
            1 => "a".repeat(most),
            2 => "é".repeat(most + 1),
            3 => "\u{1F600}\u{0301}\u{202E}".into(),
            4 => "0".into(),
            5 => "-9223372036854775809".into(),
            6 => "*".into(),
            7 => "arn:aws:::::".into(),
            8 => "::/::".into(),
            9 => "a b\t\u{7f}\u{1}<&>\"'%00".into(),
            10 => ".".repeat(1 + self.draw.below(70) as usize),
            _ => self
                .pool
                .any(self.draw)
                .unwrap_or("/")
                .chars()
                .rev()
                .collect(),
        }
    }
}

const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"*","Resource":"*"}]}"#;

/// What members of these names are usually given.
fn hints(service: &str, name: &str) -> &'static [&'static str] {
    match name {
        "Name" if service == "ec2" => &["vpc-id", "tag:a", "state", "group-id", "tag-key"],
        "Name" if service != "route53" => &["name-1", "name-2", "name-3", "name-4"],
        "CidrBlock" | "CidrIp" | "DestinationCidrBlock" | "Cidr" => &[
            "10.0.0.0/16",
            "10.0.7.0/24",
            "10.0.8.0/28",
            "0.0.0.0/0",
            "10.0.9.7/32",
            "10.1.0.0/16",
            "255.255.255.255/32",
            "10.0.255.240/28",
        ],
        "CidrIpv6" | "Ipv6CidrBlock" | "DestinationIpv6CidrBlock" => &[
            "::/0",
            "2a05:d012::/64",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
        ],
        "AvailabilityZone" | "AvailabilityZones" => {
            &["eu-west-3a", "eu-west-3b", "eu-west-3c", "eu-west-3z"]
        }
        "PrivateIpAddress" => &["10.0.1.9", "10.0.2.255", "255.255.255.255"],
        "Policy" if service == "s3" => &[
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}]}"#,
        ],
        "AllowedMethods" => &["GET", "PUT"],
        "policy" | "policyText" | "ResourcePolicy" | "PolicyDocument" | "Policy"
        | "registryPolicyText" => &[DOCUMENT, "{}"],
        "AssumeRolePolicyDocument" => &[
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#,
        ],
        "lifecyclePolicyText" => &[
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}]}"#,
        ],
        "DomainName" | "Name" => &[
            "example.com",
            "*.example.com",
            "www.example.com",
            "a",
            "n-1",
        ],
        "image" => &[
            "nginx",
            "123456789012.dkr.ecr.eu-west-3.amazonaws.com/app:1",
        ],
        "cpu" => &["256", "512", "1024"],
        "memory" => &["512", "1024", "2048"],
        "family" => &["app", "job"],
        "Engine" | "engine" => &["postgres", "mysql"],
        "EngineVersion" => &["16", "16.3", "8.0"],
        "DBInstanceClass" => &["db.t4g.micro", "db.t4g.small"],
        "StorageType" => &["gp3", "gp2", "io1"],
        "MasterUserPassword" => &["password-1234"],
        "IpProtocol" => &["tcp", "udp", "-1", "icmp", "58"],
        "ServiceName" => &[
            "com.amazonaws.eu-west-3.s3",
            "com.amazonaws.eu-west-3.ecr.api",
        ],
        "Url" => &["https://token.actions.githubusercontent.com"],
        "ThumbprintList" => &["6938fd4d98bab03faadb97b34396831e3780aea1"],
        "imageManifest" => &[
            r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2,"mediaType":"application/vnd.oci.image.config.v1+json"},"layers":[]}"#,
        ],
        "ResourceId" => &["service/main/app", "table/a"],
        "ScalableDimension" => &[
            "ecs:service:DesiredCount",
            "dynamodb:table:ReadCapacityUnits",
        ],
        "ServiceNamespace" => &["ecs", "dynamodb"],
        "LocationConstraint" => &["eu-west-3", "EU"],
        "Range" => &["bytes=0-1", "bytes=-3", "bytes=9-", "bytes=5-1"],
        "Prefix" => &["", "a", "a/"],
        "Delimiter" => &["/", ""],
        "Value" => &["1.2.3.4", "b", "10 mail.example.com", "\"text\"", "1"],
        "requiresCompatibilities" => &["FARGATE"],
        "networkMode" => &["awsvpc"],
        "CreationToken" | "CallerReference" | "ClientToken" | "clientToken" => &[
            "token-1", "token-2", "token-3", "token-4", "token-5", "token-6",
        ],
        "AliasName" => &["alias/a", "alias/b"],
        "path" | "Path" => &["/", "/a/"],
        "assignPublicIp" => &["ENABLED", "DISABLED"],
        _ => &[],
    }
}
