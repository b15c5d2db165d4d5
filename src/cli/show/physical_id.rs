//! What the physical ids of all types look like, as `import` takes them.

/// The form of a type's physical id, for people.
pub(crate) fn form(type_name: &str) -> &'static str {
    let mut forms = FORMS.iter();
    let form = forms.find(|(named, _)| *named == type_name);
    form.map_or("what AWS calls its primary identifier", |(_, form)| *form)
}

#[rustfmt::skip] // A table.
const FORMS: &[(&str, &str)] = &[
    ("AWS::ApplicationAutoScaling::ScalableTarget", "resource, dimension and namespace: `service/cluster/name|ecs:service:DesiredCount|ecs`"),
    ("AWS::ApplicationAutoScaling::ScalingPolicy", "its ARN and dimension: `arn:…|ecs:service:DesiredCount`"),
    ("AWS::CertificateManager::Certificate", "its ARN"),
    ("AWS::CloudFront::Distribution", "its id: `E1A2B3C4D5E6F7`"),
    ("AWS::CloudFront::OriginAccessControl", "its id: `E1A2B3C4D5E6F7`"),
    ("AWS::EC2::EIP", "its allocation: `eipalloc-0123456789abcdef0`"),
    ("AWS::EC2::InternetGateway", "its id: `igw-0123456789abcdef0`"),
    ("AWS::EC2::NatGateway", "its id: `nat-0123456789abcdef0`"),
    ("AWS::EC2::Route", "table and destination: `rtb-0123456789abcdef0|0.0.0.0/0`"),
    ("AWS::EC2::RouteTable", "its id: `rtb-0123456789abcdef0`"),
    ("AWS::EC2::SecurityGroup", "its id: `sg-0123456789abcdef0`"),
    ("AWS::EC2::SecurityGroupEgress", "its id: `sgr-0123456789abcdef0`"),
    ("AWS::EC2::SecurityGroupIngress", "its id: `sgr-0123456789abcdef0`"),
    ("AWS::EC2::Subnet", "its id: `subnet-0123456789abcdef0`"),
    ("AWS::EC2::SubnetRouteTableAssociation", "its id: `rtbassoc-0123456789abcdef0`"),
    ("AWS::EC2::VPC", "its id: `vpc-0123456789abcdef0`"),
    ("AWS::EC2::VPCEndpoint", "its id: `vpce-0123456789abcdef0`"),
    ("AWS::EC2::VPCGatewayAttachment", "its VPC's: `IGW|vpc-0123456789abcdef0`"),
    ("AWS::ECR::ReplicationConfiguration", "registry and rules: `123456789012|web>eu-central-1/123456789012`"),
    ("AWS::ECR::Repository", "its name"),
    ("AWS::ECS::Cluster", "its name"),
    ("AWS::ECS::Service", "its ARN"),
    ("AWS::ECS::TaskDefinition", "its ARN with the revision: `arn:…:task-definition/web:7`"),
    ("AWS::ElasticLoadBalancingV2::Listener", "its ARN"),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", "its ARN"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "its ARN"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "its ARN"),
    ("AWS::IAM::OIDCProvider", "its ARN"),
    ("AWS::IAM::Role", "its name"),
    ("AWS::KMS::Key", "its id, a UUID"),
    ("AWS::Logs::LogGroup", "its name"),
    ("AWS::RDS::DBInstance", "its identifier"),
    ("AWS::RDS::DBSubnetGroup", "its name"),
    ("AWS::Route53::HostedZone", "its id: `Z0123456789ABCDEFGHIJ`"),
    ("AWS::Route53::RecordSet", "name, zone and type: `api.example.com.|Z0123456789ABCDEFGHIJ|A`"),
    ("AWS::S3::Bucket", "its name"),
    ("AWS::S3::BucketPolicy", "its bucket's name"),
    ("AWS::SecretsManager::Secret", "its ARN"),
    ("Wait::CertificateManager::CertificateIssued", "the certificate's ARN"),
];

#[cfg(test)]
mod tests {
    use jeancloud_model::{ResourceKind, catalogue};

    use super::*;

    #[test]
    fn every_types_form_is_known_and_documented() {
        let document = include_str!("../../../docs/identity.md");
        let types = catalogue::types().iter();
        for info in types.filter(|info| info.kind == ResourceKind::Managed) {
            let name = info.type_name;
            assert!(FORMS.iter().any(|(named, _)| *named == name), "{name}");
            let line = format!("- `{name}`: {}\n", form(name));
            assert!(document.contains(&line), "docs/identity.md lacks: {line}");
        }
    }
}
