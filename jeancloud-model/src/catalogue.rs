//! [`types`]: every resource type there is, as data.
//!
//! For what works on all of them: the table of handlers, the documentation, and the test that
//! holds the types against CloudFormation's. `cargo xtask tidy` finds a type that is not here.

use crate::{
    Facts, Resource, ResourceKind,
    shape::{Path, Shape, Shaped},
};

/// What is known of a resource type without a value of it.
#[derive(Clone, Copy, Debug)]
pub struct TypeInfo {
    /// [`Resource::TYPE`].
    pub type_name: &'static str,
    /// [`Resource::ID`].
    pub id: &'static str,
    /// [`Resource::KIND`].
    pub kind: ResourceKind,
    /// [`Resource::PROPERTIES`].
    pub properties: &'static [&'static str],
    /// [`Resource::FACTS`].
    pub facts: Facts,
    /// What it may hold.
    pub shape: fn() -> Shape,
}

impl TypeInfo {
    /// What is known of `R`.
    pub const fn of<R: Resource>() -> Self {
        Self {
            type_name: R::TYPE,
            id: R::ID,
            kind: R::KIND,
            properties: R::PROPERTIES,
            facts: R::FACTS,
            shape: <R as Shaped>::shape,
        }
    }

    /// Every place in its properties.
    pub fn paths(&self) -> Vec<Path> {
        (self.shape)().paths()
    }
}

/// Every resource type, by service.
pub fn types() -> &'static [TypeInfo] {
    TYPES
}

macro_rules! catalogue {
    ($($service:ident::$type:ident,)*) => { &[$(TypeInfo::of::<crate::$service::$type>(),)*] };
}

#[rustfmt::skip] // One type a line, whatever its length.
static TYPES: &[TypeInfo] = catalogue! {
    application_auto_scaling::ScalableTarget,
    application_auto_scaling::ScalingPolicy,
    certificate_manager::Certificate,
    certificate_manager::CertificateIssued,
    cloud_front::Distribution,
    cloud_front::OriginAccessControl,
    ec2::Eip,
    ec2::InternetGateway,
    ec2::NatGateway,
    ec2::Route,
    ec2::RouteTable,
    ec2::SecurityGroup,
    ec2::SecurityGroupEgress,
    ec2::SecurityGroupIngress,
    ec2::Subnet,
    ec2::SubnetRouteTableAssociation,
    ec2::Vpc,
    ec2::VpcEndpoint,
    ec2::VpcGatewayAttachment,
    ecr::ReplicationConfiguration,
    ecr::Repository,
    ecs::Cluster,
    ecs::Service,
    ecs::TaskDefinition,
    elastic_load_balancing_v2::Listener,
    elastic_load_balancing_v2::ListenerRule,
    elastic_load_balancing_v2::LoadBalancer,
    elastic_load_balancing_v2::TargetGroup,
    iam::OidcProvider,
    iam::Role,
    kms::Key,
    logs::LogGroup,
    lookup::AvailabilityZones,
    lookup::CallerIdentity,
    lookup::ExistingVpc,
    lookup::HostedZone,
    lookup::KmsAlias,
    lookup::ManagedPrefixList,
    rds::DbInstance,
    rds::DbSubnetGroup,
    route53::HostedZone,
    route53::RecordSet,
    s3::Bucket,
    s3::BucketPolicy,
    secrets_manager::Secret,
};
