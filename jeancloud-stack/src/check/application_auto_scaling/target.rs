//! Rules for scalable targets.

use jeancloud_model::{
    Input, Text,
    application_auto_scaling::{ScalableTarget, ServiceNamespace},
    ecs::SchedulingStrategy,
};

use super::{
    super::{Report, Rule},
    TARGET, service_of,
};
use crate::View;

pub(super) const RANGE: Rule = Rule {
    name: "scaling-range",
    check: the_least_is_not_above_the_most,
};
pub(super) const START: Rule = Rule {
    name: "scaling-start",
    check: a_service_starts_within_its_range,
};
pub(super) const WHAT: Rule = Rule {
    name: "scaling-target",
    check: a_target_is_named_as_its_service_does,
};
pub(super) const ONCE: Rule = Rule {
    name: "scaling-target-once",
    check: a_resource_is_a_target_once,
};
pub(super) const REGION: Rule = Rule {
    name: "scaling-target-region",
    check: a_target_is_in_its_resources_region,
};
pub(super) const DAEMON: Rule = Rule {
    name: "scaling-daemon",
    check: daemons_are_not_scaled,
};

fn range(target: &ScalableTarget) -> Option<(u32, u32)> {
    let (min, max) = (target.min_capacity.known()?, target.max_capacity.known()?);
    Some((min.number(), max.number()))
}

fn the_least_is_not_above_the_most(view: &View, report: &mut Report) {
    for target in view.all::<ScalableTarget>() {
        if let Some((min, max)) = range(&target).filter(|(min, max)| min > max) {
            report
                .error(
                    target.declaration,
                    "MinCapacity",
                    format!("{min} is above MaxCapacity {max}"),
                )
                .rule("MinCapacity is at most MaxCapacity (ValidationException)")
                .hint(format!("from {max} to {min}?"))
                .document(TARGET);
        }
    }
}

fn a_service_starts_within_its_range(view: &View, report: &mut Report) {
    for target in view.all::<ScalableTarget>() {
        let (Some(service), Some((min, max))) = (service_of(view, &target), range(&target)) else {
            continue;
        };
        let count = service.desired_count.as_ref().and_then(Input::known);
        let Some(count) = count.map(|count| count.number()) else {
            continue;
        };
        // A service with 0 tasks rests, and has a warning of its own.
        if count != 0 && min <= max && !(min..=max).contains(&count) {
            report
                .warning(
                    target.declaration,
                    "MinCapacity",
                    format!(
                        "{} starts with {count} tasks, outside {min} to {max}",
                        service.address()
                    ),
                )
                .rule("scaling brings a target into its range, whatever its DesiredCount says")
                .hint(format!("a DesiredCount between {min} and {max}"))
                .document(TARGET);
        }
    }
}

/// The fixed part of a `ResourceId`, and how many parts it has.
fn shape(namespace: ServiceNamespace) -> Option<(&'static str, usize, &'static str)> {
    Some(match namespace {
        ServiceNamespace::Ecs => ("service/", 3, "service/cluster/name"),
        ServiceNamespace::DynamoDb => ("table/", 2, "table/name"),
        ServiceNamespace::Rds => ("cluster:", 1, "cluster:name"),
        ServiceNamespace::ElastiCache => ("replication-group/", 2, "replication-group/name"),
        ServiceNamespace::Lambda => ("function:", 1, "function:name:alias"),
        ServiceNamespace::CustomResource => return None,
    })
}

