//! Rules for how a service runs and moves its tasks.

use jeancloud_model::{
    Input,
    application_auto_scaling::ScalableTarget,
    ecs::{
        AvailabilityZoneRebalancing, Compute, DeploymentControllerType, LaunchType,
        SchedulingStrategy, Service, TaskDefinition,
    },
};

use super::{
    super::{Report, Rule},
    CREATE_SERVICE,
};
use crate::{Declared, View};

pub(super) const PERCENT: Rule = Rule {
    name: "service-deployment-percent",
    check: a_deployment_can_move,
};
pub(super) const CONTROLLER: Rule = Rule {
    name: "service-deployment-controller",
    check: other_controllers_do_without_the_circuit_breaker,
};
pub(super) const REBALANCING: Rule = Rule {
    name: "service-rebalancing",
    check: tasks_are_evened_out_by_starting_new_ones_first,
};
pub(super) const GRACE: Rule = Rule {
    name: "service-grace-period",
    check: a_grace_period_is_for_health_checks,
};
pub(super) const TASKS: Rule = Rule {
    name: "service-tasks",
    check: a_service_runs_tasks,
};

fn a_deployment_can_move(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let Some(deployment) = &service.deployment_configuration else {
            continue;
        };
        let maximum = deployment
            .maximum_percent
            .as_ref()
            .map_or(Some(200), |most| Some(most.known()?.number()));
        let minimum = deployment.minimum_healthy_percent.as_ref();
        let minimum = minimum.map_or(Some(100), |least| Some(least.known()?.number()));
        let (Some(maximum), Some(minimum)) = (maximum, minimum) else {
            continue;
        };
        let daemon = is_daemon(&service);
        if daemon || !is_rolling(&service) {
            continue;
        }
        // AWS rounds the one up and the other down.
        let count = service.desired_count.as_ref();
        let count = count.map_or(Some(1), |count| Some(count.known()?.number()));
        let stuck = count.filter(|count| {
            let (least, most) = ((count * minimum).div_ceil(100), count * maximum / 100);
            *count > 0 && least >= most
        });
        let wrong = match stuck {
            _ if maximum <= minimum => {
                format!("at least {minimum} % and at most {maximum} % of the tasks run")
            }
            Some(count) => {
                let (least, most) = ((count * minimum).div_ceil(100), count * maximum / 100);
                format!(
                    "of {count} tasks at least {least} and at most {most} run: {minimum} %, rounded up, and {maximum} %, rounded down"
                )
            }
            None => continue,
        };
        report
            .error(service.declaration, "DeploymentConfiguration", wrong)
            .rule("between MinimumHealthyPercent and MaximumPercent there is room to start a new task or stop an old one (InvalidParameterException)")
            .hint("AWS's defaults are 100 and 200")
            .document("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html");
    }
}

fn controller(service: &Service) -> Option<DeploymentControllerType> {
    match &service.deployment_controller {
        None => Some(DeploymentControllerType::Ecs),
        Some(controller) => controller.controller_type.known().copied(),
    }
}

fn is_rolling(service: &Service) -> bool {
    controller(service) == Some(DeploymentControllerType::Ecs)
}

fn is_daemon(service: &Service) -> bool {
    let strategy = service.scheduling_strategy.as_ref();
    strategy.and_then(Input::known) == Some(&SchedulingStrategy::Daemon)
}

