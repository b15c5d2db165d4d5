//! [`DeploymentConfiguration`]: how a service moves from old tasks to new ones.

use crate::{Bounded, choice, properties};

choice! {
    /// What moves a service from old tasks to new ones.
    DeploymentControllerType {
        /// ECS itself. AWS's default.
        Ecs = "ECS",
        /// CodeDeploy, between two target groups.
        CodeDeploy = "CODE_DEPLOY",
        /// Somebody else, through task sets.
        External = "EXTERNAL",
    }
}

properties! {
    /// What moves a service from old tasks to new ones.
    DeploymentController;
    /// Which: ECS itself, CodeDeploy, or something outside.
    one controller_type "Type": DeploymentControllerType,
}

properties! {
    /// How a service moves from old tasks to new ones.
    ///
    /// Its circuit breaker is on, with rollback, unless a line says otherwise; AWS's default is off.
    DeploymentConfiguration;
    /// How many tasks may run meanwhile, in percent of the desired count, rounded down.
    /// AWS's default: 200.
    opt maximum_percent "MaximumPercent": Bounded<0, 10_000>,
    /// How many tasks have to run meanwhile, in percent of the desired count, rounded up.
    /// AWS's default: 100.
    opt minimum_healthy_percent "MinimumHealthyPercent": Bounded<0, 100>,
    /// When ECS gives up.
    opt_plain deployment_circuit_breaker "DeploymentCircuitBreaker": DeploymentCircuitBreaker
        = DeploymentCircuitBreaker::rollback(),
    /// CloudWatch alarms that stop a deployment. AWS's default: none.
    opt_plain alarms "Alarms": DeploymentAlarms,
}

impl Default for DeploymentConfiguration {
    /// AWS's percentages, with the circuit breaker on.
    fn default() -> Self {
        Self::builder().build()
    }
}

properties! {
    /// Whether ECS gives a deployment up whose tasks keep failing.
    DeploymentCircuitBreaker;
    /// Whether it does.
    one enable "Enable": bool,
    /// Whether it then goes back to the last deployment that worked.
    one rollback "Rollback": bool,
}

impl DeploymentCircuitBreaker {
    /// Gives up and goes back to what worked.
    pub fn rollback() -> Self {
        Self::builder().enable(true).rollback(true).build()
    }

    /// Never gives up: AWS's default.
    pub fn off() -> Self {
        Self::builder().enable(false).rollback(false).build()
    }
}

properties! {
    /// CloudWatch alarms that stop a deployment.
    DeploymentAlarms;
    /// The alarms' names, in the service's region.
    texts alarm_names "AlarmNames",
    /// Whether they do.
    one enable "Enable": bool,
    /// Whether ECS then goes back to the last deployment that worked.
    one rollback "Rollback": bool,
}