/// The text with an `x` for each output.
fn outline(text: &Text) -> String {
    let mut outline = String::new();
    let pattern = text.pattern();
    let mut rest = pattern.as_str();
    while let Some((before, after)) = rest.split_once("${") {
        outline.push_str(before);
        outline.push('x');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    outline.push_str(rest);
    outline
}

fn a_target_is_named_as_its_service_does(view: &View, report: &mut Report) {
    for target in view.all::<ScalableTarget>() {
        let Some(namespace) = target.service_namespace.known().copied() else {
            continue;
        };
        let dimension = target.scalable_dimension.known();
        if let Some(dimension) =
            dimension.filter(|one| !one.as_str().starts_with(&format!("{namespace}:")))
        {
            report
                .error(
                    target.declaration,
                    "ScalableDimension",
                    format!("is {dimension}, and ServiceNamespace is {namespace}"),
                )
                .rule("a dimension is one of its namespace (ValidationException)")
                .hint("`ScalableTarget::tasks_of(&service, 2, 10)` writes both")
                .document(TARGET);
        }
        let Some((start, parts, example)) = shape(namespace) else {
            continue;
        };
        let outline = outline(&target.resource_id);
        // A text that is an output as a whole may be anything.
        let fits = outline == "x"
            || outline.starts_with(start)
                && (parts == 1 || {
                    let all: Vec<&str> = outline.split('/').collect();
                    // A table's index has two parts more.
                    all.iter().all(|part| !part.is_empty())
                        && (all.len() == parts
                            || namespace == ServiceNamespace::DynamoDb && all.len() == 4)
                });
        if !fits {
            report
                .error(target.declaration, "ResourceId", format!("`{}` is no resource of {namespace}", target.resource_id.pattern()))
                .rule(format!("a resource of {namespace} is written `{example}` (ValidationException)"))
                .hint("`ScalableTarget::tasks_of(&service, 2, 10)`, or `ScalableTarget::resource_of(&service)` for the text alone")
                .document(TARGET);
        }
    }
}

fn a_resource_is_a_target_once(view: &View, report: &mut Report) {
    let targets: Vec<_> = view.all::<ScalableTarget>().collect();
    for (index, target) in targets.iter().enumerate() {
        let earlier = targets[..index].iter().find(|earlier| {
            earlier.resource_id == target.resource_id
                && view.same(&earlier.scalable_dimension, &target.scalable_dimension)
                && earlier.declaration.region == target.declaration.region
        });
        if let Some(earlier) = earlier {
            report
                .error(target.declaration, "ResourceId", format!("is what {} scales too", earlier.address()))
                .rule("a resource has one range for a dimension: registering it again overwrites the first")
                .hint("keep one target, and give it several policies")
                .document(TARGET);
        }
    }
}

fn a_target_is_in_its_resources_region(view: &View, report: &mut Report) {
    for target in view.all::<ScalableTarget>() {
        let mut declared = target.resource_id.references();
        let declared = declared.find_map(|reference| view.get(reference.address));
        let here = target.declaration.region;
        if let Some(there) = declared.filter(|there| there.region != here) {
            report
                .error(target.declaration, "ResourceId", format!("names {}, which is in {}, from {here}", there.address, there.region))
                .rule("scaling knows the resources of its own region (ValidationException: ECS service doesn't exist)")
                .hint(format!("declare the target in the scope of {}", there.address))
                .document(TARGET);
        }
    }
}

fn daemons_are_not_scaled(view: &View, report: &mut Report) {
    for target in view.all::<ScalableTarget>() {
        let Some(service) = service_of(view, &target) else {
            continue;
        };
        let strategy = service.resource.scheduling_strategy.as_ref();
        if strategy.and_then(Input::known) == Some(&SchedulingStrategy::Daemon) {
            report
                .error(target.declaration, "ResourceId", format!("names {}, which is a DAEMON", service.address()))
                .rule("a daemon runs one task on each instance, and is not scaled (ValidationException)")
                .hint("leave SchedulingStrategy out of the service, or take the target away")
                .document(TARGET);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Bounded, Handle, Input, Region,
        application_auto_scaling::{ScalableDimension, ScalableTarget, ServiceNamespace},
        ec2::SecurityGroupId,
        ecs::{
            Cluster, Compute, LaunchType, NetworkConfiguration, SchedulingStrategy, Service,
            TaskDefinitionArn,
        },
        text,
    };

    use crate::check::testing::{Healthy, broken, healthy};

    fn target(min: u32, max: u32) -> ScalableTarget {
        ScalableTarget::builder()
            .resource_id("service/main/app")
            .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
            .service_namespace(ServiceNamespace::Ecs)
            .min_capacity(min)
            .max_capacity(max)
            .build()
    }

    fn service(h: &Healthy<'_>, change: impl FnOnce(&mut Service)) -> Handle<Service> {
        let cluster = h.scope.add("cluster", Cluster::builder().build());
        let mut service = Service::builder()
            .cluster(&cluster)
            .task_definition(TaskDefinitionArn::new(
                "arn:aws:ecs:eu-west-3:123456789012:task-definition/app:1",
            ))
            .network_configuration(NetworkConfiguration::private(
                h.subnets,
                Vec::<SecurityGroupId>::new(),
            ))
            .build();
        change(&mut service);
        h.scope.add("service", service)
    }

    #[test]
    fn the_least_is_at_most_the_most() {
        assert_snapshot!(broken("scaling-range", |h| { h.scope.add("target", target(10, 2)); }), @"
        error: main/target: MinCapacity 10 is above MaxCapacity 2
          rule: MinCapacity is at most MaxCapacity (ValidationException)
          hint: from 2 to 10?
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        ");
    }

    #[test]
    fn a_service_starts_in_its_range() {
        assert_snapshot!(broken("scaling-start", |h| {
            let service = service(h, |service| service.desired_count = Some(Input::Known(Bounded::new(1))));
            h.scope.add("target", ScalableTarget::tasks_of(&service, 2, 10));
        }), @"
        warning: main/target: MinCapacity main/service starts with 1 tasks, outside 2 to 10
          rule: scaling brings a target into its range, whatever its DesiredCount says
          hint: a DesiredCount between 2 and 10
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        ");
    }

    #[test]
    fn a_service_is_named_with_its_cluster() {
        healthy(|h| {
            let service = service(h, |_| ());
            let mut own = target(2, 10);
            own.resource_id = text!("service/main/{}", service.name());
            h.scope.add("target", own);
        });
        assert_snapshot!(broken("scaling-target", |h| {
            let mut own = target(2, 10);
            own.resource_id = text!("service/app");
            h.scope.add("target", own);
        }), @"
        error: main/target: ResourceId `service/app` is no resource of ecs
          rule: a resource of ecs is written `service/cluster/name` (ValidationException)
          hint: `ScalableTarget::tasks_of(&service, 2, 10)`, or `ScalableTarget::resource_of(&service)` for the text alone
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        ");
    }

    #[test]
    fn a_dimension_is_of_its_namespace() {
        assert_snapshot!(broken("scaling-target", |h| {
            let mut own = target(2, 10);
            own.scalable_dimension = Input::Known(ScalableDimension::RdsClusterReadReplicaCount);
            h.scope.add("target", own);
        }), @"
        error: main/target: ScalableDimension is rds:cluster:ReadReplicaCount, and ServiceNamespace is ecs
          rule: a dimension is one of its namespace (ValidationException)
          hint: `ScalableTarget::tasks_of(&service, 2, 10)` writes both
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        ");
    }

    #[test]
    fn a_service_is_a_target_once() {
        assert_snapshot!(broken("scaling-target-once", |h| {
            h.scope.add("target", target(2, 10));
            h.scope.add("again", target(3, 5));
        }), @"
        error: main/again: ResourceId is what main/target scales too
          rule: a resource has one range for a dimension: registering it again overwrites the first
          hint: keep one target, and give it several policies
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        ");
    }

    #[test]
    fn a_target_is_in_its_services_region() {
        assert_snapshot!(broken("scaling-target-region", |h| {
            let service = service(h, |service| service.desired_count = Some(Input::Known(Bounded::new(2))));
            h.stack.region("other", Region::EuCentral1).add("target", ScalableTarget::tasks_of(&service, 2, 10));
        }), @"
        error: other/target: ResourceId names main/service, which is in eu-west-3, from eu-central-1
          rule: scaling knows the resources of its own region (ValidationException: ECS service doesn't exist)
          hint: declare the target in the scope of main/service
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        ");
    }

    #[test]
    fn daemons_are_not_scaled() {
        assert_snapshot!(broken("scaling-daemon", |h| {
            let service = service(h, |service| {
                service.compute = Compute::Launch(LaunchType::Ec2);
                service.scheduling_strategy = Some(Input::Known(SchedulingStrategy::Daemon));
            });
            h.scope.add("target", ScalableTarget::tasks_of(&service, 2, 10));
        }), @"
        error: main/target: ResourceId names main/service, which is a DAEMON
          rule: a daemon runs one task on each instance, and is not scaled (ValidationException)
          hint: leave SchedulingStrategy out of the service, or take the target away
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        ");
    }
}