fn other_controllers_do_without_the_circuit_breaker(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let Some(controller) =
            controller(&service).filter(|one| *one != DeploymentControllerType::Ecs)
        else {
            continue;
        };
        let deployment = service.deployment_configuration.as_ref();
        let breaker = deployment.and_then(|one| one.deployment_circuit_breaker.as_ref());
        let breaks = breaker.is_some_and(|breaker| breaker.enable.known() == Some(&true));
        let alarms = deployment.and_then(|one| one.alarms.as_ref());
        let listens = alarms.is_some_and(|alarms| alarms.enable.known() == Some(&true));
        let code_deploy = controller == DeploymentControllerType::CodeDeploy;
        let (property, wrong, hint) = if breaks || listens {
            (
                "DeploymentConfiguration",
                format!("has a circuit breaker or alarms, and {controller} moves the tasks"),
                "`.deployment_circuit_breaker(DeploymentCircuitBreaker::off())`, without alarms",
            )
        } else if code_deploy && service.load_balancers.is_empty() {
            (
                "LoadBalancers",
                format!("is empty, and {controller} moves requests from old tasks to new ones"),
                "`.load_balancers([ServiceLoadBalancer::new(&targets, \"app\", 8000)])`",
            )
        } else if is_daemon(&service) {
            (
                "SchedulingStrategy",
                format!("is DAEMON under {controller}"),
                "leave it out",
            )
        } else {
            continue;
        };
        report
            .error(service.declaration, property, wrong)
            .rule("circuit breaker, alarms and daemons are for rolling updates (the controller ECS); CODE_DEPLOY has a load balancer (InvalidParameterException)")
            .hint(hint)
            .document(CREATE_SERVICE);
    }
}

fn tasks_are_evened_out_by_starting_new_ones_first(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let evens = service
            .availability_zone_rebalancing
            .as_ref()
            .and_then(Input::known);
        if evens != Some(&AvailabilityZoneRebalancing::Enabled) {
            continue;
        }
        let deployment = service.deployment_configuration.as_ref();
        let most = deployment.and_then(|one| one.maximum_percent.as_ref()?.known());
        let external = service.compute == Compute::Launch(LaunchType::External);
        let why = if is_daemon(&service) {
            "the service is a DAEMON"
        } else if external {
            "its tasks run outside of AWS"
        } else if most.is_some_and(|most| most.number() <= 100) {
            "MaximumPercent is 100 at most"
        } else {
            continue;
        };
        report
            .error(service.declaration, "AvailabilityZoneRebalancing", format!("is ENABLED, and {why}"))
            .rule("to even tasks out over zones ECS starts new ones before it stops old ones, of a replica service in AWS (InvalidParameterException)")
            .hint("`.availability_zone_rebalancing(AvailabilityZoneRebalancing::Disabled)`")
            .document("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html");
    }
}

fn a_grace_period_is_for_health_checks(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let task = view.target::<TaskDefinition>(&service.task_definition);
        // What is not declared may have health checks of its own.
        let checked = task.is_none_or(|task| {
            let mut containers = task.resource.container_definitions.iter();
            containers.any(|container| container.health_check.is_some())
        });
        let period = service.health_check_grace_period_seconds.as_ref();
        let waits =
            period.is_some_and(|period| period.known().is_none_or(|period| period.number() > 0));
        if waits && service.load_balancers.is_empty() && !checked {
            report
                .warning(service.declaration, "HealthCheckGracePeriodSeconds", "is set, and nothing checks the health of the tasks")
                .rule("the period is how long failed health checks of load balancers and containers don't count")
                .hint("leave it out, or add a health check to a container")
                .document(CREATE_SERVICE);
        }
    }
}

fn a_service_runs_tasks(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let count = service.desired_count.as_ref().and_then(Input::known);
        if count.map(|count| count.number()) != Some(0) {
            continue;
        }
        let scaled = view
            .all::<ScalableTarget>()
            .any(|target| scales(&target, &service));
        let hint = match scaled {
            true => {
                "a scalable target does not start the first task of a service without any: raise DesiredCount"
            }
            false => {
                "a standby on purpose? a failover raises DesiredCount, and needs an image and whatever the task asks for"
            }
        };
        report
            .warning(
                service.declaration,
                "DesiredCount",
                "is 0: the service runs nothing",
            )
            .rule("a service without tasks answers no request and is never unhealthy")
            .hint(hint)
            .document(CREATE_SERVICE);
    }
}

