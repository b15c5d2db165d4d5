//! [`State`]: what a `terraform.tfstate` says that Terraform made.
//!
//! Only types and physical ids are taken from it: what they are like, AWS is asked. A state may hold
//! secrets in clear text, so no other value of it is kept, and none is shown in an error.

use jeancloud_model::Region;
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use thiserror::Error;

/// The format of Terraform since 0.12, and of OpenTofu.
const VERSION: u64 = 4;

/// What a state file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct State {
    /// What carries tags, and so can be adopted by itself.
    pub resources: Vec<Resource>,
    /// What is found by its parent, once that is adopted: addresses of routes, rules, records.
    pub children: Vec<String>,
    /// What jeancloud has no type for: addresses in the state.
    pub unknown: Vec<String>,
}

/// Something that Terraform made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resource {
    /// Its address there, as `aws_subnet.public[0]`.
    pub address: String,
    /// CloudFormation's name of its type.
    pub type_name: &'static str,
    /// Its physical id, as jeancloud keeps it.
    pub id: String,
    /// Its region, where the state tells: [`Region::Global`] for a type that has none.
    pub region: Option<Region>,
}

/// Why a state file can't be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It isn't JSON, or not that of a state.
    #[error("this is no terraform.tfstate")]
    NotAState(#[source] serde_json::Error),
    /// Another format.
    #[error(
        "the state has format {0}; this program reads format {VERSION}, which Terraform 0.12 and later and OpenTofu write"
    )]
    Version(u64),
}

impl State {
    /// Reads the text of a `terraform.tfstate`.
    ///
    /// ```
    /// use jeancloud_model::Region;
    /// use jeancloud_stack::terraform::State;
    ///
    /// let state = State::read(r#"{"version": 4, "resources": [{
    ///     "mode": "managed", "type": "aws_vpc", "name": "main",
    ///     "instances": [{"attributes": {"id": "vpc-1", "region": "eu-west-3"}}]
    /// }]}"#)?;
    /// let vpc = &state.resources[0];
    /// assert_eq!((&*vpc.address, vpc.type_name, &*vpc.id), ("aws_vpc.main", "AWS::EC2::VPC", "vpc-1"));
    /// assert_eq!(vpc.region, Some(Region::EuWest3));
    /// # Ok::<(), jeancloud_stack::terraform::ReadError>(())
    /// ```
    ///
    /// # Errors
    /// If it is no state, or one of another format.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        let header: Header = serde_json::from_str(text).map_err(ReadError::NotAState)?;
        if header.version != VERSION {
            return Err(ReadError::Version(header.version));
        }
        let file: File = serde_json::from_str(text).map_err(ReadError::NotAState)?;
        let mut state = Self::default();
        let managed = file.resources.iter().filter(|it| it.mode == "managed");
        for block in managed {
            for instance in &block.instances {
                state.add(block, instance);
            }
        }
        Ok(state)
    }

    fn add(&mut self, block: &Block, instance: &Instance) {
        let address = address(block, instance);
        let kind = KINDS.iter().find(|kind| kind.terraform == block.kind);
        if let Some(kind) = kind
            && let Some(id) = kind.id_of(&instance.attributes)
        {
            return self.resources.push(Resource {
                address,
                type_name: kind.type_name,
                id,
                region: kind.region_of(&instance.attributes),
            });
        }
        match CHILDREN.contains(&&*block.kind) {
            true => self.children.push(address),
            false => self.unknown.push(address),
        }
    }
}

fn address(block: &Block, instance: &Instance) -> String {
    let module = block.module.as_ref().map(|module| format!("{module}."));
    let index = match &instance.index_key {
        Json::Null => String::new(),
        key => format!("[{key}]"),
    };
    format!(
        "{}{}.{}{index}",
        module.unwrap_or_default(),
        block.kind,
        block.name
    )
}

#[derive(Deserialize)]
struct Header {
    version: u64,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    resources: Vec<Block>,
}

#[derive(Deserialize)]
struct Block {
    #[serde(default)]
    module: Option<String>,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    #[serde(default)]
    instances: Vec<Instance>,
}

#[derive(Deserialize)]
struct Instance {
    #[serde(default)]
    index_key: Json,
    #[serde(default)]
    attributes: Map<String, Json>,
}

/// A type of Terraform's AWS provider, and which attribute holds what jeancloud calls the physical
/// id.
struct Kind {
    terraform: &'static str,
    type_name: &'static str,
    id: &'static str,
    global: bool,
}

impl Kind {
    fn id_of(&self, attributes: &Map<String, Json>) -> Option<String> {
        let id = attributes.get(self.id)?.as_str()?;
        (!id.is_empty()).then(|| id.to_owned())
    }

