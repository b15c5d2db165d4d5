//! Rules for how a service runs and moves its tasks.

use jeancloud_model::{
    Input,
    application_auto_scaling::ScalableTarget,
    ecs::{SchedulingStrategy, Service},
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
        let daemon = service.scheduling_strategy.as_ref().and_then(Input::known)
            == Some(&SchedulingStrategy::Daemon);
        if maximum <= minimum && !daemon {
            report
                .error(
                    service.declaration,
                    "DeploymentConfiguration",
                    format!("at least {minimum} % and at most {maximum} % of the tasks run"),
                )
                .rule("between MinimumHealthyPercent and MaximumPercent there is room to start a new task or stop an old one (InvalidParameterException)")
                .hint("AWS's defaults are 100 and 200")
                .document("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html");
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
    use jeancloud_model::{Bounded, Input, ecs::DeploymentConfiguration};

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
}