fn scales(target: &ScalableTarget, service: &Declared<'_, Service>) -> bool {
    let mut references = target.resource_id.references();
    references.any(|reference| reference.address == service.address())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Bounded, Input,
        ecs::{
            AvailabilityZoneRebalancing, DeploymentConfiguration, DeploymentController,
            DeploymentControllerType,
        },
    };

    use super::super::testing::add_service;
    use crate::check::testing::{broken, problems};

    #[test]
    fn a_healthy_service_has_no_problem() {
        assert!(
            problems(|h| {
                add_service(h, |_| ());
            })
            .is_empty()
        );
    }

    #[test]
    fn a_deployment_has_room_to_move() {
        assert_snapshot!(broken("service-deployment-percent", |h| {
            add_service(h, |service| {
                service.deployment_configuration = Some(DeploymentConfiguration::builder().maximum_percent(100).build());
            });
        }), @"
        error: main/service: DeploymentConfiguration at least 100 % and at most 100 % of the tasks run
          rule: between MinimumHealthyPercent and MaximumPercent there is room to start a new task or stop an old one (InvalidParameterException)
          hint: AWS's defaults are 100 and 200
          see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
        ");
    }

    #[test]
    fn a_service_without_tasks_is_named() {
        assert_snapshot!(broken("service-tasks", |h| {
            add_service(h, |service| service.desired_count = Some(Input::Known(Bounded::new(0))));
        }), @"
        warning: main/service: DesiredCount is 0: the service runs nothing
          rule: a service without tasks answers no request and is never unhealthy
          hint: a standby on purpose? a failover raises DesiredCount, and needs an image and whatever the task asks for
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
        ");
    }

    #[test]
    fn rounding_leaves_room_to_move() {
        assert_snapshot!(broken("service-deployment-percent", |h| {
            add_service(h, |service| {
                service.desired_count = Some(Input::Known(Bounded::new(1)));
                service.deployment_configuration = Some(DeploymentConfiguration::builder().maximum_percent(150).build());
            });
        }), @"
        error: main/service: DeploymentConfiguration of 1 tasks at least 1 and at most 1 run: 100 %, rounded up, and 150 %, rounded down
          rule: between MinimumHealthyPercent and MaximumPercent there is room to start a new task or stop an old one (InvalidParameterException)
          hint: AWS's defaults are 100 and 200
          see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
        ");
    }

    #[test]
    fn codedeploy_has_no_circuit_breaker() {
        assert_snapshot!(broken("service-deployment-controller", |h| {
            add_service(h, |service| {
                let controller = DeploymentController::builder().controller_type(DeploymentControllerType::External);
                service.deployment_controller = Some(controller.build());
            });
        }), @"
        error: main/service: DeploymentConfiguration has a circuit breaker or alarms, and EXTERNAL moves the tasks
          rule: circuit breaker, alarms and daemons are for rolling updates (the controller ECS); CODE_DEPLOY has a load balancer (InvalidParameterException)
          hint: `.deployment_circuit_breaker(DeploymentCircuitBreaker::off())`, without alarms
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
        ");
    }

    #[test]
    fn tasks_are_evened_out_with_room_to_move() {
        assert_snapshot!(broken("service-rebalancing", |h| {
            add_service(h, |service| {
                service.availability_zone_rebalancing = Some(Input::Known(AvailabilityZoneRebalancing::Enabled));
                let deployment = DeploymentConfiguration::builder().maximum_percent(100).minimum_healthy_percent(50);
                service.deployment_configuration = Some(deployment.build());
            });
        }), @"
        error: main/service: AvailabilityZoneRebalancing is ENABLED, and MaximumPercent is 100 at most
          rule: to even tasks out over zones ECS starts new ones before it stops old ones, of a replica service in AWS (InvalidParameterException)
          hint: `.availability_zone_rebalancing(AvailabilityZoneRebalancing::Disabled)`
          see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
        ");
    }

    #[test]
    fn a_grace_period_is_for_health_checks() {
        assert_snapshot!(broken("service-grace-period", |h| {
            add_service(h, |service| service.health_check_grace_period_seconds = Some(Input::Known(Bounded::new(60))));
        }), @"
        warning: main/service: HealthCheckGracePeriodSeconds is set, and nothing checks the health of the tasks
          rule: the period is how long failed health checks of load balancers and containers don't count
          hint: leave it out, or add a health check to a container
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
        ");
    }
}