    /// Version 6 of the provider tells the region of everything, earlier ones that of most by ARN.
    fn region_of(&self, attributes: &Map<String, Json>) -> Option<Region> {
        if self.global {
            return Some(Region::Global);
        }
        let text = |name: &str| attributes.get(name).and_then(Json::as_str);
        // A service's ARN stands in `id` only.
        let arn =
            text("arn").or_else(|| text(self.id)?.starts_with("arn:").then(|| text(self.id))?);
        let of_arn = || arn?.split(':').nth(3);
        let bucket = || text("bucket_region");
        let region = text("region").or_else(of_arn).filter(|it| !it.is_empty());
        region.or_else(bucket)?.parse().ok()
    }
}

const fn regional(terraform: &'static str, type_name: &'static str, id: &'static str) -> Kind {
    Kind {
        terraform,
        type_name,
        id,
        global: false,
    }
}

const fn global(terraform: &'static str, type_name: &'static str, id: &'static str) -> Kind {
    Kind {
        global: true,
        ..regional(terraform, type_name, id)
    }
}

#[rustfmt::skip] // A table.
const KINDS: &[Kind] = &[
    regional("aws_acm_certificate", "AWS::CertificateManager::Certificate", "arn"),
    regional("aws_alb", "AWS::ElasticLoadBalancingV2::LoadBalancer", "arn"),
    regional("aws_alb_listener", "AWS::ElasticLoadBalancingV2::Listener", "arn"),
    regional("aws_alb_listener_rule", "AWS::ElasticLoadBalancingV2::ListenerRule", "arn"),
    regional("aws_alb_target_group", "AWS::ElasticLoadBalancingV2::TargetGroup", "arn"),
    global("aws_cloudfront_distribution", "AWS::CloudFront::Distribution", "id"),
    global("aws_cloudfront_origin_access_control", "AWS::CloudFront::OriginAccessControl", "id"),
    regional("aws_cloudwatch_log_group", "AWS::Logs::LogGroup", "name"),
    regional("aws_db_instance", "AWS::RDS::DBInstance", "identifier"),
    regional("aws_db_subnet_group", "AWS::RDS::DBSubnetGroup", "name"),
    regional("aws_ecr_repository", "AWS::ECR::Repository", "name"),
    regional("aws_ecs_cluster", "AWS::ECS::Cluster", "name"),
    regional("aws_ecs_service", "AWS::ECS::Service", "id"),
    regional("aws_ecs_task_definition", "AWS::ECS::TaskDefinition", "arn"),
    regional("aws_eip", "AWS::EC2::EIP", "allocation_id"),
    global("aws_iam_openid_connect_provider", "AWS::IAM::OIDCProvider", "arn"),
    global("aws_iam_role", "AWS::IAM::Role", "name"),
    regional("aws_internet_gateway", "AWS::EC2::InternetGateway", "id"),
    regional("aws_kms_key", "AWS::KMS::Key", "key_id"),
    regional("aws_lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", "arn"),
    regional("aws_lb_listener", "AWS::ElasticLoadBalancingV2::Listener", "arn"),
    regional("aws_lb_listener_rule", "AWS::ElasticLoadBalancingV2::ListenerRule", "arn"),
    regional("aws_lb_target_group", "AWS::ElasticLoadBalancingV2::TargetGroup", "arn"),
    regional("aws_nat_gateway", "AWS::EC2::NatGateway", "id"),
    global("aws_route53_zone", "AWS::Route53::HostedZone", "zone_id"),
    regional("aws_route_table", "AWS::EC2::RouteTable", "id"),
    regional("aws_s3_bucket", "AWS::S3::Bucket", "bucket"),
    regional("aws_secretsmanager_secret", "AWS::SecretsManager::Secret", "arn"),
    regional("aws_security_group", "AWS::EC2::SecurityGroup", "id"),
    regional("aws_subnet", "AWS::EC2::Subnet", "id"),
    regional("aws_vpc", "AWS::EC2::VPC", "id"),
    regional("aws_vpc_endpoint", "AWS::EC2::VPCEndpoint", "id"),
];

/// Types that Terraform keeps apart from what they belong to: jeancloud finds them by their parent,
/// or has them as properties of it.
#[rustfmt::skip] // A table.
const CHILDREN: &[&str] = &[
    "aws_acm_certificate_validation",
    "aws_appautoscaling_policy",
    "aws_appautoscaling_target",
    "aws_db_instance_automated_backups_replication",
    "aws_ecr_lifecycle_policy",
    "aws_ecr_replication_configuration",
    "aws_ecr_repository_policy",
    "aws_ecs_cluster_capacity_providers",
    "aws_iam_role_policies_exclusive",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_iam_role_policy_attachments_exclusive",
    "aws_internet_gateway_attachment",
    "aws_kms_alias",
    "aws_kms_key_policy",
    "aws_lb_listener_certificate",
    "aws_route",
    "aws_route53_record",
    "aws_route53_zone_association",
    "aws_route_table_association",
    "aws_s3_bucket_accelerate_configuration",
    "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_s3_bucket_website_configuration",
    "aws_secretsmanager_secret_version",
    "aws_security_group_rule",
    "aws_vpc_endpoint_policy",
    "aws_vpc_endpoint_route_table_association",
    "aws_vpc_endpoint_security_group_association",
    "aws_vpc_endpoint_subnet_association",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
];

#[cfg(test)]
mod tests {
    use jeancloud_model::{Tagging, catalogue};

    use super::*;

    const STATE: &str = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "x", "outputs": {}, "resources": [
        {"mode": "data", "type": "aws_caller_identity", "name": "me", "provider": "p", "instances": [{"attributes": {"id": "1"}}]},
        {"mode": "managed", "type": "aws_subnet", "name": "public", "provider": "p", "instances": [
            {"index_key": 0, "attributes": {"id": "subnet-1", "arn": "arn:aws:ec2:eu-west-3:1:subnet/subnet-1"}},
            {"index_key": 1, "attributes": {"id": "subnet-2", "region": "eu-central-1"}}]},
        {"module": "module.net", "mode": "managed", "type": "aws_route", "name": "out", "provider": "p", "instances": [
            {"index_key": "a", "attributes": {"id": "r"}}]},
        {"mode": "managed", "type": "aws_iam_role", "name": "task", "provider": "p", "instances": [
            {"attributes": {"name": "task", "arn": "arn:aws:iam::1:role/task"}}]},
        {"mode": "managed", "type": "aws_nat_gateway", "name": "nat", "provider": "p", "instances": [{"attributes": {"id": "nat-1"}}]},
        {"mode": "managed", "type": "random_password", "name": "db", "provider": "p", "instances": [{"attributes": {"result": "hunter2"}}]}
    ]}"#;

    fn lines(state: &State) -> Vec<String> {
        let line = |it: &Resource| {
            let region = it.region.map_or("?", |region| region.as_str());
            format!("{} is {} {} in {region}", it.address, it.type_name, it.id)
        };
        state.resources.iter().map(line).collect()
    }

    #[test]
    fn ids_and_regions_are_read_and_nothing_else() {
        let state = State::read(STATE).expect("it is one");
        let expected = [
            "aws_subnet.public[0] is AWS::EC2::Subnet subnet-1 in eu-west-3",
            "aws_subnet.public[1] is AWS::EC2::Subnet subnet-2 in eu-central-1",
            "aws_iam_role.task is AWS::IAM::Role task in global",
            "aws_nat_gateway.nat is AWS::EC2::NatGateway nat-1 in ?",
        ];
        assert_eq!(lines(&state), expected);
        assert_eq!(state.children, ["module.net.aws_route.out[\"a\"]"]);
        assert_eq!(state.unknown, ["random_password.db"]);
        assert!(!format!("{state:?}").contains("hunter2"));
    }

    /// Cut out of what Terraform 1.11.4 writes with version 5.100.0 of its AWS provider: a resource of
    /// each type and region, with what ids and regions could be taken from.
    #[test]
    fn a_state_of_terraforms_aws_provider_is_understood_whole() {
        let text = include_str!("../tests/terraform/provider-5.100.tfstate");
        let state = State::read(text).expect("it is one");
        insta::assert_snapshot!(lines(&state).join("\n"), @r#"
        aws_cloudfront_distribution.cdn is AWS::CloudFront::Distribution ERW8E324GGTARE in global
        aws_cloudfront_origin_access_control.frontend is AWS::CloudFront::OriginAccessControl E1WOIPGLE1Y735 in global
        aws_cloudwatch_log_group.backend is AWS::Logs::LogGroup /ecs/jeancloud-backend in eu-west-3
        aws_cloudwatch_log_group.germany is AWS::Logs::LogGroup /ecs/jeancloud-backend in eu-central-1
        aws_db_instance.db is AWS::RDS::DBInstance jeancloud-db-france in eu-west-3
        aws_db_subnet_group.db is AWS::RDS::DBSubnetGroup jeancloud-db in eu-west-3
        aws_ecr_repository.backend is AWS::ECR::Repository jeancloud-backend in eu-west-3
        aws_ecr_repository.germany is AWS::ECR::Repository jeancloud-backend in eu-central-1
        aws_ecs_cluster.france is AWS::ECS::Cluster jeancloud-cluster-france in eu-west-3
        aws_ecs_cluster.germany is AWS::ECS::Cluster jeancloud-cluster-germany in eu-central-1
        aws_ecs_service.backend is AWS::ECS::Service arn:aws:ecs:eu-west-3:123456789012:service/jeancloud-cluster-france/jeancloud-backend in eu-west-3
        aws_ecs_service.germany is AWS::ECS::Service arn:aws:ecs:eu-central-1:123456789012:service/jeancloud-cluster-germany/jeancloud-backend in eu-central-1
        aws_ecs_task_definition.backend is AWS::ECS::TaskDefinition arn:aws:ecs:eu-west-3:123456789012:task-definition/jeancloud-backend:1 in eu-west-3
        aws_ecs_task_definition.germany is AWS::ECS::TaskDefinition arn:aws:ecs:eu-central-1:123456789012:task-definition/jeancloud-backend:1 in eu-central-1
        aws_iam_role.execution is AWS::IAM::Role jeancloud-ecs-execution-role in global
        aws_internet_gateway.france is AWS::EC2::InternetGateway igw-0b818e2c59a9ff118 in eu-west-3
        aws_lb.alb is AWS::ElasticLoadBalancingV2::LoadBalancer arn:aws:elasticloadbalancing:eu-west-3:123456789012:loadbalancer/app/jeancloud-alb/fccf2ab73aab481f in eu-west-3
        aws_lb_listener.http is AWS::ElasticLoadBalancingV2::Listener arn:aws:elasticloadbalancing:eu-west-3:123456789012:listener/app/jeancloud-alb/fccf2ab73aab481f/ebeee204a1829f96 in eu-west-3
        aws_lb_target_group.backend is AWS::ElasticLoadBalancingV2::TargetGroup arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/jeancloud-backend/7a28498f6a69f7f3 in eu-west-3
        aws_route53_zone.zone is AWS::Route53::HostedZone Z0OLQ71818MYU28S6XFBS in global
        aws_route_table.private is AWS::EC2::RouteTable rtb-066e268a16d65bece in eu-west-3
        aws_s3_bucket.frontend is AWS::S3::Bucket jeancloud-frontend in eu-west-3
        aws_security_group.alb is AWS::EC2::SecurityGroup sg-0a89ac41d8227c968 in eu-west-3
        aws_security_group.germany_ecs is AWS::EC2::SecurityGroup sg-08f123dd957dc63be in eu-central-1
        aws_subnet.germany[0] is AWS::EC2::Subnet subnet-0f9604d24c47c3c23 in eu-central-1
        aws_subnet.germany[1] is AWS::EC2::Subnet subnet-03d5ac80480a92818 in eu-central-1
        aws_subnet.private[0] is AWS::EC2::Subnet subnet-0dbce84f1ca22533f in eu-west-3
        aws_subnet.private[1] is AWS::EC2::Subnet subnet-06b906e662714f700 in eu-west-3
        aws_vpc.france is AWS::EC2::VPC vpc-08f5552fbc5ed4d49 in eu-west-3
        aws_vpc.germany is AWS::EC2::VPC vpc-047d061724c59c764 in eu-central-1
        aws_vpc_endpoint.interface["ecr.api"] is AWS::EC2::VPCEndpoint vpce-077debe2e2244d447 in eu-west-3
        aws_vpc_endpoint.interface["ecr.dkr"] is AWS::EC2::VPCEndpoint vpce-09246e7dbc6523101 in eu-west-3
        "#);
        insta::assert_snapshot!(state.children.join("\n"), @r"
        aws_ecr_lifecycle_policy.backend
        aws_ecr_replication_configuration.to_germany
        aws_iam_role_policy_attachment.execution
        aws_route.default
        aws_route53_record.api
        aws_route_table_association.private[0]
        aws_route_table_association.private[1]
        aws_s3_bucket_policy.frontend
        aws_s3_bucket_public_access_block.frontend
        aws_s3_bucket_versioning.frontend
        aws_vpc_security_group_egress_rule.alb_to_ecs
        aws_vpc_security_group_ingress_rule.alb_http
        ");
        assert_eq!(state.unknown, [""; 0]);
    }

    #[test]
    fn every_type_that_carries_tags_can_be_adopted() {
        for info in catalogue::types() {
            let tagged = info.facts.tagging != Tagging::None;
            let rule = info.type_name.starts_with("AWS::EC2::SecurityGroup")
                && info.type_name.ends_with("gress");
            let known = KINDS.iter().any(|kind| kind.type_name == info.type_name);
            assert!(
                !tagged || rule || known,
                "no type of Terraform's is {}",
                info.type_name
            );
        }
    }

    #[test]
    fn another_format_or_none_is_refused() {
        let other = State::read(r#"{"version": 3, "modules": []}"#).unwrap_err();
        assert_eq!(
            other.to_string(),
            "the state has format 3; this program reads format 4, which Terraform 0.12 and later and OpenTofu write"
        );
        assert!(matches!(State::read("[]"), Err(ReadError::NotAState(_))));
        assert!(matches!(
            State::read("{\"version\": 4, \"resources\": 1}"),
            Err(ReadError::NotAState(_))
        ));
    }
}
